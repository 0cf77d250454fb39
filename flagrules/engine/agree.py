"""Two engines run on the same units: the first difference, with the rule line that decided it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flagrules.engine.columnar.run import Compiled, Result, Told
from flagrules.engine.reference import UnitRun
from flagrules.plan.nodes import Plan
from flagrules.trace.steps import Step


@dataclass(frozen=True)
class Difference:
    """A decision on which two engines differ, and the rule lines by which each decided."""

    unit: str
    slot: str
    reference: Step
    columnar: Step | None
    lines: tuple[str, ...]

    def __str__(self) -> str:
        other = f"{self.columnar.value} by {self.columnar.fired}" if self.columnar is not None else "nothing"
        lines = "; ".join(self.lines)
        return f"{self.unit} {self.slot}: {self.reference.value} by {self.reference.fired}, columns say {other} ({lines})"


def differences(plan: Plan, unit: str, reference: Mapping[str, Step], columnar: Mapping[str, Step]) -> Iterator[Difference]:
    """Where two engines differ on a unit, in the order of the plan: in value, or in the entries that may have fired."""
    for slot, step in reference.items():
        other = columnar.get(slot)
        if other is None or (step.fired, step.value) != (other.fired, other.value):
            fired = (*step.fired, *(other.fired if other is not None else ()))
            decision = plan.slots[slot]
            texts = (plan.lines[decision.entries[index].line].text for index in fired)
            yield Difference(unit, slot, step, other, tuple(dict.fromkeys(texts)))


def agreement(compiled: Compiled, result: Result, units: Mapping[str, Told]) -> Iterator[Difference]:
    """The units of a result decided again by the reference, no other unit being known: every difference."""
    for row, (unit, (facts, history)) in enumerate(units.items()):
        run = UnitRun(compiled.plan, compiled.kind, facts, history=history)
        for stage in range(compiled.plan.last_stage + 1):
            run.advance(stage)
        yield from differences(compiled.plan, unit, run.steps, result.steps(row))
