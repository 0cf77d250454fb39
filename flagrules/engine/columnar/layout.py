"""What the decisions on units of one kind read, as columns: names, types and ranges, and the cells of one unit turned into them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import polars as pl

from flagrules.engine.across import MANY
from flagrules.engine.columnar.numbers import WIDEST, kind_of
from flagrules.engine.columnar.refused import Refused
from flagrules.engine.reference import Run
from flagrules.engine.values import NotApplicable, Num, Opts, Val
from flagrules.engine.world import World, possible_values
from flagrules.facts.schema import FactSpec
from flagrules.facts.table import State
from flagrules.model import kinds as k
from flagrules.plan.nodes import Plan
from flagrules.semantics import expr as e

Sort = Literal["number", "truth", "option", "text"]
Source = e.FactRef | e.PartRef | e.RowCount | e.OverRows | e.Held | e.Across
ID, ODD = "id", "odd"


@dataclass(frozen=True)
class Input:
    """One column of what is read. A number is the column ÷ `scale`, ÷ the column `bottom` where there is one; null is open.

    `absent` names the column that says whether it is not applicable; "" where it never is.
    """

    name: str
    source: Source
    sort: Sort
    scale: int = 1
    low: int = 0
    high: int = 0
    most_below: int = 0
    nullable: bool = False
    options: tuple[str, ...] = ()

    @property
    def bottom(self) -> str:
        """The column of the divisor, or ""."""
        return f"d:{self.name}" if self.most_below else ""

    @property
    def absent(self) -> str:
        """The column that says what does not apply, or ""."""
        return f"na:{self.name}" if self.nullable else ""

    @property
    def ends(self) -> tuple[str, ...]:
        """The columns of the least and the most it may be, and whether it may not apply: of a figure over units, which may be open in
        more ways than a fact. There are none of other inputs."""
        return (f"lo:{self.name}", f"hi:{self.name}", f"ab:{self.name}") if isinstance(self.source, e.Across) else ()

    @property
    def lacking(self) -> pl.Expr:
        """Where it is open."""
        lacking = pl.col(self.name).is_null()
        return lacking & ~pl.col(self.absent) if self.absent else lacking

    @property
    def kind(self) -> type[pl.DataType]:
        """The type of a number: the narrowest for its range, unless other units say it."""
        return pl.Int64 if self.ends or self.bottom else kind_of(max(-self.low, self.high))

    @property
    def columns(self) -> tuple[tuple[str, Any], ...]:
        """Its columns with their types."""
        types = {"number": self.kind, "truth": pl.Boolean, "option": pl.UInt16, "text": pl.String}
        found: list[tuple[str, Any]] = [(self.name, types[self.sort])]
        found += [(self.bottom, pl.Int64)] if self.bottom else []
        found += [(self.absent, pl.Boolean)] if self.absent else []
        found += zip(self.ends, (pl.Int64, pl.Int64, pl.Boolean), strict=False)
        return tuple(found)


@dataclass
class Layout:
    """The columns wanted, in the order they were asked for."""

    plan: Plan
    inputs: dict[Source, Input] = field(default_factory=dict)

    def of(self, source: Source) -> Input:
        """The column of something that is read. Raises `Refused`."""
        if source not in self.inputs:
            self.inputs[source] = self._made(source)
        return self.inputs[source]

    def _made(self, source: Source) -> Input:
        spec = None if isinstance(source, e.Held | e.Across) else self.plan.facts.get(_fact(source))
        nullable = spec is not None and spec.nullable
        match source:
            case e.FactRef(name, kind, back):
                return _fact_input(f"f{back}:{name}", source, kind, spec)
            case e.PartRef(fact, part):
                return Input(f"p:{fact}/{part}", source, "truth", nullable=nullable)
            case e.RowCount(fact, kind, back):
                return _fact_input(f"f{back}:{fact}", source, kind, spec)
            case e.Held(title, now, years, lapsed, barred):
                when = "barred" if barred else "lapsed" if lapsed else "now" if now else f"ever{years or ''}"
                return Input(f"h:{title}/{when}", source, "truth")
            case e.OverRows(fact):
                return self._over_rows(source, f"o{len(self.inputs)}:{fact}", spec, nullable=nullable)
            case e.Across(how, _, slot):
                name = f"x{len(self.inputs)}:{slot}"
                if how in ("rank", "count"):
                    return Input(name, source, "number", 1, 0, int(MANY), nullable=True)
                far = _SUMS if how in ("mean", "total") else _FAR
                return Input(name, source, "number", 1, -far, far, _FAR, nullable=True)

    def _over_rows(self, source: e.OverRows, name: str, spec: FactSpec | None, *, nullable: bool) -> Input:
        """A figure over rows, worked out before scoring: it may look at rows only."""
        for part in (source.value, source.where, source.if_none):
            for node in e.walk(part) if part is not None else ():
                if isinstance(node, e.FactRef | e.SlotRef | e.PartRef | e.Across | e.Held | e.RowCount | e.OverRows | e.CountOutcome):
                    raise Refused("a figure over rows that looks beyond the row")
        rows = int(spec.high) if spec is not None and spec.high is not None else int(k.LARGE)
        if source.how == "count":
            return Input(name, source, "number", 1, 0, rows, nullable=nullable)
        on_grid = source.if_none is None or isinstance(source.if_none, e.Const)
        if isinstance(source.value, e.FieldRef) and on_grid and source.how in ("total", "most", "least"):
            return Input(name, source, "number", 100 * k.step(source.value.kind).denominator, -_FAR, _FAR, nullable=nullable)
        return Input(name, source, "number", 1, -_FAR, _FAR, _FAR, nullable=nullable)


_FAR = int(MANY * MANY)
_SUMS = 100 * int(MANY * k.LARGE)  # of a million of the largest amounts, in cents


def _fact(source: e.FactRef | e.PartRef | e.RowCount | e.OverRows) -> str:
    return source.name if isinstance(source, e.FactRef) else source.fact


def _fact_input(name: str, source: Source, kind: k.Kind, spec: FactSpec | None) -> Input:
    nullable = spec is not None and spec.nullable
    match kind:
        case k.YesNo():
            return Input(name, source, "truth", nullable=nullable)
        case k.Choice(options):
            return Input(name, source, "option", nullable=nullable, options=options)
        case k.Text():
            return Input(name, source, "text", nullable=nullable)
        case k.Checklist():
            raise Refused("a checklist read as one value")
        case _:
            whole = possible_values(kind, spec)
            assert isinstance(whole, Num)
            scale = 1 if isinstance(kind, k.Records) else k.step(kind).denominator
            low, high = (whole.low * scale).__floor__(), -((-whole.high * scale).__floor__())
            if max(-low, high) > WIDEST:
                raise Refused("a fact past 64 bits")
            return Input(name, source, "number", scale, low, high, nullable=nullable)


# ── one unit's cells ──
class Odd(Exception):
    """A cell no column holds: off its grid, out of its range, not applicable where that is not allowed."""


def put(wanted: Input, value: Val, into: dict[str, Any]) -> None:
    """A value into its columns; what is open stays null. Raises `Odd`."""
    if isinstance(value, NotApplicable):
        if not wanted.absent:
            raise Odd(wanted.name)
        into[wanted.absent] = True
        return
    if not value.exact:
        return
    match value:
        case Num(number):
            _put_number(wanted, number, into)
        case Opts(options):
            word = next(iter(options))
            into[wanted.name] = wanted.options.index(str(word)) if wanted.sort == "option" else word


def _put_number(wanted: Input, number: Fraction, into: dict[str, Any]) -> None:
    scaled = number * wanted.scale
    if wanted.bottom:
        if scaled.denominator > wanted.most_below or not wanted.low <= scaled.numerator <= wanted.high:
            raise Odd(wanted.name)
        into[wanted.name], into[wanted.bottom] = scaled.numerator, scaled.denominator
        return
    if scaled.denominator != 1 or not wanted.low <= scaled.numerator <= wanted.high:
        raise Odd(wanted.name)
    into[wanted.name] = scaled.numerator


def row_of(plan: Plan, inputs: Iterable[Input], world: World) -> dict[str, Any]:
    """One unit's row: null where open, `odd` where the unit has something that no column holds."""
    run = Run(plan)
    row: dict[str, Any] = {ODD: False}
    for one in inputs:
        row |= {name: None for name, _ in one.columns}
        if one.absent:
            row[one.absent] = False
        if isinstance(one.source, e.Across):  # other units say it
            continue
        try:
            put(one, run.value(one.source, world), row)
        except Odd:
            row[ODD] = True
        if isinstance(one.source, e.OverRows):
            row[ODD] = row[ODD] or _half_known(one.source, world, row[one.name])
    return row


def _half_known(source: e.OverRows, world: World, found: int | None) -> bool:
    """Whether a list was filed, yet the figure over its rows is open: what it may be is not told by columns."""
    return found is None and world.filed(source.fact) is not None


def frame_of(inputs: Sequence[Input], ids: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of units as a frame."""
    types: dict[str, Any] = {ODD: pl.Boolean, **{name: kind for one in inputs for name, kind in one.columns}}
    columns = [pl.Series(name, [row[name] for row in rows], dtype=kind) for name, kind in types.items()]
    return pl.DataFrame([pl.Series(ID, list(ids), dtype=pl.String), *columns])


__all__ = ["ID", "ODD", "Input", "Layout", "Source", "State", "frame_of", "put", "row_of"]
