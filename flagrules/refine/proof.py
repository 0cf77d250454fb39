"""从严 proved or refuted: over every value the facts may take, the county's points never exceed the city's.

The proof runs the reference interpreter over boxes of fact values, cut at the breakpoints both texts name and then in halves, lowest
values first. A box whose county maximum is at most the city's minimum is proved; a single point where it is not is a
counterexample, the smallest for one fact. Exact arithmetic throughout; when the budget of boxes is spent the answer is "not decided".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from flagrules.engine.inputs import breakpoints, domain, leaves
from flagrules.engine.reference import Key, Run, World
from flagrules.engine.values import FALSE, NA, TRUE, NotApplicable, Num, Opts, Val
from flagrules.facts.schema import FactSpec
from flagrules.plan.from_rules import PlanMaker
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics.ruleset import Block, Term

BUDGET = 20_000
Box = Mapping[Key, Val]


@dataclass(frozen=True)
class Verdict:
    """proved; counterexample, with the facts and both points; or not_decided."""

    answer: Literal["proved", "counterexample", "not_decided"]
    facts: tuple[tuple[str, Val], ...] = ()
    lower: Fraction = Fraction(0)
    higher: Fraction = Fraction(0)


def decisions_of(block: Block, plan: Plan) -> tuple[Decide, ...]:
    """The decisions of one block alone."""
    maker = PlanMaker(plan.rules)
    maker.block(block, "", "")
    return tuple(maker.decisions)


@dataclass
class _Search:
    plan: Plan
    county: tuple[Decide, ...]
    city: tuple[Decide, ...]
    steps: Mapping[Key, Fraction]
    cuts: Mapping[Key, tuple[Fraction, ...]]
    left: int = BUDGET

    def points(self, decisions: tuple[Decide, ...], box: Box) -> Num:
        run = Run(self.plan)
        world = World(self.plan, lambda _name, _back: None, box)
        for decision in decisions:
            run.decide(decision, world)
        value = run.slots[decisions[-1].slot]
        assert isinstance(value, Num)
        return value

    def search(self, box: Box) -> Verdict:
        stack = [dict(box)]
        while stack:
            if self.left <= 0:
                return Verdict("not_decided")
            self.left -= 1
            part = stack.pop()
            lower, higher = self.points(self.county, part), self.points(self.city, part)
            if lower.high <= higher.low:
                continue
            halves = self.cut(part)
            if halves is None:
                facts = tuple((key[1], value) for key, value in part.items())
                return Verdict("counterexample", facts, lower.high, higher.low)
            stack += reversed(halves)
        return Verdict("proved")

    def cut(self, box: Box) -> list[dict[Key, Val]] | None:
        """The box in two, lower values first; None for a single point."""
        for key, value in box.items():
            if isinstance(value, Opts) and not value.exact and value.options:
                first = min(value.options, key=lambda option: (option is not True, str(option)))
                rest = Opts(value.options - {first})
                return [{**box, key: Opts(frozenset({first}))}, {**box, key: rest}]
        wide = [(key, value) for key, value in box.items() if isinstance(value, Num) and not value.exact]
        if not wide:
            return None
        key, value = max(wide, key=lambda pair: self._width(pair[0], pair[1]))
        low, high = self._split(key, value)
        return [{**box, key: low}, {**box, key: high}]

    def _width(self, key: Key, value: Num) -> tuple[bool, Fraction]:
        has_cut = any(value.low < cut <= value.high for cut in self.cuts.get(key, ()))
        return has_cut, (value.high - value.low) / self.steps[key]

    def _split(self, key: Key, value: Num) -> tuple[Num, Num]:
        """Cut at a breakpoint inside if there is one (it and what is next to it become edges), else in the middle of the grid."""
        step = self.steps[key]
        inside = [edge for cut in self.cuts.get(key, ()) for edge in (cut, cut + step) if value.low < edge <= value.high]
        if inside:
            at = inside[len(inside) // 2]
        else:
            at = value.low + max(((value.high - value.low) / step / 2).__floor__(), 1) * step
        return Num(value.low, at - step), Num(at, value.high)


def _nullable(box: dict[Key, Val], facts: Mapping[str, FactSpec]) -> Iterator[dict[Key, Val]]:
    """The box with applicable facts, and for each fact that may be not applicable, the box where it is."""
    yield box
    for key in box:
        if key[0] == "fact" and key[1] in facts and facts[key[1]].nullable:
            yield {**box, key: NA}


def _same_term(left: Term, right: Term) -> bool:
    return left.role == right.role and [(r.guard, r.points) for r in left.rows] == [(r.guard, r.points) for r in right.rows]


def without_shared(county: Block, city: Block) -> tuple[Block, Block]:
    """Both blocks without the terms they share, where their limits agree: f ≤ g shows clamp(f + c) ≤ clamp(g + c)."""
    alike = [(l.kind, l.points) for l in county.limits] == [(l.kind, l.points) for l in city.limits]  # noqa: E741
    floors = {term.floor for term in county.terms} == {term.floor for term in city.terms}
    if not (alike and floors) or county.not_applicable or city.not_applicable:
        return county, city
    left, right = list(county.terms), list(city.terms)
    for term in county.terms:
        twin = next((other for other in right if _same_term(term, other)), None)
        if twin is not None:
            left.remove(term)
            right.remove(twin)
    earns = any(t.role == "earn" for t in county.terms), any(t.role == "earn" for t in city.terms)
    if earns[0] != earns[1] or (not left and not right):
        return county, city
    return replace(county, terms=tuple(left)), replace(city, terms=tuple(right))


def never_above(county: Block, city: Block, plan: Plan, facts: Mapping[str, FactSpec]) -> Verdict:
    """Whether the county's block never scores above the city's, for any facts in their declared ranges."""
    if [(t.role, t.floor, [(r.guard, r.points) for r in t.rows]) for t in county.terms] == [
        (t.role, t.floor, [(r.guard, r.points) for r in t.rows]) for t in city.terms
    ] and county.limits == city.limits == ():
        return Verdict("proved")
    lower, higher = decisions_of(county, plan), decisions_of(city, plan)
    box: dict[Key, Val] = {}
    steps: dict[Key, Fraction] = {}
    for leaf in leaves((*lower, *higher)):
        for key, value, step in domain(leaf, facts, plan.parameters):
            box[key], steps[key] = value, step
    search = _Search(plan, lower, higher, steps, breakpoints((*lower, *higher)))
    for part in _nullable(box, facts):
        verdict = search.search(part)
        if verdict.answer != "proved":
            return verdict
    return Verdict("proved")


def show(value: Val) -> str:
    """A fact value in a sentence."""
    match value:
        case Num(low, _):
            return str(low)
        case NotApplicable():
            return "不适用"
        case Opts() if value == TRUE:
            return "是"
        case Opts() if value == FALSE:
            return "否"
        case Opts(options):
            return "、".join(sorted(str(option) for option in options))
