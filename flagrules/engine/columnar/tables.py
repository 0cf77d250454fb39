"""Decisions that rest on few facts of few values, worked out once for every combination of values, and looked up unit by unit.

Where even two facts have too many combinations, those in which something is open are looked up, and columns work out the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from flagrules.engine.columnar.compile import ABSENT, BELOW, LINE, VALUE
from flagrules.engine.columnar.facts import FrameFacts
from flagrules.engine.columnar.indexes import Index
from flagrules.engine.columnar.lanes import ROW
from flagrules.engine.columnar.opened import FIRED, HIGH, KEY, LOW, MAY, OPEN

if TYPE_CHECKING:
    from flagrules.engine.columnar.result import Result
    from flagrules.engine.columnar.run import Compiled

_MARKS = (LINE, VALUE, BELOW + VALUE, ABSENT + VALUE, OPEN, LOW, HIGH, BELOW + LOW, BELOW + HIGH, KEY, MAY, FIRED)
_EXACT = {LOW: VALUE, HIGH: VALUE, BELOW + LOW: BELOW + VALUE, BELOW + HIGH: BELOW + VALUE}


@dataclass(eq=False)
class Table:
    """Decisions run on combinations of the facts they rest on; `frame` has them for each index, row by row."""

    compiled: Compiled
    frame: pl.DataFrame

    @cached_property
    def result(self) -> Result:
        """Every decision on every combination."""
        made = self.compiled.run(self.frame, FrameFacts(self.compiled.inputs, self.frame))
        return replace(made, frame=made.frame.drop(name for name in made.frame.columns if name.startswith("t:") or name in self.frame))

    @cached_property
    def schema(self) -> dict[str, pl.DataType]:
        """The columns of the result."""
        return dict(self.result.frame.schema)

    def value(self, column: str, row: int) -> Any:  # noqa: ANN401  whatever a column holds
        """A value of the result."""
        return self._series[column][row]

    @cached_property
    def _series(self) -> dict[str, pl.Series]:
        return self.result.frame.to_dict()


@dataclass(eq=False)
class Tables:
    """Decisions that are looked up: by what, and where.

    `read` are those that other decisions read: with what is open of them (True), or with their values only.
    """

    indexes: Mapping[str, Index]
    tables: Mapping[str, Table]
    read: Mapping[str, bool]
    _long: dict[tuple[tuple[str, int], ...], dict[str, pl.Series]] = field(default_factory=dict)
    _queries: dict[tuple[str, ...], list[pl.Expr]] = field(default_factory=dict)
    _columns: dict[str, list[str]] = field(default_factory=dict)

    @property
    def why(self) -> frozenset[str]:
        """Decisions that columns cannot settle on some of the combinations."""
        return frozenset(slot for table in set(self.tables.values()) for slot in table.result.why)

    def has_all(self, slot: str) -> bool:
        """Whether a decision is looked up for every unit."""
        return slot in self.indexes and not self.indexes[slot].partial

    @cached_property
    def numbers(self) -> list[pl.Expr]:
        """The column of each index."""
        return [one.expr() for one in dict.fromkeys(self.indexes.values())]

    def columns(self, slot: str) -> list[str]:
        """The columns there are of a decision."""
        if slot not in self._columns:
            self._columns[slot] = [mark + slot for mark in _MARKS if mark + slot in self.tables[slot].schema]
        return self._columns[slot]

    def look(self, slot: str, column: str) -> pl.Expr:
        """A column of a decision by the units' numbers; null where a unit has none."""
        return pl.lit(self.tables[slot].result.frame[column]).gather(pl.col(self.indexes[slot].name)).alias(column)

    @cached_property
    def given(self) -> list[pl.Expr]:
        """The columns other decisions read of those looked up for every unit."""
        everywhere = [slot for slot in self.read if self.has_all(slot)]
        return [expr for slot in everywhere for expr in self.known(slot, (), opened=self.read[slot])]

    def known(self, slot: str, schema: Collection[str], *, opened: bool = True) -> Iterator[pl.Expr]:
        """The columns of a decision, with what is open of it or its values only; where a unit has no number as they are in a frame with
        columns `schema`."""
        for column in self.columns(slot):
            if not opened and column.removesuffix(slot) not in (VALUE, BELOW + VALUE, ABSENT + VALUE):
                continue
            if not self.indexes[slot].partial:
                yield self.look(slot, column)
                continue
            base = column if column in schema else _EXACT[mark] + slot if (mark := column.removesuffix(slot)) in _EXACT else ""
            other = pl.col(base) if base else pl.lit(None)
            numbered = pl.col(self.indexes[slot].name).is_not_null()
            yield pl.when(numbered).then(self.look(slot, column)).otherwise(other).alias(column)

    def opened(self, slots: Sequence[tuple[str, int]], frame: pl.DataFrame) -> pl.DataFrame | None:
        """What is open of decisions that are looked up, by row (`row`): the input it rests on (`KEY`), and its ends (`LOW`, `HIGH`)
        times the factor beside the decision. None where nothing ever is."""
        there = [(slot, factor) for slot, factor in slots if KEY + slot in self.columns(slot)]
        if not there:
            return None
        found = frame.select(self._asked(tuple(slot for slot, _ in there)))
        rows = pl.concat([found[f"{at}"][0] for at in range(len(there))])
        places = pl.concat([found[f"n{at}"][0] for at in range(len(there))])
        told = {mark: column.gather(places) for mark, column in self._ends(tuple(there)).items()}
        return pl.DataFrame([rows.cast(pl.UInt32).alias(ROW), *told.values()]).drop_nulls(KEY)

    def _asked(self, slots: tuple[str, ...]) -> list[pl.Expr]:
        """The rows in which decisions are open, and where what is open of each stands in `_ends`."""
        if slots not in self._queries:
            asked, start = list[pl.Expr](), 0
            for at, slot in enumerate(slots):
                null = pl.col(VALUE + slot).is_null()
                asked.append(null.arg_true().implode().alias(f"{at}"))
                asked.append((pl.col(self.indexes[slot].name).filter(null).cast(pl.UInt32) + start).implode().alias(f"n{at}"))
                start += self.tables[slot].frame.height
            self._queries[slots] = asked
        return self._queries[slots]

    def _ends(self, slots: tuple[tuple[str, int], ...]) -> dict[str, pl.Series]:
        """What is open of decisions on every combination, one after another."""
        if slots not in self._long:
            told = [(self.tables[slot].result.frame, slot, factor) for slot, factor in slots]
            self._long[slots] = {
                mark: pl.concat([frame[mark + slot].cast(kind) * (factor if worth else 1) for frame, slot, factor in told]).alias(mark)
                for mark, kind, worth in ((KEY, pl.Int32, False), (LOW, pl.Int64, True), (HIGH, pl.Int64, True))
            }
        return self._long[slots]

    def row(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of all decisions for one unit, whose numbers `values` has."""
        found: dict[str, Any] = {}
        for slot, index in self.indexes.items():
            row = values[index.name]
            found |= {column: self.tables[slot].value(column, row) for column in self.columns(slot)} if row is not None else {}
        return found


__all__ = ["Table", "Tables"]
