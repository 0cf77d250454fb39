"""Right programmes, worked by hand: groups, 折算 at both levels, caps, bonus and penalty, gates, vetoes, tiers and money."""

from __future__ import annotations

from fractions import Fraction

import pytest

from flagrules.engine.values import FALSE, TRUE, number
from tests.rulekit import HEAD, NA, Given, Ran, compiled, run

GROUPS = (
    HEAD
    + """\
事实 甲：次数 0次~9次 可不适用
事实 乙：次数 0次~9次 可不适用
事实 丙：次数 0次~9次
事实 优：次数 0次~9次
事实 劣：次数 0次~9次
事实 大事：是否
事实 小事：是否
称号 牌 适用 村：100分
  授予 得分 60分以上
  参评 丙 超过0次
  一票否决 当 大事，则 本称号不授
  一票否决 当 小事，则 扣30分
  方面 一：40分
    限扣 20分
    指标 1 甲项：10分
      每1次 甲 扣1分，扣完为止
      不适用 则 折算
    指标 2 乙项：30分
      每1次 乙 扣5分，扣完为止
      不适用 则 折算
  方面 二：60分
    封顶 50分
    前提 得分 5分以上
    指标 3 丙项：60分
      按比例 丙 ÷ 9次，精确
  加分项 J1 优项：5分
    每1次 优 加2分，不封顶
  加分项 J2 大优：不封顶
    每1次 优 加1分，不封顶
  扣分项 K1 劣项：6分
    每1次 劣 扣4分，不设下限
"""
)
GOOD: Given = {"甲": 0, "乙": 0, "丙": 9, "优": 0, "劣": 0, "大事": False, "小事": False}


def ran(**changes: object) -> Ran:
    return run(compiled(GROUPS), {**GOOD, **changes})  # type: ignore[dict-item]  # plain values


@pytest.mark.parametrize(
    ("changes", "points", "outcome"),
    [
        ({}, 90, "granted"),  # 40 + 50 (60 capped)
        ({"甲": 3}, 87, "granted"),  # 7 + 30 + 50
        ({"甲": NA}, 90, "granted"),  # 30 of 30 scaled to 40, + 50
        ({"甲": NA, "乙": 3}, 70, "granted"),  # 15 × 40 ÷ 30 = 20, + 50
        ({"甲": NA, "乙": 4}, 70, "granted"),  # 10 × 40 ÷ 30 = 13.3, 限扣 keeps 20, + 50
        ({"乙": NA, "甲": 1}, 86, "granted"),  # 9 × 40 ÷ 10 = 36, + 50
        ({"乙": NA, "甲": 1, "丙": 1}, 36 + Fraction(60, 9), "refused"),  # 36 + 6.67 < 60
        ({"甲": NA, "乙": NA}, Fraction(50 * 100, 60), "granted"),  # the group drops out: 50 × 100 ÷ 60
        ({"甲": NA, "乙": NA, "丙": 6}, Fraction(40 * 100, 60), "granted"),  # 40 × 100 ÷ 60 = 66.7
        ({"甲": 9, "乙": 6}, 70, "granted"),  # 1 + 0, 限扣: never below 40 − 20 = 20
        ({"优": 1}, 93, "granted"),  # 90 + 2 + 1
        ({"优": 2}, 96, "granted"),  # 90 + 4 + 2
        ({"优": 3}, 98, "granted"),  # 90 + 5 (6 capped) + 3 (no cap)
        ({"劣": 1}, 86, "granted"),  # 90 − 4
        ({"劣": 2}, 84, "granted"),  # 90 − 6 (8, but the penalty is 6)
        ({"大事": True}, 90, "refused"),  # the points stand, the title is refused
        ({"小事": True}, 60, "granted"),  # 90 − 30
        ({"小事": True, "甲": 1}, 59, "refused"),  # 90 − 30 − 1
        ({"丙": 0}, 40, "not_entered"),
        ({"丙": 1}, 40 + Fraction(60, 9), "refused"),  # 46.7 < 60; prerequisite 6.67 ≥ 5 holds
        ({"丙": 3}, 60, "granted"),  # 40 + 20
        ({"丙": 3, "甲": 1}, 59, "refused"),
    ],
)
def test_points_and_outcome(changes: dict[str, object], points: Fraction | int, outcome: str) -> None:
    found = ran(**changes)
    assert found.points() == number(points)
    assert found.outcome() == {outcome}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "授予 得分"),
        ({"大事": True}, "一票否决 当 大事"),
        ({"丙": 0}, "参评 丙"),
        ({"小事": True, "甲": 1}, "授予 得分"),
    ],
)
def test_the_line_that_decides_the_title(changes: dict[str, object], line: str) -> None:
    found = ran(**changes)
    assert [text[: len(line)] for text in found.lines("牌(村)/outcome")] == [line]


