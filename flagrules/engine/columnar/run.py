"""A plan compiled for one kind of unit and run over a frame of units: exact columns first, then what is open, lane by lane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import polars as pl

from flagrules.engine.across import Lookup, alone
from flagrules.engine.columnar.bounds import bounded, bounded_few
from flagrules.engine.columnar.compile import ABSENT, BELOW, LINE, VALUE, Columns, Slot, is_open
from flagrules.engine.columnar.lanes import Lanes, Numbered
from flagrules.engine.columnar.layout import ID, ODD, Input, Layout, Odd, frame_of, put, row_of
from flagrules.engine.columnar.opened import FIRED, HIGH, KEY, LOW, MAY, OPEN, Beyond
from flagrules.engine.columnar.reads import FEW, closures, own_reads
from flagrules.engine.columnar.result import Result
from flagrules.engine.columnar.shared import Shared
from flagrules.engine.columnar.spans import Wide, direct_of, wide_of
from flagrules.engine.columnar.tables import Index, Table, Tables, frames, partial_indexes, whole_indexes
from flagrules.engine.reference import Facts, Run, UnitRun, World
from flagrules.engine.values import NA, Val, number
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

    `stages` is the round at which each pass over units begins, `looked` what it looks up in other units first; `gaps` the decisions
    columns cannot make, with the reason. `lanes` and `wide` settle what is open. `tables` are the decisions that are looked up; the rounds
    are of the others.
    """

    plan: Plan
    kind: str
    inputs: tuple[Input, ...]
    decisions: tuple[Decide, ...]
    rounds: tuple[Mapping[str, pl.Expr], ...]
    slots: Mapping[str, Slot]
    stages: tuple[int, ...]
    looked: tuple[tuple[Input, ...], ...]
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

    def is_looked_up(self, slot: str) -> bool:
        """Whether a decision is looked up for every unit."""
        return self.tables is not None and self.tables.has_all(slot)

    def frame(self, units: Mapping[str, Told]) -> pl.DataFrame:
        """Units by id, each with its facts and its earlier decisions, as the frame to run."""
        rows = [row_of(self.plan, self.inputs, World(self.plan, facts, history=history)) for facts, history in units.values()]
        return frame_of(self.inputs, list(units), rows)

    def run(self, frame: pl.DataFrame, told: Callable[[str], Told], forgotten: Mapping[int, list[str]] | None = None) -> Result:
        """Every decision on every unit, no other unit being known. `told` gives a unit's facts where columns do not say enough.

        What is `forgotten` after a round is not there in the end: a frame of very many units is then no wider than it must be.
        """
        made = Pass(self, frame, told, forgotten=forgotten or {})
        for stage in range(len(self.stages)):
            made.advance(stage)
        return made.result()

    def forgotten(self, kept: Mapping[str, bool]) -> Mapping[int, list[str]]:
        """The columns nothing looks at any more after each round, where only what `kept` names is wanted in the end: of each slot what is
        open, and its value too where that is wanted."""
        if len(self.stages) > 1:
            return {}
        last: dict[str, int] = {}
        for index, made in enumerate(self.rounds):
            last |= dict.fromkeys((root for expr in made.values() for root in expr.meta.root_names()), index + 1)
        for slot in self.slots.values():
            if slot.col is not None:
                for root in is_open(slot.col).meta.root_names():
                    last[root] = max(last.get(root, 0), slot.ready)
        for name, slot in self.slots.items():
            for read in self.lanes.own[name].slots:
                last[VALUE + read] = max(last.get(VALUE + read, 0), slot.ready)
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
        return found


