"""The story of one title of one unit as data: gates, indicators, the lines that decided, the cells they read, what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal

from flagrules.award.assess import Assessment, Reached, TierResult, TitleResult, UnitResult, facts_of, history_of
from flagrules.documents.register import DocumentRegister
from flagrules.engine.reference import Facts, Key, Run, World
from flagrules.engine.values import FALSE, TRUE, NotApplicable, Num, Opts, Val
from flagrules.engine.whatif import Change, OpenInput, WhatIf
from flagrules.explain.basis import Cited, clauses_of
from flagrules.explain.lists import ListStory, kind_of, lists_in, lists_of
from flagrules.explain.tiers import tiers_with
from flagrules.facts.table import Cell, Judgement, Parts, Rows, State
from flagrules.model import kinds as k
from flagrules.plan.nodes import Decide, Entry, ParameterInForce, Plan, TitlePlan
from flagrules.semantics import expr as e
from flagrules.semantics.ruleset import RuleLine
from flagrules.text.source import CellPlace
from flagrules.trace.steps import Read, Step

Passed = Literal["passed", "failed", "open", "not_reached"]
SCHEMA = 1


@dataclass(frozen=True)
class FactRead:
    """A fact, part, parameter or figure over other units that was read: its kind, what was known, and the cell.

    `line` is set for a parameter; `others` are the units around this one where the figure is a rank, `members` those in it where the
    figure counts them.
    """

    name: str
    kind: k.Kind | None
    state: State
    value: Val
    cell: CellPlace | None
    back: int = 0
    line: RuleLine | None = None
    judge: str = ""
    reason: str = ""
    document: str = ""
    others: tuple[tuple[str, Val], ...] = ()
    members: tuple[tuple[str, Val], ...] = ()


@dataclass(frozen=True)
class Test:
    """One comparison of a condition: the number found, the operator and the number it was held against; `gap` is the shortfall."""

    left: Num
    op: str
    right: Num
    kind: k.Kind | None


@dataclass(frozen=True)
class GateStory:
    """One line a title's outcome, its grade or a tier passes through: `why` is entry, veto, prerequisite, grant, grade or tier."""

    why: str
    line: RuleLine
    passed: Passed
    tests: tuple[Test, ...]
    reads: tuple[FactRead, ...]
    lists: tuple[ListStory, ...] = ()


@dataclass(frozen=True)
class TermStory:
    """A scoring term: the lines that decided (several when something is unknown), the points, the facts read."""

    head: RuleLine
    lines: tuple[tuple[RuleLine, str], ...]
    points: Num
    reads: tuple[FactRead, ...]
    lists: tuple[ListStory, ...] = ()


@dataclass(frozen=True)
class ValueStory:
    """A named value (中间值): its line, what it came to, and what it was worked out from."""

    name: str
    line: RuleLine
    value: Val
    kind: k.Kind | None
    reads: tuple[FactRead, ...]
    lists: tuple[ListStory, ...]


@dataclass(frozen=True)
class BlockStory:
    """A group or indicator: its points of its whole, the lines that decided over and above its terms, and what is in it.

    `replaces` is the city's line where the county put its own in its place, and `city` how the city would have scored it; `on_top`
    marks a bonus or penalty, whose whole is the most it may give or take. `values` are the named values it declares.
    """

    name: str
    role: str
    line: RuleLine
    points: Num
    whole: Fraction | None
    decided: tuple[tuple[RuleLine, str], ...]
    terms: tuple[TermStory, ...]
    reads: tuple[FactRead, ...]
    children: tuple[BlockStory, ...]
    replaces: RuleLine | None
    city: tuple[RuleLine, ...] = ()
    on_top: bool = False
    values: tuple[ValueStory, ...] = ()

    @property
    def exempt(self) -> bool:
        """Whether it was not looked at because it is exempt: what is in it then decided nothing."""
        return bool(self.decided) and all(why == "exempt" for _, why in self.decided)


@dataclass(frozen=True)
class MoneyStory:
    """What one payer pays for a tier, in 元: the lines that decided it, and the parameters and facts they read."""

    payer: str
    amount: Num
    decided: tuple[tuple[RuleLine, str], ...]
    reads: tuple[FactRead, ...]


@dataclass(frozen=True)
class TierStory:
    """A tier the title leads to, or no title does: its condition, whether the unit reaches it, and the money where it does or may."""

    name: str
    reached: Reached
    gate: GateStory
    money: tuple[MoneyStory, ...]


