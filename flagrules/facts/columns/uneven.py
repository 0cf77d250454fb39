"""Rows of a CSV that have fewer or more cells than its header, which a reader of columns fills up or cuts off without a word."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from flagrules.facts.log import SHOWN, Log, tell_more
from flagrules.text.findings import Stopped, finding
from flagrules.text.source import CellPlace, FilePlace

_QUOTED = '"(?:[^"]|"")*"'
_PLAIN = f'(?:{_QUOTED}|[^",]*)'
_SOUND = f"^{_PLAIN}(?:,{_PLAIN})*\r?$"  # quotes stand around whole cells only, and no cell goes on in the next line
_BLANK = r"^[,\s\x1c-\x1f]*$"


def tell_uneven(path: Path, width: int, label: str, log: Log) -> bool:
    """FR543 for rows of another number of cells than the header has, `width`; whether there are any. Blank rows say nothing.

    Raises `Stopped`: FR520 for quotes that do not close, FR507 where the file cannot be read as UTF-8.
    """
    try:
        rows = _rows(path, width)
        told = sorted(rows if rows is not None else _read(path, width, label))
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        raise Stopped([finding("FR507", FilePlace(label))]) from error
    for row, got in told[:SHOWN]:
        log.add("FR543", CellPlace(label, "", row, ""), got=got, expected=width)
    tell_more(len(told), SHOWN, label, log)
    return bool(told)


def _rows(path: Path, width: int) -> list[tuple[int, int]] | None:
    """The rows, line by line, and how many cells each has; None where lines are not enough to tell."""
    line = pl.col("line")
    quoted, commas = line.str.contains('"', literal=True), line.str.count_matches(",", literal=True)
    cells = line.str.replace_all(_QUOTED, "").str.count_matches(",", literal=True) + 1
    unclear = quoted & ((pl.col("cells") != width) | ~line.str.contains(_SOUND))
    lines = pl.scan_lines(path, name="line").with_row_index("row", offset=1).filter(quoted | (commas + 1 != width))
    asked = lines.with_columns(cells.alias("cells")).with_columns(unclear.alias("unclear"))
    uneven = (pl.col("cells") != width) & ~line.str.contains(_BLANK)
    found = asked.filter(pl.col("unclear") | uneven).select("row", "cells", "unclear").collect(engine="streaming")
    return None if found["unclear"].any() else found.select("row", "cells").rows()


def _read(path: Path, width: int, label: str) -> Iterator[tuple[int, int]]:
    """The same cell by cell."""
    number = 0
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            for number, record in enumerate(csv.reader(stream, strict=True), 1):
                if len(record) != width and any(cell.strip() for cell in record):
                    yield number, len(record)
        except csv.Error as error:
            raise Stopped([finding("FR520", CellPlace(label, "", number + 1, ""))]) from error


__all__ = ["tell_uneven"]
