"""The register of units from its tables: ids once, kinds declared, holders and mergers that exist and do not go round.

An id of 12 digits begins with the six-digit code of the place it lies in, as the state's codes of areas do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from flagrules.facts.grid import Grid, day_of, text_of
from flagrules.facts.log import Log
from flagrules.facts.raw import RawRow, column_letter
from flagrules.facts.schema import Schema
from flagrules.facts.table import Register, Unit
from flagrules.facts.units import clean_id
from flagrules.facts.words import REGISTER, fold, key
from flagrules.text.findings import Finding, Findings, Related, finding
from flagrules.text.source import CellPlace
from flagrules.text.spelling import nearest

_NEEDED = ("id", "name", "kind")
_AREA_CODE, _UNIT_CODE = 6, 12


def read_register(grids: Iterable[Grid], schema: Schema, log: Log) -> Register:
    """All units in the order of files and rows; the first of a doubled id stays."""
    units: dict[str, Unit] = {}
    for grid in grids:
        columns = _columns(grid, log)
        if any(name not in columns for name in _NEEDED):
            continue
        for row in grid.rows:
            unit = _unit(grid, row, columns, schema, log)
            if unit is not None:
                _add(unit, units, schema, log)
    register = Register(units)
    _check_links(register, log)
    return register


def _columns(grid: Grid, log: Log) -> dict[str, int]:
    """Where each column of a register stands."""
    spellings = {spelling: name for name, pair in REGISTER.items() for spelling in pair}
    found: dict[str, int] = {}
    for index, header in enumerate(grid.headers):
        place = grid.place(grid.header_row, index)
        name = spellings.get(key(header))
        if not header:
            continue
        if name is None and (guess := nearest(key(header), spellings)):
            log.add("FR538", place, column=header, guess=guess)
        elif name is None:
            log.add("FR537", place, column=header)
        elif name in found:
            first, second = column_letter(found[name] + 1), column_letter(index + 1)
            log.add("FR539", place, first=first, second=second, column=header)
        else:
            found[name] = index
    for name in _NEEDED:
        if name not in found:
            log.add("FR536", grid.place(grid.header_row), column=REGISTER[name][0])
    return found


def _unit(grid: Grid, row: RawRow, columns: Mapping[str, int], schema: Schema, log: Log) -> Unit | None:
    def place(name: str) -> CellPlace:
        return grid.place(row.number, columns[name])

    def text(name: str) -> str:
        return text_of(row.cells[columns[name]], place(name), log) if name in columns else ""

    def link(name: str) -> str:
        return clean_id(row.cells[columns[name]], place(name), log) if text(name) else ""

    unit_id = clean_id(row.cells[columns["id"]], place("id"), log)
    name, kind = text("name"), fold(text("kind"))
    if not name:
        log.add("FR565", place("name"))
    _check_kind(kind, place("kind"), schema, log)
    days = [day_of(grid, row, columns.get(column), log) for column in ("valid_from", "valid_to")]
    if days[0] and days[1] and days[0] > days[1]:
        log.add("FR564", place("valid_to"), start=days[0], end=days[1])
    merged = link("merged_into")
    if merged and days[1] is None and not row.cells[columns.get("valid_to", 0)].text.strip():
        log.add("FR563", place("merged_into"))
    parent = link("parent")
    return Unit(unit_id, name, kind, parent, days[0], days[1], merged, grid.place(row.number)) if unit_id else None


def _check_kind(kind: str, place: CellPlace, schema: Schema, log: Log) -> None:
    known = (*schema.subjects, *schema.places)
    if kind not in known:
        log.add("FR558", place, kind=kind, known="、".join(dict.fromkeys(known)))


def _add(unit: Unit, units: dict[str, Unit], schema: Schema, log: Log) -> None:
    """FR557 an id twice in one file; in two files as `join_registers` has it."""
    first = units.setdefault(unit.id, unit)
    if first is unit or first.origin is None or unit.origin is None:
        return
    if first.origin.label != unit.origin.label:
        log.findings.extend(_doubled(first, unit, _holders(schema)))
    else:
        related = Related(first.origin, "first")
        log.add("FR557", unit.origin, related, id=unit.id, first=first.origin.row, second=unit.origin.row)


def _holders(schema: Schema) -> frozenset[str]:
    """The kinds that only hold others: a city or county may stand in several registers."""
    return frozenset(schema.places) - frozenset(schema.subjects)


def _doubled(first: Unit, second: Unit, holders: Collection[str]) -> list[Finding]:
    """FR533: a unit in two registers, unless it is a holder and both say the same of it."""
    if first.origin is None or second.origin is None or (first == second and first.kind in holders):
        return []
    return [
        finding(
            "FR533", second.origin, Related(first.origin, "first"),
            id=second.id, name=second.name, first=first.origin.label, second=second.origin.label,
        )
    ]  # fmt: skip


def join_registers(registers: Iterable[Register], schema: Schema, findings: Findings) -> Register:
    """Several registers as one, in their order; a unit that two of them have is a finding (FR533)."""
    units: dict[str, Unit] = {}
    for register in registers:
        for unit in register.units.values():
            first = units.setdefault(unit.id, unit)
            if first is not unit:
                findings.extend(_doubled(first, unit, _holders(schema)))
    return Register(units)


def _check_links(register: Register, log: Log) -> None:
    for unit in register.units.values():
        if unit.origin is None:
            continue
        if unit.parent and unit.parent not in register.units:
            log.add("FR559", unit.origin, parent=unit.parent)
        if unit.merged_into and unit.merged_into not in register.units:
            log.add("FR561", unit.origin, target=unit.merged_into)
        _check_code(unit, register, log)
    _check_circles(register, lambda unit: unit.parent, "FR560", log)
    _check_circles(register, lambda unit: unit.merged_into, "FR562", log)


def _check_code(unit: Unit, register: Register, log: Log) -> None:
    """FR534, a warning: areas change hands before their codes do, so the holder that is written counts."""
    if unit.origin is None or len(unit.id) != _UNIT_CODE or not unit.id.isdecimal():
        return
    for place in register.ancestors(unit.id):
        if len(place.id) == _AREA_CODE and place.id.isdecimal() and not unit.id.startswith(place.id):
            related = [Related(place.origin, "declared")] if place.origin is not None else []
            log.add("FR534", unit.origin, *related, id=unit.id, name=unit.name, place=place.name, code=place.id)
            return


def _check_circles(register: Register, follow: Callable[[Unit], str], code: str, log: Log) -> None:
    """Report each circle once, at its first unit in register order."""
    done: set[str] = set()
    for start in register.units.values():
        path: dict[str, Unit] = {}
        current: Unit | None = start
        while current is not None and current.id not in done and current.id not in path:
            path[current.id] = current
            current = register.units.get(follow(current))
        if current is not None and current.id in path and start.origin is not None:
            ids = list(path)
            circle = ids[ids.index(current.id) :]
            first = next(unit for unit in register.units.values() if unit.id in circle)
            log.add(code, first.origin or start.origin, cycle=" → ".join([*circle, circle[0]]))
        done.update(path)
