"""Typed expressions: the only expression language after parsing, shared by rule sets, plans and engines.

Constants are in the base unit of their kind. Every node is pure; a fact that is unknown makes the value an interval or a set of
possibilities, never a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, assert_never

from flagrules.model.kinds import Kind
from flagrules.model.numbers import RoundingMode

StepMode = Literal["whole_steps", "pro_rata", "part_counts"]
CompareOp = Literal[">=", "<=", "<", ">", "="]


@dataclass(frozen=True)
class Const:
    """A value written in a rule line."""

    value: Fraction | bool | str


@dataclass(frozen=True)
class FactRef:
    """A fact of the unit, in the period assessed (`back` 0) or the one before (1). Of a judged fact, its points."""

    name: str
    kind: Kind
    back: int = 0

    def __hash__(self) -> int:
        """A name has one kind, whose fractions take long to hash."""
        return hash((self.name, self.back))

    @property
    def name_of(self) -> str:
        """The fact's name."""
        return self.name


@dataclass(frozen=True)
class PartRef:
    """Whether a part of a checklist is there."""

    fact: str
    part: str


@dataclass(frozen=True)
class MissingParts:
    """How many parts of a checklist are not there; parts that are not applicable are not missing."""

    fact: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class RowCount:
    """How many rows a list of events or people has, in the period assessed or the one before; none only after a nil return."""

    fact: str
    kind: Kind
    back: int = 0

    @property
    def name_of(self) -> str:
        """The fact's name."""
        return self.fact


RowsHow = Literal["count", "total", "mean", "trimmed_mean", "most", "least"]


@dataclass(frozen=True)
class FieldRef:
    """A field of the row at hand, inside a figure over the rows of a list."""

    name: str
    kind: Kind
    low: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True)
class OverRows:
    """A figure over the rows of a list for which `where` holds (None: all); `value` is None for a count.

    `if_none` is what a mean, a largest or a smallest is where there is no such row. A trimmed mean leaves out one largest and one
    smallest value where there are three or more. With `per`, a total adds only the highest value of the rows that agree in that field;
    a row to which the field does not apply agrees with none.
    """

    fact: str
    kind: Kind
    how: RowsHow
    value: Expr | None
    where: Expr | None
    if_none: Expr | None = None
    per: FieldRef | None = None

    @property
    def name_of(self) -> str:
        """The fact's name."""
        return self.fact


@dataclass(frozen=True)
class Choose:
    """`then` where the condition holds, else `other`."""

    condition: Expr
    then: Expr
    other: Expr


@dataclass(frozen=True)
class CountTrue:
    """How many of several conditions hold."""

    args: tuple[Expr, ...]


@dataclass(frozen=True)
class TextLength:
    """How many characters a text fact has, blanks at its ends not counted."""

    fact: FactRef


@dataclass(frozen=True)
class Doubling:
    """2ⁿ - 1: what n repeats cost in units of the first when each costs twice the one before."""

    times: Expr


@dataclass(frozen=True)
class WorkdayNumber:
    """How many working days the published calendar has up to a date, that day counted; two such numbers tell the days between."""

    day: Expr


AcrossHow = Literal["rank", "mean", "most", "least", "share", "count", "total", "value"]


@dataclass(frozen=True)
class Across:
    """A figure over other units, of the value each has in `slot`.

    `over`: peers (units scored by the same slot, within one holder of kind `per` if given), members (units of kind `kind` the unit
    holds), holder (the holder of kind `kind`). A rank counts from 1; `ascending` puts the lowest first; with `ties_open` units that
    tie have every place they could have. `if_none` is the figure of no units. `text` is what the author wrote.
    """

    how: AcrossHow
    over: Literal["peers", "members", "holder"]
    slot: str
    unit: Kind | None
    text: str
    kind: str = ""
    per: str = ""
    with_self: bool = True
    ascending: bool = False
    ties_open: bool = True
    if_none: Expr | None = None


@dataclass(frozen=True)
class Held:
    """Whether the unit holds a title by an earlier decision on the day of assessment (`now`), or was ever granted it, within
    `years` years before that day where given; or (`lapsed`) whether the last decision granted it and has run out since; or
    (`barred`) whether an earlier decision bars it from the title on that day."""

    title: str
    now: bool
    years: int | None = None
    lapsed: bool = False
    barred: bool = False


