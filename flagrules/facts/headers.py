"""What each column of a table of facts or a list holds, from its header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flagrules.facts.grid import Grid
from flagrules.facts.log import Log
from flagrules.facts.raw import Raw, column_letter
from flagrules.facts.schema import FactSpec, Schema
from flagrules.facts.values import Slot, read_cell
from flagrules.facts.words import ID, JUDGED, NAME, PERIOD, fold, key, names_of
from flagrules.model.kinds import Checklist, Judged, Records, Text, YesNo, unit_of
from flagrules.text.source import CellPlace
from flagrules.text.spelling import nearest

_WITH_UNIT = re.compile(r"(.+)\(([^()]*)\)")
_SAME_UNIT = {"百分点": "个百分点", "percent": "%", "百分比": "%"}
NOT_APPLICABLE = ("/不适用", "/not_applicable")
POINTS = "points"
NIL_MEMBER = "nil"


@dataclass(frozen=True)
class Column:
    """A column of values: the fact, its member (a part, field, judged role or nil return; "" for a plain fact) and its slot."""

    spec: FactSpec
    member: str
    slot: Slot


def fact_columns(schema: Schema) -> dict[str, Column]:
    """Every header a table of facts may use, folded, and what it holds."""
    found: dict[str, Column] = {}
    for spec in schema.facts:
        for name in names_of(spec):
            for suffix, column in _columns(spec):
                found.setdefault(key(f"{name}/{suffix}" if suffix else name), column)
    return found


def _columns(spec: FactSpec) -> Iterable[tuple[str, Column]]:
    match spec.kind:
        case Checklist(parts):
            for part in parts:
                yield part, Column(spec, part, Slot(f"{spec.name}/{part}", YesNo(), nullable=spec.nullable, part=True))
        case Judged():
            for role, spellings in JUDGED.items():
                kind = spec.kind if role == POINTS else Text()
                slot = Slot(f"{spec.name}/{spellings[0]}", kind, spec.low, spec.high, spec.nullable)
                yield from ((spelling, Column(spec, role, slot)) for spelling in spellings)
        case Records():
            yield "", Column(spec, NIL_MEMBER, Slot(spec.name, Text(), nullable=spec.nullable))
        case _:
            yield "", Column(spec, "", Slot(spec.name, spec.kind, spec.low, spec.high, spec.nullable))


def marks_of(headers: Sequence[str]) -> dict[str, str]:
    """The headers that say what does not apply, each with the header of the values it stands beside."""
    found: dict[str, str] = {}
    for header in headers:
        for suffix in NOT_APPLICABLE:
            base = header[: len(header) - len(suffix)]
            if fold(header).casefold().endswith(suffix) and base in headers:
                found[header] = base
    return found


def is_marked(raw: Raw, header: str, place: CellPlace, log: Log) -> bool:
    """Whether a cell beside a value says that it does not apply: 是 or 否; anything else is a finding."""
    return read_cell(raw, Slot(header, YesNo()), place, log).value is True


def list_columns(spec: FactSpec, kind: Records) -> dict[str, Column]:
    """Every header the list of a fact may use, folded, and what it holds."""
    return {
        key(item.name): Column(spec, item.name, Slot(f"{spec.name}/{item.name}", item.kind, item.low, item.high))
        for item in kind.fields
    }


def columns_of(grid: Grid, known: Mapping[str, Column], log: Log) -> dict[int, Column]:
    """The value columns of a table by 0-based position; unknown and doubled headers are reported and left out."""
    own = {key(name): name for name in (*ID, *PERIOD, *NAME)}
    found: dict[int, Column] = {}
    taken: dict[object, int] = {}
    for index, header in enumerate(grid.headers):
        if not header:
            continue
        column = None if key(header) in own else _column(grid, index, known, own, log)
        identity: object = own_group(key(header)) if column is None else (column.spec.name, column.member)
        if identity and identity in taken:
            first, second = column_letter(taken[identity] + 1), column_letter(index + 1)
            log.add("FR539", grid.place(grid.header_row, index), first=first, second=second, column=header)
            continue
        taken[identity] = index
        if column is not None:
            found[index] = column
    return found


def own_group(name: str) -> str:
    """Which of id, period and name a folded header stands for, or an empty string."""
    return next((group[1] for group in (ID, PERIOD, NAME) if name in group), "")


def _column(grid: Grid, index: int, known: Mapping[str, Column], own: Iterable[str], log: Log) -> Column | None:
    header = grid.headers[index]
    if (exact := known.get(key(header))) is not None:
        return exact
    match = _WITH_UNIT.fullmatch(fold(header))
    base = match[1] if match else fold(header)
    column = known.get(key(base))
    if match is None or column is None:
        _report_unknown(grid, index, base, (*known, *own), log)
        return None
    return _with_unit(grid, index, column, match[2].strip(), log)


def _report_unknown(grid: Grid, index: int, base: str, known: Iterable[str], log: Log) -> None:
    place, header = grid.place(grid.header_row, index), grid.headers[index]
    if guess := nearest(key(base), known):
        log.add("FR538", place, column=header, guess=guess)
    else:
        log.add("FR537", place, column=header)


def _with_unit(grid: Grid, index: int, column: Column, written: str, log: Log) -> Column | None:
    """The column with the unit its header states; it must be the one declared, else what the numbers mean is not known."""
    expected = unit_of(column.spec.kind if column.member == NIL_MEMBER else column.slot.kind)
    unit = _SAME_UNIT.get(written, written)
    if unit != expected:
        log.add("FR540", grid.place(grid.header_row, index), unit=written, fact=column.slot.fact, expected=expected or "—")
        return None
    return replace(column, slot=replace(column.slot, unit=unit))
