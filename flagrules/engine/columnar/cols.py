"""Columns of values, and what the plan language does with them: each result is open where what it rests on is, and never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import assert_never

import polars as pl

from flagrules.engine.columnar import numbers as n
from flagrules.engine.columnar.refused import Refused
from flagrules.semantics import expr as e

_BLANKS = "".join(chr(point) for point in range(0x3001) if chr(point).isspace())


@dataclass(frozen=True)
class Col:
    """An expression in columns. Null is open, unless `na` says that it does not apply.

    Exactly one of `number`, `truth`, `word` (an index into `words`) and `text` is there. `strict` are columns such that the value is
    open exactly where one of them is null (None where that is not so simple); `level` is how many rounds of columns come before.
    """

    number: n.Number | None = None
    truth: pl.Expr | None = None
    word: pl.Expr | None = None
    text: pl.Expr | None = None
    words: tuple[str, ...] = ()
    na: pl.Expr | None = None
    strict: frozenset[str] | None = None
    level: int = 0
    const: Fraction | bool | str | None = None

    @property
    def value(self) -> pl.Expr:
        """The column of the value; of a ratio, what stands above."""
        if self.number is not None:
            return self.number.top.expr
        found = self.truth if self.truth is not None else self.word if self.word is not None else self.text
        assert found is not None
        return found


def literal(value: Fraction | bool | str) -> Col:  # noqa: FBT001  a value of the language
    """What all units have."""
    none: frozenset[str] = frozenset()
    match value:
        case Fraction():
            return Col(number=n.constant(value), strict=none, const=value)
        case bool():
            return Col(truth=pl.lit(value), strict=none, const=value)
        case str():
            return Col(word=pl.lit(0, dtype=pl.UInt16), words=(value,), strict=none, const=value)


def together(cols: Iterable[Col]) -> frozenset[str] | None:
    """The strict columns of an expression of several, each of which makes it open."""
    found: frozenset[str] = frozenset()
    for col in cols:
        if col.strict is None or col.na is not None:
            return None
        found |= col.strict
    return found


def any_of(parts: Iterable[pl.Expr | None]) -> pl.Expr | None:
    """Whether one of several holds; None where there is none."""
    found = [part for part in parts if part is not None]
    result = found[0] if found else None
    for part in found[1:]:
        result = result | part if result is not None else part
    return result


def and_not(truth: pl.Expr, na: pl.Expr | None) -> pl.Expr:
    """What does not apply does not hold."""
    return truth if na is None else truth & ~na


def level_of(cols: Sequence[Col]) -> int:
    """The rounds that must come before an expression of several."""
    return max((col.level for col in cols), default=0)


def number_of(col: Col) -> n.Number:
    """The number of a column. Raises `Refused` where it is none."""
    if col.number is None:
        raise Refused("arithmetic on what is no number")
    return col.number


def open_number(low: Fraction, high: Fraction) -> Col:
    """A number open for every unit, within its range."""
    scale = low.denominator * high.denominator
    return Col(number=n.Number(n.Whole(n.lit(None, pl.Int64), int(low * scale), int(high * scale)), scale))


def open_like(col: Col) -> Col:
    """What is open for every unit, in the shape of a column."""
    if col.number is not None:
        below = col.number.bottom.nothing if col.number.bottom is not None else None
        number = n.Number(col.number.top.nothing, col.number.scale, below)
        return Col(number=number, na=None if col.na is None else pl.lit(False))  # noqa: FBT003
    na = None if col.na is None else pl.lit(False)  # noqa: FBT003
    if col.truth is not None:
        return Col(truth=pl.lit(None, dtype=pl.Boolean), na=na)
    if col.word is not None:
        return Col(word=pl.lit(None, dtype=pl.UInt16), words=col.words, na=na)
    return Col(text=pl.lit(None, dtype=pl.String), na=na)


def is_open(col: Col) -> pl.Expr:
    """Whether a written column is open."""
    return col.value.is_null() if col.na is None else col.value.is_null() & ~col.na


def line_of(guards: Sequence[Col]) -> pl.Expr:
    """The index of the first guard that holds; null where one before it, or it, is open."""
    kind: type[pl.DataType] = pl.UInt8 if len(guards) < 255 else pl.UInt16
    known: frozenset[str] = frozenset()
    conditions: list[pl.Expr] = []
    lines: list[pl.Expr] = []
    for index, guard in enumerate(guards):
        assert guard.truth is not None
        unseen = guard.strict - known if guard.strict is not None else None
        if unseen is None or unseen:
            null = guard.truth.is_null() if unseen is None else any_of(pl.col(name).is_null() for name in sorted(unseen))
            assert null is not None
            conditions.append(null)
            lines.append(n.lit(None, kind))
            known |= unseen or frozenset()
        conditions.append(guard.truth)
        lines.append(n.lit(index, kind))
    return n.first(conditions, [*lines, n.lit(len(guards), kind)])


def unite(conditions: Sequence[pl.Expr], cols: Sequence[Col]) -> Col:
    """The column of the first condition that holds, else the last; all are of one sort."""
    if len(cols) == 1:
        return cols[0]
    na = None
    if any(col.na is not None for col in cols):
        na = n.first(conditions, [col.na if col.na is not None else pl.lit(False) for col in cols]).fill_null(False)  # noqa: FBT003
    level = level_of(cols)
    if all(col.number is not None for col in cols):
        return Col(number=n.unite(conditions, [number_of(col) for col in cols]), na=na, level=level)
    if all(col.truth is not None for col in cols):
        return Col(truth=n.first(conditions, [col.value for col in cols]), na=na, level=level)
    if all(col.word is not None for col in cols):
        words = tuple(dict.fromkeys(word for col in cols for word in col.words))
        return Col(word=n.first(conditions, [_recoded(col, words) for col in cols]), words=words, na=na, level=level)
    raise Refused("entries of different kinds")


def _recoded(col: Col, words: tuple[str, ...]) -> pl.Expr:
    if isinstance(col.const, str):
        return pl.lit(words.index(col.const), dtype=pl.UInt16)
    if words[: len(col.words)] == col.words:
        return col.value
    return col.value.replace_strict(list(range(len(col.words))), [words.index(word) for word in col.words], return_dtype=pl.UInt16)


def absence_of(col: Col) -> Col:
    """Whether a value is not applicable."""
    if col.na is None:
        return literal(value=False)
    absent = pl.when(col.na).then(pl.lit(True)).when(col.value.is_not_null()).then(pl.lit(False))  # noqa: FBT003
    return Col(truth=absent.otherwise(pl.lit(None, dtype=pl.Boolean)), level=col.level)


def negated(col: Col, *, missing: bool = False) -> Col:
    """非; of a part, whether it is missing: what does not apply is not."""
    assert col.truth is not None
    if missing:
        return replace(col, truth=and_not(~col.truth, col.na), na=None, strict=col.strict if col.na is None else None, const=None)
    return replace(col, truth=~col.truth, const=None)


def joined(cols: Sequence[Col], *, every: bool) -> Col:
    """且 or 或 in Kleene's logic."""
    result = cols[0].truth
    assert result is not None
    for col in cols[1:]:
        assert col.truth is not None
        result = result & col.truth if every else result | col.truth
    strict = cols[0].strict if all(col.strict == cols[0].strict for col in cols) else None
    return Col(truth=result, strict=strict, level=level_of(cols))


