"""Figures over the rows of a list whose fields may be unknown or not apply: no missing value is taken for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from flagrules.engine.reference import run_plan
from flagrules.engine.values import Num, number
from flagrules.facts.table import Cell, Entry, Row, Rows, State
from flagrules.text.source import CellPlace
from tests.rulekit import NA, compiled, one_indicator

FACTS = "事实 事：记录（起） 0起~9起 可不适用\n  字段 数：人数 0人~20人"
PLACE = CellPlace("facts.csv", "", 2, "")
OPEN = Cell(State.UNKNOWN)


def points(figure: str, cells: list[Cell | int]) -> Num:
    rules = compiled(one_indicator(FACTS, f"当 {figure} 5人以上，得1分，否则 得20分\n不适用 则 得9分"))
    rows = tuple(Row(_fields(cell), PLACE) for cell in cells)

    def facts(_name: str, _back: int) -> Entry:
        return Rows(rows, filed=True)

    steps = {step.slot: step.value for step in run_plan(rules.plan, "村", facts)}
    found = steps[rules.plan.titles[0].score]
    assert isinstance(found, Num)
    return found


def _fields(cell: Cell | int) -> Mapping[str, Cell]:
    return {"数": cell if isinstance(cell, Cell) else Cell(State.KNOWN, Fraction(cell))}


@pytest.mark.parametrize(
    ("figure", "cells", "expected"),
    [
        ("合计（事，数）", [2, 3], number(1)),
        ("合计（事，数）", [2, 2], number(20)),
        ("合计（事，数）", [2, OPEN], Num(Fraction(1), Fraction(20))),
        ("合计（事，数）", [5, OPEN], number(1)),  # 5 already
        ("平均（事，数，没有则 0人）", [6, 4], number(1)),
        ("平均（事，数，没有则 0人）", [6, NA], number(1)),  # the mean of one row is 6, not 3
        ("最小（事，数，没有则 0人）", [6, NA], number(1)),
        ("最大（事，数，没有则 0人）", [NA, NA], number(20)),  # no row has a value: 没有则
        ("最大（事，数，没有则 9人）", [], number(1)),
    ],
)
def test_a_figure(figure: str, cells: list[Cell | int], expected: Num) -> None:
    assert points(figure, cells) == expected
