"""What a workbook can hide, and what its cells mean."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from flagrules.facts.table import Cell, FactTable, Register, State
from flagrules.text.findings import Findings

Reading = Callable[[dict[str, str | bytes]], tuple[Register, FactTable, Findings]]
Where = Callable[[Findings], list[tuple[str, int, str]]]
Row = tuple[object, ...]
HEADER = ("编号", "期", "活动次数", "满意度", "完成日", "有事故", "备注", "补贴(万元)")


def made(change: Callable[[Worksheet], None], row: Row = ("01", "2021", 1), epoch: datetime | None = None) -> bytes:
    """A workbook of one sheet with the header, a row and a change."""
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    page = book.active
    page.title = "事实"
    page.append(HEADER)
    page.append(row)
    change(page)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def put(ref: str, value: object, number_format: str = "") -> Callable[[Worksheet], None]:
    def change(page: Worksheet) -> None:
        page[ref] = value
        page[ref].number_format = number_format or page[ref].number_format

    return change


def error_cell(page: Worksheet) -> None:
    page["C2"] = "#REF!"
    page["C2"].data_type = "e"


def hide_row(page: Worksheet) -> None:
    page.row_dimensions[2].hidden = True


def hide_column(page: Worksheet) -> None:
    page.column_dimensions["C"].hidden = True


def title_above(page: Worksheet) -> None:
    page.insert_rows(1)
    page["A1"] = "2021年统计表"
    page.merge_cells("A1:C1")


def hide_sheet(page: Worksheet) -> None:
    other = page.parent.create_sheet("草稿")
    other["A1"] = "编号"
    other.sheet_state = "veryHidden"


WRONG: list[tuple[str, Callable[[Worksheet], None], list[tuple[str, int, str]]]] = [
    ("formula without result", put("C2", "=1+1"), [("FR523", 2, "活动次数")]),
    ("formula for an id", put("A2", '="0"&"1"'), [("FR523", 2, "编号")]),
    ("error word", error_cell, [("FR528", 2, "活动次数")]),
    ("merged", lambda page: page.merge_cells("C2:C3"), [("FR524", 2, "活动次数")]),
    ("hidden row", hide_row, [("FR525", 2, "")]),
    ("hidden column", hide_column, [("FR526", 0, "活动次数")]),
    ("hidden sheet", hide_sheet, [("FR527", 0, "")]),
    ("merged title above", title_above, [("FR541", 2, "")]),
    ("bare ratio", put("D2", 0.95), [("FR579", 2, "满意度")]),
    ("percent sign only quoted", put("D2", 0.95, '0.00"%"'), [("FR579", 2, "满意度")]),
    ("too fine a percentage", put("D2", 1 / 3, "0%"), [("FR581", 2, "满意度")]),
    ("percent in a count", put("C2", 0.5, "0%"), [("FR574", 2, "活动次数")]),
    ("a day in a count", put("C2", date(2021, 1, 2)), [("FR574", 2, "活动次数")]),
    ("yes in a count", put("C2", True), [("FR574", 2, "活动次数")]),  # noqa: FBT003
    ("a serial number for a day", put("E2", 44344), [("FR586", 2, "完成日")]),
    ("a time for a day", put("E2", datetime(2021, 5, 28, 10, 30)), [("FR586", 2, "完成日")]),  # noqa: DTZ001
    ("one for yes", put("F2", 1), [("FR583", 2, "有事故")]),
    ("huge", put("C2", 1e300), [("FR574", 2, "活动次数")]),
    ("content under no header", put("K2", "x"), [("FR544", 2, "K")]),
]


@pytest.mark.parametrize(("change", "spots"), [pytest.param(c, s, id=name) for name, c, s in WRONG])
def test_what_a_workbook_must_not_do(
    reading: Reading, where: Where, change: Callable[[Worksheet], None], spots: list[tuple[str, int, str]]
) -> None:
    assert where(reading({"a.xlsx": made(change)})[2]) == spots


RIGHT: list[tuple[str, Callable[[Worksheet], None], str, object]] = [
    ("percent cell", put("D2", 0.95, "0%"), "满意度", Fraction(19, 20)),
    ("own percent format", put("D2", 0.9512, "0.00%;[Red]-0.00%"), "满意度", Fraction(9512, 10000)),
    ("percent text", put("D2", "95%"), "满意度", Fraction(19, 20)),
    ("binary float", put("H2", 0.1 + 0.2), "补贴", Fraction(3000)),
    ("a day", put("E2", date(2021, 5, 28)), "完成日", Fraction(date(2021, 5, 28).toordinal())),
    ("a day as text", put("E2", "2021年5月28日"), "完成日", Fraction(date(2021, 5, 28).toordinal())),
    ("true", put("F2", True), "有事故", True),  # noqa: FBT003
    ("a number as text", put("G2", 12), "备注", "12"),
]


@pytest.mark.parametrize(("change", "fact", "value"), [pytest.param(c, f, v, id=name) for name, c, f, v in RIGHT])
def test_what_a_cell_means(
    reading: Reading, where: Where, change: Callable[[Worksheet], None], fact: str, value: object
) -> None:
    _, table, findings = reading({"a.xlsx": made(change)})
    entry = table.entry("01", fact)
    assert isinstance(entry, Cell)
    assert (where(findings), entry.value) == ([], value)
    assert entry.origin is not None
    assert (entry.origin.label, entry.origin.sheet, entry.origin.row) == ("a.xlsx", "事实", 2)


def test_days_counted_from_1904_are_read_so_and_noted(reading: Reading) -> None:
    _, table, findings = reading({"a.xlsx": made(put("E2", date(2021, 5, 28)), epoch=CALENDAR_MAC_1904)})
    assert table.entry("01", "完成日") == Cell(State.KNOWN, Fraction(date(2021, 5, 28).toordinal()))
    assert "FR530" in [item.code for item in findings]


def test_ids_stored_as_numbers_are_noted(reading: Reading) -> None:
    _, table, findings = reading({"a.xlsx": made(lambda _: None, (1, 2021, 7))})
    assert table.entry("01", "活动次数") == Cell(State.KNOWN, Fraction(7))
    assert {"FR551", "FR553"} <= {item.code for item in findings}


def test_formatting_in_a_far_cell_holds_nothing_and_is_no_fault(reading: Reading, where: Where) -> None:
    def change(page: Worksheet) -> None:
        page["XFD1048576"].number_format = "0%"

    assert where(reading({"a.xlsx": made(change)})[2]) == []


def test_a_formula_with_a_stored_result_is_still_not_read(reading: Reading, where: Where) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    page = book.add_worksheet("事实")
    for column, text in enumerate(("编号", "期", "活动次数")):
        page.write_string(0, column, text)
    page.write_string(1, 0, "01")
    page.write_string(1, 1, "2021")
    page.write_formula(1, 2, "=6*2", None, 12)
    book.close()
    _, table, findings = reading({"a.xlsx": stream.getvalue()})
    assert where(findings) == [("FR522", 2, "活动次数")]
    assert table.entry("01", "活动次数") == Cell(State.UNKNOWN)
