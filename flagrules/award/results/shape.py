"""The plain shape of results: a record and tables of cells that are text, words, or exact numbers; writers need no more.

A number stays exact in every file, as decimal text where it has one (`12.5`) and else as `1/3`. On the screen, and in columns that
say so, it has at most two decimals, and ≈ before it where that is not all of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from flagrules.award.results.run_record import RunRecord
from flagrules.award.results.words import Lang, word
from flagrules.model.numbers import write_exact, write_rounded


@dataclass(frozen=True)
class Word:
    """A cell from a closed list: machines get the key, people the word."""

    key: str


Cell = str | Fraction | Word | None
"""None is a cell without a value; it is never written as 0."""


@dataclass(frozen=True)
class Column:
    """A column: `key` for machines, the same in every language, and its heads for people."""

    key: str
    zh: str
    en: str

    def head(self, lang: Lang) -> str:
        """The head people read."""
        return self.zh if lang == "zh" else self.en

    def without_bound(self) -> Column:
        """The column that holds lowest and highest together."""
        zh = re.sub("，?最[低少]", "", self.zh).replace("（）", "")
        return Column(self.key.replace("_low", ""), zh, re.sub(", (lowest|at least)$", "", self.en))


@dataclass(frozen=True)
class Table:
    """One table, its rows in register order; `key` names its file or member, `zh` and `en` its sheet."""

    key: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def head(self, lang: Lang) -> str:
        """The name people read."""
        return self.zh if lang == "zh" else self.en

    def only(self, *keys: str) -> Table:
        """The same rows with some of the columns, in the order named; raises `ValueError` for a column it does not have."""
        places = [[column.key for column in self.columns].index(key) for key in keys]
        rows = tuple(tuple(row[place] for place in places) for row in self.rows)
        return Table(self.key, self.zh, self.en, tuple(self.columns[place] for place in places), rows)

    def joined(self) -> Table:
        """For reading: each pair of a lowest and a highest number as one column, `12`, `8~12`, or `≥ 8` without a highest."""
        keys = [column.key for column in self.columns]
        pairs = {index: keys.index(key.replace("_low", "_high")) for index, key in enumerate(keys) if "_low" in key}
        kept = [index for index in range(len(keys)) if index not in pairs.values()]
        columns = tuple(self.columns[index].without_bound() if index in pairs else self.columns[index] for index in kept)
        rows = tuple(tuple(_join(row[index], row[pairs.get(index, index)]) for index in kept) for row in self.rows)
        return Table(self.key, self.zh, self.en, columns, rows)


def _join(low: Cell, high: Cell) -> Cell:
    if isinstance(low, Fraction) and isinstance(high, Word):
        return f"≥ {for_people(low, 'zh')}"
    return low if low == high else f"{for_people(low, 'zh')}~{for_people(high, 'zh')}"


@dataclass(frozen=True)
class Results:
    """All a reporter is given: the record of the run, the tables, and the language for people."""

    record: RunRecord
    tables: tuple[Table, ...]
    lang: Lang = "zh"

    def table(self, key: str) -> Table:
        """The table of that key; raises `KeyError` where there is none."""
        for table in self.tables:
            if table.key == key:
                return table
        raise KeyError(key)


def for_people(cell: Cell, lang: Lang) -> str:
    """A cell as people read it: a number with at most two decimals, ≈ where that is not all of it; an empty one is an empty text."""
    match cell:
        case None:
            return ""
        case Fraction():
            return write_rounded(cell)
        case Word(key):
            return word(key, lang)
        case _:
            return cell


def for_files(cell: Cell, lang: Lang) -> str:
    """A cell as people read it in a file: as `for_people`, but a number is exact."""
    return write_exact(cell) if isinstance(cell, Fraction) else for_people(cell, lang)


def for_machines(cell: Cell) -> str | None:
    """A cell as machines read it: exact text, the key of a word, or None."""
    match cell:
        case Fraction():
            return write_exact(cell)
        case Word(key):
            return key
        case _:
            return cell
