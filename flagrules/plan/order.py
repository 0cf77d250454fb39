"""The order of decisions: each after those it reads, and the pass over the units in which it can be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flagrules.plan.nodes import Decide, PlanLoop
from flagrules.semantics import expr as e

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
