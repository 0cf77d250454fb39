"""The programme says what the press conference says: flags, criteria, sums, money, delegations, steps, citations, quotations."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from flagrules.award.procedure import due_date, earliest_end
from flagrules.documents.coverage import Citation, cover
from flagrules.documents.texts import DocumentText
from flagrules.model.calendar import UnknownCalendarYear
from flagrules.pipeline import Compiled
from flagrules.semantics import expr as e
from flagrules.semantics.ruleset import QuotaRule, RuleLine
from flagrules.text.findings import Findings

EXCERPTS = DocumentText("excerpts.txt", (Path(__file__).parent / "excerpts.txt").read_text(encoding="utf-8"))
VILLAGE = {"党建示范": 5, "产业兴旺": 6, "生态宜居": 4, "乡风文明": 5, "社会治理": 4}
COMMUNITY = {"党建引领": 5, "服务优质": 5, "绿色宜居": 3, "文明祥和": 4, "社会治理": 4}
CONTEXT = {"1.1", "1.2", "2.19", "2.20", "5.6"}


def items(line: RuleLine) -> set[str]:
    return {clause.item for clause in line.clauses}


@pytest.mark.parametrize(("subject", "flags"), [("村", VILLAGE), ("社区", COMMUNITY)])
def test_flags_and_criteria_of_each_kind_of_unit(compiled: Compiled, subject: str, flags: dict[str, int]) -> None:
    titles = [title for title in compiled.rules.titles if title.subjects == (subject,)]
    assert {title.name: len(title.body.children) for title in titles} == flags
    assert list(flags) == [title.name for title in titles]


def test_there_are_45_criteria_numbered_in_the_order_of_the_document(compiled: Compiled) -> None:
    blocks = [block for _, block in compiled.rules.indicators()]
    assert [block.item for block in blocks] == [str(number) for number in range(1, 46)]
    assert len({block.name for block in blocks}) == 45
    cited = [items(compiled.rules.lines[block.line]) for block in blocks]
    counts = [*VILLAGE.values(), *COMMUNITY.values()]
    assert cited == [{f"2.{row}"} for row, count in enumerate(counts, 1) for _ in range(count)]


def test_each_flag_has_100_points_shared_as_evenly_as_whole_points_allow(compiled: Compiled) -> None:
    for title in compiled.rules.titles:
        points = [block.whole for block in title.body.children if block.whole is not None]
        assert sum(points) == title.body.whole == 100
        assert max(points) - min(points) <= 1
        assert points == sorted(points, reverse=True)


def test_every_criterion_is_judged_by_the_county_group_up_to_its_full_mark(compiled: Compiled) -> None:
    for title, block in compiled.rules.indicators():
        assert [term.judged for term in block.terms] == [block.name]
        spec = compiled.schema.fact(block.name)
        assert spec is not None
        assert spec.low == 0
        assert (spec.high, spec.subjects) == (block.whole, title.subjects)


def test_what_the_document_does_not_say_is_an_assumption(compiled: Compiled) -> None:
    lines = compiled.rules.lines
    for title in compiled.rules.titles:
        assert lines[title.body.line].assumptions  # what 100 points apply to
        assert all(lines[gate.line].assumptions for gate in (*title.entries, *title.grants_when))
        for block in title.body.children:
            assert lines[block.line].assumptions  # how 100 points are shared
            assert all(lines[term.line].assumptions for term in block.terms)  # how a mark is given
    assert all(lines[quota.line].assumptions for quota in compiled.rules.quotas)
    assert all(lines[subsidy.line].assumptions for tier in compiled.rules.tiers for subsidy in tier.subsidies)


def test_counties_may_split_and_quantify_and_nothing_else(compiled: Compiled) -> None:
    for title in compiled.rules.titles:
        assert {grant.power for grant in title.body.grants} == {"split", "quantify"}
        assert all([str(clause) for clause in grant.clauses] == ["发布会 5.3"] for grant in title.body.grants)


@pytest.mark.parametrize(
    ("name", "low", "high", "clause"),
    [
        ("三面红旗县级补贴", 10_000, 30_000, "4.3"),
        ("五面红旗县级补贴", 50_000, None, "4.5"),
        ("五面红旗社区占比", 0, 1, "2.15"),
    ],
)
def test_what_a_county_must_set_is_unset_and_bounded(
    compiled: Compiled, name: str, low: int, high: int | None, clause: str
) -> None:
    parameter = compiled.rules.parameters[name]
    assert parameter.values == ()
    [grant] = parameter.grants
    assert grant.power == "set"
    assert [grant.low, grant.high] == [low, high]
    assert [item.item for item in grant.clauses] == [clause]


def test_quotas_judge_counties_with_the_figures_of_the_document(compiled: Compiled) -> None:
    def figures(quota: QuotaRule) -> list[Fraction | str]:
        return [value.value if isinstance(value, e.Const) else "open" for _, value in quota.bounds]  # type: ignore[misc]

    lines = compiled.rules.lines
    found = [
        (
            quota.subject,
            quota.tier,
            figures(quota),
            *items(lines[quota.line]),
            *quota.only,
            *(f"非{name}" for name in quota.except_),
        )
        for quota in compiled.rules.quotas
    ]
    assert found == [
        ("村", "一面以上", [1], "2.11"),
        ("社区", "一面以上", [1], "2.11"),
        ("村", "三面以上", [Fraction(15, 100)], "2.12"),
        ("村", "五面红旗", [3, 5], "2.13"),
        ("社区", "三面以上", [Fraction(20, 100)], "2.14", "盐湖区"),
        ("社区", "三面以上", [Fraction(50, 100)], "2.18", "非盐湖区"),
        ("社区", "五面红旗", ["open"], "2.15"),
    ]
    assert {quota.per for quota in compiled.rules.quotas} == {"县"}


def test_steps_stand_in_order_with_their_deadlines(compiled: Compiled) -> None:
    steps = compiled.rules.steps
    assert [step.item for step in steps] == ["1", "2", "3", "4.1", "4.2", "4.3", "4.4", "4.5"]
    assert [due_date(step, 2021) for step in steps[:4]] == [date(2021, 5, 31), date(2021, 6, 15), date(2021, 11, 30), None]


def test_the_notice_stands_five_working_days_by_the_real_calendar(compiled: Compiled) -> None:
    notice = next(step for step in compiled.rules.steps if step.item == "4.3")
    assert notice.least == 5
    assert notice.least_unit == "个工作日"
    assert earliest_end(notice, date(2021, 12, 6)) == date(2021, 12, 13)  # Monday: Tuesday to Friday, then Monday
    # 30 September 2021: holiday to 7 October, then 8 and 9 (a make-up Saturday), 11, 12, 13 October
    assert earliest_end(notice, date(2021, 9, 30)) == date(2021, 10, 13)
    with pytest.raises(UnknownCalendarYear):
        earliest_end(notice, date(2090, 1, 2))


def test_every_statement_is_cited_or_may_stand(compiled: Compiled) -> None:
    findings = Findings()
    lines = [line for line in compiled.rules.lines.values() if not line.inherited]
    cited = [Citation(clause.register, clause.item, line.span) for line in lines for clause in line.clauses]
    coverage = cover(compiled.registers, cited, findings)
    assert len(findings) == 0
    assert len(coverage.of("yuncheng-2021")) == 67
    assert coverage.uncovered == ()
    assert {item.statement.id for item in coverage.of("yuncheng-2021") if not item.lines} == CONTEXT


def test_every_quotation_stands_in_the_text(compiled: Compiled) -> None:
    quotations = compiled.rules.quotations
    assert len(quotations) == 27
    assert [item.text for item in quotations if EXCERPTS.count(item.text) == 0] == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("三面以上达到15%以上", "三面以上达到16%以上"),
        ("盐湖区达到20%以上", "盐湖区达到2%以上"),
        ("县级财政给予1—3万元工作经费补贴", "县级财政给予1—2万元工作经费补贴"),
        ("进行不少于5个工作日的公示", "进行不少于7个工作日的公示"),
    ],
)
def test_a_quotation_with_another_figure_is_not_found(compiled: Compiled, right: str, wrong: str) -> None:
    assert right in [item.text for item in compiled.rules.quotations]
    assert EXCERPTS.count(right) > 0
    assert EXCERPTS.count(wrong) == 0


def test_contradictions_have_rulings_and_two_name_the_newspaper(compiled: Compiled) -> None:
    found = [item for item in compiled.rules.data if item.kind == "discrepancy"]
    assert len(found) == 9
    assert all(item.text and item.by for item in found)
    registers = [{clause.register for clause in compiled.rules.lines[item.line].clauses} for item in found]
    assert sum("yuncheng-daily-20211124" in group for group in registers) == 2


def test_the_line_that_earns_a_flag_is_one_parameter_of_80_points(compiled: Compiled) -> None:
    [value] = compiled.rules.parameters["授旗分数线"].values
    assert value.value == Fraction(80)
    assert compiled.rules.lines[value.line].clauses == ()