@dataclass(frozen=True)
class Story:
    """Everything about one title of one unit, as of a day, under the programme's rules and those of the `authority` named."""

    unit: UnitResult
    place: str
    title: TitleResult
    noun: str
    whole: Fraction | None
    gates: tuple[GateStory, ...]
    body: BlockStory
    changes: tuple[tuple[FactRead, Change], ...]
    open: tuple[tuple[FactRead, OpenInput], ...]
    programme: str
    version: str
    authority: str
    on: date
    registers: tuple[DocumentRegister, ...] = ()
    tiers: tuple[TierStory, ...] = ()

    @property
    def clauses(self) -> tuple[Cited, ...]:
        """The clauses the lines cite, with what the registers say of them."""
        return clauses_of(self, self.registers)


@dataclass
class _Teller:
    assessment: Assessment
    unit: UnitResult
    plan: Plan
    facts: Facts

    def world(self) -> World:
        unit = self.unit.unit
        across, history = self.assessment.around(unit.id), history_of(self.assessment.table, unit)
        return World(self.plan, self.facts, across=across, history=history)

    # ── facts ──
    def fact(self, key: Key, value: Val) -> FactRead:
        kind, name, back = key
        if kind == "across":
            return self._figure(name, value)
        if kind == "held":
            past = self.assessment.table.history(self.unit.unit.id, name)
            return FactRead(name, k.YesNo(), State.UNKNOWN if past is None else State.KNOWN, value, past[-1].origin if past else None)
        if kind == "param":
            parameter: ParameterInForce = self.plan.parameters[name]
            state = State.KNOWN if parameter.value is not None else State.UNKNOWN
            return FactRead(name, parameter.kind, state, value, None, 0, self.plan.lines[parameter.line])
        if kind == "part":
            fact, part = name.rsplit("/", 1)
            parts = self.facts(fact, 0)
            cell = parts.parts.get(part) if isinstance(parts, Parts) else None
            return self._cell(name, k.YesNo(), cell, value, 0)
        entry = self.facts(name, back)
        spec = self.plan.facts.get(name)
        fact_kind = spec.kind if spec is not None else None
        match entry:
            case Judgement(points, judge, reason, document):
                read = self._cell(name, fact_kind, points, value, back)
                return FactRead(name, fact_kind, read.state, value, read.cell, back, None, judge, reason, document)
            case Rows(_, filed, origin):
                return FactRead(name, fact_kind, State.KNOWN if filed else State.UNKNOWN, value, origin, back)
            case Cell() as cell:
                return self._cell(name, fact_kind, cell, value, back)
            case _:
                return self._cell(name, fact_kind, None, value, back)

    def _figure(self, slot: str, value: Val) -> FactRead:
        """A figure over other units, with those nearest to this one in order."""
        figure = next(
            figure
            for decision in self.plan.decisions
            for entry in decision.entries
            for part in (entry.guard, entry.value)
            if part is not None
            for figure in e.across_read(part)
            if figure.slot == slot
        )
        around = self._neighbours(figure) if figure.how == "rank" else ()
        return FactRead(figure.text, figure.unit, State.KNOWN, value, None, others=around, members=self._members(figure))

    def _members(self, figure: e.Across) -> tuple[tuple[str, Val], ...]:
        """The units in this one that a share or a count is of, each with whether it counts."""
        crowd, units = self.assessment.crowd, self.assessment.register.units
        if crowd is None or figure.over != "members" or figure.how not in ("share", "count"):
            return ()
        return tuple((units[m.id].name, m.slots[figure.slot]) for m in crowd.below(self.unit.unit.id, figure))

    def _neighbours(self, figure: e.Across) -> tuple[tuple[str, Val], ...]:
        """The units around this one in the order of a rank: the nearest on either side, and those that tie with it."""
        crowd, unit_id = self.assessment.crowd, self.unit.unit.id
        own = self.unit.steps[figure.slot].value if figure.slot in self.unit.steps else None
        if crowd is None or not isinstance(own, Num):
            return ()
        units = self.assessment.register.units
        numbers = ((units[m.id].name, m.slots[figure.slot]) for m in crowd.peers(unit_id, figure))
        peers = [(name, n) for name, n in numbers if isinstance(n, Num) and abs(n.high) < e.FAR]
        more = sorted((p for p in peers if p[1].low > own.high), key=lambda p: p[1].low)[:1]
        beside = sorted((p for p in peers if p[1].low <= own.high and p[1].high >= own.low), key=lambda p: -p[1].low)[:3]
        less = sorted((p for p in peers if p[1].high < own.low), key=lambda p: -p[1].high)[:1]
        before, after = (less, more) if figure.ascending else (more, less)
        return (*before, (units[unit_id].name, own), *beside, *after)

    def _cell(self, name: str, kind: k.Kind | None, cell: Cell | None, value: Val, back: int) -> FactRead:
        return FactRead(name, kind, cell.state if cell else State.UNKNOWN, value, cell.origin if cell else None, back)

    def reads(self, reads: tuple[Read, ...]) -> tuple[FactRead, ...]:
        return tuple(self.fact((read.kind, read.name, read.back), read.value) for read in reads)  # type: ignore[arg-type]  # engine values

    # ── decisions ──
    def step(self, slot: str) -> Step:
        return self.unit.steps[slot]

    def fired(self, decision: Decide) -> tuple[tuple[RuleLine, str], ...]:
        return tuple(
            (self.plan.lines[decision.entries[index].line], decision.entries[index].why) for index in self.step(decision.slot).fired
        )

    def points(self, decision: Decide) -> Num:
        value = self.step(decision.slot).value
        assert isinstance(value, Num)
        return value

    def replaced(self, decision: Decide) -> RuleLine | None:
        """The city's line, where the county's stands in its place."""
        city = self.assessment.base.slots.get(decision.slot)
        if city is None or self.plan.lines[decision.line].authority == "" or city.line == decision.line:
            return None
        return self.assessment.base.lines[city.line]

    def scored_by_city(self, path: str) -> tuple[RuleLine, ...]:
        """The city's scoring lines of an indicator."""
        base = self.assessment.base
        below = (other for other in base.decisions if other.parent == path and other.role == "term")
        return tuple(base.lines[line] for line in dict.fromkeys(other.line for other in below))

    @cached_property
    def on_top(self) -> frozenset[str]:
        """Paths of bonuses and penalties."""
        return frozenset(block.path for _, block in self.plan.rules.indicators() if block.kind != "indicator")

    def block(self, decision: Decide) -> BlockStory:
        path = decision.slot.removesuffix("/score")
        below = [other for other in self.plan.decisions if other.parent == path and other.slot != decision.slot]
        terms = tuple(self.term(other) for other in below if other.role == "term")
        values = tuple(self.value(other) for other in below if other.role == "value")
        children = tuple(self.block(other) for other in below if other.role in ("item", "group"))
        line = self.plan.lines[decision.line]
        reads = self.reads(self.step(decision.slot).reads)
        replaced = self.replaced(decision)
        return BlockStory(
            decision.name, decision.role, line, self.points(decision), decision.whole, self.fired(decision), terms, reads,
            children, replaced, self.scored_by_city(path) if replaced is not None else (), path in self.on_top, values,
        )  # fmt: skip

    def term(self, decision: Decide) -> TermStory:
        step = self.step(decision.slot)
        head, reads = self.plan.lines[decision.line], self.reads(step.reads)
        return TermStory(head, self.fired(decision), self.points(decision), reads, self.lists(decision))

    def value(self, decision: Decide) -> ValueStory:
        step = self.step(decision.slot)
        kind = kind_of(e.SlotRef(decision.slot), self.plan)
        line, reads = self.plan.lines[decision.line], self.reads(step.reads)
        return ValueStory(decision.name, line, step.value, kind, reads, self.lists(decision))  # type: ignore[arg-type]  # engine value

    def lists(self, decision: Decide) -> tuple[ListStory, ...]:
        slots = {slot: step.value for slot, step in self.unit.steps.items()}
        run = Run(self.plan, slots)  # type: ignore[arg-type]  # engine values
        return lists_of(decision, self.step(decision.slot).fired, run, self.world())

    # ── gates ──
    def gates(self, title: TitlePlan) -> tuple[GateStory, ...]:
        """Every gate looked at on its own, passes as well as failures, whichever of them decided; then the grades."""
        slots = {slot: step.value for slot, step in self.unit.steps.items()}
        barring = (entry for entry in self.plan.slots[title.outcome].entries if entry.guard is not None)
        return (*(self._gate(entry, slots, passes=FALSE) for entry in barring), *self._grades(title, slots))

    def _grades(self, title: TitlePlan, slots: Mapping[str, object]) -> Iterator[GateStory]:
        """The grades from the top, down to the first that surely holds: those below were not looked at."""
        graded = (decision for decision in self.plan.decisions if decision.owner == title.path and decision.role == "grade")
        for entry in (entry for decision in graded for entry in decision.entries if entry.why == "grade" and entry.guard is not None):
            gate = self._gate(entry, slots, passes=TRUE)
            yield gate
            if gate.passed == "passed":
                return

    def _gate(self, entry: Entry, slots: Mapping[str, object], *, passes: Opts) -> GateStory:
        run, world = Run(self.plan, dict(slots)), self.world()  # type: ignore[arg-type]  # engine values
        assert entry.guard is not None
        truth = run.truth(entry.guard, world)
        passed: Passed = "passed" if truth == passes else "failed" if truth in (TRUE, FALSE) else "open"
        reads = tuple(self.fact(key, value) for key, value in run.reads.items())
        lists = lists_in((entry.guard,), run, world)
        return GateStory(entry.why, self.plan.lines[entry.line], passed, self._tests(entry.guard, run, world), reads, lists)

    # ── tiers ──
    def tiers(self, title: TitlePlan) -> tuple[TierStory, ...]:
        """The tiers told with the title; the money of those the unit does not reach was not looked at."""
        slots = {slot: step.value for slot, step in self.unit.steps.items()}
        results = {tier.slot: tier for tier in self.unit.tiers}
        return tuple(self._tier(results[tier.slot], slots) for tier in tiers_with(self.plan, title, self.unit.unit.kind))

    def _tier(self, tier: TierResult, slots: Mapping[str, object]) -> TierStory:
        gate = self._gate(self.plan.slots[tier.slot].entries[0], slots, passes=TRUE)
        paid = () if tier.reached == "not_reached" else tier.money
        money = tuple(self._money(payer, amount, self.plan.slots[f"{tier.slot}/{payer}"]) for payer, amount in paid)
        return TierStory(tier.name, tier.reached, gate, money)

    def _money(self, payer: str, amount: Num, decision: Decide) -> MoneyStory:
        decided = tuple((line, why) for line, why in self.fired(decision) if why != "tier")  # its own condition is told already
        return MoneyStory(payer, amount, decided, self.reads(self.step(decision.slot).reads))

    def _tests(self, guard: e.Expr, run: Run, world: World) -> tuple[Test, ...]:
        found: list[Test] = []
        of_rows = [figure.where for figure in e.walk(guard) if isinstance(figure, e.OverRows) and figure.where is not None]
        inside = {id(node) for where in of_rows for node in e.walk(where)}  # a row's tests are told with its list, parts with the facts
        for node in e.walk(guard):
            if isinstance(node, e.Compare) and id(node) not in inside and not isinstance(node.left, e.MissingParts):
                left, right = run.value(node.left, world), run.value(node.right, world)
                if isinstance(left, Num) and isinstance(right, Num):
                    found.append(Test(left, node.op, right, kind_of(node.left, self.plan)))
        return tuple(found)


