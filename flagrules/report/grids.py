"""Tile grids of places by titles, and how each title went in all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flagrules.report.shape import Both, Chart, Grid, Section, Series, Sheet, Text, Tile
from flagrules.report.told import Row, Told

MOST_ROWS = 400
_FEW_UNITS = 40
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
        found[row["kind"] or "", row["title"] or ""].append(row)
    return tuple(tile_of(found[column]) for column in columns)


def _grouped(rows: Sequence[Row], keys: Sequence[str]) -> dict[tuple[str, ...], list[Row]]:
    """Rows by the places they lie in, outermost first, so that two places of one name are two places."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[key] or "—" for key in keys), []).append(row)
    return found


def _grid(key: str, rows: Sequence[Row], kinds: Sequence[str], columns: tuple[Column, ...], by: Sequence[str]) -> Grid:
    groups = _grouped(rows, by)
    made: list[tuple[tuple[Text, ...], tuple[Tile | None, ...]]] = [
        (places, _tiles(inside, columns)) for places, inside in groups.items()
    ]
    if len(made) > 1:
        made.append(((ALL, *("" for _ in by[1:])), _tiles(rows, columns)))
    inner = kinds[-1]
    return Grid(key, Both(f"各{inner}", f"by {inner}"), tuple(kinds), columns, tuple(made))


def grids_of(told: Told) -> tuple[Grid, ...]:
    """A grid for every kind of place with several places; of a small run without any, a grid of the units themselves."""
    rows = told.rows("titles")
    columns = columns_of(rows)
    found: list[Grid] = []
    for depth, kind in enumerate(told.places, 1):
        by = [f"place:{outer}" for outer in told.places[:depth]]
        if 1 < len(_grouped(rows, by)) <= MOST_ROWS:
            outer = [name for name in told.places[: depth - 1] if len({row[f"place:{name}"] for row in rows}) > 1]
            found.append(_grid(f"grid-{depth}", rows, [*outer, kind], columns, [f"place:{name}" for name in (*outer, kind)]))
    if found or not rows:
        return tuple(found)
    last = f"place:{told.places[-1]}" if told.places else ""
    if len({row["unit"] for row in rows}) <= _FEW_UNITS or not last:
        by = ["unit", "name"]
        head = told.heads["titles"]
        shown = len({row["unit"] for row in rows}) <= MOST_ROWS
        return (_grid("grid-units", rows, [head["unit"].zh, head["name"].zh], columns, by),) if shown else ()
    return (_grid("grid-1", rows, [told.places[-1]], columns, [last]),)


def outcomes(told: Told) -> tuple[Chart, Sheet]:
    """How every title went over all units: stacked bars, and the table under them."""
    rows = told.rows("titles")
    columns = columns_of(rows)
    tiles = [tile for tile in _tiles(rows, columns) if tile is not None]
    heads: tuple[Text, ...] = (Both("类别", "kind"), told.noun, Both("单元数", "units"), *OUTCOMES.values())
    lines = tuple(
        (kind, title, *map(str, (tile.units, *_parts(tile)))) for (kind, title), tile in zip(columns, tiles, strict=True)
    )
    series = tuple(
        Series(key, name, tuple(str(_parts(tile)[index]) for tile in tiles)) for index, (key, name) in enumerate(OUTCOMES.items())
    )
    names = tuple(title if len({kind for kind, _ in columns}) == 1 else f"{title}（{kind}）" for kind, title in columns)
    title = Both(f"每一{told.noun}的结果", f"outcomes ({told.noun})")
    chart = Chart("outcomes", title, names, series, Both("单元数", "units"), flat=True)
    return chart, Sheet("outcomes", title, heads, lines, frozenset(range(2, 7)))


def _parts(tile: Tile) -> tuple[int, int, int, int]:
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
