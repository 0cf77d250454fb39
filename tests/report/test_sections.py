"""What the picture shows of small runs, each figure worked by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from flagrules.report.lines import section as lines_of
from flagrules.report.picture import picture_of
from flagrules.report.quotas import section as quotas_of
from flagrules.report.rest import money
from flagrules.report.scores import class_of, labels
from flagrules.report.scores import section as scores_of
from flagrules.report.shape import Both, Picture, Section, Sheet, Tile
from flagrules.report.told import Told, told
from tests.award.make import BODY, HEAD, TIER, facts, register, run

QUOTA = "名额 店 一星 每个 街 占比 50%以上 〔办法 6〕\n"
PAID = f"{TIER}  补贴 镇级 1万元 〔办法 7〕\n"


def tell(folder: Path, shops: list[str], rules: str = HEAD + BODY) -> Told:
    """Shops as `street:reviews,kitchen`."""
    rows = [shop.split(":", 1) for shop in shops]
    files = {
        "登记.csv": register([f"{index},店{index},{street}" for index, (street, _) in enumerate(rows)]),
        "事实.csv": facts([f"{index},{said}" for index, (_, said) in enumerate(rows)]),
    }
    return told(run(folder, rules, files).results())


def picture(folder: Path, shops: list[str], rules: str = HEAD + BODY) -> Picture:
    return picture_of(tell(folder, shops, rules), "zh")


def part(shown: Picture, key: str) -> Section:
    return next(section for section in shown.sections if section.key == key)


def sheet(shown: Section, key: str) -> Sheet:
    return next(sheet for sheet in shown.sheets if sheet.key == key)


# ── places and titles ──


def test_places_by_titles(tmp_path: Path) -> None:
    grid = part(picture(tmp_path, ["A:90,是", "A:90,", "A:0,否", "B:0,否"]), "grid").grids[0]
    assert (grid.places, grid.columns) == (("街",), (("店", "卫生"),))
    assert [(names, tiles) for names, tiles in grid.rows] == [
        (("甲街",), (Tile(3, 1, 1, 0),)),
        (("乙街",), (Tile(1, 0, 0, 0),)),
        ((Both("合计", "in all"), ), (Tile(4, 1, 1, 0),)),
    ]  # fmt: skip


def test_a_run_in_one_place_has_a_grid_of_its_units(tmp_path: Path) -> None:
    grid = part(picture(tmp_path, ["A:90,是", "A:90,"]), "grid").grids[0]
    assert [(names, tiles) for names, tiles in grid.rows[:2]] == [
        (("0", "店0"), (Tile(1, 1, 0, 0),)),
        (("1", "店1"), (Tile(1, 0, 1, 0),)),
    ]


def test_two_places_of_one_name_are_two_places(tmp_path: Path) -> None:
    rules = HEAD + BODY
    files = {
        "登记.csv": "编号,名称,类别,上级\nT,东镇,镇,\nU,西镇,镇,\nA,甲街,街,T\nB,甲街,街,U\n1,店一,店,A\n2,店二,店,B\n",
        "事实.csv": facts(["1,90,是", "2,0,否"]),
    }
    grids = part(picture_of(told(run(tmp_path, rules, files).results()), "zh"), "grid").grids
    assert [grid.places for grid in grids] == [("镇",), ("镇", "街")]
    assert [names for names, _ in grids[1].rows[:2]] == [("东镇", "甲街"), ("西镇", "甲街")]


@pytest.mark.parametrize(
    ("tile", "shade"),
    [
        (Tile(10, 0, 0, 0), "s0"),
        (Tile(10, 0, 1, 0), "open"),
        (Tile(10, 1, 0, 0), "s1"),
        (Tile(10, 2, 0, 0), "s1"),
        (Tile(10, 3, 7, 0), "s2"),
        (Tile(10, 8, 0, 2), "s4"),
        (Tile(10, 9, 0, 0), "s5"),
        (Tile(10, 10, 0, 0), "s5"),
    ],
)
def test_the_shade_of_a_tile_rises_with_its_share(tile: Tile, shade: str) -> None:
    assert tile.shade == shade


def test_every_outcome_is_counted_once(tmp_path: Path) -> None:
    rules = (HEAD + BODY).replace("事实 明厨：是否", "事实 明厨：是否\n事实 开业：是否")
    rules = rules.replace("  授星 得分", "  参评 当 开业 〔办法 2〕\n  授星 得分")
    files = {
        "登记.csv": register([f"{index},店{index},A" for index in range(5)]),
        "事实.csv": "编号,期,好评数,明厨,开业\n0,2021,90,是,是\n1,2021,90,,是\n2,2021,0,否,是\n3,2021,90,是,否\n4,2021,0,否,\n",
    }
    shown = part(picture_of(told(run(tmp_path, rules, files).results()), "zh"), "grid")
    # granted, unsure kitchen, refused, not entered, and last one who is refused or not entered: undetermined all the same
    assert sheet(shown, "outcomes").rows == (("店", "卫生", "5", "1", "2", "1", "1"),)


# ── points ──


@pytest.mark.parametrize(
    ("points", "expected"), [(-1, 0), (0, 0), (9, 0), (10, 1), (11, 1), (89, 8), (90, 9), (99, 9), (100, 9), (105, 9)]
)
def test_a_class_holds_its_lower_end(points: int, expected: int) -> None:
    assert class_of(Fraction(points), Fraction(100)) == expected


def test_the_class_just_below_an_end() -> None:
    assert class_of(Fraction(10**30 - 1, 10**29), Fraction(100)) == 0


def test_labels_are_exact() -> None:
    assert labels(Fraction(25))[:3] == ("0–2.5", "2.5–5", "5–7.5")


def test_points_by_class_and_outcome(tmp_path: Path) -> None:
    # 100 granted; 60 to 100 undetermined, over several classes; 40 refused; 60·60/90 + 40 = 80 granted; 0 refused
    shown = scores_of(tell(tmp_path, ["A:90,是", "A:90,", "A:0,是", "A:60,是", "A:0,否"]))
    assert sheet(shown, "scores").rows == (("店", "卫生", "1", "0", "0", "0", "1", "0", "0", "0", "1", "1", "1"),)
    bars = {series.key: series.values for series in shown.charts[0].series}
    assert bars["granted"] == ("0",) * 8 + ("1", "1", "0")
    assert bars["undetermined"] == ("0",) * 10 + ("1",)
    assert bars["refused"] == ("1", "0", "0", "0", "1", *("0",) * 6)


# ── quotas, lines, money, what is missing ──


def test_a_quota_shows_its_share_and_what_is_needed(tmp_path: Path) -> None:
    shops = ["A:90,是", "A:90,", "A:0,否", "B:0,否"]
    shown = quotas_of(tell(tmp_path, shops, HEAD + BODY + TIER + QUOTA))
    rows = sheet(shown, "quotas").rows
    assert [row[3:10] for row in rows] == [
        ("≥ 50%", "1~2", "3", "1/3~2/3", "≈33.33~≈66.67%", "1.5 → 2", Both("未定", "undetermined")),
        ("≥ 50%", "0", "1", "0/1", "0%", "0.5 → 1", Both("未达标", "missed")),
    ]
    chart = shown.charts[0]
    assert [series.values for series in chart.series] == [("33.33",), ("33.33",)]
    assert chart.marks is not None
    assert chart.marks.values == ("66.67",)


def test_many_places_give_a_chart_a_quota(tmp_path: Path) -> None:
    streets = [f"S{index},{index}街,街,T,,," for index in range(5)]
    units = [f"{index},店{index},店,S{index},,," for index in range(5)]
    files = {
        "登记.csv": "\n".join(["编号,名称,类别,上级,起,止,并入", "T,东镇,镇,,,,", *streets, *units]) + "\n",
        "事实.csv": facts([f"{index},90,是" for index in range(5)]),
    }
    (chart,) = quotas_of(told(run(tmp_path, HEAD + BODY + TIER + QUOTA, files).results())).charts
    assert chart.categories == ("0街", "1街", "2街", "3街", "4街")
    assert chart.series[0].values == ("100",) * 5


def test_gates_and_scoring_lines_stand_apart(tmp_path: Path) -> None:
    shown = lines_of(tell(tmp_path, ["A:90,否", "A:45,否"]))
    assert [row[-1] for row in sheet(shown, "gates").rows] == ["2"]
    rows = sheet(shown, "scoring").rows
    assert [(row[2], row[3], row[6:]) for row in rows] == [
        ("厨房", "stars/a.rules:14", ("2", "2", "80")),
        ("好评", "stars/a.rules:12", ("1", "0", "30")),
    ]
    assert [series.values for series in shown.charts[1].series] == [("2", "0"), ("0", "1")]


def test_money_is_exact_and_an_interval_where_tiers_are_open(tmp_path: Path) -> None:
    shown = money(tell(tmp_path, ["A:90,是", "A:90,"], HEAD + BODY + PAID))
    assert sheet(shown, "money").rows == (
        ("镇级", "一星", "1~2", "10000~20000"),
        ("镇级", Both("合计", "in all"), "1~2", "10000~20000"),
    )
    assert [series.values for series in shown.charts[0].series] == [("1",), ("1",)]


def test_what_is_missing_is_counted_and_the_blanks_are_listed(tmp_path: Path) -> None:
    rules = (HEAD + BODY).replace("得分 80分以上", "得分 授星线 以上").replace("事实 好评数", "参数 授星线：分数 〔办法 2〕\n事实 好评数")
    shown = part(picture(tmp_path, ["A:90,", "A:90,是"], rules), "missing")
    assert [(row[1], row[-2:]) for row in sheet(shown, "missing").rows] == [("授星线", ("2", "1")), ("明厨", ("1", "0"))]
    assert [row[:4] for row in sheet(shown, "unset").rows] == [
        ("授星线", Both("方案自己", "the programme itself"), "1", "stars/a.rules:7")
    ]


def test_a_run_that_knows_everything_says_so(tmp_path: Path) -> None:
    shown = picture(tmp_path, ["A:90,是"])
    said = {section.key: section.empty.en for section in shown.sections if section.empty}
    assert said == {
        "quotas": "The programme has no quotas.",
        "lines": "Nothing was refused.",
        "missing": "Nothing is undetermined.",
    } | ({"money": "The programme pays nothing."} if "money" in said else {})


def test_a_run_without_units_has_a_picture(tmp_path: Path) -> None:
    files = {"登记.csv": register([]), "事实.csv": "编号,期,好评数,明厨\n"}
    shown = picture_of(told(run(tmp_path, HEAD + BODY, files).results()), "zh")
    assert part(shown, "grid").empty is not None
    assert part(shown, "scores").empty is not None


# ── places that are units themselves, and many titles ──

TOWNS = """\
方案 星级商户 版本 “1”
  称谓 “星” “颗”
  施行 2021年1月1日 起
