"""Parquet files: whole numbers, exact decimals, text, days and yes/no; columns of binary floats are refused by name."""

from __future__ import annotations

from pathlib import Path

from flagrules.facts import limits
from flagrules.facts.raw import RawRow, RawSheet, Sheets
from flagrules.facts.readers.bounded import Refused, parse, raw_of


def read_parquet(path: Path, label: str) -> Sheets:
    """The one sheet of a Parquet file; its header is row 0 and its first row of data row 1."""
    sizes = (str(limits.ROWS), str(limits.COLUMNS), str(limits.AREA))
    try:
        parsed = parse("parquet", path, label, limits.PARQUET_BYTES, *sizes)
    except Refused as refused:
        return Sheets(findings=(refused.finding,))
    rows = (RawRow(number, tuple(map(raw_of, cells))) for number, cells in parsed.sheets.get("", []))
    sheet = RawSheet("", tuple(row for row in rows if not row.blank))
    return Sheets((sheet,) if sheet.rows else (), tuple(parsed.refused))
