"""Expressions and decisions as Polars columns: the line that fired first, then the value; what is open is null and never guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import polars as pl

from flagrules.engine.columnar import numbers as n
from flagrules.engine.columnar.cols import (
    Col,
    absence_of,
    and_not,
    any_of,
    arithmetic,
    comparison,
    is_open,
    joined,
    length_of,
    level_of,
    line_of,
    literal,
    negated,
    number_of,
    open_like,
    open_number,
    sameness,
    together,
    unite,
)  # fmt: skip
from flagrules.engine.columnar.layout import Input, Layout
from flagrules.engine.columnar.reads import reads_of
from flagrules.engine.columnar.refused import Refused
from flagrules.engine.inputs import expressions
from flagrules.engine.values import Num
from flagrules.engine.world import parameter_values
from flagrules.model import kinds as k
from flagrules.plan.nodes import Decide, Entry, Plan
from flagrules.semantics import expr as e

LINE, VALUE, BELOW, ABSENT = "line:", "v:", "d:", "na:"


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


@dataclass
class Columns:
    """Decisions on one kind of unit turned into rounds of columns; `rounds` grows as decisions are added."""

    plan: Plan
    layout: Layout
    rounds: list[dict[str, pl.Expr]] = field(default_factory=list)
    slots: dict[str, Slot] = field(default_factory=dict)
    _made: dict[e.Expr, Col] = field(default_factory=dict)
    _often: Counter[e.Expr] = field(default_factory=Counter)
    _temps: int = 0

    def count(self, decisions: Sequence[Decide]) -> None:
        """Look at what decisions share, so that it is worked out once."""
        for expr in expressions(decisions):
            self._count(expr)

    def _count(self, expr: e.Expr) -> None:
        """An expression met once more; what is in it is not, for it is worked out once."""
        parts = e.children(expr)
        if parts or isinstance(expr, e.CountOutcome | e.MissingParts):
            self._often[expr] = often = self._often[expr] + 1
            for part in parts if often == 1 else ():
                self._count(part)

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
                top = replace(top, expr=pl.when(col.number.bottom.expr.is_not_null()).then(top.at(top.kind)), const=None)
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
            return literal(expr.value)
        if isinstance(expr, e.SlotRef):
            return self._slot(expr.slot)
        found = self._made.get(expr)
        if found is None:
            found = self._col(expr)
            if self._often.get(expr, 0) > 1 and found.const is None:  # what is constant stays so, however often it is met
                self._temps += 1
                found = self.stored(f"t:{self._temps}", found)
            self._made[expr] = found
        return found

    def _col(self, expr: e.Expr) -> Col:
        match expr:
            case e.FactRef() | e.PartRef() | e.RowCount() | e.OverRows() | e.Held() | e.Across():
                if isinstance(expr, e.OverRows):
                    self.layout.of(e.RowCount(expr.fact, expr.kind))  # whether the list is filed
                if isinstance(expr, e.Across) and expr.if_none is not None:
                    self._ask(expr.if_none)
                return self._input(self.layout.of(expr))
            case e.ParamRef(name, kind):
                return self._parameter(name, kind)
            case e.Unsayable(_, low, high):
                return open_number(low, high)
            case e.MissingParts(fact, parts):
                return self._how_many([negated(self.col(e.PartRef(fact, part)), missing=True) for part in parts])
            case e.CountTrue(args):
                return self._how_many([self.truth(arg) for arg in args])
            case e.CountOutcome(slots, outcome):
                return self._how_many([sameness(self._slot(slot), literal(outcome)) for slot in slots if slot in self.slots])
            case e.TextLength(fact):
                return length_of(self.col(fact))
            case e.Compare(op, left, right):
                return comparison(op, self.col(left), self.col(right))
            case e.Same(left, right):
                return sameness(self.col(left), self.col(right))
            case e.Every(args) | e.Some(args):
                return joined([self.truth(arg) for arg in args], every=isinstance(expr, e.Every))
            case e.Not(arg):
                return negated(self.truth(arg))
            case e.IsNotApplicable(facts):
                return joined([self._absent(ref) for ref in facts], every=False)
            case e.Choose(condition, then, other):
                return self._choose(self.truth(condition), self.col(then), self.col(other))
            case _:
                return self._calculated(expr)

    def _ask(self, expr: e.Expr) -> None:
        """Ask for what an expression reads: the interpreter will work it out."""
        for read in reads_of(expr, self.plan.parameters):
            if not isinstance(read, e.SlotRef):
                self.layout.of(read)

    def truth(self, expr: e.Expr) -> Col:
        """A condition: what does not apply does not hold."""
        col = self.col(expr)
        if col.truth is None:
            raise Refused("a condition that is no truth")
        return col if col.na is None else replace(col, truth=and_not(col.truth, col.na), na=None, strict=None)

    def _input(self, wanted: Input) -> Col:
        na = pl.col(wanted.absent) if wanted.absent else None
        strict = frozenset({wanted.name}) if na is None else None
        column = pl.col(wanted.name)
        match wanted.sort:
            case "number":
                bottom = n.Whole(pl.col(wanted.bottom), 1, wanted.most_below) if wanted.bottom else None
                number = n.Number(n.Whole(column, wanted.low, wanted.high, None, wanted.kind), wanted.scale, bottom)
                return Col(number=number, na=na, strict=strict)
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
            return literal(rule.value)
        whole = parameter_values(rule)
        if isinstance(whole, Num):
            return open_number(whole.low, whole.high)
        if isinstance(kind, k.YesNo):
            return Col(truth=pl.lit(None, dtype=pl.Boolean))
        return Col(word=pl.lit(None, dtype=pl.UInt16), words=kind.options if isinstance(kind, k.Choice) else ())

    def _how_many(self, truths: Sequence[Col]) -> Col:
        ones = [n.Whole(one.truth.cast(pl.Int16), 0, 1, None, pl.Int16) for one in truths if one.truth is not None]
        if not ones:
            return literal(Fraction(0))
        return Col(number=n.Number(n.total(ones)), strict=together(truths), level=level_of(truths))

    def _absent(self, ref: e.FactRef) -> Col:
        """Whether a fact is not applicable; of a checklist, whether every part is."""
        if isinstance(ref.kind, k.Checklist):
            return joined([absence_of(self.col(e.PartRef(ref.name, part))) for part in ref.kind.parts], every=True)
        if isinstance(ref.kind, k.Records):
            return absence_of(self.col(e.RowCount(ref.name, ref.kind, ref.back)))
        return absence_of(self.col(ref))

    def _choose(self, condition: Col, then: Col, other: Col) -> Col:
        assert condition.truth is not None
        if condition.const is not None:
            return then if condition.const else other
        name, level = self._temp(condition.truth, condition.level)
        holds = pl.col(name)
        made = unite([holds, ~holds], [then, other, open_like(then)])
        return replace(made, level=max(level, then.level, other.level), strict=None)

    def _calculated(self, expr: e.Expr) -> Col:
        cols = [self.col(child) for child in e.children(expr)]
        found = arithmetic(expr, [number_of(col) for col in cols])
        strict = None if isinstance(expr, e.Quotient | e.Steps) and cols[1].const is None else together(cols)
        return Col(number=found, na=any_of(col.na for col in cols), strict=strict, level=level_of(cols), const=found.const)

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
        values[-1] = _within(values[-1], bounds_of(decision)[0])
        consts = tuple(col.const for col in values if col.const is not None)
        consts = consts if len(consts) == len(values) else ()
        name = LINE + decision.slot
        if not guards:
            col = self.stored(VALUE + decision.slot, values[0])
            self.put(name, n.lit(0, pl.UInt8), col.level - 1)
            return Slot(decision, col, consts)
        level = self.put(name, line_of(guards), level_of(guards))
        here = [pl.col(name) == index for index in range(len(values))]
        open_ = [] if _open_with(guards, values[-1]) else [open_like(unite(here[1:], values))]
        value = unite(here[: len(values) - 1 + len(open_)], [*values, *open_])
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
        read = decision.reads
        level = max((self.slots[slot].ready for slot in read if slot in self.slots), default=0)
        self.put(LINE + decision.slot, pl.lit(None, dtype=pl.UInt8), level)
        try:
            values = [self.col(entry.value) for entry in decision.entries]
            like = unite([pl.lit(False)] * (len(values) - 1), values)  # noqa: FBT003
        except Refused:
            return Slot(decision, None, ready=level + 1, gap=reason)
        col = self.stored(VALUE + decision.slot, replace(open_like(like), level=level))
        return Slot(decision, col, gap=reason)


def bounds_of(decision: Decide) -> tuple[tuple[tuple[str, Fraction], ...], int]:
    """The floors and caps of a decision's last value, and how many entries stand before them."""
    bounds: list[tuple[str, Fraction]] = []
    index = len(decision.entries) - 1
    while index and (bound := _bound(decision.entries[index - 1], decision.entries[-1].value)) is not None:
        bounds.insert(0, bound)
        index -= 1
    return tuple(bounds), index


