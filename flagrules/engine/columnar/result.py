"""What a run of the columnar engine decided: columns, and each unit's steps as the reference gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from flagrules.engine.columnar.compile import ABSENT, BELOW, LINE, VALUE, Slot
from flagrules.engine.columnar.opened import FIRED, HIGH, KEY, LOW, OPEN, Book, Opened
from flagrules.engine.values import NA, Num, Val, known
from flagrules.trace.steps import Step

if TYPE_CHECKING:
    from flagrules.engine.columnar.run import Compiled


@dataclass(frozen=True)
class Result:
    """Every decision on every unit: the line that fired and, where the line does not fix it, the value.

    `whole` are the steps of units the reference decided, by row; `why` counts them by the decision that sent them there; `alone`
    counts decisions the reference made on one unit at a time, or on one of several alike.
    """

    compiled: Compiled
    frame: pl.DataFrame
    whole: Mapping[int, Mapping[str, Step]]
    why: Mapping[str, int]
    alone: Mapping[str, int]

    @property
    def slots(self) -> Mapping[str, Slot]:
        """The decisions."""
        return self.compiled.slots

    @property
    def books(self) -> Mapping[str, Book]:
        """Open results by decision."""
        return self.compiled.lanes.books

    def steps(self, row: int) -> dict[str, Step]:
        """A unit's steps, as the reference gives them, without what was read."""
        if row in self.whole:
            return {slot: Step(slot, step.fired, step.value, ()) for slot, step in self.whole[row].items()}
        one = self.unit(row)
        made = {name: one.step(slot) for name, slot in self.compiled.slots.items() if LINE + name in one.values}
        return {name: Step(name, fired, value, ()) for name, (fired, value) in made.items()}

    def unit(self, row: int) -> UnitRow:
        """One unit's row."""
        values = self.frame.row(row, named=True)
        tables = self.compiled.tables
        return UnitRow(self.compiled, values if tables is None else {**values, **tables.row(values)})


@dataclass(frozen=True)
class UnitRow:
    """One row of a frame on its way: what each slot says of the unit."""

    compiled: Compiled
    values: Mapping[str, Any]

    def step(self, slot: Slot) -> tuple[tuple[int, ...], Val]:
        """The entries that may have fired and the value of a decision."""
        name = slot.decision.slot
        opened = self._opened(name)
        if opened is not None:
            return opened.fired, opened.value
        mask = self.values.get(FIRED + name)
        if mask is not None:
            return self.compiled.wide[name].fired(mask), Num(_end(slot, LOW, self.values), _end(slot, HIGH, self.values))
        line = self.values[LINE + name]
        return (line,), _exact(slot, line, self.values)

    def value(self, name: str) -> Val | None:
        """What a slot decided; None where it is not decided."""
        slot = self.compiled.slots.get(name)
        return self.step(slot)[1] if slot is not None and LINE + name in self.values else None

    def key(self, name: str) -> int | None:
        """The open input a slot's value rests on; None where it is known."""
        opened = self._opened(name)
        if opened is not None:
            return None if opened.value.exact else opened.key
        key = self.values.get(KEY + name)
        return int(key) if key is not None else None

    def _opened(self, name: str) -> Opened | None:
        number = self.values.get(OPEN + name)
        return self.compiled.lanes.books[name].entries[number] if number is not None else None


def _end(slot: Slot, mark: str, values: Mapping[str, Any]) -> Fraction:
    name, col = slot.decision.slot, slot.col
    assert col is not None
    assert col.number is not None
    below = values[BELOW + mark + name] if col.number.bottom is not None else 1
    return Fraction(values[mark + name], col.number.scale * below)


def _exact(slot: Slot, line: int, values: Mapping[str, Any]) -> Val:
    name, col = slot.decision.slot, slot.col
    assert col is not None
    if slot.consts:
        return known(slot.consts[line])
    if col.na is not None and values[ABSENT + VALUE + name]:
        return NA
    if col.number is not None:
        return known(_end(slot, VALUE, values))
    found = values[VALUE + name]
    return known(col.words[found] if col.word is not None else found)
