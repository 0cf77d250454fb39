"""Sums of which several parts rest on one and the same open input: the parts are tried together, as the reference tries the whole sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from flagrules.engine.columnar.lanes import Lanes, Numbered, groups_of, input_keys, union
from flagrules.engine.columnar.layout import Source
from flagrules.engine.columnar.opened import KEY, Opened
from flagrules.engine.columnar.reads import Reads
from flagrules.engine.columnar.spans import Wide, ends_where_known
from flagrules.engine.reference import Key, World, settle
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
        self, wide: Wide, frame: pl.DataFrame, asked: pl.Expr, world: Callable[[int], World], value: Callable[[str, int], Val | None]
    ) -> Numbered:
        """Rows by the number of their open result, where one open input alone is behind it and one entry alone can fire."""
        rows = frame.select(asked).to_series().arg_true()
        if wide.before or not _plain(wide):
            return Numbered({}, rows.to_list())
        keys = [KEY + read for read in wide.reads if KEY + read in frame.columns]
        low, high = wide.raw
        some = frame.with_columns(ends_where_known(wide, frame)).with_columns(
            union(keys).alias("key"), low.top.expr.alias(_LOW), high.top.expr.alias(_HIGH), pl.int_range(pl.len()).alias(_ROW)
        )[rows]
        found: dict[int, list[int]] = {}
        left = some.filter(pl.col("key").is_null() | (pl.col("key") <= 0))[_ROW].to_list()
        names = {number: name for name, number in self.lanes.keys.items()}
        for number in some["key"].unique().drop_nulls().to_list():
            if number > 0:
                group = some.filter(pl.col("key") == number)
                left += self._group(wide, group, names[number], number, found, world, value)
        return Numbered({opened: [pl.Series(at, dtype=pl.UInt32)] for opened, at in found.items()}, left)

    def _group(
        self, wide: Wide, rows: pl.DataFrame, key: Key, number: int, found: dict[int, list[int]],
        world: Callable[[int], World], value: Callable[[str, int], Val | None],
    ) -> list[int]:  # fmt: skip
        """Rows that wait for the same input; those that cannot be told so are given back."""
        parts = [read for read in wide.reads if KEY + read in rows.columns and self._rests_on(read, key)]
        closures = [self.lanes.closures.get(part) for part in parts]
        reads = Reads({}).join(one.reads for one in closures if one is not None)
        if None in closures or not parts:
            return rows[_ROW].to_list()
        keys = [pl.col(KEY + part) == number for part in parts]
        keys += [one for source in reads.sources for one in input_keys(self.lanes.inputs[source], reads.edges[source])]
        groups = groups_of(rows.lazy(), keys, pl.lit(True), also=(_ROW, _LOW, _HIGH)).collect()  # noqa: FBT003
        left: list[int] = []
        for made in groups.iter_rows(named=True):
            told = tuple(made[f"{index}"] for index in range(len(keys)))
            chosen = [part for part, waits in zip(parts, told, strict=False) if waits]
            memory = (wide.slot.decision.slot, number, told)
            if memory not in self.known:
                self.known[memory] = self._together(chosen, key, made[_ROW][0], world, value)
            left += self._placed(wide, number, self.known[memory], made, found)
        return left

    def _placed(self, wide: Wide, number: int, delta: Delta | None, made: dict[str, list[int]], found: dict[int, list[int]]) -> list[int]:
        """Open results of rows whose parts come to the same; rows in which more than one entry may fire are given back."""
        if delta is None:
            return made[_ROW]
        left: list[int] = []
        book = self.lanes.books[wide.slot.decision.slot]
        for at, low, high in zip(made[_ROW], made[_LOW], made[_HIGH], strict=True):
            least, most = Fraction(low, wide.raw[0].scale) + delta[0], Fraction(high, wide.raw[1].scale) + delta[1]
            if any((least < edge) if op == "<" else (most > edge) for op, edge in wide.bounds):
                left.append(at)
            else:
                fired = (wide.first + len(wide.bounds),)
                found.setdefault(book.number(Opened(fired, Num(least, most), number)), []).append(at)
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
