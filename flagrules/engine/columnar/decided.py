"""What units have decided in a slot as columns that other units' figures are worked out from, and read back as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, overload

import polars as pl

from flagrules.engine.columnar.compile import ABSENT, BELOW, VALUE
from flagrules.engine.columnar.numbers import WIDEST
from flagrules.engine.columnar.opened import HIGH, LOW, OPEN
from flagrules.engine.columnar.refused import Refused
from flagrules.engine.columnar.result import Result
from flagrules.engine.tally import Tally
from flagrules.engine.values import FALSE, MAYBE, NA, TRUE, NotApplicable, Num, Opts, Val

UNIT = "unit"
VALUES: Mapping[str, Any] = {
    "low": pl.Int64, "low_d": pl.Int64, "high": pl.Int64, "high_d": pl.Int64, "absent": pl.Boolean, "truth": pl.Boolean, "far": pl.String,
}  # fmt: skip
"""The least and the most a value may be, each over its divisor; of a truth whether it surely and whether it possibly holds, as 0 and 1.
`absent` says that it may not apply, and where it surely does not, there are no ends; `far` is a number no column holds, as text."""


def written(value: Val) -> tuple[int | None, int | None, int | None, int | None, bool, bool, str | None]:
    """A value as a row of `VALUES`."""
    match value:
        case NotApplicable():
            return None, None, None, None, True, False, None
        case Opts():
            return int(value == TRUE), 1, int(value != FALSE), 1, False, True, None
        case Num(low, high, absent):
            if max(abs(low.numerator), low.denominator, abs(high.numerator), high.denominator) > WIDEST:
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
    if top.wide or scale * (bottom.high if bottom is not None else 1) > WIDEST:
        raise Refused(f"{slot} is wider than 64 bits")
    for mark in (LOW, HIGH):
        below = one if bottom is None else frame[BELOW + (mark if BELOW + mark + slot in there else VALUE) + slot].cast(pl.Int64)
        ends += [frame[mark + slot if mark + slot in there else VALUE + slot].cast(pl.Int64), below * scale]
    return [*ends, gone, truth, far]


# ── many values at once ──
@dataclass(frozen=True)
class Ordered(Sequence[Fraction]):
    """Numbers in order, as whole steps of 1/`scale`."""

    steps: pl.Series
    scale: int

    def __len__(self) -> int:
        return self.steps.len()

    @overload
    def __getitem__(self, at: int) -> Fraction: ...
    @overload
    def __getitem__(self, at: slice) -> list[Fraction]: ...
    def __getitem__(self, at: int | slice) -> Fraction | list[Fraction]:
        """One of them, or some."""
        if isinstance(at, slice):
            return [Fraction(step, self.scale) for step in self.steps[at].to_list()]
        return Fraction(self.steps[at], self.scale)


def on_grid(values: pl.DataFrame, *also: int, sums: bool = True) -> int:
    """The grid values lie on, and divisors that are asked for beside. Raises `Refused` where a number is too wide for it, or for sums
    where they are wanted."""
    if values["far"].null_count() < values.height:
        raise Refused("a number past 64 bits")
    scale = lcm(1, *also, *values["low_d"].drop_nulls().unique().to_list(), *values["high_d"].drop_nulls().unique().to_list())
    outermost = (end for name in ("low", "high") for end in (values[name].min(), values[name].max()))
    most = max((abs(end) for end in outermost if isinstance(end, int)), default=0)
    if scale * (most + 1) * (values.height + 1 if sums else 1) > WIDEST:
        raise Refused("numbers or sums past 64 bits")
    return scale


def tally_of(values: pl.DataFrame) -> Tally:
    """The tally of very many values, rows of `VALUES`, as `Tally.of` makes it of them one by one."""
    try:
        scale = on_grid(values, sums=False)
    except Refused:
        return Tally.of(read(row) for row in values.iter_rows(named=True))
    there, zero = values.filter(pl.col("low").is_not_null()), pl.lit(0, dtype=pl.Int64)
    truths, rest = there.filter("truth"), there.filter(~pl.col("truth"))
    numbers = rest.select(*(pl.col(name) * (scale // pl.col(f"{name}_d")) for name in ("low", "high")), "absent")
    low, high, sure = pl.col("low"), pl.col("high"), ~pl.col("absent")
    least, most = pl.min_horizontal(low, zero), pl.max_horizontal(high, zero)  # what may be absent may add nothing
    ends = (low, high, pl.when(sure).then(low).otherwise(least), pl.when(sure).then(high).otherwise(most))
    sums = numbers.select(end.cast(pl.Int128).sum().alias(f"{at}") for at, end in enumerate(ends)).row(0)
    certain = numbers.filter(sure)
    return Tally(
        (Fraction(truths.height), Fraction(int(truths["low"].sum())), Fraction(int(truths["high"].sum()))),
        (Fraction(numbers.height), Fraction(certain.height), *(Fraction(total, scale) for total in sums)),
        *(Ordered(some[name].sort(), scale) for some in (numbers, certain) for name in ("low", "high")),
    )


__all__ = ["UNIT", "VALUES", "Ordered", "decided", "on_grid", "read", "tally_of", "written"]
