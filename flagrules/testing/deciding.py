"""Which rule lines decided a slot: the entries that fired, followed down to the terms they add up."""

from __future__ import annotations

from collections.abc import Mapping

from flagrules.plan.nodes import Decide, Entry, Plan
from flagrules.semantics import expr as e
from flagrules.trace.steps import Step

_SUMS = ("item", "group", "score")


def is_unpriced(decision: Decide, entry: Entry) -> bool:
    """Whether the entry is what a veto priced in points leaves when it does not strike: no line decides then."""
    return decision.role == "term" and entry.why == "score" and any(other.why == "veto" for other in decision.entries)


def added_up(plan: Plan, decision: Decide, entry: Entry) -> tuple[str, ...]:
    """The slots whose points an entry only adds up; none where the entry's own line sets the points."""
    sums = decision.role in _SUMS and entry.why == "score"
    if not sums and not (entry.why == "money" and isinstance(entry.value, e.Sum)):
        return ()
    slots = (node.slot for node in e.walk(entry.value) if isinstance(node, e.SlotRef))
    return tuple(slot for slot in dict.fromkeys(slots) if plan.slots[slot].role != "weight")


def deciding_lines(plan: Plan, steps: Mapping[str, Step], slot: str) -> tuple[str, ...]:
    """Ids of the rule lines that decided a slot, in order, each once; several fired where facts are unknown."""
    decision = plan.slots[slot]
    found: dict[str, None] = {}
    for index in steps[slot].fired:
        entry = decision.entries[index]
        if is_unpriced(decision, entry):
            continue
        inner = added_up(plan, decision, entry)
        lines = [line for part in inner for line in deciding_lines(plan, steps, part)] if inner else [entry.line]
        found |= dict.fromkeys(lines)
    return tuple(found)
