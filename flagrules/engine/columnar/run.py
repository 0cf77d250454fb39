"""A plan compiled for one kind of unit and run over a frame of units: exact columns first, the reference where something is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import polars as pl

from flagrules.engine.across import Lookup, alone
from flagrules.engine.columnar.compile import ABSENT, BELOW, LINE, VALUE, Columns, Slot, is_open
from flagrules.engine.columnar.layout import ID, ODD, Input, Layout, Odd, frame_of, put, row_of
from flagrules.engine.reference import Facts, Run, UnitRun, World
from flagrules.engine.values import NA, Num, Opts, Val, known
from flagrules.engine.world import History, unknown_history
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e
from flagrules.trace.steps import Step

OPEN = "open:"
Told = tuple[Facts, History]
Opened = tuple[tuple[int, ...], Val]


@dataclass(frozen=True)
class Compiled:
    """Decisions on one kind of unit in rounds of columns: a round reads what facts and the rounds before say.

    `stages` is the round at which each pass over units begins, `looked` what it looks up in other units first; `gaps` the decisions
    columns cannot make, with the reason.
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

    def frame(self, units: Mapping[str, Told]) -> pl.DataFrame:
        """Units by id, each with its facts and its earlier decisions, as the frame to run."""
        rows = [row_of(self.plan, self.inputs, World(self.plan, facts, history=history)) for facts, history in units.values()]
        return frame_of(self.inputs, list(units), rows)

    def run(self, frame: pl.DataFrame, told: Callable[[str], Told]) -> Result:
        """Every decision on every unit, no other unit being known. `told` gives a unit's facts where columns do not say enough."""
        made = Pass(self, frame, told)
        for stage in range(len(self.stages)):
            made.advance(stage)
        return made.result()


def compile_plan(plan: Plan, kind: str) -> Compiled:
    """The decisions of a plan on units of a kind, as columns."""
    layout = Layout(plan)
    columns = Columns(plan, layout)
    decisions = plan.for_subject(kind)
    columns.count(decisions)
    stages: list[int] = []
    looked: list[tuple[Input, ...]] = []
    for stage in range(plan.last_stage + 1):
        columns.start, before = len(columns.rounds), len(layout.inputs)
        stages.append(columns.start)
        for decision in decisions:
            if plan.stages.get(decision.slot, 0) == stage:
                columns.decide(decision)
        looked.append(tuple(one for one in list(layout.inputs.values())[before:] if isinstance(one.source, e.Across)))
    gaps = {slot: made.gap for slot, made in columns.slots.items() if made.gap}
    inputs, rounds = tuple(layout.inputs.values()), tuple(columns.rounds)
    return Compiled(plan, kind, inputs, decisions, rounds, columns.slots, tuple(stages), tuple(looked), gaps)


def _nothing(_name: str, _back: int) -> None:
    """No fact."""


