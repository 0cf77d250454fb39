"""A title without points: granted or not by its gates, and no points anywhere; a gate over a list tells which rows counted."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from flagrules.award.assess import Assessment, assess
from flagrules.award.results.units import titles_table, units_table
from flagrules.explain.page import to_html
from flagrules.explain.story import Story, tell
from flagrules.explain.text import to_text
from flagrules.explain.values import to_json
from flagrules.facts.table import Cell, Entry, FactTable, Register, Row, Rows, State, Unit
from flagrules.text.source import CellPlace
from tests.rulekit import ON, compiled

RULES = """\
方案 例 版本 “1”
文件 例文 《例文》
创建单元 村
事实 办结：记录（件） 0件~9件
  字段 谁：选项（甲、乙）
  字段 哪天：日期
事实 报送日：日期
称号 牌 适用 村
  授予 当 个数（办结，其中 谁 = 甲 且 哪天 2021年6月30日以下） 1件以上
  授予 当 报送日 2021年7月1日以下
"""


def day(*when: int) -> Cell:
    return Cell(State.KNOWN, Fraction(date(*when).toordinal()))


ROWS = (
    Row({"谁": Cell(State.KNOWN, "甲"), "哪天": day(2021, 6, 30)}, CellPlace("facts.csv", "", 2, "办结")),
    Row({"谁": Cell(State.KNOWN, "乙"), "哪天": day(2021, 6, 1)}, CellPlace("facts.csv", "", 3, "办结")),
)


def assessed(filed: date, rows: tuple[Row, ...] = ROWS) -> Assessment:
    facts: dict[str, Entry] = {"办结": Rows(rows, filed=True), "报送日": Cell(State.KNOWN, Fraction(filed.toordinal()))}
    register = Register({"a": Unit("a", "甲村", "村")})
    return assess({"": compiled(RULES).plan}, register, FactTable("2021", "2020", {("a", "2021"): facts}), ON)


def story(filed: date, rows: tuple[Row, ...] = ROWS) -> Story:
    run = assessed(filed, rows)
    unit = run.unit("a")
    assert unit is not None
    return tell(run, unit, run.base.titles[0].path)


@pytest.mark.parametrize(("filed", "said"), [(date(2021, 7, 1), "牌：授予"), (date(2021, 7, 2), "牌：未授予")])
def test_it_is_granted_or_not_and_no_points_are_told(filed: date, said: str) -> None:
    told = story(filed)
    text = to_text(told)
    assert said in text.split("\n")
    assert "分" not in text.replace("依据", "")
    assert "得分" not in to_html([told], "zh")
    assert to_json(told)["whole"] is None
    assert to_json(told)["points"] is None


def test_how_late_a_day_is_is_told_in_days() -> None:
    assert "2021-07-04 > 2021-07-01（高出3日）" in to_text(story(date(2021, 7, 4)))
    assert "2021-07-04 > 2021-07-01 (3 days over)" in to_text(story(date(2021, 7, 4)), "en")


def test_a_gate_over_a_list_tells_its_rows_and_not_the_tests_inside_them() -> None:
    told = story(date(2021, 7, 1))
    text = to_text(told)
    assert "办结个数 = 1件（2条里算1条）" in text
    assert "  算：谁 甲，哪天 2021-06-30 ← facts.csv:2" in text
    assert "不算：谁 乙" in text
    assert [len(gate.tests) for gate in told.gates] == [1, 1]


def test_rows_that_fail_several_conditions_are_only_counted() -> None:
    rows = (
        Row({"谁": Cell(State.KNOWN, "甲"), "哪天": day(2021, 7, 1)}, CellPlace("facts.csv", "", 2, "办结")),
        Row({"谁": Cell(State.KNOWN, "乙"), "哪天": day(2021, 6, 30)}, CellPlace("facts.csv", "", 3, "办结")),
        Row({"谁": Cell(State.KNOWN, "乙"), "哪天": day(2021, 7, 1)}, CellPlace("facts.csv", "", 4, "办结")),
    )
    told = story(date(2021, 7, 1), rows)
    text = to_text(told)
    assert "不算：谁 甲，哪天 2021-07-01 ← facts.csv:2" in text
    assert "不算：谁 乙，哪天 2021-06-30 ← facts.csv:3" in text
    assert "facts.csv:4" not in text
    assert "另有1条有两处以上不符，不算" in text
    assert "1 more fail several conditions and do not count" in to_html([told], "en")
    assert len(to_json(told)["gates"][0]["lists"][0]["rows"]) == 3


def test_a_gate_over_a_list_is_told_to_machines_and_on_the_page() -> None:
    told = story(date(2021, 7, 1))
    assert to_json(told)["gates"][0]["lists"][0]["name"] == "办结"
    assert "facts.csv" in to_html([told], "zh")


def test_the_tables_leave_its_points_empty() -> None:
    run = assessed(date(2021, 7, 1))
    assert titles_table(run).only("title", "outcome", "points_low", "points_high", "whole").rows[0][2:] == (None, None, None)
    assert units_table(run, "zh").rows[0][-1] == "授予"


def test_the_parts_are_numbered_without_a_gap_and_a_place_nobody_named_leaves_no_comma() -> None:
    text = to_text(story(date(2021, 7, 2)))
    assert [line[:2] for line in text.splitlines() if line[1:2] == "、"] == ["一、", "二、"]
    assert text.startswith("甲村（a，村）\n")
