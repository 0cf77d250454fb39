"""The order of decisions: each after those it reads, and the pass over the units in which it can be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from flagrules.plan.nodes import Decide, Plan, PlanLoop
from flagrules.semantics import expr as e
from flagrules.semantics.ruleset import RuleLine

_ADDED_UP = ("item", "group", "score", "weight")


def _expressions(decision: Decide) -> Iterable[e.Expr]:
    for entry in decision.entries:
        if entry.guard is not None:
            yield entry.guard
        yield entry.value


def reads(decision: Decide) -> tuple[frozenset[str], frozenset[str]]:
    """The slots a decision reads of its own unit, and those it reads of other units."""
    return decision.reads, frozenset(figure.slot for expr in _expressions(decision) for figure in e.across_read(expr))


def ordered(decisions: tuple[Decide, ...]) -> tuple[tuple[Decide, ...], dict[str, int]]:
    """The decisions in an order where each reads only earlier ones, as written where that is free, and the pass of each.

    A figure over units waits for a whole pass. Raises `PlanLoop` naming the lines that wait for one another.
    """
    by_slot = {decision.slot: decision for decision in decisions}
    wants = {decision.slot: reads(decision) for decision in decisions}
    result: dict[str, Decide] = {}
    stages: dict[str, int] = {}
    places = {slot: index for index, slot in enumerate(by_slot)}
    for decision in decisions:
        _visit(decision.slot, by_slot, places, wants, result, stages)
    return tuple(result.values()), stages


def together(plans: Mapping[str, Plan]) -> Mapping[str, Plan]:
    """Plans of one run with passes that agree: what units of one place look at in those of another is decided before, there too.

    A county may rest points on other units that elsewhere rest on facts alone. Raises `PlanLoop` where what units of two places decide
    waits for one another.
    """
    if len(plans) == 1 or not any(plan.last_stage for plan in plans.values()):
        return plans
    by_slot = {decision.slot: decision for plan in plans.values() for decision in plan.decisions}
    wants: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for decision in (decision for plan in plans.values() for decision in plan.decisions):
        before, found = wants.get(decision.slot, (frozenset(), frozenset())), reads(decision)
        wants[decision.slot] = before[0] | found[0], before[1] | found[1]
    stages: dict[str, int] = {}
    places, result = {slot: index for index, slot in enumerate(by_slot)}, dict[str, Decide]()
    try:
        for slot in by_slot:
            _visit(slot, by_slot, places, wants, result, stages)
    except PlanLoop as loop:
        raise placed(loop, {line.id: line for plan in plans.values() for line in plan.lines.values()}) from None
    return {place: replace(plan, stages={slot: stages[slot] for slot in plan.stages}) for place, plan in plans.items()}


def placed(loop: PlanLoop, written: Mapping[str, RuleLine]) -> PlanLoop:
    """A loop with the places of its lines, a county's first."""
    lines = sorted((written[line] for line in loop.lines), key=lambda line: (not line.authority, line.span.label, line.span.line))
    return PlanLoop(tuple(line.id for line in lines), tuple(line.span for line in lines))


def _visit(
    start: str,
    by_slot: Mapping[str, Decide],
    places: Mapping[str, int],
    wants: Mapping[str, tuple[frozenset[str], frozenset[str]]],
    result: dict[str, Decide],
    stages: dict[str, int],
) -> None:
    """Depth first without recursion, so that a long chain of decisions is no danger."""
    trail: list[str] = []
    stack = [(start, False)]
    while stack:
        slot, done = stack.pop()
        if done:
            trail.pop()
            own, others = wants[slot]
            near = [stages[name] for name in own if name in stages]
            far = [stages[name] + 1 for name in others if name in stages]
            stages[slot] = max([*near, *far], default=0)
            result[slot] = by_slot[slot]
            continue
        if slot in result or slot not in by_slot:
            continue
        if slot in trail:
            loop = [by_slot[name] for name in trail[trail.index(slot) :]]
            written = [decision for decision in loop if decision.role not in _ADDED_UP] or loop
            raise PlanLoop(tuple(dict.fromkeys(decision.line for decision in written)))
        trail.append(slot)
        stack.append((slot, True))
        own, others = wants[slot]
        needed = sorted((name for name in own | others if name in places), key=places.__getitem__, reverse=True)
        stack += [(name, False) for name in needed]
