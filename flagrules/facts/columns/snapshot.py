"""A table whose cells are written as text (CSV, text columns, a database query) made into a typed table, every word read as always.

Each distinct text of a column is read once, by the very code that reads any cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from flagrules.facts.columns.days import sayable
from flagrules.facts.columns.disk import disk_faults
from flagrules.facts.columns.typed import own_columns, value_columns
from flagrules.facts.headers import NOT_APPLICABLE, Column, is_marked
from flagrules.facts.log import SHOWN, Log, tell_more
from flagrules.facts.raw import Raw, first_row
from flagrules.facts.readers.bounded import raw_of
from flagrules.facts.readers.child import cell
from flagrules.facts.schema import Schema
from flagrules.facts.table import State, Value
from flagrules.facts.values import read_cell
from flagrules.facts.words import STATES
from flagrules.model import kinds as k
from flagrules.text.source import CellPlace

_GONE = [word for word, state in STATES.items() if state is State.NOT_APPLICABLE]


def snapshot(batches: Iterable[pl.DataFrame], label: str, schema: Schema, folder: Path, log: Log) -> pl.LazyFrame:
    """Write typed parts of a table into `folder` and hand them back as one table, rows as they came.

    Findings are those of reading each cell.
    """
    folder.mkdir(parents=True, exist_ok=True)
    row, known = first_row(label), None
    for number, batch in enumerate(map(sayable, batches)):
        known = value_columns(batch.columns, label, schema, log) if known is None else known
        with disk_faults():
            _typed(batch, *known, label, row, log).write_parquet(folder / f"{number:06}.parquet", compression="zstd")
        row += batch.height
    return pl.scan_parquet(sorted(folder.glob("*.parquet")))


def _firsts(series: pl.Series) -> list[tuple[Any, int]]:
    """Each value there is with the first row that has it, in the order of rows."""
    found = pl.DataFrame({"value": series, "at": pl.int_range(series.len(), eager=True)}).drop_nulls("value")
    return found.unique("value", keep="first").sort("at").rows()


def _typed(batch: pl.DataFrame, columns: Mapping[str, Column], beside: Mapping[str, str], label: str, row: int, log: Log) -> pl.DataFrame:
    keep = [pl.col(header).cast(pl.String).str.strip_chars() for header in own_columns(batch.columns) if header]
    made: list[pl.Series] = batch.select(keep).get_columns()
    for header, column in columns.items():
        gone = _gone(batch[beside[header]], batch[header], column, label, row, log) if header in beside else None
        made += _column(batch[header], gone, column, label, row, log)
    return pl.DataFrame(made)


def _gone(marks: pl.Series, values: pl.Series, column: Column, label: str, row: int, log: Log) -> pl.Series:
    """Where a column beside the values says that they do not apply."""
    def place(at: int, header: str = marks.name) -> CellPlace:
        return CellPlace(label, "", row + at, header)

    said = [value for value, at in _firsts(marks) if is_marked(raw_of(cell(value)), marks.name, place(at), log)]
    gone = marks.is_in(pl.Series(said, dtype=marks.dtype).implode()).fill_null(value=False)
    if gone.any() and not column.slot.nullable:  # told as it is where the word stands in the cell itself
        read_cell(Raw("不适用"), column.slot, place(gone.arg_true()[0], values.name), log)
    both = gone & values.is_not_null()
    if values.dtype == pl.String:
        both = both & ~values.str.strip_chars().is_in(["", *_GONE])
    for at in both.arg_true().head(SHOWN).to_list():
        log.add("FR027", place(at, values.name), fact=column.slot.fact)
    tell_more(int(both.sum()), SHOWN, label, log)
    return gone


def _column(series: pl.Series, gone: pl.Series | None, column: Column, label: str, row: int, log: Log) -> list[pl.Series]:
    kind, header = _type(column), series.name
    name = _header(header, column)
    series = series.set(gone, None) if gone is not None and gone.any() else series
    if series.dtype == kind and kind != pl.String:
        return [series.alias(name), *_absent(series, [], gone, name, column)]
    if series.dtype.is_float():  # whoever reads the table refuses it by name
        return [series]
    values: dict[object, Any] = {}
    absent: list[object] = []
    for value, at in _firsts(series):
        read = read_cell(raw_of(cell(value)), column.slot, CellPlace(label, "", row + at, header), log)
        if read.state is State.NOT_APPLICABLE:
            absent.append(value)
        elif read.known and read.value is not None:
            values[value] = _plain(read.value, column)
    found = series.replace_strict(list(values), pl.Series(list(values.values()), dtype=kind), default=None, return_dtype=kind)
    return [found.alias(name), *_absent(series, absent, gone, name, column)]


def _absent(series: pl.Series, words: list[object], marked: pl.Series | None, name: str, column: Column) -> list[pl.Series]:
    """The column beside the values that says what does not apply; every part of a table has the same columns."""
    if not column.slot.nullable:
        return []
    gone = series.is_in(pl.Series(words, dtype=series.dtype).implode()) if words else pl.repeat(False, series.len(), eager=True)  # noqa: FBT003
    gone = gone.fill_null(value=False) | marked if marked is not None else gone.fill_null(value=False)
    return [gone.alias(name + NOT_APPLICABLE[0])]


def _header(header: str, column: Column) -> str:
    """The header with its unit, once that is settled cell by cell."""
    shares = isinstance(column.slot.kind, k.Ratio | k.PercentagePoints)
    return f"{header}({k.unit_of(column.slot.kind)})" if shares and not column.slot.unit else header


def _type(column: Column) -> Any:  # noqa: ANN401  a Polars type, of which there is no common class
    match column.slot.kind:
        case k.YesNo():
            return pl.Boolean
        case k.Choice() | k.Text():
            return pl.String
        case k.Date():
            return pl.Date
        case kind:
            return pl.Decimal(38, _places(kind))


def _places(kind: k.Kind) -> int:
    """Decimals of a fact's step as it is written: a cent is 0.000001 万元."""
    grid, places = k.step(kind) / k.scale(kind), 0
    while (grid * 10**places).denominator != 1:
        places += 1
    return places


def _plain(value: Value, column: Column) -> object:
    if not isinstance(value, Fraction):
        return value
    if isinstance(column.slot.kind, k.Date):
        return date.fromordinal(int(value))
    written = value / k.scale(column.slot.kind)
    places = _places(column.slot.kind)
    return Decimal(int(written * 10**places)).scaleb(-places)