TWO = (
    HEAD
    + """\
事实 甲：次数 0次~9次
事实 命案：是否
参数 低额：金额（万元）
  授权 各县 设定 1万元~3万元
称号 一 适用 村：10分
  授予 得分 6分以上
  指标 1 甲：10分
    每1次 甲 得1分，封顶 10分
  一票否决 当 命案，则 不得参评
称号 二 适用 村：10分
  授予 得分 3分以上
  指标 2 甲二：10分
    每1次 甲 得1分，封顶 10分
等次 低 适用 村 当 称号数 1块以上
  补贴 市级 1万元
  补贴 县级 低额
  补贴 省级 9万元
  待遇 “牌匾”
等次 高 适用 村 当 称号数 = 2块
  与 低 就高不重复
  补贴 市级 5万元
  补贴 县级 2万元
  补贴 省级 4万元
"""
)
COUNTY = "县 甲县 990001 落实 例 版本 “1”\n  设定 低额 = {amount} 依 例文 4.3\n"


def money(given: Given, amount: str = "1万元") -> dict[str, object]:
    two = TWO.replace("设定 1万元~3万元", "设定 1万元~3万元 〔例文 4.3〕")
    found = run(compiled(two, county=COUNTY.format(amount=amount)), given)
    return {slot: value for slot in ("低(村)", "高(村)") for slot, value in pays(found, slot)}


def pays(found: Ran, tier: str) -> list[tuple[str, object]]:
    slots = [slot for slot in found.steps if slot.startswith(f"{tier}/")]
    return [(slot.replace("(村)", "").replace("/tier/", "/"), found.value(slot)) for slot in slots]


WAN = 10_000


@pytest.mark.parametrize(
    ("given", "amount", "expected"),
    [
        # nobody: no title at 2, one at 3 to 5, two from 6
        ({"甲": 2, "命案": False}, "1万元", {"低/tier": FALSE, "高/tier": FALSE, "低/市级": number(0), "高/市级": number(0)}),
        ({"甲": 3, "命案": False}, "1万元", {"低/tier": TRUE, "高/tier": FALSE, "低/市级": number(WAN), "低/县级": number(WAN)}),
        ({"甲": 5, "命案": False}, "3万元", {"高/tier": FALSE, "低/县级": number(3 * WAN), "高/县级": number(0)}),
        # both tiers: the higher amount of each payer, whichever tier brings it
        ({"甲": 6, "命案": False}, "1万元", {"高/tier": TRUE, "低/市级": number(0), "高/市级": number(5 * WAN)}),
        ({"甲": 6, "命案": False}, "1万元", {"低/县级": number(0), "高/县级": number(2 * WAN)}),
        ({"甲": 6, "命案": False}, "3万元", {"低/县级": number(3 * WAN), "高/县级": number(0)}),
        ({"甲": 6, "命案": False}, "2万元", {"低/县级": number(2 * WAN), "高/县级": number(0)}),  # as much: the first
        ({"甲": 6, "命案": False}, "1万元", {"低/省级": number(9 * WAN), "高/省级": number(0)}),
        # a veto under one title denies all
        ({"甲": 9, "命案": True}, "1万元", {"低/tier": FALSE, "高/tier": FALSE, "低/省级": number(0)}),
    ],
)
def test_tiers_and_money(given: Given, amount: str, expected: dict[str, object]) -> None:
    found = money(given, amount)
    assert {slot: found[slot] for slot in expected} == expected


def test_a_veto_at_the_top_of_a_file_denies_every_title() -> None:
    text = TWO.replace("  一票否决 当 命案，则 不得参评\n", "") + "一票否决 当 命案，则 不得参评\n"
    found = run(compiled(text), {"甲": 9, "命案": True})
    assert [found.outcome(0), found.outcome(1)] == [{"refused"}, {"refused"}]
    assert found.lines("二(村)/outcome") == ["一票否决 当 命案，则 不得参评 〔假定 “例”〕"]


TAKEN = (
    HEAD
    + """\
事实 甲：次数 0次~9次 可不适用
事实 乙：次数 0次~9次 可不适用
称号 牌 适用 村：10分
  授予 得分 5分以上
  取最低
  指标 1 甲项：10分
    每1次 甲 扣1分，扣完为止
    不适用 则 折算
  指标 2 乙项：10分
    每1次 乙 扣2分，扣完为止
    不适用 则 折算
"""
)


@pytest.mark.parametrize(
    ("given", "lowest", "highest"),
    [
        ({"甲": 3, "乙": 1}, 7, 8),
        ({"甲": 1, "乙": 3}, 4, 9),
        ({"甲": 1, "乙": NA}, 9, 9),  # what has dropped out is neither the lowest nor the highest, and scales nothing
        ({"甲": NA, "乙": 3}, 4, 4),
    ],
)
def test_one_part_alone_counts(given: Given, lowest: int, highest: int) -> None:
    assert run(compiled(TAKEN), given).points() == number(lowest)
    assert run(compiled(TAKEN.replace("取最低", "取最高")), given).points() == number(highest)
