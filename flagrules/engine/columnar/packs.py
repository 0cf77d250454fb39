"""The numbers of the lean trace: what decisions one number tells together, and what each number says of their lines and points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import Any

import polars as pl

from flagrules.engine.columnar.compile import LINE, VALUE
from flagrules.engine.columnar.numbers import lit
from flagrules.engine.columnar.opened import FIRED, OPEN
from flagrules.engine.columnar.result import Result
from flagrules.engine.columnar.run import Compiled
from flagrules.engine.inputs import expressions
from flagrules.engine.values import Num, Val
from flagrules.plan.nodes import Decide
from flagrules.semantics import expr as e

Column = Callable[[str, str], pl.Expr]
_SMALL, _LARGE = 2**16 - 1, 2**32 - 1
_MOST_TOLD = 2**31


@dataclass(frozen=True)
class Pack:
    """Decisions told by one number, the last of them the one whose value is kept: an indicator with its terms, or one alone.

    The number is the line of the first, plus `radices[0]` times that of the second, and so on; where there are `steps`, which of them
    the value is, each 1/`scale`, comes last. From `told` on it is a mask of the bounds of a sum that may hold (`masks` of them), from
    `opened` on the number of an open result; `elsewhere` is what none of these can say. `fixed` says that the lines give the value.
    """

    name: str
    slots: tuple[Decide, ...]
    fixed: bool
    masks: int = 0
    steps: range | None = None
    scale: int = 1

    @property
    def radices(self) -> tuple[int, ...]:
        """How many lines each has."""
        return tuple(len(decision.entries) for decision in self.slots)

    @property
    def worth(self) -> int:
        """What the digit of the value is worth."""
        return prod(self.radices)

    @property
    def told(self) -> int:
        """The first number that is no combination of lines."""
        return self.worth * (len(self.steps) if self.steps is not None else 1)

    @property
    def narrow(self) -> type[pl.DataType]:
        """The type of the numbers."""
        return pl.UInt16 if self.told < 2**15 else pl.UInt32

    @property
    def opened(self) -> int:
        """The first number of an open result."""
        return self.told + self.masks

    @property
    def last(self) -> str:
        """The slot whose value is kept."""
        return self.slots[-1].slot

    @property
    def elsewhere(self) -> int:
        """The number that says: ask the interpreter."""
        return _SMALL if self.narrow is pl.UInt16 else _LARGE

    def number(self, lines: Sequence[int], value: Val) -> int:
        """The number of lines, and of an exact value where it is told by one."""
        number, worth = 0, 1
        for line, radix in zip(lines, self.radices, strict=True):
            number, worth = number + line * worth, worth * radix
        if self.steps is None:
            return number
        step = value.low * self.scale if isinstance(value, Num) else Fraction(1, 2)
        there = step.denominator == 1 and step.numerator in self.steps
        return number + worth * self.steps.index(step.numerator) if there else self.elsewhere

    def value(self, number: int) -> Fraction | None:
        """The value that is told by the number; None where none is."""
        return Fraction(self.steps[number // self.worth], self.scale) if self.steps is not None and number < self.told else None

    def lines(self, number: int) -> tuple[int, ...] | None:
        """The entry that fired in each decision; None where the number says something else."""
        if number >= self.told:
            return None
        found = []
        for radix in self.radices:
            number, entry = divmod(number, radix)
            found.append(entry)
        return tuple(found)

    def expr(self, result: Result, columns: Mapping[str, Any], opened: pl.Expr | None, column: Column) -> pl.Expr:
        """The number of each unit, from the columns of a result's frame; `opened` numbers its open results."""
        parts, worth = [], 1
        for decision, radix in zip(self.slots, self.radices, strict=True):
            if radix > 1 or self.steps is None or decision.slot != self.last:  # a value that is told is null where it is open
                parts.append(self._times(_line(result, decision.slot, columns, column(LINE, decision.slot)), worth))
            worth *= radix
        if self.steps is not None:
            value = column(VALUE, self.last)
            parts.append(self._times(value.cast(pl.Int64) - self.steps.start if self.steps.start else value, worth))
        number = parts[0]
        for part in parts[1:]:
            number = number + part  # null where one of them is open
        if self.masks and FIRED + self.last in columns:
            number = number.fill_null(pl.col(FIRED + self.last).cast(self.narrow) + lit(self.told, self.narrow))
        if opened is not None:
            number = number.fill_null(opened.cast(self.narrow))
        return number.fill_null(lit(self.elsewhere, self.narrow)).alias(self.name)

    def _times(self, digit: pl.Expr, worth: int) -> pl.Expr:
        return digit.cast(self.narrow) * lit(worth, self.narrow) if worth > 1 else digit.cast(self.narrow)


