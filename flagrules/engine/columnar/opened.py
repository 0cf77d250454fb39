"""What is open, written down once: the entries that may have fired, all the value may be, and the one input it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import polars as pl

from flagrules.engine.columnar import numbers as n
from flagrules.engine.columnar.compile import ABSENT, BELOW, LINE, VALUE, Slot
from flagrules.engine.values import NotApplicable, Num, Opts, Val

OPEN, LOW, HIGH, KEY, MAY, FIRED = "open:", "lo:", "hi:", "k:", "ab:", "fi:"
SEVERAL = -1  # more than one open input, or one that is not tried value by value
NONE = 0  # open, though no input is (不能表达)


@dataclass(frozen=True)
class Opened:
    """A decision that is open, or that the reference alone could settle: `key` numbers the one input it rests on."""

    fired: tuple[int, ...]
    value: Val
    key: int


class Beyond(Exception):
    """A value the columns of its slot do not hold."""


@dataclass
class Book:
    """The open results of one slot, each with a number; the columns of their values are made when asked for."""

    slot: Slot
    entries: list[Opened] = field(default_factory=list)
    numbers: dict[Opened, int] = field(default_factory=dict)

    def number(self, opened: Opened) -> int:
        """The number of an open result."""
        found = self.numbers.get(opened)
        if found is None:
            found = self.numbers[opened] = len(self.entries)
            self.entries.append(opened)
        return found

    def gather(self, name: str, pick: Callable[[Opened], int | None], kind: type[pl.DataType] = pl.Int64) -> pl.Expr:
        """A column by the number of the open result."""
        return pl.lit(pl.Series(name, [pick(entry) for entry in self.entries], dtype=kind)).gather(pl.col(OPEN + name_of(self.slot)))

    def columns(self, schema: Mapping[str, Any], *, wide: bool) -> list[pl.Expr]:
        """Columns of the slot with what is open put in: no line, exact values, and ends where later decisions look at them.

        Raises `Beyond`.
        """
        name, col = name_of(self.slot), self.slot.col
        is_open = pl.col(OPEN + name).is_not_null()
        found = [pl.when(~is_open).then(pl.col(LINE + name)).alias(LINE + name)]
        if col is None:
            return found
        if any(entry.value.exact for entry in self.entries):
            found += self._exact(schema, is_open)
        if wide and col.number is not None:
            found += self._ends(schema, is_open)
        if wide:
            key = self.gather(name, lambda entry: None if entry.value.exact else entry.key, pl.Int32)
            key = pl.when(is_open).then(key).otherwise(pl.col(KEY + name)) if KEY + name in schema else key
            found.append(key.alias(KEY + name))
        return found

    def _put(self, column: str, pick: Callable[[Opened], int | None], schema: Mapping[str, Any], is_open: pl.Expr) -> pl.Expr:
        name = name_of(self.slot)
        kind = schema[column]
        values = pl.lit(pl.Series("", [pick(entry) for entry in self.entries], dtype=kind)).gather(pl.col(OPEN + name))
        return pl.when(is_open).then(values).otherwise(pl.col(column)).alias(column)

    def _exact(self, schema: Mapping[str, Any], is_open: pl.Expr) -> list[pl.Expr]:
        name, col = name_of(self.slot), self.slot.col
        assert col is not None
        found = []
        if col.na is not None:
            found.append(self._put(ABSENT + VALUE + name, lambda entry: isinstance(entry.value, NotApplicable), schema, is_open))
        elif any(isinstance(entry.value, NotApplicable) for entry in self.entries):
            raise Beyond(name)
        if col.number is None:
            return [*found, self._put(VALUE + name, self._word, schema, is_open)]
        number = col.number
        found.append(self._put(VALUE + name, lambda entry: _end(entry, number, high=False, exact=True)[0], schema, is_open))
        if number.bottom is not None:
            found.append(self._put(BELOW + VALUE + name, lambda entry: _end(entry, number, high=False, exact=True)[1], schema, is_open))
        return found

    def _word(self, entry: Opened) -> int | bool | None:
        col = self.slot.col
        assert col is not None
        if not isinstance(entry.value, Opts) or not entry.value.exact:
            return None
        word = next(iter(entry.value.options))
        if col.truth is not None:
            return bool(word)
        if word not in col.words:
            raise Beyond(name_of(self.slot))
        return col.words.index(str(word))

    def _ends(self, schema: Mapping[str, Any], is_open: pl.Expr) -> list[pl.Expr]:
        name, col = name_of(self.slot), self.slot.col
        assert col is not None
        number = col.number
        assert number is not None
        found = []
        for mark, high in ((LOW, False), (HIGH, True)):
            ends = [_end(entry, number, high=high) for entry in self.entries]
            kind: Any = schema[VALUE + name]
            top = pl.lit(pl.Series("", [end[0] for end in ends], dtype=kind)).gather(pl.col(OPEN + name))
            before = pl.col(mark + name if mark + name in schema else VALUE + name)
            found.append(pl.when(is_open).then(top).otherwise(before).alias(mark + name))
            if number.bottom is not None:
                below = pl.lit(pl.Series("", [end[1] for end in ends], dtype=pl.Int64)).gather(pl.col(OPEN + name))
                before = pl.col(BELOW + (mark if BELOW + mark + name in schema else VALUE) + name)
                found.append(pl.when(is_open).then(below).otherwise(before.cast(pl.Int64)).alias(BELOW + mark + name))
        if col.na is not None:
            may = self.gather(name, lambda entry: int(getattr(entry.value, "absent", False)), pl.Int8)
            found.append((may.fill_null(0) == 1).alias(MAY + name))
        return found


def _end(entry: Opened, number: n.Number, *, high: bool, exact: bool = False) -> tuple[int | None, int | None]:
    """An end of an open number as its columns have it. Raises `Beyond`."""
    value = entry.value
    if not isinstance(value, Num) or (exact and not value.exact):
        return None, None
    return scaled(value.high if high else value.low, number)


def scaled(value: Fraction, number: n.Number) -> tuple[int, int | None]:
    """A value as a column of numbers has it, and its divisor where it has one. Raises `Beyond`."""
    found = value * number.scale
    if number.bottom is None and found.denominator != 1:
        raise Beyond
    if not number.top.low <= found.numerator <= number.top.high:
        raise Beyond
    if number.bottom is None:
        return found.numerator, None
    if found.denominator > number.bottom.high:
        raise Beyond
    return found.numerator, found.denominator


def name_of(slot: Slot) -> str:
    """The slot's path."""
    return slot.decision.slot
