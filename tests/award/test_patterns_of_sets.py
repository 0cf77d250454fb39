"""What real rubrics say of whole sets of units, a sentence each, in the lines an author would write, with the numbers of a worked case."""

from __future__ import annotations

from fractions import Fraction

import pytest

from flagrules.award.quotas import quotas
from flagrules.engine.values import Num, number
from tests.crowdkit import HEAD, TOWNS, Crowd, Units, assessed, outcomes, points, value
from tests.rulekit import UNKNOWN, Given

V: Units = {**TOWNS, **{f"V{index}": f"村 {'T1' if index < 4 else 'T2'}" for index in range(1, 6)}}


def given(name: str, *values: object) -> Crowd:
    return {f"V{index}": {name: value} for index, value in enumerate(values, start=1)}  # type: ignore[dict-item]  # plain values


def title(facts: str, body: str, whole: int, more: str = "") -> str:
    return f"{facts}\n称号 牌 适用 村：{whole}分\n  授予 得分 1分以上\n  指标 1 项：{whole}分\n" + "".join(
        f"    {line}\n" for line in body.strip().split("\n")
    ) + more  # fmt: skip


def all_points(rules: str, facts: Crowd) -> list[Num]:
    run = assessed(rules, V, facts)
    return [points(run, unit) for unit in facts]


def exact(*values: object) -> list[Num]:
    return [number(Fraction(str(item))) for item in values]


def test_compared_with_the_mean_of_the_peers() -> None:
    """Equal to the mean or below: full; up to 5 points above it −1; more than 5 −2."""
    body = (
        "中间值 高出 = 发案数 - 同类平均（发案数，含本单元）\n分档 高出\n"
        "  0件以下 得10分\n  5件以下 超过0件 得9分\n  超过5件 得8分"
    )
    rules = title("事实 发案数：数量（件） 0件~100件 适用 村", body, 10)
    assert all_points(rules, given("发案数", 10, 15, Fraction(16), 9, 0)) == exact(10, 9, 8, 10, 10)  # the mean is 10


def test_points_from_a_place_each_one_lower_a_fiftieth_of_the_base() -> None:
    body = "按公式 200分 - （名次（增速，从高到低，并列同名次） - 1名） × 4分，精确，封顶 200分\n保底 0分"
    rules = title("事实 增速：比例 0%~100% 适用 村", body, 200)
    tenth = Fraction(1, 10)
    assert all_points(rules, given("增速", tenth, tenth * 3, tenth * 2, tenth * 2, Fraction(0))) == exact(188, 200, 196, 196, 184)


def test_the_last_two_lose_points() -> None:
    body = "当 名次（增速，从低到高，并列同名次）2名以下，扣5分，扣完为止"
    rules = title("事实 增速：比例 0%~100% 适用 村", body, 20)
    values = [Fraction(n, 100) for n in (5, 4, 3, 2, 1)]
    assert all_points(rules, given("增速", *values)) == exact(20, 20, 20, 15, 15)


def test_own_value_by_the_best_times_the_weight() -> None:
    body = "中间值 第一 = 同类最高（项目分，含本单元）\n按公式 项目分 ÷ 较大值（第一，1分） × 600分，精确，封顶 600分"
    rules = title("事实 项目分：分数 0分~100分 适用 村", body, 600)
    assert all_points(rules, given("项目分", 80, 60, 40, 1, 0)) == exact(600, 450, 300, "15/2", 0)
    assert all_points(rules, given("项目分", 0, 0, 0, 0, 0)) == exact(0, 0, 0, 0, 0)  # nobody has any: no division by zero


def test_points_of_another_title_are_an_input_and_unknown_where_they_are() -> None:
    rules = title("事实 率：比例 适用 村", "按比例 率，精确", 100) + (
        "称号 文明村 适用 村：10分\n  授予 获得 牌 且 得分 5分以上\n  指标 2 转换：10分\n    按公式 得分（牌） × 10%，精确\n"
    )
    run = assessed(rules, V, given("率", Fraction("0.8"), UNKNOWN, Fraction(0)))
    assert [points(run, unit, 1) for unit in ("V1", "V2", "V3")] == [number(8), Num(Fraction(0), Fraction(10)), number(0)]
    assert [outcomes(run, 1)[unit] for unit in ("V1", "V2", "V3")] == ["granted", "undetermined", "refused"]


