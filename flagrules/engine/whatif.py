"""What would it take: single inputs changed and the plan run again, so that every answer given is one the interpreter gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Literal

from flagrules.engine.across import Lookup, alone
from flagrules.engine.inputs import breakpoints, domain, leaves, lists
from flagrules.engine.reference import Facts, Key, World
from flagrules.engine.replay import Replay
from flagrules.engine.values import NotApplicable, Num, Opts, Val, known, number
from flagrules.engine.world import History, unknown_history
from flagrules.plan.nodes import GRANTED, Plan, TitlePlan


@dataclass(frozen=True)
class Change:
    """One input changed from `before` to `after`, and the points and outcomes of the title then."""

    key: Key
    before: Val
    after: Val
    score: Num
    possible: frozenset[str]


@dataclass(frozen=True)
class OpenInput:
    """An unknown input of a title: `confirmed` when two of its values lead to different outcomes, else `possible`."""

    key: Key
    weight: Literal["confirmed", "possible"]


@dataclass(frozen=True)
class _Input:
    key: Key
    whole: Val
    step: Fraction
    now: Val
    cuts: tuple[Fraction, ...]


def _candidates(item: _Input) -> list[Val]:
    """Values worth trying: every option, or range ends, breakpoints and their neighbours on the grid."""
    match item.whole:
        case Num(low, high):
            edges = {low, high, *(edge for cut in item.cuts for edge in (cut - item.step, cut, cut + item.step))}
            return [number(edge) for edge in sorted(edges) if low <= edge <= high]
        case Opts(options):
            return [known(option) for option in sorted(options, key=str)]
        case NotApplicable():
            return []


@dataclass
class WhatIf:
    """What single changes would do to one title of one unit; `across` looks figures over other units up, which stay as they are."""

    plan: Plan
    kind: str
    facts: Facts
    title: TitlePlan
    across: Lookup = alone
    history: History = unknown_history

    def replay(self, key: Key, value: Val) -> tuple[Num, frozenset[str]]:
        """The title's points and possible outcomes with one input taken to be so."""
        slots = self._replay.slots(key, value)
        score, outcome = slots[self.title.score], slots[self.title.outcome]
        assert isinstance(score, Num)
        assert isinstance(outcome, Opts)
        return score, frozenset(str(option) for option in outcome.options)

    @cached_property
    def _replay(self) -> Replay:
        return Replay(self.plan, self.kind, self.facts, self.across, self.history)

    def inputs(self) -> Iterator[_Input]:
        """Every input the title's own decisions and the values measured for them rest on."""
        decisions = tuple(
            decision for decision in self.plan.decisions if decision.owner == self.title.path or self._measured(decision.owner)
        )
        cuts = breakpoints(decisions)
        world = World(self.plan, self.facts, across=self.across, history=self.history)
        seen: set[Key] = set()
        own = (read for leaf in leaves(decisions) for read in domain(leaf, self.plan.facts, self.plan.parameters))
        for key, whole, step in chain(own, lists(decisions, self.plan.facts)):
            if key not in seen:
                seen.add(key)
                yield _Input(key, whole, step, world.look(key), cuts.get(key, ()))

    def _measured(self, owner: str) -> bool:
        return self.kind in self.plan.measures.get(owner, ())

    def changes_to(self, wanted: str = GRANTED) -> tuple[Change, ...]:
        """For each known input, the nearest single change that surely leads to `wanted`, where one exists; nearest first.

        The nearest is found among the breakpoints and then by halving toward the present value; each answer is a replay.
        """
        found = [best for item in self.inputs() if item.now.exact and (best := self._nearest(item, wanted)) is not None]
        return tuple(change for _, change in sorted(found, key=lambda pair: (pair[0], pair[1].key)))

    def _nearest(self, item: _Input, wanted: str) -> tuple[Fraction, Change] | None:
        best: tuple[Fraction, Change] | None = None
        for value in _candidates(item):
            distance = _distance(item.now, value, item.step)
            if value == item.now or (best is not None and distance >= best[0]):
                continue
            score, possible = self.replay(item.key, value)
            if possible == {wanted}:
                best = (distance, Change(item.key, item.now, value, score, possible))
        return self._halve(item, best, wanted) if best is not None else None

    def _halve(self, item: _Input, best: tuple[Fraction, Change], wanted: str) -> tuple[Fraction, Change]:
        """Move a numeric change toward the present value as long as a replay still leads to `wanted`."""
        now, value = item.now, best[1].after
        if not isinstance(now, Num) or not isinstance(value, Num):
            return best
        failing, working = now.low, value.low
        while abs(working - failing) > item.step:
            middle = failing + ((working - failing) / item.step / 2).__trunc__() * item.step
            if middle == failing:
                break
            score, possible = self.replay(item.key, number(middle))
            if possible == {wanted}:
                working = middle
                best = (_distance(now, number(middle), item.step), Change(item.key, now, number(middle), score, possible))
            else:
                failing = middle
        return best

    def open_inputs(self) -> tuple[OpenInput, ...]:
        """The unknown inputs of the title, each tried at its options and edges with the others left open."""
        found: list[OpenInput] = []
        for item in self.inputs():
            if not item.now.exact:
                outcomes = {self.replay(item.key, value)[1] for value in _candidates(item)}
                found.append(OpenInput(item.key, "confirmed" if len(outcomes) > 1 else "possible"))
        return tuple(found)


def _distance(now: Val, value: Val, step: Fraction) -> Fraction:
    if isinstance(now, Num) and isinstance(value, Num):
        return abs(value.low - now.low) / step
    return Fraction(1)
