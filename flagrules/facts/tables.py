"""Tables of facts, one row a unit and period, and lists of events or people, one row each."""

from __future__ import annotations

from dataclasses import replace

from flagrules.facts.book import Book
from flagrules.facts.grid import Grid, text_of
from flagrules.facts.headers import NIL_MEMBER, POINTS, Column, columns_of, fact_columns, is_marked, list_columns, marks_of
from flagrules.facts.raw import Raw, RawRow
from flagrules.facts.schema import FactSpec
from flagrules.facts.table import Cell, Row, State, Unit
from flagrules.facts.units import Units
from flagrules.facts.values import read_cell
from flagrules.facts.words import NIL, PERIOD, STATES, fold
from flagrules.model.kinds import Judged, Records
from flagrules.text.findings import Related
from flagrules.text.source import CellPlace

_Memo = dict[Raw, Cell]
_GONE = Raw("不适用")


def read_facts_table(grid: Grid, units: Units, book: Book) -> None:
    """Read a table of facts into the book."""
    grid = _marked(grid, book)
    columns = columns_of(grid, fact_columns(book.schema), book.log)
    book.seen.update((column.spec.name, column.member) for column in columns.values())
    first_rows: dict[tuple[str, str], int] = {}
    memos: dict[int, _Memo] = {i: {} for i in columns}
    names = [grid.column_name(i) for i in range(len(grid.headers))]
    for row in _dated_rows(grid, book):
        unit, period = units.unit_of(grid, row), units.period_of(grid, row)
        places = {i: CellPlace(grid.label, grid.sheet, row.number, names[i]) for i in columns}
        cells = {i: _recall(row.cells[i], column, places[i], book, memos[i]) for i, column in columns.items()}
        if unit is None or period is None:
            continue
        earlier = first_rows.setdefault((unit.id, period), row.number)
        if earlier != row.number:
            place, related = grid.place(row.number), Related(grid.place(earlier), "first")
            book.log.add("FR572", place, related, name=unit.name, period=period, first=earlier, second=row.number)
        elif units.in_force(unit, period, grid.place(row.number)):
            book.reported.add((unit.id, period))
            for index, cell in cells.items():
                if _asked(unit, columns[index].spec, cell, book):
                    book.put(unit, period, columns[index], cell)


def _marked(grid: Grid, book: Book) -> Grid:
    """The table with 不适用 written into the cells of which a column beside them says so."""
    marks = {grid.headers.index(mark): grid.headers.index(base) for mark, base in marks_of(grid.headers).items()}
    if not marks:
        return grid

    def cells(row: RawRow) -> tuple[Raw, ...]:
        said = {base for at, base in marks.items() if is_marked(row.cells[at], grid.headers[at], grid.place(row.number, at), book.log)}
        for base in said:
            if STATES.get(fold(row.cells[base].text).casefold()) is not State.NOT_APPLICABLE and fold(row.cells[base].text):
                book.log.add("FR027", grid.place(row.number, base), fact=grid.headers[base])
        return tuple(_GONE if at in said else cell for at, cell in enumerate(row.cells))

    headers = tuple("" if at in marks else header for at, header in enumerate(grid.headers))
    return replace(grid, headers=headers, rows=tuple(RawRow(row.number, cells(row)) for row in grid.rows))


def _dated_rows(grid: Grid, book: Book) -> tuple[RawRow, ...]:
    """The rows of a table that has a period column; a finding and none where it has not."""
    if grid.find(PERIOD) is None:
        book.log.add("FR536", grid.place(grid.header_row), column=PERIOD[0])
        return ()
    return grid.rows


def _recall(raw: Raw, column: Column, place: CellPlace, book: Book, memo: _Memo) -> Cell:
    """Read a cell, or repeat what an equal cell of the column meant if that was read without a word: most cells repeat."""
    known = memo.get(raw)
    if known is not None:
        return Cell(known.state, known.value, place)
    before = book.log.reports
    cell = read_value(raw, column, place, book)
    if book.log.reports == before:
        memo[raw] = cell
    return cell


def read_value(raw: Raw, column: Column, place: CellPlace, book: Book) -> Cell:
    """What a cell of a column says; a judged value has texts beside its points, a list a nil return."""
    if column.member == NIL_MEMBER and isinstance(column.spec.kind, Records):
        return _nil(raw, column, place, book)
    if isinstance(column.spec.kind, Judged) and column.member != POINTS:
        text = text_of(raw, place, book.log)
        return Cell(State.KNOWN, text, place) if text else Cell(State.UNKNOWN, None, place)
    return read_cell(raw, column.slot, place, book.log)


def _nil(raw: Raw, column: Column, place: CellPlace, book: Book) -> Cell:
    """The nil return of a list: known and true, or one of the written states."""
    text = fold(raw.text).casefold()
    if text in NIL:
        return Cell(State.KNOWN, value=True, origin=place)
    if text and text not in STATES:
        book.log.add("FR590", place, fact=column.spec.name, got=fold(raw.text))
        return Cell(State.UNKNOWN, None, place)
    return read_cell(raw, column.slot, place, book.log)


def _asked(unit: Unit, spec: FactSpec, cell: Cell, book: Book) -> bool:
    """Whether the fact is asked of the unit's kind; a value given where it is not is a finding."""
    if unit.kind in spec.subjects:
        return True
    if cell.known and cell.origin is not None:
        book.log.add("FR588", cell.origin, fact=spec.name, kind=unit.kind)
    return False


def read_list(grid: Grid, spec: FactSpec, kind: Records, units: Units, book: Book) -> None:
    """Read the list of one fact into the book."""
    columns = columns_of(grid, list_columns(spec, kind), book.log)
    book.seen.update((spec.name, column.member) for column in columns.values())
    for row in _dated_rows(grid, book):
        unit, period = units.unit_of(grid, row), units.period_of(grid, row)
        read = {c.member: read_value(row.cells[i], c, grid.place(row.number, i), book) for i, c in columns.items()}
        if unit is None or period is None or not units.in_force(unit, period, grid.place(row.number)):
            continue
        fields = {field.name: read.get(field.name, Cell(State.UNKNOWN)) for field in kind.fields}
        if unit.kind in spec.subjects:
            book.put_row(unit, period, spec, Row(fields, grid.place(row.number)))
        else:
            book.log.add("FR588", grid.place(row.number), fact=spec.name, kind=unit.kind)
