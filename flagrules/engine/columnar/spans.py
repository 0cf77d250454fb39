"""Sums over many decisions where some are open: the least and the most in columns, with floors and caps, as the reference bounds them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import polars as pl

from flagrules.engine.columnar import numbers as n
from flagrules.engine.columnar.compile import BELOW, LINE, VALUE, Columns, Slot, is_open, number_of
from flagrules.engine.columnar.lanes import ends_of, union
from flagrules.engine.columnar.layout import ODD
from flagrules.engine.columnar.opened import FIRED, HIGH, KEY, LOW, NONE, SEVERAL, name_of
from flagrules.engine.columnar.refused import Refused
from flagrules.plan.nodes import Decide, Entry, ParameterInForce
from flagrules.semantics import expr as e

Ends = tuple[n.Number, n.Number]
Stages = tuple[list[list[pl.Expr]], list[str]]  # columns added one after another, and those that are dropped in the end
_TEMPS = ("raw lo", "raw hi", "d:raw lo", "d:raw hi", "key", "alone", "asked", "good", "exact")


@dataclass(frozen=True)
class Wide:
    """A decision as a bounded sum: what must surely not hold before it, its bounds, and the least and the most of the sum.

    `inputs` are the facts it is worked out from where it rests on facts alone, each with the number of its key: every one is met
    once, so that the ends of an open one give the ends of the decision. `offset` is there where the sum is `reads` and a constant;
    `factors` bring each of the reads to its grid.
    """

    slot: Slot
    before: tuple[pl.Expr, ...]
    bounds: tuple[tuple[str, Fraction], ...]
    raw: Ends
    reads: tuple[str, ...]
    inputs: tuple[tuple[str, int], ...] = ()
    offset: int | None = None
    factors: tuple[int, ...] = ()
    stages: dict[frozenset[tuple[str, str]], Stages] = field(default_factory=dict, compare=False, repr=False)

    @property
    def first(self) -> int:
        """The entry the first bound stands in."""
        return len(self.before)

    @cached_property
    def needed(self) -> list[str]:
        """The columns the ends are worked out from."""
        name, col = name_of(self.slot), self.slot.col
        assert col is not None
        seen = [*(column for end in self.raw for column in _columns(end)), *self.before, is_open(col)]
        roots = [root for expr in seen for root in expr.meta.root_names()]
        marks = (VALUE, LOW, HIGH, KEY, BELOW + VALUE, BELOW + LOW, BELOW + HIGH)
        reads = [mark + read for read in self.reads for mark in marks]
        own = [ODD, VALUE + name, LINE + name, BELOW + VALUE + name, *(column for column, _ in self.inputs)]
        return list(dict.fromkeys([*own, *roots, *reads]))

    def fired(self, mask: int) -> tuple[int, ...]:
        """The entries a mask speaks of."""
        return tuple(self.first + bit for bit in range(len(self.bounds) + 1) if mask >> bit & 1)


def wide_of(slot: Slot, columns: Columns) -> Wide | None:
    """A decision as a bounded sum of earlier ones, or None where it has another shape."""
    decision = slot.decision
    bounds, index = _bounds(decision)
    last = decision.entries[-1].value
    if slot.col is None or slot.col.number is None or slot.col.na is not None:
        return None
    spans = Spans(columns)
    try:
        raw = spans.of(last)
        before = tuple(spans.never(entry.guard) for entry in decision.entries[:index] if entry.guard is not None)
    except Refused:
        return None
    reads = tuple(dict.fromkeys(spans.reads))
    offset = _offset(last, raw, columns) if not before else None  # what stands before is read too, and is no part of the sum
    factors = tuple(raw[0].scale // _scale(columns.slots[read]) for read in reads) if offset is not None else ()
    return Wide(slot, before, bounds, raw, reads, (), offset, factors)


def _scale(slot: Slot) -> int:
    assert slot.col is not None
    assert slot.col.number is not None
    return slot.col.number.scale


def _offset(last: e.Expr, raw: Ends, columns: Columns) -> int | None:
    """The constant of a sum of earlier decisions, each met once; None for another shape."""
    args = last.args if isinstance(last, e.Sum) else ()
    slots = [arg.slot for arg in args if isinstance(arg, e.SlotRef)]
    consts = [arg.value for arg in args if isinstance(arg, e.Const) and isinstance(arg.value, Fraction)]
    if not slots or len(slots) + len(consts) < len(args) or len(set(slots)) < len(slots) or raw[0].bottom is not None:
        return None
    cols = [columns.slots[slot].col for slot in slots]
    numbers = [col.number if col is not None else None for col in cols]
    plain = all(number is not None and raw[0].scale % number.scale == 0 and not number.top.wide for number in numbers)
    total = sum(consts, Fraction(0)) * raw[0].scale
    return int(total) if plain and total.denominator == 1 and not raw[0].top.wide else None


def _bounds(decision: Decide) -> tuple[tuple[tuple[str, Fraction], ...], int]:
    """The floors and caps of a decision's last value, and how many entries stand before them."""
    bounds: list[tuple[str, Fraction]] = []
    index = len(decision.entries) - 1
    while index and (bound := _bound(decision.entries[index - 1], decision.entries[-1].value)) is not None:
        bounds.insert(0, bound)
        index -= 1
    return tuple(bounds), index


