"""Parquet files: whole numbers, exact decimals, text, days and yes/no; columns of binary floats are refused by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

import polars as pl
from polars.exceptions import PanicException

from flagrules.facts import limits
from flagrules.facts.raw import BLANK, Form, Raw, RawRow, RawSheet, Sheets
from flagrules.text.findings import Findings
from flagrules.text.source import CellPlace, FilePlace

_Make = Callable[[object], Raw]


def read_parquet(path: Path, label: str) -> Sheets:
    """The one sheet of a Parquet file; its header is row 0 and its first row of data row 1."""
    found = Findings()
    try:
        lazy = pl.scan_parquet(path)
        schema = lazy.collect_schema()
        count = int(lazy.select(pl.len()).collect().item())
        makers = _makers(schema, label, found)
        if count > limits.ROWS or len(schema) > limits.COLUMNS or count * len(schema) > limits.AREA:
            found.add("FR509", FilePlace(label), rows=limits.ROWS, columns=limits.COLUMNS, area=limits.AREA)
        if found.errors:
            return Sheets(findings=found.errors)
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, PanicException, OSError, ValueError):
        found.add("FR507", FilePlace(label))
        return Sheets(findings=tuple(found))
    header = RawRow(0, tuple(Raw(name) for name in frame.columns))
    rows = (
        RawRow(number, tuple(BLANK if v is None else make(v) for make, v in zip(makers, row, strict=True)))
        for number, row in enumerate(frame.iter_rows(), 1)
    )
    return Sheets((RawSheet("", (header, *(row for row in rows if not row.blank))),))


def _makers(schema: pl.Schema, label: str, found: Findings) -> list[_Make]:
    makers: list[_Make] = []
    for name, dtype in schema.items():
        place = CellPlace(label, "", 0, name)
        if dtype.is_float():
            found.add("FR531", place, name=name)
        elif (make := _maker(dtype)) is None:
            found.add("FR532", place, name=name, type=str(dtype))
        else:
            makers.append(make)
    return makers


def _maker(dtype: pl.DataType) -> _Make | None:
    if dtype.is_integer() or dtype.is_decimal():
        return lambda value: Raw(f"{value:f}" if dtype.is_decimal() else str(value), Form.NUMBER)
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum | pl.Null):
        return lambda value: Raw(str(value))
    if isinstance(dtype, pl.Boolean):
        return lambda value: Raw("是" if value else "否", Form.BOOL)
    if isinstance(dtype, pl.Date | pl.Datetime):
        return _day
    return None


def _day(value: object) -> Raw:
    if isinstance(value, datetime):
        return Raw(value.date().isoformat(), Form.DATE) if value.time() == time() else Raw(value.isoformat(" "))
    return Raw(str(value), Form.DATE)
