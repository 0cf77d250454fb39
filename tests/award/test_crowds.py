"""Titles that rest on other units, worked by hand: places with a threshold, grades by rank, links up and down, counties, what-ifs."""

from __future__ import annotations

from fractions import Fraction

import pytest

from flagrules.award.assess import Assessment
from flagrules.award.holders import check_holders
from flagrules.engine.values import Num, Opts, number
from flagrules.explain.story import tell
from flagrules.explain.text import to_text
from flagrules.pipeline import check_together
from flagrules.text.findings import Findings, Stopped
from flagrules.text.source import Span
from tests.crowdkit import HEAD, TOWNS, Crowd, Units, assessed, opened, outcomes, points, value
from tests.rulekit import UNKNOWN, Given, Plain

VILLAGES: Units = {**TOWNS, **{f"V{index}": f"村 {'T1' if index < 4 else 'T2'}" for index in range(1, 7)}}
FACT = "事实 收入：次数 0次~100次 适用 村\n"
BODY = "  指标 1 收入项：100分\n    按比例 收入 ÷ 100次，精确\n"


def incomes(*values: Plain) -> Crowd:
    return {f"V{index}": {"收入": value} for index, value in enumerate(values, start=1)}


def granted(grant: str, *values: Plain) -> str:
    """The outcome of V1, V2 …: y granted, n not, ? undetermined."""
    run = assessed(FACT + f"称号 牌 适用 村：100分\n  授予 {grant}\n" + BODY, VILLAGES, incomes(*values))
    letters = {"granted": "y", "refused": "n", "undetermined": "?"}
    return "".join(letters[outcome] for outcome in outcomes(run).values())


TOP2 = "名次（得分，从高到低，并列未定）2名以下"


@pytest.mark.parametrize(
    ("grant", "values", "expected"),
    [
        (TOP2, (90, 80, 70, 60, 50, 40), "yynnnn"),
        (TOP2, (90, 80, 80, 60, 50, 40), "y??nnn"),  # one place, two who tie: never file order
        (TOP2, (90, 90, 80, 60, 50, 40), "yynnnn"),  # a tie within the places hurts nobody
        (TOP2, (90, 90, 90, 60, 50, 40), "???nnn"),
        (TOP2.replace("并列未定", "并列同名次"), (90, 80, 80, 60, 50, 40), "yyynnn"),  # both are second
        (TOP2.replace("并列未定", "并列同名次"), (90, 90, 80, 60, 50, 40), "yynnnn"),  # the next is third
        (TOP2.replace("高到低", "低到高"), (90, 80, 70, 60, 50, 40), "nnnnyy"),
        (TOP2 + " 且 得分 85分以上", (90, 80, 70, 60, 50, 40), "ynnnnn"),  # a place stays empty
        (TOP2 + " 且 得分 85分以上", (90, 80, 80, 60, 50, 40), "ynnnnn"),  # a tie below the threshold does not matter
        (TOP2 + " 且 得分 85分以上", (9, 8, 7, 6, 5, 4), "nnnnnn"),
        (TOP2 + " 且 得分 80分以上", (90, 80, 80, 60, 50, 40), "y??nnn"),
        (TOP2.replace("，并列", "，每个 乡镇，并列"), (90, 80, 70, 60, 50, 40), "yynyyn"),
        ("名次（得分，从高到低，每个 乡镇，并列未定）1名以下", (90, 90, 70, 60, 50, 40), "??nynn"),
        # unknown facts: certainly in, certainly out, and those it hangs on
        (TOP2, (90, 80, UNKNOWN, 60, 50, 40), "y??nnn"),
        (TOP2, (90, UNKNOWN, UNKNOWN, 60, 50, 40), "????nn"),  # V4 is second if both are poor, V5 third at best
        (TOP2, (UNKNOWN,) * 6, "??????"),
        (TOP2 + " 且 得分 85分以上", (90, UNKNOWN, UNKNOWN, 60, 50, 40), "???nnn"),
        (TOP2, (100, 100, UNKNOWN, 60, 50, 40), "???nnn"),  # 100 would tie
        # shares of all, and of the rest
        ("得分 同类平均（得分，含本单元）以上", (90, 80, 70, 60, 50, 40), "yyynnn"),  # the mean is 65
        ("得分 同类平均（得分，含本单元）以上", (65, 65, 65, 65, 65, 65), "yyyyyy"),
        ("得分 同类平均（得分，不含本单元，没有则 0分）以上", (90, 70, 70, 60, 50, 50), "yyynnn"),  # V3: the others' mean is 64
        ("得分 ÷ 较大值（同类最高（得分，含本单元），1分）90%以上", (90, 81, 80, 0, 0, 0), "yynnnn"),  # 81 ÷ 90 is 90%
    ],
)
def test_who_gets_the_title(grant: str, values: tuple[Plain, ...], expected: str) -> None:
    assert granted(grant, *values) == expected


