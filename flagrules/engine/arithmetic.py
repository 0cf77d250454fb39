"""Comparisons and arithmetic on what is known of numbers: every result covers every number the operands may be."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import floor

from flagrules.engine.values import FALSE, MAYBE, TRUE, Num, Opts, Val
from flagrules.model.calendar import workday_number
from flagrules.semantics.expr import StepMode

OPPOSITE = {">=": "<", "<": ">=", "<=": ">", ">": "<=", "=": "≠", "≠": "="}


class DivisionByZero(Exception):
    """A divisor may be zero; `check` refuses such rules, so meeting one later is our bug."""


def compare(op: str, left: Val, right: Val) -> Opts:
    """A comparison; what does not apply meets no number, so the comparison is false."""
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
            surely = left.low == left.high == right.low == right.high
            possibly = left.low <= right.high and right.low <= left.high
    if not possibly:
        return FALSE
    return TRUE if surely and not left.absent and not right.absent else MAYBE


def same(left: Val, right: Val) -> Opts:
    """Whether two words or truths are one; what does not apply is none."""
    if not isinstance(left, Opts) or not isinstance(right, Opts):
        return FALSE
    if left.open or right.open:
        return MAYBE
    if not left.options & right.options:
        return FALSE
    return TRUE if left.exact and right.exact else MAYBE


def clip(value: Val, within: Num | None) -> Val:
    """What of a value lies within an interval known to hold it."""
    if within is None or not isinstance(value, Num):
        return value
    low, high = max(value.low, within.low), min(value.high, within.high)
    return Num(low, high, value.absent and within.absent) if low <= high else within


def within(op: str, found: Num, edge: Num, step: Fraction) -> Num | None:
    """What of `found` may stand in relation `op` to `edge`; None when nothing can. A step of 0 means no grid: open edges stay closed."""
    low, high = found.low, found.high
    match op:
        case ">=":
            low = max(low, edge.low)
        case ">":
            low = max(low, above(edge.low, step) if step else edge.low)
        case "<=":
            high = min(high, edge.high)
        case "<":
            high = min(high, below(edge.high, step) if step else edge.high)
        case _:
            low, high = max(low, edge.low), min(high, edge.high)
    return Num(low, high) if low <= high else None


def above(edge: Fraction, step: Fraction) -> Fraction:
    """The first grid number greater than an edge."""
    return ((edge / step).__floor__() + 1) * step


def below(edge: Fraction, step: Fraction) -> Fraction:
    """The last grid number less than an edge."""
    return -((-edge / step).__floor__() + 1) * step


def snapped(value: Num, step: Fraction) -> Num:
    """The grid numbers of an interval, from the first to the last; the interval itself when it holds none."""
    low, high = -((-value.low / step).__floor__()) * step, (value.high / step).__floor__() * step
    return Num(low, high, value.absent) if low <= high else value


def product(left: Num, right: Num) -> Num:
    """Left × right."""
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return Num(min(corners), max(corners))


def quotient(left: Num, right: Num) -> Num:
    """Left ÷ right; raises `DivisionByZero` where the divisor may be zero."""
    if right.low <= 0 <= right.high:
        raise DivisionByZero
    corners = [a / b for a in (left.low, left.high) for b in (right.low, right.high)]
    return Num(min(corners), max(corners))


def doubling(times: Fraction) -> Fraction:
    """2ⁿ - 1 for a whole n ≥ 0; past 60 repeats it stays there, far beyond any scale of points."""
    return Fraction(2 ** min(max(int(times), 0), 60) - 1)


def steps(value: Fraction, step: Fraction, mode: StepMode) -> Fraction:
    """How many steps a value holds; never falls as the value rises, and none below zero."""
    if value <= 0:
        return Fraction(0)
    match mode:
        case "whole_steps":
            return Fraction((value / step).__floor__())
        case "part_counts":
            return Fraction(-((-value / step).__floor__()))
        case "pro_rata":
            return value / step


def workdays(day: Fraction) -> Fraction:
    """The number of a day among the working days; days are whole, and `check` keeps them within the years known."""
    return Fraction(workday_number(date.fromordinal(floor(day))))
