"""Expressions and decisions as Polars columns: the line that fired first, then the value; what is open is null and never guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from typing import assert_never

import polars as pl

from flagrules.engine.columnar import numbers as n
from flagrules.engine.columnar.layout import Input, Layout
from flagrules.engine.columnar.refused import Refused
from flagrules.engine.inputs import expressions
from flagrules.engine.values import Num
from flagrules.engine.world import parameter_values
from flagrules.model import kinds as k
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e

LINE, VALUE, BELOW, ABSENT = "line:", "v:", "d:", "na:"
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


@dataclass(frozen=True)
class Slot:
    """A decision in columns: its value where it is exact, and how the result's columns say it.

    `consts` are the values by line, where the line alone says the value; `gap` is why columns cannot decide it, "" where they can;
    `ready` is the first round in which it may be read.
    """

    decision: Decide
    col: Col | None
    consts: tuple[Fraction | bool | str, ...] = ()
    gap: str = ""
    ready: int = 0

    def __post_init__(self) -> None:
        if self.col is not None:
            object.__setattr__(self, "ready", self.col.level)


def _literal(value: Fraction | bool | str) -> Col:  # noqa: FBT001  a value of the language
    none: frozenset[str] = frozenset()
    match value:
        case Fraction():
            return Col(number=n.constant(value), strict=none, const=value)
        case bool():
            return Col(truth=pl.lit(value), strict=none, const=value)
        case str():
            return Col(word=pl.lit(0, dtype=pl.UInt16), words=(value,), strict=none, const=value)


def _together(cols: Iterable[Col]) -> frozenset[str] | None:
    """The strict columns of an expression of several, each of which makes it open."""
    found: frozenset[str] = frozenset()
    for col in cols:
        if col.strict is None or col.na is not None:
            return None
        found |= col.strict
    return found


def _any(parts: Iterable[pl.Expr | None]) -> pl.Expr | None:
    found = [part for part in parts if part is not None]
    result = found[0] if found else None
    for part in found[1:]:
        result = result | part if result is not None else part
    return result


def _and_not(truth: pl.Expr, na: pl.Expr | None) -> pl.Expr:
    """What does not apply does not hold."""
    return truth if na is None else truth & ~na


@dataclass
class Columns:
    """Decisions on one kind of unit turned into rounds of columns; `rounds` grows as decisions are added."""

    plan: Plan
    layout: Layout
    rounds: list[dict[str, pl.Expr]] = field(default_factory=list)
    slots: dict[str, Slot] = field(default_factory=dict)
    start: int = 0
    _made: dict[e.Expr, Col] = field(default_factory=dict)
    _often: Counter[e.Expr] = field(default_factory=Counter)
    _temps: int = 0

    def count(self, decisions: Sequence[Decide]) -> None:
        """Look at what decisions share, so that it is worked out once."""
        for expr in expressions(decisions):
            for node in e.walk(expr):
                if e.children(node) or isinstance(node, e.CountOutcome | e.MissingParts):
                    self._often[node] += 1

    # ── rounds ──
    def put(self, name: str, expr: pl.Expr, level: int) -> int:
        """A column worked out in the round after `level`; the round."""
        while len(self.rounds) <= level:
            self.rounds.append({})
        self.rounds[level][name] = expr
        return level + 1

    def _temp(self, expr: pl.Expr, level: int) -> tuple[str, int]:
        self._temps += 1
        name = f"t:{self._temps}"
        return name, self.put(name, expr, level)

    def stored(self, name: str, col: Col) -> Col:
        """The column written down, and read again from there."""
        level = col.level
        below: n.Whole | None = None
        if col.number is not None and col.number.bottom is not None:
            below = _store(self, f"d:{name}", col.number.bottom, level)
        na = None
        if col.na is not None:
            self.put(f"na:{name}", col.na, level)
            na = pl.col(f"na:{name}")
        made = replace(col, na=na, strict=frozenset({name}) if na is None else None, level=level + 1, const=None)
        if col.number is not None:
            top = col.number.top
            if col.number.bottom is not None:  # a ratio is open as a whole
                top = replace(top, expr=pl.when(col.number.bottom.expr.is_not_null()).then(top.expr))
            return replace(made, number=n.Number(_store(self, name, top, level), col.number.scale, below))
        self.put(name, col.value, level)
        if col.truth is not None:
            return replace(made, truth=pl.col(name))
        if col.word is not None:
            return replace(made, word=pl.col(name))
        return replace(made, text=pl.col(name))

    # ── expressions ──
    def col(self, expr: e.Expr) -> Col:
        """An expression in columns. Raises `Refused`."""
        if isinstance(expr, e.Const):
            return _literal(expr.value)
        if isinstance(expr, e.SlotRef):
            return self._slot(expr.slot)
        found = self._made.get(expr)
        if found is None:
            found = self._col(expr)
            if self._often[expr] > 1:
                self._temps += 1
                found = self.stored(f"t:{self._temps}", found)
            self._made[expr] = found
        return found

    def _col(self, expr: e.Expr) -> Col:
        match expr:
            case e.FactRef() | e.PartRef() | e.RowCount() | e.OverRows() | e.Held() | e.Across():
                if isinstance(expr, e.OverRows):
                    self.layout.of(e.RowCount(expr.fact, expr.kind))  # whether the list is filed
                return self._input(self.layout.of(expr))
            case e.ParamRef(name, kind):
                return self._parameter(name, kind)
            case e.Unsayable(_, low, high):
                return _open_number(low, high)
            case e.MissingParts(fact, parts):
                return self._how_many([_not(self.col(e.PartRef(fact, part)), missing=True) for part in parts])
            case e.CountTrue(args):
                return self._how_many([self.truth(arg) for arg in args])
            case e.CountOutcome(slots, outcome):
                return self._how_many([_same(self._slot(slot), _literal(outcome)) for slot in slots if slot in self.slots])
            case e.TextLength(fact):
                return _length(self.col(fact))
            case e.Compare(op, left, right):
                return _compare(op, self.col(left), self.col(right))
            case e.Same(left, right):
                return _same(self.col(left), self.col(right))
            case e.Every(args) | e.Some(args):
                return _joined([self.truth(arg) for arg in args], every=isinstance(expr, e.Every))
            case e.Not(arg):
                return _not(self.truth(arg))
            case e.IsNotApplicable(facts):
                return _joined([self._absent(ref) for ref in facts], every=False)
            case e.Choose(condition, then, other):
                return self._choose(self.truth(condition), self.col(then), self.col(other))
            case _:
                return self._calculated(expr)

    def truth(self, expr: e.Expr) -> Col:
        """A condition: what does not apply does not hold."""
        col = self.col(expr)
        if col.truth is None:
            raise Refused("a condition that is no truth")
        return col if col.na is None else replace(col, truth=_and_not(col.truth, col.na), na=None, strict=None)

    def _input(self, wanted: Input) -> Col:
        na = pl.col(wanted.absent) if wanted.absent else None
        strict = frozenset({wanted.name}) if na is None else None
        column = pl.col(wanted.name)
        level = self.start if isinstance(wanted.source, e.Across) else 0
        match wanted.sort:
            case "number":
                bottom = n.Whole(pl.col(wanted.bottom), 1, wanted.most_below) if wanted.bottom else None
                number = n.Number(n.Whole(column, wanted.low, wanted.high), wanted.scale, bottom)
                return Col(number=number, na=na, strict=strict, level=level)
            case "truth":
                return Col(truth=column, na=na, strict=strict)
            case "option":
                return Col(word=column, words=wanted.options, na=na, strict=strict)
            case "text":
                return Col(text=column, na=na, strict=strict)

    def _slot(self, slot: str) -> Col:
        found = self.slots[slot].col
        if found is None:
            raise Refused(f"rests on {slot}")
        return found

    def _parameter(self, name: str, kind: k.Kind) -> Col:
        rule = self.plan.parameters[name]
        if rule.value is not None:
            return _literal(rule.value)
        whole = parameter_values(rule)
        if isinstance(whole, Num):
            return _open_number(whole.low, whole.high)
        if isinstance(kind, k.YesNo):
            return Col(truth=pl.lit(None, dtype=pl.Boolean))
        return Col(word=pl.lit(None, dtype=pl.UInt16), words=kind.options if isinstance(kind, k.Choice) else ())

    def _how_many(self, truths: Sequence[Col]) -> Col:
        ones = [n.Whole(one.truth.cast(pl.Int64), 0, 1) for one in truths if one.truth is not None]
        if not ones:
            return _literal(Fraction(0))
        return Col(number=n.Number(n.total(ones)), strict=_together(truths), level=_level(truths))

    def _absent(self, ref: e.FactRef) -> Col:
        """Whether a fact is not applicable; of a checklist, whether every part is."""
        if isinstance(ref.kind, k.Checklist):
            return _joined([_absence(self.col(e.PartRef(ref.name, part))) for part in ref.kind.parts], every=True)
        if isinstance(ref.kind, k.Records):
            return _absence(self.col(e.RowCount(ref.name, ref.kind, ref.back)))
        return _absence(self.col(ref))

    def _choose(self, condition: Col, then: Col, other: Col) -> Col:
        assert condition.truth is not None
        if condition.const is not None:
            return then if condition.const else other
        name, level = self._temp(condition.truth, condition.level)
        holds = pl.col(name)
        made = unite([holds, ~holds], [then, other, _open_like(then)])
        return replace(made, level=max(level, then.level, other.level), strict=None)

    def _calculated(self, expr: e.Expr) -> Col:
        cols = [self.col(child) for child in e.children(expr)]
        found = _arithmetic(expr, [number_of(col) for col in cols])
        strict = None if isinstance(expr, e.Quotient | e.Steps) and cols[1].const is None else _together(cols)
        return Col(number=found, na=_any(col.na for col in cols), strict=strict, level=_level(cols), const=found.const)

    # ── decisions ──
    def decide(self, decision: Decide) -> Slot:
        """A decision; where columns cannot decide it, its slot says why and is open for every unit."""
        try:
            made = self._decided(decision)
        except Refused as refused:
            made = self._given_up(decision, refused.reason)
        self.slots[decision.slot] = made
        return made

    def _decided(self, decision: Decide) -> Slot:
        guards = [self._guard(entry.guard) for entry in decision.entries if entry.guard is not None]
        values = [self.col(entry.value) for entry in decision.entries]
        consts = tuple(col.const for col in values if col.const is not None)
        consts = consts if len(consts) == len(values) else ()
        name = LINE + decision.slot
        if not guards:
            col = self.stored(VALUE + decision.slot, values[0])
            self.put(name, pl.lit(0, dtype=pl.UInt8), col.level - 1)
            return Slot(decision, col, consts)
        level = self.put(name, _line(guards), _level(guards))
        here = [pl.col(name) == index for index in range(len(values))]
        value = unite(here, [*values, _open_like(unite(here[1:], values))])
        return Slot(decision, self.stored(VALUE + decision.slot, replace(value, level=max(level, value.level), const=None)), consts)

    def _guard(self, guard: e.Expr) -> Col:
        """A guard; where being open is not plain from its inputs, written down so that it is worked out once."""
        col = self.truth(guard)
        return col if col.strict is not None and len(col.strict) <= 3 else self.stored(self._name(), col)

    def _name(self) -> str:
        self._temps += 1
        return f"t:{self._temps}"

    def _given_up(self, decision: Decide, reason: str) -> Slot:
        """A decision columns cannot make; what its value looks like is known where its entries say."""
        read = (slot for expr in expressions([decision]) for slot in e.slots_read(expr))
        level = max((self.slots[slot].ready for slot in read if slot in self.slots), default=0)
        self.put(LINE + decision.slot, pl.lit(None, dtype=pl.UInt8), level)
        try:
            values = [self.col(entry.value) for entry in decision.entries]
            like = unite([pl.lit(False)] * (len(values) - 1), values)  # noqa: FBT003
        except Refused:
            return Slot(decision, None, ready=level + 1, gap=reason)
        col = self.stored(VALUE + decision.slot, replace(_open_like(like), level=level))
        return Slot(decision, col, gap=reason)


def _store(columns: Columns, name: str, column: n.Whole, level: int) -> n.Whole:
    """A column of whole numbers in the least space; arithmetic reads it at full width."""
    small = max(-column.low, column.high) < 2**31
    columns.put(name, column.expr.cast(pl.Int32) if small else column.expr, level)
    return n.Whole(pl.col(name).cast(pl.Int64) if small else pl.col(name), column.low, column.high)


def _level(cols: Sequence[Col]) -> int:
    return max((col.level for col in cols), default=0)


def number_of(col: Col) -> n.Number:
    """The number of a column. Raises `Refused` where it is none."""
    if col.number is None:
        raise Refused("arithmetic on what is no number")
    return col.number


def _open_number(low: Fraction, high: Fraction) -> Col:
    scale = low.denominator * high.denominator
    nothing = n.Whole(pl.lit(None, dtype=pl.Int64), int(low * scale), int(high * scale))
    return Col(number=n.Number(replace(nothing, expr=nothing.as_wide(wide=False)), scale))


def _open_like(col: Col) -> Col:
    """What is open for every unit, in the shape of a column."""
    if col.number is not None:
        kind = pl.Int128 if col.number.top.wide else pl.Int64
        top = replace(col.number.top, expr=pl.lit(None, dtype=kind), const=None)
        bottom = replace(col.number.bottom, expr=pl.lit(None, dtype=pl.Int64), const=None) if col.number.bottom is not None else None
        return Col(number=n.Number(top, col.number.scale, bottom), na=None if col.na is None else pl.lit(False))  # noqa: FBT003
    na = None if col.na is None else pl.lit(False)  # noqa: FBT003
    if col.truth is not None:
        return Col(truth=pl.lit(None, dtype=pl.Boolean), na=na)
    if col.word is not None:
        return Col(word=pl.lit(None, dtype=pl.UInt16), words=col.words, na=na)
    return Col(text=pl.lit(None, dtype=pl.String), na=na)


def is_open(col: Col) -> pl.Expr:
    """Whether a written column is open."""
    return col.value.is_null() if col.na is None else col.value.is_null() & ~col.na


@cache
def _line_number(index: int | None, kind: type[pl.DataType]) -> pl.Expr:
    return pl.lit(index, dtype=kind)


def _line(guards: Sequence[Col]) -> pl.Expr:
    """The index of the first guard that holds; null where one before it, or it, is open."""
    kind: type[pl.DataType] = pl.UInt8 if len(guards) < 255 else pl.UInt16
    known: frozenset[str] = frozenset()
    conditions: list[pl.Expr] = []
    lines: list[pl.Expr] = []
    for index, guard in enumerate(guards):
        assert guard.truth is not None
        unseen = guard.strict - known if guard.strict is not None else None
        if unseen is None or unseen:
            null = guard.truth.is_null() if unseen is None else _any(pl.col(name).is_null() for name in sorted(unseen))
            assert null is not None
            conditions.append(null)
            lines.append(_line_number(None, kind))
            known |= unseen or frozenset()
        conditions.append(guard.truth)
        lines.append(_line_number(index, kind))
    return n.first(conditions, [*lines, _line_number(len(guards), kind)])


def unite(conditions: Sequence[pl.Expr], cols: Sequence[Col]) -> Col:
    """The column of the first condition that holds, else the last; all are of one sort."""
    if len(cols) == 1:
        return cols[0]
    na = None
    if any(col.na is not None for col in cols):
        na = n.first(conditions, [col.na if col.na is not None else pl.lit(False) for col in cols]).fill_null(False)  # noqa: FBT003
    level = _level(cols)
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


def _absence(col: Col) -> Col:
    if col.na is None:
        return _literal(value=False)
    absent = pl.when(col.na).then(pl.lit(True)).when(col.value.is_not_null()).then(pl.lit(False))  # noqa: FBT003
    return Col(truth=absent.otherwise(pl.lit(None, dtype=pl.Boolean)), level=col.level)


def _not(col: Col, *, missing: bool = False) -> Col:
    """非; of a part, whether it is missing: what does not apply is not."""
    assert col.truth is not None
    if missing:
        return replace(col, truth=_and_not(~col.truth, col.na), na=None, strict=col.strict if col.na is None else None, const=None)
    return replace(col, truth=~col.truth, const=None)


def _joined(cols: Sequence[Col], *, every: bool) -> Col:
    """且 or 或 in Kleene's logic."""
    result = cols[0].truth
    assert result is not None
    for col in cols[1:]:
        assert col.truth is not None
        result = result & col.truth if every else result | col.truth
    strict = cols[0].strict if all(col.strict == cols[0].strict for col in cols) else None
    return Col(truth=result, strict=strict, level=_level(cols))


def _compare(op: e.CompareOp, left: Col, right: Col) -> Col:
    found = n.compared(op, number_of(left), number_of(right))
    na = _any((left.na, right.na))
    return Col(truth=_and_not(found, na), strict=_together((left, right)), level=max(left.level, right.level))


def _same(left: Col, right: Col) -> Col:
    if isinstance(left.const, str | bool):
        left, right = right, left
    na = _any((left.na, right.na))
    found = _equal(left, right)
    return Col(truth=_and_not(found, na), strict=_together((left, right)), level=max(left.level, right.level))


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


def _length(col: Col) -> Col:
    assert col.text is not None
    long = col.text.str.strip_chars(_BLANKS).str.len_chars().cast(pl.Int64)
    return Col(number=n.Number(n.Whole(long, 0, 10**9)), na=col.na, strict=col.strict, level=col.level)


def _arithmetic(expr: e.Expr, numbers: Sequence[n.Number]) -> n.Number:
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


__all__ = ["ABSENT", "BELOW", "LINE", "VALUE", "Col", "Columns", "Slot", "is_open", "number_of", "unite"]
