"""Hejin's rules: what they may refine, what they cite, and the points of every measured indicator around each of its edges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction as F  # noqa: N817  the tables below are full of them

import pytest

from flagrules.documents.coverage import Citation, cover
from flagrules.engine.values import Num
from flagrules.semantics.ruleset import Block
from flagrules.text.findings import Findings, Severity
from tests.counties.conftest import ABSENT, LAST, County, Missing
from tests.counties.hejin_points import CASES, GREEN, LAND, REUSED, SCALED, SETTLED, TAKEN, WAN

CODE = "140882"


@pytest.mark.parametrize(("item", "facts", "points"), CASES)
def test_points_worked_by_hand(hejin: County, item: str, facts: Mapping[str, object], points: F | int) -> None:
    assert hejin.points(item, facts) == Num(F(points), F(points))


def measured(hejin: County) -> list[Block]:
    return [
        block
        for _, block in hejin.compiled.rules.indicators()
        if hejin.compiled.rules.lines[block.line].authority == CODE and block.terms and not any(t.judged for t in block.terms)
    ]


def test_every_measured_indicator_has_cases(hejin: County) -> None:
    assert {block.item for block in measured(hejin)} == {item for item, _, _ in CASES}


def test_cases_reach_the_full_mark_of_every_measured_indicator(hejin: County) -> None:
    best = {item: max(F(points) for other, _, points in CASES if other == item) for item, _, _ in CASES}
    assert best == {block.item: block.whole for block in measured(hejin)}


def test_a_village_without_farmland_is_scored_on_the_other_66_points(hejin: County) -> None:
    # 17 + (12 + 4) + 16 + (10 + 6) = 65 of the 66 that are left; with farmland and nothing grown to scale 9 more of all 100
    facts: dict[str, object] = {
        "主导产业占比": F(1, 2), "农产品品牌数": 2, "品牌影响": 4, "融合业态": Missing(1),
        "集体经济收入": 30 * WAN, LAST + "集体经济收入": WAN,
    }  # fmt: skip
    without = hejin.points("产业兴旺(村)", {**facts, LAND: ABSENT, SCALED: ABSENT, GREEN: ABSENT, REUSED: ABSENT})
    assert without == Num(F(6500, 66), F(6500, 66))
    assert hejin.points("产业兴旺(村)", {**facts, LAND: 100, SCALED: 0, GREEN: 0, REUSED: F(4, 5)}) == Num(F(74), F(74))


def test_within_one_criterion_what_does_not_apply_is_spread_over_the_rest(hejin: County) -> None:
    # no disputes: (5 + 3) of the 10 points left, of 25; 12 of 15 steps, of 25; nobody alone: 9 of 12, of 20
    assert hejin.points("22", {TAKEN: 0, SETTLED: 0, "存在未调处信访": False, "村民议事次数": 2}) == Num(F(20), F(20))
    assert hejin.points("45", {TAKEN: 0, SETTLED: 0, "调处流程": Missing(1)}) == Num(F(20), F(20))
    assert hejin.points("34", {"需互助户数": 0, "结对互助户数": 0, "志愿服务要件": Missing(1)}) == Num(F(15), F(15))


def test_what_is_unknown_leaves_a_range_and_is_never_zero(hejin: County) -> None:
    assert hejin.points("13.1", {}) == Num(F(0), F(15))
    assert hejin.points("2", {"发展党员人数": 3}) == Num(F(8), F(20))
    assert hejin.points("11.2", {"集体经济收入": 100}) == Num(F(2), F(6))
    # nothing to put right, yet it is not known whether anything was found
    assert hejin.points("13.3", {"已整修路面处数": 0}) == Num(F(0), F(5))


def test_the_rules_are_clean(hejin: County) -> None:
    assert hejin.findings.errors == ()
    assert [f for f in hejin.findings if f.severity is Severity.WARNING and "hejin" in str(f.place)] == []


def criteria(hejin: County) -> list[Block]:
    return [block for title in hejin.compiled.rules.titles for block in title.body.children]


def test_every_one_of_the_45_criteria_is_refined(hejin: County) -> None:
    lines = hejin.compiled.rules.lines
    assert [int(block.item) for block in criteria(hejin)] == list(range(1, 46))
    assert [block.item for block in criteria(hejin) if lines[block.line].authority != CODE] == []


def leaves(block: Block) -> list[Block]:
    return [leaf for part in block.children for leaf in leaves(part)] or [block]


def test_every_criterion_adds_up_and_every_flag_to_100(hejin: County) -> None:
    for title in hejin.compiled.rules.titles:
        assert sum(block.whole for block in title.body.children if block.whole) == 100
    base = {block.item: block.whole for title in hejin.base.rules.titles for block in title.body.children}
    assert {block.item: sum(leaf.whole for leaf in leaves(block) if leaf.whole) for block in criteria(hejin)} == base


def test_every_criterion_is_measured_at_least_in_part(hejin: County) -> None:
    named = {block.item for block in measured(hejin)}
    assert [block.item for block in criteria(hejin) if not named & {leaf.item for leaf in leaves(block)}] == []
    judged = [leaf.name for block in criteria(hejin) for leaf in leaves(block) if leaf.item not in named]
    assert judged == [
        "党员作用发挥", "品牌影响", "核心价值观践行", "文明村创建成效", "民风评价", "道德评议",
        "社区党员作用发挥", "社区核心价值观践行", "家庭新风尚评价",
    ]  # fmt: skip


def test_every_refinement_keeps_to_its_delegation(hejin: County) -> None:
    assert {obligation.status for obligation in hejin.compiled.obligations} == {"kept"}
    assert Counter(obligation.power for obligation in hejin.compiled.obligations) == {"split": 41, "quantify": 4, "set": 3}


def test_every_line_of_the_county_cites_its_report_or_an_assumption(hejin: County) -> None:
    lines = [line for line in hejin.compiled.rules.lines.values() if line.authority == CODE]
    head = [line for line in lines if line.text.startswith("县 ")]
    bare = [line.text for line in lines if not (line.assumptions or any(c.register == "hejin-2021" for c in line.clauses))]
    assert len(lines) > 450
    assert len(head) == 1  # one 县 line in each of eleven files, kept once
    assert bare == [line.text for line in head]


def test_every_line_that_scores_says_that_the_report_is_no_rubric(hejin: County) -> None:
    lines = hejin.compiled.rules.lines
    scoring = [lines[row.line] for block in measured(hejin) for term in block.terms for row in term.rows]
    assert [line.text for line in scoring if not line.assumptions] == []


def test_all_56_statements_of_the_report_are_encoded_or_only_figures(hejin: County) -> None:
    findings = Findings()
    lines = [line for line in hejin.compiled.rules.lines.values() if not line.inherited]
    cited = [Citation(clause.register, clause.item, line.span) for line in lines for clause in line.clauses]
    found = cover(hejin.compiled.registers, cited, findings).of("hejin-2021")
    assert len(findings) == 0
    assert len(found) == 56
    assert [item.statement.id for item in found if not item.covered] == []
    assert {item.statement.id for item in found if not item.lines} == {
        "1.13", "1.20", "1.22", "2.9", "3.9", "4.1",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [("三面红旗县级补贴", 20_000), ("五面红旗县级补贴", 60_000), ("五面红旗社区占比", F(1, 20))])
def test_parameters_are_set_as_samples(hejin: County, name: str, value: F | int) -> None:
    parameter = hejin.compiled.plan.parameters[name]
    assert parameter.value == value
    assert "样例" in hejin.compiled.rules.lines[parameter.line].assumptions[0]
