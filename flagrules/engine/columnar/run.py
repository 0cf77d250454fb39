"""A plan compiled for one kind of unit and run over a frame of units: exact columns first, then what is open, lane by lane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import polars as pl

from flagrules.engine.across import Lookup, alone
from flagrules.engine.columnar.bounds import bounded, bounded_few
from flagrules.engine.columnar.compile import ABSENT, BELOW, LINE, VALUE, Slot, is_open
from flagrules.engine.columnar.lanes import Lanes, Numbered
from flagrules.engine.columnar.layout import ID, ODD, Input, frame_of, row_of
from flagrules.engine.columnar.opened import FIRED, HIGH, KEY, LOW, MAY, OPEN, Beyond
from flagrules.engine.columnar.result import Result
from flagrules.engine.columnar.shared import Shared
from flagrules.engine.columnar.spans import Wide
from flagrules.engine.columnar.tables import Tables
from flagrules.engine.reference import Facts, UnitRun, World
from flagrules.engine.values import NA, Num, Val
from flagrules.engine.world import History
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e

Told = tuple[Facts, History]
Looking = Callable[[str], Lookup]


def _alone(_unit: str) -> Lookup:
    return alone


@dataclass(frozen=True)
class Compiled:
    """Decisions on one kind of unit in rounds of columns: a round reads what facts and the rounds before say.

    `gaps` are the decisions columns cannot make, with the reason. `lanes` and `wide` settle what is open. `tables` are the decisions that
    are looked up; the rounds are of the others. What other units decided is read like facts (`crowds.Population` has it).
    """

    plan: Plan
    kind: str
    inputs: tuple[Input, ...]
    decisions: tuple[Decide, ...]
    rounds: tuple[Mapping[str, pl.Expr], ...]
    slots: Mapping[str, Slot]
    gaps: Mapping[str, str]
    lanes: Lanes = field(repr=False)
    wide: Mapping[str, Wide] = field(repr=False)
    shared: Shared = field(repr=False)
    tables: Tables | None = field(default=None, repr=False)

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The inputs that are more than looked up by."""
        own, closures = self.lanes.own, self.lanes.closures
        others = [slot for slot in self.slots if not self.is_looked_up(slot)]
        reads = [closure.reads if (closure := closures[slot]) is not None else own[slot] for slot in others]
        return frozenset(self.lanes.inputs[source].name for one in reads for source in one.sources if source in self.lanes.inputs)

    @cached_property
    def by_round(self) -> Mapping[int, Sequence[Slot]]:
        """The decisions that may be read after each round."""
        found: dict[int, list[Slot]] = {}
        for slot in self.slots.values():
            found.setdefault(slot.ready, []).append(slot)
        return found

    @cached_property
    def unsettled(self) -> Mapping[str, pl.Expr]:
        """Where each decision is open and not known to be open."""
        tables = self.tables.tables if self.tables is not None else {}
        found = {}
        for name, slot in self.slots.items():
            opened = (is_open(slot.col) if slot.col is not None else pl.col(LINE + name).is_null()) & ~pl.col(ODD)
            found[name] = opened & ~tables[name].numbered if name in tables else opened
        return found

    def is_looked_up(self, slot: str) -> bool:
        """Whether a decision is looked up for every unit."""
        return self.tables is not None and self.tables.has_all(slot)

    def frame(self, units: Mapping[str, Told]) -> pl.DataFrame:
        """Units by id, each with its facts and its earlier decisions, as the frame to run."""
        rows = [row_of(self.plan, self.inputs, World(self.plan, facts, history=history)) for facts, history in units.values()]
        return frame_of(self.inputs, list(units), rows)

    def run(
        self, frame: pl.DataFrame, told: Callable[[str], Told], forgotten: Mapping[int, frozenset[str]] | None = None,
        around: Looking = _alone, *, by_reference: bool = True,
    ) -> Result:  # fmt: skip
        """Every decision on every unit. `told` gives a unit's facts, and `around` what it looks up in other units, where columns do not
        say enough.

        What is `forgotten` after a round is not there in the end: a frame of very many units is then no wider than it must be. Units only
        the reference can decide are decided by it, or, where `by_reference` is False, counted and left.
        """
        made = Pass(self, frame, told, forgotten=forgotten or {}, around=around, by_reference=by_reference)
        made.decide()
        return made.result()

    def forgotten(self, kept: Mapping[str, bool]) -> Mapping[int, frozenset[str]]:
        """The columns nothing looks at any more after each round, where only what `kept` names is wanted in the end: of each slot what is
        open, and its value too where that is wanted."""
        last: dict[str, int] = {}
        for index, made in enumerate(self.rounds):
            last |= dict.fromkeys((root for expr in made.values() for root in expr.meta.root_names()), index + 1)
        for slot in self.slots.values():
            if slot.col is not None:
                for root in is_open(slot.col).meta.root_names():
                    last[root] = max(last.get(root, 0), slot.ready)
        for name, slot in self.slots.items():
            needed = [VALUE + read for read in self.lanes.own[name].slots]
            for root in (*needed, *(self.wide[name].needed if name in self.wide else ())):
                last[root] = max(last.get(root, 0), slot.ready)
        found: dict[int, list[str]] = {}
        for name in (name for made in self.rounds for name in made if name.startswith("t:")):
            found.setdefault(last.get(name, 0), []).append(name)
        for name, slot in self.slots.items():
            after = max(last.get(VALUE + name, 0), slot.ready)
            if name not in kept:
                found.setdefault(after, []).append(OPEN + name)
            if not kept.get(name):
                found.setdefault(after, []).extend(mark + name for mark in (VALUE, BELOW + VALUE, ABSENT + VALUE))
            if not kept.get(name) or name not in self.wide:
                found.setdefault(after, []).extend(mark + name for mark in (LOW, HIGH, BELOW + LOW, BELOW + HIGH))
            found.setdefault(after, []).extend(mark + name for mark in (KEY, MAY))
        return {after: frozenset(names) for after, names in found.items()}


