"""A Parquet table of facts as columns: what each of its columns holds, as the engine reads it, and which of its cells are wrong.

A value column has the type of its fact: whole numbers or exact decimals, yes/no, days, text. Null is unknown. What does not apply
stands in a yes/no column of the same name with `/不适用` (`/not_applicable`) after it. Anything else (numbers or states written as
text) is first made into such a table by `snapshot`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from flagrules.facts.grid import Grid
from flagrules.facts.headers import NIL_MEMBER, POINTS, Column, columns_of, fact_columns, marks_of
from flagrules.facts.log import Log
from flagrules.facts.schema import Schema
from flagrules.facts.words import ID, NAME, PERIOD, fold, key
from flagrules.model import kinds as k
from flagrules.model.kinds import PercentagePoints, Ratio, scale, step
from flagrules.text.source import CellPlace

_EPOCH = 719_163  # the ordinal of 1970-01-01, from which Parquet counts days
_DECIMALS = 38


@dataclass(frozen=True)
class ValueColumn:
    """A column of a table of facts: the input it is (as engines name it), how it is read, and where a cell is wrong.

    `value` is a whole number of the fact's steps, yes/no, the number of an option, or text; null is unknown. `absent` says what
    does not apply, None where the fact always applies. `fault` is true of a cell that cannot be read. `sound` says of a whole column
    that it has no such cell; its values are then `plain`.
    """

    header: str
    beside: str
    column: Column
    value: pl.Expr
    absent: pl.Expr | None
    fault: pl.Expr
    sound: pl.Expr
    plain: pl.Expr

    def name(self, back: int) -> str:
        """What engines call the input in the period so many before the one assessed."""
        spec, member = self.column.spec, self.column.member
        if member == NIL_MEMBER:
            return f"nil{back}:{spec.name}"
        return f"p:{spec.name}/{member}" if isinstance(spec.kind, k.Checklist) else f"f{back}:{spec.name}"


@dataclass(frozen=True)
class TypedTable:
    """A table of facts that can be read as columns: its id and period columns by header, and the columns of values."""

    label: str
    id: str
    period: str
    unit_name: str
    columns: tuple[ValueColumn, ...]


def own_columns(headers: Sequence[str]) -> tuple[str, str, str]:
    """The headers of id, period and name; "" for one that is not there."""

    def found(names: tuple[str, ...]) -> str:
        return next((header for header in headers if key(header) in names), "")

    return found(ID), found(PERIOD), found(NAME)


def value_columns(headers: Sequence[str], label: str, schema: Schema, log: Log) -> tuple[dict[str, Column], dict[str, str]]:
    """The columns of values by header, and the header that says what does not apply by the header of its values.

    Headers nobody knows, or that stand twice, are reported as for any table of facts.
    """
    absent = {base: header for header, base in marks_of(headers).items()}
    plain = tuple("" if header in absent.values() else header for header in headers)
    found = columns_of(Grid(label, "", 0, plain, ()), fact_columns(schema), log)
    return {headers[index]: column for index, column in found.items() if not _said_beside(column)}, absent


def _said_beside(column: Column) -> bool:
    """Judge, reason and document of a judged value: explanations read them from the file, no engine does."""
    return isinstance(column.spec.kind, k.Judged) and column.member != POINTS


def is_typed(column: Column, kind: pl.DataType) -> bool:
    """Whether a column of this type can be read as it is."""
    match column.slot.kind:
        case k.YesNo():
            return kind == pl.Boolean
        case k.Choice() | k.Text():
            return kind in (pl.String, pl.Categorical) or isinstance(kind, pl.Enum)
        case k.Date():
            return kind == pl.Date
        case _:
            return kind.is_integer() or kind.is_decimal()


def typed_table(found: Mapping[str, pl.DataType], label: str, schema: Schema, log: Log) -> TypedTable | None:
    """A table of facts as columns, or None where some column is not of its fact's type (`snapshot` then reads it).

    Findings: FR531 for binary floats, FR537 to FR540 for headers, FR579 for a column of shares without its unit.
    """
    for header, kind in found.items():
        if kind.is_float():
            log.add("FR531", CellPlace(label, "", 0, header), name=header, type=str(kind))
    columns, absent = value_columns(tuple(found), label, schema, log)
    if not all(is_typed(column, found[header]) for header, column in columns.items()):
        return None
    for header, column in columns.items():
        _check_unit(header, column, label, log)
    unit_id, period, name = own_columns(tuple(found))
    values = tuple(_value(header, column, found[header], absent.get(header, "")) for header, column in columns.items())
    return TypedTable(label, unit_id, period, name, values)


def _check_unit(header: str, column: Column, label: str, log: Log) -> None:
    """FR579: 95 in a column of shares may be 95% or 9500%; its header must say which."""
    if isinstance(column.slot.kind, Ratio | PercentagePoints) and not column.slot.unit:
        unit = k.unit_of(column.slot.kind)
        place = CellPlace(label, "", 0, header)
        log.add("FR579", place, fact=column.slot.fact, got="95", first=f"95{unit}", second=f"9500{unit}", mark=f"({unit})")


def _value(header: str, column: Column, kind: pl.DataType, absent: str) -> ValueColumn:
    raw, slot = pl.col(header), column.slot
    gone = pl.col(absent).fill_null(value=False) if absent else None
    sound = pl.lit(value=gone is None)
    match slot.kind:
        case k.YesNo():
            value = plain = raw
            fault = pl.lit(value=False)
        case k.Text():
            value = plain = raw.cast(pl.String).str.strip_chars()
            fault = pl.lit(value=False)
        case k.Choice(options):
            spellings = {spelling: index for index, option in enumerate(options) for spelling in (option, fold(option))}
            value = plain = raw.cast(pl.String).replace_strict(spellings, default=None, return_dtype=pl.UInt16)
            fault, sound = raw.is_not_null() & value.is_null(), pl.lit(value=False)
        case _:
            small = least(max(abs(bound / step(slot.kind)) for bound in slot.bounds)) or pl.Int64
            value, fault, between, plain = _number(raw, column, kind)
            value, plain, sound = value.cast(small), plain.cast(small), sound & between
    if gone is not None:
        fault = fault | (gone & raw.is_not_null()) if slot.nullable else fault | gone
        value = pl.when(~gone).then(value)
    return ValueColumn(header, absent, column, value, gone if slot.nullable else None, fault.fill_null(value=False), sound, plain)


def least(reach: int | Fraction) -> type[pl.DataType] | None:
    """The narrowest type for whole numbers so far from zero; None where 64 bits are needed or more."""
    return pl.Int16 if reach < 2**15 else pl.Int32 if reach < 2**31 else None


def _number(raw: pl.Expr, column: Column, kind: pl.DataType) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr]:
    """A number in steps of its fact, and whether it is out of range or between two steps; whether no number of the column is, and the
    numbers if so. Nothing is ever rounded."""
    low, high = column.slot.bounds
    grid = step(column.slot.kind)
    if isinstance(column.slot.kind, k.Date):
        value = raw.cast(pl.Int64) + _EPOCH
        outside = (value < int(low)) | (value > int(high))
        return pl.when(~outside).then(value), outside, _between(value, _edge(int(low)), _edge(int(high))), value
    places = kind.scale if isinstance(kind, pl.Decimal) else 0
    whole = raw.to_physical() if isinstance(kind, pl.Decimal) else raw
    factor = scale(column.slot.kind) / grid / 10**places  # steps to one unit of the last written place
    least_, most = _up(low / grid / factor), _down(high / grid / factor)
    outside, all_in = (whole < least_) | (whole > most), _between(whole, least_, most)
    reach = max(abs(low), abs(high)) / grid / factor * factor.numerator
    inside = pl.when(~outside).then(whole).cast(pl.Int64 if reach < 2**63 else pl.Int128)  # what is out of range overflows nothing
    if factor == 1:
        return inside, outside, all_in, whole
    if factor.denominator == 1:
        return inside * factor.numerator, outside, all_in, inside * factor.numerator
    off = (inside * factor.numerator) % factor.denominator != 0
    value = (inside * factor.numerator) // factor.denominator
    return value, outside | off, all_in & ~off.any(), value


def _between(value: pl.Expr, least_: pl.Expr, most: pl.Expr) -> pl.Expr:
    """Whether all known values of a column lie between two."""
    return ((value.min() >= least_) & (value.max() <= most)).fill_null(value=True)


def _up(value: Fraction) -> pl.Expr:
    return _edge(-((-value).__floor__()))


def _down(value: Fraction) -> pl.Expr:
    return _edge(value.__floor__())


def _edge(value: int) -> pl.Expr:
    """A bound as wide as it needs to be; a column's own type never narrows it."""
    return pl.lit(value, dtype=pl.Int64 if abs(value) < 2**63 else pl.Int128)
