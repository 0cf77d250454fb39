"""Days no calendar has: Parquet counts days and times in numbers that go far past the years 1 to 9999, which is all Python can hold."""

from __future__ import annotations

import polars as pl

_FIRST, _LAST = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31, counted from 1970-01-01
_TICKS = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def sayable(frame: pl.DataFrame) -> pl.DataFrame:
    """The same cells, fit to be handed to Python or written as text: a column with a day past Python's years becomes one of text, in
    which such a day is told by how many days it is from 1970-01-01."""
    dated = {name: _TICKS[kind.time_unit] if isinstance(kind, pl.Datetime) else 1
             for name, kind in frame.schema.items() if isinstance(kind, pl.Date | pl.Datetime)}  # fmt: skip
    far = {name: ticks for name, ticks in dated.items() if not frame.select(_known(name, ticks).all()).item()}
    return frame.with_columns(_written(name, ticks).alias(name) for name, ticks in far.items())


def _ticks(name: str) -> pl.Expr:
    return pl.col(name).to_physical().cast(pl.Int64)


def _known(name: str, ticks: int) -> pl.Expr:
    return (_ticks(name) // ticks).is_between(_FIRST, _LAST)


def _written(name: str, ticks: int) -> pl.Expr:
    known, days = pl.when(_known(name, ticks)).then(pl.col(name)), _ticks(name) // ticks
    return pl.coalesce(
        pl.when(_ticks(name) % ticks == 0).then(known.cast(pl.Date)).cast(pl.String),
        known.cast(pl.String),
        pl.format("1970-01-01 {} {}", pl.when(days < 0).then(pl.lit("-")).otherwise(pl.lit("+")), days.abs()),
    )
