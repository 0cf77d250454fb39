"""Which rule line decided how often in a run of very many units, and how often where a title was not granted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import polars as pl

from flagrules.award.results.shape import Cell, Column, Table, Word
from flagrules.award.wide.counted import OUTCOME
from flagrules.award.wide.decoded import LINES
from flagrules.award.wide.parts import TRACE
from flagrules.engine.columnar.lean import POINTS
from flagrules.text.findings import Stopped, finding
from flagrules.text.source import FilePlace

_GATES = ("entry", "veto", "prerequisite", "grant", "barred")
_COLUMNS = (
    Column("title", "称号", "title"),
    Column("slot", "位置", "place in the rules"),
    Column("line", "规则行", "line"),
    Column("text", "内容", "text"),
    Column("part", "作用", "part"),
    Column("decided", "决定了多少次", "decided"),
    Column("cost", "让称号没有授予的", "cost the title"),
    Column("points_lost", "失分合计", "points lost"),
    Column("citation", "依据的条款", "clause"),
)


@dataclass(frozen=True)
class _Entry:
    line: str
    why: str
    value: Fraction | None
    citation: str
    text: str


def deciding_table(folder: Path, title: str = "") -> Table:
    """A row for every line that decided some unit's term, cap, floor or gate; those that cost most titles first.

    A line costs a title that is not granted where it refused it, or gave less than its place can give; a line whose points are worked
    out costs it where its indicator gave less than it gives at best, and then no points are told. What facts left open is in no row:
    no line alone decided it. Raises `Stopped` with FR830 where the folder holds no such results.
    """
    try:
        lines = pl.read_parquet(folder / LINES)
        traces = lines["trace"].unique(maintain_order=True)
        rows = [row for trace in traces for row in _counted(folder, lines.filter(trace=trace), trace, title)]
    except (OSError, pl.exceptions.PolarsError) as error:
        raise Stopped([finding("FR830", FilePlace(folder.as_posix()))]) from error
    together: dict[tuple[Cell, ...], list[Fraction | None]] = {}
    for row in rows:
        sums = together.setdefault((*row[:5], row[8]), [Fraction(0)] * 3)
        sums[:] = [None if one is None or not isinstance(more, Fraction) else one + more for one, more in zip(sums, row[5:8], strict=True)]
    made: list[tuple[Cell, ...]] = [(*key[:5], *sums, key[5]) for key, sums in together.items()]
    made.sort(key=lambda row: (*(-one if isinstance(one, Fraction) else Fraction(0) for one in (row[6], row[7], row[5])), str(row[2])))
    return Table("deciding", "决定的规则行", "deciding lines", _COLUMNS, tuple(made))


def _counted(folder: Path, lines: pl.DataFrame, trace: str, title: str) -> Iterator[tuple[Cell, ...]]:
    parts = pl.scan_parquet(sorted((folder / TRACE / trace).glob("*.parquet")))
    names = parts.collect_schema().names()
    outcomes = [name for name in names if name.startswith(OUTCOME)]
    queries, owners = [], []
    for column in lines["column"].unique(maintain_order=True):
        own = _title_of(column, outcomes)
        if own is None or (title and own != title) or column not in names:
            continue
        refused = (pl.col(f"{OUTCOME}{own}").cast(pl.String) != "granted").alias("refused")
        points = _points(lines.filter(pl.col("column") == column, pl.col("step").is_not_null()), column, names)
        short = (refused & (points < points.max())).fill_null(value=False).alias("short")
        counted = parts.select(pl.col(column).alias("number"), refused, short).group_by("number")
        queries.append(counted.agg(pl.len(), pl.col("refused").sum(), pl.col("short").sum()))
        owners.append((column, own))
    for (column, own), found in zip(owners, pl.collect_all(queries), strict=True):
        yield from _rows(lines.filter(column=column), own, found)


def _points(digit: pl.DataFrame, column: str, names: Collection[str]) -> pl.Expr:
    """The points of a column, in steps from the least; 0 where its lines give them."""
    if digit.height:
        return pl.when(pl.col(column) < digit["told"][0]).then(pl.col(column) // digit["worth"][0])
    return pl.col(POINTS + column) if POINTS + column in names else pl.lit(0)


def _title_of(column: str, outcomes: list[str]) -> str | None:
    """The title whose path a column begins with."""
    own = [name.removeprefix(OUTCOME) for name in outcomes if column.startswith(f"{name.removeprefix(OUTCOME)}(")]
    return max(own, key=len, default=None)


def _rows(lines: pl.DataFrame, title: str, found: pl.DataFrame) -> Iterator[tuple[Cell, ...]]:
    slots = lines.filter(pl.col("step").is_null()).partition_by("slot", maintain_order=True)
    counts = [row for row in found.iter_rows() if row[0] < lines["told"][0]]
    for slot in slots:
        entries = [_entry(row) for row in slot.iter_rows(named=True)]
        worth, radix, last = slot["worth"][0], slot["radix"][0], slot is slots[-1]
        if last and len(slots) > 1 and radix == 1:
            continue  # an indicator that adds its terms up has no line of its own
        best = max((entry.value for entry in entries if entry.value is not None), default=None)
        for index, entry in enumerate(entries):
            own = [row[1:] for row in counts if row[0] // worth % radix == index]
            units, refused, short = (sum(row[place] for row in own) for place in range(3))
            if units:
                cost, lost = _cost(entry, best, refused, short)
                yield title, slot["slot"][0], entry.line, entry.text, Word(entry.why), Fraction(units), cost, lost, entry.citation


def _cost(entry: _Entry, best: Fraction | None, refused: int, short: int) -> tuple[Fraction, Fraction | None]:
    """How many titles not granted a line cost, and the points it lost there; None where they are worked out."""
    if entry.why in _GATES:
        return Fraction(refused), None
    if entry.value is None or best is None:
        return Fraction(short), None
    return (Fraction(refused), (best - entry.value) * refused) if entry.value < best else (Fraction(0), Fraction(0))


def _entry(row: dict[str, str | None]) -> _Entry:
    value = None
    try:
        value = Fraction(row["value"]) if row["value"] else None
    except ValueError:
        value = None  # a word, as the outcome of a title is
    return _Entry(row["line"] or "", row["why"] or "", value, row["citation"] or "", row["text"] or "")
