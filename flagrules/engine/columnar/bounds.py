"""Sums over a frame of units where some parts are open: the least and the most, with floors and caps, as the reference bounds them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import polars as pl

from flagrules.engine.columnar import numbers as n
from flagrules.engine.columnar.compile import BELOW, LINE, VALUE, is_open
from flagrules.engine.columnar.lanes import ROW, union
from flagrules.engine.columnar.layout import ODD
from flagrules.engine.columnar.opened import FIRED, HIGH, KEY, LOW, NONE, SEVERAL, name_of
from flagrules.engine.columnar.refused import Refused
from flagrules.engine.columnar.spans import Ends, Stages, Wide, both, columns_of
from flagrules.engine.columnar.tables import Tables
from flagrules.facts.columns.typed import least

_TEMPS = ("raw lo", "raw hi", "d:raw lo", "d:raw hi", "key", "alone", "asked", "good", "exact")


def bounded(wide: Wide, frame: pl.DataFrame, tables: Tables | None = None) -> list[pl.Series]:
    """The columns of the decision with its ends wherever they are surely the reference's, and those of what it reads; see `_bounded`."""
    there = set(frame.columns)
    if wide.offset is not None:
        return _summed(wide, frame, there, tables)
    own = frame.select(name for name in wide.needed if name in there)
    before = {series.name: series for series in own.get_columns()}
    made = _apply(_bounded(wide, dict(own.schema)), own.lazy()).collect()
    return [one for one in made.get_columns() if one.name not in before or not one.equals(before[one.name])]


def _summed(wide: Wide, frame: pl.DataFrame, there: set[str], tables: Tables | None) -> list[pl.Series]:
    """The same for a plain sum: what is known added up in one go, and the few parts that are open one by one."""
    name, open_parts, looked_up = name_of(wide.slot), list[pl.DataFrame](), list[tuple[str, int]]()
    seen = {column.name: column for column in frame.get_columns()}
    for read, factor in zip(wide.reads, wide.factors, strict=True):
        if KEY + read in there:
            rows = seen[KEY + read].is_not_null().arg_true()
            kinds = ((KEY, pl.Int32), (LOW, pl.Int64), (HIGH, pl.Int64))
            key, low, high = (seen[mark + read].gather(rows).cast(kind).alias(mark) for mark, kind in kinds)
            open_parts.append(pl.DataFrame([rows.alias(ROW), key, low * factor, high * factor]))
        if tables is not None and tables.read.get(read) is False:
            looked_up.append((read, factor))
    if tables is not None and looked_up and (opened := tables.opened(looked_up, frame)) is not None:
        open_parts.append(opened)
    kind = least(wide.reach) or pl.Int64
    by_factor: dict[int, list[pl.Expr]] = {}
    for read, factor in zip(wide.reads, wide.factors, strict=True):
        by_factor.setdefault(factor, []).append(pl.col(VALUE + read).cast(kind))
    values = [pl.sum_horizontal(columns).cast(pl.Int64) * factor for factor, columns in by_factor.items()]
    assert wide.offset is not None
    known = (pl.sum_horizontal(values) + wide.offset).alias("known")
    told = sum(part.height for part in open_parts) == sum(seen[VALUE + read].null_count() for read in wide.reads)
    nulls = [pl.lit(0, dtype=pl.UInt16)] if told else [pl.col(VALUE + read).is_null().cast(pl.UInt16) for read in wide.reads]
    missing = pl.sum_horizontal(nulls).alias("missing")
    rest = [column for column in replace(wide, raw=_NOTHING, reads=()).needed if column in there]
    own = frame.select(*rest, known, missing, pl.int_range(pl.len(), dtype=pl.UInt32).alias(ROW)).lazy()
    if open_parts:
        own = own.join(_together(pl.concat(open_parts).lazy()), on=ROW, how="left", maintain_order="left")
    else:
        nothing = {LOW: pl.Int64, HIGH: pl.Int64, "opened": pl.UInt16, "alone": pl.Int32, "key": pl.Int32}
        own = own.with_columns(pl.lit(None, dtype=kind).alias(column) for column, kind in nothing.items())
    whole = pl.lit(True) if told else pl.col("missing") == pl.col("opened").fill_null(0)  # noqa: FBT003
    known = pl.col("known")
    ends = [pl.when(whole).then(known + pl.col(mark).fill_null(0)).alias(raw) for mark, raw in ((LOW, "raw lo"), (HIGH, "raw hi"))]
    col = wide.slot.col
    assert col is not None
    never = pl.all_horizontal(wide.before) if wide.before else pl.lit(True)  # noqa: FBT003
    own = own.with_columns(*ends, pl.col("alone").fill_null(0), (is_open(col) & ~pl.col(ODD) & never).alias("asked"))
    made = _apply(_finished(wide, dict(frame.schema), ["known", "missing", "opened", ROW, LOW, HIGH]), own).collect()
    own_columns = {mark + name for mark in (LINE, VALUE, LOW, HIGH, KEY, FIRED)}
    return [one for one in made.get_columns() if one.name in own_columns]


