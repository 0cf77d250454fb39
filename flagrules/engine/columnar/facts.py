"""A row of columns read back as the facts of one unit, where columns do not say enough and the interpreter is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

import polars as pl

from flagrules.engine.columnar.layout import ID, Input
from flagrules.engine.reference import Facts
from flagrules.engine.world import History, unknown_history
from flagrules.facts.table import Cell, Entry, Parts, State
from flagrules.semantics import expr as e


@dataclass
class FrameFacts:
    """The facts of the units of a frame, by id; nothing is known of earlier decisions."""

    inputs: Iterable[Input]
    frame: pl.DataFrame
    _rows: dict[str, int] = field(default_factory=dict)
    _by_fact: dict[tuple[str, int], list[Input]] = field(default_factory=dict)

    def __call__(self, unit: str) -> tuple[Facts, History]:
        """What is known of a unit."""
        if not self._rows:
            self._rows = {name: row for row, name in enumerate(self.frame[ID].to_list())}
            for one in self.inputs:
                if isinstance(one.source, e.FactRef):
                    self._by_fact[one.source.name, one.source.back] = [one]
                elif isinstance(one.source, e.PartRef):
                    self._by_fact.setdefault((one.source.fact, 0), []).append(one)
        return partial(self._entry, self._rows[unit]), unknown_history

    def _entry(self, row: int, name: str, back: int) -> Entry | None:
        """A unit's fact from its row of columns."""
        wanted = self._by_fact.get((name, back))
        if wanted is None:
            return None
        cells = {one.source.part if isinstance(one.source, e.PartRef) else "": self._cell(one, row) for one in wanted}
        return cells[""] if "" in cells else Parts(cells)

    def _cell(self, one: Input, row: int) -> Cell:
        if one.absent and self.frame[one.absent][row]:
            return Cell(State.NOT_APPLICABLE)
        return _known(one, self.frame[one.name][row])


def _known(one: Input, value: Any) -> Cell:  # noqa: ANN401  whatever a column holds
    if value is None:
        return Cell(State.UNKNOWN)
    match one.sort:
        case "number":
            return Cell(State.KNOWN, Fraction(value, one.scale))
        case "option":
            return Cell(State.KNOWN, one.options[value])
        case _:
            return Cell(State.KNOWN, value)


__all__ = ["FrameFacts"]
