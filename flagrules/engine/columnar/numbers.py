"""Exact numbers in columns: scaled whole numbers whose range is proved, over a divisor where the value is a ratio."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from math import gcd, lcm
from typing import Any

import polars as pl

from flagrules.engine.columnar.refused import Refused
from flagrules.facts.columns.typed import least
from flagrules.model.numbers import RoundingMode
from flagrules.semantics.expr import CompareOp, StepMode

WIDEST = 2**62  # how far from zero 64 bits are trusted to go: half of what they hold
_WIDE = 2**126
Kind = type[pl.DataType]
_KINDS: tuple[Kind, ...] = (pl.Int16, pl.Int32, pl.Int64, pl.Int128)
MOST_REPEATS = 60
_DOUBLED = pl.Series("doubled", [2**n - 1 for n in range(MOST_REPEATS + 1)], dtype=pl.Int64)


@dataclass(frozen=True)
class Whole:
    """A column of whole numbers between `low` and `high`; `kind` is the type the column has.

    Arithmetic takes the least of 16, 32, 64 and 128 bits that holds all that goes into it: it is as fast as its numbers are small.
    """

    expr: pl.Expr
    low: int
    high: int
    const: int | None = None
    kind: Kind = pl.Int64

    def __post_init__(self) -> None:
        if max(-self.low, self.high) > _WIDE:
            raise Refused("numbers past 128 bits")

    @property
    def wide(self) -> bool:
        """Whether 64 bits are not enough."""
        return max(-self.low, self.high) > WIDEST

    @property
    def full(self) -> Kind:
        """The type its ends are worked out in: 64 bits, or 128 where those are not enough."""
        return pl.Int128 if self.wide else pl.Int64

    @property
    def least(self) -> Kind:
        """The narrowest type that holds its range."""
        return kind_of(max(-self.low, self.high))

    @property
    def nothing(self) -> Whole:
        """What is open for every unit, in the range and type of the column."""
        return replace(self, expr=lit(None, self.kind), const=None)

    def at(self, kind: Kind) -> pl.Expr:
        """The column as another type. Only a range that was proved for every unit may be made narrower."""
        if self.const is not None:
            return lit(self.const, kind)
        return self.expr if self.kind is kind else self.expr.cast(kind)

    def times(self, other: Whole) -> Whole:
        """The product."""
        if other.const is not None:
            return self.scaled(other.const)
        if self.const is not None:
            return other.scaled(self.const)
        corners = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        low, high = min(corners), max(corners)
        kind = _together(max(-low, high), (self, other))
        return _fit(self.at(kind) * other.at(kind), low, high, kind)

    def scaled(self, factor: int) -> Whole:
        """So many times the column."""
        if factor == 1:
            return self
        if self.const is not None:
            return whole(self.const * factor)
        low, high = sorted((self.low * factor, self.high * factor))
        kind = _together(max(-low, high, abs(factor)), (self,))
        return _fit(self.at(kind) * lit(factor, kind), low, high, kind)


def kind_of(reach: int) -> Kind:
    """The narrowest type for whole numbers so far from zero. Raises `Refused` where there is none."""
    if reach > _WIDE:
        raise Refused("numbers past 128 bits")
    return least(reach) or (pl.Int128 if reach > WIDEST else pl.Int64)


def _together(reach: int, parts: Iterable[Whole]) -> Kind:
    """The type in which columns are put together, where what comes out lies so far from zero."""
    kinds = [kind_of(reach), *(kind_of(abs(part.const)) if part.const is not None else part.kind for part in parts)]
    return max(kinds, key=_KINDS.index)


@cache
def lit(value: int | None, kind: Kind) -> pl.Expr:
    """One value for all units; it is made once, for making it takes as long as all else of a small expression."""
    return pl.lit(value, dtype=kind)


def _fit(expr: pl.Expr, low: int, high: int, kind: Kind) -> Whole:
    """A column that was worked out as a type; no wider than 64 bits where its range needs no more, for 128 know few operations."""
    made = Whole(expr, low, high, None, kind)
    return replace(made, expr=expr.cast(pl.Int64), kind=pl.Int64) if kind is pl.Int128 and not made.wide else made


def whole(value: int) -> Whole:
    """One number for all units."""
    kind = kind_of(abs(value))
    return Whole(lit(value, kind), value, value, value, kind)


def total(parts: Sequence[Whole]) -> Whole:
    """The sum of several columns: open where one of them is."""
    fixed = sum(part.const for part in parts if part.const is not None)
    others = [part for part in parts if part.const is None]
    if not others:
        return whole(fixed)
    low, high = sum(part.low for part in parts), sum(part.high for part in parts)
    reach = max(sum(max(-part.low, part.high, 0) for part in parts), abs(fixed))  # whatever the order they are added in
    kind = _together(reach, others)
    terms = [part.at(kind) for part in others] + ([lit(fixed, kind)] if fixed else [])
    expr = terms[0] if len(terms) == 1 else terms[0] + terms[1] if len(terms) == 2 else pl.sum_horizontal(terms, ignore_nulls=False)
    return _fit(expr, low, high, kind)


def _divided(top: Whole, bottom: Whole, low: int, high: int) -> Whole:
    """The whole part of top ÷ bottom; top is never negative, bottom always positive."""
    if top.low < 0 or bottom.low <= 0:
        raise Refused("division of numbers that may be negative")
    kind = _together(0, (top, bottom))
    return _fit(top.at(kind) // bottom.at(kind), low, high, kind)


@dataclass(frozen=True)
class Number:
    """A column of exact numbers: `top` ÷ (`scale` × `bottom`); `bottom` is None for 1, else positive or open."""

    top: Whole
    scale: int = 1
    bottom: Whole | None = None

    @property
    def const(self) -> Fraction | None:
        """The number, where all units have one."""
        return Fraction(self.top.const, self.scale) if self.top.const is not None and self.bottom is None else None

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """The least and the most it may be."""
        low, high = Fraction(self.top.low, self.scale), Fraction(self.top.high, self.scale)
        if self.bottom is None:
            return low, high
        corners = [end / part for end in (low, high) for part in (self.bottom.low, self.bottom.high)]
        return min(corners), max(corners)

    def over(self, scale: int) -> Whole:
        """The top at a scale that is a multiple of this one."""
        return self.top.scaled(scale // self.scale)


def constant(value: Fraction) -> Number:
    """A number all units have."""
    return Number(whole(value.numerator), value.denominator)


def _bottoms(numbers: Sequence[Number]) -> list[Whole]:
    return [number.bottom for number in numbers if number.bottom is not None]


def add(numbers: Sequence[Number]) -> Number:
    """The sum."""
    scale = lcm(*(number.scale for number in numbers))
    bottoms = _bottoms(numbers)
    if not bottoms:
        by_scale: dict[int, list[Whole]] = {}
        for number in numbers:
            by_scale.setdefault(number.scale, []).append(number.top)
        return Number(total([total(tops).scaled(scale // own) for own, tops in by_scale.items()]), scale)
    plain = [number for number in numbers if number.bottom is None]
    result = add(plain) if plain else None
    for number in numbers:
        if number.bottom is not None:
            result = number if result is None else _add_two(result, number)
    assert result is not None
    return result


def _add_two(left: Number, right: Number) -> Number:
    scale = lcm(left.scale, right.scale)
    tops, bottom = _common((left, right), scale)
    return Number(total(tops), scale, bottom)


def _common(pair: tuple[Number, Number], scale: int) -> tuple[list[Whole], Whole | None]:
    """Two tops over one scale and one bottom."""
    left, right = pair
    a, b = left.over(scale), right.over(scale)
    if left.bottom is None and right.bottom is None:
        return [a, b], None
    if left.bottom is not None and right.bottom is not None:
        return [a.times(right.bottom), b.times(left.bottom)], left.bottom.times(right.bottom)
    if left.bottom is not None:
        return [a, b.times(left.bottom)], left.bottom
    assert right.bottom is not None
    return [a.times(right.bottom), b], right.bottom


def multiply(left: Number, right: Number) -> Number:
    """The product, with what the scale and a constant share taken out."""
    for one, other in ((left, right), (right, left)):
        if one.const is not None:
            factor = one.const / other.scale
            return Number(other.top.scaled(factor.numerator), factor.denominator, other.bottom)
    bottoms = _bottoms((left, right))
    bottom = bottoms[0].times(bottoms[1]) if len(bottoms) == 2 else bottoms[0] if bottoms else None
    return Number(left.top.times(right.top), left.scale * right.scale, bottom)


def divide(left: Number, right: Number) -> Number:
    """The quotient; open where the divisor is not positive, which no rule that is checked asks for."""
    if right.const is not None and right.const != 0:
        return multiply(left, constant(1 / right.const))
    below, above = right.top.low, right.top.high
    if above <= 0:
        if below >= 0:
            raise Refused("division by zero")
        return divide(multiply(left, constant(Fraction(-1))), multiply(right, constant(Fraction(-1))))
    shared = gcd(left.scale, right.scale)
    top = left.top.scaled(right.scale // shared)
    top = top.times(right.bottom) if right.bottom is not None else top
    bottom = positive(right.top)
    bottom = bottom.times(left.bottom) if left.bottom is not None else bottom
    return Number(top, left.scale // shared, bottom)


def positive(column: Whole) -> Whole:
    """The column where it is above zero, else open."""
    if column.low > 0:
        return column
    return Whole(pl.when(column.expr > 0).then(column.expr), 1, column.high, None, column.kind)


def compared(op: CompareOp, left: Number, right: Number) -> pl.Expr:
    """A comparison; with a constant on one grid, else across."""
    if right.const is not None and left.bottom is None:
        return _to_constant(op, left.top, right.const * left.scale)
    if left.const is not None and right.bottom is None:
        turned: dict[str, CompareOp] = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "=": "="}
        return _to_constant(turned[op], right.top, left.const * right.scale)
    tops, _ = _common((left, right), lcm(left.scale, right.scale))
    kind = _together(0, tops)
    return _apply(op, tops[0].at(kind), tops[1].at(kind))


def _apply(op: CompareOp, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    match op:
        case ">=":
            return left >= right
        case ">":
            return left > right
        case "<=":
            return left <= right
        case "<":
            return left < right
        case "=":
            return left == right


def _to_constant(op: CompareOp, column: Whole, edge: Fraction) -> pl.Expr:
    """A whole number against an edge that may lie between two."""
    if edge.denominator != 1:
        match op:
            case ">=" | ">":
                return _past(">", column, edge.__floor__())
            case "<=" | "<":
                return _past("<=", column, edge.__floor__())
            case "=":  # never, but open where the number is
                return (column.expr != column.expr) | False
    return _past(op, column, edge.numerator)


def _past(op: CompareOp, column: Whole, edge: int) -> pl.Expr:
    """A whole number against an edge; one past all it can be says the same right beside its range."""
    edge = max(column.low - 1, min(column.high + 1, edge))
    kind = _together(abs(edge), (column,))
    return _apply(op, column.at(kind), lit(edge, kind))


def unite(condition: Sequence[pl.Expr], numbers: Sequence[Number]) -> Number:
    """The number of the first condition that holds, else the last."""
    scale = lcm(*(number.scale for number in numbers))
    tops = [number.over(scale) for number in numbers]
    low, high = min(top.low for top in tops), max(top.high for top in tops)
    bottoms = [number.bottom or whole(1) for number in numbers]
    top = _first(condition, tops, low, high)
    if not _bottoms(numbers):
        return Number(top, scale)
    return Number(top, scale, _first(condition, bottoms, 1, max(one.high for one in bottoms)))


def _open(like: Number) -> Number:
    """What is open for every unit, in the range of another number."""
    return Number(like.top.nothing, like.scale, like.bottom)


def _first(conditions: Sequence[pl.Expr], columns: Sequence[Whole], low: int, high: int) -> Whole:
    kind = _together(0, columns)
    return Whole(first(conditions, [column.at(kind) for column in columns]), low, high, None, kind)


def first(conditions: Sequence[pl.Expr], columns: Sequence[pl.Expr]) -> pl.Expr:
    """The column of the first condition that holds, else the last."""
    if not conditions:
        return columns[-1]
    chain: Any = pl.when(conditions[0]).then(columns[0])
    for condition, column in zip(conditions[1:], columns[1:-1], strict=True):
        chain = chain.when(condition).then(column)
    result: pl.Expr = chain.otherwise(columns[-1])
    return result


def extreme(numbers: Sequence[Number], *, largest: bool) -> Number:
    """The largest or smallest of several."""
    scale = lcm(*(number.scale for number in numbers))
    if _bottoms(numbers):
        result = numbers[0]
        for other in numbers[1:]:
            keep = compared(">=" if largest else "<=", result, other)
            result = unite([keep, ~keep], [result, other, _open(result)])
        return result
    tops = [number.over(scale) for number in numbers]
    pick = max if largest else min
    low, high = pick(top.low for top in tops), pick(top.high for top in tops)
    kind = _together(0, tops)
    columns = [top.at(kind) for top in tops]
    found = (pl.max_horizontal if largest else pl.min_horizontal)(columns)
    asked = [column.is_not_null() for column, top in zip(columns, tops, strict=True) if top.const is None]
    known = pl.all_horizontal(asked or [pl.lit(True)])  # noqa: FBT003
    return Number(_fit(pl.when(known).then(found), low, high, kind), scale)


def steps(value: Number, size: Number, mode: StepMode) -> Number:
    """How many steps of a size a value holds; none below zero."""
    if size.ends[0] <= 0:
        raise Refused("a step that may be zero")
    ratio = divide(_above_zero(value), size)
    if mode == "pro_rata":
        return ratio
    return Number(_whole_part(ratio, up=mode == "part_counts"))


def _above_zero(value: Number) -> Number:
    if value.top.low >= 0:
        return value
    top = value.top
    zero = lit(0, top.kind)
    found = Whole(pl.when(top.expr < zero).then(zero).otherwise(top.expr), 0, max(top.high, 0), None, top.kind)
    return Number(found, value.scale, value.bottom)


def _below(number: Number) -> Whole:
    """Scale × bottom."""
    return whole(number.scale) if number.bottom is None else number.bottom.scaled(number.scale)


def _whole_part(ratio: Number, *, up: bool) -> Whole:
    bottom = _below(ratio)
    top = total([ratio.top, bottom, whole(-1)]) if up else ratio.top
    most = (top.high // bottom.low) if bottom.low > 0 else top.high
    return _divided(top, bottom, 0, most)


def rounded(value: Number, places: int, mode: RoundingMode) -> Number:
    """A value rounded in whole numbers only, on its magnitude, with its sign put back."""
    factor = 10**places if places >= 0 else 1
    ratio = multiply(value, constant(Fraction(10) ** places))
    magnitude, negative = ratio, None
    if ratio.top.low < 0:
        top = ratio.top
        zero = lit(0, top.kind)  # 128 bits know neither abs nor a minus sign
        negative = top.expr < zero
        turned = pl.when(negative).then(zero - top.expr).otherwise(top.expr)
        magnitude = Number(Whole(turned, 0, max(-top.low, top.high), None, top.kind), ratio.scale, ratio.bottom)
    units = _round_magnitude(magnitude, mode)
    if negative is not None:
        signed = pl.when(negative).then(lit(0, units.kind) - units.expr).otherwise(units.expr)
        units = Whole(signed, -units.high, units.high, None, units.kind)
    return Number(units, factor) if places >= 0 else multiply(Number(units), constant(Fraction(10) ** -places))


def _round_magnitude(ratio: Number, mode: RoundingMode) -> Whole:
    bottom = _below(ratio)
    match mode:
        case "down":
            return _whole_part(ratio, up=False)
        case "up":
            return _whole_part(ratio, up=True)
        case "half_up":
            double = total([ratio.top.scaled(2), bottom])
            most = double.high // (2 * max(bottom.low, 1))
            return _divided(double, bottom.scaled(2), 0, most)
        case "half_even":
            return _half_even(ratio.top, bottom)


def _half_even(top: Whole, bottom: Whole) -> Whole:
    down = _divided(top, bottom, 0, top.high // max(bottom.low, 1))
    twice = total([top, _negative(down.times(bottom))]).scaled(2)  # the remainder, doubled
    kind = _together(0, (twice, bottom))
    rest, half = twice.at(kind), bottom.at(kind)
    odd = down.expr % 2 == 1
    more = (rest > half) | ((rest == half) & odd)
    kind = _together(down.high + 1, (down,))
    return Whole(down.at(kind) + more.cast(kind), 0, down.high + 1, None, kind)


def _negative(column: Whole) -> Whole:
    return column.scaled(-1)


def doubled(times: Number) -> Number:
    """2ⁿ - 1, from a table; past 60 repeats it stays there."""
    if times.bottom is not None or times.scale != 1:
        times = Number(_whole_part(_above_zero(times), up=False))
    low, high = (max(0, min(MOST_REPEATS, end)) for end in (times.top.low, times.top.high))
    repeats = times.top.expr.clip(0, MOST_REPEATS).cast(pl.UInt8)
    return Number(Whole(pl.lit(_DOUBLED).gather(repeats), 2**low - 1, 2**high - 1))
