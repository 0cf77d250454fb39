"""Decisions over time: each run adds dated decisions, the earlier ones stay as they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flagrules.award.assess import months_after
from flagrules.facts.read import read_facts
from tests.award.make import HEAD, Made, compile_rules, run

RULES = (
    HEAD
    + """\
事实 得票：分数 0分~100分
事实 命案：是否
事实 作假：是否
星级 先进 适用 店：100分 〔办法 1〕
  授星 当 得分 80分以上 且 非 曾获（先进，2年） 〔办法 2〕
  有效期 3年 〔办法 3〕
  撤销 当 作假 〔办法 4〕
  降一等 当 命案 〔办法 5〕
  等级 优秀 当 得分 90分以上 〔办法 6〕
  等级 良好 当 得分 80分以上 〔办法 6〕
  指标 1 得票：100分 〔办法 7〕
    按公式 得票，精确 〔办法 7〕
"""
)
REGISTER = "编号,名称,类别\n1,一,店\n"


def assessed(folder: Path, facts: str, past: str | None, on: date = date(2021, 12, 1)) -> Made:
    files = {"登记.csv": REGISTER, "事实.csv": f"编号,期,得票(分),命案,作假\n1,2021,{facts}\n"}
    if past is not None:
        files["决定.csv"] = "编号,称号,决定,决定日期,有效至,等级\n" + past
    return run(folder, RULES, files, on)


def decided(made: Made) -> frozenset[str]:
    return made.assessment.units[0].titles[0].decisions


@pytest.mark.parametrize(
    ("facts", "past", "decisions", "outcome", "grades"),
    [
        ("95,否,否", "", {"granted"}, "granted", {"优秀"}),
        ("89.99,否,否", "", {"granted"}, "granted", {"良好"}),
        ("90,否,否", "", {"granted"}, "granted", {"优秀"}),
        ("95,是,否", "", {"demoted"}, "granted", {"良好"}),  # 优秀 lowered by one
        ("85,是,否", "", {"demoted"}, "granted", {""}),  # below the last grade there is none
        ("79.99,否,否", "", {"none"}, "refused", {""}),
        ("95,否,否", "1,先进,授予,2019-12-01,2022-11-30,良好\n", {"kept"}, "refused", {"优秀"}),  # two years ago to the day: barred
        ("95,否,否", "1,先进,授予,2019-11-30,2022-11-29,良好\n", {"granted"}, "granted", {"优秀"}),  # a day more: free again
        ("60,否,是", "1,先进,授予,2020-06-01,2023-05-31,良好\n", {"withdrawn"}, "refused", {""}),
        ("60,否,是", "", {"none"}, "refused", {""}),  # nothing to withdraw
        ("60,否,否", "1,先进,授予,2018-12-02,2021-12-01,良好\n", {"kept"}, "refused", {""}),  # its last day
        ("60,否,否", "1,先进,授予,2018-12-01,2021-11-30,良好\n", {"expired"}, "refused", {""}),  # the day after
        ("60,否,是", "1,先进,授予,2018-12-01,2021-11-30,良好\n", {"expired"}, "refused", {""}),  # what has expired is not withdrawn
        # what was withdrawn does not expire
        ("60,否,否", "1,先进,授予,2020-06-01,2023-05-31,良好\n1,先进,撤销,2021-06-01,,\n", {"none"}, "refused", {""}),
        # and an expiry is told once
        ("60,否,否", "1,先进,授予,2017-06-01,2020-05-31,良好\n1,先进,期满,2020-12-01,,\n", {"none"}, "refused", {""}),
        ("95,否,否", "1,先进,授予,2022-06-01,2025-05-31,良好\n", {"granted"}, "granted", {"优秀"}),  # a later decision is not known yet
    ],
)
def test_what_is_decided_today(
    tmp_path: Path, facts: str, past: str, decisions: set[str], outcome: str, grades: set[str]
) -> None:
    made = assessed(tmp_path, facts, past)
    title = made.assessment.units[0].titles[0]
    assert (set(title.decisions), str(title.outcome), set(title.grades)) == (decisions, outcome, grades)


def test_without_a_file_of_decisions_the_past_is_unknown(tmp_path: Path) -> None:
    title = assessed(tmp_path, "95,否,否", None).assessment.units[0].titles[0]
    assert title.outcome == "undetermined"
    assert title.possible == {"granted", "refused"}


def test_todays_decisions_can_be_read_back_and_leave_the_old_ones_alone(tmp_path: Path) -> None:
    old = "1,先进,授予,2017-01-01,2019-12-31,良好\n"
    made = assessed(tmp_path, "95,否,否", old)
    table = made.results().table("decisions").only("unit", "title", "decision", "decided_on", "until", "grade")
    (row,) = table.rows
    assert [str(cell) for cell in row[3:]] == ["2021-12-01", "2024-11-30", "优秀"]
    (tmp_path / "next").mkdir()
    both = old + f"1,先进,授予,{row[3]},{row[4]},{row[5]}\n"
    assert decided(assessed(tmp_path / "next", "60,否,否", both, date(2024, 11, 30))) == {"kept"}
    (tmp_path / "last").mkdir()
    assert decided(assessed(tmp_path / "last", "60,否,否", both, date(2024, 12, 1))) == {"expired"}


YEAR = RULES.replace("  指标 1 得票", "  一票否决 当 作假，则 当年不授 〔办法 8〕\n  指标 1 得票")


def lost_for_the_year(folder: Path, facts: str, past: str, on: date) -> Made:
    files = {"登记.csv": REGISTER, "事实.csv": f"编号,期,得票(分),命案,作假\n1,2021,{facts}\n"}
    return run(folder, YEAR, {**files, "决定.csv": "编号,称号,决定,决定日期,有效至,等级\n" + past}, on)


def test_a_year_lost_is_a_decision_beside_a_withdrawal_and_is_read_back(tmp_path: Path) -> None:
    held = "1,先进,授予,2019-06-01,2022-05-31,良好\n"
    made = lost_for_the_year(tmp_path, "95,否,是", held, date(2021, 3, 1))
    rows = made.results().table("decisions").only("title", "decision", "decided_on", "until", "line").rows
    assert [(getattr(row[1], "key", row[1]), str(row[2]), row[3]) for row in rows] == [
        ("withdrawn", "2021-03-01", None), ("barred", "2021-03-01", "2021-12-31"),
    ]  # fmt: skip
    said = held + "1,先进,撤销,2021-03-01,,\n1,先进,取消当年资格,2021-03-01,2021-12-31,\n"
    for index, (on, outcome, decisions) in enumerate(
        [
            (date(2021, 3, 2), "refused", {"none"}),
            (date(2021, 12, 31), "refused", {"none"}),
            (date(2022, 1, 1), "granted", {"granted"}),
        ]
    ):
        folder = tmp_path / str(index)
        folder.mkdir()
        title = lost_for_the_year(folder, "95,否,否", said.replace("2019-06-01", "2018-06-01"), on).assessment.units[0].titles[0]
        assert (str(title.outcome), set(title.decisions), set(title.bars)) == (outcome, decisions, {"none"})


def test_a_year_lost_leaves_a_title_that_is_held(tmp_path: Path) -> None:
    past = "1,先进,授予,2019-06-01,2022-05-31,良好\n1,先进,取消当年资格,2021-02-01,,\n"
    title = lost_for_the_year(tmp_path, "95,否,否", past, date(2021, 12, 1)).assessment.units[0].titles[0]
    assert (str(title.outcome), set(title.decisions)) == ("refused", {"kept"})


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2021, 12, 1), 36, date(2024, 11, 30)),
        (date(2021, 1, 31), 1, date(2021, 2, 27)),  # there is no 31 February; the month ends before the 28th
        (date(2020, 2, 29), 12, date(2021, 2, 27)),
        (date(2021, 11, 30), 3, date(2022, 2, 27)),
    ],
)
def test_how_long_a_decision_holds(day: date, months: int, last: date) -> None:
    assert months_after(day, months) == last


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("9,先进,授予,2020-01-01,,", "FR555"),
        ("1,先近,授予,2020-01-01,,", "FR596"),
        ("1,先进,表扬,2020-01-01,,", "FR597"),
        ("1,先进,授予,2020-02-30,,", "FR587"),
        ("1,先进,授予,去年,,", "FR586"),
        ("1,先进,授予,2020-01-01,,\n1,先进,撤销,2020-01-01,,", "FR598"),
        ("1,先进,取消当年资格,2020-01-01,,\n1,先进,取消当年资格,2020-01-01,2020-12-31,", "FR598"),
    ],
)
def test_a_wrong_row_of_decisions(tmp_path: Path, row: str, code: str) -> None:
    (tmp_path / "登记.csv").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "决定.csv").write_text("编号,称号,决定,决定日期,有效至,等级\n" + row + "\n", encoding="utf-8")
    schema = compile_rules(RULES).schema
    _, _, findings = read_facts([tmp_path / "登记.csv", tmp_path / "决定.csv"], schema, "2021", "2020")
    assert [item.code for item in findings.errors] == [code]
    assert findings.errors[0].place.label == "决定.csv"
