"""What the reference interpreter does with values once it has them: arithmetic by form, the grid numbers lie on, what rows agree in."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from flagrules.engine import arithmetic as am
from flagrules.engine.values import NA, NotApplicable, Num, Opts, Val, number
from flagrules.model import kinds as k
from flagrules.model.numbers import round_to
from flagrules.semantics import expr as e


def calculated(expr: e.Expr, numbers: list[Num]) -> Num:
    """Arithmetic on intervals; each form never falls as an operand rises, or takes the corners."""
    match expr:
        case e.Sum():
            low = sum((n.low for n in numbers), Fraction(0))
            return Num(low, low if all(n.low is n.high for n in numbers) else sum((n.high for n in numbers), Fraction(0)))
        case e.Product():
            return am.product(numbers[0], numbers[1])
        case e.Quotient():
            return am.quotient(numbers[0], numbers[1])
        case e.Extreme(largest):
            pick = max if largest else min
            return Num(pick(n.low for n in numbers), pick(n.high for n in numbers))
        case e.Steps(_, _, mode):
            size = numbers[1].low
            return Num(am.steps(numbers[0].low, size, mode), am.steps(numbers[0].high, size, mode))
        case e.WorkdayNumber():
            return Num(am.workdays(numbers[0].low), am.workdays(numbers[0].high))
        case e.Doubling():
            return Num(am.doubling(numbers[0].low), am.doubling(numbers[0].high))
        case e.Round(_, places, mode):
            return Num(round_to(numbers[0].low, places, mode), round_to(numbers[0].high, places, mode))
        case (
            e.Const() | e.FactRef() | e.PartRef() | e.RowCount() | e.ParamRef() | e.SlotRef() | e.Unsayable() | e.MissingParts()
            | e.Held() | e.Across() | e.FieldRef() | e.OverRows() | e.Choose() | e.CountTrue() | e.TextLength() | e.Compare() | e.Same()
            | e.Every() | e.Some() | e.Not() | e.IsNotApplicable() | e.CountOutcome()
        ):  # fmt: skip
            raise TypeError(expr)
        case _:
            assert_never(expr)


def key_of(value: Val) -> Fraction | bool | str | tuple[()] | None:
    """What rows of a list agree in: a value, nothing, or None where nobody knows."""
    if isinstance(value, NotApplicable):
        return ()
    if isinstance(value, Num):
        return value.low if value.exact and not value.absent else None
    return next(iter(value.options)) if value.exact and not value.absent else None


def length(value: Val) -> Val:
    """Characters of a known text; of an unknown one, any number there may be."""
    if isinstance(value, NotApplicable):
        return NA
    if isinstance(value, Opts) and value.exact:
        return number(len(str(next(iter(value.options))).strip()))
    return Num(Fraction(0), k.LARGE)


def grid_of(expr: e.Expr) -> Fraction:
    """The grid the numbers of an expression lie on; 0 where none is known."""
    match expr:
        case e.FactRef(_, kind) | e.ParamRef(_, kind) if k.is_number(kind):
            return k.step(kind)
        case e.RowCount() | e.CountTrue() | e.MissingParts() | e.CountOutcome() | e.TextLength() | e.WorkdayNumber():
            return Fraction(1)
        case e.Across("rank" | "count") | e.OverRows(_, _, "count"):
            return Fraction(1)
        case _:
            return Fraction(0)


def unequal(found: Num, edge: Num, step: Fraction) -> Num | None:
    """`found` without a known number at one of its ends."""
    if edge.low != edge.high or not step:
        return found
    low = am.above(found.low, step) if edge.low == found.low else found.low
    high = am.below(found.high, step) if edge.high == found.high else found.high
    return Num(low, high) if low <= high else None
