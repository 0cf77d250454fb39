"""Which tiers are told with a title: those whose condition looks at it, or at something that does, and those that look at no title."""

from __future__ import annotations

from flagrules.plan.nodes import Plan, TierPlan, TitlePlan
from flagrules.semantics.expr import slots_read


def tiers_with(plan: Plan, title: TitlePlan, kind: str) -> tuple[TierPlan, ...]:
    """The tiers of a kind of unit that a title leads to, and those no title leads to or bars, in the order of the rules."""
    every = set[str]().union(*map(_decided, plan.titles))
    below = ((tier, _below(plan, tier.slot)) for tier in plan.tiers if kind in tier.subjects)
    return tuple(tier for tier, rests_on in below if rests_on & _decided(title) or not rests_on & every)


def _decided(title: TitlePlan) -> set[str]:
    """The decisions of a title."""
    return {title.score, title.outcome, title.grade, title.decision} - {""}


def _below(plan: Plan, slot: str) -> set[str]:
    """Every decision a decision rests on."""
    seen, waiting = {slot}, [slot]
    while waiting:
        decision = plan.slots.get(waiting.pop())
        parts = (part for entry in decision.entries for part in (entry.guard, entry.value) if part is not None) if decision else ()
        fresh = {name for part in parts for name in slots_read(part)} - seen
        seen |= fresh
        waiting += fresh
    return seen
