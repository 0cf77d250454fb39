"""The built-in readers and reports, handed over through the same hooks as anyone's."""

from __future__ import annotations

from pathlib import Path

from flagrules.facts.readers.csv import read_csv
from flagrules.plugin import Reader, Reporter, Sheets, hookimpl

FLAGRULES_API = 1


def _xlsx(path: Path, label: str) -> Sheets:
    from flagrules.facts.readers.xlsx import read_xlsx

    return read_xlsx(path, label)


def _parquet(path: Path, label: str) -> Sheets:
    from flagrules.facts.readers.parquet import read_parquet  # brings polars, which a run on .csv can do without

    return read_parquet(path, label)


@hookimpl
def flagrules_readers() -> dict[str, Reader]:
    """CSV, Excel and Parquet."""
    return {".csv": read_csv, ".xlsx": _xlsx, ".parquet": _parquet}


@hookimpl
def flagrules_reports() -> dict[str, Reporter]:
    """The formats `run` writes; none until results have their writers."""
    return {}
