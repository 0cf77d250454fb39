"""The report of a run as files: `report.html` to look at and print, `report.xlsx` to work with."""

from __future__ import annotations

from pathlib import Path

from flagrules.award.results.shape import Results
from flagrules.report.book import write_book
from flagrules.report.page import to_html
from flagrules.report.picture import picture_of
from flagrules.report.shape import Picture
from flagrules.report.told import told

PAGE, BOOK = "report.html", "report.xlsx"


def write_report(results: Results, folder: Path) -> None:
    """Write both files into `folder`. Raises `OSError` when it cannot."""
    write_picture(picture_of(told(results), results.lang), folder)


def write_picture(picture: Picture, folder: Path) -> None:
    """Write both files of a picture; the same picture gives the same bytes. Raises `OSError` when it cannot."""
    (folder / PAGE).write_bytes(to_html(picture).encode())
    write_book(picture, folder / BOOK)
