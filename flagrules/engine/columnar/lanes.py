"""What exact columns leave open, settled by the reference once for all units alike: by a decision's inputs, or by what it reads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from flagrules.engine.columnar import numbers as n
from flagrules.engine.columnar.compile import Slot
from flagrules.engine.columnar.layout import Input, Source
from flagrules.engine.columnar.opened import HIGH, KEY, LOW, MAY, NONE, OPEN, SEVERAL, Book, Opened, name_of
from flagrules.engine.columnar.reads import FEW, Closure, Edges, Reads
from flagrules.engine.reference import Key, Run, World
from flagrules.engine.settle import Settled, settle, settle_after, settle_each
from flagrules.engine.tighten import apart, can_split
from flagrules.engine.values import NotApplicable, Num, Opts, Val, hull, number
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e

ROW = "row"
_SEVERAL: frozenset[Key] = frozenset({("several", "", 0), ("several", "", 1)})
Tuple = tuple[object, ...]
_LACKING: Tuple = ("lacking",)


@dataclass
class Lanes:
    """What is known of a plan's decisions where something is open; it grows as units with new combinations are met."""

    plan: Plan
    decisions: tuple[Decide, ...]
    slots: Mapping[str, Slot]
    inputs: Mapping[Source, Input]
    own: Mapping[str, Reads]
    closures: dict[str, Closure | None]
    wide: frozenset[str] = frozenset()
    books: dict[str, Book] = field(default_factory=dict)
    keys: dict[Key, int] = field(default_factory=dict)
    settled: dict[str, dict[Tuple, Opened | None]] = field(default_factory=dict)
    directly: dict[str, dict[Tuple, Direct]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.closures = {
            slot: closure if closure is not None and self.has_columns(closure.reads) else None for slot, closure in self.closures.items()
        }
        wide = [slot for slot, closure in self.closures.items() if closure is None]
        self.wide = frozenset(read for slot in wide for read in self.own[slot].slots)
        self.books = {name: Book(slot) for name, slot in self.slots.items()}
        self._behind: dict[str, frozenset[str]] = {}
        single = [(slot, closure) for slot, closure in self.closures.items() if closure is not None and len(closure.reads.sources) == 1]
        self._last = {decision.slot: slot for slot, closure in single for decision in closure.decisions}

    def has_columns(self, reads: Reads) -> bool:
        """Whether every input has a column."""
        return all(source in self.inputs for source in reads.sources)

    # ── by inputs ──
    def inputs_query(self, slot: str, frame: pl.LazyFrame, asked: pl.Expr) -> pl.LazyFrame:
        """The rows in which a decision is open, those alike in its inputs together."""
        closure = self.closures[slot]
        assert closure is not None
        keys = [key for source in closure.reads.sources for key in input_keys(self.inputs[source], closure.reads.edges[source])]
        return groups_of(frame, keys, asked)

    def lacking(self, slot: str) -> pl.Expr | None:
        """Where the one input a decision rests on is open; None where it rests on several."""
        closure = self.closures[slot]
        if closure is None or len(closure.reads.sources) != 1 or not isinstance(closure.reads.sources[0], e.FactRef | e.PartRef):
            return None
        wanted = self.inputs.get(closure.reads.sources[0])
        if wanted is None or wanted.bottom:
            return None
        return wanted.lacking

    def without(self, slot: str) -> Opened | None:
        """A decision that rests on one input, where that is open: the same for every unit."""
        memory = self.settled.setdefault(slot, {})
        if _LACKING not in memory:
            closure = self.closures[self._last[slot]]
            assert closure is not None
            made = settle_each(closure.decisions, World(self.plan, lambda _name, _back: None))
            for decision, one in zip(closure.decisions, made, strict=True):
                self.settled.setdefault(decision.slot, {})[_LACKING] = self._opened(one)
        return memory[_LACKING]

    def by_inputs(self, slot: str, groups: pl.DataFrame, world: Callable[[int], World]) -> Numbered:
        """The number of the open result of each row, by the inputs the decision rests on; none where it is not tight."""
        closure = self.closures[slot]
        assert closure is not None
        memory = self.settled.setdefault(slot, {})

        def decide(found: Tuple, row: int) -> Opened | None:
            if found not in memory:
                memory[found] = self._settle(closure, world(row))
            return memory[found]

        return self._numbered(slot, groups, decide, alike=True)

    def _settle(self, closure: Closure, world: World) -> Opened | None:
        return self._opened(settle(closure.decisions, world))

    def _opened(self, made: Settled) -> Opened | None:
        return Opened(made.step.fired, _val(made), self.key(made.keys)) if made.tight else None

    def key_of(self, ref: e.FactRef) -> int:
        """The number of a fact as the one input something rests on."""
        return self.key(frozenset({("fact", ref.name, ref.back)}))

    def key(self, keys: frozenset[Key]) -> int:
        """The number of the one input a value rests on."""
        if not keys:
            return NONE
        (one, *more) = keys
        if more or one[0] in ("across", "held"):
            return SEVERAL
        if one not in self.keys:
            self.keys[one] = len(self.keys) + 1
        return self.keys[one]

    def _numbered(self, slot: str, groups: pl.DataFrame, decide: Callable[[Tuple, int], Opened | None], *, alike: bool = False) -> Numbered:
        """Rows with the number of their open result: rows alike are decided once. `alike` says that those nothing is known of are alike in
        all a decision rests on, too."""
        book = self.books[slot]
        *keys, rows, firsts = groups.get_columns()
        found: dict[int, list[pl.Series]] = {}
        left: list[Sequence[int]] = []
        for index, (*key, first) in enumerate(zip(*(column.to_list() for column in (*keys, firsts)), strict=True)):
            opened = decide(tuple(key), first)
            if opened is None:
                left += [rows[index].to_list()] if alike else [[row] for row in rows[index].to_list()]
            else:
                found.setdefault(book.number(opened), []).append(rows[index])
        return Numbered(found, left)

    # ── one unit by itself ──
    def by_unit(self, slot: str, world: World, value: Callable[[str], Val | None], key: Callable[[str], int | None]) -> Opened | None:
        """A decision on one unit as the reference makes it after the others, of which `key` tells what each that is open rests on."""
        decision, found = self.plan.slots[slot], dict[Key, list[Decide]]()
        numbers = {read: number for read in self.own[slot].slots if (number := key(read)) is not None}
        single = {number for number in numbers.values() if number > 0}
        names = {number: name for name, number in self.keys.items()}
        needed = set(self.own[slot].slots)
        for number in single:
            chain = [other for other in self.decisions if other.slot in self.behind(slot) and key(other.slot) == number]
            found[names[number]] = chain
            needed.update(read for other in chain for read in self.own[other.slot].slots)
        slots = {read: made for read in needed if (made := value(read)) is not None}
        keys = {read: _SEVERAL if number == SEVERAL else frozenset({names[number]} if number else ()) for read, number in numbers.items()}
        settled = settle_after(decision, world, slots, keys, found)
        return self._opened(settled)

    def behind(self, slot: str) -> frozenset[str]:
        """Every decision another rests on."""
        if slot not in self._behind:
            own = [read for read in self.own[slot].slots if read in self.own]
            self._behind[slot] = frozenset(own).union(*(self.behind(read) for read in own))
        return self._behind[slot]

    # ── by what is read ──
    def by_reads(
        self, slot: str, frame: pl.DataFrame, asked: pl.Expr, world: Callable[[int], World], value: Callable[[str, int], Val | None]
    ) -> Numbered | None:
        """The same by what a decision reads itself, the decisions before it taken as they are; None where that is too much."""
        reads = self.own[slot]
        slots = [read for read in reads.slots if read in self.slots]
        if len(reads.edges) > FEW or not self.has_columns(reads) or any(self.slots[read].col is None for read in slots):
            return None
        keys = [key for source in reads.sources for key in input_keys(self.inputs[source], reads.edges[source])]
        there = set(frame.columns)
        for read in slots:
            keys += slot_keys(self.slots[read], reads.edges[e.SlotRef(read)], there)
        opens = [KEY + read for read in slots if KEY + read in there]
        keys += [pl.col(KEY + read).is_not_null() if KEY + read in there else pl.lit(False) for read in slots]  # noqa: FBT003
        width = len(keys)
        keys.append(union(opens))
        memory = self.directly.setdefault(slot, {})
        decision = self.plan.slots[slot]

        def decide(found: Tuple, row: int) -> Opened | None:
            plain = found[:width]
            if plain not in memory:
                given = {read: made for read in slots if (made := value(read, row)) is not None}
                memory[plain] = self._direct(decision, world(row), given)
            key = found[width]
            assert key is None or isinstance(key, int)
            return memory[plain].of(key)

        return self._numbered(slot, groups_of(frame.lazy(), keys, asked).collect(), decide)

    def _direct(self, decision: Decide, world: World, slots: Mapping[str, Val]) -> Direct:
        """A decision on what it reads, and what it is where one of that alone is open."""
        step = Run(self.plan, dict(slots)).decide(decision, world)
        fired, value = step.fired, _value(step.value)
        inputs = frozenset((read.kind, read.name, read.back) for read in step.reads if not read.value.exact)
        opened = [slot for slot, given in slots.items() if not given.exact]
        alone: tuple[tuple[int, ...], Val] | None = None
        if value.exact or (not inputs and len(opened) == 1 and self._met(decision, world, slots, opened[0], (fired, value))):
            alone = fired, value
        elif inputs and not opened:
            made = settle([decision], world, slots)
            alone = (made.step.fired, _val(made)) if made.tight else None
        return Direct((fired, value), self.key(inputs) if inputs else None, alone)

    def _met(self, decision: Decide, world: World, slots: Mapping[str, Val], opened: str, plain: tuple[tuple[int, ...], Val]) -> bool:
        """Whether every end of the value is met at an end of the one thing open, and each entry alone gives one of them."""
        fired: list[int] = []
        values: list[Val] = []
        for end in ends(slots[opened]):
            run = Run(self.plan, {**slots, opened: end})
            step = run.decide(decision, world)
            fired += step.fired
            values.append(_value(step.value))
        whole = values[0]
        for other in values[1:]:
            whole = hull(whole, other)
        constants = [decision.entries[index].value for index in plain[0]]
        apart_ = len(plain[0]) == 1 or (
            all(isinstance(one, e.Const) for one in constants)
            and len(set(constants)) == len(constants)
            and (isinstance(plain[1], Opts) or len(constants) == 2)
        )
        return whole == plain[1] and set(fired) == set(plain[0]) and apart_


@dataclass(frozen=True)
class Numbered:
    """Rows by the number of their open result, and those nothing is known of yet, alike ones together."""

    rows: Mapping[int, Sequence[pl.Series]]
    left: Sequence[Sequence[int]] = ()


@dataclass(frozen=True)
class Direct:
    """A decision on what it reads: with several open inputs, and with one alone (None where only a closer look can tell)."""

    several: tuple[tuple[int, ...], Val]
    key: int | None
    alone: tuple[tuple[int, ...], Val] | None

    def of(self, key: int | None) -> Opened | None:
        """The open result with the open inputs of what was read."""
        both = self.key if key is None else key if self.key is None else both_keys(self.key, key)
        if both is None or both in (NONE, SEVERAL):
            return Opened(*self.several, NONE if both is None else both)
        return Opened(*self.alone, both) if self.alone is not None else None


def both_keys(one: int, other: int) -> int:
    """The open inputs of two things together."""
    if SEVERAL in (one, other):
        return SEVERAL
    if NONE in (one, other):
        return max(one, other)
    return one if one == other else SEVERAL


def union(keys: Sequence[str]) -> pl.Expr:
    """The open inputs of several columns together; null where none is open.

    Keys are all the same exactly where their number times the sum of their squares is the square of their sum; sums over many
    columns are what the engine does fastest.
    """
    if not keys:
        return pl.lit(None, dtype=pl.Int32)
    columns = [pl.col(name).cast(pl.Int64) for name in keys]
    real = [column.clip(lower_bound=0) for column in columns]
    total, whole = pl.sum_horizontal(columns), pl.sum_horizontal(real)
    squares, number = pl.sum_horizontal([one * one for one in real]), pl.sum_horizontal([(one > 0).cast(pl.Int64) for one in real])
    there = pl.sum_horizontal([column + 2 for column in columns]) > 0
    several = (total != whole) | (number * squares != whole * whole)
    key = pl.when(several).then(pl.lit(SEVERAL, dtype=pl.Int64)).when(number > 0).then(whole // number).when(there).then(NONE)
    return key.cast(pl.Int32)


def ends(value: Val) -> Iterator[Val]:
    """The ends of what is open: each option, the least and the most, and that it does not apply."""
    if not can_split(value):
        yield value
        return
    for part in apart(value):
        if isinstance(part, Num):
            yield number(part.low)
            yield number(part.high)
        else:
            yield part


def input_keys(wanted: Input, edges: Edges) -> list[pl.Expr]:
    """What tells units apart by an input: its value, or where it lies among the constants it is compared with."""
    found = [pl.col(wanted.absent)] if wanted.absent else []
    column = pl.col(wanted.name)
    if wanted.ends:
        return [*found, *_figure_keys(wanted, edges)]
    if wanted.sort != "number" or edges is None:
        return [*found, column, *([pl.col(wanted.bottom)] if wanted.bottom else [])]
    bottom = n.Whole(pl.col(wanted.bottom), 1, wanted.most_below) if wanted.bottom else None
    value = n.Number(n.Whole(column, wanted.low, wanted.high, None, wanted.kind), wanted.scale, bottom)
    return [*found, _stretch(value, edges)]


def _figure_keys(wanted: Input, edges: Edges) -> list[pl.Expr]:
    """The same of a figure over units, by its ends."""
    low, high, absent = map(pl.col, wanted.ends)
    bottom = n.Whole(pl.col(wanted.bottom), 1, wanted.most_below) if wanted.bottom else None
    ends = [n.Number(n.Whole(end, wanted.low, wanted.high), wanted.scale, bottom) for end in (low, high)]
    return [absent, *(key for end in ends for key in _number_keys(end, edges))]


def _stretch(value: n.Number, edges: frozenset[Fraction]) -> pl.Expr:
    """Where a number lies among edges: on one of them, or between; null where it is open."""
    found = pl.when(value.top.expr.is_not_null()).then(pl.lit(0, dtype=pl.UInt16))
    for edge in sorted(edges):
        for op in (">=", ">"):
            found = found + n.compared(op, value, n.constant(edge)).cast(pl.UInt16)  # type: ignore[assignment]
    return found


def slot_keys(slot: Slot, edges: Edges, columns: Collection[str]) -> list[pl.Expr]:
    """What tells units apart by an earlier decision: as many columns whether or not something of it is open."""
    name, col = name_of(slot), slot.col
    assert col is not None
    na = [pl.col(f"na:v:{name}")] if col.na is not None else []
    if col.number is None:
        return [*na, pl.col(f"v:{name}"), pl.col(OPEN + name) if OPEN + name in columns else pl.lit(None, dtype=pl.UInt32)]
    low, high = ends_of(slot) if LOW + name in columns else (col.number, col.number)
    if col.na is not None:
        na.append(pl.col(MAY + name) if MAY + name in columns else pl.lit(False))  # noqa: FBT003
    return [*na, *_number_keys(low, edges), *_number_keys(high, edges)]


def _number_keys(value: n.Number, edges: Edges) -> list[pl.Expr]:
    if edges is not None:
        return [_stretch(value, edges)]
    return [value.top.expr, *([value.bottom.expr] if value.bottom is not None else [])]


def ends_of(slot: Slot) -> tuple[n.Number, n.Number]:
    """The columns of the least and the most a number may be."""
    name, col = name_of(slot), slot.col
    assert col is not None
    assert col.number is not None
    top, below = col.number.top, col.number.bottom

    def end(mark: str) -> n.Number:
        bottom = n.Whole(pl.col(f"d:{mark}{name}").cast(pl.Int64), 1, below.high) if below is not None else None
        column = pl.col(mark + name)
        whole = n.Whole(column.cast(top.full), top.low, top.high, None, top.full)
        return n.Number(whole, col.number.scale if col.number is not None else 1, bottom)

    return end(LOW), end(HIGH)


def groups_of(frame: pl.LazyFrame, keys: Sequence[pl.Expr], asked: pl.Expr, also: Sequence[str] = ()) -> pl.LazyFrame:
    """Rows that are alike together, each group with its rows, the first of them, and what else is asked of each."""
    names = [f"{index}" for index in range(max(len(keys), 1))]
    named = [key.alias(name) for key, name in zip(keys or [pl.lit(0)], names, strict=True)]
    rows = frame.select(*named, pl.int_range(pl.len(), dtype=pl.UInt32).alias(ROW), asked.alias("asked"), *also).filter("asked")
    return rows.group_by(names).agg(ROW, pl.col(ROW).min().alias("first"), *also)


def _val(made: Settled) -> Val:
    return _value(made.step.value)


def _value(value: object) -> Val:
    assert isinstance(value, Num | Opts | NotApplicable)
    return value


__all__ = ["Lanes", "Numbered", "ends_of", "union"]
