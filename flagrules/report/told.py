"""What a report is told: the record and the tables of a run as machines read them, from a run just made or from `results.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from flagrules.award.results.json import SCHEMA
from flagrules.award.results.run_record import record_json
from flagrules.award.results.shape import Results, for_machines
from flagrules.award.results.words import WORDS
from flagrules.report.shape import Both, Text
from flagrules.text.findings import Stopped, finding
from flagrules.text.source import FilePlace

Row = Mapping[str, str | None]
NEEDED = ("titles", "quotas", "money", "costs", "missing", "left_out", "basis")
USED = (*NEEDED, "procedure")
_LARGEST = 1 << 30


@dataclass(frozen=True)
class Told:
    """A run: its record, the heads of its tables (key, then Chinese and English), and their rows by column."""

    record: Mapping[str, Any]
    heads: Mapping[str, Mapping[str, Both]]
    tables: Mapping[str, tuple[Row, ...]]

    def rows(self, table: str) -> tuple[Row, ...]:
        """The rows of a table; none where the run has no such table."""
        return self.tables.get(table, ())

    @property
    def noun(self) -> str:
        """What the programme calls its titles."""
        return self.heads["titles"]["title"].zh

    @property
    def places(self) -> tuple[str, ...]:
        """The kinds of place units lie in, the outermost first."""
        return tuple(key.removeprefix("place:") for key in self.heads["titles"] if key.startswith("place:"))


def told(results: Results) -> Told:
    """The tables a report uses, as `results.json` has them."""
    tables = {table.key: table for table in results.tables if table.key in USED}
    heads = {key: {column.key: Both(column.zh, column.en) for column in table.columns} for key, table in tables.items()}
    rows = {
        key: tuple(dict(zip(heads[key], map(for_machines, row), strict=True)) for row in table.rows) for key, table in tables.items()
    }
    return Told(record_json(results.record), heads, rows)


def read_told(folder: Path) -> Told:
    """The run whose results are in a folder; raises `Stopped` with FR820, FR821 or FR822."""
    path = folder / "results.json"
    try:
        if path.stat().st_size > _LARGEST:
            raise Stopped([finding("FR821", FilePlace(path.as_posix()))])
        value = json.loads(path.read_bytes())
        return _read(value, path)
    except OSError as error:
        raise Stopped([finding("FR820", FilePlace(path.as_posix()), reason=error.strerror or str(error))]) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Stopped([finding("FR821", FilePlace(path.as_posix()))]) from error


def _read(value: Any, path: Path) -> Told:  # noqa: ANN401  anything may stand in a file
    if value["schema"] != SCHEMA:
        raise ValueError(value["schema"])
    lacking = [key for key in NEEDED if key not in value.get("heads", {})]
    if lacking:
        raise Stopped([finding("FR822", FilePlace(path.as_posix()), names="、".join(lacking))])
    heads = {
        str(key): {_text(column): Both(_text(zh), _text(en)) for column, zh, en in columns}
        for key, columns in value["heads"].items()
        if key in USED
    }
    rows = {key: tuple(_row(row, columns) for row in value["tables"][key]) for key, columns in heads.items()}
    return Told(dict(value["record"]), heads, rows)


def _row(row: Any, columns: Mapping[str, Both]) -> Row:  # noqa: ANN401  as above
    return {key: None if row[key] is None else _text(row[key]) for key in columns}


def _text(value: Any) -> str:  # noqa: ANN401  as above
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def number(row: Row, key: str) -> Fraction:
    """An exact number of a row; an empty cell raises `ValueError`, for it is no number."""
    text = row[key]
    if text is None:
        raise ValueError(key)
    return Fraction(text)


def count(row: Row, key: str) -> int:
    """A whole number of a row; 0 where the table does not count this here."""
    return int(row[key] or 0)


def between(row: Row, key: str) -> str:
    """`12` or `8~12`: a lowest and a highest number of a row as they stand."""
    low, high = row[f"{key}_low"] or "", row[f"{key}_high"] or ""
    return low if low == high else f"{low}~{high}"


def amount(row: Row, key: str, unit: str = "") -> Text:
    """As `between`, with a unit; an amount no rule limits is told as such."""
    if row[f"{key}_high"] not in WORDS:
        return f"{between(row, key)}{unit}"
    low, open_end = row[f"{key}_low"] or "", said(row[f"{key}_high"])
    return Both(f"{low}{unit}以上，{open_end[0]}", f"{low}{unit} or more, {open_end[1]}")


def overall(row: Row) -> bool:
    """Whether a row is of all units, or of a table that tells no places."""
    return "place" not in row or (row["place_id"] is None and row["place"] == "all_units")


def said(key: str | None) -> Text:
    """A word of ours in both languages, from a column that holds nothing else."""
    return Both(*WORDS[key]) if key in WORDS else key or ""


def place_of(row: Row) -> Text:
    """The place of a row, whose name is a user's; or all units."""
    return row["place"] or "" if row["place_id"] is not None else said(row["place"])


def tier_of(row: Row) -> Text:
    """The tier of a row, or all of them."""
    return said(row["tier"]) if row["tier"] == "total" else row["tier"] or ""
