"""Facts of few values, their combinations numbered: all of them or, where two facts have too many together, those with something open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from math import prod
from operator import add

import polars as pl

from flagrules.engine.columnar.layout import ID, ODD, Input, Layout
from flagrules.engine.columnar.reads import Closure
from flagrules.engine.columnar.refused import Refused
from flagrules.plan.nodes import Decide
from flagrules.semantics import expr as e

MOST = 2**14  # the rows of a table: a share in hundredths of a percent has 10,001 values
TOGETHER = 2**9  # the same where the interpreter may have to see each of them, one by one
_NUMBER = pl.UInt16  # holds every number up to MOST
BESIDE = 50  # indexes whose tables are worked out together: 1,000 at once took over a gigabyte, and longer than one after another
Slots = Mapping[str, Closure | None]


@dataclass(frozen=True)
class Index:
    """Combinations of what is known of some facts, numbered from 0; `name` is the column with the number of each unit.

    All of them, or, where it is `partial`, those in which a fact is open; of the others the number is `size`.
    """

    name: str
    inputs: tuple[Input, ...]
    partial: bool = False

    @property
    def blocks(self) -> list[tuple[Input | None, tuple[Input, ...]]]:
        """What is open throughout a run of numbers, and the facts whose combinations are numbered in it, the first changing fastest."""
        if not self.partial:
            return [(None, self.inputs)]
        return [(one, tuple(other for other in self.inputs if other != one)) for one in self.inputs]

    @cached_property
    def size(self) -> int:
        """How many combinations there are."""
        return rows_of(self.inputs, partial=self.partial)

    def expr(self) -> pl.Expr:
        """The number of each unit's combination."""
        start, found = 0, list[tuple[Input | None, pl.Expr]]()
        for gone, inputs in self.blocks:
            parts, worth = [pl.lit(start, dtype=_NUMBER)] if start or not inputs else [], 1
            for one in inputs:
                parts.append(_number(one) * pl.lit(worth, dtype=_NUMBER) if worth > 1 else _number(one))
                worth *= size_of(one)
            found.append((gone, reduce(add, parts)))
            start += worth
        whole = pl.lit(self.size, dtype=_NUMBER)
        for gone, number in reversed(found):
            whole = number if gone is None else pl.when(gone.lacking).then(number).otherwise(whole)
        return whole.alias(self.name)

    def values(self) -> pl.DataFrame:
        """The facts as columns: row n has combination n."""
        made = []
        for gone, inputs in self.blocks:
            height, worth, columns = prod(size_of(one) for one in inputs), 1, list[pl.Expr]()
            for one in inputs:
                columns += _values(one, pl.int_range(height, dtype=pl.Int64) // worth % size_of(one))
                worth *= size_of(one)
            made.append(pl.select(*columns, *(_nothing(gone) if gone is not None else ())))
        return pl.concat(made, how="diagonal")


def rows_of(inputs: Collection[Input], *, partial: bool) -> int:
    """How many combinations of facts there are: all, or those in which one is open."""
    sizes = [size_of(one) for one in inputs]
    return sum(prod(sizes) // size for size in sizes) if partial else prod(sizes)


def _known(one: Input) -> int:
    return one.high - one.low + 1 if one.sort == "number" else 2 if one.sort == "truth" else len(one.options)


def size_of(one: Input) -> int:
    """How many numbers a fact needs: one a value, one for being open, and one for what does not apply where that may be."""
    return _known(one) + 1 + bool(one.absent)


def _number(one: Input) -> pl.Expr:
    """The number of a fact's value. Facts are in their range where they are read, so that nothing is lost in the cast, which is not
    checked: a checked one takes as long as two looks into a table."""
    column = pl.col(one.name) if one.sort == "number" else pl.col(one.name).cast(_NUMBER)
    from_low = column - one.low if one.sort == "number" and one.low else column
    found = from_low.fill_null(_known(one)).cast(_NUMBER, wrap_numerical=True)
    return pl.when(pl.col(one.absent)).then(pl.lit(_known(one) + 1, dtype=_NUMBER)).otherwise(found) if one.absent else found


def _values(one: Input, number: pl.Expr) -> Iterator[pl.Expr]:
    known = pl.when(number < _known(one)).then(number)
    value = known + one.low if one.sort == "number" else known
    yield value.cast(dict(one.columns)[one.name]).alias(one.name)
    if one.absent:
        yield (number == _known(one) + 1).alias(one.absent)


def _nothing(one: Input) -> Iterator[pl.Expr]:
    yield pl.lit(None, dtype=dict(one.columns)[one.name]).alias(one.name)
    if one.absent:
        yield pl.lit(value=False).alias(one.absent)


# ── what is looked up ──
def whole_indexes(decisions: Sequence[Decide], closures: Slots, layout: Layout, most: int, without: Collection[str]) -> dict[str, Index]:
    """The terms and indicators that are looked up for every unit, each with what by; no table has more than `most` rows.

    Decisions are taken in order: facts that one rests on are numbered together as long as their combinations stay few. `without` are
    left out.
    """
    group: dict[str, list[Input]] = {}
    found: dict[str, list[Input]] = {}
    for decision in decisions:
        closure = closures[decision.slot]
        if decision.role not in ("term", "item") or decision.slot in without:
            continue
        if closure is None or any(one.slot not in found for one in closure.decisions[:-1]):
            continue
        inputs = _inputs(closure, layout)
        merged = list({one.name: one for first in inputs for one in group.get(first.name, [first])}.values())
        if not inputs or rows_of(merged, partial=False) > min(most, MOST if len(merged) == 1 else TOGETHER):
            continue
        for one in merged:
            group[one.name] = merged
        found[decision.slot] = inputs
    made: dict[int, Index] = {}
    for merged in group.values():
        made.setdefault(id(merged), Index(f"ix:{len(made)}", tuple(merged)))
    return {slot: made[id(group[inputs[0].name])] for slot, inputs in found.items()}


def partial_indexes(
    decisions: Sequence[Decide], closures: Slots, layout: Layout, most: int, without: Collection[str], whole: Collection[str],
    quick: Collection[str],
) -> dict[str, Index]:  # fmt: skip
    """The terms and indicators beside the `whole` ones that are looked up where something is open; not those that rest on any of
    `without`. Tables of more than a few rows are for `quick` ones only, which columns settle."""
    found: dict[str, list[Input]] = {}
    for decision in decisions:
        closure = closures[decision.slot]
        if closure is None or decision.role not in ("term", "item") or decision.slot in whole:
            continue
        if any(one.slot in without for one in closure.decisions):
            continue
        inputs = _inputs(closure, layout)
        if inputs and rows_of(inputs, partial=True) <= min(most, MOST if decision.slot in quick else TOGETHER):
            found[decision.slot] = inputs
    often = Counter(one.name for inputs in found.values() for one in inputs)
    made: dict[frozenset[str], Index] = {}
    for inputs in found.values():  # what many have in common last: then it is the first to be numbered, and has the same column in all
        names = frozenset(one.name for one in inputs)
        ordered = tuple(sorted(inputs, key=lambda one: (often[one.name], one.name)))
        made.setdefault(names, Index(f"iy:{len(made)}", ordered, partial=True))
    return {slot: made[frozenset(one.name for one in inputs)] for slot, inputs in found.items()}


def _inputs(closure: Closure, layout: Layout) -> list[Input]:
    """The columns a decision rests on; none where one of them cannot be numbered."""
    found: dict[str, Input] = {}
    for source in closure.reads.sources:
        if not isinstance(source, e.FactRef | e.PartRef):
            return []
        try:
            one = layout.of(source)
        except Refused:
            return []
        if one.sort == "text" or one.bottom:
            return []
        found[one.name] = one
    return list(found.values())


def frames(indexes: Collection[Index]) -> Iterator[tuple[pl.DataFrame, list[Index]]]:
    """Frames in which row n has combination n of each index beside it: as few as can be had, for a fact has one column in each."""
    found: list[tuple[dict[str, pl.Series], list[Index]]] = []
    for index in sorted(indexes, key=lambda one: -one.size):
        columns = index.values()
        seen, some = next((one for one in found if _fits(columns, *one)), ({}, []))
        if not some:
            found.append((seen, some))
        some.append(index)
        absent = {one.absent for one in index.inputs}
        for column in columns:
            longer = some[0].size - column.len()
            seen.setdefault(column.name, column.extend_constant(False if column.name in absent else None, longer))
    for seen, some in found:
        ids = pl.int_range(some[0].size, eager=True).cast(pl.String).alias(ID)
        yield pl.DataFrame([ids, *seen.values()]).with_columns(pl.lit(value=False).alias(ODD)), some


def _fits(columns: pl.DataFrame, seen: Mapping[str, pl.Series], some: Sequence[Index]) -> bool:
    """Whether an index can stand in a frame: no fact of it has another column there, and the frame is not too wide."""
    if len(some) >= BESIDE:
        return False
    here = ((seen[column.name].head(column.len()), column) for column in columns if column.name in seen)
    return all(known.equals(column, null_equal=True) for known, column in here)


__all__ = ["MOST", "TOGETHER", "Index", "frames", "partial_indexes", "rows_of", "size_of", "whole_indexes"]
