"""A unit's run with one input taken to be so: only what rests on that input is decided again."""

from __future__ import annotations

from flagrules.engine.across import Lookup, alone
from flagrules.engine.inputs import expressions
from flagrules.engine.reference import Facts, Key, Run, World, _Pass
from flagrules.engine.values import Val
from flagrules.engine.world import History, unknown_history
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e


class Replay:
    """The decisions on one unit, made once; `across` looks figures over other units up, which stay as they are."""

    def __init__(self, plan: Plan, kind: str, facts: Facts, across: Lookup = alone, history: History = unknown_history) -> None:
        self._base = _Pass(Run(plan), World(plan, facts, across=across, history=history))
        self._decisions = plan.for_subject(kind)
        for decision in self._decisions:
            self._base.step(decision)
        self._names = {decision.slot: _names(decision) for decision in self._decisions}
        self._resting: dict[str, tuple[Decide, ...]] = {}

    def slots(self, key: Key, value: Val) -> dict[str, Val]:
        """What every decision comes to with one input taken to be so, as a whole run gives it."""
        base, again = self._base, self._on(key)
        gone = {decision.slot for decision in again}
        one = _Pass(
            Run(base.run.plan, {slot: made for slot, made in base.run.slots.items() if slot not in gone}),
            base.world.assume(key, value),
            {slot: keys for slot, keys in base.keys.items() if slot not in gone},
            {other: [decision for decision in chain if decision.slot not in gone] for other, chain in base.chains.items()},
            base.loose - gone,
        )
        for decision in again:
            one.step(decision)
        return one.run.slots

    def _on(self, key: Key) -> tuple[Decide, ...]:
        """The decisions that rest on an input, directly or through others, in order."""
        kind, name, _ = key
        name = name.rpartition("/")[0] if kind == "part" else name
        if name not in self._resting:
            slots: set[str] = set()
            for decision in self._decisions:
                names = self._names[decision.slot]
                if names is None or name in names or decision.reads & slots:
                    slots.add(decision.slot)
            self._resting[name] = tuple(decision for decision in self._decisions if decision.slot in slots)
        return self._resting[name]


def _names(decision: Decide) -> frozenset[str] | None:
    """The facts and parameters a decision reads; None where it looks at other units or at earlier decisions."""
    found: set[str] = set()
    for node in (node for expr in expressions([decision]) for node in e.walk(expr)):
        match node:
            case e.FactRef(name) | e.ParamRef(name) | e.RowCount(name) | e.PartRef(name) | e.MissingParts(name) | e.OverRows(name):
                found.add(name)
            case e.Across() | e.Held():
                return None
            case _:
                pass
    return frozenset(found)


__all__ = ["Replay"]
