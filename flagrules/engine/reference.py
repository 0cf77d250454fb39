"""The reference interpreter: what a plan means, entry by entry, in exact numbers.

Unknown facts make intervals. A guard that may or may not hold leaves its entry possible, and what the guard says of a fact is
remembered on either side of it, so that `不满60%` followed by `其余` knows the rest. The result is always sound: every completion
of the unknown facts lies within it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import assert_never

from flagrules.engine.values import FALSE, MAYBE, NA, TRUE, NotApplicable, Num, Opts, Val, hull, known, number, truth
from flagrules.facts.schema import FactSpec
from flagrules.facts.table import Cell, Entry, Judgement, Parts, Rows, State
from flagrules.model import kinds as k
from flagrules.model.numbers import round_to
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e
from flagrules.trace.steps import Read, Step

Key = tuple[str, str, int]  # ("fact", name, periods back) | ("part", "fact/part", 0) | ("param", name, 0)
Facts = Callable[[str, int], Entry | None]


class DivisionByZero(Exception):
    """A divisor may be zero; `check` refuses such rules, so meeting one here is our bug."""


@dataclass(frozen=True)
class World:
    """What one unit's facts and parameters are, with assumed values in place of some (`given`)."""

    plan: Plan
    facts: Facts
    given: Mapping[Key, Val] = field(default_factory=dict)
    bounds: Mapping[e.Expr, Num] = field(default_factory=dict)

    def assume(self, key: Key, value: Val) -> World:
        """The same world with one thing taken to be so."""
        return replace(self, given={**self.given, key: value})

    def bound(self, expr: e.Expr, within: Num) -> World:
        """The same world, knowing that a computed number lies within an interval."""
        return replace(self, bounds={**self.bounds, expr: within})

    # ── what a fact is ──
    def fact(self, name: str, kind: k.Kind, back: int) -> Val:
        """The value of a fact: known, or all it may be."""
        key = ("fact", name, back)
        if key in self.given:
            return self.given[key]
        cell = self.cell(name, back)
        if cell.state is State.NOT_APPLICABLE:
            return NA
        if cell.known and cell.value is not None:
            return known(cell.value)
        return self.possible(name, kind)

    def possible(self, name: str, kind: k.Kind) -> Val:
        """Everything an unknown fact may be."""
        spec = self.plan.facts.get(name)
        return possible_values(kind, spec)

    def cell(self, name: str, back: int) -> Cell:
        """The cell of a plain or judged fact; unknown when no file has it."""
        match self.facts(name, back):
            case Cell() as cell:
                return cell
            case Judgement(points):
                return points
            case _:
                return Cell(State.UNKNOWN)

    def may_be_absent(self, ref: e.FactRef) -> Opts:
        """Whether a fact is not applicable."""
        key = ("fact", ref.name, ref.back)
        value = self.given.get(key)
        if value is not None:
            return TRUE if isinstance(value, NotApplicable) else FALSE
        state = self.cell(ref.name, ref.back).state
        if state is State.NOT_APPLICABLE:
            return TRUE
        spec = self.plan.facts.get(ref.name)
        unknown = state in (State.UNKNOWN, State.NOT_ASKED)
        return MAYBE if unknown and spec is not None and spec.nullable else FALSE

    def part(self, fact: str, part: str) -> Val:
        """Whether a part of a checklist is there; a part not applicable is neither there nor missing."""
        key = ("part", f"{fact}/{part}", 0)
        if key in self.given:
            return self.given[key]
        parts = self.facts(fact, 0)
        cell = parts.parts.get(part) if isinstance(parts, Parts) else None
        if cell is None or cell.state in (State.UNKNOWN, State.NOT_ASKED):
            return MAYBE
        return NA if cell.state is State.NOT_APPLICABLE else known(bool(cell.value))

    def rows(self, fact: str) -> Val:
        """How many rows a list has."""
        key = ("fact", fact, 0)
        if key in self.given:
            return self.given[key]
        rows = self.facts(fact, 0)
        if isinstance(rows, Rows) and rows.filed:
            return number(len(rows.rows))
        if isinstance(rows, Cell) and rows.state is State.NOT_APPLICABLE:
            return NA
        spec = self.plan.facts[fact]
        return Num(spec.low or Fraction(0), spec.high if spec.high is not None else k.LARGE)

    def parameter(self, name: str) -> Val:
        """A parameter in force, or the range it may be set to."""
        key = ("param", name, 0)
        if key in self.given:
            return self.given[key]
        rule = self.plan.parameters[name]
        if rule.value is not None:
            return known(rule.value)
        if rule.low is not None and rule.high is not None:
            return Num(rule.low, rule.high)
        return possible_values(rule.kind, None)


