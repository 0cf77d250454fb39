"""Every unit of a register assessed: its steps, titles, tiers and money, each by the plan of the place it lies in."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from flagrules.engine.across import Crowd, Lookup, Member, alone
from flagrules.engine.memo import Memo, SharedRun
from flagrules.engine.reference import Facts, UnitRun, run_plan
from flagrules.engine.values import FALSE, TRUE, Num, Opts
from flagrules.engine.world import History
from flagrules.facts.table import FactTable, Register, Unit
from flagrules.plan.nodes import Plan
from flagrules.plan.order import together
from flagrules.trace.steps import Step

Outcome = Literal["granted", "refused", "not_entered", "undetermined"]
Reached = Literal["reached", "not_reached", "undetermined"]


@dataclass(frozen=True)
class TitleResult:
    """A title of a unit: its points (an interval when facts are unknown) and its outcome.

    `grades` are the labels it may carry ("" for none), `decisions` what may be decided today on a title that lasts (granted,
    kept, demoted, withdrawn, expired, none), `until` the last day a decision taken today holds. Both are empty where not asked.
    `bars` are barred or none, where a veto may take the rest of the year.
    `scored` is false for a title that is granted or not, without points.
    """

    path: str
    name: str
    score: Num
    outcome: Outcome
    possible: frozenset[str]
    grades: frozenset[str] = frozenset()
    decisions: frozenset[str] = frozenset()
    until: date | None = None
    scored: bool = True
    bars: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TierResult:
    """A tier of a unit, and what each payer pays for it, in 元."""

    name: str
    slot: str
    reached: Reached
    money: tuple[tuple[str, Num], ...]


@dataclass(frozen=True)
class UnitResult:
    """One unit: its titles, its tiers, its steps by slot, and the authority whose refinement judged it ("" is the programme)."""

    unit: Unit
    authority: str
    titles: tuple[TitleResult, ...]
    tiers: tuple[TierResult, ...]
    payments: tuple[tuple[str, Num], ...]
    steps: Mapping[str, Step] = field(repr=False)

    @property
    def granted(self) -> Num:
        """How many titles the unit holds: surely, and at most."""
        surely = sum(title.outcome == "granted" for title in self.titles)
        return Num(Fraction(surely), Fraction(sum("granted" in title.possible for title in self.titles)))

    def money(self, payer: str) -> Num:
        """What a payer pays the unit in all, in 元."""
        return next((amount for name, amount in self.payments if name == payer), Num(Fraction(0), Fraction(0)))


@dataclass(frozen=True)
class Assessment:
    """A whole run: the plans by place ("" is the programme's own), the units in register order, those left out and why."""

    plans: Mapping[str, Plan]
    on: date
    register: Register
    table: FactTable
    units: tuple[UnitResult, ...]
    left_out: tuple[tuple[Unit, str], ...]
    crowd: Crowd | None = None

    def around(self, unit_id: str) -> Lookup:
        """How figures over other units are looked up for one unit, now that all are assessed."""
        return self.crowd.around(unit_id) if self.crowd is not None else alone

    @property
    def base(self) -> Plan:
        """The programme's own plan."""
        return self.plans[""]

    def unit(self, key: str) -> UnitResult | None:
        """The unit of that id or name, or None."""
        return next((item for item in self.units if key in (item.unit.id, item.unit.name)), None)

    def plan_of(self, item: UnitResult) -> Plan:
        """The plan that judged a unit."""
        return self.plans[item.authority]


def facts_of(table: FactTable, unit: Unit) -> Facts:
    """How an engine reads one unit's facts."""
    told = table.told(unit.id)
    return lambda name, back: told[back].get(name) if back < len(told) else None


def history_of(table: FactTable, unit: Unit) -> History:
    """How an engine reads one unit's earlier decisions."""
    return lambda title: table.history(unit.id, title)


def authority_of(register: Register, unit: Unit, plans: Mapping[str, Plan]) -> str:
    """The place whose plan judges a unit: the nearest holder that has one, else the programme."""
    return next((place.id for place in register.ancestors(unit.id) if place.id in plans), "")


def title_results(plan: Plan, kind: str, steps: Mapping[str, Step]) -> tuple[TitleResult, ...]:
    """The titles of one unit from its steps."""
    found: list[TitleResult] = []
    for title in plan.titles:
        if kind not in title.subjects:
            continue
        score, outcome = steps[title.score].value, steps[title.outcome].value
        if not isinstance(score, Num) or not isinstance(outcome, Opts):
            raise TypeError(title.path)
        possible = frozenset(str(option) for option in outcome.options)
        grades, decisions = _words(steps, title.grade), _words(steps, title.decision)
        until = months_after(plan.on, title.months) if title.months is not None else None
        scored = title.whole is not None
        given = (_outcome(possible), possible, grades, decisions, until, scored, _words(steps, title.bar))
        found.append(TitleResult(title.path, title.name, score, *given))
    return tuple(found)


def _outcome(possible: frozenset[str]) -> Outcome:
    match tuple(possible):
        case ("granted" | "refused" | "not_entered" as only,):
            return only
        case _:
            return "undetermined"


def _words(steps: Mapping[str, Step], slot: str) -> frozenset[str]:
    value = steps[slot].value if slot else None
    return frozenset(str(option) for option in value.options) if isinstance(value, Opts) else frozenset()


def months_after(day: date, months: int) -> date:
    """The last day of so many months from a day, that day counted: a year from 1 December ends on 30 November."""
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last)) - timedelta(days=1)