def test_the_first_of_each_category() -> None:
    """20 in each category win: the category is the title, the partition the place."""
    rules = (
        FACT + "事实 树：次数 0次~100次 适用 村\n"
        "称号 富 适用 村：100分\n  授予 名次（得分，从高到低，并列未定）1名以下\n" + BODY
        + "称号 绿 适用 村：100分\n  授予 名次（得分，从高到低，每个 乡镇，并列未定）1名以下 且 得分 50分以上\n"
        "  指标 2 树：100分\n    按比例 树 ÷ 100次，精确\n"
    )
    trees = (60, 70, 10, 40, 20, 30)
    facts = {unit: {**given, "树": tree} for (unit, given), tree in zip(incomes(9, 8, 7, 6, 5, 4).items(), trees, strict=True)}
    run = assessed(rules, VILLAGES, facts)
    assert [unit for unit, outcome in outcomes(run, 0).items() if outcome == "granted"] == ["V1"]
    assert [unit for unit, outcome in outcomes(run, 1).items() if outcome == "granted"] == ["V2"]  # the best of T2 has 40


GRADES = (
    FACT + "称号 牌 适用 村：100分\n  授予 得分 10分以上\n"
    "  等级 一等 当 名次（得分，从高到低，并列未定）1名以下\n"
    "  等级 二等 当 名次（得分，从高到低，并列未定）3名以下\n"
    "  等级 三等 当 得分 10分以上\n" + BODY
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((90, 80, 70, 60, 50, 4), ["一等", "二等", "二等", "三等", "三等", ""]),
        ((90, 90, 70, 60, 50, 4), ["一等|二等", "一等|二等", "二等", "三等", "三等", ""]),
        ((90, 80, 60, 60, 50, 4), ["一等", "二等", "三等|二等", "三等|二等", "三等", ""]),
    ],
)
def test_grades_by_rank(values: tuple[int, ...], expected: list[str]) -> None:
    run = assessed(GRADES, VILLAGES, incomes(*values))
    found = [value(run, f"V{index}", "牌(村)/grade") for index in range(1, 7)]
    assert ["|".join(sorted(map(str, one.options))) for one in found if isinstance(one, Opts)] == expected


CHAIN = (
    HEAD.replace("创建单元 ", "创建单元 县、")
    + """\
事实 文明：是否 适用 户
事实 违规：起数 0起~9起 适用 户
称号 信用户 适用 户：10分
  授予 得分 10分以上
  指标 1 文明项：10分
    当 文明，得10分，否则 得0分
称号 信用村 适用 村：100分
  授予 下级占比（户，获得 信用户，没有则 0%）70%以上
  指标 2 信用户比例：100分
    按公式 下级占比（户，获得 信用户，没有则 0%） × 100分，精确
  扣分项 K1 户违规：20分
    每1起 下级合计（户，违规） 扣3分，不足一步不计，不设下限
称号 信用镇 适用 乡镇：100分
  授予 下级占比（村，获得 信用村，没有则 0%）50%以上 且 下级个数（村）2个以上
  指标 3 村均分：100分
    按公式 下级平均（村，得分（信用村），没有则 0分），精确
    保底 0分
称号 信用县 适用 县：100分
  授予 下级占比（乡镇，获得 信用镇，没有则 0%）60%以上
  指标 4 镇比例：100分
    按公式 下级占比（乡镇，获得 信用镇，没有则 0%） × 100分，保留1位 四舍五入
"""
)
HOUSES: Units = {
    "C": "县", "T1": "乡镇 C", "T2": "乡镇 C", "T3": "乡镇 C", "V1": "村 T1", "V2": "村 T1", "V3": "村 T2", "V4": "村 T2",
    **{f"H{index}": f"户 V{(index + 2) // 3}" for index in range(1, 13)},
}  # fmt: skip


