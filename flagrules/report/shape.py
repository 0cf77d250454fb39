"""The plain shape of a picture: sections of tables, tile grids and charts, every text of ours in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Both(NamedTuple):
    """A text of ours, Chinese and English; what users wrote is a plain `str` and stays as it is."""

    zh: str
    en: str


Text = str | Both
"""What a cell holds; a number is its exact text."""


@dataclass(frozen=True)
class Sheet:
    """A table for people: `key` names it, `numbers` are the columns set flush right."""

    key: str
    title: Both
    heads: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    numbers: frozenset[int] = frozenset()

    def without_empty(self) -> Sheet:
        """The same table without the columns in which no row has anything."""
        kept = [index for index in range(len(self.heads)) if any(row[index] for row in self.rows)]
        rows = tuple(tuple(row[index] for index in kept) for row in self.rows)
        numbers = frozenset(place for place, index in enumerate(kept) if index in self.numbers)
        return Sheet(self.key, self.title, tuple(self.heads[index] for index in kept), rows, numbers)


@dataclass(frozen=True)
class Tile:
    """How a title went in a place: of `units`, how many surely hold it, how many do not, and how many are undetermined."""

    units: int
    granted: int
    undetermined: int
    not_entered: int

    @property
    def refused(self) -> int:
        """Surely refused."""
        return self.units - self.granted - self.undetermined - self.not_entered

    @property
    def shade(self) -> str:
        """The class of the tile: s0 (none granted) to s5 (all), or `open` where nothing is granted and something undetermined."""
        if self.granted == 0 and self.undetermined:
            return "open"
        return f"s{-(-5 * self.granted // self.units) if self.units else 0}"


@dataclass(frozen=True)
class Grid:
    """Places by titles. `columns` are (kind of unit, title), `rows` the names of a place from the outermost in and its tiles."""

    key: str
    title: Both
    places: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[tuple[Text, ...], tuple[Tile | None, ...]], ...]


@dataclass(frozen=True)
class Series:
    """The bars of one meaning: `values` are decimal texts, rounded for drawing only, `says` what is written at each."""

    key: str
    name: Both
    values: tuple[str, ...]
    says: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Chart:
    """Stacked bars; `marks` is drawn as points over them. The exact figures stand in a table of the same section."""

    key: str
    title: Text
    categories: tuple[Text, ...]
    series: tuple[Series, ...]
    axis: Both
    flat: bool = False
    percent: bool = False
    marks: Series | None = None


@dataclass(frozen=True)
class Section:
    """One part of the picture."""

    key: str
    title: Both
    notes: tuple[Both, ...] = ()
    grids: tuple[Grid, ...] = ()
    charts: tuple[Chart, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    empty: Both | None = None


@dataclass(frozen=True)
class Picture:
    """Everything a page or a workbook shows of a run; `figures` are its headline numbers, each with its label."""

    programme: str
    day: str
    lang: str
    figures: tuple[tuple[Both, Text], ...]
    sections: tuple[Section, ...]
