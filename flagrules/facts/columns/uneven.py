"""Rows of a CSV that have fewer or more cells than its header, which a reader of columns fills up or cuts off without a word."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from flagrules.facts.log import SHOWN, Log, tell_more
from flagrules.text.source import CellPlace

_BLANK = ', \t\r"\u3000\xa0'


def tell_uneven(path: Path, width: int, label: str, log: Log) -> bool:
    """FR543 for rows of another number of cells than the header has, `width`; whether there are any. Blank rows say nothing."""
    line, quote = pl.col("line"), '"'
    outside = line.str.replace_all(f"{quote}[^{quote}]*{quote}", "")
    cells = outside.str.count_matches(",", literal=True) + 1
    torn = line.str.count_matches(quote, literal=True) % 2 == 1  # a quoted cell goes on in the next line
    uneven = (cells != width) & (line.str.strip_chars(_BLANK) != "")
    lines = pl.scan_lines(path, name="line").with_row_index("row", offset=1)
    found = lines.filter(torn | uneven).select("row", cells.alias("cells"), torn.alias("torn")).collect(engine="streaming")
    rows = _read(path, width) if found["torn"].any() else found.select("row", "cells").rows()
    told = sorted(rows)
    for row, got in told[:SHOWN]:
        log.add("FR543", CellPlace(label, "", row, ""), got=got, expected=width)
    tell_more(len(told), SHOWN, label, log)
    return bool(told)


def _read(path: Path, width: int) -> Iterable[tuple[int, int]]:
    """The same cell by cell: a row may stand in several lines."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for number, record in enumerate(csv.reader(stream), 1):
            if len(record) != width and any(cell.strip() for cell in record):
                yield number, len(record)


__all__ = ["tell_uneven"]