@dataclass
class Pass:
    """A frame on its way through the rounds; `whole` are the units, by row, that the reference decides instead, `why` how many;
    `alone` counts decisions the reference made on one unit at a time, or on one of several alike."""

    compiled: Compiled
    frame: pl.DataFrame
    told: Callable[[str], Told]
    whole: dict[int, UnitRun] = field(default_factory=dict)
    why: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    around: Looking = _alone
    forgotten: Mapping[int, frozenset[str]] = field(default_factory=dict)
    by_reference: bool = True

    def __post_init__(self) -> None:
        if (tables := self.compiled.tables) is not None:
            self.frame = self.frame.with_columns(tables.numbers).with_columns(tables.given)
        self._to_reference(self.frame[ODD].arg_true().to_list(), ODD)

    @cached_property
    def ids(self) -> Sequence[str]:
        """The units, in order."""
        return self.frame[ID].to_list()

    def decide(self) -> None:
        """All decisions, round by round."""
        for index, made in enumerate(self.compiled.rounds):
            self.frame = self.frame.with_columns(**made)
            self._settle(self.compiled.by_round.get(index + 1, ()))
            gone = self.forgotten.get(index + 1, ())
            self.frame = self.frame[[name for name in self.frame.columns if name not in gone]]  # five times as fast as dropping them

    def _to_reference(self, rows: Sequence[int], why: str) -> None:
        """Units given to the reference for good."""
        new = [row for row in rows if row not in self.whole]
        if not new:
            return
        self.why[why] += len(new)
        for row in new if self.by_reference else ():
            facts, history = self.told(self.ids[row])
            run = self.whole[row] = UnitRun(self.compiled.plan, self.compiled.kind, facts, history=history)
            for stage in range(self.compiled.plan.last_stage + 1):
                run.advance(stage, self._across(row))
        odd = self.frame[ODD].clone()
        self.frame = self.frame.with_columns(odd.scatter(new, [True] * len(new)))

    # ── what is open ──
    def _settle(self, slots: Sequence[Slot]) -> None:
        """What is open of the decisions of a round, and what tables say of them."""
        if not slots:
            return
        self._settle_open(slots)
        if (tables := self.compiled.tables) is not None:
            schema, names = set(self.frame.columns), [slot.decision.slot for slot in slots]
            known = [expr for name in names if name in tables.read for expr in tables.known(name, schema, opened=tables.read[name])]
            self.frame = self.frame.with_columns(known)

    def _settle_open(self, slots: Sequence[Slot]) -> None:
        """What is open and not looked up: what rests on few inputs together, the others one by one."""
        asked = {slot.decision.slot: self.compiled.unsettled[slot.decision.slot] for slot in slots}
        found = self.frame.select(expr.any().alias(name) for name, expr in asked.items()).row(0, named=True)
        opened = [slot for slot in slots if found[slot.decision.slot]]
        lanes = self.compiled.lanes
        few = [slot for slot in opened if lanes.closures[slot.decision.slot] is not None]
        direct = [slot.decision.slot for slot in few if slot.decision.slot in self.compiled.wide]
        if direct:
            wides = {name: self.compiled.wide[name] for name in direct}
            self.frame = self.frame.with_columns(bounded_few(wides, self.frame, asked))
            there = set(self.frame.columns)
            asked |= {name: asked[name] & pl.col(FIRED + name).is_null() for name in direct if FIRED + name in there}
            left = self.frame.select(asked[name].any().alias(name) for name in direct).row(0, named=True)
            few = [slot for slot in few if left.get(slot.decision.slot, True)]
        few, asked = self._settle_alike(few, asked)
        lazy = self.frame.lazy()
        queries = [lanes.inputs_query(slot.decision.slot, lazy, asked[slot.decision.slot]) for slot in few]
        groups = pl.collect_all(queries)
        self._take([(slot, lanes.by_inputs(slot.decision.slot, made, self._world)) for slot, made in zip(few, groups, strict=True)])
        for slot in opened:
            if lanes.closures[slot.decision.slot] is None:
                self._settle_wide(slot)

    def _settle_alike(self, slots: Sequence[Slot], asked: dict[str, pl.Expr]) -> tuple[list[Slot], dict[str, pl.Expr]]:
        """Decisions that rest on one input: all units that lack it are alike. Returns those that are open in other units too."""
        lanes, columns, alike = self.compiled.lanes, list[pl.Expr](), list[Slot]()
        there = set(self.frame.columns)
        rest = {slot.decision.slot: asked[slot.decision.slot] for slot in slots}
        for slot in slots:
            name = slot.decision.slot
            lacking = lanes.lacking(name)
            opened = lanes.without(name) if lacking is not None and OPEN + name not in there else None
            if lacking is None or opened is None:
                continue
            alike.append(slot)
            number = pl.lit(lanes.books[name].number(opened), dtype=pl.UInt32)
            columns.append(pl.when(asked[name] & lacking).then(number).alias(OPEN + name))
            rest[name] = asked[name] & ~lacking
        if not alike:
            return list(slots), asked
        self.frame = self.frame.with_columns(columns)
        self._put_open(alike)
        others = self.frame.select(rest[slot.decision.slot].any().alias(slot.decision.slot) for slot in alike).row(0, named=True)
        left = [slot for slot in slots if slot not in alike or others[slot.decision.slot]]
        return left, {**asked, **rest}

    def _put_open(self, slots: Sequence[Slot]) -> None:
        """The values of what is open put into the columns of decisions."""
        lanes, schema, columns = self.compiled.lanes, dict(self.frame.schema), list[pl.Expr]()
        for slot in slots:
            name = slot.decision.slot
            try:
                columns += lanes.books[name].columns(schema, wide=name in lanes.wide)
            except Beyond:
                rows = self.frame[OPEN + name].is_not_null().arg_true().to_list()
                self._to_reference(rows, name)
        self.frame = self.frame.with_columns(columns)

    def _settle_wide(self, slot: Slot) -> None:
        """Lane by lane; what no lane takes is decided unit by unit."""
        name = slot.decision.slot
        asked = self.compiled.unsettled[name]
        if name in self.compiled.wide:
            self.frame = self.frame.with_columns(bounded(self.compiled.wide[name], self.frame, self.compiled.tables))
            asked = asked & pl.col(FIRED + name).is_null() if FIRED + name in self.frame.columns else asked
        rows = self.frame.select(asked).to_series().arg_true()
        if not len(rows):
            return
        made = self.compiled.lanes.by_reads(name, self.frame, asked, self._world, self.value_of)
        if made is None and name in self.compiled.wide:
            made = self.compiled.shared.settle(
                self.compiled.wide[name], self.frame, asked, self._world, self.value_of, self.compiled.tables
            )
        self._take([(slot, made if made is not None else Numbered({}, [[row] for row in rows.to_list()]))])

    def _take(self, found: Sequence[tuple[Slot, Numbered]]) -> None:
        """Open results written down by their numbers; rows without one are decided unit by unit."""
        if not found:
            return
        there = set(self.frame.columns)
        blank = pl.repeat(None, self.frame.height, dtype=pl.UInt32, eager=True)
        numbers = []
        for slot, made in found:
            name = OPEN + slot.decision.slot
            column = self.frame[name].clone() if name in there else blank.clone().alias(name)
            numbers.append(column.scatter(*_one_by_one(made.rows)) if made.rows else column)
        self.frame = self.frame.with_columns(numbers)
        schema, columns = dict(self.frame.schema), list[pl.Expr]()
        left: list[tuple[Slot, Sequence[Sequence[int]]]] = []
        for slot, made in found:
            name = slot.decision.slot
            try:
                columns += self.compiled.lanes.books[name].columns(schema, wide=name in self.compiled.lanes.wide)
            except Beyond:
                self._to_reference([row for some in made.rows.values() for rows in some for row in rows.to_list()], name)
            if made.left:
                left.append((slot, made.left))
        self.frame = self.frame.with_columns(columns)
        for slot, groups in left:
            self._by_unit(slot, groups)

    def _by_unit(self, slot: Slot, groups: Sequence[Sequence[int]]) -> None:
        """Units one by one, those alike once, the decisions before taken as they are; what is not tight even so goes to the reference for
        good."""
        name = slot.decision.slot
        if self.forgotten:  # what the decisions before came to is not all there any more
            self._to_reference([row for rows in groups for row in rows], name)
            return
        lanes, result = self.compiled.lanes, self.result()
        book, numbers, left = lanes.books[name], dict[int, list[int]](), list[int]()
        self.alone[name] += len(groups)
        for rows in ([row for row in rows if row not in self.whole] for rows in groups):
            if not rows:
                continue
            one = result.unit(rows[0])
            opened = lanes.by_unit(name, self._world(rows[0]), one.value, one.key)
            if opened is None:
                left += rows
            else:
                numbers.setdefault(book.number(opened), []).extend(rows)
        self._take([(slot, Numbered({key: [pl.Series(some, dtype=pl.UInt32)] for key, some in numbers.items()}))])
        self._to_reference(left, name)

    def _world(self, row: int) -> World:
        facts, history = self.told(self.ids[row])
        return World(self.compiled.plan, facts, across=self._across(row), history=history)

    def _across(self, row: int) -> Lookup:
        """How one unit's figures over other units are looked up: in their columns, and elsewhere where no column holds them."""

        def lookup(figure: e.Across, slots: Mapping[str, Val], none: Val | None) -> Val:
            one = self.compiled.lanes.inputs.get(figure)
            if one is None or one.name not in self.frame.columns:  # a table has columns of facts alone
                return self.around(self.ids[row])(figure, slots, none)
            named = self.frame.select(name for name, _ in one.columns).row(row, named=True)
            low, high, absent = (named[name] for name in one.ends)
            if named[one.absent]:
                return NA
            if low is None:
                return self.around(self.ids[row])(figure, slots, none)
            below = named[one.bottom] if one.bottom else 1
            return Num(Fraction(low, below), Fraction(high, below), absent)

        return lookup

    # ── results ──
    def value_of(self, slot: str, row: int) -> Val | None:
        """What a unit has decided so far in a slot; None where it is not decided."""
        if row in self.whole:
            return self.whole[row].slots.get(slot)
        made = self.compiled.slots.get(slot)
        if made is None or not (LINE + slot in self.frame.columns or self.compiled.is_looked_up(slot)):
            return None
        return self.result().unit(row).value(slot)

    def result(self) -> Result:
        """What was decided, as columns."""
        whole = {row: run.steps for row, run in sorted(self.whole.items())}  # in whatever order they were met
        return Result(self.compiled, self.frame, whole, dict(self.why), dict(self.alone))


def _one_by_one(numbered: Mapping[int, Sequence[pl.Series]]) -> tuple[pl.Series, pl.Series]:
    """The rows of some numbers, and the number of each."""
    rows = [(number, one) for number, some in numbered.items() for one in some]
    numbers = pl.Series([number for number, _ in rows], dtype=pl.UInt32)
    which = pl.int_range(len(rows), eager=True).repeat_by(pl.Series([one.len() for _, one in rows], dtype=pl.UInt32)).explode()
    return pl.concat([one.cast(pl.UInt32) for _, one in rows]), numbers.gather(which)


__all__ = ["Compiled", "Pass", "Result", "Told"]
