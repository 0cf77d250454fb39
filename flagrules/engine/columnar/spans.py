"""Decisions that are sums of earlier ones or of facts: their floors and caps, and the least and the most of the sum as columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import polars as pl

from flagrules.engine.columnar import numbers as n
from flagrules.engine.columnar.compile import BELOW, LINE, VALUE, Columns, Slot, bounds_of, is_open, number_of
from flagrules.engine.columnar.lanes import ends_of
from flagrules.engine.columnar.layout import ODD
from flagrules.engine.columnar.opened import HIGH, KEY, LOW, name_of
from flagrules.engine.columnar.reads import reads_of
from flagrules.engine.columnar.refused import Refused
from flagrules.plan.nodes import ParameterInForce
from flagrules.semantics import expr as e

Ends = tuple[n.Number, n.Number]
Stages = tuple[list[list[pl.Expr]], list[str]]  # columns added one after another, and those that are dropped in the end


@dataclass(frozen=True)
class Wide:
    """A decision as a bounded sum: what must surely not hold before it, its bounds, and the least and the most of the sum.

    `inputs` are the facts it is worked out from where it rests on facts alone, each with the number of its key: every one is met
    once, so that the ends of an open one give the ends of the decision. `offset` is there where the sum is `reads` and a constant;
    `factors` bring each of the reads to its grid,
    and no sum of some of them lies further from zero than `reach`.
    """

    slot: Slot
    before: tuple[pl.Expr, ...]
    bounds: tuple[tuple[str, Fraction], ...]
    raw: Ends
    reads: tuple[str, ...]
    inputs: tuple[tuple[str, int], ...] = ()
    offset: int | None = None
    factors: tuple[int, ...] = ()
    reach: int = 0
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
        seen = [*(column for end in self.raw for column in columns_of(end)), *self.before, is_open(col)]
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
    bounds, index = bounds_of(decision)
    last = decision.entries[-1].value
    if slot.col is None or slot.col.number is None or slot.col.na is not None:
        return None
    spans = Spans(columns)
    try:
        raw = spans.of(last)
        first = decision.entries[:index]
        before = tuple(spans.never(entry.guard, entry.value) for entry in first if entry.guard is not None)
    except Refused:
        return None
    reads = tuple(dict.fromkeys(spans.reads))
    offset = _offset(last, raw, columns) if not before else None  # what stands before is read too, and is no part of the sum
    factors = tuple(raw[0].scale // _number(columns.slots[read]).scale for read in reads) if offset is not None else ()
    tops = [_number(columns.slots[read]).top for read in reads] if offset is not None else []
    reach = sum(max(-top.low, top.high) * factor for top, factor in zip(tops, factors, strict=True)) + abs(offset or 0)
    return Wide(slot, before, bounds, raw, reads, (), offset, factors, reach)


def _number(slot: Slot) -> n.Number:
    assert slot.col is not None
    assert slot.col.number is not None
    return slot.col.number


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


def direct_of(slot: Slot, columns: Columns, key: Callable[[e.FactRef], int], found: Mapping[str, Wide]) -> Wide | None:
    """A decision worked out from facts by arithmetic that meets each of them once, with floors and caps; None for another shape.

    `found` are the earlier ones of that shape.
    """
    bounds, index = bounds_of(slot.decision)
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


class Spans:
    """The least and the most of expressions over earlier decisions; `reads` are those met."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.reads: list[str] = []

    def of(self, expr: e.Expr) -> Ends:
        """The ends of a number. Raises `Refused`."""
        match expr:
            case e.Const(Fraction() as value):
                return both(n.constant(value))
            case e.ParamRef(name) if isinstance(self._parameters[name].value, Fraction):
                return both(number_of(self.columns.col(expr)))
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

    def never(self, guard: e.Expr, value: e.Expr) -> pl.Expr:
        """Whether a condition surely does not hold, and nothing open is read to see that but what is among `reads`; nor by the value it
        gives, whose decisions the reference counts among the inputs too, whether or not they are asked for. Raises `Refused`."""
        known = self.columns.truth(guard).truth
        assert known is not None
        surely = (~known).fill_null(value=False)
        if isinstance(guard, e.Compare):
            try:
                left, right = self.of(guard.left), self.of(guard.right)
            except Refused:
                pass
            else:
                surely = surely | _apart(guard.op, left, right)
        slots = (read for read in reads_of(value, self._parameters) if isinstance(read, e.SlotRef) and read.slot not in self.reads)
        return pl.all_horizontal(surely, *self._told(guard), *(self._known(read) for read in slots))

    def _known(self, read: e.SlotRef) -> pl.Expr:
        """Whether nothing of a decision is open."""
        col = self.columns.slots[read.slot].col
        if col is None:
            raise Refused(f"rests on {read.slot}")
        return ~is_open(col)

    def _told(self, guard: e.Expr) -> Iterator[pl.Expr]:
        """Whether what a condition reads is known, each by itself: the reference counts it among the inputs of a decision."""
        for read in reads_of(guard, self._parameters):
            if not isinstance(read, e.SlotRef):
                yield ~self.columns.layout.of(read).lacking
            elif read.slot not in self.reads:
                yield self._known(read)
        for node in e.walk(guard):
            if isinstance(node, e.ParamRef) and self._parameters[node.name].value is None:
                raise Refused("a parameter that is not set")


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
            n.Number(n.Whole(column.fill_null(n.lit(end, wanted.kind)), wanted.low, wanted.high, None, wanted.kind), wanted.scale)
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


def both(number: n.Number) -> Ends:
    """A number as its own ends."""
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


def columns_of(number: n.Number) -> list[pl.Expr]:
    """The columns of a number: what stands above, and what below where it is a ratio."""
    return [number.top.expr, *([number.bottom.expr] if number.bottom is not None else [])]
