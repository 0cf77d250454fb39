"""Tables by region: two towns of streets of shops; titles, how many are held, money, quotas with their edges; the procedure on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flagrules.award.results.shape import Results, for_machines
from flagrules.cli.tables import flags_table, money_table, procedure
from tests.award.make import BODY, HEAD, TIER, Made, facts, run
from tests.award.test_screen import plain

QUOTA = "名额 店 一星 每个 镇 占比 {share} 〔办法 6〕\n"
STEPS = """\
程序 〔办法 7〕
  步骤 1 推荐，6月15日前 由 “各镇” 〔办法 7〕
  步骤 2 公示 不少于5个工作日 由 “各镇” 〔办法 7〕
  步骤 3 授星，12月底前 由 “市里” 〔办法 7〕
"""
OPEN = "参数 额：金额（元） 〔办法 8〕\n  授权 各县 设定 {range} 〔办法 8〕\n"
SAID = {"y": "90,是", "n": "0,否", "?": "90,"}


def towns(**shops: str) -> dict[str, str]:
    """Files for shops of several towns, a letter a shop: y holds the star, n does not, ? is undetermined; Z lies in no town."""
    rows, said = ["编号,名称,类别,上级"], []
    for town, kinds in shops.items():
        rows += [] if town == "Z" else [f"{town},{town}镇,镇,"]
        rows += [f"{town}{index},店{town}{index},店,{'' if town == 'Z' else town}" for index in range(len(kinds))]
        said += [f"{town}{index},{SAID[kind]}" for index, kind in enumerate(kinds)]
    return {"登记.csv": "\n".join(rows) + "\n", "事实.csv": facts(said)}


def rows(results: Results, table: str, *columns: str) -> list[tuple[str | None, ...]]:
    found = results.table(table).only(*columns)
    return [tuple(map(for_machines, row)) for row in found.rows]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Town A has two with the star, one without, one open; town B one without."""
    rules = HEAD + BODY + TIER + "  补贴 镇级 1万元 〔办法 5〕\n" + QUOTA.format(share="15%以上") + STEPS
    return run(tmp_path, rules, towns(A="yyn?", B="n"))


def test_titles_of_all_then_of_each_town(made: Made) -> None:
    outcomes = ("granted_low", "granted_high", "refused", "not_entered", "undetermined")
    found = rows(made.results(), "flags", "place_id", "place", "subject", "title", "units", *outcomes)
    assert found == [
        (None, "all_units", "店", "卫生", "5", "2", "3", "2", "0", "1"),
        ("A", "A镇", "店", "卫生", "4", "2", "3", "1", "0", "1"),
        ("B", "B镇", "店", "卫生", "1", "0", "0", "1", "0", "0"),
    ]


def test_how_many_hold_how_many(made: Made) -> None:
    assert rows(made.results(), "held", "place_id", "subject", "granted", "units") == [
        (None, "店", "0", "2"), (None, "店", "1", "2"), (None, "店", None, "1"),
        ("A", "店", "0", "1"), ("A", "店", "1", "2"), ("A", "店", None, "1"),
        ("B", "店", "0", "1"),
    ]  # fmt: skip


def test_money_of_all_then_of_each_town(made: Made) -> None:
    found = rows(made.results(), "money", "place_id", "payer", "tier", "paid_low", "paid_high", "money_low", "money_high")
    assert [row for row in found if row[2] == "total"] == [
        (None, "镇级", "total", "2", "3", "20000", "30000"),
        ("A", "镇级", "total", "2", "3", "20000", "30000"),
        ("B", "镇级", "total", "0", "0", "0", "0"),
    ]


def test_units_in_no_town_have_a_row_of_their_own(tmp_path: Path) -> None:
    made = run(tmp_path, HEAD + BODY, towns(A="y", Z="yn"))
    assert rows(made.results(), "flags", "place_id", "place", "units", "granted_low") == [
        (None, "all_units", "3", "2"),
        ("A", "A镇", "1", "1"),
        (None, "no_place", "2", "1"),
    ]


@pytest.mark.parametrize(
    ("share", "shops", "asked", "edge", "needed", "status"),
    [
        ("15%以上", "y" * 2 + "n" * 17, "≥ 15%", "2.85", "3", "missed"),  # 15% of 19
        ("15%以上", "y" * 3 + "n" * 16, "≥ 15%", "2.85", "3", "met"),
        ("15%以上", "y" * 3 + "n" * 17, "≥ 15%", "3", "3", "met"),  # 15% of 20, exactly
        ("15%以上", "y" * 3 + "n" * 18, "≥ 15%", "3.15", "4", "missed"),  # 15% of 21
        ("超过15%", "y" * 3 + "n" * 17, "> 15%", "3", "4", "missed"),
        ("50%以上", "y", "≥ 50%", "0.5", "1", "met"),
    ],
)
def test_the_edge_of_a_share_is_shown_before_it_is_rounded_up(
    tmp_path: Path, share: str, shops: str, asked: str, edge: str, needed: str, status: str
) -> None:
    made = run(tmp_path, HEAD + BODY + TIER + QUOTA.format(share=share), towns(A=shops))
    assert rows(made.results(), "quotas", "asked", "edge", "needed", "status") == [(asked, edge, needed, status)]


