"""Unknown facts: the interval and the outcome, tight where one input alone is open; what cannot be said taints its whole range."""

from __future__ import annotations

from fractions import Fraction

import pytest

from flagrules.engine.values import MAYBE, Num, number
from flagrules.text.findings import Findings
from tests.rulekit import HEAD, Given, Plain, compiled, one_indicator, percent, run


def between(low: Fraction | int, high: Fraction | int) -> Num:
    return Num(Fraction(low), Fraction(high))


BANDS = ("事实 次：次数 0次~366次", "分档 次\n  12次以上 得20分\n  6次以上 不满12次 得12分\n  其余 得4分")
SLOPE = ("事实 率：比例 85%~100%", "每1个百分点 率 低于 90% 扣2分，不足一步不计，扣完为止")
SHARE = (
    "事实 甲：户数 0户~900户\n事实 乙：户数 0户~10户 可不适用",
    "按比例 甲 ÷ 乙，精确\n不适用 当 乙 = 0户，则 得1分",
)
CHECKLIST = ("事实 单：清单（甲、乙、丙）", "每缺1项 单 扣4分，扣完为止")
SAME_TWICE = ("事实 甲：是否", "当 甲，得8分，否则 得12分\n当 非 甲，扣3分，扣完为止")
SPIKE = ("事实 次：次数 0次~5000次", "分档\n  当 次 = 1237次，得20分\n  其余 得12分")
NOT_OF_ABSENT = ("事实 甲：次数 0次~9次 可不适用", "当 非 甲 0次以上，得20分，否则 得0分\n不适用 当 甲 = 20次，则 得5分")

ONE_OPEN: list[tuple[str, tuple[str, str], dict[str, Plain], Num, set[str]]] = [
    ("bands", BANDS, {}, between(4, 20), {"granted", "refused"}),
    ("slope", SLOPE, {}, between(10, 20), {"granted", "refused"}),  # 85%: 5 steps, 20 − 10
    ("share", SHARE, {"甲": 4}, between(1, 20), {"granted", "refused"}),  # 4 ÷ 1 capped; not applicable gives 1
    ("share", SHARE, {"乙": 10}, between(0, 20), {"granted", "refused"}),
    ("checklist", CHECKLIST, {"单": {"甲": True, "乙": False, "丙": None}}, between(12, 16), {"granted"}),
    # 甲: 8 − 0 = 8; 非甲: 12 − 3 = 9. Apart the two lines would give 5 to 12.
    ("one fact in two lines", SAME_TWICE, {}, between(8, 9), {"refused"}),
    ("a spike", SPIKE, {}, between(12, 20), {"granted"}),
]


@pytest.mark.parametrize(("rule", "given", "points", "outcome"), [case[1:] for case in ONE_OPEN], ids=[case[0] for case in ONE_OPEN])
def test_one_open_fact_is_tight(rule: tuple[str, str], given: Given, points: Num, outcome: set[str]) -> None:
    ran = run(compiled(one_indicator(*rule)), given)
    assert (ran.points("1"), ran.points()) == (points, points)
    assert ran.outcome() == outcome


def test_an_unknown_fact_that_may_not_apply_is_not_taken_for_a_number() -> None:
    ran = run(compiled(one_indicator(*NOT_OF_ABSENT)), {})
    assert ran.points("1") == between(0, 5)  # a number gives 0; the added line of 不适用 gives 5


def test_a_gate_on_a_fact_that_may_not_apply() -> None:
    extra = "前提 非 乙 0次以上"
    ran = run(compiled(one_indicator(BANDS[0] + "\n事实 乙：次数 0次~9次 可不适用", BANDS[1], extra=extra)), {"次": 12})
    assert ran.outcome() == {"granted", "refused"}  # 0次以上 fails where 乙 does not apply


@pytest.mark.parametrize(("given", "outcome"), [({"次": 12}, {"granted"}), ({"次": 11}, {"granted"}), ({"次": 5}, {"refused"})])
def test_a_known_fact_decides(given: Given, outcome: set[str]) -> None:
    assert run(compiled(one_indicator(*BANDS)), given).outcome() == outcome


def test_only_the_lines_that_can_still_decide_are_named() -> None:
    chain = "分档\n  当 甲 且 次 3次以上，得20分\n  当 次 3次以上，得15分\n  其余 得4分"
    ran = run(compiled(one_indicator("事实 次：次数 0次~11次\n事实 甲：是否", chain)), {"甲": False})
    assert [text[:6] for text in ran.deciding("1")] == ["当 次 3次", "其余 得4分"]


def test_several_open_facts_still_cover_every_completion() -> None:
    facts = "事实 甲：次数 0次~3次\n事实 乙：次数 0次~3次"
    rules = compiled(one_indicator(facts, "每1次 甲 扣3分，扣完为止\n每1次 乙 扣4分，扣完为止"))
    ran = run(rules, {})
    every = [run(rules, {"甲": a, "乙": b}).points() for a in range(4) for b in range(4)]
    assert ran.points() == Num(min(p.low for p in every), max(p.high for p in every)) == between(0, 20)


def test_an_unset_parameter_is_open_within_its_delegation() -> None:
    text = one_indicator(
        "事实 率：比例\n参数 线：比例 〔例文 1〕\n  授权 各县 设定 60%~70% 〔例文 1〕", "当 率 线 以上，得20分，否则 得0分"
    )
    rules = compiled(text)
    assert run(rules, {"率": percent("59.99")}).outcome() == {"refused"}
    assert run(rules, {"率": percent("60")}).outcome() == {"granted", "refused"}
    assert run(rules, {"率": percent("70")}).outcome() == {"granted"}


GAP = (
    HEAD
    + """\
事实 次：次数 0次~9次
称号 甲 适用 村：100分
  授予 得分 60分以上
  指标 1 项：40分
    每1次 次 扣4分，扣完为止
    不能表达 氛围 “氛围浓厚” 因 “没有可量的事实”
  指标 2 项二：60分
    每1次 次 扣10分，扣完为止
"""
)


def test_what_cannot_be_said_taints_its_whole_range() -> None:
    ran = run(compiled(GAP), {"次": 0})
    assert (ran.points("1"), ran.points()) == (between(0, 40), between(60, 100))
    assert ran.outcome() == {"granted"}
    ran = run(compiled(GAP), {"次": 1})
    assert ran.points() == between(50, 90)
    assert ran.outcome() == {"granted", "refused"}
    assert run(compiled(GAP), {"次": 5}).outcome() == {"refused"}  # 10 + 40 at most


def test_what_cannot_be_said_of_a_title_leaves_it_open_unless_it_is_refused_anyway() -> None:
    text = GAP.replace("    不能表达", "  不能表达")
    ran = run(compiled(text), {"次": 0})
    assert ran.points() == between(0, 100)
    assert ran.outcome() == {"granted", "refused"}
    vetoed = text.replace("  指标 1", "  一票否决 当 次 9次以上，则 本称号不授\n  指标 1")
    assert run(compiled(vetoed), {"次": 9}).outcome() == {"refused"}


def test_a_gap_is_no_error() -> None:
    findings = Findings()
    compiled(GAP, findings=findings)
    assert findings.errors == ()


def test_a_tier_over_open_titles() -> None:
    text = one_indicator(*BANDS) + "等次 有 适用 村 当 称号数 1块以上\n  补贴 市级 2万元\n"
    ran = run(compiled(text), {})
    assert ran.value("有(村)/tier") == MAYBE
    assert ran.value("有(村)/tier/市级") == between(0, 20_000)
    assert run(compiled(text), {"次": 6}).value("有(村)/tier/市级") == number(20_000)