def chain(civil: str, offences: str = "000000000000") -> Assessment:
    """Houses H1 to H12, three a village: y, n or ? each, and how often each offended."""
    read = {"y": True, "n": False, "?": None}
    facts: Crowd = {
        f"H{index}": {"文明": read[letter], "违规": None if count == "?" else int(count)}
        for index, (letter, count) in enumerate(zip(civil, offences, strict=True), start=1)
    }
    return assessed(CHAIN, HOUSES, facts)


def test_household_village_town_county() -> None:
    run = chain("yyy" "yyn" "yyy" "ynn")
    found = outcomes(run)
    assert {unit: found[unit] for unit in ("V1", "V2", "V3", "V4")} == {  # 3 of 3, 2 of 3 (66.7% < 70%), 3 of 3, 1 of 3
        "V1": "granted", "V2": "refused", "V3": "granted", "V4": "refused",
    }  # fmt: skip
    assert (found["T1"], found["T2"], found["T3"]) == ("granted", "granted", "refused")  # 1 of 2 each; T3 has no village
    assert (found["C"], points(run, "C")) == ("granted", number(Fraction("66.7")))  # 2 of 3 towns, rounded
    assert points(run, "T1") == number(Fraction(250, 3))  # (100 + 66⅔) ÷ 2
    assert points(run, "T3") == number(0)


def test_one_household_nobody_asked_leaves_open_what_hangs_on_it_and_nothing_else() -> None:
    run = chain("?yy" "yyn" "yyy" "ynn")
    found = outcomes(run)
    assert {unit for unit, outcome in found.items() if outcome == "undetermined"} == {"H1", "V1", "T1", "C"}
    assert points(run, "C") == Num(Fraction("33.3"), Fraction("66.7"))
    assert chain("yyy" "yy?" "yyy" "ynn").unit("C") is not None
    settled = outcomes(chain("yyy" "yy?" "yyy" "ynn"))
    assert (settled["V2"], settled["T1"], settled["C"]) == ("undetermined", "granted", "granted")  # V1 alone is half of T1


@pytest.mark.parametrize(
    ("offences", "village", "town"),
    [
        ("200000000000", number(94), number(Fraction(241, 3))),  # 100 − 2 × 3; (94 + 66⅔) ÷ 2
        ("999000000000", number(80), number(Fraction(220, 3))),  # 81 points, but the penalty is 20 at most
        ("?00000000000", Num(Fraction(80), Fraction(100)), Num(Fraction(220, 3), Fraction(250, 3))),
    ],
)
def test_what_members_do_costs_the_village_and_the_town(offences: str, village: Num, town: Num) -> None:
    run = chain("yyy" "yyn" "yyy" "ynn", offences)
    assert (points(run, "V1"), points(run, "T1")) == (village, town)
    assert points(run, "V3") == number(100)


PASSES = (
    FACT + "称号 甲 适用 村：100分\n  授予 得分 1分以上\n" + BODY
    + """\
称号 乙 适用 村：200分
  授予 名次（得分，从高到低，并列未定）1名以下
  指标 2 名次分：200分
    按公式 较大值（0分，200分 - （名次（得分（甲），从高到低，并列同名次） - 1名） × 4分），精确，封顶 200分
  加分项 J1 甲分：不封顶
    按公式 得分（甲） × 10%，精确
称号 丙 适用 村：10分
  授予 得分 5分以上
  指标 3 总名次：10分
    分档 名次（得分（乙），从低到高，每个 乡镇，并列同名次）
      2名以下 得0分
      其余 得10分
"""
)


def test_points_from_a_rank_feed_a_total_and_a_second_rank() -> None:
    """1st = 200, each place lower 2% of it; the last two of each town get nothing."""
    run = assessed(PASSES, VILLAGES, incomes(90, 80, 80, 60, 50, 40))
    assert run.base.last_stage == 2
    second = {unit: points(run, unit, 1) for unit in ("V1", "V2", "V3", "V4", "V5", "V6")}
    assert second == {  # 200 + 9, 196 + 8 twice, then the fourth place: 188 + 6, 184 + 5, 180 + 4
        "V1": number(209), "V2": number(204), "V3": number(204), "V4": number(194), "V5": number(189), "V6": number(184),
    }  # fmt: skip
    assert outcomes(run, 1) == {unit: "granted" if unit == "V1" else "refused" for unit in second}
    assert [points(run, unit, 2).low for unit in second] == [10, 0, 0, 10, 0, 0]  # T1: 209 | 204 204; T2: 194 | 189 184


