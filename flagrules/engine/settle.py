"""Single decisions made by the reference interpreter: by their inputs alone, or after others that were decided elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flagrules.engine.reference import Key, Run, World, _Pass
from flagrules.engine.values import Val
from flagrules.plan.nodes import Decide
from flagrules.trace.steps import Step


@dataclass(frozen=True)
class Settled:
    """A decision made by itself: its step, the open inputs its value rests on, and whether every end of the value is surely met."""

    step: Step
    keys: frozenset[Key]
    tight: bool


def settle(decisions: Sequence[Decide], world: World, slots: Mapping[str, Val] | None = None) -> Settled:
    """The last of some decisions, made in order in a world; all else it rests on is known: `slots`."""
    *_, last = settle_each(decisions, world, slots)
    return last


def settle_each(decisions: Sequence[Decide], world: World, slots: Mapping[str, Val] | None = None) -> list[Settled]:
    """Each of some decisions, made in order in a world."""
    one = _Pass(Run(world.plan, dict(slots or {})), world)
    return [_settled(one, one.step(decision)) for decision in decisions]


def settle_after(
    decision: Decide, world: World, slots: Mapping[str, Val], keys: Mapping[str, frozenset[Key]], chains: Mapping[Key, Sequence[Decide]]
) -> Settled:
    """A decision after others were made: what they decided, the open inputs of each, and by input those that rest on it alone."""
    one = _Pass(Run(world.plan, dict(slots)), world, dict(keys), {key: list(chain) for key, chain in chains.items()})
    return _settled(one, one.step(decision))


def _settled(one: _Pass, step: Step) -> Settled:
    return Settled(step, one.keys.get(step.slot, frozenset()), step.slot not in one.loose)
