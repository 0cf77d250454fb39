"""The columnar engine as an engine of the suite: texts and cells as the reference has them, decisions from columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from unittest import mock

from flagrules.award import assess as award
from flagrules.award.assess import Assessment, UnitResult
from flagrules.engine.columnar.units import Placed, decide_units
from flagrules.facts.table import FactTable, Register
from flagrules.plan.nodes import Plan
from tests.conformance import reference
from tests.conformance.engine import Gap, Outcome, Rules, Unit
from tests.conformance.reference import ReferenceEngine


class ColumnarEngine(ReferenceEngine):
    """Decides in columns; what columns cannot take it leaves to the reference, decision by decision."""

    name = "columnar"
    gaps: Mapping[str, Gap] = {}

    def assess(self, rules: Rules, units: tuple[Unit, ...]) -> Outcome:
        """All units, in columns."""
        with mock.patch.object(reference, "assess", assess):
            return super().assess(rules, units)


def assess(
    plans: Mapping[str, Plan], register: Register, table: FactTable, on: date, progress: Callable[[int, int], None] | None = None
) -> Assessment:
    """As `award.assess.assess`, with the units decided by the columnar engine."""
    base = award.assess(plans, register, table, on, progress)
    measured = {kind for plan in plans.values() for kind in plan.measured}
    here = [unit for unit in register.units.values() if unit.kind in {*plans[""].rules.subjects, *measured} and register.in_force(unit, on)]
    judged = {unit.id: unit.id if unit.id in plans else award.authority_of(register, unit, plans) for unit in here}
    placed = [Placed(unit.id, unit.kind, judged[unit.id], award.holders_of(register, unit)) for unit in here]
    told = {unit.id: (award.facts_of(table, unit), award.history_of(table, unit)) for unit in here}
    made = decide_units(plans, placed, told)
    results: list[UnitResult] = []
    for item in base.units:
        steps = made.steps(item.unit.id)
        assert {slot: (step.fired, step.value) for slot, step in item.steps.items()} == {
            slot: (step.fired, step.value) for slot, step in steps.items()
        }, item.unit.id
        results.append(award.result_of(plans[judged[item.unit.id]], item.unit, judged[item.unit.id], steps))
    return Assessment(plans, on, register, table, tuple(results), base.left_out, made.crowd)


__all__ = ["ColumnarEngine", "assess"]