def test_a_share_of_the_units_judges_the_county_and_changes_no_village() -> None:
    tier = "等次 达标 适用 村 当 称号数 1块以上\n"
    rules = title("事实 率：比例 适用 村", "当 率 50%以上，得10分，否则 得0分", 10, tier) + "名额 村 达标 每个 县 占比 15%以上 40%以下\n"
    run = assessed(rules, V, given("率", Fraction("0.9"), Fraction("0.9"), Fraction("0.9"), Fraction(0), Fraction(0)))
    assert [item.status for item in quotas(run)] == ["missed"]  # 3 of 5 are 60%
    assert list(outcomes(run).values()) == ["granted"] * 3 + ["refused"] * 2
    fewer = assessed(rules, V, given("率", Fraction("0.9"), Fraction("0.9"), Fraction(0), Fraction(0), Fraction(0)))
    assert [item.status for item in quotas(fewer)] == ["met"]


def test_money_by_the_number_of_titles_and_by_the_rate_of_points() -> None:
    """100 yuan a flag; pay = points ÷ 100 × 6,000 yuan, to the cent."""
    more = (
        "称号 二 适用 村：100分\n  授予 得分 50分以上\n  指标 2 二项：100分\n    按比例 率，精确\n"
        "等次 有牌 适用 村 当 称号数 1块以上\n  补贴 县级 100元 × 称号数\n  补贴 镇级 四舍五入（6000元 × （得分（二） ÷ 100分），2位）\n"
    )
    rules = title("事实 率：比例 适用 村", "按比例 率，精确", 100, more)
    run = assessed(rules, V, given("率", Fraction("0.9"), Fraction("0.1"), Fraction(1, 3)))
    assert [value(run, unit, "有牌(村)/tier/县级") for unit in ("V1", "V2", "V3")] == exact(200, 100, 100)
    assert [value(run, unit, "有牌(村)/tier/镇级") for unit in ("V1", "V2", "V3")] == exact(5400, 600, 2000)


LINKED = HEAD.replace("创建单元 ", "创建单元 干部、") + (
    "事实 职务：选项（书记、主任、委员） 适用 干部\n事实 违纪：是否 适用 干部\n"
    "称号 好干部 适用 干部：100分\n  授予 得分 90分以上\n  指标 1 连带：100分\n"
    "    中间值 违纪人数 = 上级（村，下级合计（干部，若（违纪，1人，0人）））\n"
    "    按公式 100分 - 若（职务 = 书记，违纪人数 × 5分，若（职务 = 主任，违纪人数 × 3分，0分）），精确\n    保底 0分\n"
)


@pytest.mark.parametrize(
    ("offends", "expected"),
    [
        ((False, False, False, False), [number(100)] * 4),
        ((False, False, True, False), exact(95, 97, 100, 100)),  # each offending member: secretary −5, head −3
        ((True, False, True, False), exact(90, 94, 100, 100)),
        ((False, False, None, False), [Num(Fraction(95), Fraction(100)), Num(Fraction(97), Fraction(100)), number(100), number(100)]),
    ],
)
def test_one_member_s_offence_costs_those_who_lead(offends: tuple[bool | None, ...], expected: list[Num]) -> None:
    posts = ("书记", "主任", "委员", "书记")
    units: Units = {**V, "A": "干部 V1", "B": "干部 V1", "D": "干部 V1", "E": "干部 V2"}
    facts: dict[str, Given] = {
        unit: {"职务": post, "违纪": offence} for unit, post, offence in zip("ABDE", posts, offends, strict=True)
    }
    run = assessed(LINKED, units, facts)
    assert [points(run, unit) for unit in "ABDE"] == expected


def test_ranked_on_unrounded_points() -> None:
    """Both print as 88.88; the better by a thousandth is first, and only equal numbers tie."""
    rules = title("事实 均分：分数 适用 村", "按公式 均分，精确，封顶 100分", 100).replace(
        "授予 得分 1分以上", "授予 名次（得分，从高到低，并列未定）1名以下"
    ).replace("事实 均分：分数", "事实 均分：分数 0分~100分")  # fmt: skip
    run = assessed(rules, V, given("均分", Fraction("88.884"), Fraction("88.883"), 1, 1, 1))
    assert list(outcomes(run).values())[:2] == ["granted", "refused"]
    tied = assessed(rules, V, given("均分", Fraction("88.884"), Fraction("88.884"), 1, 1, 1))
    assert list(outcomes(tied).values())[:2] == ["undetermined", "undetermined"]