def _bound(entry: Entry, raw: e.Expr) -> tuple[str, Fraction] | None:
    """A floor or a cap of the value itself."""
    match entry.guard, entry.value:
        case e.Compare("<" | ">" as op, left, e.Const(Fraction() as edge)), e.Const(value) if left == raw and value == edge:
            return op, edge
        case _:
            return None


def _open_with(guards: Sequence[Col], last: Col) -> bool:
    """Whether the last value is open wherever no line is known: it needs no branch then."""
    if last.strict is None or last.na is not None:
        return False
    return all(guard.strict is not None and guard.strict <= last.strict for guard in guards)


def _within(col: Col, bounds: Sequence[tuple[str, Fraction]]) -> Col:
    """A value that only counts where floors and caps before it do not hold: it lies between them. Elsewhere it may lie past its range,
    and wrap where it is brought to another grid; nothing reads it there."""
    if col.number is None or col.number.bottom is not None or col.const is not None:
        return col
    top, scale = col.number.top, col.number.scale
    low = max([top.low, *(-((-edge * scale).__floor__()) for op, edge in bounds if op == "<")])
    high = min([top.high, *((edge * scale).__floor__() for op, edge in bounds if op == ">")])
    if top.wide or low > high:
        return col
    return replace(col, number=replace(col.number, top=replace(top, low=low, high=high)))


def _store(columns: Columns, name: str, column: n.Whole, level: int) -> n.Whole:
    """A column of whole numbers in the least space."""
    columns.put(name, column.at(column.least), level)
    return n.Whole(pl.col(name), column.low, column.high, None, column.least)


__all__ = ["ABSENT", "BELOW", "LINE", "VALUE", "Col", "Columns", "Slot", "bounds_of", "is_open", "number_of", "unite"]
