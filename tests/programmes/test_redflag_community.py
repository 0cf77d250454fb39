"""Red-flag communities: what the plan's lines make of the sample, its blanks open and filled, each line one below, at and above."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from flagrules.engine.values import Num
from flagrules.text.findings import Stopped
from tests.programmes.kit import exactly
from tests.programmes.redflag_kit import BLANKS, DISTRICT, GOOD, STREET, Run, compiled, people, run


@pytest.fixture
def open_() -> Run:
    """Nothing set."""
    return run(settings=False)


@pytest.fixture
def filled() -> Run:
    """The sample settings switched on."""
    return run(settings=True)


# ── the shape of the plan ──
def test_six_projects_hold_the_94_requirements(filled: Run) -> None:
    community, street = filled.plans[""].rules.titles
    assert [group.name for group in community.body.children] == ["红色阵地", "红色品牌", "红色基地", "红色网络", "红色爱心", "红色保障"]
    assert [group.whole for group in community.body.children] == [Fraction(n) for n in (24, 13, 4, 20, 12, 21)]
    assert (community.subjects, street.subjects) == (("社区",), ("街道",))
    assert [community.body.whole, street.body.whole] == [Fraction(94), Fraction(25)]


def test_the_blanks_are_unset_and_each_is_told(open_: Run) -> None:
    told = [dict(item.args)["name"] for item in open_.findings if item.code == "FR315"]
    assert set(told) == BLANKS
    assert open_.findings.errors == ()
    plan = open_.plans[DISTRICT].plan
    assert {name for name, parameter in plan.parameters.items() if parameter.value is None} == BLANKS


def test_the_sample_settings_fill_every_blank_and_call_themselves_samples(filled: Run) -> None:
    compiled_ = filled.plans[DISTRICT]
    assert all(parameter.value is not None for parameter in compiled_.plan.parameters.values())
    lines = [line for line in compiled_.rules.lines.values() if line.authority == DISTRICT and "设定" in line.text]
    assert len(lines) == len(BLANKS)
    assert [line.text for line in lines if not all("样例" in reason for reason in line.assumptions)] == []


@pytest.mark.parametrize(
    ("day", "share"), [("2020-01-01", 30), ("2020-12-31", 30), ("2021-01-01", 60), ("2022-01-01", 100), ("2022-12-31", 100)]
)
def test_the_share_wanted_depends_on_the_year(day: str, share: int) -> None:
    plans, _ = compiled(None, date.fromisoformat(day))
    assert plans[""].plan.parameters["覆盖率目标"].value == Fraction(share, 100)


@pytest.mark.parametrize("day", ["2019-12-31", "2023-01-01"])
def test_outside_the_three_years_it_is_not_in_force(day: str) -> None:
    with pytest.raises(Stopped) as stopped:
        compiled(None, date.fromisoformat(day))
    assert {item.code for item in stopped.value.findings if item.severity.name == "ERROR"} == {"FR316"}


def test_the_register_holds_the_75_statements_and_every_one_is_cited_or_context(filled: Run) -> None:
    [register] = filled.plans[""].registers
    parts = Counter(item.id.split(".")[0] for item in register.statements)
    assert parts == {"1": 1, "2": 3, "3": 57, "4": 8, "5": 6}
    assert all(item.says_en and not item.says.isascii() for item in register.statements)
    anchors = [anchor.text for item in register.statements for anchor in item.anchors]
    assert len(anchors) == len(set(anchors)) == 76  # 4.2 has two
    cited = {clause.item for line in filled.plans[""].rules.lines.values() for clause in line.clauses}
    assert [item.id for item in register.statements if item.id not in cited] == ["5.6"]


# ── nothing set: undetermined, and the explanation names the blank ──
@pytest.mark.parametrize("name", ["样例社区01", "样例社区02", "样例社区03", "样例社区08", "样例街道一", "样例街道二", "样例街道三"])
def test_with_the_blanks_open_nobody_wins_and_nobody_loses(open_: Run, name: str) -> None:
    assert open_.outcome(name) == "undetermined"


@pytest.mark.parametrize(
    ("name", "blanks"),
    [
        (GOOD, ["自检月", "群众满意度下限", "创建起月", "创建止月", "创建期日数", "需求收集次数下限", "工作经费标准", "党建经费标准",
                "服务经费标准", "经费年增长率", "生活补贴标准"]),
        (STREET, ["街道奖补线", "创建起月", "创建止月", "专题培训人次下限", "定期研究次数下限"]),
    ],
)  # fmt: skip
def test_the_explanation_names_each_blank_the_outcome_waits_for(open_: Run, filled: Run, name: str, blanks: list[str]) -> None:
    text = open_.explained(name)
    assert [blank for blank in blanks if f"{blank} = 没有设定" not in text] == []
    assert "没有设定" not in filled.explained(name)


def test_11_of_94_points_wait_for_blanks_and_none_is_zero(open_: Run) -> None:
    # 21, 22, 28, 32 and 38 one each, 36 and 37 three each
    assert open_.unit("样例社区02").titles[0].score == Num(Fraction(83), Fraction(94))
    assert open_.points(GOOD, "36") == Num(Fraction(0), Fraction(3))


def test_who_does_not_apply_is_decided_without_any_blank(open_: Run) -> None:
    assert open_.outcome("样例社区07") == "not_entered"


@pytest.mark.parametrize("tier", ["已抽查", "优秀案例"])
def test_a_number_nobody_set_leaves_its_quota_open(open_: Run, filled: Run, tier: str) -> None:
    assert (open_.quota(tier).status, filled.quota(tier).status) == ("undetermined", "met")


def test_the_number_recommended_binds_each_street(open_: Run, filled: Run) -> None:
    assert open_.quota("街道推荐单位", STREET).status == "undetermined"
    assert (filled.quota("街道推荐单位", STREET).reached, filled.quota("街道推荐单位", STREET).status) == (exactly(3), "met")
    assert filled.known("样例社区04", 街道推荐=True).quota("街道推荐单位", STREET).status == "missed"  # a fourth


# ── the sample with its settings, as its README says ──
@pytest.mark.parametrize(
    ("name", "points", "outcome"),
    [
        ("样例社区01", 94, "granted"), ("样例社区02", 94, "granted"), ("样例社区03", 94, "granted"), ("样例社区04", 93, "refused"),
        ("样例社区05", 93, "refused"), ("样例社区06", 93, "refused"), ("样例社区07", 94, "not_entered"),
        ("样例社区08", 94, "undetermined"), ("样例社区09", 93, "refused"), ("样例社区10", 94, "refused"),
        ("样例街道一", 25, "granted"), ("样例街道二", 24, "refused"), ("样例街道三", 14, "refused"),
    ],
)  # fmt: skip
def test_outcomes(filled: Run, name: str, points: int, outcome: str) -> None:
    title = filled.unit(name).titles[0]
    assert (title.score, title.outcome) == (exactly(points), outcome)


@pytest.mark.parametrize(
    ("name", "tiers", "money"),
    [
        ("样例街道一", {"以奖代补", "优秀案例"}, 100_000),
        ("样例街道二", {"优秀案例"}, 0),
        ("样例街道三", {"通报批评"}, 0),
    ],
)
def test_streets_are_rewarded_criticised_or_neither(filled: Run, name: str, tiers: set[str], money: int) -> None:
    unit = filled.unit(name)
    assert {tier.name for tier in unit.tiers if tier.reached == "reached"} == tiers
    assert unit.money("区级") == exactly(money)


@pytest.mark.parametrize(("points", "criticised"), [(14, True), (15, False), (16, False)])
def test_under_15_points_a_street_is_criticised(filled: Run, points: int, criticised: bool) -> None:  # noqa: FBT001
    street = filled.known("样例街道三", 街道品牌三条要求=points - 13)  # 14 with the 1 it has
    assert street.unit("样例街道三").titles[0].score == exactly(points)
    reached = {tier.name for tier in street.unit("样例街道三").tiers if tier.reached == "reached"}
    assert ("通报批评" in reached) is criticised


# ── each line one below, at and above it ──
def week(days: int) -> int:
    return days // 7


def test_245_days_are_35_weeks_8_months_and_16_half_months() -> None:
    days = (date(2020, 10, 31) - date(2020, 3, 1)).days + 1
    assert (days, week(days)) == (245, 35)


@pytest.mark.parametrize(
    ("name", "item", "fact", "unit", "line", "full"),
    [
        (GOOD, "22", "恳谈会周数", Fraction(1), 35, 1),
        (GOOD, "28", "交换专场月数", Fraction(1), 8, 1),
        (GOOD, "32", "需求收集次数", Fraction(1), 4, 1),
        (GOOD, "34", "后备干部人数", Fraction(1), 2, 1),
        (GOOD, "36", "工作经费", Fraction(100), 100_000, 3),
        (GOOD, "36", "党建经费", Fraction(100), 50_000, 3),
        (GOOD, "36", "服务经费", Fraction(100), 200_000, 3),
        (GOOD, "37", "工作经费", Fraction(100), 105_000, 3),  # 100,000 last year, 5% more
        (GOOD, "37", "党建经费", Fraction(100), 52_500, 3),
        (GOOD, "37", "服务经费", Fraction(100), 210_000, 3),
        (GOOD, "38", "生活补贴", Fraction(1), 3000, 1),
        (STREET, "49", "民情会半月数", Fraction(1), 16, 1),
        (STREET, "52", "专职党务工作者", Fraction(1), 4, 1),
        (STREET, "54", "专题培训人次", Fraction(1), 100, 1),
        (STREET, "55", "研究部署次数", Fraction(1), 2, 1),
    ],
)  # fmt: skip
def test_each_number_at_its_line(filled: Run, name: str, item: str, fact: str, unit: Fraction, line: int, full: int) -> None:
    below, at, above = (filled.known(name, **{fact: line + step * unit}).points(name, item) for step in (-1, 0, 1))
    assert (below, at, above) == (exactly(full - 1), exactly(full), exactly(full))


@pytest.mark.parametrize(("days", "points"), [(244, 0), (245, 1), (246, 1)])
def test_every_ordinary_member_is_in_touch_every_day(filled: Run, days: int, points: int) -> None:
    rows = people({"身份": "普通党员", "结对户数": 20, "联系日数": days}, {"身份": "党员干部", "结对户数": 20, "联系日数": 0})
    assert filled.entered(GOOD, {"结对党员": rows}).points(GOOD, "21") == exactly(points)


@pytest.mark.parametrize(
    ("fact", "value", "outcome"),
    [
        ("群众满意度", Fraction(8999, 10000), "refused"), ("群众满意度", Fraction(9, 10), "granted"),
        ("群众满意度", Fraction(9001, 10000), "granted"),
        ("申报月份", 10, "not_entered"), ("申报月份", 11, "granted"), ("申报月份", 12, "not_entered"),
        ("自检达标", False, "not_entered"), ("街道推荐", False, "refused"),
        ("验收结论", "没有抽到", "granted"), ("验收结论", "抽查没有通过", "refused"),
    ],
)  # fmt: skip
def test_what_a_community_must_pass(filled: Run, fact: str, value: Fraction | int | bool | str, outcome: str) -> None:  # noqa: FBT001
    assert filled.known(GOOD, **{fact: value}).outcome(GOOD) == outcome


@pytest.mark.parametrize(("granted", "status"), [(2, "missed"), (3, "met"), (4, "met")])
def test_30_percent_of_ten_are_three(filled: Run, granted: int, status: str) -> None:
    some = filled.known("样例社区08", 群众满意度=Fraction(95 if granted == 4 else 50, 100))
    some = some if granted != 2 else some.known(GOOD, 街道推荐=False)
    found = some.quota("红旗社区")
    assert (found.reached, found.needed, found.status) == (exactly(granted), 3, status)


@pytest.mark.parametrize(("upgraded", "status"), [(1, "missed"), (2, "met"), (3, "met")])
def test_a_fifth_of_the_venues(filled: Run, upgraded: int, status: str) -> None:
    some = filled.known(GOOD, 本年场所提升=upgraded > 1).known("样例社区03", 本年场所提升=upgraded > 2)
    assert (some.quota("场所已提升").reached, some.quota("场所已提升").status) == (exactly(upgraded), status)


def test_a_last_month_before_the_first_counts_as_one_month() -> None:
    plans, _ = compiled(["设定 创建止月 = 2月 依 实施方案 4.1"])
    odd = replace(run(settings=True), plans=plans)
    assert odd.known(GOOD, 交换专场月数=0).points(GOOD, "28") == exactly(0)
    assert odd.known(GOOD, 交换专场月数=1).points(GOOD, "28") == exactly(1)