def direct_of(slot: Slot, columns: Columns, key: Callable[[e.FactRef], int], found: Mapping[str, Wide]) -> Wide | None:
    """A decision worked out from facts by arithmetic that meets each of them once, with floors and caps; None for another shape.

    `found` are the earlier ones of that shape.
    """
    bounds, index = _bounds(slot.decision)
    if index or slot.col is None or slot.col.number is None or slot.col.na is not None:
        return None
    spans = Direct(columns, key, found)
    try:
        raw = spans.of(slot.decision.entries[-1].value)
    except Refused:
        return None
    if not spans.facts or len(dict(spans.facts)) < len(spans.facts):
        return None
    return Wide(slot, (), bounds, raw, tuple(dict.fromkeys(spans.reads)), tuple(spans.facts))


def _bound(entry: Entry, raw: e.Expr) -> tuple[str, Fraction] | None:
    """A floor or a cap of the sum itself."""
    match entry.guard, entry.value:
        case e.Compare("<" | ">" as op, left, e.Const(Fraction() as edge)), e.Const(value) if left == raw and value == edge:
            return op, edge
        case _:
            return None


class Spans:
    """The least and the most of expressions over earlier decisions; `reads` are those met."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.reads: list[str] = []

    def of(self, expr: e.Expr) -> Ends:
        """The ends of a number. Raises `Refused`."""
        match expr:
            case e.Const(Fraction() as value):
                return _both(n.constant(value))
            case e.ParamRef(name) if isinstance(self._parameters[name].value, Fraction):
                return _both(number_of(self.columns.col(expr)))
            case e.Unsayable(_, least, most):
                return n.constant(least), n.constant(most)
            case e.SlotRef(slot):
                return self._slot(slot)
            case e.Sum(args):
                return _pairwise(n.add, [self.of(arg) for arg in args])
            case e.Extreme(largest, args):
                return _pairwise(lambda numbers: n.extreme(numbers, largest=largest), [self.of(arg) for arg in args])
            case e.Product(left, right):
                return _corners(n.multiply, self.of(left), self.of(right))
            case e.Quotient(left, right):
                divisor = self.of(right)
                if divisor[0].top.low <= 0:
                    raise Refused("a divisor that may be zero")
                return _corners(n.divide, self.of(left), divisor)
            case e.Round(inner, places, mode):
                low, high = self.of(inner)
                return n.rounded(low, places, mode), n.rounded(high, places, mode)
            case _:
                raise Refused("no sum of decisions")

    @property
    def _parameters(self) -> Mapping[str, ParameterInForce]:
        return self.columns.plan.parameters

    def _slot(self, slot: str) -> Ends:
        made = self.columns.slots[slot]
        if made.col is None or made.col.number is None or made.col.na is not None:
            raise Refused("no plain number")
        self.reads.append(slot)
        return ends_of(made)

    def never(self, guard: e.Expr) -> pl.Expr:
        """Whether a condition surely does not hold."""
        known = self.columns.truth(guard).truth
        assert known is not None
        surely = (~known).fill_null(value=False)
        if isinstance(guard, e.Compare):
            try:
                left, right = self.of(guard.left), self.of(guard.right)
            except Refused:
                return surely
            return surely | _apart(guard.op, left, right)
        return surely


class Direct(Spans):
    """The same down to facts; `facts` are the columns of those met, each time, with the number of its key."""

    def __init__(self, columns: Columns, key: Callable[[e.FactRef], int], found: Mapping[str, Wide]) -> None:
        super().__init__(columns)
        self.key, self.found = key, found
        self.facts: list[tuple[str, int]] = []

    def of(self, expr: e.Expr) -> Ends:
        """The ends of a number. Raises `Refused`."""
        if not isinstance(expr, e.FactRef):
            return super().of(expr)
        wanted = self.columns.layout.of(expr)
        if wanted.sort != "number" or wanted.nullable or wanted.bottom:
            raise Refused("a fact that is no plain number")
        self.facts.append((wanted.name, self.key(expr)))
        column = pl.col(wanted.name)
        low, high = (
            n.Number(n.Whole(column.fill_null(pl.lit(end, dtype=pl.Int64)), wanted.low, wanted.high), wanted.scale)
            for end in (wanted.low, wanted.high)
        )
        return low, high

    def _slot(self, slot: str) -> Ends:
        if slot not in self.found:
            raise Refused("a decision of another shape")
        self.facts += self.found[slot].inputs
        return super()._slot(slot)


def _apart(op: e.CompareOp, left: Ends, right: Ends) -> pl.Expr:
    match op:
        case ">=":
            return n.compared("<", left[1], right[0])
        case ">":
            return n.compared("<=", left[1], right[0])
        case "<=":
            return n.compared(">", left[0], right[1])
        case "<":
            return n.compared(">=", left[0], right[1])
        case "=":
            return n.compared("<", left[1], right[0]) | n.compared(">", left[0], right[1])


def _both(number: n.Number) -> Ends:
    return number, number


def _pairwise(how: Callable[[Sequence[n.Number]], n.Number], pairs: Sequence[Ends]) -> Ends:
    return how([low for low, _ in pairs]), how([high for _, high in pairs])


def _corners(how: Callable[[n.Number, n.Number], n.Number], left: Ends, right: Ends) -> Ends:
    """The ends of a product or quotient: by the signs of its sides where they are known, else the outermost of all corners."""
    if left[0].top.low >= 0 and right[0].top.low >= 0:
        least, most = (right[1], right[0]) if how is n.divide else right
        return how(left[0], least), how(left[1], most)
    lefts = left[:1] if left[0] is left[1] else left
    rights = right[:1] if right[0] is right[1] else right
    corners = [how(one, other) for one in lefts for other in rights]
    return n.extreme(corners, largest=False), n.extreme(corners, largest=True)


# ── a frame of units ──
def bounded(wide: Wide, frame: pl.DataFrame) -> list[pl.Series]:
    """The columns of the decision with its ends wherever they are surely the reference's, and those of what it reads; see `_bounded`."""
    there = set(frame.columns)
    if wide.offset is not None:
        return _summed(wide, frame, there)
    own = frame.select(name for name in wide.needed if name in there)
    before = {series.name: series for series in own.get_columns()}
    made = _apply(_bounded(wide, dict(own.schema)), own.lazy()).collect()
    return [one for one in made.get_columns() if one.name not in before or not one.equals(before[one.name])]


