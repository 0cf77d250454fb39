"""What one unit's facts and parameters are, or may be, while a plan runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from flagrules.engine.across import Lookup, alone
from flagrules.engine.values import FALSE, MAYBE, NA, TRUE, NotApplicable, Num, Opts, Val, known, number, or_absent
from flagrules.facts.schema import FactSpec
from flagrules.facts.table import Cell, Entry, Judgement, Parts, PastDecision, Row, Rows, State
from flagrules.model import kinds as k
from flagrules.plan.nodes import ParameterInForce, Plan
from flagrules.semantics import expr as e

History = Callable[[str], tuple[PastDecision, ...] | None]
Key = tuple[str, str, int]  # ("fact", name, periods back) | ("part", "fact/part", 0) | ("param", name, 0)
Facts = Callable[[str, int], Entry | None]
_OPEN = (State.UNKNOWN, State.NOT_ASKED)


def unknown_history(_title: str) -> tuple[PastDecision, ...] | None:
    """Earlier decisions nobody has told us of."""
    return None


@dataclass(frozen=True)
class World:
    """One unit's facts and parameters, with assumed values in place of some (`given`) and known bounds of computed numbers."""

    plan: Plan
    facts: Facts
    given: Mapping[Key, Val] = field(default_factory=dict)
    bounds: Mapping[e.Expr, Num] = field(default_factory=dict)
    row: Row | None = None
    across: Lookup = alone
    history: History = unknown_history

    def at(self, row: Row | None) -> World:
        """The same world with one row of a list at hand; None stands for a row nobody has filed."""
        return replace(self, row=row)

    def field(self, ref: e.FieldRef) -> Val:
        """A field of the row at hand, or everything it may be."""
        cell = self.row.fields.get(ref.name) if self.row is not None else None
        if cell is not None and cell.state is State.NOT_APPLICABLE:
            return NA
        if cell is not None and cell.known and cell.value is not None:
            return known(cell.value)
        if ref.low is not None and ref.high is not None:
            return Num(ref.low, ref.high)
        return possible_values(ref.kind, None)

    def filed(self, fact: str) -> tuple[Row, ...] | None:
        """The rows of a list, or None while nobody has filed it."""
        entry = self.facts(fact, 0)
        return entry.rows if isinstance(entry, Rows) and entry.filed else None

    def held(self, ref: e.Held) -> Opts:
        """Whether a title is held by an earlier decision, or was ever granted; unknown without a file of decisions."""
        past = self.history(ref.title)
        if past is None:
            return MAYBE
        day = self.plan.on
        if ref.barred:
            bars = [item for item in past if item.decision == "barred" and item.decided_on < day]
            return TRUE if any(day <= (item.until or date(item.decided_on.year, 12, 31)) for item in bars) else FALSE
        before = [item for item in past if item.decided_on < day and item.decision != "barred"]
        last = before[-1] if before else None
        if ref.lapsed:
            stood = last is not None and last.decision in ("granted", "demoted")
            return TRUE if stood and last is not None and last.until is not None and last.until < day else FALSE
        if ref.now:
            holds = last is not None and last.decision not in ("withdrawn", "expired") and (last.until is None or day <= last.until)
            return TRUE if holds else FALSE
        since = date(day.year - ref.years, day.month, min(day.day, 28)) if ref.years is not None else date.min
        return TRUE if any(item.decision == "granted" and item.decided_on >= since for item in before) else FALSE

    def assume(self, key: Key, value: Val) -> World:
        """The same world with one thing taken to be so."""
        return replace(self, given={**self.given, key: value})

    def bound(self, expr: e.Expr, within: Num) -> World:
        """The same world, knowing that a computed number lies within an interval."""
        return replace(self, bounds={**self.bounds, expr: within})

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
        return possible_values(kind, self.plan.facts.get(name))

    def cell(self, name: str, back: int) -> Cell:
        """The cell of a plain or judged fact; unknown when no file has it."""
        match self.facts(name, back):
            case Cell() as cell:
                return cell
            case Judgement(points):
                return points
            case _:
                return Cell(State.UNKNOWN)

    def part(self, fact: str, part: str) -> Val:
        """Whether a part of a checklist is there; a part not applicable is neither there nor missing."""
        key = ("part", f"{fact}/{part}", 0)
        if key in self.given:
            return self.given[key]
        entry = self.facts(fact, 0)
        cell = entry.parts.get(part) if isinstance(entry, Parts) else entry if isinstance(entry, Cell) else None
        if cell is not None and cell.state is State.NOT_APPLICABLE:
            return NA
        if cell is None or cell.state in _OPEN:
            spec = self.plan.facts.get(fact)
            return or_absent(MAYBE) if spec is not None and spec.nullable else MAYBE
        return known(bool(cell.value))

    def rows(self, fact: str, back: int = 0) -> Val:
        """How many rows a list has."""
        key = ("fact", fact, back)
        if key in self.given:
            return self.given[key]
        entry = self.facts(fact, back)
        if isinstance(entry, Rows) and entry.filed:
            return number(len(entry.rows))
        if isinstance(entry, Cell) and entry.state is State.NOT_APPLICABLE:
            return NA
        spec = self.plan.facts[fact]
        return possible_values(spec.kind, spec)

    def absent(self, ref: e.FactRef) -> Opts:
        """Whether a fact is not applicable; of a checklist, whether every part is."""
        if isinstance(ref.kind, k.Checklist):
            found = [absence(self.part(ref.name, part)) for part in ref.kind.parts]
            return FALSE if FALSE in found else MAYBE if MAYBE in found else TRUE
        if isinstance(ref.kind, k.Records):
            return absence(self.rows(ref.name, ref.back))
        return absence(self.fact(ref.name, ref.kind, ref.back))

    def look(self, key: Key) -> Val:
        """The value of an input by its key."""
        kind, name, back = key
        if kind == "param":
            return self.parameter(name)
        if kind == "part":
            fact, _, part = name.rpartition("/")
            return self.part(fact, part)
        spec = self.plan.facts[name]
        return self.rows(name, back) if isinstance(spec.kind, k.Records) else self.fact(name, spec.kind, back)

    def grid(self, key: Key) -> Fraction:
        """The grid on which the numbers of an input lie."""
        source, name, _ = key
        if source == "part":
            return Fraction(1)
        kind = self.plan.parameters[name].kind if source == "param" else self.plan.facts[name].kind
        return k.step(kind) if k.is_number(kind) else Fraction(1)

    def parameter(self, name: str) -> Val:
        """A parameter in force, or the range it may be set to."""
        key = ("param", name, 0)
        return self.given[key] if key in self.given else parameter_values(self.plan.parameters[name])


def absence(value: Val) -> Opts:
    """Whether a value is not applicable."""
    if isinstance(value, NotApplicable):
        return TRUE
    return MAYBE if value.absent else FALSE


def parameter_values(rule: ParameterInForce) -> Val:
    """A parameter's value, or everything it may be set to."""
    if rule.value is not None:
        return known(rule.value)
    if rule.low is not None and rule.high is not None:
        return Num(rule.low, rule.high)
    return possible_values(rule.kind, None)


def possible_values(kind: k.Kind, spec: FactSpec | None) -> Val:
    """Everything a value of a kind may be, within its declared range, and not applicable where the fact may be."""
    value = _values(kind, spec)
    return or_absent(value) if spec is not None and spec.nullable else value


def _values(kind: k.Kind, spec: FactSpec | None) -> Val:
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
