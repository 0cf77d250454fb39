"""Can a condition over a plan come true? Exact search over boxes of fact values, an assignment as the answer, replayed to be sure.

A goal is an expression of the plan language over facts and slots. It is looked for at single points first (moving one fact at a
time toward it), then by cutting the space of all facts into boxes; a box in which it is surely false is done with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from flagrules.engine.arithmetic import OPPOSITE, snapped
from flagrules.engine.inputs import Leaf, breakpoints, domain, expressions, leaves
from flagrules.engine.reference import DivisionByZero, Facts, Run
from flagrules.engine.values import FALSE, MAYBE, NA, TRUE, NotApplicable, Num, Opts, Val, known, number
from flagrules.engine.world import Key, World
from flagrules.facts.schema import FactSpec
from flagrules.facts.table import Entry, Row, Rows
from flagrules.plan.nodes import Decide, Plan
from flagrules.plan.nodes import Entry as Condition
from flagrules.semantics import expr as e

Box = Mapping[Key, Val]
Lists = tuple[tuple[str, tuple[Row, ...]], ...]
BOXES = 1500
WORK = 30_000  # boxes times entries: the whole of a title is looked at less often than one indicator
ROUNDS = 3
_FAR = Fraction(10**12)


@dataclass(frozen=True)
class Answer:
    """found, with facts (and whole lists) that make it so, replayed; never; or not_decided. `by` says who found out."""

    found: Literal["found", "never", "not_decided"]
    facts: tuple[tuple[Key, Val], ...] = ()
    rows: Lists = ()
    by: Literal["exact", "z3"] = "exact"


@dataclass(frozen=True)
class Space:
    """All that the inputs of some decisions may be: a box, the grid of each number, and the values where something changes."""

    box: Box
    steps: Mapping[Key, Fraction]
    cuts: Mapping[Key, tuple[Fraction, ...]]


def space_of(decisions: tuple[Decide, ...], plan: Plan, facts: Mapping[str, FactSpec]) -> Space:
    """The space of every fact, part and open parameter that decisions read."""
    box: dict[Key, Val] = {}
    steps: dict[Key, Fraction] = {}
    for leaf in (*leaves(decisions), *_counts(decisions)):
        for key, value, step in domain(leaf, facts, plan.parameters):
            box[key], steps[key] = snapped(value, step) if isinstance(value, Num) else value, step
    cuts = {
        key: tuple(sorted({-((-cut / steps[key]).__floor__()) * steps[key] for cut in found}))
        for key, found in breakpoints(decisions).items()
    }
    return Space(box, steps, cuts)


def _counts(decisions: tuple[Decide, ...]) -> Iterator[Leaf]:
    """How many rows each list has of which there is a figure: with none the figure is known."""
    for expr in expressions(decisions):
        yield from (e.RowCount(node.fact, node.kind) for node in e.walk(expr) if isinstance(node, e.OverRows))


def halves(space: Space, box: Box) -> list[dict[Key, Val]] | None:
    """The box in two, lower values first; None where nothing is left to cut."""
    for key, value in box.items():
        if isinstance(value, Num | Opts) and value.absent:
            return [{**box, key: _present(value)}, {**box, key: NA}]
        if isinstance(value, Opts) and not value.exact and value.options:
            first = min(value.options, key=lambda option: (option is not True, str(option)))
            return [{**box, key: Opts(frozenset({first}))}, {**box, key: Opts(value.options - {first})}]
    wide = [(key, value) for key, value in box.items() if isinstance(value, Num) and not value.exact]
    if not wide:
        return None
    key, whole = max(wide, key=lambda pair: (bool(_edges(space, *pair)), (pair[1].high - pair[1].low) / space.steps[pair[0]]))
    step, edges = space.steps[key], _edges(space, key, whole)
    middle = whole.low + max(((whole.high - whole.low) / step / 2).__floor__(), 1) * step
    at = edges[len(edges) // 2] if edges else middle
    return [{**box, key: Num(whole.low, at - step)}, {**box, key: Num(at, whole.high)}]


def _present(value: Num | Opts) -> Val:
    return Num(value.low, value.high) if isinstance(value, Num) else Opts(value.options, value.open)


def _edges(space: Space, key: Key, value: Num) -> list[Fraction]:
    """Where a stretch may begin because a breakpoint, or its next neighbour, stands there."""
    around = (edge for cut in space.cuts.get(key, ()) for edge in (cut, cut + space.steps[key]))
    return [edge for edge in around if value.low < edge <= value.high]


def slice_of(goal: e.Expr, plan: Plan) -> tuple[Decide, ...]:
    """The decisions a goal rests on, in order."""
    return plan.leading_to(e.slots_read(goal))


def lists_as_facts(rows: Lists) -> Facts:
    """Lists as an engine asks for them; nothing else is known."""
    filed: dict[str, Entry] = {fact: Rows(found, filed=True) for fact, found in rows}
    return lambda name, back: filed.get(name) if not back else None


@dataclass
class Search:
    """One goal over a plan. `boxes` is how many boxes may still be looked at."""

    plan: Plan
    goal: e.Expr
    boxes: int = field(init=False)
    decisions: tuple[Decide, ...] = field(init=False)
    space: Space = field(init=False)

    def __post_init__(self) -> None:
        self.decisions = slice_of(self.goal, self.plan)
        self.boxes = min(BOXES, WORK // max(1, sum(len(decision.entries) for decision in self.decisions)))
        asked = Decide("", "", "term", (Condition(self.goal, "", e.ZERO, "score"),))  # so that what the goal reads is an input too
        self.space = space_of((*self.decisions, asked), self.plan, self.plan.facts)

    # ── looking ──
    def run(self, box: Box, rows: Lists = ()) -> tuple[Run, World] | None:
        """The decisions made in a box; None where a divisor may be zero."""
        run, world = Run(self.plan), World(self.plan, lists_as_facts(rows), dict(box))
        try:
            for decision in self.decisions:
                run.decide(decision, world)
        except DivisionByZero:
            return None
        return run, world

    def truth(self, box: Box, rows: Lists = ()) -> Opts:
        """Whether the goal holds in a box."""
        made = self.run(box, rows)
        try:
            return MAYBE if made is None else made[0].truth(self.goal, made[1])
        except DivisionByZero:
            return MAYBE

    def exact(self) -> Answer:
        """What exact search finds within the budget."""
        whole = self.truth(self.space.box)
        if whole == FALSE:
            return Answer("never")
        return self.climb() or self._cut()

    def _cut(self) -> Answer:
        stack: list[Box] = [self.space.box]
        open_left = False
        while stack:
            if self.boxes <= 0:
                return Answer("not_decided")
            self.boxes -= 1
            part = stack.pop()
            holds = self.truth(part)
            if holds == FALSE:
                continue
            point = corner(part)
            if holds == TRUE and self.truth(point) == TRUE:
                return Answer("found", tuple(point.items()))
            smaller = halves(self.space, part)
            if smaller is None:
                open_left = True
            else:
                stack += reversed(smaller)
        return Answer("not_decided" if open_left else "never")

    # ── climbing ──
    def climb(self) -> Answer | None:
        """Facts changed one at a time, each to the value nearest the goal, from the lowest and from the highest values."""
        for start in (corner(self.space.box), corner(self.space.box, high=True)):
            found = self._climb(start)
            if found is not None:
                return Answer("found", tuple(found.items()))
        return None

    def _climb(self, point: dict[Key, Val]) -> Box | None:
        best = self._distance(point)
        for _ in range(ROUNDS):
            before = best
            for key in point:
                for value in self._candidates(key):
                    if best == 0:
                        break
                    other = {**point, key: value}
                    far = self._distance(other)
                    if far < best:
                        best, point = far, other
            if best == 0:
                return point if self.truth(point) == TRUE else None
            if best == before:
                return None
        return None

    def _candidates(self, key: Key) -> Iterator[Val]:
        whole = self.space.box[key]
        match whole:
            case NotApplicable():
                return
            case Num(low, high):
                step = self.space.steps[key]
                edges = {low, high} | {edge for cut in self.space.cuts.get(key, ()) for edge in (cut - step, cut, cut + step)}
                yield from (number(edge) for edge in sorted(edges) if low <= edge <= high)
            case Opts(options):
                yield from (known(option) for option in sorted(options, key=str))
        if whole.absent:
            yield NA

    def _distance(self, point: Box) -> Fraction:
        made = self.run(point)
        try:
            return _FAR if made is None else distance(self.goal, *made)
        except DivisionByZero:
            return _FAR


def corner(box: Box, *, high: bool = False) -> dict[Key, Val]:
    """One point of a box: the lowest numbers (or highest) and the first options."""
    point: dict[Key, Val] = {}
    for key, value in box.items():
        match value:
            case Num(low, most):
                point[key] = number(most if high else low)
            case Opts(options) if options:
                point[key] = known(min(options, key=lambda option: (option is high, str(option))))
            case _:
                point[key] = value
    return point


def distance(goal: e.Expr, run: Run, world: World) -> Fraction:
    """How far a point is from a goal: 0 where it holds; what counts is only that nearer is less."""
    match goal:
        case e.Every(args):
            return sum((distance(arg, run, world) for arg in args), Fraction(0))
        case e.Some(args):
            return min((distance(arg, run, world) for arg in args), default=_FAR)
        case e.Not(e.Every(args)):
            return distance(e.Some(tuple(e.Not(arg) for arg in args)), run, world)
        case e.Not(e.Some(args)):
            return distance(e.Every(tuple(e.Not(arg) for arg in args)), run, world)
        case e.Not(e.Not(arg)):
            return distance(arg, run, world)
        case e.Not(e.Compare(op, left, right)):
            return _gap(OPPOSITE[op], left, right, goal, run, world)
        case e.Compare(op, left, right):
            return _gap(op, left, right, goal, run, world)
        case _:
            return Fraction(0) if run.truth(goal, world) == TRUE else Fraction(1)


_GAPS: Mapping[str, Callable[[Fraction], Fraction]] = {
    ">=": lambda over: max(-over, Fraction(0)), ">": lambda over: max(-over, Fraction(0)),
    "<=": lambda over: max(over, Fraction(0)), "<": lambda over: max(over, Fraction(0)), "=": abs,
}  # fmt: skip


def _gap(op: str, left: e.Expr, right: e.Expr, goal: e.Expr, run: Run, world: World) -> Fraction:
    if run.truth(goal, world) == TRUE:
        return Fraction(0)
    a, b = run.value(left, world), run.value(right, world)
    if not isinstance(a, Num) or not isinstance(b, Num) or op not in _GAPS:
        return Fraction(1)
    return _GAPS[op](a.low - b.low) + Fraction(1, 1000)