def _tiers(plan: Plan, kind: str, steps: Mapping[str, Step]) -> tuple[TierResult, ...]:
    found: list[TierResult] = []
    for tier in plan.tiers:
        if kind not in tier.subjects:
            continue
        value = steps[tier.slot].value
        reached: Reached = "reached" if value == TRUE else "not_reached" if value == FALSE else "undetermined"
        money = tuple((payer, amount) for payer, slot in tier.subsidies if isinstance(amount := steps[slot].value, Num))
        found.append(TierResult(tier.name, tier.slot, reached, money))
    return tuple(found)


def result_of(plan: Plan, unit: Unit, authority: str, steps: Mapping[str, Step]) -> UnitResult:
    """A unit's titles, tiers and money from its steps."""
    payments = tuple(
        (payment.payer, amount)
        for payment in plan.payments
        if payment.subject == unit.kind and isinstance(amount := steps[payment.slot].value, Num)
    )
    return UnitResult(unit, authority, title_results(plan, unit.kind, steps), _tiers(plan, unit.kind, steps), payments, steps)


def assess_unit(plan: Plan, unit: Unit, authority: str, facts: Facts) -> UnitResult:
    """One unit by one plan, no other unit being known."""
    return result_of(plan, unit, authority, {step.slot: step for step in run_plan(plan, unit.kind, facts)})


def holders_of(register: Register, unit: Unit) -> dict[str, str]:
    """The nearest holder of each kind."""
    found: dict[str, str] = {}
    for holder in register.ancestors(unit.id):
        found.setdefault(holder.kind, holder.id)
    return found


def crowd_of(runs: Mapping[str, UnitRun], register: Register) -> Crowd:
    """What all units have decided so far, for figures over units."""
    return Crowd(
        {key: Member(key, run.kind, holders_of(register, register.units[key]), dict(run.slots)) for key, run in runs.items()}
    )


def _passes(
    plans: Mapping[str, Plan], runs: Mapping[str, UnitRun], register: Register, progress: Callable[[int, int], None], known: Crowd | None
) -> Crowd | None:
    """All passes over all units: each sees what the pass before left. The crowd is None when no rule looks at other units."""
    last = max(plan.last_stage for plan in plans.values())
    crowd = known
    for stage in range(last + 1):
        for done, (key, run) in enumerate(runs.items()):
            progress(stage * len(runs) + done, (last + 1) * len(runs))
            run.advance(stage, crowd.around(key) if crowd is not None and key in crowd.members else alone)
        crowd = known if known is not None else crowd_of(runs, register) if last else None
    progress((last + 1) * len(runs), (last + 1) * len(runs))
    return crowd


def assess(
    plans: Mapping[str, Plan], register: Register, table: FactTable, on: date, progress: Callable[[int, int], None] | None = None,
    crowd: Crowd | None = None,
) -> Assessment:  # fmt: skip
    """Assess every unit of a scored kind that exists on the day. `progress` is told (done, total). `crowd` is what all units decided,
    where that is known and the register has only some of them.

    Places that rules measure something of (上级（…）) take part in the passes too, and get no result of their own.
    """
    plans, subjects = together(plans), plans[""].rules.subjects
    measured = frozenset(kind for plan in plans.values() for kind in plan.measured)
    here = [unit for unit in register.units.values() if unit.kind in subjects or unit.kind in measured]
    judged = {unit.id: unit.id if unit.id in plans else authority_of(register, unit, plans) for unit in here}
    standing = {unit.id: unit for unit in here if register.in_force(unit, on)}
    memos = {place: Memo(plan) for place, plan in plans.items()}
    runs: dict[str, UnitRun] = {}
    for unit in standing.values():
        plan, memo = plans[judged[unit.id]], memos[judged[unit.id]]
        runs[unit.id] = SharedRun(plan, unit.kind, facts_of(table, unit), history=history_of(table, unit), memo=memo)
    crowd = _passes(plans, runs, register, progress or (lambda _done, _total: None), crowd)
    results = tuple(
        result_of(plans[judged[unit.id]], unit, judged[unit.id], runs[unit.id].steps)
        for unit in standing.values()
        if unit.kind in subjects
    )
    left_out = tuple(
        (unit, "merged" if unit.merged_into else "not_in_force")
        for unit in here
        if unit.kind in subjects and unit.id not in standing
    )
    return Assessment(plans, on, register, table, results, left_out, crowd)