@dataclass(frozen=True)
class ParamRef:
    """A parameter as in force on the date of assessment."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class SlotRef:
    """The value of an earlier decision of the plan."""

    slot: str


@dataclass(frozen=True)
class Unsayable:
    """A demand the language cannot say (不能表达): any number of the range, whatever the facts."""

    name: str
    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Sum:
    """n-ary sum."""

    args: tuple[Expr, ...]


@dataclass(frozen=True)
class Product:
    """left × right."""

    left: Expr
    right: Expr


@dataclass(frozen=True)
class Quotient:
    """left ÷ right; the plan is refused where `right` could be zero."""

    left: Expr
    right: Expr


@dataclass(frozen=True)
class Extreme:
    """The larger or the smaller of several."""

    largest: bool
    args: tuple[Expr, ...]


@dataclass(frozen=True)
class Steps:
    """How many steps of size `step` a value ≥ 0 holds (negative values hold none): whole ones only, in proportion, or a part as one."""

    value: Expr
    step: Expr
    mode: StepMode


@dataclass(frozen=True)
class Round:
    """A value rounded because a rule line says so."""

    value: Expr
    places: int
    mode: RoundingMode


@dataclass(frozen=True)
class Compare:
    """A comparison of two numbers of one kind."""

    op: CompareOp
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Same:
    """Whether a choice, a text or a yes/no fact has a value."""

    left: Expr
    right: Expr


@dataclass(frozen=True)
class Every:
    """且: all hold."""

    args: tuple[Expr, ...]


@dataclass(frozen=True)
class Some:
    """或: one holds."""

    args: tuple[Expr, ...]


@dataclass(frozen=True)
class Not:
    """非."""

    arg: Expr


@dataclass(frozen=True)
class IsNotApplicable:
    """Whether any of the named facts is not applicable."""

    facts: tuple[FactRef, ...]


@dataclass(frozen=True)
class CountOutcome:
    """How many of the slots have the outcome."""

    slots: tuple[str, ...]
    outcome: str


Expr = (
    Const | FactRef | PartRef | MissingParts | RowCount | ParamRef | SlotRef | Unsayable | Sum | Product | Quotient | Extreme | Steps
    | Held | Across | FieldRef | OverRows | Choose | CountTrue | TextLength | WorkdayNumber | Doubling | Round | Compare | Same | Every
    | Some | Not | IsNotApplicable | CountOutcome
)  # fmt: skip

ZERO = Const(Fraction(0))
FAR = Fraction(10**15)
"""Beyond every number a rule is about: what stands for "not among these" in an order."""


def minus(value: Expr) -> Expr:
    """-value."""
    if isinstance(value, Const) and isinstance(value.value, Fraction):
        return Const(-value.value)
    return Product(Const(Fraction(-1)), value)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of an expression."""
    match expr:
        case Const() | FactRef() | PartRef() | MissingParts() | RowCount() | ParamRef() | SlotRef() | Unsayable() | CountOutcome():
            return ()
        case FieldRef() | Held():
            return ()
        case Across():
            return (expr.if_none,) if expr.if_none is not None else ()
        case OverRows(_, _, _, value, where, if_none, per):
            return tuple(part for part in (value, where, if_none, per) if part is not None)
        case Choose(condition, then, other):
            return (condition, then, other)
        case CountTrue(args):
            return args
        case TextLength(fact):
            return (fact,)
        case Doubling(times) | WorkdayNumber(times):
            return (times,)
        case IsNotApplicable(facts):
            return facts
        case Sum(args) | Every(args) | Some(args) | Extreme(_, args):
            return args
        case Product(left, right) | Quotient(left, right) | Same(left, right) | Compare(_, left, right):
            return (left, right)
        case Steps(value, step, _):
            return (value, step)
        case Round(value, _, _):
            return (value,)
        case Not(arg):
            return (arg,)
        case _:
            assert_never(expr)


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and everything in it, outermost first."""
    yield expr
    for child in children(expr):
        yield from walk(child)


def facts_read(expr: Expr) -> frozenset[str]:
    """Names of the facts an expression depends on directly."""
    names: set[str] = set()
    for node in walk(expr):
        match node:
            case FactRef(name) | PartRef(name) | MissingParts(name) | RowCount(name) | OverRows(name):
                names.add(name)
            case _:
                pass
    return frozenset(names)


def periods_read(expr: Expr) -> frozenset[tuple[str, int]]:
    """Facts an expression reads as values, each with how many periods back."""
    found: set[tuple[str, int]] = set()
    for node in walk(expr):
        match node:
            case FactRef(name, _, back) | RowCount(name, _, back):
                found.add((name, back))
            case PartRef(name) | MissingParts(name) | OverRows(name):
                found.add((name, 0))
            case _:
                pass
    return frozenset(found)


def across_read(expr: Expr) -> tuple[Across, ...]:
    """The figures over other units an expression reads."""
    return tuple(node for node in walk(expr) if isinstance(node, Across))


def slots_read(expr: Expr) -> frozenset[str]:
    """The earlier decisions an expression reads directly."""
    names: set[str] = set()
    for node in walk(expr):
        match node:
            case SlotRef(slot):
                names.add(slot)
            case CountOutcome(slots):
                names.update(slots)
            case _:
                pass
    return frozenset(names)
