"""The reference interpreter: what a plan means, entry by entry, in exact numbers.

Unknown facts make intervals. A guard that may or may not hold leaves its entry possible, and what the guard says of a fact is
remembered on either side of it, so that `不满60%` followed by `其余` knows the rest. The result is always sound: every completion
of the unknown facts lies within it; and where one input alone is unknown it is tight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from flagrules.engine import arithmetic as am
from flagrules.engine.across import Lookup, alone
from flagrules.engine.arithmetic import DivisionByZero
from flagrules.engine.forms import calculated, grid_of, key_of, length, unequal
from flagrules.engine.rows import Keyed, highest_of_each, over_rows, over_unfiled
from flagrules.engine.tighten import can_split, tighten
from flagrules.engine.values import FALSE, MAYBE, NA, TRUE, NotApplicable, Num, Opts, Val, hull, known, number, or_absent, present, truth
from flagrules.engine.world import Facts, History, Key, World, possible_values, unknown_history
from flagrules.model import kinds as k
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e
from flagrules.trace.steps import Read, Step

__all__ = ["DivisionByZero", "Facts", "Key", "Run", "UnitRun", "World", "possible_values", "run_plan"]
Leaf = e.FactRef | e.PartRef | e.RowCount | e.ParamRef


@dataclass
class Run:
    """One pass over a plan for one unit: the slots decided, what the last decision read, and the rule line it looked at last."""

    plan: Plan
    slots: dict[str, Val] = field(default_factory=dict)
    reads: dict[Key, Val] = field(default_factory=dict)
    line: str = ""

    # ── decisions ──
    def decide(self, decision: Decide, world: World) -> Step:
        """Decide a slot: the entries that may fire, and the hull of their values. Raises `DivisionByZero`."""
        self.reads = {}
        found: list[Val] = []
        fired: list[int] = []
        left: World | None = world
        for index, entry in enumerate(decision.entries):
            if left is None:
                break
            self.line = entry.line
            holds = self.truth(entry.guard, left) if entry.guard is not None else TRUE
            if holds == FALSE:
                continue
            inside = self.narrow(entry.guard, left, wanted=True) if entry.guard is not None and holds == MAYBE else left
            if inside is not None:
                found.append(self.value(entry.value, inside))
                fired.append(index)
            outside = self.narrow(entry.guard, left, wanted=False) if entry.guard is not None and holds == MAYBE else None
            left = left if inside is None and outside is None else outside
        value = found[0]
        for other in found[1:]:
            value = hull(value, other)
        self.slots[decision.slot] = value
        return Step(decision.slot, tuple(fired), value, tuple(Read(*key, value) for key, value in self.reads.items()))

    # ── narrowing ──
    def narrow(self, guard: e.Expr, world: World, *, wanted: bool) -> World | None:
        """The world in which `guard` is known to hold (or not); None when that cannot be. What it cannot use it leaves as it is."""
        match guard:
            case e.Not(arg):
                return self.narrow(arg, world, wanted=not wanted)
            case e.Every(args) | e.Some(args):
                each = isinstance(guard, e.Every) == wanted
                return self._narrow_each(args, world, wanted=wanted) if each else self._narrow_one(args, world, wanted=wanted)
            case e.Compare(op, left, right):
                return self._narrow_compare(op, left, right, world, wanted=wanted)
            case e.Same(e.FactRef() | e.PartRef() | e.ParamRef() as left, e.Const(bool() | str() as value)):
                return self._narrow_same(left, value, world, wanted=wanted)
            case e.PartRef():
                return self._narrow_same(guard, True, world, wanted=wanted)  # noqa: FBT003  a value of the language
            case e.IsNotApplicable(facts) if not wanted or len(facts) == 1:
                narrowed: World | None = world
                for ref in facts:
                    narrowed = self._narrow_absent(ref, narrowed, wanted=wanted) if narrowed is not None else None
                return narrowed
            case _:
                return world

    def _narrow_each(self, args: tuple[e.Expr, ...], world: World, *, wanted: bool) -> World | None:
        """Every part is as wanted."""
        narrowed: World | None = world
        for arg in args:
            narrowed = self.narrow(arg, narrowed, wanted=wanted) if narrowed is not None else None
        return narrowed

    def _narrow_one(self, args: tuple[e.Expr, ...], world: World, *, wanted: bool) -> World | None:
        """At least one part is as wanted: known when the others surely are not."""
        open_parts = [arg for arg in args if self.truth(arg, world) != (FALSE if wanted else TRUE)]
        if not open_parts:
            return None
        return self.narrow(open_parts[0], world, wanted=wanted) if len(open_parts) == 1 else world

    def _narrow_absent(self, ref: e.FactRef, world: World, *, wanted: bool) -> World | None:
        found = world.absent(ref)
        if found != MAYBE:
            return world if found == (TRUE if wanted else FALSE) else None
        if isinstance(ref.kind, k.Checklist):
            return world
        key = ("fact", ref.name, ref.back)
        return world.assume(key, NA if wanted else present(world.look(key)))

    def _narrow_same(self, left: Leaf, value: bool | str, world: World, *, wanted: bool) -> World | None:  # noqa: FBT001
        key, found = self._leaf(left, world)
        if not isinstance(found, Opts) or found.open:
            return world
        options = found.options & {value} if wanted else found.options - {value}
        absent = found.absent and not wanted
        if not options:
            return world.assume(key, NA) if absent else None
        return world.assume(key, Opts(frozenset(options), absent=absent))

    def _leaf(self, leaf: Leaf, world: World) -> tuple[Key, Val]:
        match leaf:
            case e.FactRef(name, kind, back):
                return ("fact", name, back), world.fact(name, kind, back)
            case e.PartRef(fact, part):
                return ("part", f"{fact}/{part}", 0), world.part(fact, part)
            case e.RowCount(fact, _, back):
                return ("fact", fact, back), world.rows(fact, back)
            case e.ParamRef(name):
                return ("param", name, 0), world.parameter(name)

    def _narrow_compare(self, op: str, left: e.Expr, right: e.Expr, world: World, *, wanted: bool) -> World | None:
        """What a comparison says of its left side; a comparison that fails may fail because a side does not apply."""
        edge, found = self.value(right, world, note=False), self.value(left, world, note=False)
        if not isinstance(found, Num) or not isinstance(edge, Num) or found.exact or (edge.absent and not wanted):
            return world
        leaf = left if isinstance(left, e.FactRef | e.RowCount | e.ParamRef) else None
        step = grid_of(left)
        inside: Val | None = unequal(found, edge, step) if op == "=" and not wanted else am.within(
            op if wanted else am.OPPOSITE[op], found, edge, step
        )
        if found.absent and not wanted:
            inside = NA if inside is None else or_absent(inside)
        if inside is None:
            return None
        if leaf is not None:
            return world.assume(self._leaf(leaf, world)[0], inside)
        return world.bound(left, inside) if isinstance(inside, Num) else world

    # ── conditions ──
    def truth(self, guard: e.Expr, world: World) -> Opts:
        """Whether a condition holds: TRUE, FALSE or MAYBE. What does not apply does not hold."""
        value = self.value(guard, world)
        if isinstance(value, NotApplicable):
            return FALSE
        if not isinstance(value, Opts):
            raise TypeError(guard)
        return truth({*map(bool, value.options), False}) if value.absent else value

    def _every(self, args: tuple[e.Expr, ...], world: World, *, unless: Opts) -> Opts:
        """且 when `unless` is FALSE, 或 when it is TRUE; later parts see what the earlier ones settled."""
        result = TRUE if unless == FALSE else FALSE
        inside: World | None = world
        for arg in args:
            if inside is None:
                return unless
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
        found = self._value(expr, world, note=note)
        return am.clip(found, world.bounds.get(expr)) if world.bounds else found

    def _value(self, expr: e.Expr, world: World, *, note: bool) -> Val:  # noqa: C901  one case a form
        match expr:
            case e.SlotRef(slot):
                return self.slots[slot]
            case e.Sum():
                return self._number(expr, world, note=note)
            case e.Const(value):
                return known(value)
            case e.FactRef() | e.PartRef() | e.RowCount() | e.ParamRef():
                key, found = self._leaf(expr, world)
                if note:
                    self.reads.setdefault(key, found)
                return found
            case e.Unsayable(_, low, high):
                return Num(low, high)
            case e.MissingParts(fact, parts):
                return self._missing(fact, parts, world, note=note)
            case e.Compare(op, left, right):
                return am.compare(op, self.value(left, world, note=note), self.value(right, world, note=note))
            case e.Same(left, right):
                return am.same(self.value(left, world, note=note), self.value(right, world, note=note))
            case e.Every(args):
                return self._every(args, world, unless=FALSE)
            case e.Some(args):
                return self._every(args, world, unless=TRUE)
            case e.Not(arg):
                return truth(not option for option in self.truth(arg, world).options)
            case e.IsNotApplicable(facts):
                absent = [self._absent(ref, world) for ref in facts]
                return TRUE if TRUE in absent else MAYBE if MAYBE in absent else FALSE
            case e.CountOutcome(slots, outcome):
                return self._count(slots, outcome)
            case e.FieldRef():
                return world.field(expr)
            case e.Held():
                held = world.held(expr)
                if note:
                    self.reads.setdefault(("held", expr.title, 0), held)
                return held
            case e.Across():
                none = self.value(expr.if_none, world, note=False) if expr.if_none is not None else None
                figure = world.across(expr, self.slots, none)
                if note:
                    self.reads.setdefault(("across", expr.slot, 0), figure)
                return figure
            case e.OverRows():
                return self._over_rows(expr, world, note=note)
            case e.Choose(condition, then, other):
                return self._choose(condition, then, other, world, note=note)
            case e.CountTrue(args):
                holding = [self.truth(arg, world) for arg in args]
                surely = sum(found == TRUE for found in holding)
                return Num(Fraction(surely), Fraction(surely + sum(found == MAYBE for found in holding)))
            case e.TextLength(fact):
                return length(self.value(fact, world, note=note))
            case _:
                return self._number(expr, world, note=note)

    def _absent(self, ref: e.FactRef, world: World) -> Opts:
        found = world.absent(ref)
        if isinstance(ref.kind, k.Checklist):
            for part in ref.kind.parts:
                self.reads.setdefault(("part", f"{ref.name}/{part}", 0), world.part(ref.name, part))
        elif found != FALSE:
            key = ("fact", ref.name, ref.back)
            self.reads.setdefault(key, world.look(key))
        return found

    def _missing(self, fact: str, parts: tuple[str, ...], world: World, *, note: bool) -> Val:
        """Parts known not to be there, and those that may not be; parts not applicable are not missing."""
        found = [self.value(e.PartRef(fact, part), world, note=note) for part in parts]
        surely = sum(value == FALSE for value in found)
        possibly = sum(isinstance(value, Opts) and False in value.options for value in found)
        return Num(Fraction(surely), Fraction(possibly))

    def _count(self, slots: tuple[str, ...], outcome: str) -> Val:
        values = [self.slots[slot] for slot in slots if slot in self.slots]
        options = [value.options for value in values if isinstance(value, Opts)]
        surely = sum(found == {outcome} for found in options)
        return Num(Fraction(surely), Fraction(sum(outcome in found for found in options)))

    def _choose(self, condition: e.Expr, then: e.Expr, other: e.Expr, world: World, *, note: bool) -> Val:
        holds = self.truth(condition, world)
        if holds != MAYBE:
            return self.value(then if holds == TRUE else other, world, note=note)
        inside, outside = self.narrow(condition, world, wanted=True), self.narrow(condition, world, wanted=False)
        found = [self.value(e_, w_, note=note) for e_, w_ in ((then, inside), (other, outside)) if w_ is not None]
        if not found:  # the condition says too little to narrow by: either side may be
            found = [self.value(side, world, note=note) for side in (then, other)]
        return found[0] if len(found) == 1 else hull(found[0], found[1])

    def _over_rows(self, expr: e.OverRows, world: World, *, note: bool) -> Val:
        """A figure over rows; a list that does not apply gives no figure."""
        count = world.rows(expr.fact)
        if note:
            self.reads.setdefault(("fact", expr.fact, 0), count)
        if isinstance(count, NotApplicable):
            return NA
        none = self._figure(expr.if_none, world) if expr.if_none is not None else Num(Fraction(0), Fraction(0))
        rows = world.filed(expr.fact) if ("fact", expr.fact, 0) not in world.given else None
        if rows is None:
            assert isinstance(count, Num)
            if expr.how == "count" and expr.where is None:
                return count
            value = self._figure(expr.value, world.at(None)) if expr.value is not None else number(0)
            found = over_unfiled(expr.how, count.high, value, none)
            return or_absent(found) if count.absent else found
        if expr.per is not None:
            return highest_of_each([Keyed(*self._row(expr, inside), key_of(inside.field(expr.per))) for inside in map(world.at, rows)])
        return over_rows(expr.how, [self._row(expr, world.at(row)) for row in rows], none)

    def _row(self, expr: e.OverRows, world: World) -> tuple[Opts, Num]:
        """Whether a row counts, and its value; a row whose value does not apply counts for nothing."""
        holds = self.truth(expr.where, world) if expr.where is not None else TRUE
        if expr.value is None or holds == FALSE:
            return holds, number(0)
        value = self.value(expr.value, world, note=False)
        if not isinstance(value, Num):
            return FALSE, number(0)
        return MAYBE if value.absent else holds, Num(value.low, value.high)

    def _figure(self, expr: e.Expr, world: World) -> Num:
        value = self.value(expr, world, note=False)
        return value if isinstance(value, Num) else Num(Fraction(0), Fraction(0))

    def _number(self, expr: e.Expr, world: World, *, note: bool) -> Val:
        operands = [self.value(child, world, note=note) for child in e.children(expr)]
        numbers = [operand for operand in operands if isinstance(operand, Num)]
        if len(numbers) < len(operands):
            return NA
        found = calculated(expr, numbers)
        return or_absent(found) if any(operand.absent for operand in numbers) else found


@dataclass
class _Pass:
    """A run over the decisions of one unit that knows, of each value still open, which unknown inputs it rests on."""

    run: Run
    world: World
    keys: dict[str, frozenset[Key]] = field(default_factory=dict)
    chains: dict[Key, list[Decide]] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)

    def step(self, decision: Decide) -> Step:
        step = self.run.decide(decision, self.world)
        if step.value.exact:
            return step
        keys = self._open_inputs(decision, step)
        self.keys[decision.slot] = keys
        single = len(keys) == 1 and next(iter(keys))[0] not in ("across", "held")
        return self._tight(decision, step, *keys) if single else step

    def _tight(self, decision: Decide, step: Step, key: Key) -> Step:
        """The same step, tight in the one input it rests on."""
        whole = self.world.look(key)
        if not can_split(whole):
            return step
        chain = self.chains.setdefault(key, [])
        chain.append(decision)
        value, fired, exact = tighten(whole, self.world.grid(key), lambda piece: self._again(key, piece, chain))
        self.run.slots[decision.slot] = value
        if not exact:
            self.loose.add(decision.slot)
        if value.exact:
            del self.keys[decision.slot]
        # A stretch of values is run with what it makes of earlier decisions as wide as it is: what cannot fire at all does not there.
        return Step(step.slot, tuple(index for index in fired if index in step.fired), value, step.reads)

    def _open_inputs(self, decision: Decide, step: Step) -> frozenset[Key]:
        found = {(read.kind, read.name, read.back) for read in step.reads if not read.value.exact}
        for slot in decision.reads:
            found |= self.keys.get(slot, frozenset())
        return frozenset(found)

    def _again(self, key: Key, value: Val, chain: list[Decide]) -> tuple[Val, tuple[int, ...]]:
        """The last decision of a chain run once more, with one input taken to be so."""
        run, world = Run(self.run.plan, dict(self.run.slots)), self.world.assume(key, value)
        steps = [run.decide(decision, world) for decision in chain]
        return run.slots[chain[-1].slot], steps[-1].fired


@dataclass
class UnitRun:
    """One unit's way through a plan, pass by pass: what it has decided (`slots`) and its steps so far."""

    plan: Plan
    kind: str
    facts: Facts
    given: Mapping[Key, Val] = field(default_factory=dict)
    history: History = unknown_history
    steps: dict[str, Step] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pass = _Pass(Run(self.plan), World(self.plan, self.facts, dict(self.given), history=self.history))
        self._decisions = self.plan.for_subject(self.kind)

    @property
    def slots(self) -> Mapping[str, Val]:
        """What has been decided so far."""
        return self._pass.run.slots

    def advance(self, stage: int, across: Lookup = alone) -> None:
        """Make the decisions of one pass; `across` looks figures over other units up."""
        self._pass.world = replace(self._pass.world, across=across)
        for decision in self._decisions:
            if self.plan.stages.get(decision.slot, 0) == stage:
                self.steps[decision.slot] = self._pass.step(decision)


def run_plan(
    plan: Plan,
    subject: str,
    facts: Facts,
    given: Mapping[Key, Val] | None = None,
    across: Lookup = alone,
    history: History = unknown_history,
) -> Iterator[Step]:
    """Every decision that concerns a unit of kind `subject`, in order.

    `across` looks figures over other units up, `history` the unit's earlier decisions on a title.
    """
    one = _Pass(Run(plan), World(plan, facts, dict(given or {}), across=across, history=history))
    for decision in plan.for_subject(subject):
        yield one.step(decision)