def compile_plan(plan: Plan, kind: str, most: int = 0, without: frozenset[str] = frozenset()) -> Compiled:
    """The decisions of a plan on units of a kind, as columns.

    What rests on few facts of few values is worked out here, once for every value, and looked up: in tables of at most `most` rows.
    `without` are decisions that are not to be looked up.
    """
    layout, decisions = Layout(plan), plan.for_subject(kind)
    own = {decision.slot: own_reads(decision, plan.parameters) for decision in decisions}
    rests, tabled = closures(decisions, own), most > 0 and not plan.last_stage
    indexes = whole_indexes(decisions, rests, layout, most, without) if tabled else {}
    columns, aside = Columns(plan, layout), Columns(plan, layout)
    columns.count([decision for decision in decisions if decision.slot not in indexes])
    aside.count([decision for decision in decisions if decision.slot in indexes])
    stages: list[int] = []
    looked: list[tuple[Input, ...]] = []
    for stage in range(plan.last_stage + 1):
        columns.start, before = len(columns.rounds), len(layout.inputs)
        stages.append(columns.start)
        for decision in decisions:
            if decision.slot in indexes:
                columns.slots[decision.slot] = _there(aside.decide(decision))
            elif plan.stages.get(decision.slot, 0) == stage:
                columns.decide(decision)
        looked.append(tuple(one for one in list(layout.inputs.values())[before:] if isinstance(one.source, e.Across)))
    lanes = Lanes(plan, decisions, columns.slots, layout.inputs, own, rests)
    wide: dict[str, Wide] = {}
    for slot, closure in lanes.closures.items():
        found = wide_of(columns.slots[slot], columns) if closure is None else None
        wide |= {slot: found} if found is not None else {}
    for slot, closure in lanes.closures.items():
        if closure is not None and None in closure.reads.edges.values():
            where = aside if slot in indexes else columns
            direct = direct_of(where.slots[slot], where, lanes.key_of, wide)
            wide |= {slot: direct} if direct is not None else {}
    made = _compiled(plan, kind, decisions, columns, lanes, wide)
    made = replace(made, stages=tuple(stages), looked=tuple(looked))
    if not tabled:
        return made
    indexes |= partial_indexes(decisions, rests, layout, most, without, indexes.keys(), wide.keys())
    tables = Tables(indexes, _tables(made, indexes, aside), _read(decisions, lanes, wide, indexes))
    if tables.why:  # what columns cannot settle on some values is not looked up
        return compile_plan(plan, kind, most, without | tables.why)
    return replace(made, tables=tables if indexes else None)


def _compiled(plan: Plan, kind: str, decisions: tuple[Decide, ...], columns: Columns, lanes: Lanes, wide: Mapping[str, Wide]) -> Compiled:
    """Decisions in one pass over units that look at no other."""
    inputs = tuple({one.name: one for one in columns.layout.inputs.values()}.values())  # two that mean the same share a column
    gaps = {slot: made.gap for slot, made in columns.slots.items() if made.gap}
    return Compiled(plan, kind, inputs, decisions, tuple(columns.rounds), columns.slots, (0,), ((),), gaps, lanes, wide, Shared(lanes))


def _tables(made: Compiled, indexes: Mapping[str, Index], aside: Columns) -> dict[str, Table]:
    """The tables decisions are looked up in, each decision with all that it rests on. `aside` has those looked up for every unit."""
    found: dict[str, Table] = {}
    for frame, some in (one for partial in (False, True) for one in frames({i for i in indexes.values() if i.partial == partial})):
        slots = [slot for slot, index in indexes.items() if index in some]
        closures = [closure for slot in slots if (closure := made.lanes.closures[slot]) is not None]
        needed = {decision.slot for closure in closures for decision in closure.decisions}
        decisions = tuple(decision for decision in made.decisions if decision.slot in needed)
        columns = aside
        if needed != aside.slots.keys():
            columns = Columns(made.plan, aside.layout)
            columns.count(decisions)
            for decision in decisions:
                columns.decide(decision)
        inputs = {one.name: one for index in some for one in index.inputs}
        alone_ = replace(_compiled(made.plan, made.kind, decisions, columns, made.lanes, made.wide), inputs=tuple(inputs.values()))
        found |= dict.fromkeys(slots, Table(alone_, frame))
    return found


def _there(slot: Slot) -> Slot:
    """A decision whose columns are there before the first round."""
    return replace(slot, col=replace(slot.col, level=0) if slot.col is not None else None, ready=0)


