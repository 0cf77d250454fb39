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
from flagrules.engine.columnar.indexes import Index
from flagrules.engine.columnar.lanes import ROW
from flagrules.engine.columnar.opened import FIRED, HIGH, KEY, LOW, MAY, OPEN

if TYPE_CHECKING:
    from flagrules.engine.columnar.result import Result

_MARKS = (LINE, VALUE, BELOW + VALUE, ABSENT + VALUE, OPEN, LOW, HIGH, BELOW + LOW, BELOW + HIGH, KEY, MAY, FIRED)
FEW_ROWS = 2**8  # of a table that is no smaller for telling what is alike once
_EXACT = {LOW: VALUE, HIGH: VALUE, BELOW + LOW: BELOW + VALUE, BELOW + HIGH: BELOW + VALUE}


@dataclass(frozen=True, eq=False)
class Table:
    """What decisions come to on every combination of the facts of an index.

    `rows` has the row of `result` for each combination: those that follow one another and come to the same share one. None where
    combinations are few, and each has a row of its own. A unit that a partial index has no number for is told to be in the row after
    the last.
    """

    index: Index
    rows: pl.Series | None
    result: Result

    @property
    def numbers(self) -> pl.Expr:
        """The row of each unit's combination."""
        number = self.index.expr()
        return number if self.rows is None else pl.lit(self.rows).gather(number).alias(self.index.name)

    @property
    def numbered(self) -> pl.Expr:
        """Whether a unit has a row of a partial index."""
        return pl.col(self.index.name) != self.result.frame.height

    def gather(self, column: pl.Series, elsewhere: int | None = None) -> pl.Expr:
        """A value for each row as a column of units; `elsewhere` is that of units without one."""
        told = column.extend_constant(elsewhere, 1) if self.index.partial else column
        return pl.lit(told).gather(pl.col(self.index.name)).alias(column.name)

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """The columns of the result."""
        return dict(self.result.frame.schema)

    @cached_property
    def told(self) -> list[dict[str, Any]]:
        """The columns of each row."""
        return self.result.frame.rows(named=True)


def tables_of(indexes: Mapping[Index, Sequence[str]], result: Result) -> Iterator[Table]:
    """The tables of indexes, each from its decisions on each combination, one a row of `result`."""
    there, columns = result.frame.to_dict(), dict[str, list[str]]()
    for index, slots in indexes.items():
        columns[index.name] = [mark + slot for slot in slots for mark in _MARKS if mark + slot in there]
    large = [index.name for index in indexes if index.size > FEW_ROWS]
    runs = result.frame.select(pl.struct(columns[name]).rle_id().alias(name) for name in large)
    for index in indexes:
        every = pl.DataFrame([there[name] for name in columns[index.name]]).head(index.size)
        if index.size <= FEW_ROWS:
            yield Table(index, None, replace(result, frame=every))
            continue
        rows = runs[index.name].head(index.size)
        seen = every.select(pl.all().gather(rows.arg_unique()))
        rows = rows.extend_constant(seen.height, 1) if index.partial else rows
        yield Table(index, rows.cast(pl.UInt8 if seen.height < 2**8 else pl.UInt16), replace(result, frame=seen))


@dataclass(eq=False)
class Tables:
    """Decisions that are looked up, each with its table.

    `read` are those that other decisions read: with what is open of them (True), or with their values only.
    """

    tables: Mapping[str, Table]
    read: Mapping[str, bool]
    _long: dict[tuple[tuple[str, int], ...], dict[str, pl.Series]] = field(default_factory=dict)
    _queries: dict[tuple[str, ...], list[pl.Expr]] = field(default_factory=dict)
    _columns: dict[str, list[str]] = field(default_factory=dict)

    def has_all(self, slot: str) -> bool:
        """Whether a decision is looked up for every unit."""
        return slot in self.tables and not self.tables[slot].index.partial

    @cached_property
    def numbers(self) -> list[pl.Expr]:
        """The column of each index."""
        return [table.numbers for table in dict.fromkeys(self.tables.values())]

    def columns(self, slot: str) -> list[str]:
        """The columns there are of a decision."""
        if slot not in self._columns:
            self._columns[slot] = [mark + slot for mark in _MARKS if mark + slot in self.tables[slot].schema]
        return self._columns[slot]

    def look(self, slot: str, column: str) -> pl.Expr:
        """A column of a decision by the units' numbers; null where a unit has none."""
        return self.tables[slot].gather(self.tables[slot].result.frame[column])

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
            if not self.tables[slot].index.partial:
                yield self.look(slot, column)
                continue
            base = column if column in schema else _EXACT[mark] + slot if (mark := column.removesuffix(slot)) in _EXACT else ""
            other = pl.col(base) if base else pl.lit(None)
            yield pl.when(self.tables[slot].numbered).then(self.look(slot, column)).otherwise(other).alias(column)

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
                asked.append((pl.col(self.tables[slot].index.name).filter(null).cast(pl.UInt32) + start).implode().alias(f"n{at}"))
                start += self.tables[slot].result.frame.height + 1
            self._queries[slots] = asked
        return self._queries[slots]

    def _ends(self, slots: tuple[tuple[str, int], ...]) -> dict[str, pl.Series]:
        """What is open of decisions on every combination, one after another."""
        if slots not in self._long:
            told = [(self.tables[slot].result.frame, slot, factor) for slot, factor in slots]
            self._long[slots] = {
                mark: pl.concat([_ends_of(frame[mark + slot], kind, factor if worth else 1) for frame, slot, factor in told]).alias(mark)
                for mark, kind, worth in ((KEY, pl.Int32, False), (LOW, pl.Int64, True), (HIGH, pl.Int64, True))
            }
        return self._long[slots]

    def row(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of all decisions for one unit, whose numbers `values` has."""
        found: dict[str, Any] = {}
        for table in dict.fromkeys(self.tables.values()):
            row = values[table.index.name]
            found |= table.told[row] if row < len(table.told) else {}
        return found


def _ends_of(column: pl.Series, kind: type[pl.DataType], factor: int) -> pl.Series:
    """What stands in each row, and nothing in the row after the last."""
    return (column.cast(kind) * factor).extend_constant(None, 1)


__all__ = ["Table", "Tables", "tables_of"]