def possible_values(kind: k.Kind, spec: FactSpec | None) -> Val:
    """Everything a value of a kind may be, within its declared range."""
    match kind:
        case k.YesNo():
            return MAYBE
        case k.Choice(options):
            return Opts(frozenset(options))
        case k.Text() | k.Checklist():
            return Opts(frozenset(), open=True)
        case _:
            low, high = k.default_range(kind)
            if spec is not None and spec.low is not None and spec.high is not None:
                low, high = spec.low, spec.high
            return Num(low, high)


@dataclass
class Run:
    """One pass over a plan for one unit: the worlds it narrows to, the slots decided, and what each decision read."""

    plan: Plan
    slots: dict[str, Val] = field(default_factory=dict)
    reads: dict[Key, Val] = field(default_factory=dict)

    # ── decisions ──
    def decide(self, decision: Decide, world: World) -> Step:
        """Decide a slot: the entries that may fire, and the hull of their values."""
        self.reads = {}
        value: Val | None = None
        fired: list[int] = []
        for index, entry in enumerate(decision.entries):
            holds = self.truth(entry.guard, world) if entry.guard is not None else TRUE
            if holds == FALSE:
                continue
            inside = self.narrow(entry.guard, world, wanted=True) if entry.guard is not None and holds == MAYBE else world
            if inside is not None:
                found = self.value(entry.value, inside)
                value = found if value is None else hull(value, found)
                fired.append(index)
            if holds == TRUE:
                break
            outside = self.narrow(entry.guard, world, wanted=False) if entry.guard is not None else None
            if outside is None:
                break
            world = outside
        assert value is not None, decision.slot
        self.slots[decision.slot] = value
        return Step(decision.slot, tuple(fired), value, tuple(self._read(key, found) for key, found in self.reads.items()))

    def _read(self, key: Key, value: Val) -> Read:
        kind, name, back = key
        return Read(kind, name, back, value)

    # ── narrowing ──
    def narrow(self, guard: e.Expr, world: World, *, wanted: bool) -> World | None:
        """The world in which `guard` is known to hold (or not); None when that cannot be. What it cannot use it leaves as it is."""
        match guard:
            case e.Not(arg):
                return self.narrow(arg, world, wanted=not wanted)
            case e.Every(args) | e.Some(args):
                if isinstance(guard, e.Every) != wanted:
                    return world if len(args) != 1 else self.narrow(args[0], world, wanted=wanted)
                narrowed: World | None = world
                for arg in args:
                    narrowed = self.narrow(arg, narrowed, wanted=wanted) if narrowed is not None else None
                return narrowed
            case e.Compare(op, left, right):
                return self._narrow_compare(op if wanted else _OPPOSITE[op], left, right, world)
            case e.Same(e.FactRef() | e.PartRef() as left, e.Const(value)):
                return self._narrow_same(left, value, world, wanted=wanted)
            case e.IsNotApplicable(facts) if len(facts) == 1:
                return self._narrow_absent(facts[0], world, wanted=wanted)
            case e.IsNotApplicable(facts) if not wanted:
                narrowed = world
                for ref in facts:
                    narrowed = self._narrow_absent(ref, narrowed, wanted=False) if narrowed is not None else None
                return narrowed
            case _:
                return world

    def _narrow_absent(self, ref: e.FactRef, world: World, *, wanted: bool) -> World | None:
        if world.may_be_absent(ref) != MAYBE:
            return world
        key = ("fact", ref.name, ref.back)
        return world.assume(key, NA if wanted else world.possible(ref.name, ref.kind))

    def _narrow_same(self, left: e.FactRef | e.PartRef, value: Fraction | bool | str, world: World, *, wanted: bool) -> World | None:
        key, found = self._leaf(left, world)
        if not isinstance(found, Opts) or isinstance(value, Fraction) or found.open:
            return world
        options = found.options & {value} if wanted else found.options - {value}
        return world.assume(key, Opts(frozenset(options))) if options else None

    def _leaf(self, leaf: e.Expr, world: World) -> tuple[Key, Val]:
        match leaf:
            case e.FactRef(name, kind, back):
                return ("fact", name, back), world.fact(name, kind, back)
            case e.PartRef(fact, part):
                return ("part", f"{fact}/{part}", 0), world.part(fact, part)
            case e.RowCount(fact):
                return ("fact", fact, 0), world.rows(fact)
            case e.ParamRef(name):
                return ("param", name, 0), world.parameter(name)
            case _:
                raise TypeError(leaf)

    def _narrow_compare(self, op: str, left: e.Expr, right: e.Expr, world: World) -> World | None:
        if op == "≠":
            return self._narrow_unequal(left, right, world)
        edge, found = self.value(right, world, note=False), self.value(left, world, note=False)
        if not isinstance(found, Num) or not isinstance(edge, Num) or found.exact:
            return world
        leaf = isinstance(left, e.FactRef | e.RowCount | e.ParamRef)
        step = self._step(left) if leaf else Fraction(0)
        within = _within(op, found, edge, step)
        if within is None:
            return None
        return world.assume(self._leaf(left, world)[0], within) if leaf else world.bound(left, within)

    def _narrow_unequal(self, left: e.Expr, right: e.Expr, world: World) -> World | None:
        if not isinstance(left, e.FactRef | e.RowCount | e.ParamRef):
            return world
        edge = self.value(right, world, note=False)
        key, found = self._leaf(left, world)
        if not isinstance(found, Num) or not isinstance(edge, Num) or not edge.exact or found.exact:
            return world
        step = self._step(left)
        low = _above(found.low, step) if edge.low == found.low else found.low
        high = _below(found.high, step) if edge.high == found.high else found.high
        return world.assume(key, Num(low, high)) if low <= high else None

    def _step(self, leaf: e.Expr) -> Fraction:
        match leaf:
            case e.FactRef(_, kind) | e.ParamRef(_, kind) if k.is_number(kind):
                return k.step(kind)
            case _:
                return Fraction(1)

    # ── conditions ──
    def truth(self, guard: e.Expr, world: World) -> Opts:
        """Whether a condition holds: TRUE, FALSE or MAYBE."""
        value = self.value(guard, world)
        assert isinstance(value, Opts), guard
        return value

    def _every(self, args: tuple[e.Expr, ...], world: World, *, unless: Opts) -> Opts:
        """且 when `unless` is FALSE, 或 when it is TRUE; later parts see what the earlier ones settled."""
        result = TRUE if unless == FALSE else FALSE
        inside: World | None = world
        for arg in args:
            if inside is None:
                return result
            found = self.truth(arg, inside)
            if found == unless:
                return unless
            if found == MAYBE:
                result = MAYBE
                inside = self.narrow(arg, inside, wanted=unless == FALSE)
        return result if inside is not None else unless

    # ── values ──
    def value(self, expr: e.Expr, world: World, *, note: bool = True) -> Val:
        """The value of an expression in a world."""
        match expr:
            case e.Const(value):
                return known(value)
            case e.FactRef() | e.PartRef() | e.RowCount() | e.ParamRef():
                key, found = self._leaf(expr, world)
                if note:
                    self.reads.setdefault(key, found)
                return found
            case e.SlotRef(slot):
                return _clip(self.slots[slot], world.bounds.get(expr) if world.bounds else None)
            case e.Unsayable(_, low, high):
                return Num(low, high)
            case e.MissingParts(fact, parts):
                return self._missing(fact, parts, world)
            case e.Compare(op, left, right):
                return _compare(op, self.value(left, world), self.value(right, world))
            case e.Same(left, right):
                return _same(self.value(left, world), self.value(right, world))
            case e.Every(args):
                return self._every(args, world, unless=FALSE)
            case e.Some(args):
                return self._every(args, world, unless=TRUE)
            case e.Not(arg):
                return truth(not option for option in self.truth(arg, world).options)
            case e.IsNotApplicable(facts):
                found = [self._absent(ref, world) for ref in facts]
                return TRUE if TRUE in found else MAYBE if MAYBE in found else FALSE
            case e.CountOutcome(slots, outcome):
                return self._count(slots, outcome)
            case _:
                found_number = self._number(expr, world, note=note)
                return _clip(found_number, world.bounds.get(expr)) if world.bounds else found_number

    def _absent(self, ref: e.FactRef, world: World) -> Opts:
        absent = world.may_be_absent(ref)
        if absent != FALSE:
            self.reads.setdefault(("fact", ref.name, ref.back), world.fact(ref.name, ref.kind, ref.back))
        return absent

    def _missing(self, fact: str, parts: tuple[str, ...], world: World) -> Val:
        found = [self.value(e.PartRef(fact, part), world) for part in parts]
        surely = sum(value == FALSE for value in found)
        return Num(Fraction(surely), Fraction(surely + sum(value == MAYBE for value in found)))

    def _count(self, slots: tuple[str, ...], outcome: str) -> Val:
        values = [self.slots[slot] for slot in slots if slot in self.slots]
        options = [value.options for value in values if isinstance(value, Opts)]
        surely = sum(found == {outcome} for found in options)
        return Num(Fraction(surely), Fraction(sum(outcome in found for found in options)))

    def _number(self, expr: e.Expr, world: World, *, note: bool) -> Val:
        operands = [self.value(child, world, note=note) for child in e.children(expr)]
        if any(isinstance(operand, NotApplicable) for operand in operands):
            return NA
        numbers = [operand for operand in operands if isinstance(operand, Num)]
        assert len(numbers) == len(operands), expr
        match expr:
            case e.Sum():
                return Num(sum((n.low for n in numbers), Fraction(0)), sum((n.high for n in numbers), Fraction(0)))
            case e.Product():
                return _product(numbers[0], numbers[1])
            case e.Quotient():
                return _quotient(numbers[0], numbers[1])
            case e.Extreme(largest):
                pick = max if largest else min
                return Num(pick(n.low for n in numbers), pick(n.high for n in numbers))
            case e.Steps(_, _, mode):
                return Num(_steps(numbers[0].low, numbers[1].low, mode), _steps(numbers[0].high, numbers[1].low, mode))
            case e.Round(_, places, mode):
                return Num(round_to(numbers[0].low, places, mode), round_to(numbers[0].high, places, mode))
            case (
                e.Const() | e.FactRef() | e.PartRef() | e.RowCount() | e.ParamRef() | e.SlotRef() | e.Unsayable() | e.MissingParts()
                | e.Compare() | e.Same() | e.Every() | e.Some() | e.Not() | e.IsNotApplicable() | e.CountOutcome()
            ):  # fmt: skip
                raise TypeError(expr)
            case _:
                assert_never(expr)


