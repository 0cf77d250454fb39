"""Figures over the rows of a list: counts, totals, means and extremes, with rows and fields that may be unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from flagrules.engine.values import FALSE, TRUE, Num, Opts
from flagrules.semantics.expr import RowsHow

_SUBSETS = 6  # so many rows that may or may not count are tried one way and the other; more are only bounded
_NONE = Fraction(0)
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


@dataclass(frozen=True)
class Keyed:
    """A row of a grouped total: whether it counts, its value, and its key: None where the key is open, a blank tuple where it has none."""

    holds: Opts
    value: Num
    key: Fraction | bool | str | tuple[()] | None


def highest_of_each(found: Sequence[Keyed]) -> Num:
    """The highest value of each key added up. A row whose key is open may agree with any other, or with none."""
    counting = [row for row in found if row.holds != FALSE]
    groups: dict[object, list[Keyed]] = {}
    for index, row in enumerate(counting):
        if row.key is not None:
            groups.setdefault((row.key,) if row.key != () else ((), index), []).append(row)
    ends = [_highest(rows) for rows in groups.values()]
    low, high = sum((end.low for end in ends), _NONE), sum((end.high for end in ends), _NONE)
    least = min([_NONE, *(row.value.low for row in counting)])
    for row in counting:
        if row.key is None:
            low += min(row.value.low, _NONE)
            high += max(row.value.high, _NONE) - least  # it may take the place of a value below nothing
    if not least:  # nothing below 0 takes from the others, so that no row that counts is worth more than the whole
        low = max([low, *(row.value.low for row in counting if row.holds == TRUE)])
    return Num(low, high)


def _highest(rows: Sequence[Keyed]) -> Num:
    """The highest of some rows, or nothing where none of them may count."""
    surely = [row.value for row in rows if row.holds == TRUE]
    values = [row.value for row in rows]
    if surely:
        return Num(max(value.low for value in surely), max(value.high for value in values))
    return Num(min(_NONE, *(value.low for value in values)), max(_NONE, *(value.high for value in values)))


def _middle(how: RowsHow, counting: Sequence[Found], if_none: Num) -> Num:
    values = [value for _, value in counting]
    if not values:
        return if_none
    surely = [value for holds, value in counting if holds == TRUE]
    perhaps = [value for holds, value in counting if holds != TRUE]
    if len(perhaps) <= _SUBSETS:
        chosen = (list(some) for count in range(len(perhaps) + 1) for some in combinations(perhaps, count))
        figures = [_exactly(how, surely + some, if_none) for some in chosen]
    else:
        figures = values if surely else [*values, if_none]
    return Num(min(figure.low for figure in figures), max(figure.high for figure in figures))


def _exactly(how: RowsHow, values: list[Num], if_none: Num) -> Num:
    """The figure over rows that all count."""
    if not values:
        return if_none
    return Num(_figure(how, [value.low for value in values]), _figure(how, [value.high for value in values]))


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