def packs_of(compiled: Compiled) -> tuple[Pack, ...]:
    """The numbers a plan's results are told by, in the order of the plan."""
    terms: dict[str, list[Decide]] = {}
    for decision in compiled.decisions:
        if decision.role == "term" and decision.parent:
            terms.setdefault(f"{decision.parent}/score", []).append(decision)
    packed = {term.slot for slot, some in terms.items() if _fits((*some,), slot, compiled) for term in some}
    found = []
    for decision in compiled.decisions:
        if decision.slot in packed:
            continue
        inside = [term for term in terms.get(decision.slot, []) if term.slot in packed]
        found.append(_pack(compiled, (*inside, decision)))
    return tuple(found)


def _pack(compiled: Compiled, slots: tuple[Decide, ...]) -> Pack:
    decision, fixed = slots[-1], _fixed(compiled, slots)
    wide, slot = compiled.wide.get(decision.slot), compiled.slots[decision.slot]
    name = decision.slot.removesuffix("/score") if decision.role == "item" else decision.slot
    if wide is not None and not _open_in_tables(compiled, decision):
        return Pack(name, slots, fixed, 2 ** (len(wide.bounds) + 1))
    number = slot.col.number if slot.col is not None and slot.col.na is None and not slot.consts else None
    plain = Pack(name, slots, fixed)
    if fixed or number is None or number.bottom is not None or (number.top.high - number.top.low + 1) * plain.worth >= _MOST_TOLD:
        return plain
    return replace(plain, steps=range(number.top.low, number.top.high + 1), scale=number.scale)


def _open_in_tables(compiled: Compiled, decision: Decide) -> bool:
    """Whether a decision is looked up wherever it is open: what it is worked out from is open where a fact is, and nowhere else."""
    closure = compiled.lanes.closures[decision.slot]
    if compiled.tables is None or decision.slot not in compiled.tables.tables or closure is None:
        return False
    if compiled.tables.has_all(decision.slot):
        return True
    parameters = compiled.plan.parameters
    nodes = (node for expr in expressions(closure.decisions) for node in e.walk(expr))
    return not any(isinstance(n, e.Unsayable) or (isinstance(n, e.ParamRef) and parameters[n.name].value is None) for n in nodes)


def _fits(terms: tuple[Decide, ...], slot: str, compiled: Compiled) -> bool:
    """Whether an indicator and its terms can share a number: all in columns, and not too many combinations."""
    item = compiled.plan.slots[slot]
    return prod(len(one.entries) for one in (*terms, item)) < _MOST_TOLD


def _fixed(compiled: Compiled, slots: tuple[Decide, ...]) -> bool:
    """Whether the lines give the value: it is worked out from constants, set parameters and others of the pack alone."""
    inside, parameters = {one.slot for one in slots}, compiled.plan.parameters
    for node in (node for one in slots for entry in one.entries for node in e.walk(entry.value)):
        match node:
            case e.SlotRef(slot) if slot in inside:
                pass
            case e.ParamRef(name) if parameters[name].value is not None:
                pass
            case e.SlotRef() | e.ParamRef() | e.Unsayable():
                return False
            case _ if isinstance(node, _READS):
                return False
            case _:
                pass
    return True


_READS = e.FactRef | e.PartRef | e.MissingParts | e.RowCount | e.OverRows | e.FieldRef | e.TextLength | e.Across | e.Held | e.CountOutcome


def _line(result: Result, slot: str, columns: Mapping[str, Any], line: pl.Expr) -> pl.Expr:
    """The line of a decision, that of one which turned out exact though something it rests on is open among them."""
    if OPEN + slot in columns:
        entries = result.books[slot].entries
        line = _filled(line, [one.fired if one.value.exact else () for one in entries], pl.col(OPEN + slot))
    if FIRED + slot in columns and VALUE + slot in columns:
        wide = result.compiled.wide[slot]
        masks = [wide.fired(mask) for mask in range(2 ** (len(wide.bounds) + 1))]
        line = _filled(line, masks, pl.when(pl.col(VALUE + slot).is_not_null()).then(pl.col(FIRED + slot)))
    return line


def _filled(line: pl.Expr, fired: Sequence[tuple[int, ...]], which: pl.Expr) -> pl.Expr:
    """A line where one alone fired, by the number of what did."""
    alone = [one[0] if len(one) == 1 else None for one in fired]
    if all(one is None for one in alone):
        return line
    return line.cast(pl.UInt16).fill_null(pl.lit(pl.Series(alone, dtype=pl.UInt16)).gather(which))