def comparison(op: e.CompareOp, left: Col, right: Col) -> Col:
    """A comparison of numbers; what does not apply meets none."""
    found = n.compared(op, number_of(left), number_of(right))
    na = any_of((left.na, right.na))
    return Col(truth=and_not(found, na), strict=together((left, right)), level=max(left.level, right.level))


def sameness(left: Col, right: Col) -> Col:
    """Whether two words or truths are one; what does not apply is none."""
    if isinstance(left.const, str | bool):
        left, right = right, left
    na = any_of((left.na, right.na))
    found = _equal(left, right)
    return Col(truth=and_not(found, na), strict=together((left, right)), level=max(left.level, right.level))


def _equal(left: Col, right: Col) -> pl.Expr:
    if left.truth is not None and right.truth is not None:
        return left.truth if right.const is True else ~left.truth if right.const is False else left.truth == right.truth
    if left.text is not None:
        return left.text == (pl.lit(right.const) if right.const is not None else right.value)
    if left.word is not None and right.word is not None:
        if isinstance(right.const, str):
            return left.word == pl.lit(left.words.index(right.const) if right.const in left.words else len(left.words), dtype=pl.UInt16)
        if left.words == right.words:
            return left.word == right.word
    raise Refused("words of two lists compared")


def length_of(col: Col) -> Col:
    """How many characters a text has, blanks at its ends not counted."""
    assert col.text is not None
    long = col.text.str.strip_chars(_BLANKS).str.len_chars().cast(pl.Int64)
    return Col(number=n.Number(n.Whole(long, 0, 10**9)), na=col.na, strict=col.strict, level=col.level)


def arithmetic(expr: e.Expr, numbers: Sequence[n.Number]) -> n.Number:
    """What a form of arithmetic gives. Raises `Refused` where columns do not have it."""
    match expr:
        case e.Sum():
            return n.add(numbers)
        case e.Product():
            return n.multiply(numbers[0], numbers[1])
        case e.Quotient():
            return n.divide(numbers[0], numbers[1])
        case e.Extreme(largest):
            return n.extreme(numbers, largest=largest)
        case e.Steps(_, _, mode):
            return n.steps(numbers[0], numbers[1], mode)
        case e.Doubling():
            return n.doubled(numbers[0])
        case e.Round(_, places, mode):
            return n.rounded(numbers[0], places, mode)
        case (
            e.Const() | e.FactRef() | e.PartRef() | e.RowCount() | e.ParamRef() | e.SlotRef() | e.Unsayable() | e.MissingParts()
            | e.Held() | e.Across() | e.FieldRef() | e.OverRows() | e.Choose() | e.CountTrue() | e.TextLength() | e.WorkdayNumber()
            | e.Compare() | e.Same() | e.Every() | e.Some() | e.Not() | e.IsNotApplicable() | e.CountOutcome()
        ):  # fmt: skip
            raise Refused(f"{type(expr).__name__} has no columns")
        case _:
            assert_never(expr)
