"""Figures over a list as they came about: which rows counted, which did not, which are open, each with its cell and fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from flagrules.engine.reference import Run, World
from flagrules.engine.values import FALSE, TRUE, NotApplicable, Num, Val
from flagrules.model import kinds as k
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e
from flagrules.text.source import CellPlace

Counted = Literal["counted", "left_out", "open"]


@dataclass(frozen=True)
class RowStory:
    """One row of a list: whether it counted, its fields as far as known, where it stands, and how many conditions it fails."""

    counted: Counted
    fields: tuple[tuple[str, k.Kind, Val], ...]
    cell: CellPlace
    misses: int = 0


@dataclass(frozen=True)
class ListStory:
    """A figure over a list: its value and kind, and the rows looked at; `filed` is false while nobody has filed the list."""

    name: str
    how: e.RowsHow
    value: Val
    kind: k.Kind | None
    filed: bool
    rows: tuple[RowStory, ...]

    @property
    def near(self) -> tuple[RowStory, ...]:
        """The rows worth telling one by one: all but those that fail several conditions, which are about something else."""
        return tuple(row for row in self.rows if row.misses < 2)


def lists_of(decision: Decide, fired: tuple[int, ...], run: Run, world: World) -> tuple[ListStory, ...]:
    """The figures over lists that the entries looked at read, each once: those before the last that fired, and that one."""
    last = max(fired, default=len(decision.entries) - 1)
    looked_at = [expr for entry in decision.entries[: last + 1] for expr in (entry.guard, entry.value) if expr is not None]
    return lists_in(looked_at, run, world)


def lists_in(looked_at: Iterable[e.Expr], run: Run, world: World) -> tuple[ListStory, ...]:
    """The figures over lists in some expressions, each once."""
    found = dict.fromkeys(node for expr in looked_at for node in e.walk(expr) if isinstance(node, e.OverRows))
    return tuple(_list(figure, run, world) for figure in found)


def _list(figure: e.OverRows, run: Run, world: World) -> ListStory:
    rows = world.filed(figure.fact)
    kind = k.Quantity(figure.kind.unit) if figure.how == "count" and isinstance(figure.kind, k.Records) else kind_of(figure, world.plan)
    shown = tuple(_rows(figure, run, world)) if rows is not None else ()
    return ListStory(figure.fact, figure.how, run.value(figure, world, note=False), kind, rows is not None, shown)


def _rows(figure: e.OverRows, run: Run, world: World) -> Iterator[RowStory]:
    fields = figure.kind.fields if isinstance(figure.kind, k.Records) else ()
    for row in world.filed(figure.fact) or ():
        inside = world.at(row)
        holds = run.truth(figure.where, inside) if figure.where is not None else TRUE
        counted: Counted = "counted" if holds == TRUE else "left_out" if holds == FALSE else "open"
        if counted == "counted" and figure.per is not None:
            counted = _among_its_own(figure, figure.per, run, inside, world)
        refs = ((field, e.FieldRef(field.name, field.kind, field.low, field.high)) for field in fields)
        misses = sum(run.truth(test, inside) == FALSE for test in _conditions(figure.where))
        yield RowStory(counted, tuple((field.name, field.kind, inside.field(ref)) for field, ref in refs), row.origin, misses)


def _among_its_own(figure: e.OverRows, per: e.FieldRef, run: Run, own: World, world: World) -> Counted:
    """Whether a row is the highest of those that agree with it (the first of several), or is not; open while any row is."""
    mine = own.field(per)
    if isinstance(mine, NotApplicable) or figure.value is None:
        return "counted"
    group: list[tuple[Num, World]] = []
    for row in map(world.at, world.filed(figure.fact) or ()):
        holds = run.truth(figure.where, row) if figure.where is not None else TRUE
        key, value = row.field(per), run.value(figure.value, row, note=False)
        if holds == FALSE or isinstance(value, NotApplicable) or isinstance(key, NotApplicable):
            continue
        if holds != TRUE or not key.exact or not isinstance(value, Num) or not value.exact:
            return "open"
        if key == mine:
            group.append((value, row))
    highest = max(group, key=lambda pair: pair[0].low, default=None)
    return "counted" if highest is not None and highest[1].row is own.row else "left_out"


def _conditions(where: e.Expr | None) -> Iterator[e.Expr]:
    """The conditions joined by 且, one by one."""
    if isinstance(where, e.Every):
        for part in where.args:
            yield from _conditions(part)
    elif where is not None:
        yield where


def kind_of(expr: e.Expr, plan: Plan) -> k.Kind | None:
    """What kind of number an expression is, None for a bare one."""
    match expr:
        case e.FactRef(_, kind) | e.ParamRef(_, kind) | e.RowCount(_, kind) | e.FieldRef(_, kind):
            return kind
        case e.Across():
            return expr.unit
        case e.SlotRef(slot):
            return _kind_of_slot(slot, plan)
        case e.OverRows(_, _, "count"):
            return k.Quantity(expr.kind.unit) if isinstance(expr.kind, k.Records) else None
        case e.OverRows(value=value) if value is not None:
            return kind_of(value, plan)
        case e.CountOutcome():
            return k.Quantity(plan.rules.counter)
        case e.CountTrue():
            return k.Quantity("项")
        case e.WorkdayNumber():
            return k.Duration("个工作日")
        case e.TextLength():
            return k.Quantity("字")
        case e.Choose(_, then, other):
            return kind_of(then, plan) or kind_of(other, plan)
        case e.Sum(args) | e.Extreme(_, args):
            return next((found for arg in args if (found := kind_of(arg, plan)) is not None), None)
        case e.Round(value):
            return kind_of(value, plan)
        case _:
            return None


def _kind_of_slot(slot: str, plan: Plan) -> k.Kind | None:
    """Points, unless the slot holds a named value."""
    blocks = (block for title in plan.rules.titles for block in title.body.blocks())
    named = {value.slot: value.kind for block in blocks for value in block.named}
    return named[slot] if slot in named else k.Points()
