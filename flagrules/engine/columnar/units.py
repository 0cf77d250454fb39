"""All units of a run by their plans, pass by pass: each pass sees what the one before left of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flagrules.engine.across import Crowd, Lookup, Member, alone
from flagrules.engine.columnar.prepare import compile_plan
from flagrules.engine.columnar.run import Compiled, Pass, Result, Told
from flagrules.plan.nodes import Plan
from flagrules.semantics import expr as e
from flagrules.trace.steps import Step


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

    compiled: Mapping[tuple[str, str], Compiled]
    results: Mapping[tuple[str, str], Result]
    rows: Mapping[str, tuple[tuple[str, str], int]]
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
    groups: dict[tuple[str, str], list[Placed]] = {}
    for unit in units:
        groups.setdefault((unit.authority, unit.kind), []).append(unit)
    compiled = {group: compile_plan(plans[group[0]], group[1]) for group in groups}
    passes = {group: _begun(compiled[group], members, told) for group, members in groups.items()}
    rows = {unit.id: (group, row) for group, members in groups.items() for row, unit in enumerate(members)}
    last = max((plan.last_stage for plan in plans.values()), default=0)
    looked = {figure.slot for one in compiled.values() for figure in _figures(one)}
    crowd: Crowd | None = None
    for stage in range(last + 1):
        for one in passes.values():
            if stage < len(one.compiled.stages):
                one.advance(stage, crowd.around if crowd is not None else _alone)
        crowd = Crowd({unit.id: _member(unit, passes, rows, looked) for unit in units}) if last else None
    return Decided(compiled, {group: one.result() for group, one in passes.items()}, rows, crowd)


def _begun(compiled: Compiled, members: Sequence[Placed], told: Mapping[str, Told]) -> Pass:
    return Pass(compiled, compiled.frame({unit.id: told[unit.id] for unit in members}), told.__getitem__)


def _alone(_unit: str) -> Lookup:
    return alone


def _figures(compiled: Compiled) -> list[e.Across]:
    return [one.source for inputs in compiled.looked for one in inputs if isinstance(one.source, e.Across)]


def _member(
    unit: Placed, passes: Mapping[tuple[str, str], Pass], rows: Mapping[str, tuple[tuple[str, str], int]], looked: set[str]
) -> Member:
    group, row = rows[unit.id]
    found = {slot: passes[group].value_of(slot, row) for slot in looked}
    return Member(unit.id, unit.kind, unit.holders, {slot: value for slot, value in found.items() if value is not None})