_OPPOSITE = {">=": "<", "<": ">=", "<=": ">", ">": "<=", "=": "≠"}


def _clip(value: Val, within: Num | None) -> Val:
    """What of a value lies within an interval known to hold it."""
    if within is None or not isinstance(value, Num):
        return value
    return Num(max(value.low, within.low), min(value.high, within.high))


def _within(op: str, found: Num, edge: Num, step: Fraction) -> Num | None:
    """What of `found` may stand in relation `op` to `edge`; None when nothing can. A step of 0 means no grid: open edges stay closed."""
    low, high = found.low, found.high
    match op:
        case ">=":
            low = max(low, edge.low)
        case ">":
            low = max(low, _above(edge.low, step) if step else edge.low)
        case "<=":
            high = min(high, edge.high)
        case "<":
            high = min(high, _below(edge.high, step) if step else edge.high)
        case _:
            low, high = max(low, edge.low), min(high, edge.high)
    return Num(low, high) if low <= high else None


def _above(edge: Fraction, step: Fraction) -> Fraction:
    """The first grid number greater than an edge."""
    return ((edge / step).__floor__() + 1) * step


def _below(edge: Fraction, step: Fraction) -> Fraction:
    """The last grid number less than an edge."""
    return -((-edge / step).__floor__() + 1) * step


