"""Tile grids of places by titles, and how each title went in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from flagrules.report.shape import Both, Chart, Grid, Section, Series, Sheet, Text, Tile
from flagrules.report.told import Row, Told

MOST_ROWS = 400
MOST_COLUMNS = 12
FEW_UNITS = 40
OUTCOMES = {
    "granted": Both("授予", "granted"),
    "undetermined": Both("未定", "undetermined"),
    "refused": Both("未授予", "refused"),
    "not_entered": Both("未参评", "not entered"),
}
ALL = Both("合计", "in all")
Column = tuple[str, str]


def columns_of(rows: Iterable[Row]) -> tuple[Column, ...]:
    """Every title with the kind of unit it is of, in the order of the results."""
    kinds: dict[str, dict[Column, None]] = {}
    for row in rows:
        kind, title = row["kind"] or "", row["title"] or ""
        kinds.setdefault(kind, {})[kind, title] = None
    return tuple(column for found in kinds.values() for column in found)


def tile_of(rows: Sequence[Row]) -> Tile | None:
    """The outcomes of some titles counted; None without any."""
    outcomes = [row["outcome"] for row in rows]
    if not outcomes:
        return None
    return Tile(len(outcomes), outcomes.count("granted"), outcomes.count("undetermined"), outcomes.count("not_entered"))


def _tiles(rows: Sequence[Row], columns: Sequence[Column]) -> tuple[Tile | None, ...]:
    found: dict[Column, list[Row]] = {column: [] for column in columns}
    for row in rows:
        if (column := (row["kind"] or "", row["title"] or "")) in found:
            found[column].append(row)
    return tuple(tile_of(found[column]) for column in columns)


def _in(row: Row, kind: str) -> str | None:
    """The place of a kind a unit lies in, or is."""
    return row["name"] if row["kind"] == kind else row[f"place:{kind}"]


def _parts(columns: Sequence[Column]) -> list[list[Column]]:
    """Columns in parts that fit a sheet of paper; a kind of unit is split only where it must be."""
    parts: list[list[Column]] = [[]]
    for _, found in groupby(columns, key=lambda column: column[0]):
        kind = list(found)
        if parts[-1] and len(parts[-1]) + len(kind) > MOST_COLUMNS:
            parts.append([])
        for column in kind:
            if len(parts[-1]) == MOST_COLUMNS:
                parts.append([])
            parts[-1].append(column)
    return [part for part in parts if part]


def _made(key: str, title: Both, heads: Sequence[str], groups: Mapping[tuple[str, ...], Sequence[Row]]) -> Iterator[Grid]:
    """The grid of some places and the rows of each, in as many parts as it needs."""
    rows = [row for inside in groups.values() for row in inside]
    parts = _parts(columns_of(rows))
    for number, columns in enumerate(parts, 1):
        made: list[tuple[tuple[Text, ...], tuple[Tile | None, ...]]] = [
            (places, tiles) for places, inside in groups.items() if any(tiles := _tiles(inside, columns))
        ]
        if len(made) > 1:
            made.append(((ALL, *("" for _ in heads[1:])), _tiles(rows, columns)))
        part = Both(*(f"{text} {number}/{len(parts)}" for text in title)) if len(parts) > 1 else title
        yield Grid(f"{key}-{number}", part, tuple(heads), tuple(columns), tuple(made))


def _by(told: Told, depth: int) -> Iterator[Grid]:
    """The grid of one kind of place, where there are several, each below the places that hold it."""
    kind, rows = told.places[depth], [row for row in told.rows("titles") if _in(row, told.places[depth])]
    outer = [name for name in told.places[:depth] if len({_in(row, name) for row in rows}) > 1]
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:  # by all the places that hold it, so that two places of one name are two places
        groups.setdefault(tuple(_in(row, name) or "—" for name in (*outer, kind)), []).append(row)
    if 1 < len(groups) <= MOST_ROWS:
        yield from _made(f"grid-{depth + 1}", Both(f"各{kind}", f"by {kind}"), (*outer, kind), groups)


def grids_of(told: Told) -> tuple[Grid, ...]:
    """A grid for every kind of place with several places; of a small run without any, a grid of the units themselves."""
    found = [grid for depth in range(len(told.places)) for grid in _by(told, depth)]
    rows = told.rows("titles")
    if found or not rows:
        return tuple(found)
    units: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        units.setdefault((row["unit"] or "", row["name"] or ""), []).append(row)
    if len(units) <= FEW_UNITS:
        head = told.heads["titles"]
        return tuple(_made("grid-units", Both("各单元", "by unit"), (head["unit"].zh, head["name"].zh), units))
    name = next((_in(rows[0], kind) for kind in reversed(told.places) if _in(rows[0], kind)), "")
    return tuple(_made("grid-one", Both("全部", "all"), ("",), {(name or "",): rows}))


def outcomes(told: Told) -> tuple[Chart, Sheet]:
    """How every title went over all units: stacked bars, and the table under them."""
    rows = told.rows("titles")
    columns = columns_of(rows)
    tiles = [tile for tile in _tiles(rows, columns) if tile is not None]
    heads: tuple[Text, ...] = (Both("类别", "kind"), told.noun, Both("单元数", "units"), *OUTCOMES.values())
    lines = tuple(
        (kind, title, *map(str, (tile.units, *_counts(tile)))) for (kind, title), tile in zip(columns, tiles, strict=True)
    )
    series = tuple(
        Series(key, name, tuple(str(_counts(tile)[index]) for tile in tiles)) for index, (key, name) in enumerate(OUTCOMES.items())
    )
    names = tuple(title if len({kind for kind, _ in columns}) == 1 else f"{title}（{kind}）" for kind, title in columns)
    title = Both(f"每一{told.noun}的结果", f"outcomes ({told.noun})")
    chart = Chart("outcomes", title, names, series, Both("单元数", "units"), flat=True)
    return chart, Sheet("outcomes", title, heads, lines, frozenset(range(2, 7)))


def _counts(tile: Tile) -> tuple[int, int, int, int]:
    return tile.granted, tile.undetermined, tile.refused, tile.not_entered


def section(told: Told) -> Section:
    """Places by titles."""
    chart, sheet = outcomes(told)
    grids = grids_of(told)
    notes = (
        Both(
            "每格：授予的单元数 / 单元数；“?3”是还有3个未定。颜色越深，授予的越多；斜纹是还没有授予、但有未定的；“—”是没有这样的单元。",
            "In each tile: units that hold the title / units; ?3 means 3 more are undetermined. The darker, the more are granted; "
            "hatched: none granted yet and some undetermined; a dash: no such units.",
        ),
    )
    empty = None if sheet.rows else Both("没有评定任何单元。", "No unit was assessed.")
    title = Both(f"各地各{told.noun}", f"Places and titles ({told.noun})")
    return Section("grid", title, notes if grids else (), grids, (chart,) if sheet.rows else (), (sheet,) if sheet.rows else (), empty)
