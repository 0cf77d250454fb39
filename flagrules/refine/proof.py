"""从严 proved or refuted: over every value the facts may take, the county's points never exceed the city's.

The proof runs the reference interpreter over boxes of fact values, cut at the breakpoints both texts name and then in halves,
lowest values first. A box whose county maximum is at most the city's minimum is proved; a single point where it is not is a
counterexample, the smallest for one fact. Exact arithmetic throughout; when the budget of boxes is spent the answer is "not
decided".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from flagrules.engine.arithmetic import snapped
from flagrules.engine.inputs import breakpoints, domain, leaves
from flagrules.engine.reference import DivisionByZero, Run
from flagrules.engine.values import FALSE, NA, TRUE, NotApplicable, Num, Opts, Val, present
from flagrules.engine.world import Key, World
from flagrules.facts.schema import FactSpec
from flagrules.model import kinds as k
from flagrules.plan.from_rules import PlanMaker
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e
from flagrules.semantics.ruleset import Block, Row, Term

BUDGET = 20_000
Box = Mapping[Key, Val]


@dataclass(frozen=True)
class Verdict:
    """proved; counterexample, with the facts and both points; or not_decided."""

    answer: Literal["proved", "counterexample", "not_decided"]
    facts: tuple[tuple[str, Val], ...] = ()
    lower: Fraction = Fraction(0)
    higher: Fraction = Fraction(0)


_NOT_DECIDED = Verdict("not_decided")


def decisions_of(block: Block, plan: Plan) -> tuple[Decide, ...]:
    """The decisions of one block alone; the last gives its points."""
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
    slots: Mapping[str, Val]
    left: int = BUDGET

    def points(self, decisions: tuple[Decide, ...], box: Box) -> Num | None:
        """The points over a box; None where a divisor may be zero in it."""
        try:
            value = points_in(decisions, self.plan, box, self.slots)
        except DivisionByZero:
            return None
        return value

    def search(self, box: Box) -> Verdict:
        stack = [dict(box)]
        while stack:
            if self.left <= 0:
                return _NOT_DECIDED
            self.left -= 1
            part = stack.pop()
            lower, higher = self.points(self.county, part), self.points(self.city, part)
            if lower is not None and higher is not None and lower.high <= higher.low:
                continue
            halves = self.cut(part)
            if halves is not None:
                stack += reversed(halves)
            elif lower is None or higher is None or lower.low <= higher.high:
                return _NOT_DECIDED
            else:
                return Verdict("counterexample", tuple((key[1], value) for key, value in part.items()), lower.low, higher.high)
        return Verdict("proved")

    def cut(self, box: Box) -> list[dict[Key, Val]] | None:
        """The box in two, lower values first; None where nothing is left to cut."""
        for key, value in box.items():
            if isinstance(value, Num | Opts) and value.absent:
                return [{**box, key: present(value)}, {**box, key: NA}]
            if isinstance(value, Opts) and not value.exact and value.options:
                first = min(value.options, key=lambda option: (option is not True, str(option)))
                return [{**box, key: Opts(frozenset({first}))}, {**box, key: Opts(value.options - {first})}]
        wide = [(key, value) for key, value in box.items() if isinstance(value, Num) and not value.exact]
        if not wide:
            return None
        key, number = max(wide, key=lambda pair: self._width(*pair))
        return [{**box, key: half} for half in self._split(key, number)]

    def _edges(self, key: Key, value: Num) -> list[Fraction]:
        """Where a stretch may begin because a breakpoint, or its next neighbour, stands there."""
        return [edge for cut in self.cuts.get(key, ()) for edge in (cut, cut + self.steps[key]) if value.low < edge <= value.high]

    def _width(self, key: Key, value: Num) -> tuple[bool, Fraction]:
        return bool(self._edges(key, value)), (value.high - value.low) / self.steps[key]

    def _split(self, key: Key, value: Num) -> tuple[Num, Num]:
        step, edges = self.steps[key], self._edges(key, value)
        middle = value.low + max(((value.high - value.low) / step / 2).__floor__(), 1) * step
        at = edges[len(edges) // 2] if edges else middle
        return Num(value.low, at - step), Num(at, value.high)


def settled(plan: Plan) -> dict[str, Val]:
    """What every decision of a plan may be, whatever the facts: a block may read what stands outside it."""
    run, world = Run(plan), World(plan, lambda _name, _back: None)
    for decision in plan.decisions:
        try:
            run.decide(decision, world)
        except DivisionByZero:
            run.slots[decision.slot] = Num(-k.LARGE, k.LARGE)
    return run.slots


def points_in(decisions: tuple[Decide, ...], plan: Plan, box: Box, slots: Mapping[str, Val]) -> Num:
    """The points of a block (its last decision) while the inputs lie in a box and what it reads of others may be `slots`.

    Raises `DivisionByZero`."""
    run = Run(plan, dict(slots))
    world = World(plan, lambda _name, _back: None, box)
    for decision in decisions:
        run.decide(decision, world)
    value = run.slots[decisions[-1].slot]
    if not isinstance(value, Num):
        raise TypeError(decisions[-1].slot)
    return value


def _alike(terms: Sequence[Term]) -> list[tuple[object, ...]]:
    return [(term.role, term.floor, tuple((row.guard, row.points) for row in term.rows)) for term in terms]


def _policy(block: Block) -> tuple[object, ...]:
    policy = block.not_applicable
    return (policy.guard, policy.policy, policy.points) if policy is not None else ()


def _limits(block: Block) -> list[tuple[str, Fraction]]:
    return [(limit.kind, limit.points) for limit in block.limits]


def _bare(block: Block, terms: Sequence[Term]) -> Block:
    """Only these terms, added up from nothing, without caps or floors."""
    nothing = Term(block.line, "earn", (Row(None, block.line, e.ZERO),))
    bare = tuple(replace(term, floor="") for term in terms)
    return replace(block, kind="indicator", terms=(*bare, nothing), limits=(), vetoes=(), gaps=())


def without_shared(county: Block, city: Block) -> tuple[Block, Block] | None:
    """Both blocks as bare sums without the terms they share; None unless they start, stop and drop out alike.

    Then f ≤ g of the sums shows clamp(f + c) ≤ clamp(g + c) of the blocks.
    """
    starts = [{term.role for term in block.terms} & {"earn", "lose"} for block in (county, city)]
    floors = [{term.floor for term in block.terms} & {"zero"} for block in (county, city)]
    if starts[0] != starts[1] or floors[0] != floors[1] or _limits(county) != _limits(city) or county.gaps or city.gaps:
        return None
    if _policy(county) != _policy(city) or any(block.exempt or block.take != "sum" for block in (county, city)):
        return None
    left, right = list(county.terms), list(city.terms)
    for term in county.terms:
        twin = next((other for other in right if _alike([term]) == _alike([other])), None)
        if twin is not None:
            left.remove(term)
            right.remove(twin)
    return (_bare(county, left), _bare(city, right)) if len(left) < len(county.terms) else None


def _drops_alike(county: Block, city: Block) -> bool:
    """折算 moves points to other indicators, so it must come and go with the city's."""
    policies = [block.not_applicable for block in (county, city)]
    rescales = any(policy is not None and policy.policy == "rescale" for policy in policies)
    return not rescales or _policy(county) == _policy(city)


def never_above(county: Block, city: Block, plan: Plan, facts: Mapping[str, FactSpec]) -> Verdict:
    """Whether the county's block never scores above the city's, for any facts in their declared ranges."""
    if not _drops_alike(county, city):
        return _NOT_DECIDED
    bare = without_shared(county, city)
    if bare is not None and _compare(*bare, plan, facts).answer == "proved":
        return Verdict("proved")
    return _compare(county, city, plan, facts)


def _compare(county: Block, city: Block, plan: Plan, facts: Mapping[str, FactSpec]) -> Verdict:
    lower, higher = decisions_of(county, plan), decisions_of(city, plan)
    box: dict[Key, Val] = {}
    steps: dict[Key, Fraction] = {}
    for leaf in leaves((*lower, *higher)):
        for key, value, step in domain(leaf, facts, plan.parameters):
            box[key], steps[key] = snapped(value, step) if isinstance(value, Num) else value, step
    cuts = {
        key: tuple(sorted({-((-cut / steps[key]).__floor__()) * steps[key] for cut in found}))
        for key, found in breakpoints((*lower, *higher)).items()
    }
    return _Search(plan, lower, higher, steps, cuts, settled(plan)).search(box)


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