def _summed(wide: Wide, frame: pl.DataFrame, there: set[str]) -> list[pl.Series]:
    """The same for a plain sum: what is known added up in one go, and the few parts that are open one by one."""
    name, open_parts = name_of(wide.slot), []
    seen = {column.name: column for column in frame.get_columns()}
    for read, factor in zip(wide.reads, wide.factors, strict=True):
        if KEY + read in there:
            rows = seen[KEY + read].is_not_null().arg_true()
            kinds = ((KEY, pl.Int32), (LOW, pl.Int64), (HIGH, pl.Int64))
            key, low, high = (seen[mark + read].gather(rows).cast(kind).alias(mark) for mark, kind in kinds)
            open_parts.append(pl.DataFrame([rows.alias(_ROW), key, low * factor, high * factor]))
    large = max(-wide.raw[0].top.low, wide.raw[1].top.high) >= 2**31
    columns = [pl.col(VALUE + read).cast(pl.Int64) if large else pl.col(VALUE + read) for read in wide.reads]
    values = [column * factor if factor > 1 else column for column, factor in zip(columns, wide.factors, strict=True)]
    assert wide.offset is not None
    known = (pl.sum_horizontal(values).cast(pl.Int64) + wide.offset).alias("known")
    missing = pl.sum_horizontal([pl.col(VALUE + read).is_null().cast(pl.UInt16) for read in wide.reads]).alias("missing")
    rest = [column for column in replace(wide, raw=_NOTHING, reads=()).needed if column in there]
    own = frame.select(*rest, known, missing, pl.int_range(pl.len(), dtype=pl.UInt32).alias(_ROW)).lazy()
    if open_parts:
        real = pl.col(KEY).filter(pl.col(KEY) > 0)
        grouped = pl.concat(open_parts).lazy().group_by(_ROW).agg(
            pl.col(LOW).sum(), pl.col(HIGH).sum(), pl.len().cast(pl.UInt16).alias("opened"), real.len().cast(pl.Int32).alias("alone"),
            pl.when((pl.col(KEY) == SEVERAL).any() | (real.n_unique() > 1)).then(SEVERAL).when(real.len() > 0).then(real.first())
            .otherwise(NONE).cast(pl.Int32).alias("key"),
        )  # fmt: skip
        own = own.join(grouped, on=_ROW, how="left", maintain_order="left")
    else:
        nothing = {LOW: pl.Int64, HIGH: pl.Int64, "opened": pl.UInt16, "alone": pl.Int32, "key": pl.Int32}
        own = own.with_columns(pl.lit(None, dtype=kind).alias(column) for column, kind in nothing.items())
    whole = pl.col("missing") == pl.col("opened").fill_null(0)
    known = pl.col("known")
    ends = [pl.when(whole).then(known + pl.col(mark).fill_null(0)).alias(raw) for mark, raw in ((LOW, "raw lo"), (HIGH, "raw hi"))]
    col = wide.slot.col
    assert col is not None
    never = pl.all_horizontal(wide.before) if wide.before else pl.lit(True)  # noqa: FBT003
    own = own.with_columns(*ends, pl.col("alone").fill_null(0), (is_open(col) & ~pl.col(ODD) & never).alias("asked"))
    made = _apply(_finished(wide, dict(frame.schema), ["known", "missing", "opened", _ROW, LOW, HIGH]), own).collect()
    own_columns = {mark + name for mark in (LINE, VALUE, LOW, HIGH, KEY, FIRED)}
    return [one for one in made.get_columns() if one.name in own_columns]


