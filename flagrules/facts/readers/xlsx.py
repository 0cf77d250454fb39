"""Workbooks (.xlsx): looked through as a stream first, then parsed in a bounded process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from flagrules.facts import limits
from flagrules.facts.raw import BLANK, Form, Mark, Raw, RawRow, RawSheet, Sheets, column_letter
from flagrules.facts.readers import xlsx_child
from flagrules.facts.readers.xlsx_scan import Refused, SheetScan, scan
from flagrules.text.findings import finding
from flagrules.text.source import FilePlace

_FORMS = {"s": Form.TEXT, "t": Form.TEXT, "n": Form.NUMBER, "d": Form.DATE}
_OUT_OF_MEMORY = 3
_FAILED = 4
_Line = tuple[int, list[str]]


def read_xlsx(path: Path, label: str) -> Sheets:
    """The visible sheets of a workbook. Formula cells are marked and left blank; sheets without content are left out."""
    try:
        book = scan(path, label)
        lines = _parse(path, label, tuple(sheet.name for sheet in book.sheets if sheet.last_row))
    except Refused as refused:
        return Sheets(findings=(refused.finding,))
    sheets = tuple(_sheet(sheet, lines.get(sheet.name, [])) for sheet in book.sheets if sheet.last_row)
    return Sheets(sheets, book.findings)


def _parse(path: Path, label: str, sheets: tuple[str, ...]) -> dict[str, list[_Line]]:
    """The rows of each sheet, from the bounded process; raises `Refused`."""
    if not sheets:
        return {}
    command = [sys.executable, "-P", xlsx_child.__file__, str(path), str(limits.CHILD_BYTES), str(limits.CHILD_SECONDS), *sheets]
    try:
        # our own program, given a path and sheet names as arguments, no shell
        child = subprocess.run(command, capture_output=True, timeout=limits.CHILD_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Refused(finding("FR511", FilePlace(label))) from error
    if child.returncode:
        raise Refused(finding("FR507" if child.returncode == _FAILED else "FR511", FilePlace(label)))
    return _collect(child.stdout)


def _collect(output: bytes) -> dict[str, list[_Line]]:
    found: dict[str, list[_Line]] = {}
    rows: list[_Line] = []
    for line in output.splitlines():
        match json.loads(line):
            case {"sheet": str(name)}:
                rows = found.setdefault(name, [])
            case [int(number), list(cells)]:
                rows.append((number, cells))
    return found


def _sheet(seen: SheetScan, lines: list[_Line]) -> RawSheet:
    rows = tuple(_row(seen, number, cells) for number, cells in _with_unseen(seen, lines))
    return RawSheet(seen.name, rows, (*seen.marks, *_formulas(seen, dict(lines))))


def _formulas(seen: SheetScan, cells: Mapping[int, list[str]]) -> Iterator[Mark]:
    """A mark for each formula; one whose result is not stored would else read as blank."""
    for row, column in sorted(seen.formulas):
        stored = cells.get(row, [])[column - 1 : column]
        yield Mark("FR522" if any(stored) else "FR523", row, row, column, f"{column_letter(column)}{row}")


def _with_unseen(seen: SheetScan, lines: list[_Line]) -> list[_Line]:
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
    if not text:
        return BLANK
    if text[0] == "b":
        return Raw("是" if text == "b1" else "否", Form.BOOL)
    if text[0] == "n" and at in seen.percent:
        return Raw(text[1:], Form.PERCENT)
    return Raw(text[1:], _FORMS[text[0]])
