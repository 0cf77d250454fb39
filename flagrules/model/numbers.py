"""Exact decimals in and out: parse a literal, write a fraction, round only in a named way."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal

RoundingMode = Literal["half_up", "half_even", "down", "up"]
MAX_DIGITS = 18
MAX_PLACES = 6
_DECIMAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


class NotExact(ValueError):
    """The text is not a decimal this language takes."""


def parse_decimal(text: str) -> Fraction:
    """An exact number from decimal text such as `12` or `-0.5`; raises `NotExact` on anything else or past 18 digits or 6 decimals."""
    if not _DECIMAL.fullmatch(text):
        raise NotExact(text)
    whole, _, decimals = text.lstrip("+-").partition(".")
    if len(whole.lstrip("0")) > MAX_DIGITS or len(decimals) > MAX_PLACES:
        raise NotExact(text)
    return Fraction(text)


def _half_up(scaled: Fraction) -> int:
    magnitude = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return magnitude if scaled >= 0 else -magnitude


def round_to(value: Fraction, places: int, mode: RoundingMode = "half_up") -> Fraction:
    """`value` rounded to `places` decimals. half_up is 四舍五入, away from zero on a tie; down is toward zero, up away from zero."""
    factor = 10**places
    scaled = value * factor
    match mode:
        case "half_up":
            units = _half_up(scaled)
        case "half_even":
            units = round(scaled)
        case "down":
            units = abs(scaled.numerator) // scaled.denominator * (1 if scaled >= 0 else -1)
        case "up":
            units = -(-abs(scaled.numerator) // scaled.denominator) * (1 if scaled >= 0 else -1)
    return Fraction(units, factor)


def is_on_grid(value: Fraction, step: Fraction) -> bool:
    """Whether `value` is a whole multiple of `step`."""
    return (value / step).denominator == 1


def write_exact(value: Fraction) -> str:
    """Shortest exact text: a decimal where one exists within 12 places, else numerator/denominator."""
    if (denominator := value.denominator) == 1:
        return str(value.numerator)
    places = 0
    while denominator != 1 and places < 12:
        denominator = (value * 10 ** (places + 1)).denominator
        places += 1
    if denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = abs(value.numerator) * 10**places // value.denominator
    text = str(digits).rjust(places + 1, "0")
    shown = f"{text[:-places]}.{text[-places:]}" if places else text
    return f"-{shown}" if value < 0 else shown


def write_rounded(value: Fraction, places: int = 2) -> str:
    """For display only: at most `places` decimals, with ≈ when that is not exact."""
    rounded = round_to(value, places)
    return write_exact(value) if rounded == value else f"≈{write_exact(rounded)}"
