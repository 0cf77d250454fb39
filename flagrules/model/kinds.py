"""The kinds of value a fact or parameter may have, each with its unit, its grid and its default range.

Every number is an exact `Fraction` in the kind's base unit: counts in their own unit, money in 元, a ratio and a percentage point
as a part of 1 (95% is 19/20), points in 分, a date as its ordinal day, a duration in its own unit. A kind's `step` is the
grid on which facts lie, so that every open edge has a nearest closed one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

LARGE = Fraction(10**9)
YUAN_PER = {"元": 1, "万元": 10_000, "亿元": 100_000_000}


@dataclass(frozen=True)
class Quantity:
    """A number of something: `unit` is its counter (次, 户, 人, 吨), `places` the decimals a fact may have."""

    unit: str
    places: int = 0


@dataclass(frozen=True)
class Money:
    """An amount; `unit` is how it is written and read (元, 万元, 亿元), the value is in 元, to the cent."""

    unit: str = "元"


@dataclass(frozen=True)
class Ratio:
    """A share, written in percent with at most `places` decimals of a percent."""

    places: int = 2


@dataclass(frozen=True)
class PercentagePoints:
    """A difference of two ratios, written in 个百分点."""

    places: int = 2


@dataclass(frozen=True)
class Points:
    """Points of a scale (分)."""

    places: int = 2


@dataclass(frozen=True)
class YesNo:
    """是 or 否."""


@dataclass(frozen=True)
class Choice:
    """One of named options, in the order declared."""

    options: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """Free text."""


@dataclass(frozen=True)
class Date:
    """A day, as its proleptic ordinal."""


@dataclass(frozen=True)
class Duration:
    """A length of time; `unit` is 日, 月 or 工作日, and they never mix."""

    unit: str


@dataclass(frozen=True)
class Checklist:
    """Named parts, each 有 or 无 (yes or no), unknown, not applicable or not asked on its own."""

    parts: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One column of a list of events or people."""

    name: str
    kind: Scalar
    low: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True)
class Records:
    """A list of events or people, one row each; `unit` counts the rows (起, 人)."""

    unit: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Judged:
    """Points a person gives within a range, with judge, reason and document."""

    by: str


Number = Quantity | Money | Ratio | PercentagePoints | Points | Date | Duration
Scalar = Number | YesNo | Choice | Text
Kind = Scalar | Checklist | Records | Judged


def is_number(kind: Kind) -> bool:
    """Whether values of the kind are exact numbers that can be compared in order."""
    return isinstance(kind, Quantity | Money | Ratio | PercentagePoints | Points | Date | Duration | Judged)


def step(kind: Kind) -> Fraction:
    """The grid of a numeric kind, in its base unit; raises `TypeError` for kinds without numbers."""
    match kind:
        case Quantity(_, places):
            return Fraction(1, 10**places)
        case Money():
            return Fraction(1, 100)
        case Ratio(places) | PercentagePoints(places):
            return Fraction(1, 100 * 10**places)
        case Points(places):
            return Fraction(1, 10**places)
        case Judged():
            return Fraction(1, 100)
        case Date() | Duration():
            return Fraction(1)
        case YesNo() | Choice() | Text() | Checklist() | Records():
            raise TypeError(f"{type(kind).__name__} has no grid")
        case _:
            assert_never(kind)


def default_range(kind: Kind) -> tuple[Fraction, Fraction]:
    """The range of a fact whose line states none, in the base unit; `check` lists it. Raises `TypeError` for kinds without numbers."""
    match kind:
        case Ratio():
            return Fraction(0), Fraction(1)
        case PercentagePoints():
            return Fraction(-1), Fraction(1)
        case Date():
            return Fraction(693_596), Fraction(767_009)  # 1900-01-01 to 2100-12-31
        case Quantity() | Money() | Points() | Duration() | Records() | Judged():
            return Fraction(0), LARGE
        case YesNo() | Choice() | Text() | Checklist():
            raise TypeError(f"{type(kind).__name__} has no range")
        case _:
            assert_never(kind)


def scale(kind: Kind) -> Fraction:
    """What one written unit is worth in the base unit: 1% is 1/100, 1万元 is 10000."""
    match kind:
        case Money(unit):
            return Fraction(YUAN_PER[unit])
        case Ratio() | PercentagePoints():
            return Fraction(1, 100)
        case _:
            return Fraction(1)


def unit_of(kind: Kind) -> str:
    """The unit a value of the kind is written with, or an empty string."""
    match kind:
        case Quantity(unit) | Money(unit) | Duration(unit) | Records(unit):
            return unit
        case Ratio():
            return "%"
        case PercentagePoints():
            return "个百分点"
        case Points() | Judged():
            return "分"
        case Date() | YesNo() | Choice() | Text() | Checklist():
            return ""
        case _:
            assert_never(kind)
