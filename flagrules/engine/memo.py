"""Decisions repeated for units that say the same: what one unit was decided on known inputs, the next one with equal inputs gets.

A step holds nothing of the unit it was made for, only the values it read, so it can be shared. Whatever rests on something open, on
rows of a list, on other units or on earlier decisions is made anew by the reference, which stays the one meaning of a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flagrules.engine.across import Lookup, alone
from flagrules.engine.reference import Facts, Run, UnitRun, _Pass
from flagrules.engine.values import Val
from flagrules.engine.world import World
from flagrules.facts.table import Cell, Entry, Judgement, Parts, State
from flagrules.model import kinds as k
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e
from flagrules.trace.steps import Step

_MOST = 20_000
"""Steps kept of one decision: enough for what repeats, and a bound on memory where nothing does."""


@dataclass(frozen=True)
class _Inputs:
    """All a decision may read: facts with their period, parts of checklists, earlier slots that must be there, and ones that may."""

    facts: tuple[tuple[str, int], ...]
    parts: tuple[tuple[str, str], ...]
    slots: tuple[str, ...]
    counted: tuple[str, ...]

    def objects(self, facts: Facts, slots: Mapping[str, Val]) -> tuple[object, ...] | None:
        """The objects the decision would read of a unit, or None where one is not known."""
        found: list[object] = []
        for name, back in self.facts:
            if (value := _known(facts(name, back))) is None:
                return None
            found.append(value)
        for name, part in self.parts:
            entry = facts(name, 0)
            if not isinstance(entry, Parts) or (value := _known(entry.parts.get(part))) is None:
                return None
            found.append(value)
        for slot in self.slots:
            if not (made := slots[slot]).exact:
                return None
            found.append(made)
        for slot in self.counted:
            if (other := slots.get(slot)) is not None and not other.exact:
                return None
            found.append(other)
        return tuple(found)


def _known(entry: Entry | None) -> object:
    """What a cell says, or None where that is not one known value."""
    cell = entry.points if isinstance(entry, Judgement) else entry
    if not isinstance(cell, Cell):
        return None
    return cell.value if cell.state is State.KNOWN else State.NOT_APPLICABLE if cell.state is State.NOT_APPLICABLE else None


def _inputs_of(plan: Plan, decision: Decide) -> _Inputs | None:
    """What a decision may read, or None where that is more than known cells, set parameters and earlier decisions."""
    facts: dict[tuple[str, int], None] = {}
    parts: dict[tuple[str, str], None] = {}
    slots: dict[str, None] = {}
    counted: dict[str, None] = {}
    asked = [expr for entry in decision.entries for expr in (entry.guard, entry.value) if expr is not None]
    for node in (node for expr in asked for node in e.walk(expr)):
        match node:
            case e.FactRef(name, kind, back) if not isinstance(kind, k.Checklist | k.Records):
                facts[name, back] = None
            case e.PartRef(fact, part):
                parts[fact, part] = None
            case e.MissingParts(fact, names):
                parts.update(((fact, part), None) for part in names)
            case e.SlotRef(slot):
                slots[slot] = None
            case e.CountOutcome(found):
                counted.update((slot, None) for slot in found)
            case e.ParamRef(name) if plan.parameters[name].value is None:
                return None
            case e.FactRef() | e.RowCount() | e.FieldRef() | e.OverRows() | e.Across() | e.Held() | e.Unsayable():
                return None
            case _:
                pass
    return _Inputs(tuple(facts), tuple(parts), tuple(slots), tuple(counted))


class Memo:
    """The steps made by one plan so far, by decision and by the very objects it read: equal cells of a file share their value."""

    def __init__(self, plan: Plan) -> None:
        self._inputs = {decision.slot: _inputs_of(plan, decision) for decision in plan.decisions}
        self._steps: dict[str, dict[tuple[int, ...], Step]] = {slot: {} for slot in self._inputs}
        self._plan = plan
        self._due: dict[tuple[str, int], tuple[Decide, ...]] = {}
        self._values: dict[object, Any] = {}
        self._kept: list[tuple[object, ...]] = []  # an id means an object only as long as that lives

    def due(self, kind: str, stage: int) -> tuple[Decide, ...]:
        """The decisions of one pass on units of a kind, in order."""
        if (kind, stage) not in self._due:
            decisions = (decision for decision in self._plan.for_subject(kind) if self._plan.stages.get(decision.slot, 0) == stage)
            self._due[kind, stage] = tuple(decisions)
        return self._due[kind, stage]

    def step(self, decision: Decide, facts: Facts, slots: dict[str, Val], make: Callable[[Decide], Step]) -> Step:
        """The step of a decision for one unit, made by `make` where none with equal inputs is known; it is in `slots` then."""
        inputs = self._inputs[decision.slot]
        objects = inputs.objects(facts, slots) if inputs is not None else None
        if objects is None:
            return make(decision)
        key, known = tuple(map(id, objects)), self._steps[decision.slot]
        step = known.get(key)
        if step is None:
            step = make(decision)
            if not step.value.exact:
                return step
            value = self._values.setdefault(step.value, step.value)
            step = step if value is step.value else Step(step.slot, step.fired, value, step.reads)
            if len(known) < _MOST:
                known[key] = step
                self._kept.append(objects)
        slots[decision.slot] = step.value  # type: ignore[assignment]  # the value of an engine's step is one of its values
        return step


@dataclass
class SharedRun(UnitRun):
    """A unit's way through a plan that shares what it can with the units before it; `memo` is the plan's."""

    memo: Memo = field(kw_only=True)

    def __post_init__(self) -> None:
        assert not self.given
        self._pass = _Pass(Run(self.plan), World(self.plan, self.facts, history=self.history))

    def advance(self, stage: int, across: Lookup = alone) -> None:
        """Make the decisions of one pass; `across` looks figures over other units up."""
        self._pass.world = replace(self._pass.world, across=across)
        slots = self._pass.run.slots
        for decision in self.memo.due(self.kind, stage):
            self.steps[decision.slot] = self.memo.step(decision, self.facts, slots, self._pass.step)
