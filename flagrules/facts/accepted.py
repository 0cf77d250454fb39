"""Facts that count only where they were proved in a named way: any other way leaves them unknown, and says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from flagrules.facts.log import Log
from flagrules.facts.schema import FactSpec
from flagrules.facts.table import Cell, Entry, Judgement, Parts, Rows, State
from flagrules.text.source import CellPlace


def accepted(found: Mapping[str, Entry], specs: Iterable[FactSpec], log: Log | None = None) -> dict[str, Entry]:
    """The facts of one unit in one period, those not accepted being unknown.

    FR028, a warning at the cell: a fact that was filled in and does not count. What does not apply stays so, however that was found.
    """
    kept = dict(found)
    for spec in specs:
        if spec.accepted is None or spec.name not in found:
            continue
        proof = found.get(spec.accepted.fact)
        said = str(proof.value) if isinstance(proof, Cell) and proof.known else ""
        if said in spec.accepted.values:
            continue
        entry, place = _unknown(found[spec.name])
        kept[spec.name] = entry
        if place is not None and log is not None:
            values, either = "、".join(spec.accepted.values), (said or "没有填", said or "not filled in")
            log.add("FR028", place, fact=spec.name, by=spec.accepted.fact, values=values, said=either[0], said_en=either[1])
    return kept


def _unknown(entry: Entry) -> tuple[Entry, CellPlace | None]:
    """The entry with nothing known, and the place of what was said."""
    match entry:
        case Cell():
            return (replace(entry, state=State.UNKNOWN, value=None), entry.origin) if entry.known else (entry, None)
        case Judgement(points):
            cell, place = _unknown(points)
            assert isinstance(cell, Cell)
            return Judgement(cell), place
        case Parts(parts):
            cells = {name: _unknown(cell) for name, cell in parts.items()}
            place = next((where for _, where in cells.values() if where is not None), None)
            return Parts({name: cell for name, (cell, _) in cells.items() if isinstance(cell, Cell)}), place
        case Rows(rows, filed, origin):
            return Rows((), filed=False, origin=origin), (rows[0].origin if rows else origin) if filed else None
