"""The picture as a workbook: a sheet a section, tile grids in colour, heads in both languages; every text runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from flagrules.award.results.xlsx import cell_text, os_error
from flagrules.report.shape import Grid, Picture, Section, Sheet, Text, Tile
from flagrules.text.width import width

_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  a constant, so that the same picture gives the same bytes
_NARROWEST, _WIDEST = 7, 52
_LINE = 15  # points
_SAFE_DIGITS = 15  # a spreadsheet keeps so many digits of a number; longer ones stay text
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_SHADES = {
    "s0": ("#FFFFFF", "#1F2328"), "s1": ("#E2EDF8", "#1F2328"), "s2": ("#BDD7EF", "#1F2328"), "s3": ("#8DBAE3", "#1F2328"),
    "s4": ("#2F78BD", "#FFFFFF"), "s5": ("#0A4D91", "#FFFFFF"), "open": ("#F6DFA8", "#1F2328"),
}  # fmt: skip


class _Book:
    """A workbook being written, with its formats."""

    def __init__(self, path: Path) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book: Workbook = xlsxwriter.Workbook(str(path), options)
        self.book.set_properties({"created": _EPOCH})
        wrap = {"text_wrap": True, "valign": "top"}
        self.title: Format = self.book.add_format({"bold": True, "font_size": 14})
        self.caption: Format = self.book.add_format({"bold": True, "font_size": 12})
        self.head: Format = self.book.add_format({**wrap, "bold": True, "bg_color": "#F3F1EA", "bottom": 1})
        self.text: Format = self.book.add_format(wrap)
        self.number: Format = self.book.add_format({**wrap, "align": "right"})
        self.note: Format = self.book.add_format({"font_color": "#57606A"})
        base = {"align": "center", "valign": "vcenter", "border": 1, "border_color": "#C9C4B8"}
        self.shades: dict[str, Format] = {
            key: self.book.add_format({**base, "bg_color": back, "font_color": ink}) for key, (back, ink) in _SHADES.items()
        }


def write_book(picture: Picture, path: Path) -> None:
    """Write the workbook; the same picture gives the same bytes. Raises `OSError` when it cannot."""
    made = _Book(path)
    _front(made, picture)
    for section in picture.sections:
        _section(made, section)
    try:
        made.book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise os_error(error) from error


def both(text: Text, between: str = " / ") -> str:
    """A text of ours in both languages; a user's as it is."""
    if isinstance(text, str):
        return text
    return text.zh if text.zh == text.en else between.join(text)


def _front(made: _Book, picture: Picture) -> None:
    sheet = made.book.add_worksheet("总览 overview")
    _paper(sheet)
    sheet.write_string(0, 0, cell_text(f"{picture.programme}　{picture.day}"), made.title)
    rows = [(label, value) for label, value in picture.figures]
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 1, 28)
    for number, (label, value) in enumerate(rows, 2):
        sheet.write_string(number, 0, cell_text(both(label)), made.text)
        _cell(made, sheet, number, 1, value, number=True)


def _name(section: Section) -> str:
    """A sheet's name: what a workbook allows, at most 31 characters."""
    return cell_text(both(section.title, " ")).translate(_FORBIDDEN)[:31].strip()


def _section(made: _Book, section: Section) -> None:
    """All tables of a section below one another."""
    sheet = made.book.add_worksheet(_name(section))
    _paper(sheet)
    sheet.write_string(0, 0, cell_text(both(section.title)), made.title)
    row = 1
    for note in (*section.notes, *([section.empty] if section.empty else [])):
        for text in note:
            sheet.write_string(row, 0, cell_text(text), made.note)
            row += 1
    room = _Room()
    for grid in section.grids:
        row = _grid(made, sheet, row + 1, grid, room)
    for table in section.sheets:
        row = _table(made, sheet, row + 1, table, room)
    room.give(sheet)


def _paper(sheet: Worksheet) -> None:
    """A4 across, as wide as one page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


class _Room:
    """How much room texts need: columns as wide as their longest line up to a limit, rows as high as their texts then wrap."""

    def __init__(self) -> None:
        self.texts: dict[tuple[int, int], str] = {}

    def take(self, row: int, column: int, text: str) -> None:
        """Remember a text."""
        self.texts[row, column] = text

    def give(self, sheet: Worksheet) -> None:
        """Set the columns and the rows."""
        widths: dict[int, int] = {}
        for (_, column), text in self.texts.items():
            longest = max(map(width, text.split("\n")))
            widths[column] = max(widths.get(column, _NARROWEST), min(_WIDEST, longest + 2))
        lines: dict[int, int] = {}
        for (row, column), text in self.texts.items():
            needed = sum(-(-(width(line) + 1) // widths[column]) for line in text.split("\n"))
            lines[row] = max(lines.get(row, 1), needed)
        for column, wide in widths.items():
            sheet.set_column(column, column, wide)
        for row, high in lines.items():
            sheet.set_row(row, _LINE * high)


def _table(made: _Book, sheet: Worksheet, row: int, table: Sheet, room: _Room) -> int:
    """Write a table from `row` on; returns the row after it."""
    sheet.write_string(row, 0, cell_text(both(table.title)), made.caption)
    _heads(made, sheet, row + 1, table.heads, room)
    for number, cells in enumerate(table.rows, row + 2):
        for column, cell in enumerate(cells):
            _cell(made, sheet, number, column, cell, number=column in table.numbers)
            room.take(number, column, both(cell))
    return row + 2 + len(table.rows)


def _heads(made: _Book, sheet: Worksheet, row: int, heads: Sequence[Text], room: _Room) -> None:
    for column, head in enumerate(heads):
        sheet.write_string(row, column, cell_text(both(head, "\n")), made.head)
        room.take(row, column, both(head, "\n"))


def _cell(made: _Book, sheet: Worksheet, row: int, column: int, cell: Text, *, number: bool) -> None:
    """A whole number as a number, so that it can be added up; everything else, exact fractions too, as text."""
    text = cell_text(both(cell))
    if number and text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() and len(text) <= _SAFE_DIGITS:
        sheet.write_number(row, column, int(text), made.number)
    elif text:
        sheet.write_string(row, column, text, made.number if number else made.text)


def _grid(made: _Book, sheet: Worksheet, row: int, grid: Grid, room: _Room) -> int:
    sheet.write_string(row, 0, cell_text(both(grid.title)), made.caption)
    kinds = len({kind for kind, _ in grid.columns}) > 1
    titles = [f"{kind}\n{title}" if kinds else title for kind, title in grid.columns]
    _heads(made, sheet, row + 1, [*grid.places, *titles], room)
    for number, (names, tiles) in enumerate(grid.rows, row + 2):
        for column, name in enumerate(names):
            _cell(made, sheet, number, column, name, number=False)
            room.take(number, column, both(name))
        for column, tile in enumerate(tiles, len(names)):
            if tile is not None:
                sheet.write_string(number, column, _tile(tile), made.shades[tile.shade])
    return row + 2 + len(grid.rows)


def _tile(tile: Tile) -> str:
    return f"{tile.granted}/{tile.units}" + (f" ?{tile.undetermined}" if tile.undetermined else "")
