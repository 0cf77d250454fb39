"""Hejin's rules: what they may refine, what they cite, and the points of every measured indicator around each of its edges."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction as F  # noqa: N817  the tables below are full of them

import pytest

from flagrules.documents.coverage import Citation, cover
from flagrules.engine.values import Num
from flagrules.semantics.ruleset import Block
from flagrules.text.findings import Findings, Severity
from tests.counties.conftest import ABSENT, County, Missing, Talks

CODE = "140882"
P = F(1, 100)  # one percentage point
WAN = 10_000  # 万元
ELECTED, MEMBERS = "党组织换届完成", "班子成员人数"
FIVE, FOUR, THREE, HOMES = "五星户数", "四星户数", "三星户数", "常住户数"
TAKEN, SETTLED = "纠纷受理件数", "纠纷调成件数"
SPOTS, TRUCK, RULES = "六乱未整治处数", "配备清运车辆", "卫生管理制度健全"
ELDERS, FILED, PASSED = "乡贤参加调解", "调解卷宗齐全", "存在未调处信访"

# Indicator, facts, points worked out by hand from the rule's words.
CASES: list[tuple[str, Mapping[str, object], F | int]] = [
    ("1.1", {ELECTED: True, MEMBERS: 2}, 0),
    ("1.1", {ELECTED: True, MEMBERS: 3}, 8),
    ("1.1", {ELECTED: True, MEMBERS: 4}, 8),
    ("1.1", {ELECTED: False, MEMBERS: 4}, 0),
    *[("1.2", {"不宜延任主干人数": 2, "已调整主干人数": done}, points) for done, points in ((1, 0), (2, 4), (3, 4))],
    ("1.2", {"不宜延任主干人数": 0, "已调整主干人数": 0}, 4),
    *[("1.3", {"后备人才人数": people}, points) for people, points in ((0, 0), (1, 2), (2, 4), (3, 4))],
    *[("1.4", {"软弱涣散整顿": how}, n) for how, n in (("不需整顿", 4), ("已整顿", 4), ("整顿中", 2), ("未整顿", 0))],
    *[("2.1", {"发展党员人数": people}, n) for people, n in ((0, 6), (1, 9), (2, 9), (3, 12), (4, 12))],
    *[("3.1", {"责任矩阵": Missing(count)}, n) for count, n in ((0, 12), (1, 8), (2, 4), (3, 0))],
    ("4", {"党支部标准化达标": True}, 20),
    ("4", {"党支部标准化达标": False}, 10),
    # 60% of 100 mu is 60: 59/60 of 17 is 16.716…, 3/60 is 0.85 (half up), anything past 60 is capped
    *[("9", {"耕地面积": 100, "规模经营面积": mu}, n) for mu, n in ((3, F("0.9")), (59, F("16.7")), (60, 17), (61, 17))],
    ("9", {"耕地面积": 0, "规模经营面积": 0}, 0),
    ("9", {"耕地面积": ABSENT, "规模经营面积": ABSENT}, 0),
    *[
        ("11", {"集体经济收入": yuan}, n)
        for yuan, n in (
            (5 * WAN - P, 0), (5 * WAN, 8), (5 * WAN + P, 8), (10 * WAN - P, 8), (10 * WAN, 12), (10 * WAN + P, 12),
            (30 * WAN - P, 12), (30 * WAN, 16), (30 * WAN + P, 16),
        )
    ],
    ("12", {"高标准示范村": True, "美丽乡村示范村": True}, 25),
    ("12", {"高标准示范村": True, "美丽乡村示范村": False}, 25),
    ("12", {"高标准示范村": False, "美丽乡村示范村": True}, 20),
    ("12", {"高标准示范村": False, "美丽乡村示范村": False}, 15),
    *[("13", {"五项设施": Missing(count)}, 25 - 5 * count) for count in range(6)],
    *[("14.1", {SPOTS: spots}, n) for spots, n in ((0, 15), (1, 12), (4, 3), (5, 0), (6, 0))],
    ("14.2", {TRUCK: True, RULES: True}, 10),
    ("14.2", {TRUCK: True, RULES: False}, 5),
    ("14.2", {TRUCK: False, RULES: True}, 5),
    ("14.2", {TRUCK: False, RULES: False}, 0),
    # pro rata below 95%: 8.33 points lose 24.99, 8.34 lose 25.02 and stop at 0
    *[
        ("15", {"环境满意度": share * P}, n)
        for share, n in (
            (96, 25), (95, 25), (94, 22), (F("94.99"), F("24.97")), (F("94.5"), F("23.5")), (F("86.67"), F("0.01")),
            (F("86.66"), 0), (50, 0),
        )
    ],
    *[("16", {"志愿服务要件": Missing(count)}, 20 - 5 * count) for count in range(5)],
    # exact: 299 of 300 households are 2990/300 = 299/30 points
    *[("19.1", {FIVE: 9, FOUR: 90, THREE: 200, HOMES: homes}, n) for homes, n in ((300, F(299, 30)), (299, 10), (298, 10))],
    *[
        ("19.2", {FIVE: high - 4, FOUR: 4, THREE: 100 - high}, n)
        for high, n in ((14, 2), (15, 4), (16, 4), (24, 4), (25, 6), (26, 6))
    ],
    ("19.2", {FIVE: 0, FOUR: 0, THREE: 0}, 0),
    ("19.2", {FIVE: 0, FOUR: 0, THREE: 1}, 2),
    ("19.3", {"星级文明户示范村": True}, 4),
    ("19.3", {"星级文明户示范村": False}, 2),
    ("21.1", {"建有矛调中心": True}, 10),
    ("21.1", {"建有矛调中心": False}, 0),
    *[("21.2", {"治理力量": Missing(count)}, 15 - 3 * count) for count in range(6)],
    # 3/8 of 25 is 9.375, half up 9.38; more settled than taken is capped; nothing taken does not apply
    *[("22", {TAKEN: 8, SETTLED: done}, n) for done, n in ((0, 0), (3, F("9.38")), (7, F("21.88")), (8, 25), (9, 25))],
    ("22", {TAKEN: 0, SETTLED: 0}, 0),
    *[("23.1", {"普法主题": Missing(count)}, 12 - 3 * count) for count in range(5)],
    *[("23.2", {"法律明白人人数": people}, n) for people, n in ((0, 0), (1, 3), (4, 12), (5, 13), (6, 13))],
    ("24", {ELDERS: True, FILED: True, TAKEN: 5, PASSED: False}, 25),
    ("24", {ELDERS: True, FILED: False, TAKEN: 0, PASSED: False}, 25),
    ("24", {ELDERS: True, FILED: False, TAKEN: 1, PASSED: False}, 15),
    ("24", {ELDERS: True, FILED: True, TAKEN: 5, PASSED: True}, 15),
    ("24", {ELDERS: False, FILED: True, TAKEN: 5, PASSED: False}, 15),
    *[("25.1", {ELECTED: True, MEMBERS: people}, n) for people, n in ((4, 4), (5, 8), (6, 8))],
    ("25.1", {ELECTED: False, MEMBERS: 5}, 4),
    *[("25.2", {"不宜延任主干人数": 1, "已调整主干人数": done}, n) for done, n in ((0, 0), (1, 4), (2, 4))],
    *[("25.3", {"后备人才人数": people}, n) for people, n in ((0, 0), (1, 2), (2, 4), (3, 4))],
    *[("25.4", {"软弱涣散整顿": how}, n) for how, n in (("不需整顿", 4), ("已整顿", 4), ("整顿中", 2), ("未整顿", 0))],
    *[("26.1", {"发展党员人数": people}, n) for people, n in ((0, 6), (1, 9), (2, 9), (3, 12), (4, 12))],
    *[("28", {"党群服务功能": Missing(count)}, 20 - 6 * count) for count in range(4)],
    *[("31", {"便民服务事项": items}, n) for items, n in ((14, 8), (15, 15), (16, 15), (29, 15), (30, 20), (31, 20))],
    # cut to one decimal: 2/3 of 20 is 13.33…, 999/1000 is 19.98
    *[("32", {"物业总户数": 999, "物业覆盖户数": homes}, n) for homes, n in ((666, F("13.3")), (998, F("19.9")), (999, 20))],
    ("32", {"物业总户数": 999, "物业覆盖户数": 1000}, 20),
    ("32", {"物业总户数": ABSENT, "物业覆盖户数": ABSENT}, 0),
    *[("34", {"志愿服务要件": Missing(count)}, 20 - 5 * count) for count in range(5)],
    # every point begun below 95% loses 4, at most 20 of 33
    *[
        ("36", {"环境满意度": share * P}, n)
        for share, n in (
            (96, 33), (95, 33), (F("94.99"), 29), (94, 29), (F("93.99"), 25), (F("90.01"), 13), (90, 13), (F("89.99"), 13),
        )
    ],
    *[
        ("37", {"环境日活动次数": times}, n)
        for times, n in ((11, 0), (12, 18), (13, 18), (23, 18), (24, 26), (25, 26), (47, 26), (48, 33), (49, 33))
    ],
    *[("40", {"德治宣讲": Talks(count)}, n) for count, n in ((0, 0), (1, 5), (4, 20), (5, 25), (6, 25))],
    ("42.1", {"建有矛调中心": True}, 10),
    ("42.1", {"建有矛调中心": False}, 0),
    *[("42.2", {"治理力量": Missing(count)}, 15 - 3 * count) for count in range(6)],
    *[("44", {"普法主题": Missing(count)}, 25 - 5 * count) for count in range(5)],
    *[("45", {"调处流程": Missing(count)}, 25 - 5 * count) for count in range(6)],
]  # fmt: skip


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


def test_a_village_without_farmland_is_scored_on_the_other_83_points(hejin: County) -> None:
    # 17 + 0 + 17 + 16 + 16 of 17 + 17 + 17 + 16 + 16: 66/83 of 100
    facts: dict[str, object] = {"产业特色化": 17, "生产绿色化": 0, "产品品牌化": 17, "三产融合化": 16, "集体经济收入": 30 * WAN}
    without = hejin.points("产业兴旺(村)", {**facts, "耕地面积": ABSENT, "规模经营面积": ABSENT})
    assert without == Num(F(6600, 83), F(6600, 83))
    assert hejin.points("产业兴旺(村)", {**facts, "耕地面积": 100, "规模经营面积": 0}) == Num(F(66), F(66))


def test_what_is_unknown_leaves_a_range_and_is_never_zero(hejin: County) -> None:
    assert hejin.points("13", {}) == Num(F(0), F(25))
    assert hejin.points("2", {"发展党员人数": 3}) == Num(F(12), F(20))


def test_the_rules_are_clean(hejin: County) -> None:
    assert hejin.findings.errors == ()
    assert [f for f in hejin.findings if f.severity is Severity.WARNING and "hejin" in str(f.place)] == []


def test_something_is_refined_under_each_of_the_ten_flags(hejin: County) -> None:
    lines = hejin.compiled.rules.lines
    refined = {
        title.path: sum(lines[block.line].authority == CODE for block in title.body.children) for title in hejin.compiled.rules.titles
    }
    assert refined == {
        "党建示范(村)": 4, "产业兴旺(村)": 2, "生态宜居(村)": 4, "乡风文明(村)": 2, "社会治理(村)": 4,
        "党建引领(社区)": 3, "服务优质(社区)": 3, "绿色宜居(社区)": 2, "文明祥和(社区)": 1, "社会治理(社区)": 3,
    }  # fmt: skip


def test_every_refinement_keeps_to_its_delegation(hejin: County) -> None:
    assert {obligation.status for obligation in hejin.compiled.obligations} == {"kept"}
    assert {obligation.power for obligation in hejin.compiled.obligations} == {"split", "quantify", "set"}


def test_every_line_of_the_county_cites_its_report_or_an_assumption(hejin: County) -> None:
    lines = [line for line in hejin.compiled.rules.lines.values() if line.authority == CODE]
    head = [line for line in lines if line.text.startswith("县 ")]
    bare = [line.text for line in lines if not (line.assumptions or any(c.register == "hejin-2021" for c in line.clauses))]
    assert len(lines) > 150
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
        "1.13", "1.14", "1.20", "1.22", "2.9", "3.9", "3.11", "4.1",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [("三面红旗县级补贴", 20_000), ("五面红旗县级补贴", 60_000), ("五面红旗社区占比", F(1, 20))])
def test_parameters_are_set_as_samples(hejin: County, name: str, value: F | int) -> None:
    parameter = hejin.compiled.plan.parameters[name]
    assert parameter.value == value
    assert "样例" in hejin.compiled.rules.lines[parameter.line].assumptions[0]