def _read(decisions: Sequence[Decide], lanes: Lanes, wide: Mapping[str, Wide], indexes: Mapping[str, Index]) -> dict[str, bool]:
    """The decisions looked up that others read: wholly, unless only long sums do, which take what is open from the tables."""
    found: dict[str, bool] = {}
    for decision in decisions:
        index, reads, total = indexes.get(decision.slot), lanes.own[decision.slot], wide.get(decision.slot)
        whole = total is None or total.offset is None or len(reads.edges) <= FEW
        for read in reads.slots:
            if read in indexes and indexes[read] != index:
                found[read] = found.get(read, False) or (whole and index is None)
    return found


def _nothing(_name: str, _back: int) -> None:
    """No fact."""


@dataclass
class Pass:
    """A frame on its way through the rounds; `whole` are the units, by row, that the reference decides instead, `why` how many;
    `alone` counts decisions the reference made on one unit at a time."""

    compiled: Compiled
    frame: pl.DataFrame
    told: Callable[[str], Told]
    whole: dict[int, UnitRun] = field(default_factory=dict)
    why: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    ids: Sequence[str] = ()
    stage: int = 0
    across: Looking = _alone
    forgotten: Mapping[int, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ids = self.frame[ID].to_list()
        if (tables := self.compiled.tables) is not None:
            self.frame = self.frame.with_columns(tables.numbers).with_columns(tables.given)
        self._to_reference(self.frame[ODD].arg_true().to_list(), ODD, -1)

    # ── passes ──
    def advance(self, stage: int, across: Looking = _alone) -> None:
        """The decisions of one pass over all units; `across` looks figures over other units up."""
        self.stage, self.across = stage, across
        for row, run in self.whole.items():
            run.advance(stage, across(self.ids[row]) if stage else alone)
        self._look_up()
        stages = self.compiled.stages
        last = stages[stage + 1] if stage + 1 < len(stages) else len(self.compiled.rounds)
        for index in range(stages[stage], last):
            self.frame = self.frame.with_columns(**self.compiled.rounds[index])
            self._settle([slot for slot in self.compiled.slots.values() if slot.ready == index + 1])
            self.frame = self.frame.drop(self.forgotten.get(index + 1, []), strict=False)

    def _to_reference(self, rows: Sequence[int], why: str, stage: int | None = None) -> None:
        """Units given to the reference for good; it catches up with the pass at hand."""
        new = [row for row in rows if row not in self.whole]
        if not new:
            return
        self.why[why] += len(new)
        for row in new:
            facts, history = self.told(self.ids[row])
            run = self.whole[row] = UnitRun(self.compiled.plan, self.compiled.kind, facts, history=history)
            for past in range((self.stage if stage is None else stage) + 1):
                run.advance(past, self.across(self.ids[row]) if past else alone)
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
            known = [expr for name in names if name in tables.read for expr in tables.known(name, schema, whole=tables.read[name])]
            self.frame = self.frame.with_columns(known)

    def _settle_open(self, slots: Sequence[Slot]) -> None:
        """What is open and not looked up: what rests on few inputs together, the others one by one."""
        asked = {slot.decision.slot: self._open(slot) for slot in slots}
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

    def _open(self, slot: Slot) -> pl.Expr:
        """Where a decision is open and not known to be open."""
        name = slot.decision.slot
        found = is_open(slot.col) if slot.col is not None else pl.col(LINE + name).is_null()
        tables = self.compiled.tables
        looked_up = tables.indexes.get(name) if tables is not None else None
        return found & ~pl.col(ODD) if looked_up is None else found & ~pl.col(ODD) & pl.col(looked_up.name).is_null()

    def _settle_wide(self, slot: Slot) -> None:
        """Lane by lane; what no lane takes is decided unit by unit."""
        name = slot.decision.slot
        asked = self._open(slot)
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
        self._take([(slot, made if made is not None else Numbered({}, rows.to_list()))])

    def _take(self, found: Sequence[tuple[Slot, Numbered]]) -> None:
        """Open results written down by their numbers; rows without one are decided unit by unit."""
        there = set(self.frame.columns)
        blank = pl.repeat(None, self.frame.height, dtype=pl.UInt32, eager=True)
        numbers = []
        for slot, made in found:
            name = OPEN + slot.decision.slot
            column = self.frame[name].clone() if name in there else blank.clone().alias(name)
            for opened, some in made.rows.items():
                for rows in some:
                    column = column.scatter(rows, opened)
            numbers.append(column)
        self.frame = self.frame.with_columns(numbers)
        schema, columns = dict(self.frame.schema), list[pl.Expr]()
        left: list[tuple[Slot, list[int]]] = []
        for slot, made in found:
            name = slot.decision.slot
            try:
                columns += self.compiled.lanes.books[name].columns(schema, wide=name in self.compiled.lanes.wide)
            except Beyond:
                self._to_reference([row for some in made.rows.values() for rows in some for row in rows.to_list()], name)
            if made.left:
                left.append((slot, list(made.left)))
        self.frame = self.frame.with_columns(columns)
        for slot, rows_left in left:
            self._by_unit(slot, rows_left)

    def _by_unit(self, slot: Slot, rows: Sequence[int]) -> None:
        """Units one by one, the decisions before taken as they are; what is not tight even so goes to the reference for good."""
        name = slot.decision.slot
        if self.forgotten:  # what the decisions before came to is not all there any more
            self._to_reference(rows, name)
            return
        lanes, result = self.compiled.lanes, self.result()
        book, numbers, left = lanes.books[name], dict[int, list[int]](), list[int]()
        self.alone[name] += len(rows)
        rows = [row for row in rows if row not in self.whole]
        for row in rows:
            one = result.unit(row)
            opened = lanes.by_unit(name, self._world(row), one.value, one.key)
            if opened is None:
                left.append(row)
            else:
                numbers.setdefault(book.number(opened), []).append(row)
        self._take([(slot, Numbered({key: [pl.Series(some, dtype=pl.UInt32)] for key, some in numbers.items()}))])
        self._to_reference(left, name)

    def _world(self, row: int) -> World:
        facts, history = self.told(self.ids[row])
        return World(self.compiled.plan, facts, across=lambda figure, _slots, _none: self._looked_up(figure, row), history=history)

    def _looked_up(self, figure: e.Across, row: int) -> Val:
        """A figure as it was looked up for this pass."""
        one = self.compiled.lanes.inputs[figure]
        value, below, absent = self.frame.select(one.name, one.bottom, one.absent).row(row)
        return NA if absent else number(Fraction(value, below))

    # ── other units ──
    def _look_up(self) -> None:
        """Figures over other units, as inputs of the next pass."""
        for one in self.compiled.looked[self.stage]:
            assert isinstance(one.source, e.Across)
            rows = [self._figure(one, one.source, row) for row in range(len(self.ids))]
            columns = [pl.Series(name, [row.get(name) for row in rows], dtype=kind) for name, kind in one.columns]
            self.frame = self.frame.with_columns(columns)
            self._to_reference([index for index, row in enumerate(rows) if ODD in row], one.name)

    def _figure(self, one: Input, figure: e.Across, row: int) -> dict[str, Any]:
        """One figure for one unit; `odd` where no column holds it."""
        made: dict[str, Any] = {one.absent: False}
        if row in self.whole:
            return made
        own = self.value_of(figure.slot, row)
        none, run = figure.if_none, Run(self.compiled.plan, {figure.slot: own} if own is not None else {})
        try:
            without = run.value(none, World(self.compiled.plan, _nothing)) if none is not None else None
            value = self.across(self.ids[row])(figure, run.slots, without)
            put(one, value, made)
        except (Odd, KeyError):  # no column holds it, or what stands for no units is a decision of this unit
            return {**made, ODD: True}
        return made if value.exact else {**made, ODD: True}

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
        whole = {row: run.steps for row, run in self.whole.items()}
        return Result(self.compiled, self.frame, whole, dict(self.why), dict(self.alone))


__all__ = ["Compiled", "Pass", "Result", "Told", "compile_plan"]
