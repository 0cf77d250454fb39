"""A raw sheet as a table: its header found, its rows checked for shape, each cell with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flagrules.facts.dates import NoSuchDay, parse_day
from flagrules.facts.log import Log
from flagrules.facts.raw import Form, Raw, RawRow, RawSheet, column_letter
from flagrules.facts.words import ID, fold, hidden_characters, key
from flagrules.text.source import CellPlace

_HEADER_WITHIN = 20


@dataclass(frozen=True)
class Grid:
    """A table whose header is known; `headers` are as written, "" where a column has none."""

    label: str
    sheet: str
    header_row: int
    headers: tuple[str, ...]
    rows: tuple[RawRow, ...]

    def place(self, row: int, index: int | None = None) -> CellPlace:
        """The place of a cell by row number and 0-based column, or of a whole row."""
        return CellPlace(self.label, self.sheet, row, "" if index is None else self.column_name(index))

    def column_name(self, index: int) -> str:
        """The header of a 0-based column, or its letter where it has none."""
        written = self.headers[index] if index < len(self.headers) else ""
        return written or column_letter(index + 1)

    def find(self, names: tuple[str, ...]) -> int | None:
        """The first column headed by one of `names`, or None."""
        return next((i for i, header in enumerate(self.headers) if key(header) in names), None)


def grid_of(sheet: RawSheet, label: str, log: Log) -> Grid | None:
    """The table of a sheet, or None with a finding when it has no id column; rows that cannot be read by column are left out."""
    header = _header(sheet)
    if header is None:
        first = sheet.rows[0].number if sheet.rows else 0
        log.add("FR535", CellPlace(label, sheet.name, first, ""))
        return None
    if sheet.rows[0].number < header.number:
        log.add("FR541", CellPlace(label, sheet.name, header.number, ""), first=sheet.rows[0].number)
    names = tuple(" ".join(cell.text.split(" ")).strip() for cell in header.cells)
    grid = Grid(label, sheet.name, header.number, names, ())
    _check_names(grid, log)
    _report_marks(sheet, grid, log)
    return Grid(label, sheet.name, header.number, names, tuple(_sound_rows(sheet, grid, log)))


def _is_header(row: RawRow) -> bool:
    return any(key(cell.text) in ID for cell in row.cells)


def _header(sheet: RawSheet) -> RawRow | None:
    return next((row for row in sheet.rows[:_HEADER_WITHIN] if _is_header(row)), None)


def _check_names(grid: Grid, log: Log) -> None:
    for index, name in enumerate(grid.headers):
        if characters := hidden_characters(name):
            log.add("FR545", grid.place(grid.header_row, index), characters=characters)
    if characters := hidden_characters(grid.sheet):
        log.add("FR545", grid.place(0), characters=characters)


def _report_marks(sheet: RawSheet, grid: Grid, log: Log) -> None:
    """Marks above the header touch nothing that is read; all others are findings."""
    for mark in sheet.marks:
        if mark.last >= grid.header_row:
            log.add(mark.code, grid.place(mark.first, mark.column - 1 if mark.column else None), ref=mark.ref)


def _sound_rows(sheet: RawSheet, grid: Grid, log: Log) -> Iterator[RawRow]:
    width, ids = len(grid.headers), grid.find(ID) or 0
    for row in sheet.rows:
        if row.number <= grid.header_row:
            continue
        if len(row.cells) != width:
            log.add("FR543", grid.place(row.number), got=len(row.cells), expected=width)
        elif key(row.cells[ids].text) in ID:
            log.add("FR542", grid.place(row.number))
            return
        else:
            _check_unheaded(row, grid, log)
            yield row


def _check_unheaded(row: RawRow, grid: Grid, log: Log) -> None:
    for index, cell in enumerate(row.cells):
        if not grid.headers[index] and (cell.text.strip() or cell.form is not Form.TEXT):
            log.add("FR544", grid.place(row.number, index), ref=f"{column_letter(index + 1)}{row.number}")


def text_of(raw: Raw, place: CellPlace, log: Log) -> str:
    """The text of a name or remark without blanks around it; invisible characters and error words are findings, then it is ""."""
    if raw.form is Form.ERROR:
        log.add("FR528", place)
        return ""
    text = raw.text.strip()
    if characters := hidden_characters(text.replace("\n", "")):
        log.add("FR545", place, characters=characters)
        return ""
    return text


def same_name(left: str, right: str) -> bool:
    """Whether two names are the same but for width and blanks around them."""
    return fold(left) == fold(right)


def day_of(grid: Grid, row: RawRow, index: int | None, log: Log) -> date | None:
    """The day a cell says, or None when it is blank or (with FR586 or FR587) none."""
    if index is None or not (text := fold(row.cells[index].text)):
        return None
    place = grid.place(row.number, index)
    try:
        day = parse_day(text) if row.cells[index].form in (Form.TEXT, Form.DATE) else None
    except NoSuchDay:
        log.add("FR587", place, got=text)
        return None
    if day is None:
        log.add("FR586", place, got=text)
    return day
