"""From fact files to the register, the table of facts and every fault found on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from flagrules.facts.book import Book
from flagrules.facts.dates import earlier_periods, period_days
from flagrules.facts.decisions import is_decisions, read_decisions
from flagrules.facts.files import BUILT_IN, content_digest, labelled, open_file
from flagrules.facts.grid import Grid, grid_of
from flagrules.facts.headers import POINTS
from flagrules.facts.log import Log
from flagrules.facts.raw import RawSheet, Reader
from flagrules.facts.register import read_register
from flagrules.facts.schema import FactSpec, Schema
from flagrules.facts.table import FactTable, InputFile, Register, Unit
from flagrules.facts.tables import read_facts_table, read_list
from flagrules.facts.units import Units
from flagrules.facts.words import DIGEST, GUIDE_SHEETS, PERIOD, REGISTER, list_named
from flagrules.model.kinds import Checklist, Judged, Records
from flagrules.text.findings import Findings
from flagrules.text.source import CellPlace, FilePlace

_SHOWN = 5


def read_facts(
    paths: Sequence[Path] | Mapping[str, Path], schema: Schema, period: str, previous: str, readers: Mapping[str, Reader] = BUILT_IN
) -> tuple[Register, FactTable, Findings]:
    """Read registers, tables of facts and lists; nothing is dropped without a finding.

    The order of paths, and of rows in tables of facts and lists, does not matter. The register keeps the order of its rows,
    several registers the order of their labels. A list fact whose column says 不适用 or 未问 has a plain `Cell` as its entry.
    """
    log = Log()
    files: list[InputFile] = []
    grids: list[Grid] = []
    for label, path in labelled(paths, log):
        opened = open_file(path, label, readers, log)
        if opened is not None:
            files.append(InputFile(label, content_digest(opened)))
            grids += _grids(opened, label, schema, log)
    register = read_register([grid for grid in grids if _is_register(grid, schema)], schema, log)
    if not register.units and not log.findings.errors:
        log.add("FR513", FilePlace(files[0].label if files else "—"))
    earlier = earlier_periods(previous, schema.periods - 2)
    units = Units(register, period, previous, log, earlier)
    book = Book(register, schema, log)
    for grid in grids:
        _read_table(grid, schema, units, book)
    units.close()
    history = read_decisions([grid for grid in grids if is_decisions(grid)], register, schema.titles, log)
    table = replace(book.table(period, previous, files, earlier), decisions=history)
    _note_gaps(book, period, files)
    return register, table, log.close()


def _grids(sheets: Iterable[RawSheet], label: str, schema: Schema, log: Log) -> list[Grid]:
    found = []
    for sheet in sheets:
        if sheet.name in GUIDE_SHEETS.values():
            _check_digest(sheet, label, schema, log)
        elif (grid := grid_of(sheet, label, log)) is not None:
            found.append(grid)
            if not grid.rows and _list_of(grid, schema) is None:
                log.add("FR546", grid.place(grid.header_row))
    return found


def _check_digest(sheet: RawSheet, label: str, schema: Schema, log: Log) -> None:
    """A form made for other rules may ask other questions: say so."""
    for row in sheet.rows:
        if len(row.cells) > 1 and row.cells[0].text in DIGEST.values() and row.cells[1].text != schema.digest:
            place = CellPlace(label, sheet.name, row.number, row.cells[0].text)
            log.add("FR547", place, got=row.cells[1].text[:12], expected=schema.digest[:12])


def _list_of(grid: Grid, schema: Schema) -> FactSpec | None:
    return list_named(schema.facts, grid.sheet or Path(grid.label).stem)


def _is_register(grid: Grid, schema: Schema) -> bool:
    """A register has a kind and no period; without either, it is one when it has another column that only registers have."""
    if _list_of(grid, schema) is not None or grid.find(PERIOD) is not None or is_decisions(grid):
        return False
    return any(grid.find(REGISTER[name]) is not None for name in REGISTER if name not in ("id", "name"))


def _read_table(grid: Grid, schema: Schema, units: Units, book: Book) -> None:
    spec = _list_of(grid, schema)
    if spec is not None and isinstance(spec.kind, Records):
        read_list(grid, spec, spec.kind, units, book)
    elif not _is_register(grid, schema) and not is_decisions(grid):
        read_facts_table(grid, units, book)


def _note_gaps(book: Book, period: str, files: Sequence[InputFile]) -> None:
    if not files or not book.register.units:
        return
    place = FilePlace(files[0].label)
    absent = [name for spec in book.schema.facts for name in _absent(spec, book)]
    if absent:
        book.log.add("FR549", place, count=len(absent), names="、".join(absent))
    silent = [u for u in book.register.units.values() if _expected(u, book, period) and (u.id, period) not in book.reported]
    if silent:
        book.log.add("FR569", place, count=len(silent), period=period, names="、".join(u.name for u in silent[:_SHOWN]))


def _absent(spec: FactSpec, book: Book) -> list[str]:
    """The fact, or those of its parts, that no file has a column for."""
    match spec.kind:
        case Checklist(parts):
            missing = [f"{spec.name}/{part}" for part in parts if (spec.name, part) not in book.seen]
            return [spec.name] if len(missing) == len(parts) else missing
        case Judged():
            return [] if (spec.name, POINTS) in book.seen else [spec.name]
        case _:
            return [] if any(name == spec.name for name, _ in book.seen) else [spec.name]


def _expected(unit: Unit, book: Book, period: str) -> bool:
    """Whether the unit is of a kind that something is asked of, and exists in the period."""
    days = period_days(period)
    if not any(unit.kind in spec.subjects for spec in book.schema.facts):
        return False
    return days is None or (
        (unit.valid_from is None or unit.valid_from <= days[1]) and (unit.valid_to is None or unit.valid_to >= days[0])
    )