def bounded_few(wides: Mapping[str, Wide], frame: pl.DataFrame, asked: Mapping[str, pl.Expr]) -> list[pl.Series]:
    """The same for decisions that rest on few facts, and so are open in few rows: only those are worked out, all decisions at once.

    Each looks at a frame of its own columns: a query over a frame of very many takes as long as it is wide.
    """
    columns, queries = {column.name: column for column in frame.get_columns()}, []
    for name, wide in wides.items():
        own = pl.DataFrame([columns[column] for column in wide.needed if column in columns])
        rows = own.lazy().with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias(_ROW)).filter(asked[name])
        queries.append(_apply(_bounded(wide, dict(own.schema)), rows))
    found: list[pl.Series] = []
    for name, made in zip(wides, pl.collect_all(queries), strict=True):
        found += _among(name, columns, made)
    return found


_ROW = "row of all"
_NOTHING: Ends = (n.constant(Fraction(0)), n.constant(Fraction(0)))


def _among(name: str, columns: Mapping[str, pl.Series], made: pl.DataFrame) -> list[pl.Series]:
    """The columns of a decision worked out for some rows, among the others."""
    found, rows = [], made[_ROW]
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
    known = pl.all_horizontal(column.is_not_null() for end in (low, high) for column in _columns(end))
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
            n.Whole(pl.col(mark + name) if number.top.wide else pl.col(mark + name).cast(pl.Int64), number.top.low, number.top.high),
            number.scale,
            n.Whole(pl.col(BELOW + mark + name), 1, number.bottom.high) if number.bottom is not None else None,
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
    return [number.top.expr.alias(name), *([number.bottom.expr.alias(f"d:{name}")] if number.bottom is not None else [])]


def _read(name: str, number: n.Number) -> n.Number:
    bottom = n.Whole(pl.col(f"d:{name}"), number.bottom.low, number.bottom.high) if number.bottom is not None else None
    return n.Number(n.Whole(pl.col(name), number.top.low, number.top.high), number.scale, bottom)


def _columns(number: n.Number) -> list[pl.Expr]:
    return [number.top.expr, *([number.bottom.expr] if number.bottom is not None else [])]


def _placed(name: str, value: n.Number, like: n.Number, kind: pl.DataType) -> list[pl.Expr]:
    """A number as the columns of its decision have it. Raises `Refused`."""
    if like.scale % value.scale or (value.bottom is not None and like.bottom is None):
        raise Refused("another grid")
    top = value.over(like.scale)
    found = [top.expr.cast(kind, strict=False).alias(name)]
    if like.bottom is not None:
        found.append((value.bottom.expr if value.bottom is not None else pl.lit(1, dtype=pl.Int64)).alias(BELOW + name))
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
        found.append((fires, _both(fixed)))
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


__all__ = ["Decide", "Wide", "bounded", "direct_of", "wide_of"]
