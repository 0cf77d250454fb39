"""The built-in readers and reports, handed over through the same hooks as anyone's."""

from __future__ import annotations

from pathlib import Path

from flagrules.award.results.csv import write_csv
from flagrules.award.results.json import write_json
from flagrules.facts.readers.csv import read_csv
from flagrules.plugin import Reader, Reporter, Results, Sheets, hookimpl

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


def _report_xlsx(results: Results, folder: Path) -> None:
    from flagrules.award.results.xlsx import write_xlsx

    write_xlsx(results, folder)


def _report_parquet(results: Results, folder: Path) -> None:
    from flagrules.award.results.parquet import write_parquet  # brings polars

    write_parquet(results, folder)


def _report_picture(results: Results, folder: Path) -> None:
    from flagrules.report.write import write_report  # brings jinja2 and xlsxwriter

    write_report(results, folder)


@hookimpl
def flagrules_reports() -> dict[str, Reporter]:
    """The formats `run` writes: CSV, Excel, JSON, Parquet, and a report to look at."""
    return {"csv": write_csv, "json": write_json, "parquet": _report_parquet, "report": _report_picture, "xlsx": _report_xlsx}
