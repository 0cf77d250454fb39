"""What a reader hands over: sheets of raw cells, each cell with the form its file gave it, and marks beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from flagrules.text.findings import Finding


class Form(Enum):
    """How a cell was stored. A CSV knows only text."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    BOOL = "bool"
    ERROR = "error"
    FORMULA = "formula"


class Raw(NamedTuple):
    """One cell before it has a meaning.

    `text` is decimal text for NUMBER, the same for PERCENT but as a part of 1 (0.95 for 95%), an ISO day for DATE, `是` or `否`
    for BOOL, the error word for ERROR and blank for FORMULA, whose value no reader may use.
    """

    text: str
    form: Form = Form.TEXT


BLANK = Raw("")


class RawRow(NamedTuple):
    """A row with its number in the file, 1-based; 0 is a header that stands in no row (Parquet)."""

    number: int
    cells: tuple[Raw, ...]

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return all(not cell.text.strip() and cell.form is Form.TEXT for cell in self.cells)


@dataclass(frozen=True)
class Mark:
    """Something a reader saw that is a finding if the sheet is used.

    It spans the rows `first` to `last`; `column` is 1-based, 0 for whole rows; `ref` is what the author sees (C7, B2:B9).
    """

    code: str
    first: int
    last: int
    column: int
    ref: str


@dataclass(frozen=True)
class RawSheet:
    """One sheet in file order, blank rows left out; `name` is "" where the format has no sheets."""

    name: str
    rows: tuple[RawRow, ...]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Sheets:
    """All a reader found in a file: its sheets, and findings about the file as a whole."""

    sheets: tuple[RawSheet, ...] = ()
    findings: tuple[Finding, ...] = ()


Reader = Callable[[Path, str], Sheets]


def first_row(label: str) -> int:
    """The number of the first row of data in a table that is kept as columns: in a CSV the headers stand in the row before."""
    return 2 if label.lower().endswith(".csv") else 1


def column_letter(column: int) -> str:
    """The letters a spreadsheet shows for a 1-based column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