def test_one_unknown_goes_through_all_passes() -> None:
    run = assessed(PASSES, VILLAGES, incomes(90, 80, 70, 60, 50, UNKNOWN))
    assert points(run, "V1", 1) == Num(Fraction(205), Fraction(209))  # first or second
    assert points(run, "V6", 1) == Num(Fraction(180), Fraction(210))  # sixth with nothing, first with 100
    assert outcomes(run, 1) == {"V1": "undetermined", "V6": "undetermined", **dict.fromkeys(("V2", "V3", "V4", "V5"), "refused")}
    third = [str(points(run, f"V{index}", 2)) for index in range(1, 7)]
    assert third == ["10", "0", "0", "0..10", "0", "0..10"]  # V5 is below V4 either way


COUNTY_HEAD = "县 甲县 990001 落实 例 版本 “1”\n"
CITY = (
    FACT + "称号 牌 适用 村：100分\n  授予 名次（得分，从高到低，并列未定）1名以下\n  指标 1 收入项：100分\n"
    "    授权 各县 细化 〔例文 4〕\n    分档 收入\n      50次以上 得100分\n      其余 得60分\n"
    "称号 镇牌 适用 乡镇：100分\n  授予 得分 1分以上\n  指标 2 村均：100分\n    按公式 下级平均（村，得分（牌），没有则 0分），精确\n"
)
SPLIT = COUNTY_HEAD + "  细化 1 收入项 依 例文 4\n    指标 1.1 收入子：100分\n      按比例 收入 ÷ 100次，精确\n"


def test_a_county_s_own_lines_move_the_places_of_all() -> None:
    units: Units = {"C": "县", "D": "县", "T1": "乡镇 C", "T2": "乡镇 D", "V1": "村 T1", "V2": "村 T1", "V3": "村 T2"}
    facts = incomes(70, 40, 55)
    assert outcomes(assessed(CITY, units, facts)) == {
        "T1": "granted", "T2": "granted", "V1": "undetermined", "V2": "refused", "V3": "undetermined",  # 100, 60, 100
    }  # fmt: skip
    run = assessed(CITY, units, facts, {"C": SPLIT})
    assert [points(run, unit).low for unit in ("V1", "V2", "V3")] == [70, 40, 100]
    assert {unit: outcome for unit, outcome in outcomes(run).items() if unit.startswith("V")} == {
        "V1": "refused", "V2": "refused", "V3": "granted",
    }  # fmt: skip
    assert (points(run, "T1"), points(run, "T2")) == (number(55), number(100))


MEAN = COUNTY_HEAD + (
    "  细化 1 收入项 依 例文 4\n    指标 1.1 收入子：100分\n"
    "      每1次 收入 低于 同类平均（收入，含本单元） 扣1分，不足一步不计，扣完为止\n"
)
TWO: Units = {"C": "县", "D": "县", "T1": "乡镇 C", "T2": "乡镇 D", "V1": "村 T1", "V2": "村 T1", "V3": "村 T2"}


def test_points_that_wait_for_others_in_one_county_are_waited_for_in_the_other() -> None:
    """C's villages are measured by their mean, known a pass later than the bands of D: V3 is third of all, not first of those known."""
    run = assessed(CITY, TWO, incomes(90, 80, 10), {"C": MEAN})
    assert [points(run, unit) for unit in ("V1", "V2", "V3")] == [number(100), number(95), number(60)]
    assert {unit: outcome for unit, outcome in outcomes(run).items() if unit.startswith("V")} == {
        "V1": "granted", "V2": "refused", "V3": "refused",
    }  # fmt: skip
    assert "= 3名（V2 95 > V3 60）" in told(run, "V3")


WAITING = FACT + "".join(
    f"称号 {title} 适用 村：100分\n  授予 得分 1分以上\n  指标 {number} {title}项：100分\n    授权 各县 细化 〔例文 4〕\n"
    "    分档 收入\n      50次以上 得100分\n      其余 得60分\n"
    for number, title in ((1, "甲"), (2, "乙"))
)  # fmt: skip
ONE, OTHER = (
    COUNTY_HEAD + f"  细化 {own} 依 例文 4\n    指标 {own[0]}.1 子：100分\n"
    f"      当 名次（得分（{looked}），从高到低，并列同名次） 1名以下，得100分，否则 得0分\n"
    for own, looked in (("1 甲项", "乙"), ("2 乙项", "甲"))
)