文件 办法 《星级商户办法》
创建单元 店、街
上级单元 镇、街
事实 明厨：是否
星级 卫生 适用 店：40分 〔办法 1〕
  授星 得分 40分以上 〔办法 2〕
  指标 1 厨房：40分 〔办法 3〕
    当 明厨，得40分，否则 得0分 〔办法 4〕
星级 整洁 适用 街：40分 〔办法 1〕
  授星 得分 40分以上 〔办法 2〕
  指标 2 街面：40分 〔办法 3〕
    当 明厨，得40分，否则 得0分 〔办法 4〕
"""


def test_a_street_that_is_a_unit_stands_in_its_own_row(tmp_path: Path) -> None:
    files = {
        "登记.csv": register(["1,店一,A", "2,店二,B"]),
        "事实.csv": "编号,期,明厨\nA,2021,是\nB,2021,否\n1,2021,是\n2,2021,是\n",
    }
    (grid,) = part(picture_of(told(run(tmp_path, TOWNS, files).results()), "zh"), "grid").grids
    won, lost = Tile(1, 1, 0, 0), Tile(1, 0, 0, 0)
    assert grid.columns == (("街", "整洁"), ("店", "卫生"))
    assert grid.rows[:2] == ((("甲街",), (won, won)), (("乙街",), (lost, won)))


def test_many_titles_are_shown_in_parts(tmp_path: Path) -> None:
    title = (
        "星级 {1} 适用 店：40分 〔办法 1〕\n  授星 得分 40分以上 〔办法 2〕\n"
        "  指标 {0} {1}厨房：40分 〔办法 3〕\n    当 明厨，得40分，否则 得0分 〔办法 4〕\n"
    )
    rules = HEAD + "事实 明厨：是否\n" + "".join(title.format(number, name) for number, name in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅", 1))
    files = {"登记.csv": register(["1,店一,A", "2,店二,B"]), "事实.csv": "编号,期,明厨\n1,2021,是\n2,2021,否\n"}
    grids = part(picture_of(told(run(tmp_path, rules, files).results()), "zh"), "grid").grids
    assert [(grid.title.zh, len(grid.columns)) for grid in grids] == [("各街 1/2", 12), ("各街 2/2", 1)]


def test_columns_in_which_nothing_stands_are_left_out() -> None:
    heads = (Both("甲", "a"), Both("乙", "b"), Both("丙", "c"))
    lean = Sheet("x", heads[0], heads, (("1", "", "2"), ("", "", "3")), frozenset({1, 2})).without_empty()
    assert (lean.heads, lean.rows, lean.numbers) == ((heads[0], heads[2]), (("1", "2"), ("", "3")), frozenset({1}))
