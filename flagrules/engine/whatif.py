"""What would it take: single inputs changed and the plan run again, so that every answer given is one the interpreter gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from flagrules.engine.inputs import breakpoints, domain, leaves
from flagrules.engine.reference import Facts, Key, World, run_plan
from flagrules.engine.values import NotApplicable, Num, Opts, Val, known, number
from flagrules.plan.nodes import GRANTED, Decide, Plan, TitlePlan


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


def _replay(plan: Plan, kind: str, facts: Facts, title: TitlePlan, key: Key, value: Val) -> tuple[Num, frozenset[str]]:
    steps = {step.slot: step.value for step in run_plan(plan, kind, facts, {key: value})}
    score, outcome = steps[title.score], steps[title.outcome]
    assert isinstance(score, Num)
    assert isinstance(outcome, Opts)
    return score, frozenset(str(option) for option in outcome.options)


def _decisions(plan: Plan, kind: str, title: TitlePlan) -> tuple[Decide, ...]:
    """Decisions a title's outcome may rest on: its own, and other titles' where a veto of theirs reaches it."""
    del kind
    return tuple(decision for decision in plan.decisions if decision.owner == title.path)


def _inputs(plan: Plan, decisions: tuple[Decide, ...], world: World) -> Iterator[_Input]:
    seen: set[Key] = set()
    for leaf in leaves(decisions):
        for key, whole, step in domain(leaf, plan.facts, plan.parameters):
            if key not in seen:
                seen.add(key)
                yield _Input(key, whole, step, _now(key, whole, world))


def _now(key: Key, whole: Val, world: World) -> Val:
    kind, name, back = key
    if kind == "part":
        fact, part = name.rsplit("/", 1)
        return world.part(fact, part)
    if kind == "param":
        return whole
    spec = world.plan.facts[name]
    return world.rows(name) if type(spec.kind).__name__ == "Records" else world.fact(name, spec.kind, back)


def _candidates(item: _Input, cuts: tuple[Fraction, ...]) -> list[Val]:
    """Values worth trying: every option, or range ends, breakpoints and their neighbours on the grid."""
    match item.whole:
        case Num(low, high):
            edges = {low, high, *(edge for cut in cuts for edge in (cut - item.step, cut, cut + item.step))}
            return [number(edge) for edge in sorted(edges) if low <= edge <= high]
        case Opts(options):
            return [known(option) for option in sorted(options, key=str)]
        case NotApplicable():
            return []


def changes_to(plan: Plan, kind: str, facts: Facts, title: TitlePlan, wanted: str = GRANTED) -> tuple[Change, ...]:
    """For each known input, the nearest single change that surely leads to `wanted`, where one exists; nearest first by steps.

    The nearest is found among the breakpoints and then by halving toward the present value; each answer is a replay."""
    decisions = _decisions(plan, kind, title)
    cuts = breakpoints(decisions)
    world = World(plan, facts)
    found: list[tuple[Fraction, Change]] = []
    for item in _inputs(plan, decisions, world):
        if not item.now.exact:
            continue
        best = _nearest(plan, kind, facts, title, item, cuts.get(item.key, ()), wanted)
        if best is not None:
            found.append(best)
    return tuple(change for _, change in sorted(found, key=lambda pair: (pair[0], pair[1].key)))


def _distance(now: Val, value: Val, step: Fraction) -> Fraction:
    if isinstance(now, Num) and isinstance(value, Num):
        return abs(value.low - now.low) / step
    return Fraction(1)


def _nearest(
    plan: Plan, kind: str, facts: Facts, title: TitlePlan, item: _Input, cuts: tuple[Fraction, ...], wanted: str
) -> tuple[Fraction, Change] | None:
    best: tuple[Fraction, Change] | None = None
    for value in _candidates(item, cuts):
        if value == item.now:
            continue
        distance = _distance(item.now, value, item.step)
        if best is not None and distance >= best[0]:
            continue
        score, possible = _replay(plan, kind, facts, title, item.key, value)
        if possible == {wanted}:
            best = (distance, Change(item.key, item.now, value, score, possible))
    return _halve(plan, kind, facts, title, item, best, wanted) if best is not None else None


def _halve(
    plan: Plan, kind: str, facts: Facts, title: TitlePlan, item: _Input, best: tuple[Fraction, Change], wanted: str
) -> tuple[Fraction, Change]:
    """Move a numeric change toward the present value as long as a replay still leads to `wanted`."""
    now, value = item.now, best[1].after
    if not isinstance(now, Num) or not isinstance(value, Num):
        return best
    failing, working = now.low, value.low
    while abs(working - failing) > item.step:
        middle = failing + ((working - failing) / item.step / 2).__trunc__() * item.step
        if middle == failing:
            break
        score, possible = _replay(plan, kind, facts, title, item.key, number(middle))
        if possible == {wanted}:
            working = middle
            best = (_distance(now, number(middle), item.step), Change(item.key, now, number(middle), score, possible))
        else:
            failing = middle
    return best


def open_inputs(plan: Plan, kind: str, facts: Facts, title: TitlePlan) -> tuple[OpenInput, ...]:
    """The unknown inputs of a title, each tried at its options and edges with the others left open."""
    decisions = _decisions(plan, kind, title)
    cuts = breakpoints(decisions)
    found: list[OpenInput] = []
    for item in _inputs(plan, decisions, World(plan, facts)):
        if item.now.exact:
            continue
        outcomes = {
            possible
            for value in _candidates(item, cuts.get(item.key, ()))
            for _, possible in [_replay(plan, kind, facts, title, item.key, value)]
        }
        found.append(OpenInput(item.key, "confirmed" if len(outcomes) > 1 else "possible"))
    return tuple(found)
