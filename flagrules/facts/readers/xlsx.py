"""Workbooks (.xlsx): looked through as a stream first, then parsed in a bounded process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from flagrules.facts import limits
from flagrules.facts.raw import Form, Mark, Raw, RawRow, RawSheet, Sheets, column_letter
from flagrules.facts.readers.bounded import Line, Refused, parse, raw_of
from flagrules.facts.readers.xlsx_scan import SheetScan, scan


def read_xlsx(path: Path, label: str) -> Sheets:
    """The visible sheets of a workbook. Formula cells are marked and left blank; sheets without content are left out."""
    try:
        book = scan(path, label)
        used = tuple(sheet for sheet in book.sheets if sheet.last_row)
        names = (sheet.name for sheet in used)
        lines = parse("xlsx", path, label, limits.CHILD_BYTES, *names).sheets if used else {}
    except Refused as refused:
        return Sheets(findings=(refused.finding,))
    sheets = tuple(_sheet(sheet, lines.get(sheet.name, [])) for sheet in used)
    return Sheets(sheets, book.findings)


def _sheet(seen: SheetScan, lines: list[Line]) -> RawSheet:
    rows = tuple(_row(seen, number, cells) for number, cells in _with_unseen(seen, lines))
    return RawSheet(seen.name, rows, (*seen.marks, *_formulas(seen, dict(lines))))


def _formulas(seen: SheetScan, cells: Mapping[int, list[str]]) -> Iterator[Mark]:
    """A mark for each formula; one whose result is not stored would else read as blank."""
    for row, column in sorted(seen.formulas):
        stored = cells.get(row, [])[column - 1 : column]
        yield Mark("FR522" if any(stored) else "FR523", row, row, column, f"{column_letter(column)}{row}")


def _with_unseen(seen: SheetScan, lines: list[Line]) -> list[Line]:
    """The rows parsed, and those that hold only formulas without a value or error words, which parse as blank."""
    present = {number for number, _ in lines}
    lost = {row for row, _ in seen.formulas | seen.errors} - present
    return sorted([*lines, *((row, []) for row in lost)])


def _row(seen: SheetScan, number: int, cells: list[str]) -> RawRow:
    padded = [*cells, *[""] * (seen.last_column - len(cells))]
    return RawRow(number, tuple(_raw(seen, (number, column), text) for column, text in enumerate(padded, 1)))


def _raw(seen: SheetScan, at: tuple[int, int], text: str) -> Raw:
    if at in seen.formulas:
        return Raw("", Form.FORMULA)
    if at in seen.errors:
        return Raw("#", Form.ERROR)
    raw = raw_of(text)
    return Raw(raw.text, Form.PERCENT) if raw.form is Form.NUMBER and at in seen.percent else raw
