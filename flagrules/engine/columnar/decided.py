"""What units have decided in a slot as columns that other units' figures are worked out from, and read back as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from flagrules.engine.columnar.compile import ABSENT, BELOW, VALUE
from flagrules.engine.columnar.opened import HIGH, LOW, OPEN
from flagrules.engine.columnar.refused import Refused
from flagrules.engine.columnar.result import Result
from flagrules.engine.values import FALSE, MAYBE, NA, TRUE, NotApplicable, Num, Opts, Val

UNIT = "unit"
VALUES: Mapping[str, Any] = {
    "low": pl.Int64, "low_d": pl.Int64, "high": pl.Int64, "high_d": pl.Int64, "absent": pl.Boolean, "truth": pl.Boolean, "far": pl.String,
}  # fmt: skip
"""The least and the most a value may be, each over its divisor; of a truth whether it surely and whether it possibly holds, as 0 and 1.
`absent` says that it may not apply, and where it surely does not, there are no ends; `far` is a number no column holds, as text."""
_WIDEST = 2**62


def written(value: Val) -> tuple[int | None, int | None, int | None, int | None, bool, bool, str | None]:
    """A value as a row of `VALUES`."""
    match value:
        case NotApplicable():
            return None, None, None, None, True, False, None
        case Opts():
            return int(value == TRUE), 1, int(value != FALSE), 1, False, True, None
        case Num(low, high, absent):
            if max(abs(low.numerator), low.denominator, abs(high.numerator), high.denominator) > _WIDEST:
                return None, None, None, None, absent, False, f"{low} {high}"
            return low.numerator, low.denominator, high.numerator, high.denominator, absent, False, None


def read(row: Mapping[str, Any]) -> Val:
    """The value of a row of `VALUES`."""
    if row["far"] is not None:
        low, high = map(Fraction, row["far"].split())
        return Num(low, high, row["absent"])
    if row["low"] is None:
        return NA
    if row["truth"]:
        return TRUE if row["low"] else MAYBE if row["high"] else FALSE
    return Num(Fraction(row["low"], row["low_d"]), Fraction(row["high"], row["high_d"]), row["absent"])


def decided(result: Result, slot: str) -> pl.DataFrame:
    """What every unit of a result came to in a slot: a row of `VALUES` a unit."""
    height = result.frame.height
    try:
        found = _plain(result, slot) if result.slots[slot].col is not None else [pl.repeat(None, height, dtype=kind, eager=True)
                                                                                for kind in VALUES.values()]  # fmt: skip
    except Refused:
        return _table(_unit(result, slot, row) for row in range(height))
    if OPEN + slot in result.frame.columns and result.books[slot].entries:
        number, opened = result.frame[OPEN + slot], _table(entry.value for entry in result.books[slot].entries)
        found = [old.zip_with(number.is_null(), new.gather(number)) for old, new in zip(found, opened, strict=True)]
    if result.whole:
        whole = _table(_unit(result, slot, row) for row in result.whole)
        found = [old.clone().scatter(list(result.whole), new) for old, new in zip(found, whole, strict=True)]
    return pl.DataFrame([column.alias(name) for column, name in zip(found, VALUES, strict=True)])


def _unit(result: Result, slot: str, row: int) -> Val:
    value = result.whole[row][slot].value if row in result.whole else result.unit(row).value(slot)
    assert isinstance(value, Num | Opts | NotApplicable)
    return value


def _table(values: Iterable[Val]) -> pl.DataFrame:
    return pl.DataFrame([written(value) for value in values], schema=dict(VALUES), orient="row")


def _plain(result: Result, slot: str) -> list[pl.Series]:
    """What columns say of numbers and truths. Raises `Refused` where they are wider than those that are read."""
    col, frame = result.slots[slot].col, result.frame
    assert col is not None
    there, height = set(frame.columns), frame.height
    gone = frame[ABSENT + VALUE + slot] if col.na is not None else pl.repeat(False, height, eager=True)  # noqa: FBT003
    truth, far = pl.repeat(col.number is None, height, eager=True), pl.repeat(None, height, dtype=pl.String, eager=True)
    one, ends = pl.repeat(1, height, dtype=pl.Int64, eager=True), list[pl.Series]()
    if col.number is None:
        low = frame[VALUE + slot].cast(pl.Int64)
        return [low, one, low, one, gone, truth, far]
    top, bottom, scale = col.number.top, col.number.bottom, col.number.scale
    if top.wide or scale * (bottom.high if bottom is not None else 1) > _WIDEST:
        raise Refused(f"{slot} is wider than 64 bits")
    for mark in (LOW, HIGH):
        below = one if bottom is None else frame[BELOW + (mark if BELOW + mark + slot in there else VALUE) + slot].cast(pl.Int64)
        ends += [frame[mark + slot if mark + slot in there else VALUE + slot].cast(pl.Int64), below * scale]
    return [*ends, gone, truth, far]


__all__ = ["UNIT", "VALUES", "decided", "read", "written"]