def _together(parts: pl.LazyFrame) -> pl.LazyFrame:
    """The open parts of each row: their ends added up, how many there are, how many of them rest on one input, and the input all do."""
    real, first, last = pl.col("real"), pl.col("first"), pl.col("last")
    grouped = parts.with_columns(pl.when(pl.col(KEY) > 0).then(pl.col(KEY)).alias("real")).group_by(ROW).agg(
        pl.col(LOW).sum(), pl.col(HIGH).sum(), pl.len().cast(pl.UInt16).alias("opened"), real.count().cast(pl.Int32).alias("alone"),
        pl.col(KEY).min().alias("least"), real.min().alias("first"), real.max().alias("last"),
    )  # fmt: skip
    several = (pl.col("least") == SEVERAL) | (first != last)
    key = pl.when(several).then(SEVERAL).otherwise(pl.coalesce(first, pl.lit(NONE))).cast(pl.Int32)
    return grouped.select(ROW, LOW, HIGH, "opened", "alone", key.alias("key"))


def bounded_few(wides: Mapping[str, Wide], frame: pl.DataFrame, asked: Mapping[str, pl.Expr]) -> list[pl.Series]:
    """The same for decisions that rest on few facts, and so are open in few rows: only those are worked out, all decisions at once.

    Each looks at a frame of its own columns: a query over a frame of very many takes as long as it is wide.
    """
    columns, queries = {column.name: column for column in frame.get_columns()}, []
    for name, wide in wides.items():
        needed = dict.fromkeys((*wide.needed, *asked[name].meta.root_names()))
        own = pl.DataFrame([columns[column] for column in needed if column in columns])
        rows = own.lazy().with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias(ROW)).filter(asked[name])
        queries.append(_apply(_bounded(wide, dict(own.schema)), rows))
    found: list[pl.Series] = []
    for name, made in zip(wides, pl.collect_all(queries), strict=True):
        found += _among(name, columns, made)
    return found


_NOTHING: Ends = (n.constant(Fraction(0)), n.constant(Fraction(0)))


def _among(name: str, columns: Mapping[str, pl.Series], made: pl.DataFrame) -> list[pl.Series]:
    """The columns of a decision worked out for some rows, among the others."""
    found, rows = [], made[ROW]
    there = set(made.columns)
    for mark in (LINE, VALUE, BELOW + VALUE, LOW, HIGH, BELOW + LOW, BELOW + HIGH, KEY, FIRED):
        if mark + name not in there:
            continue
        some = made[mark + name]
        if mark in (LOW, HIGH, BELOW + LOW, BELOW + HIGH):
            base = columns[(BELOW if mark.startswith(BELOW) else "") + VALUE + name].cast(some.dtype)
        elif mark in (KEY, FIRED):
            base = pl.repeat(None, columns[VALUE + name].len(), dtype=some.dtype, eager=True)
        else:
            base = columns[mark + name]
        found.append(base.clone().scatter(rows, some).alias(mark + name))
    return found


def _apply(stages: Stages, frame: pl.LazyFrame) -> pl.LazyFrame:
    for columns in stages[0]:
        frame = frame.with_columns(columns)
    return frame.drop(stages[1], strict=False)