def tell(assessment: Assessment, unit: UnitResult, path: str, registers: Sequence[DocumentRegister] = ()) -> Story:
    """The story of the title with that path for a unit; raises `KeyError` when the unit's kind has no such title."""
    plan = assessment.plan_of(unit)
    title = next(title for title in plan.titles if title.path == path)
    result = next(item for item in unit.titles if item.path == path)
    facts = facts_of(assessment.table, unit.unit)
    teller = _Teller(assessment, unit, plan, facts)
    refused = result.outcome == "refused"
    what_if = WhatIf(plan, unit.unit.kind, facts, title, assessment.around(unit.unit.id), history_of(assessment.table, unit.unit))
    changes = what_if.changes_to() if refused else ()
    unknown = what_if.open_inputs() if not result.score.exact or result.outcome == "undetermined" else ()
    place = " ".join(holder.name for holder in reversed(tuple(assessment.register.ancestors(unit.unit.id))))
    gates, body = teller.gates(title), teller.block(plan.slots[title.score])
    return Story(
        unit, place, result, plan.rules.noun, title.whole, gates, body,
        tuple((teller.fact(change.key, change.before), change) for change in changes),
        tuple((teller.fact(item.key, teller.world().look(item.key)), item) for item in unknown),
        plan.rules.programme, plan.rules.version, plan.rules.authority.name if plan.rules.authority else "", plan.on,
        tuple(registers), teller.tiers(title),
    )  # fmt: skip


def exact_value(value: Val) -> str:
    """A value as exact text for machines: a number, `low..high`, options joined by `|`, or `n/a`."""
    match value:
        case Num():
            return str(value)
        case Opts(options, open_):
            return "*" if open_ else "|".join(sorted(str(option) for option in options))
        case NotApplicable():
            return "n/a"