def test_counties_whose_units_wait_for_one_another_are_told_both_lines() -> None:
    compiled = {"": opened(WAITING), "C": opened(WAITING, ONE), "D": opened(WAITING, OTHER, "other")}
    check_together({place: compiled[place] for place in ("", "C")}, Findings())
    findings = Findings()
    with pytest.raises(Stopped):
        check_together(compiled, findings)
    (found,) = findings
    assert found.code == "FR323"
    places = [found.place, *(other.place for other in found.related)]
    assert [place.label for place in places if isinstance(place, Span)] == ["county/0.rules", "other/0.rules"]


def told(run: Assessment, unit_id: str, path: str = "牌(村)") -> str:
    unit = run.unit(unit_id)
    assert unit is not None
    return to_text(tell(run, unit, path))


def test_the_explanation_shows_the_place_the_neighbours_and_the_cut_off() -> None:
    rules = FACT + f"称号 牌 适用 村：100分\n  授予 {TOP2}\n" + BODY
    text = told(assessed(rules, VILLAGES, incomes(90, 80, 70, 60, 50, 40)), "V3")
    assert "名次（得分，从高到低，并列未定） = 3名（V2 80 > V3 70 > V4 60）" in text
    assert "3名 > 2名" in text  # the cut-off
    assert "收入：70次 → 81次（得分变为 81分）" in text  # its own place moves, the others stay: 80 would tie
    tied = told(assessed(rules, VILLAGES, incomes(90, 80, 80, 80, 50, 40)), "V3")
    assert "= 2名~4名（V1 90 > V3 80 = V2 80 = V4 80 > V5 50）" in tied
    assert "2名~4名 ? 2名" in tied
    unasked = told(assessed(rules, VILLAGES, incomes(90, 80, 80, UNKNOWN, 50, 40)), "V4")
    assert "= 1名~6名（V4 0~100 ? V1 90 > V2 80 = V3 80）" in unasked
    lowest = told(assessed(rules.replace("高到低", "低到高"), VILLAGES, incomes(90, 80, 70, 60, 50, 40)), "V3")
    assert "= 4名（V4 60 < V3 70 < V2 80）" in lowest


def test_a_what_if_moves_the_units_own_place_only() -> None:
    rules = FACT + "称号 牌 适用 村：100分\n  授予 得分 同类平均（得分，含本单元）以上\n" + BODY
    run = assessed(rules, VILLAGES, incomes(90, 80, 70, 60, 50, 40))
    text = told(run, "V6")
    # x ≥ (350 + x) ÷ 6 where x ≥ 70: the mean moves with the unit itself, the other five stay
    assert "收入：40次 → 70次（得分变为 70分）" in text
    other = run.unit("V1")
    assert other is not None
    assert other.titles[0].score == number(90)


def facts_with(**given: Given) -> Crowd:
    return given


def test_a_unit_nobody_holds_still_is_scored() -> None:
    units: Units = {"C": "县", "V1": "村", "V2": "村 C"}
    rules = FACT + "称号 牌 适用 村：100分\n  授予 名次（得分，从高到低，每个 县，并列同名次）1名以下\n" + BODY
    run = assessed(rules, units, facts_with(V1={"收入": 9}, V2={"收入": 3}))
    assert outcomes(run) == {"V1": "undetermined", "V2": "granted"}  # V1 lies in no county: nobody says among whom it is ranked
    findings = Findings()
    check_holders(run, findings)
    assert [(item.code, str(item.place), dict(item.args)) for item in findings] == [
        ("FR810", "city/0.rules:9:3", {"count": "1", "names": "V1", "kind": "县"}),
    ]  # fmt: skip


@pytest.mark.parametrize(("figure", "told"), [("上级（乡镇，力量）", True), ("上级（乡镇，力量，没有则 5人）", False), ("5人", False)])
def test_units_without_the_holder_a_line_asks_for_are_told(figure: str, *, told: bool) -> None:
    rules = "事实 力量：人数 0人~50人 适用 乡镇\n" + FACT + f"称号 牌 适用 村：100分\n  授予 {figure} 3人以上\n" + BODY
    findings = Findings()
    check_holders(assessed(rules, {"C": "县", "T1": "乡镇 C", "V1": "村 C", "V2": "村 T1"}, incomes(9, 3)), findings)
    assert [item.code for item in findings] == ["FR810"] * told