def _bounded(wide: Wide, schema: Mapping[str, pl.DataType]) -> Stages:
    """The ends of the decision wherever they are surely the reference's.

    With several open inputs the reference bounds a sum as it stands. With one alone it is tight, and so is the sum when one part
    only is open, whose ends are met, and one entry only can fire.
    """
    known = frozenset((name, str(kind)) for name, kind in schema.items())
    if known not in wide.stages:
        wide.stages[known] = _staged(wide, schema)
    return wide.stages[known]


def _staged(wide: Wide, schema: Mapping[str, pl.DataType]) -> Stages:
    col = wide.slot.col
    assert col is not None
    keyed = [pl.when(pl.col(column).is_null()).then(pl.lit(key, dtype=pl.Int32)).alias(f"k {column}") for column, key in wide.inputs]
    marks = [f"k {column}" for column, _ in wide.inputs]
    keys = [KEY + read for read in wide.reads if KEY + read in schema] + marks
    alone = pl.sum_horizontal([(pl.col(key) > 0).cast(pl.Int32) for key in keys]) if keys else pl.lit(0)
    never = pl.all_horizontal(wide.before) if wide.before else pl.lit(True)  # noqa: FBT003
    raw = [
        *_numbers("raw lo", wide.raw[0]), *_numbers("raw hi", wide.raw[1]),
        union(keys).alias("key"), alone.alias("alone"), (is_open(col) & ~pl.col(ODD) & never).alias("asked"),
    ]  # fmt: skip
    stages, temps = _finished(wide, schema, marks)
    return [[*ends_where_known(wide, schema), *keyed], raw, *stages], temps


def _finished(wide: Wide, schema: Mapping[str, pl.DataType], more: Sequence[str]) -> Stages:
    """The columns of a decision from the ends of its sum before floors and caps."""
    name, col = name_of(wide.slot), wide.slot.col
    assert col is not None
    assert col.number is not None
    temps = [*_TEMPS, *more]
    low, high = _read("raw lo", wide.raw[0]), _read("raw hi", wide.raw[1])
    known = pl.all_horizontal(column.is_not_null() for end in (low, high) for column in columns_of(end))
    least, most, fired = _fires(wide.bounds, low, high)
    kind, number = schema[VALUE + name], col.number
    try:
        placed = [*_placed(LOW + name, least, number, kind), *_placed(HIGH + name, most, number, kind)]
        exact = n.compared("=", *_pair(name, number))
    except Refused:
        return [], temps
    one = pl.col(FIRED + name).is_in([1 << bit for bit in range(len(wide.bounds) + 1)])
    key = pl.coalesce(pl.col("key"), pl.lit(NONE, dtype=pl.Int32))
    plain = key.is_in([NONE, SEVERAL]) | ((pl.col("alone") == 1) & one) if not wide.inputs else pl.lit(True)  # noqa: FBT003
    good = pl.col("asked") & (exact | plain) & known & pl.col(LOW + name).is_not_null() & pl.col(HIGH + name).is_not_null()
    written = _written(name, number, kind, schema.get(BELOW + VALUE + name))
    return [[*placed, fired.alias(FIRED + name)], [good.alias("good"), exact.alias("exact")], written], temps


def _written(name: str, number: n.Number, kind: pl.DataType, below_kind: pl.DataType | None) -> list[pl.Expr]:
    """The ends where they are good; the exact value elsewhere."""
    good, value = pl.col("good"), pl.col(VALUE + name)
    found = [pl.when(good).then(pl.col(mark + name)).otherwise(value.cast(kind)).alias(mark + name) for mark in (LOW, HIGH)]
    found += [
        pl.when(good & ~pl.col("exact")).then(pl.coalesce(pl.col("key"), pl.lit(NONE, dtype=pl.Int32))).alias(KEY + name),
        pl.when(good).then(pl.col(FIRED + name)).alias(FIRED + name),
        pl.when(good).then(None).otherwise(pl.col(LINE + name)).alias(LINE + name),
        pl.when(good & pl.col("exact")).then(pl.col(LOW + name).cast(kind, strict=False)).otherwise(value).alias(VALUE + name),
    ]
    if number.bottom is not None and below_kind is not None:
        below = pl.col(BELOW + VALUE + name)
        for mark in (BELOW + LOW, BELOW + HIGH):
            found.append(pl.when(good).then(pl.col(mark + name)).otherwise(below.cast(pl.Int64)).alias(mark + name))
        exact = pl.when(good & pl.col("exact")).then(pl.col(BELOW + LOW + name).cast(below_kind, strict=False))
        found.append(exact.otherwise(below).alias(BELOW + VALUE + name))
    return found


