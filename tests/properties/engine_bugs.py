"""Bugs an engine of columns may have, each made on purpose, so that the harness can prove that it sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl

from flagrules.engine.columnar import bounds, cols, indexes, lanes, layout, opened, result, run, shared, spans, tables
from flagrules.engine.columnar import compile as c
from flagrules.engine.columnar import numbers as n
from flagrules.engine.values import Num, number
from flagrules.semantics import expr as e
from tests.properties.bugs import BUGS, Patch, bug, wrapped


def _no_null(col: cols.Col) -> cols.Col:
    return replace(col, truth=col.truth.fill_null(value=False)) if col.truth is not None else col


def _and_not(col: cols.Col) -> pl.Expr:
    assert col.truth is not None
    assert col.na is not None
    return col.truth & ~col.na


# ── unknown and not applicable ──
@bug("null as zero in a sum")
def _(patch: Patch) -> None:
    def change(plain: Any, parts: Sequence[n.Whole]) -> n.Whole:
        found: n.Whole = plain([replace(one, expr=one.expr.fill_null(0)) if one.const is None else one for one in parts])
        return found

    wrapped(patch, n, "total", change)


@bug("an unknown fact is zero")
def _(patch: Patch) -> None:
    def change(plain: Any, self: Any, wanted: Any) -> cols.Col:
        col: cols.Col = plain(self, wanted)
        if col.number is None or col.na is not None:
            return col
        top = replace(col.number.top, expr=col.number.top.expr.fill_null(0))
        return replace(col, number=replace(col.number, top=top), strict=frozenset())

    wrapped(patch, c.Columns, "_input", change)


@bug("an unknown condition does not hold")
def _(patch: Patch) -> None:
    wrapped(patch, c, "line_of", lambda plain, guards: plain([replace(_no_null(one), strict=frozenset()) for one in guards]))


@bug("what does not apply is zero")
def _(patch: Patch) -> None:
    def change(plain: Any, self: Any, wanted: Any) -> cols.Col:
        col: cols.Col = plain(self, wanted)
        if col.number is None or col.na is None:
            return col
        top = replace(col.number.top, expr=pl.when(col.na).then(0).otherwise(col.number.top.expr))
        return replace(col, number=replace(col.number, top=top), na=None)

    wrapped(patch, c.Columns, "_input", change)


@bug("a condition on what does not apply holds")
def _(patch: Patch) -> None:
    for where in (c, cols):
        patch.setattr(where, "and_not", lambda truth, na: truth if na is None else truth | na)


@bug("a part that does not apply is missing")
def _(patch: Patch) -> None:
    def change(plain: Any, col: cols.Col, *, missing: bool = False) -> cols.Col:
        absent = missing and col.na is not None and col.truth is not None
        found: cols.Col = plain(replace(col, truth=_and_not(col), na=None) if absent else col, missing=missing)
        return found

    wrapped(patch, c, "negated", change)


@bug("what may not apply surely applies")
def _(patch: Patch) -> None:
    wrapped(patch, c, "absence_of", lambda plain, col: _no_null(plain(col)))


@bug("a list nobody filed is empty")
def _(patch: Patch) -> None:
    def change(plain: Any, plan: Any, inputs: Sequence[layout.Input], world: Any) -> dict[str, Any]:
        row: dict[str, Any] = plain(plan, inputs, world)
        return {name: 0 if value is None and name.startswith("o") and ":会" in name else value for name, value in row.items()}

    wrapped(patch, run, "row_of", change)


@bug("a figure over rows half known is unknown")
def _(patch: Patch) -> None:
    patch.setattr(layout, "_half_known", lambda *_: False)


@bug("a cell off its grid is cut off")
def _(patch: Patch) -> None:
    def change(plain: Any, wanted: layout.Input, value: Fraction, into: dict[str, Any]) -> None:
        plain(wanted, Fraction((value * wanted.scale).__floor__(), wanted.scale) if not wanted.bottom else value, into)

    wrapped(patch, layout, "_put_number", change)


@bug("a parameter that is not set is zero")
def _(patch: Patch) -> None:
    zero = cols.literal(Fraction(0))
    wrapped(patch, c.Columns, "_parameter", lambda plain, self, name, kind: zero if name == "空" else plain(self, name, kind))


@bug("what cannot be said is zero")
def _(patch: Patch) -> None:
    patch.setattr(c, "open_number", lambda _low, _high: cols.literal(Fraction(0)))


@bug("a choice without a known condition takes the other side")
def _(patch: Patch) -> None:
    wrapped(patch, c.Columns, "_choose", lambda plain, self, condition, then, other: plain(self, _no_null(condition), then, other))


@bug("the larger of a known and an unknown number is the known one")
def _(patch: Patch) -> None:
    def change(plain: Any, numbers: Sequence[n.Number], *, largest: bool) -> n.Number:
        found: n.Number = plain(numbers, largest=largest)
        if found.bottom is not None or any(one.scale != numbers[0].scale or one.bottom is not None or one.top.wide for one in numbers):
            return found
        pick = pl.max_horizontal if largest else pl.min_horizontal
        return replace(found, top=replace(found.top, expr=pick([one.over(found.scale).expr for one in numbers])))

    wrapped(patch, n, "extreme", change)


# ── comparisons and logic ──
def _operators(**turned: e.CompareOp) -> Callable[[Patch], None]:
    names = {"over": ">", "at_least": ">=", "under": "<", "at_most": "<=", "equal": "="}
    change = {names[name]: op for name, op in turned.items()}
    return lambda patch: wrapped(patch, n, "_apply", lambda plain, op, left, right: plain(change.get(op, op), left, right))


bug("≥ for >")(_operators(over=">="))
bug("> for ≥")(_operators(at_least=">"))
bug("≤ for <")(_operators(under="<="))
bug("≥ for =")(_operators(equal=">="))


@bug("an edge between two numbers is cut off")
def _(patch: Patch) -> None:
    wrapped(patch, n, "_to_constant", lambda plain, op, column, edge: plain(op, column, Fraction(edge.__floor__())))


@bug("a day too late")
def _(patch: Patch) -> None:
    wrapped(patch, n, "_to_constant", lambda plain, op, column, edge: plain(op, column, edge + 1 if 700_000 < edge < 800_000 else edge))


@bug("且 and 或 swapped")
def _(patch: Patch) -> None:
    wrapped(patch, c, "joined", lambda plain, cols, *, every: plain(cols, every=not every))


@bug("且 with something unknown is false")
def _(patch: Patch) -> None:
    wrapped(patch, c, "joined", lambda plain, cols, *, every: _no_null(plain(cols, every=every)))


@bug("the last line that holds decides")
def _(patch: Patch) -> None:
    def change(plain: Any, guards: Sequence[cols.Col]) -> pl.Expr:
        expr: pl.Expr = plain(list(reversed(guards)))
        return pl.when(expr < len(guards)).then(pl.lit(len(guards) - 1, dtype=pl.UInt8) - expr.clip(0, len(guards) - 1)).otherwise(expr)

    wrapped(patch, c, "line_of", change)


@bug("lines counted from one")
def _(patch: Patch) -> None:
    wrapped(patch, result.UnitRow, "step", lambda plain, self, slot: _shifted(plain(self, slot)))


def _shifted(found: Any) -> Any:
    fired, value = found
    return tuple(index + 1 for index in fired), value


@bug("options counted from one")
def _(patch: Patch) -> None:
    def change(plain: Any, wanted: layout.Input, value: Any, into: dict[str, Any]) -> None:
        plain(replace(wanted, options=wanted.options[-1:] + wanted.options[:-1]), value, into)

    wrapped(patch, layout, "put", change)


@bug("words of different lists compared by their number")
def _(patch: Patch) -> None:
    def change(_plain: Any, col: cols.Col, _words: tuple[str, ...]) -> pl.Expr:
        return col.value

    wrapped(patch, cols, "_recoded", change)


def _without(op: str) -> Callable[[Patch], None]:
    def change(plain: Any, self: c.Columns, guard: e.Expr) -> cols.Col:
        if isinstance(guard, e.Compare) and guard.op == op and isinstance(guard.left, e.Sum):
            return cols.literal(value=False)
        col: cols.Col = plain(self, guard)
        return col

    return lambda patch: wrapped(patch, c.Columns, "_guard", change)


bug("the cap is ignored")(_without(">"))
bug("the floor is ignored")(_without("<"))


# ── arithmetic ──
@bug("half even for half up")
def _(patch: Patch) -> None:
    wrapped(patch, n, "_round_magnitude", lambda plain, ratio, mode: plain(ratio, "half_even" if mode == "half_up" else mode))


@bug("half up for half even")
def _(patch: Patch) -> None:
    wrapped(patch, n, "_round_magnitude", lambda plain, ratio, mode: plain(ratio, "half_up" if mode == "half_even" else mode))


@bug("down for up")
def _(patch: Patch) -> None:
    wrapped(patch, n, "_round_magnitude", lambda plain, ratio, mode: plain(ratio, "down" if mode == "up" else mode))


@bug("a negative number rounded like a positive one")
def _(patch: Patch) -> None:
    def change(plain: Any, value: n.Number, places: int, mode: Any) -> n.Number:
        found: n.Number = plain(value, places, mode)
        low = found.top.low
        if low >= 0 or found.bottom is not None:
            return found
        shift = n.add([value, n.constant(Fraction(1000))])
        return n.add([plain(shift, places, mode), n.constant(Fraction(-1000))]) if shift.top.low >= 0 else found

    wrapped(patch, n, "rounded", change)


@bug("a ratio in binary")
def _(patch: Patch) -> None:
    def change(_plain: Any, top: n.Whole, bottom: n.Whole, low: int, high: int) -> n.Whole:
        ratio = top.expr.cast(pl.Float64) / (bottom.expr.cast(pl.Float64) + 1e-9)
        return n.Whole(ratio.floor().cast(pl.Int64), low, high)

    wrapped(patch, n, "_divided", change)


@bug("scales mixed up")
def _(patch: Patch) -> None:
    wrapped(patch, n.Number, "over", lambda _plain, self, _scale: self.top)


def _run_over(patch: Patch, narrow: n.Kind, bits: int, wide: n.Kind) -> None:
    """Numbers that need a wide type are put in a narrow one, and wrap."""
    wrapped(patch, n, "kind_of", lambda plain, reach: narrow if plain(reach) is wide else plain(reach))

    def lit(plain: Any, value: int | None, kind: n.Kind) -> pl.Expr:
        half = 2 ** (bits - 1)
        found: pl.Expr = plain((value + half) % (2 * half) - half if value is not None and kind is narrow else value, kind)
        return found

    wrapped(patch, n, "lit", lit)


@bug("64 bits run over")
def _(patch: Patch) -> None:
    _run_over(patch, pl.Int64, 64, pl.Int128)


@bug("32 bits run over")
def _(patch: Patch) -> None:
    _run_over(patch, pl.Int32, 32, pl.Int64)


@bug("a divisor forgotten in a comparison")
def _(patch: Patch) -> None:
    wrapped(patch, n, "compared", lambda plain, op, left, right: plain(op, replace(left, bottom=None), replace(right, bottom=None)))


@bug("steps below zero count")
def _(patch: Patch) -> None:
    def change(_plain: Any, value: n.Number) -> n.Number:
        top = value.top
        return replace(value, top=replace(top, expr=top.expr.abs(), low=0, high=max(-top.low, top.high)))

    wrapped(patch, n, "_above_zero", change)


@bug("a part of a step does not count")
def _(patch: Patch) -> None:
    wrapped(patch, n, "_whole_part", lambda plain, ratio, **_up: plain(ratio, up=False))


@bug("doubling starts at two")
def _(patch: Patch) -> None:
    patch.setattr(n, "_DOUBLED", n._DOUBLED + 1)


@bug("the period before is this one")
def _(patch: Patch) -> None:
    def change(plain: Any, plan: Any, inputs: Any, world: Any) -> dict[str, Any]:
        row: dict[str, Any] = plain(plan, inputs, replace(world, facts=lambda name, _back: world.facts(name, 0)))
        return row

    wrapped(patch, run, "row_of", change)


@bug("blanks at the ends of a text counted")
def _(patch: Patch) -> None:
    patch.setattr(cols, "_BLANKS", " ")


# ── what is open ──
@bug("low and high swapped")
def _(patch: Patch) -> None:
    wrapped(patch, spans, "ends_of", lambda plain, slot: tuple(reversed(plain(slot))))


@bug("a sum of intervals forgets where it ends")
def _(patch: Patch) -> None:
    wrapped(patch, spans, "_pairwise", lambda plain, how, pairs: (plain(how, pairs)[0], plain(how, pairs)[0]))


@bug("what may fire surely does not")
def _(patch: Patch) -> None:
    wrapped(patch, bounds, "_fires", lambda plain, _bounds, low, high: plain([], low, high))


@bug("an input missing from what tells units apart")
def _(patch: Patch) -> None:
    wrapped(patch, lanes, "groups_of", lambda plain, frame, keys, asked: plain(frame, keys[1:], asked))


@bug("an edge falls together with what lies below it")
def _(patch: Patch) -> None:
    def change(_plain: Any, value: n.Number, edges: frozenset[Fraction]) -> pl.Expr:
        found: pl.Expr = pl.when(value.top.expr.is_not_null()).then(pl.lit(0, dtype=pl.UInt16))
        for edge in sorted(edges):
            found = found + n.compared(">", value, n.constant(edge)).cast(pl.UInt16)
        return found

    wrapped(patch, lanes, "_stretch", change)


@bug("one open input is treated like several")
def _(patch: Patch) -> None:
    def change(_plain: Any, self: lanes.Direct, key: int | None) -> opened.Opened:
        return opened.Opened(self.several[0], self.several[1], opened.SEVERAL if key is None else key)

    wrapped(patch, lanes.Direct, "of", change)


@bug("an open input two parts share counts twice")
def _(patch: Patch) -> None:
    def change(plain: Any, decision: Any, world: Any, slots: Any, keys: Any, _chains: Any) -> Any:
        return plain(decision, world, slots, dict.fromkeys(keys, lanes._SEVERAL), {})

    wrapped(patch, lanes, "settle_after", change)


@bug("open results of one decision mixed up")
def _(patch: Patch) -> None:
    wrapped(patch, opened.Book, "number", lambda plain, self, found: max(plain(self, found) - 1, 0))


@bug("the ends of one open input are taken as met")
def _(patch: Patch) -> None:
    patch.setattr(lanes.Lanes, "_met", lambda *_: True)


@bug("parts that share an open input are added one by one")
def _(patch: Patch) -> None:
    patch.setattr(shared.Shared, "_together", lambda *_: (Fraction(0), Fraction(0)))


@bug("open values narrowed to their middle")
def _(patch: Patch) -> None:
    def change(plain: Any, self: Any, *args: Any) -> Any:
        found = plain(self, *args)
        value = found.value if found is not None else None
        return replace(found, value=number(value.low)) if isinstance(value, Num) and not value.exact else found

    wrapped(patch, lanes.Lanes, "_settle", change)


# ── what is looked up ──
@bug("what is open is looked up as the lowest value")
def _(patch: Patch) -> None:
    wrapped(patch, indexes, "_number", lambda plain, one: pl.when(one.lacking).then(0).otherwise(plain(one)))


@bug("what does not apply is looked up as open")
def _(patch: Patch) -> None:
    wrapped(patch, indexes, "_number", lambda plain, one: pl.min_horizontal(plain(one), indexes._known(one)).cast(pl.UInt32))


@bug("a table is looked up one row too late")
def _(patch: Patch) -> None:
    def change(_plain: Any, self: tables.Tables, slot: str, column: str) -> pl.Expr:
        return self.tables[slot].gather(self.tables[slot].result.frame[column].shift(1))

    wrapped(patch, tables.Tables, "look", change)


@bug("a fact is numbered from one, not from nought")
def _(patch: Patch) -> None:
    wrapped(patch, indexes, "_number", lambda plain, one: (plain(one) + 1) % indexes.size_of(one))


@bug("a sum takes the open part of another unit from the table")
def _(patch: Patch) -> None:
    def change(plain: Any, self: tables.Tables, slots: Any, frame: pl.DataFrame) -> pl.DataFrame | None:
        found: pl.DataFrame | None = plain(self, slots, frame)
        return found.with_columns(pl.col(opened.LOW).shift(1, fill_value=0)) if found is not None else None

    wrapped(patch, tables.Tables, "opened", change)


@bug("a fact is taken to be open where it is known")
def _(patch: Patch) -> None:
    patch.setattr(layout.Input, "lacking", property(lambda one: pl.col(one.name).is_not_null()))


@bug("held titles never run out")
def _(patch: Patch) -> None:
    def change(plain: Any, plan: Any, inputs: Any, world: Any) -> dict[str, Any]:
        row: dict[str, Any] = plain(plan, inputs, world)
        return {name: True if value is False and name.startswith("h:") and name.endswith("now") else value for name, value in row.items()}

    wrapped(patch, run, "row_of", change)


__all__ = ["BUGS"]