def _compare(op: str, left: Val, right: Val) -> Opts:
    """A comparison; what does not apply meets no number."""
    if not isinstance(left, Num) or not isinstance(right, Num):
        return FALSE
    match op:
        case ">=":
            surely, possibly = left.low >= right.high, left.high >= right.low
        case ">":
            surely, possibly = left.low > right.high, left.high > right.low
        case "<=":
            surely, possibly = left.high <= right.low, left.low <= right.high
        case "<":
            surely, possibly = left.high < right.low, left.low < right.high
        case _:
            surely = left.exact and left == right
            possibly = left.low <= right.high and right.low <= left.high
    return TRUE if surely else MAYBE if possibly else FALSE


def _same(left: Val, right: Val) -> Opts:
    if not isinstance(left, Opts) or not isinstance(right, Opts):
        return FALSE
    if left.open or right.open:
        return MAYBE
    both = left.options & right.options
    if not both:
        return FALSE
    return TRUE if left.exact and right.exact else MAYBE


def _product(left: Num, right: Num) -> Num:
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return Num(min(corners), max(corners))


def _quotient(left: Num, right: Num) -> Num:
    if right.low <= 0 <= right.high:
        raise DivisionByZero
    corners = [a / b for a in (left.low, left.high) for b in (right.low, right.high)]
    return Num(min(corners), max(corners))


def _steps(value: Fraction, step: Fraction, mode: e.StepMode) -> Fraction:
    if value <= 0:
        return Fraction(0)
    match mode:
        case "whole_steps":
            return Fraction((value / step).__floor__())
        case "part_counts":
            return Fraction(-((-value / step).__floor__()))
        case "pro_rata":
            return value / step


def run_plan(plan: Plan, subject: str, facts: Facts, given: Mapping[Key, Val] | None = None) -> Iterator[Step]:
    """Every decision that concerns a unit of kind `subject`, in order."""
    run = Run(plan)
    world = World(plan, facts, dict(given or {}))
    for decision in plan.for_subject(subject):
        yield run.decide(decision, world)
