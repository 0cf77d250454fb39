"""Figures over the rows of a list: counts, totals, means and extremes, with rows and fields that may be unknown."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flagrules.engine.values import FALSE, TRUE, Num, Opts
from flagrules.semantics.expr import RowsHow

Found = tuple[Opts, Num]  # whether a row counts, and its value


def over_rows(how: RowsHow, found: Sequence[Found], if_none: Num) -> Num:
    """The figure over rows that are filed. Rows that may or may not count widen it."""
    counting = [(holds, value) for holds, value in found if holds != FALSE]
    match how:
        case "count":
            surely = sum(holds == TRUE for holds, _ in counting)
            return Num(Fraction(surely), Fraction(len(counting)))
        case "total":
            low = sum((v.low if h == TRUE else min(v.low, Fraction(0)) for h, v in counting), Fraction(0))
            high = sum((v.high if h == TRUE else max(v.high, Fraction(0)) for h, v in counting), Fraction(0))
            return Num(low, high)
        case _:
            return _middle(how, counting, if_none)


def _middle(how: RowsHow, counting: Sequence[Found], if_none: Num) -> Num:
    values = [value for _, value in counting]
    if not values:
        return if_none
    if all(holds == TRUE for holds, _ in counting):
        return Num(_figure(how, [value.low for value in values]), _figure(how, [value.high for value in values]))
    low, high = min(value.low for value in values), max(value.high for value in values)
    none = all(holds != TRUE for holds, _ in counting)
    return Num(min(low, if_none.low), max(high, if_none.high)) if none else Num(low, high)


def _figure(how: RowsHow, values: list[Fraction]) -> Fraction:
    """A mean, trimmed mean or extreme of exact values; none falls as a value rises."""
    match how:
        case "most":
            return max(values)
        case "least":
            return min(values)
        case "trimmed_mean" if len(values) >= 3:
            kept = sorted(values)[1:-1]
            return sum(kept, Fraction(0)) / len(kept)
        case _:
            return sum(values, Fraction(0)) / len(values)


def over_unfiled(how: RowsHow, most: Fraction, value: Num, if_none: Num) -> Num:
    """The figure over a list nobody has filed, of at most `most` rows each of which may have `value`."""
    match how:
        case "count":
            return Num(Fraction(0), most)
        case "total":
            return Num(min(value.low * most, Fraction(0)), max(value.high * most, Fraction(0)))
        case _:
            return Num(min(value.low, if_none.low), max(value.high, if_none.high)) if most else if_none
