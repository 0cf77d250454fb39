"""Every figure over every short list, filed or not, with fields known or not: each way to complete it lies within the interval."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from flagrules.engine.reference import run_plan
from flagrules.engine.values import Num
from flagrules.facts.table import Cell, Entry, Row, Rows, State
from flagrules.pipeline import Compiled
from flagrules.text.source import CellPlace
from tests.rulekit import compiled, one_indicator

FACTS = "事实 事：记录（起） 0起~2起\n  字段 数：人数 0人~2人\n  字段 级：选项（重、轻）"
PLACE = CellPlace("facts.csv", "", 2, "")
Written = tuple[int | None, str | None]
OPEN_ROWS: list[Written] = list(product((0, 2, None), ("重", "轻", None)))
FULL_ROWS: list[Written] = list(product((0, 1, 2), ("重", "轻")))
FIGURES = [
    "按公式 个数（事，其中 级 = 重） ÷ 1起 × 1分，精确",
    "按公式 个数（事，其中 级 = 重 且 数 1人以上） ÷ 1起 × 1分，精确",
    "按公式 若（个数（事，其中 数 2人以上） 1起以上，4分，事 ÷ 1起 × 1分），精确",
    *(
        f"按公式 {figure}（事，{value}{where}{none}） ÷ 1人 × 1分，精确"
        for figure in ("合计", "平均", "去极值平均", "最大", "最小")
        for value in ("数", "若（级 = 重，数，1人）")
        for where in ("", "，其中 级 = 重")
        for none in ("" if figure == "合计" else "，没有则 1人",)
    ),
    "每1起 事 其中 级 = 重 扣3分，第二次起加倍，不设下限",
    "每2起 事 其中 数 1人以上 扣3分，不足一步按一步，不设下限",
]


def points(rules: Compiled, rows: tuple[Written, ...] | None) -> Num:
    entry = Rows(tuple(Row(_cells(row), PLACE) for row in rows), filed=True) if rows is not None else None

    def facts(_name: str, _back: int) -> Entry | None:
        return entry

    found = {step.slot: step.value for step in run_plan(rules.plan, "村", facts)}[rules.plan.titles[0].score]
    assert isinstance(found, Num)
    return found


def _cells(row: Written) -> dict[str, Cell]:
    number, grade = row
    known = {"数": Fraction(number) if number is not None else None, "级": grade}
    return {name: Cell(State.KNOWN, value) for name, value in known.items() if value is not None}


def fits(full: tuple[Written, ...], rows: tuple[Written, ...] | None) -> bool:
    if rows is None:
        return True
    pairs = list(zip(full, rows, strict=False))
    return len(full) == len(rows) and all(part in (None, whole) for one, other in pairs for whole, part in zip(one, other, strict=True))


@pytest.mark.parametrize("figure", FIGURES)
def test_every_completion_lies_within_and_the_ends_are_reached_where_one_field_is_open(figure: str) -> None:
    rules = compiled(one_indicator(FACTS, figure))
    full = {rows: points(rules, rows) for count in range(3) for rows in product(FULL_ROWS, repeat=count)}
    assert all(found.exact for found in full.values())
    lists: list[tuple[Written, ...] | None] = [None, *(rows for count in range(3) for rows in product(OPEN_ROWS, repeat=count))]
    for rows in lists:
        found = points(rules, rows)
        every = [value.low for whole, value in full.items() if fits(whole, rows)]
        assert found.low <= min(every) <= max(every) <= found.high, (rows, found, every)
        one_open = rows is not None and sum(part is None for row in rows for part in row) <= 1
        if one_open and "若" not in figure:
            assert (found.low, found.high) == (min(every), max(every)), rows


@pytest.mark.parametrize("count", [6, 7])
def test_many_rows_that_may_count_are_bounded(count: int) -> None:
    text = one_indicator(FACTS.replace("2起", "9起"), "按公式 平均（事，数，其中 级 = 重，没有则 1人） ÷ 1人 × 1分，精确")
    found = points(compiled(text), ((2, "重"), *((0, None),) * count))
    assert found == Num(Fraction(2, 7) if count == 6 else Fraction(0), Fraction(2))  # 2 among seven rows; past six only bounds