@dataclass
class Pass:
    """A frame on its way through the rounds; `whole` are the units, by row, that the reference decides instead."""

    compiled: Compiled
    frame: pl.DataFrame
    told: Callable[[str], Told]
    whole: dict[int, UnitRun] = field(default_factory=dict)
    ids: Sequence[str] = ()

    def __post_init__(self) -> None:
        self.ids = self.frame[ID].to_list()
        self._to_reference(self.frame[ODD], 0, lambda _id: alone)

    # ── passes ──
    def advance(self, stage: int, across: Callable[[str], Lookup] = lambda _id: alone) -> None:
        """The decisions of one pass over all units; `across` looks figures over other units up."""
        for run in self.whole.items():
            self._advance_unit(run[1], self.ids[run[0]], stage, across)
        stages = self.compiled.stages
        self._look_up(stage, across)
        last = stages[stage + 1] if stage + 1 < len(stages) else len(self.compiled.rounds)
        for number in range(stages[stage], last):
            self.frame = self.frame.with_columns(**self.compiled.rounds[number])
            for slot in self.compiled.slots.values():
                if slot.ready == number + 1:
                    self._settle(slot, stage, across)

    def _advance_unit(self, run: UnitRun, unit: str, stage: int, across: Callable[[str], Lookup]) -> None:
        run.advance(stage, across(unit) if stage else alone)

    def _to_reference(self, rows: pl.Series, stage: int, across: Callable[[str], Lookup]) -> None:
        """Units, by a column that says which, given to the reference for good; it catches up with the pass at hand."""
        for row in rows.fill_null(value=False).arg_true().to_list():
            if row not in self.whole:
                facts, history = self.told(self.ids[row])
                run = self.whole[row] = UnitRun(self.compiled.plan, self.compiled.kind, facts, history=history)
                for past in range(stage + 1 if stage >= 0 else 0):
                    self._advance_unit(run, self.ids[row], past, across)

    def _settle(self, slot: Slot, stage: int, across: Callable[[str], Lookup]) -> None:
        """What is open of a decision that was just made."""
        name = slot.decision.slot
        opened = self.frame[LINE + name].is_null() if slot.col is None else self.frame.select(is_open(slot.col)).to_series()
        self._to_reference(opened, stage, across)

    def _look_up(self, stage: int, across: Callable[[str], Lookup]) -> None:
        """Figures over other units, as inputs of the next pass."""
        for one in self.compiled.looked[stage]:
            assert isinstance(one.source, e.Across)
            rows = [self._figure(one, one.source, row, across) for row in range(len(self.ids))]
            columns = [pl.Series(name, [row.get(name) for row in rows], dtype=kind) for name, kind in one.columns]
            self.frame = self.frame.with_columns(columns)
            self._to_reference(pl.Series([ODD in row for row in rows], dtype=pl.Boolean), stage, across)

    def _figure(self, one: Input, figure: e.Across, row: int, across: Callable[[str], Lookup]) -> dict[str, Any]:
        """One figure for one unit; `odd` where no column holds it."""
        made: dict[str, Any] = {one.absent: False}
        if row in self.whole:
            return made
        none, slots = figure.if_none, {figure.slot: self.value_of(figure.slot, row)} if figure.slot in self.compiled.slots else {}
        run = Run(self.compiled.plan, {slot: value for slot, value in slots.items() if value is not None})
        try:
            without = run.value(none, World(self.compiled.plan, _nothing)) if none is not None else None
            put(one, across(self.ids[row])(figure, run.slots, without), made)
        except (Odd, KeyError):  # no column holds it, or what stands for no units is a decision of this unit
            made[ODD] = True
        return made

    # ── results ──
    def value_of(self, slot: str, row: int) -> Val | None:
        """What a unit has decided so far in a slot; None where it is not decided."""
        if row in self.whole:
            return self.whole[row].slots.get(slot)
        made = self.compiled.slots.get(slot)
        if made is None or LINE + slot not in self.frame.columns:
            return None
        return self.result().value(made, self.frame.row(row, named=True))

    def result(self) -> Result:
        """What was decided, as columns."""
        return Result(self.compiled, self.frame, {row: run.steps for row, run in self.whole.items()})


@dataclass(frozen=True)
class Result:
    """Every decision on every unit: the line that fired and, where the line does not fix it, the value."""

    compiled: Compiled
    frame: pl.DataFrame
    whole: Mapping[int, Mapping[str, Step]]

    def steps(self, row: int) -> dict[str, Step]:
        """A unit's steps, as the reference gives them, without what was read."""
        if row in self.whole:
            return {slot: Step(slot, step.fired, step.value, ()) for slot, step in self.whole[row].items()}
        values = self.frame.row(row, named=True)
        return {decision.slot: self._step(decision.slot, values) for decision in self.compiled.decisions if LINE + decision.slot in values}

    def _step(self, slot: str, values: Mapping[str, Any]) -> Step:
        return Step(slot, (values[LINE + slot],), self.value(self.compiled.slots[slot], values), ())

    def value(self, slot: Slot, values: Mapping[str, Any]) -> Val:
        """The value of a decision in a row."""
        name, line = VALUE + slot.decision.slot, values[LINE + slot.decision.slot]
        col = slot.col
        assert col is not None
        if slot.consts:
            return known(slot.consts[line])
        if col.na is not None and values[ABSENT + name]:
            return NA
        found = values[name]
        if col.number is not None:
            below = values[BELOW + name] if col.number.bottom is not None else 1
            return known(Fraction(found, col.number.scale * below))
        return known(col.words[found] if col.word is not None else found)


__all__ = ["NA", "Compiled", "Num", "Odd", "Opts", "Pass", "Result", "Run", "compile_plan", "put", "unknown_history"]
