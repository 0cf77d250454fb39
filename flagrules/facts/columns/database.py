"""The rows of a PostgreSQL query, batch by batch through a cursor on the server, so that no table is ever held whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from flagrules.text.findings import Stopped, finding
from flagrules.text.source import FilePlace

_TYPES: dict[str, Any] = {
    "bool": pl.Boolean,
    "date": pl.Date,
    "int2": pl.Int16,
    "int4": pl.Int32,
    "int8": pl.Int64,
    "numeric": None,  # as many decimals as the rows have
    "float4": pl.Float32,  # refused by name where a fact would be read from it
    "float8": pl.Float64,
}


def rows_of(query: str, database: str, label: str, size: int) -> Iterator[pl.DataFrame]:
    """The batches of a query against a database, named as libpq names it (`postgresql://…` or `dbname=…`).

    The connection only reads. Raises `Stopped` with FR024 where the driver is not installed, FR025 with what the database said.
    """
    try:
        import psycopg
    except ImportError as error:
        raise Stopped([finding("FR024", FilePlace(label))]) from error
    try:
        with psycopg.connect(database) as connection:
            connection.read_only = True
            with connection.cursor(name="flagrules") as cursor:
                cursor.execute(query)  # the user's own, who may read what the database lets him read
                for rows in iter(lambda: cursor.fetchmany(size), []):
                    yield _frame(rows, [(column.name, column.type_display) for column in cursor.description or ()])
    except psycopg.Error as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise Stopped([finding("FR025", FilePlace(label), reason=reason)]) from error


def _frame(rows: list[tuple[Any, ...]], columns: list[tuple[str, str]]) -> pl.DataFrame:
    series = []
    for index, (name, kind) in enumerate(columns):
        values = [row[index] for row in rows]
        base = kind.split("(")[0]
        if base == "numeric":
            series.append(pl.Series(name, values, dtype=pl.Decimal(38, _places(values))))
        elif base in _TYPES:
            series.append(pl.Series(name, values, dtype=_TYPES[base]))
        else:
            series.append(pl.Series(name, [None if value is None else str(value) for value in values], dtype=pl.String))
    return pl.DataFrame(series)


def _places(values: list[Any]) -> int:
    return max((max(0, -value.as_tuple().exponent) for value in values if value is not None and value.is_finite()), default=0)
