"""A text with its label, and places in it that can be shown to an author."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Source:
    """One text file. `label` is what users see: a stable relative path, never a machine's path."""

    label: str
    text: str = field(repr=False, compare=False)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts = [0]
        for position, char in enumerate(self.text):
            if char == "\n":
                starts.append(position + 1)
        return tuple(starts)

    def line_of(self, offset: int) -> int:
        """1-based line number of a character offset."""
        return bisect_right(self._starts, offset)

    def column_of(self, offset: int) -> int:
        """1-based column, in characters, of a character offset."""
        return offset - self._starts[self.line_of(offset) - 1] + 1

    def line_text(self, line: int) -> str:
        """The text of a 1-based line, without its line break."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    @property
    def line_count(self) -> int:
        """Number of lines, an empty last line included."""
        return len(self._starts)


@dataclass(frozen=True)
class Span:
    """A stretch of a source: offsets in characters, end exclusive."""

    source: Source
    start: int
    end: int

    @property
    def label(self) -> str:
        """Label of the source."""
        return self.source.label

    @property
    def line(self) -> int:
        """1-based line of the first character."""
        return self.source.line_of(self.start)

    @property
    def column(self) -> int:
        """1-based column, in characters, of the first character."""
        return self.source.column_of(self.start)

    @property
    def excerpt(self) -> str:
        """The whole text of the first line."""
        return self.source.line_text(self.line)

    @property
    def text(self) -> str:
        """The characters covered."""
        return self.source.text[self.start : self.end]

    def __str__(self) -> str:
        return f"{self.label}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class CellPlace:
    """A cell of a fact file: sheet is "" for CSV and Parquet, row is 1-based, column is its header ("" for a whole row)."""

    label: str
    sheet: str
    row: int
    column: str

    def __str__(self) -> str:
        sheet = f"[{self.sheet}]" if self.sheet else ""
        row = f":{self.row}" if self.row else ""
        column = f":{self.column}" if self.column else ""
        return f"{self.label}{sheet}{row}{column}"


@dataclass(frozen=True, order=True)
class FilePlace:
    """A whole file, when no place inside it can be named."""

    label: str

    def __str__(self) -> str:
        return self.label


Place = Span | CellPlace | FilePlace
