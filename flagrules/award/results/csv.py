"""Results as CSV, one file a table, UTF-8 with a byte order mark; text that could run as a formula is made harmless."""

from __future__ import annotations

import csv
from pathlib import Path

from flagrules.award.results.run_record import CSV_QUOTE
from flagrules.award.results.shape import Cell, Results, for_files
from flagrules.award.results.words import Lang
from flagrules.text.render import visible

_ACTS = frozenset("=+-@\t\r＝＋－＠")


def write_csv(results: Results, folder: Path) -> None:
    """Write `<table>.csv` for every table into `folder`. Raises `OSError` when it cannot."""
    for table in results.tables:
        with (folder / f"{table.key}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(harmless(column.head(results.lang)) for column in table.columns)
            rows.writerows([csv_text(cell, results.lang) for cell in row] for row in table.rows)


def csv_text(cell: Cell, lang: Lang) -> str:
    """A cell as it stands in the CSV. Numbers are ours and stay as they are, negative ones too."""
    text = for_files(cell, lang)
    return harmless(text) if isinstance(cell, str) else text


def harmless(text: str) -> str:
    """Text with control characters shown, and with a ' before it where a spreadsheet would take it for a formula."""
    first = text.lstrip(" \u3000")[:1]
    return f"{CSV_QUOTE if first in _ACTS and first else ''}{visible(text)}"