def test_a_count_has_no_edge(tmp_path: Path) -> None:
    made = run(tmp_path, HEAD + BODY + TIER + "名额 店 一星 每个 镇 3个~5个 〔办法 6〕\n", towns(A="yy"))
    assert rows(made.results(), "quotas", "asked", "edge", "needed", "status") == [("≥ 3，≤ 5", None, "3", "missed")]


@pytest.mark.parametrize(
    ("range_", "most", "shown"), [("5元以上", "no_ceiling", "≥ 10"), ("5元~9元", "18", "10~18"), ("9元以下", "18", "0~18")]
)
def test_an_unset_amount_without_an_upper_bound_has_no_most(tmp_path: Path, range_: str, most: str, shown: str) -> None:
    made = run(tmp_path, HEAD + OPEN.format(range=range_) + BODY + TIER + "  补贴 镇级 额 〔办法 5〕\n", towns(A="yy"))
    least = {"≥ 10": "10", "10~18": "10", "0~18": "0"}[shown]
    assert rows(made.results(), "money", "tier", "money_low", "money_high")[:2] == [("一星", least, most), ("total", least, most)]
    assert plain(money_table(made.assessment))[-1].rstrip().endswith(f"  {shown}")
    (unit, _) = rows(made.results(), "units", "money_high:镇级")
    assert unit == (most if most == "no_ceiling" else "9",)


@pytest.mark.parametrize(("range_", "asked"), [("1个以上", "≤ 1~∞"), ("1个~9个", "≤ 1~9")])
def test_a_quota_whose_number_nobody_set_has_no_made_up_limit(tmp_path: Path, range_: str, asked: str) -> None:
    most = f"参数 最多：个数 〔办法 8〕\n  授权 各县 设定 {range_} 〔办法 8〕\n"
    made = run(tmp_path, HEAD + most + BODY + TIER + "名额 店 一星 每个 镇 最多 以下 〔办法 6〕\n", towns(A="yy"))
    assert rows(made.results(), "quotas", "asked", "status") == [(asked, "undetermined")]


@pytest.mark.parametrize(("shops", "places"), [({"Z": "yn"}, ["all_units"]), ({"A": "y", "Z": "yn"}, ["no_place", "A镇"])])
def test_units_that_nothing_holds_have_a_name_in_the_counts(tmp_path: Path, shops: dict[str, str], places: list[str]) -> None:
    found = rows(run(tmp_path, HEAD + BODY, towns(**shops)).results(), "counts", "place")
    assert [place for (place,) in found] == places


def test_the_screen_tells_towns_apart(made: Made) -> None:
    lines = [line.split() for line in plain(flags_table(made.assessment))]
    assert lines[:5] == [
        ["各地星"],
        ["地方", "店", "卫生"],
        ["全部单元", "5", "2~3"],
        ["A镇", "4", "2~3"],
        ["B镇", "1", "0"],
    ]
    assert lines[6:11] == [
        ["星数分布"],
        ["地方", "类别", "0颗", "1颗", "未定"],
        ["全部单元", "店", "2", "2", "1"],
        ["A镇", "店", "1", "2", "1"],
        ["B镇", "店", "1", "0", "0"],
    ]
    money = [line.split() for line in plain(money_table(made.assessment))]
    assert money[1] == ["地方", "出资方", "等次", "领取的单元", "金额（元）"]
    assert money[-1] == ["B镇", "镇级", "合计", "0", "0"]


@pytest.mark.parametrize(
    ("on", "first", "last", "end"),
    [
        # 5 working days after Wednesday 1 December 2021: 2, 3, 6, 7, 8
        (date(2021, 12, 1), "past_due_date", "open", "2021-12-08"),
        (date(2021, 6, 15), "open", "open", "2021-06-22"),
        (date(2021, 6, 16), "past_due_date", "open", "2021-06-23"),
        (date(2021, 12, 31), "past_due_date", "open", "2022-01-10"),  # 1 to 3 January are a holiday
    ],
)
def test_the_procedure_on_a_day(tmp_path: Path, on: date, first: str, last: str, end: str) -> None:
    made = run(tmp_path, HEAD + BODY + STEPS, towns(A="y"), on)
    assert rows(made.results(), "procedure", "item", "step", "by", "due", "state", "least", "earliest_end") == [
        ("1", "推荐", "各镇", "2021-06-15", first, None, None),
        ("2", "公示", "各镇", None, "no_deadline", "5个工作日", end),
        ("3", "授星", "市里", "2021-12-31", last, None, None),
    ]
    assert len(plain(procedure(made.assessment))) == 5


def test_without_a_published_calendar_no_end_is_told(tmp_path: Path) -> None:
    rules = (HEAD + BODY + STEPS).replace("2021年1月1日 起", "2021年1月1日起")
    made = run(tmp_path, rules, towns(A="y"), date(2190, 1, 1))
    assert rows(made.results(), "procedure", "earliest_end") == [(None,)] * 3