def _pair(name: str, number: n.Number) -> tuple[n.Number, n.Number]:
    low, high = (
        n.Number(
            n.Whole(pl.col(mark + name).cast(number.top.full), number.top.low, number.top.high, None, number.top.full),
            number.scale,
            n.Whole(pl.col(BELOW + mark + name).cast(pl.Int64), 1, number.bottom.high) if number.bottom is not None else None,
        )
        for mark in (LOW, HIGH)
    )
    return low, high


def ends_where_known(wide: Wide, there: Collection[str]) -> list[pl.Expr]:
    """Ends of the decisions read of which nothing is open here."""
    found: list[pl.Expr] = []
    for read in wide.reads:
        if LOW + read in there:
            continue
        for mark in (LOW, HIGH):
            found.append(pl.col(VALUE + read).alias(mark + read))
            if BELOW + VALUE + read in there:
                found.append(pl.col(BELOW + VALUE + read).alias(BELOW + mark + read))
    return found


def _numbers(name: str, number: n.Number) -> list[pl.Expr]:
    top = number.top.at(number.top.full).alias(name)
    return [top, *([number.bottom.at(number.bottom.full).alias(f"d:{name}")] if number.bottom is not None else [])]


def _read(name: str, number: n.Number) -> n.Number:
    top, bottom = number.top, number.bottom
    below = n.Whole(pl.col(f"d:{name}"), bottom.low, bottom.high, None, bottom.full) if bottom is not None else None
    return n.Number(n.Whole(pl.col(name), top.low, top.high, None, top.full), number.scale, below)


def _placed(name: str, value: n.Number, like: n.Number, kind: pl.DataType) -> list[pl.Expr]:
    """A number as the columns of its decision have it. Raises `Refused`."""
    if like.scale % value.scale or (value.bottom is not None and like.bottom is None):
        raise Refused("another grid")
    top = value.over(like.scale)
    found = [top.expr.cast(kind, strict=False).alias(name)]
    if like.bottom is not None:
        below = value.bottom if value.bottom is not None else n.whole(1)
        found.append(below.at(below.full).alias(BELOW + name))
    return found


def _fires(bounds: Sequence[tuple[str, Fraction]], low: n.Number, high: n.Number) -> tuple[n.Number, n.Number, pl.Expr]:
    """The ends after each bound in turn, and a mask of the entries that may fire, the last for the sum itself."""
    alive = pl.lit(True)  # noqa: FBT003
    mask = pl.lit(0, dtype=pl.UInt8)
    found: list[tuple[pl.Expr, Ends]] = []
    for bit, (op, edge) in enumerate(bounds):
        fixed = n.constant(edge)
        near, far = (low, high) if op == "<" else (high, low)
        may, surely = n.compared("<" if op == "<" else ">", near, fixed), n.compared("<" if op == "<" else ">", far, fixed)
        fires = alive & may
        mask = mask + pl.when(fires).then(pl.lit(1 << bit, dtype=pl.UInt8)).otherwise(pl.lit(0, dtype=pl.UInt8))
        found.append((fires, both(fixed)))
        alive = alive & ~surely
        if op == "<":
            low = n.extreme([low, fixed], largest=True)
        else:
            high = n.extreme([high, fixed], largest=False)
    last = len(bounds)
    mask = mask + pl.when(alive).then(pl.lit(1 << last, dtype=pl.UInt8)).otherwise(pl.lit(0, dtype=pl.UInt8))
    found.append((alive, (low, high)))
    return _hull(found, largest=False), _hull(found, largest=True), mask


def _hull(found: Sequence[tuple[pl.Expr, Ends]], *, largest: bool) -> n.Number:
    """The least or the most of those that fire; the last stands for those that do not."""
    result: n.Number | None = None
    for fires, ends in found:
        one = ends[1] if largest else ends[0]
        if result is None:
            result, seen = one, fires
            continue
        better = n.compared(">" if largest else "<", one, result)
        result = n.unite([(fires & better) | ~seen], [one, result])
        seen = seen | fires
    assert result is not None
    return result
