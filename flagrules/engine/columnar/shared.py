"""Sums of which several parts rest on one and the same open input: the parts are tried together, as the reference tries the whole sum."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import polars as pl

from flagrules.engine.columnar.bounds import ends_where_known
from flagrules.engine.columnar.lanes import Lanes, Numbered, groups_of, input_keys, union
from flagrules.engine.columnar.layout import Source
from flagrules.engine.columnar.opened import KEY, Opened
from flagrules.engine.columnar.reads import Reads
from flagrules.engine.columnar.spans import Wide
from flagrules.engine.columnar.tables import Tables
from flagrules.engine.reference import Key, World
from flagrules.engine.settle import settle
from flagrules.engine.values import Num, Val
from flagrules.plan.nodes import Decide, Entry
from flagrules.semantics import expr as e

Delta = tuple[Fraction, Fraction]
_ROW, _LOW, _HIGH = "at", "least", "most"


@dataclass
class Shared:
    """What parts of sums that share an input come to together, by the sum, the input and what else the parts rest on."""

    lanes: Lanes
    known: dict[tuple[object, ...], Delta | None] = field(default_factory=dict)

    def settle(
        self, wide: Wide, frame: pl.DataFrame, asked: pl.Expr, world: Callable[[int], World], value: Callable[[str, int], Val | None],
        tables: Tables | None = None,
    ) -> Numbered:  # fmt: skip
        """Rows by the number of their open result, where one open input alone is behind it and one entry alone can fire."""
        if wide.before or not _plain(wide):
            return Numbered({}, [[row] for row in frame.select(asked).to_series().arg_true().to_list()])
        own = frame.with_row_index(_ROW).filter(asked)
        if tables is not None:
            looked_up, schema = [read for read in wide.reads if tables.read.get(read) is False], set(own.columns)
            own = own.with_columns(expr for read in looked_up for expr in tables.known(read, schema))
        there = set(own.columns)
        keys = [KEY + read for read in wide.reads if KEY + read in there]
        low, high = wide.raw
        key, needed = union(keys).alias("key"), self._needed(wide)
        rows = own.with_columns(ends_where_known(wide, there))
        inputs = [pl.col(name).cast(kind) for name, kind in needed.items()]
        some = rows.select(_ROW, key, *keys, *inputs, low.top.expr.alias(_LOW), high.top.expr.alias(_HIGH))
        left = some.filter(pl.col("key").is_null() | (pl.col("key") <= 0))[_ROW].to_list()
        found: dict[int, list[int]] = {}
        numbers = [number for number in some["key"].unique().drop_nulls().to_list() if number > 0]
        names = {number: name for name, number in self.lanes.keys.items()}
        parts = {number: self._parts(wide, there, names[number]) for number in numbers}
        tried = [number for number in numbers if parts[number]]
        left += some.filter(pl.col("key").is_in([number for number in numbers if not parts[number]]))[_ROW].to_list()
        queries = [self._query(some.lazy(), parts[number], number) for number in tried]
        for number, groups in zip(tried, pl.collect_all(queries), strict=True):
            for made in groups.iter_rows(named=True):
                delta = self._delta(wide, parts[number], (names[number], number), made, world, value)
                left += self._placed(wide, number, delta, made, found)
        return Numbered({opened: [pl.Series(at, dtype=pl.UInt32)] for opened, at in found.items()}, [[row] for row in left])

    def _needed(self, wide: Wide) -> dict[str, Any]:
        """The inputs the parts rest on, as far as they are few."""
        closures = (self.lanes.closures.get(read) for read in wide.reads)
        sources = dict.fromkeys(source for one in closures if one is not None for source in one.reads.sources)
        return {name: kind for source in sources for name, kind in self.lanes.inputs[source].columns}

    def _parts(self, wide: Wide, there: Collection[str], key: Key) -> list[str]:
        """The parts that rest on an input; none where one of them rests on too much else."""
        parts = [read for read in wide.reads if KEY + read in there and self._rests_on(read, key)]
        return parts if all(self.lanes.closures.get(part) is not None for part in parts) else []

    def _query(self, some: pl.LazyFrame, parts: Sequence[str], number: int) -> pl.LazyFrame:
        """Rows that wait for the same input, those alike in the parts that do and in what else these rest on together."""
        closures = (self.lanes.closures[part] for part in parts)
        reads = Reads({}).join(one.reads for one in closures if one is not None)
        keys = [pl.col(KEY + part) == number for part in parts]
        keys += [one for source in reads.sources for one in input_keys(self.lanes.inputs[source], reads.edges[source])]
        return groups_of(some, keys, pl.col("key") == number, also=(_ROW, _LOW, _HIGH))

    def _delta(
        self, wide: Wide, parts: Sequence[str], key: tuple[Key, int], made: dict[str, Any],
        world: Callable[[int], World], value: Callable[[str, int], Val | None],
    ) -> Delta | None:  # fmt: skip
        told = tuple(found for name, found in made.items() if name.isdigit())
        memory = (wide.slot.decision.slot, key[1], told)
        if memory not in self.known:
            chosen = [part for part, waits in zip(parts, told, strict=False) if waits]
            self.known[memory] = self._together(chosen, key[0], made[_ROW][0], world, value)
        return self.known[memory]

    def _placed(self, wide: Wide, number: int, delta: Delta | None, made: dict[str, list[int]], found: dict[int, list[int]]) -> list[int]:
        """Open results of rows whose parts come to the same; rows in which more than one entry may fire are given back."""
        if delta is None:
            return made[_ROW]
        left: list[int] = []
        book = self.lanes.books[wide.slot.decision.slot]
        for at, low, high in zip(made[_ROW], made[_LOW], made[_HIGH], strict=True):
            least, most = Fraction(low, wide.raw[0].scale), Fraction(high, wide.raw[1].scale)
            if any((least < edge) if op == "<" else (most > edge) for op, edge in wide.bounds):
                left.append(at)
            else:
                fired, value = (wide.first + len(wide.bounds),), Num(least + delta[0], most + delta[1])
                found.setdefault(book.number(Opened(fired, value, number)), []).append(at)
        return left

    def _rests_on(self, slot: str, key: Key) -> bool:
        closure = self.lanes.closures.get(slot)
        return closure is None or any(key_of(source) == key for source in closure.reads.sources)

    def _together(
        self, parts: Sequence[str], key: Key, row: int, world: Callable[[int], World], value: Callable[[str, int], Val | None]
    ) -> Delta | None:
        """How much narrower the parts are together than one by one; None where the input cannot be tried through."""
        behind = {other.slot for part in parts if (one := self.lanes.closures[part]) is not None for other in one.decisions}
        decisions = [other for other in self.lanes.decisions if other.slot in behind]
        line = decisions[0].line
        whole = Entry(None, line, e.Sum(tuple(e.SlotRef(part) for part in parts)), "score")
        made = settle([*decisions, Decide("", line, "term", (whole,))], world(row))
        alone = [value(part, row) for part in parts]
        together = made.step.value
        if not made.tight or not isinstance(together, Num) or (not together.exact and made.keys != {key}):
            return None
        numbers = [one for one in alone if isinstance(one, Num)]
        low, high = sum((one.low for one in numbers), Fraction(0)), sum((one.high for one in numbers), Fraction(0))
        return together.low - low, together.high - high


def _plain(wide: Wide) -> bool:
    """Whether the sum adds decisions and constants only, each once, on one grid."""
    raw = wide.slot.decision.entries[-1].value
    if not isinstance(raw, e.Sum) or any(end.bottom is not None for end in wide.raw):
        return False
    return all(isinstance(arg, e.SlotRef | e.Const) for arg in raw.args) and len(wide.reads) == sum(
        isinstance(arg, e.SlotRef) for arg in raw.args
    )


def key_of(source: Source) -> Key | None:
    """The open input a source is, as the reference names it."""
    match source:
        case e.FactRef(name, _, back) | e.RowCount(name, _, back):
            return "fact", name, back
        case e.PartRef(fact, part):
            return "part", f"{fact}/{part}", 0
        case e.OverRows(fact):
            return "fact", fact, 0
        case _:
            return None
