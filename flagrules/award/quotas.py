"""Quotas: floors and ceilings over the units of a place. They judge the place, never a unit."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from flagrules.award.assess import Assessment, UnitResult, authority_of
from flagrules.engine.reference import Run, World
from flagrules.engine.values import Num
from flagrules.facts.table import Unit
from flagrules.plan.nodes import Plan
from flagrules.semantics.ruleset import QuotaRule
from flagrules.text.findings import Findings
from flagrules.text.spelling import nearest

_SHOWN = 5
Status = Literal["met", "missed", "undetermined"]


@dataclass(frozen=True)
class QuotaResult:
    """One quota in one place (None: all units). `reached` counts units that surely and possibly reach the tier, of `total`.

    `share` is reached ÷ total, exact; `bounds` are (operator, value) with the value an interval while a parameter is unset;
    `needed` is the least whole number of units that meets a floor, where there is one and it is known.
    """

    rule: QuotaRule
    place: Unit | None
    total: int
    reached: Num
    bounds: tuple[tuple[str, Num], ...]
    status: Status
    needed: int | None

    @property
    def share(self) -> Num | None:
        """Reached ÷ total; None without units."""
        return Num(self.reached.low / self.total, self.reached.high / self.total) if self.total else None


def _places(assessment: Assessment, rule: QuotaRule) -> Iterator[tuple[Unit | None, list[UnitResult]]]:
    units = [item for item in assessment.units if item.unit.kind == rule.subject]
    if not rule.per:
        yield None, units
        return
    grouped: dict[str, list[UnitResult]] = {unit.id: [] for unit in assessment.register.units.values() if unit.kind == rule.per}
    for item in units:
        place = assessment.register.place_of(item.unit.id, rule.per)
        if place is not None:
            grouped[place.id].append(item)
    for place_id, members in grouped.items():
        place = assessment.register.units[place_id]
        if is_concerned(place, rule) and (members or assessment.register.in_force(place, assessment.on)):
            yield place, members


def is_concerned(place: Unit, rule: QuotaRule) -> bool:
    """Whether a quota speaks of a place: all of them unless it names some (限), or some it leaves out (除)."""
    names = (place.id, place.name)
    return not (rule.only and not set(rule.only) & set(names)) and not set(rule.except_) & set(names)


def _bounds(rule: QuotaRule, plan: Plan) -> tuple[tuple[str, Num], ...]:
    run, world = Run(plan), World(plan, lambda _name, _back: None)
    found: list[tuple[str, Num]] = []
    for op, bound in rule.bounds:
        value = run.value(bound, world)
        if not isinstance(value, Num):
            raise TypeError(rule.line)
        found.append((op, value))
    return tuple(found)


def _against(value: Num, op: str, bound: Num) -> Status:
    match op:
        case ">=":
            surely, never = value.low >= bound.high, value.high < bound.low
        case ">":
            surely, never = value.low > bound.high, value.high <= bound.low
        case "<=":
            surely, never = value.high <= bound.low, value.low > bound.high
        case _:
            surely, never = value.high < bound.low, value.low >= bound.high
    return "met" if surely else "missed" if never else "undetermined"


def _needed(rule: QuotaRule, bounds: tuple[tuple[str, Num], ...], total: int) -> int | None:
    floors = [(op, bound) for op, bound in bounds if op in (">=", ">")]
    if not floors or not floors[0][1].exact:
        return None
    op, bound = floors[0]
    edge = bound.low * total if rule.share else bound.low
    whole = -((-edge).__floor__())
    return whole + 1 if op == ">" and whole == edge else whole


def _plan_at(assessment: Assessment, place: Unit | None) -> Plan:
    """The plan that sets the figures for a place: its own, or that of the nearest place above it that has one."""
    if place is None or place.id in assessment.plans:
        return assessment.plans[place.id if place is not None else ""]
    return assessment.plans[authority_of(assessment.register, place, assessment.plans)]


def quota_result(assessment: Assessment, rule: QuotaRule, place: Unit | None, members: list[UnitResult]) -> QuotaResult:
    """One quota judged in one place."""
    states = [tier.reached for item in members for tier in item.tiers if tier.name == rule.tier]
    surely = sum(state == "reached" for state in states)
    reached = Num(Fraction(surely), Fraction(surely + sum(state == "undetermined" for state in states)))
    return judge(assessment, rule, place, len(members), reached)


def judge(assessment: Assessment, rule: QuotaRule, place: Unit | None, total: int, reached: Num) -> QuotaResult:
    """A quota against how many of so many units reach its tier. A place without units meets no floor: it is undetermined, not met."""
    bounds = _bounds(rule, _plan_at(assessment, place))
    if total == 0:
        return QuotaResult(rule, place, 0, reached, bounds, "undetermined", None)
    value = Num(reached.low / total, reached.high / total) if rule.share else reached
    statuses = {_against(value, op, bound) for op, bound in bounds}
    status: Status = "missed" if "missed" in statuses else "undetermined" if "undetermined" in statuses else "met"
    return QuotaResult(rule, place, total, reached, bounds, status, _needed(rule, bounds, total))


def check_places(assessment: Assessment, findings: Findings, elsewhere: Collection[str] = ()) -> None:
    """FR809: a place that a quota names after 限 or 除 and the register does not have, so that the quota would say nothing.

    `elsewhere` are names of places that are known, though this register need not hold them.
    """
    for rule in assessment.base.rules.quotas:
        places = [unit for unit in assessment.register.units.values() if unit.kind == rule.per]
        known = [*(text for place in places for text in (place.name, place.id)), *elsewhere]
        for name in (*rule.only, *rule.except_):
            if name not in known:
                line = assessment.base.lines[rule.line]
                guess = nearest(name, known) or "、".join(place.name for place in places[:_SHOWN]) or "—"
                findings.add("FR809", line.span, name=name, kind=rule.per, guess=guess)


def quotas(assessment: Assessment) -> tuple[QuotaResult, ...]:
    """Every quota in every place it concerns, in the order of the rules and of the register."""
    return tuple(
        quota_result(assessment, rule, place, members)
        for rule in assessment.base.rules.quotas
        for place, members in _places(assessment, rule)
    )
