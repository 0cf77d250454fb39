"""Cells gathered from all tables by unit, period and fact, and put together as entries at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from flagrules.facts.accepted import accepted
from flagrules.facts.headers import NIL_MEMBER, POINTS, Column
from flagrules.facts.log import Log
from flagrules.facts.schema import FactSpec, Schema
from flagrules.facts.table import ABSENT, Cell, Entry, FactTable, InputFile, Judgement, Parts, Register, Row, Rows, State, Unit
from flagrules.facts.words import JUDGED
from flagrules.model.kinds import Checklist, Judged, Records
from flagrules.text.findings import Related

_Where = tuple[str, str]
_SAID = tuple(role for role in JUDGED if role != POINTS)


@dataclass
class Book:
    """Everything the tables said so far. `seen` are the columns (fact, member) some file has, `reported` the units with a row."""

    register: Register
    schema: Schema
    log: Log
    seen: set[tuple[str, str]] = field(default_factory=set)
    reported: set[_Where] = field(default_factory=set)
    cells: dict[_Where, dict[str, dict[str, Cell]]] = field(default_factory=dict)
    rows: dict[_Where, dict[str, list[Row]]] = field(default_factory=dict)

    def put(self, unit: Unit, period: str, column: Column, cell: Cell) -> None:
        """Keep a cell. Of two cells for one place a blank one gives way; two that both say something are a finding."""
        members = self.cells.setdefault((unit.id, period), {}).setdefault(column.spec.name, {})
        old = members.get(column.member)
        if old is None or old.state is State.UNKNOWN:
            members[column.member] = cell
        elif cell.state is not State.UNKNOWN and old.origin and cell.origin:
            self.log.add("FR573", cell.origin, Related(old.origin, "first"), name=unit.name, fact=column.slot.fact)

    def put_row(self, unit: Unit, period: str, spec: FactSpec, row: Row) -> None:
        """Keep a row of a list."""
        self.rows.setdefault((unit.id, period), {}).setdefault(spec.name, []).append(row)

    def table(self, period: str, previous: str, files: Iterable[InputFile], earlier: tuple[str, ...] = ()) -> FactTable:
        """The table of facts, units in register order, facts in the order declared."""
        entries: dict[_Where, dict[str, Entry]] = {}
        resting = tuple(spec for spec in self.schema.facts if spec.accepted is not None)
        for unit in self.register.units.values():
            for when in (period, previous, *earlier):
                where = (unit.id, when)
                said = self.cells.get(where, {}).keys() | self.rows.get(where, {}).keys()
                if not said:
                    continue
                asked = (spec for spec in self.schema.facts if spec.name in said)
                found = {spec.name: entry for spec in asked if (entry := self._entry(unit, where, spec)) is not None}
                if found:
                    entries[where] = accepted(found, resting, self.log)
        return FactTable(period, previous, entries, tuple(sorted(files, key=lambda item: item.label)), earlier)

    def _entry(self, unit: Unit, where: _Where, spec: FactSpec) -> Entry | None:
        members = self.cells.get(where, {}).get(spec.name, {})
        match spec.kind:
            case Records():
                return self._rows(unit, where, spec, members.get(NIL_MEMBER))
            case _ if not members:
                return None
            case Checklist(parts):
                return Parts({part: members.get(part, ABSENT) for part in parts})
            case Judged():
                return _judgement(spec, members, self.log)
            case _:
                return members.get("")

    def _rows(self, unit: Unit, where: _Where, spec: FactSpec, nil: Cell | None) -> Entry | None:
        rows = sorted(self.rows.get(where, {}).get(spec.name, ()), key=_content)
        if not rows:
            return _without_rows(nil)
        if nil is not None and nil.state is not State.UNKNOWN and nil.origin:
            self.log.add("FR589", nil.origin, Related(rows[0].origin, "other"), name=unit.name, fact=spec.name, count=len(rows))
        self._check_count(unit, spec, rows)
        for first, second in pairwise(rows):
            if first.fields == second.fields:
                related = Related(first.origin, "same")
                self.log.add("FR594", second.origin, related, fact=spec.name, first=first.origin.row, second=second.origin.row)
        return Rows(tuple(rows), filed=True)

    def _check_count(self, unit: Unit, spec: FactSpec, rows: list[Row]) -> None:
        low, high = spec.low or 0, spec.high
        if len(rows) < low or (high is not None and len(rows) > high):
            top = "…" if high is None else high
            self.log.add("FR591", rows[0].origin, name=unit.name, fact=spec.name, count=len(rows), low=low, high=top)


def _without_rows(nil: Cell | None) -> Entry | None:
    """No rows are none only after a nil return; 不适用 and 未问 stay the plain cell they are."""
    if nil is None or nil.state in (State.NOT_APPLICABLE, State.NOT_ASKED):
        return nil
    return Rows((), nil.known, nil.origin)


def _content(row: Row) -> tuple[object, ...]:
    """Order of a list that does not depend on the order of its rows in the file."""
    return tuple((cell.state.value, str(type(cell.value)), cell.value or 0) for cell in row.fields.values()), row.origin


def _judgement(spec: FactSpec, members: dict[str, Cell], log: Log) -> Judgement:
    """The judged value; points without judge, reason or document, and the reverse, are warnings."""
    points = members.get(POINTS, ABSENT)
    said = {role: str(members[role].value) for role in _SAID if role in members and members[role].known}
    if points.known and len(said) < len(_SAID) and points.origin:
        missing = "、".join(JUDGED[role][0] for role in _SAID if role not in said)
        log.add("FR592", points.origin, fact=spec.name, missing=missing)
    if not points.known and points.state is State.UNKNOWN and said:
        origin = next(members[role].origin for role in _SAID if role in said)
        if origin:
            log.add("FR593", origin, fact=spec.name, given="、".join(JUDGED[role][0] for role in said))
    return Judgement(points, said.get("judge", ""), said.get("reason", ""), said.get("document", ""))
