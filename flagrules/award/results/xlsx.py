"""Results as one workbook: a sheet a table, the record of the run on a sheet of its own; every cell is text and runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from flagrules.award.results.run_record import record_rows
from flagrules.award.results.shape import Results, Table, for_files
from flagrules.award.results.words import Lang
from flagrules.text.render import visible
from flagrules.text.width import width

_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  a constant, so that the same results give the same bytes
_ROWS = 1_000_000
_LONGEST = 32_767
_MEASURED = 200
_NARROWEST, _WIDEST = 8, 60
_RECORD = {"zh": "说明", "en": "About"}


def write_xlsx(results: Results, folder: Path) -> None:
    """Write `results.xlsx` into `folder`; the same results give the same bytes. Raises `OSError` when it cannot."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(folder / "results.xlsx"), options)
    book.set_properties({"created": _EPOCH})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for table in results.tables:
        _table(book, table, results.lang, bold)
    _record(book, results, bold)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise os_error(error) from error


def os_error(error: Exception) -> OSError:
    """The operating system's own error, which says whether the disk is full, where xlsxwriter wrapped one."""
    wrapped = error.args[0] if error.args else error
    return wrapped if isinstance(wrapped, OSError) else OSError(str(error))


def _table(book: Workbook, table: Table, lang: Lang, bold: Format) -> None:
    """A table on one sheet, or on several where a sheet cannot hold it."""
    rows = [[cell_text(for_files(cell, lang)) for cell in row] for row in table.rows]
    heads = [cell_text(column.head(lang)) for column in table.columns]
    for part, first in enumerate(range(0, max(len(rows), 1), _ROWS), 1):
        sheet = book.add_worksheet(table.head(lang) if part == 1 else f"{table.head(lang)} {part}")
        _write(sheet, heads, rows[first : first + _ROWS], bold)
        sheet.freeze_panes(1, 2)


def _write(sheet: Worksheet, heads: Sequence[str], rows: Sequence[Sequence[str]], bold: Format) -> None:
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
        sheet.set_column(column, column, _wide([head, *(row[column] for row in rows[:_MEASURED])]))
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            if text:
                sheet.write_string(number, column, text)


def _wide(texts: Iterable[str]) -> int:
    """A width at which the longest of some texts can be read; a Chinese character takes two."""
    return max(_NARROWEST, min(_WIDEST, max(map(width, texts)) + 2))


def _record(book: Workbook, results: Results, bold: Format) -> None:
    sheet = book.add_worksheet(_RECORD[results.lang])
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 2, _WIDEST)
    for number, row in enumerate(record_rows(results.record, results.lang)):
        for column, text in enumerate(row):
            sheet.write_string(number, column, cell_text(text), *([bold] if column == 0 else []))


def cell_text(text: str) -> str:
    """Text that a cell can hold: control characters shown, what is too long cut with a sign that it is."""
    shown = visible(text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
