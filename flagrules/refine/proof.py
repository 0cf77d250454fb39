"""从严 proved or refuted: over every value the facts may take, the county's points never exceed the city's.

The proof runs the reference interpreter over boxes of fact values, cut at the breakpoints both texts name and then in halves,
lowest values first. A box whose county maximum is at most the city's minimum is proved; a single point where it is not is a
counterexample, the smallest for one fact. Exact arithmetic throughout; when the budget of boxes is spent the solver is asked,
where it is installed, and its counterexample counts only when the interpreter confirms it. Else the answer is "not decided".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from flagrules.engine.reference import DivisionByZero, Run
from flagrules.engine.values import FALSE, TRUE, NotApplicable, Num, Opts, Val
from flagrules.engine.world import World
from flagrules.facts.schema import FactSpec
from flagrules.facts.table import Row
from flagrules.model import kinds as k
from flagrules.model.numbers import write_exact
from flagrules.plan.from_rules import PlanMaker
from flagrules.plan.nodes import Decide, Plan
from flagrules.refine.search import Box, Lists, Space, halves, lists_as_facts, space_of
from flagrules.refine.solve import above
from flagrules.semantics import expr as e
from flagrules.semantics.ruleset import Block, Term
from flagrules.semantics.ruleset import Row as Line

BUDGET = 20_000


@dataclass(frozen=True)
class Verdict:
    """proved; counterexample, with the facts and both points; or not_decided."""

    answer: Literal["proved", "counterexample", "not_decided"]
    facts: tuple[tuple[str, Val], ...] = ()
    lower: Fraction = Fraction(0)
    higher: Fraction = Fraction(0)
    rows: Lists = ()
    by: Literal["exact", "z3"] = "exact"


_NOT_DECIDED = Verdict("not_decided")


def decisions_of(block: Block, plan: Plan) -> tuple[Decide, ...]:
    """The decisions of one block alone, after the named values of others it reads; the last gives its points."""
    maker = PlanMaker(plan.rules)
    maker.block(block, "", "")
    wanted, own = _slots(maker.decisions), {decision.slot for decision in maker.decisions}
    values: list[Decide] = []
    for decision in reversed(plan.decisions):
        if decision.role == "value" and decision.slot in wanted - own:
            values.insert(0, decision)
            wanted |= _slots([decision])
    return (*values, *maker.decisions)


def _slots(decisions: Iterable[Decide]) -> frozenset[str]:
    return frozenset().union(*(decision.reads for decision in decisions))


@dataclass
class _Search:
    plan: Plan
    county: tuple[Decide, ...]
    city: tuple[Decide, ...]
    space: Space
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
            smaller = halves(self.space, part)
            if smaller is not None:
                stack += reversed(smaller)
            elif lower is None or higher is None or lower.low <= higher.high:
                return _NOT_DECIDED
            else:
                return Verdict("counterexample", named(part), lower.low, higher.high)
        return Verdict("proved")


def named(box: Box) -> tuple[tuple[str, Val], ...]:
    """Inputs by name; those of the period before as they are written."""
    before = {0: "", 1: "上年"}
    return tuple((before.get(back, f"前{back}期") + name, value) for (_, name, back), value in box.items())


def settled(plan: Plan) -> dict[str, Val]:
    """What every decision of a plan may be, whatever the facts: a block may read what stands outside it."""
    run, world = Run(plan), World(plan, lambda _name, _back: None)
    for decision in plan.decisions:
        try:
            run.decide(decision, world)
        except DivisionByZero:
            run.slots[decision.slot] = Num(-k.LARGE, k.LARGE)
    return run.slots


def points_in(decisions: tuple[Decide, ...], plan: Plan, box: Box, slots: Mapping[str, Val], rows: Lists = ()) -> Num:
    """The points of a block (its last decision) while the inputs lie in a box and what it reads of others may be `slots`.

    Raises `DivisionByZero`."""
    run = Run(plan, dict(slots))
    world = World(plan, lists_as_facts(rows), box)
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
    return (policy.guard, policy.policy, policy.points, policy.keep) if policy is not None else ()


def _limits(block: Block) -> list[tuple[str, Fraction]]:
    return [(limit.kind, limit.points) for limit in block.limits]


def _bare(block: Block, terms: Sequence[Term]) -> Block:
    """Only these terms, added up from nothing, without caps or floors."""
    nothing = Term(block.line, "earn", (Line(None, block.line, e.ZERO),))
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
    """折算 moves points to other indicators and 按同组平均 takes theirs, so they must come and go with the city's."""
    policies = [block.not_applicable for block in (county, city)]
    shared = any(policy is not None and policy.policy in ("rescale", "group_mean") for policy in policies)
    return not shared or _policy(county) == _policy(city)


def never_above(county: Block, city: Block, plan: Plan, facts: Mapping[str, FactSpec]) -> Verdict:
    """Whether the county's block never scores above the city's, for any facts in their declared ranges."""
    if not _drops_alike(county, city):
        return _NOT_DECIDED
    whole = _Pair(county, city, plan, facts)
    shared = without_shared(county, city)
    bare = _Pair(*shared, plan, facts) if shared is not None else None
    if bare is not None and bare.exact().answer == "proved":
        return Verdict("proved")
    found = whole.exact()
    if found.answer != "not_decided":
        return found
    if bare is not None and bare.solved().answer == "proved":
        return Verdict("proved", by="z3")
    return whole.solved()


class _Pair:
    """A county's block and the city's over the space of all they read."""

    def __init__(self, county: Block, city: Block, plan: Plan, facts: Mapping[str, FactSpec]) -> None:
        self.county, self.city = decisions_of(county, plan), decisions_of(city, plan)
        self.plan, self.facts = plan, facts
        self.space = space_of((*self.county, *self.city), plan, facts)
        self.slots = settled(plan)

    def exact(self) -> Verdict:
        return _Search(self.plan, self.county, self.city, self.space, self.slots).search(self.space.box)

    def solved(self) -> Verdict:
        """What the solver says; its facts count when the interpreter gives the county more for them."""
        model = above(self.county, self.city, self.plan, self.space, self.facts, self.slots)
        if model.found == "never":
            return Verdict("proved", by="z3")
        if model.found == "not_decided":
            return _NOT_DECIDED
        try:
            lower, higher = (points_in(part, self.plan, model.facts, self.slots, model.rows) for part in (self.county, self.city))
        except DivisionByZero:
            return _NOT_DECIDED
        if lower.low <= higher.high:
            return _NOT_DECIDED
        return Verdict("counterexample", named(model.facts), lower.low, higher.high, model.rows, "z3")


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


def show_rows(rows: Sequence[Row]) -> str:
    """The rows of a list in a sentence."""
    said = ("、".join(f"{name} {_field(cell.value)}" for name, cell in row.fields.items()) for row in rows)
    return f"{len(rows)}条（{'；'.join(said)}）" if rows else "没有"


def _field(value: Fraction | bool | str | None) -> str:  # noqa: FBT001  a value of the language
    if isinstance(value, bool):
        return "是" if value else "否"
    return write_exact(value) if isinstance(value, Fraction) else value or ""
