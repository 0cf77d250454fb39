"""A row of columns read back as the facts of one unit, where columns do not say enough and the interpreter is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from flagrules.engine.columnar.layout import ID, ODD, Input, row_of
from flagrules.engine.reference import Facts
from flagrules.engine.world import History, World, unknown_history
from flagrules.facts.table import Cell, Entry, FactTable, Parts, State
from flagrules.semantics import expr as e

if TYPE_CHECKING:
    from flagrules.engine.columnar.run import Compiled


@dataclass
class FrameFacts:
    """The facts of the units of a frame, by id; lists and earlier decisions are those of a table `beside`."""

    inputs: Iterable[Input]
    frame: pl.DataFrame
    beside: FactTable | None = None
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
        plain = partial(self._entry, self._rows[unit])
        if self.beside is None:
            return plain, unknown_history
        told, beside = self.beside.told(unit), self.beside
        return (
            lambda name, back: told[back][name] if back < len(told) and name in told[back] else plain(name, back),
            lambda title: beside.history(unit, title),
        )

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


def with_beside(compiled: Compiled, frame: pl.DataFrame, beside: FactTable) -> pl.DataFrame:
    """A frame with what a plan reads of lists and earlier decisions; units of which nothing is said there are alike."""
    wanted = [one for one in compiled.inputs if isinstance(one.source, e.OverRows | e.RowCount | e.Held)]
    if not wanted:
        return frame
    said = {unit for unit, _ in beside.entries} | set(beside.decisions or ())

    def row(unit: str) -> dict[str, Any]:
        told = beside.told(unit)
        world = World(compiled.plan, lambda name, back: told[back].get(name) if back < len(told) else None,
                      history=lambda title: beside.history(unit, title))  # fmt: skip
        return row_of(compiled.plan, wanted, world)

    nothing = row("")
    rows = [row(unit) if unit in said else nothing for unit in frame[ID].to_list()]
    columns = [pl.Series(name, [one[name] for one in rows], dtype=kind) for single in wanted for name, kind in single.columns]
    odd = pl.Series([one[ODD] for one in rows], dtype=pl.Boolean)
    return frame.with_columns(*columns, (frame[ODD] | odd).alias(ODD))


__all__ = ["FrameFacts", "with_beside"]
