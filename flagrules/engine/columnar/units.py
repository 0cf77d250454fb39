"""All units of a run by their plans, pass by pass: each pass sees what the one before left of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from flagrules.engine.across import Crowd
from flagrules.engine.columnar.crowds import AT, Population, looked_at, only
from flagrules.engine.columnar.decided import UNIT, decided
from flagrules.engine.columnar.prepare import compile_plan
from flagrules.engine.columnar.run import Compiled, Result, Told
from flagrules.plan.nodes import Plan
from flagrules.plan.order import together
from flagrules.trace.steps import Step

Group = tuple[str, str]


@dataclass(frozen=True)
class Placed:
    """A unit to be decided: its kind, its nearest holders by kind, and the place whose plan judges it ("" is the programme)."""

    id: str
    kind: str
    authority: str
    holders: Mapping[str, str]


@dataclass(frozen=True)
class Decided:
    """All units after the last pass: results by plan and kind, and where each unit's row is."""

    compiled: Mapping[Group, Compiled]
    results: Mapping[Group, Result]
    rows: Mapping[str, tuple[Group, int]]
    crowd: Crowd | None

    def steps(self, unit: str) -> dict[str, Step]:
        """A unit's steps, without what was read."""
        group, row = self.rows[unit]
        return self.results[group].steps(row)

    @property
    def gaps(self) -> dict[str, str]:
        """Decisions columns cannot make, with the reason."""
        return {slot: gap for one in self.compiled.values() for slot, gap in one.gaps.items()}


def decide_units(plans: Mapping[str, Plan], units: Sequence[Placed], told: Mapping[str, Told]) -> Decided:
    """Every unit by its plan. `told` gives the facts and the earlier decisions of each."""
    plans = together(plans)
    groups: dict[Group, list[int]] = {}
    for number, unit in enumerate(units):
        groups.setdefault((unit.authority, unit.kind), []).append(number)
    population, facts = _population(units), {number: told[unit.id] for number, unit in enumerate(units)}
    passes = looked_at(plans)
    for slots in passes:
        values: dict[str, list[pl.DataFrame]] = {slot: [] for slot in slots}
        for (authority, kind), numbers in groups.items():
            compiled = compile_plan(only(plans[authority], slots), kind)
            own = [slot for slot in slots if slot in compiled.slots]
            if own:
                result, column = _run(compiled, units, numbers, facts, population), pl.Series(UNIT, numbers, dtype=pl.UInt32)
                for slot in own:
                    values[slot].append(decided(result, slot).insert_column(0, column))
        population = population.knowing({slot: pl.concat(some).sort(UNIT) for slot, some in values.items() if some})
    compiled_by = {group: compile_plan(plans[group[0]], group[1]) for group in groups}
    results = {group: _run(compiled_by[group], units, numbers, facts, population) for group, numbers in groups.items()}
    rows = {units[number].id: (group, row) for group, numbers in groups.items() for row, number in enumerate(numbers)}
    return Decided(compiled_by, results, rows, population.crowd if passes else None)


def _population(units: Sequence[Placed]) -> Population:
    kinds = dict.fromkeys(kind for unit in units for kind in unit.holders)
    columns = {"id": [unit.id for unit in units], "kind": [unit.kind for unit in units]}
    places = {AT + kind: [unit.holders.get(kind) for unit in units] for kind in kinds}
    return Population(pl.DataFrame({**columns, **places}, schema=dict.fromkeys([*columns, *places], pl.String)))


def _run(compiled: Compiled, units: Sequence[Placed], numbers: Sequence[int], facts: Mapping[int, Told], population: Population) -> Result:
    own = {units[number].id: facts[number] for number in numbers}
    frame = population.looked_up(compiled, compiled.frame(own), pl.Series(numbers, dtype=pl.UInt32))
    return compiled.run(frame, own.__getitem__, around=population.around)


__all__ = ["Decided", "Placed", "decide_units"]
