"""Figures over other units as columns: ranks, means, extremes, shares, totals and values of the holder, worked out for all units at once.

They are those of `engine.across`, unit by unit; what does not fit columns is looked up there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Literal, NamedTuple

import polars as pl

from flagrules.engine.across import Crowd, Lookup, Member, alone
from flagrules.engine.columnar.decided import UNIT, VALUES, on_grid, read
from flagrules.engine.columnar.layout import ODD, Input
from flagrules.engine.columnar.numbers import WIDEST
from flagrules.engine.columnar.refused import Refused
from flagrules.engine.columnar.run import Compiled
from flagrules.engine.inputs import expressions
from flagrules.engine.reference import Run
from flagrules.engine.values import NA, NotApplicable, Num, Val
from flagrules.engine.world import World
from flagrules.plan.nodes import Plan
from flagrules.semantics import expr as e

AT = "at:"  # before a kind of place: the id of the nearest such place a unit lies in
_SHIFT = 2**32


class Figure(NamedTuple):
    """A figure for every unit: the least and the most it may be over a divisor, whether it may not apply, and whether it surely does
    not. Without ends that apply, no column holds it."""

    low: pl.Series
    high: pl.Series
    below: pl.Series
    absent: pl.Series
    gone: pl.Series


@dataclass
class Population:
    """All units of a run: `units` has their `id`, `kind` and the places they lie in (`AT` and a kind); `values`, by slot, what each has
    decided that others look at: its number (`UNIT`) and `VALUES`."""

    units: pl.DataFrame
    values: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    _figures: dict[tuple[e.Across, Val | None], Figure] = field(default_factory=dict)

    def knowing(self, values: Mapping[str, pl.DataFrame]) -> Population:
        """The same units, of which more is known."""
        return Population(self.units, {**self.values, **values})

    def around(self, unit: str) -> Lookup:
        """How figures are looked up for one unit, as the interpreter does."""
        return self.crowd.around(unit)

    @cached_property
    def crowd(self) -> Crowd:
        """The units as the interpreter has them."""
        places = [name for name in self.units.columns if name.startswith(AT)]
        members = {
            row["id"]: Member(row["id"], row["kind"], {name.removeprefix(AT): row[name] for name in places if row[name] is not None}, {})
            for row in self.units.iter_rows(named=True)
        }
        ids = self.units["id"].to_list()
        slots: dict[str, dict[str, Val]] = {name: {} for name in members}
        for slot, values in self.values.items():
            for row in values.iter_rows(named=True):
                slots[ids[row[UNIT]]][slot] = read(row)
        return Crowd({name: replace(member, slots=slots[name]) for name, member in members.items()})

    def looked_up(self, compiled: Compiled, frame: pl.DataFrame, units: pl.Series) -> pl.DataFrame:
        """A frame of some units, by their numbers, with the figures their plan looks up; `ODD` too where no column holds one."""
        odd = frame[ODD]
        for one in compiled.inputs:
            if isinstance(one.source, e.Across):
                *columns, beyond = self._columns(one, compiled.plan, units)
                frame, odd = frame.with_columns(columns), odd | beyond
        return frame.with_columns(odd)

    def _columns(self, wanted: Input, plan: Plan, rows: pl.Series) -> list[pl.Series]:
        """The columns of an input for the units of some rows, `ODD` last: where no column holds the figure."""
        assert isinstance(wanted.source, e.Across)
        figure = self._figure(wanted.source, _instead(wanted.source, plan))
        low, high, below, absent, gone = (one.gather(rows) for one in figure)
        inside = (low >= wanted.low) & (high <= wanted.high) & (below <= max(wanted.most_below, 1)) & (below > 0)
        inside = inside.fill_null(value=False)
        odd = ~inside & ~gone
        low, high, absent = (one.set(~inside, None) if one is not absent else one & inside for one in (low, high, absent))
        exact = (low == high) & ~absent
        known = low.set((~exact).fill_null(value=True), None)
        made = [known, *([below] if wanted.bottom else []), gone, low, high, absent]
        return [*(one.alias(name).cast(kind) for one, (name, kind) in zip(made, wanted.columns, strict=True)), odd.alias(ODD)]

    # ── figures ──
    def _figure(self, figure: e.Across, none: Val | None) -> Figure:
        key = figure, none
        if key not in self._figures:
            try:
                self._figures[key] = self._found(figure, none)
            except Refused:
                self._figures[key] = self._one_by_one(figure, none)
        return self._figures[key]

    def _one_by_one(self, figure: e.Across, none: Val | None) -> Figure:
        crowd = self.crowd
        slots = ((name, crowd.members[name].slots) for name in self.units["id"].to_list())
        return _figure([crowd.figure(name, figure, own, none) for name, own in slots])

    def _found(self, figure: e.Across, none: Val | None) -> Figure:
        """Raises `Refused` where numbers are too wide, or a figure is of something else than it counts."""
        scale, own = self._on_grid(figure, none)
        if figure.over == "holder":
            made, alone_ = self._of_holder(figure, none, scale, own)
        elif figure.over == "members":
            made = _closed(figure, _asked(figure, self._of_members(figure, own), own.clear()), none, scale)
            alone_ = pl.repeat(False, own.height, eager=True)  # noqa: FBT003
        else:
            code, alone_ = self._places(figure.per)
            placed = own.with_columns(code)
            if figure.how == "rank":
                made = _rank(figure, placed)
            else:
                sums = code.to_frame().join(_sums(placed), on="code", how="left", maintain_order="left")
                made = _closed(figure, _asked(figure, sums, placed), none, scale)
        return self._alone(figure, none, made, alone_)

    def _on_grid(self, figure: e.Across, none: Val | None) -> tuple[int, pl.DataFrame]:
        """The grid the values of a slot lie on, and for every unit `low`, `high`, `absent` and whether it surely does not apply (`gone`);
        all null where it has decided nothing."""
        found = self.values.get(figure.slot, _NOTHING)
        if (found.filter(pl.col("low").is_not_null())["truth"] != (figure.how in _COUNTS)).any():
            raise Refused("a figure of something else than it counts")
        edges = [none.low.denominator, none.high.denominator] if isinstance(none, Num) else []
        scale = on_grid(found, *edges, sums=figure.how != "rank")
        grid = pl.lit(1 if figure.how in _COUNTS else scale, dtype=pl.Int64)  # what is counted is not measured
        own = found.select(
            UNIT, *((pl.col(name) * (grid // pl.col(f"{name}_d"))).alias(name) for name in ("low", "high")), "absent",
            gone=pl.col("low").is_null() & pl.col("absent"),
        )  # fmt: skip
        every = pl.select(pl.int_range(self.units.height, dtype=pl.UInt32).alias(UNIT))
        return scale, every.join(own, on=UNIT, how="left", maintain_order="left").drop(UNIT)

    def _places(self, kind: str) -> tuple[pl.Series, pl.Series]:
        """The number of the place each unit lies in, of a kind (one for all where none is asked for); and which lie in none."""
        height = self.units.height
        if not kind:
            one = pl.repeat(0, height, dtype=pl.UInt32, eager=True)
            return one.alias("code"), one != 0
        place = self._at(kind)
        return place.rank("dense").cast(pl.UInt32).alias("code"), place.is_null()

    def _at(self, kind: str) -> pl.Series:
        """The place of a kind each unit lies in."""
        there = AT + kind in self.units.columns
        return self.units[AT + kind] if there else pl.repeat(None, self.units.height, dtype=pl.String, eager=True)

    def _of_members(self, figure: e.Across, own: pl.DataFrame) -> pl.DataFrame:
        """For every unit the sums over those it holds, by the kind of place it is."""
        ids, found = self.units.select("id", "kind"), list[pl.DataFrame]()
        within = self.units["kind"] == figure.kind if figure.kind else pl.repeat(True, self.units.height, eager=True)  # noqa: FBT003
        for kind in ids["kind"].unique(maintain_order=True).to_list():
            if AT + kind in self.units.columns:
                sums = _sums(own.with_columns(self.units[AT + kind].alias("code")).filter(within))
                found.append(sums.select(pl.col("code").alias("id"), pl.lit(kind).alias("kind"), pl.exclude("code")))
        empty = _sums(own.clear().with_columns(pl.lit("").alias("code"))).rename({"code": "id"}).with_columns(kind=pl.lit("")).clear()
        return ids.join(pl.concat([empty, *found], how="diagonal"), on=["id", "kind"], how="left", maintain_order="left")

    def _of_holder(self, figure: e.Across, none: Val | None, scale: int, own: pl.DataFrame) -> tuple[Figure, pl.Series]:
        """What the holder has, or what the rule says instead; and the units of whose holder nobody says anything."""
        numbers = self.units.select("id", pl.int_range(pl.len(), dtype=pl.UInt32).alias("holder"))
        at = self._at(figure.kind).alias("id").to_frame()
        holder = at.join(numbers, on="id", how="left", maintain_order="left")["holder"]
        there = own.select(pl.all().gather(holder))
        lost = holder.is_null() if none is not None else holder.is_null() & False
        instead = lost | there["gone"].fill_null(value=False) if none is not None else lost
        either = there["absent"].fill_null(value=False) & ~there["gone"].fill_null(value=False)
        found = _figure_of(there, scale)
        made = _joined(found, none, scale, instead=instead, either=either) if none is not None else found
        return made, there["gone"].is_null() & ~lost

    def _alone(self, figure: e.Across, none: Val | None, made: Figure, where: pl.Series) -> Figure:
        """The figure with what it may be where there is no such place."""
        rows = where.arg_true().to_list()
        if not rows:
            return made
        own: dict[int, dict[str, Val]] = {row: {} for row in rows}
        for row in self.values.get(figure.slot, _NOTHING).filter(pl.col(UNIT).is_in(rows)).iter_rows(named=True):
            own[row[UNIT]][figure.slot] = read(row)
        found = _figure([alone(figure, own[row], none) for row in rows])
        return Figure(*(old.clone().scatter(rows, new) for old, new in zip(made, found, strict=True)))


_COUNTS = ("share", "count")
_NOTHING = pl.DataFrame(schema={UNIT: pl.UInt32, **VALUES})


def _sums(own: pl.DataFrame) -> pl.DataFrame:
    """What all figures are worked out from, by place (`code`): of what surely or possibly applies."""
    low, high, sure = pl.col("low"), pl.col("high"), ~pl.col("absent")
    zero = pl.lit(0, dtype=pl.Int64)
    numbers = own.filter(pl.col("low").is_not_null() & pl.col("code").is_not_null())
    return numbers.group_by("code", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("count"), sure.sum().cast(pl.Int64).alias("sure"),
        low.sum().alias("low_sum"), high.sum().alias("high_sum"),
        pl.when(sure).then(low).otherwise(pl.min_horizontal(low, zero)).sum().alias("least"),
        pl.when(sure).then(high).otherwise(pl.max_horizontal(high, zero)).sum().alias("most"),
        *_two("min_low", low), *_two("max_high", high, descending=True),
        *_two("sure_low", low.filter(sure), descending=True), *_two("sure_high", high.filter(sure)),
    )  # fmt: skip


def _two(name: str, values: pl.Expr, *, descending: bool = False) -> list[pl.Expr]:
    """The outermost value and the one next to it."""
    ordered = values.sort(descending=descending)
    return [ordered.first().alias(name), ordered.slice(1, 1).first().alias(f"{name}2")]


def _asked(figure: e.Across, sums: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """For every unit what a figure asks of its group, without the unit itself where the rule says so."""
    names = ("low", "high", "absent")
    own = own.select(names) if own.height else pl.DataFrame({name: pl.repeat(None, sums.height, dtype=own[name].dtype, eager=True)
                                                            for name in names})  # fmt: skip
    out = pl.col("low").is_not_null() & (not figure.with_self)
    sure = out & ~pl.col("absent")
    low, high = pl.col("low"), pl.col("high")
    zero = pl.lit(0, dtype=pl.Int64)
    less = {
        "count": pl.lit(1, dtype=pl.Int64), "sure": (~pl.col("absent")).cast(pl.Int64), "low_sum": low, "high_sum": high,
        "least": pl.when(pl.col("absent")).then(pl.min_horizontal(low, zero)).otherwise(low),
        "most": pl.when(pl.col("absent")).then(pl.max_horizontal(high, zero)).otherwise(high),
    }  # fmt: skip
    next_ = {"min_low": (low, out), "max_high": (high, out), "sure_low": (low, sure), "sure_high": (high, sure)}
    return sums.with_columns(own.get_columns()).select(
        *(pl.col(name).fill_null(0) - pl.when(out).then(part).otherwise(0) for name, part in less.items()),
        *(pl.when(where & (end == pl.col(name))).then(pl.col(f"{name}2")).otherwise(pl.col(name)).alias(name)
          for name, (end, where) in next_.items()),
    )  # fmt: skip


def _closed(figure: e.Across, asked: pl.DataFrame, none: Val | None, scale: int) -> Figure:
    """The figure from what is asked, and what the rule says of no units."""
    how = figure.how
    low, high, below = _ends(how, scale)
    count, sure = pl.col("count"), pl.col("sure")
    made = asked.select(low=low, high=high, below=below, absent=pl.lit(value=False), gone=pl.lit(value=False), empty=count == 0,
                        unsure=(count > 0) & (sure == 0))  # fmt: skip
    found = _figure_of(made, None)
    if how == "count":
        return found
    without: Val = none if none is not None else Num(Fraction(0), Fraction(0)) if how == "total" else NA
    return _joined(found, without, scale, instead=made["empty"], either=made["unsure"])


def _ends(how: e.AcrossHow, scale: int) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """The least and the most of a figure, over a divisor: of the numbers that are counted."""
    col, grid, one = pl.col, pl.lit(scale, dtype=pl.Int64), pl.lit(1, dtype=pl.Int64)
    match how:
        case "count":
            return col("low_sum"), col("high_sum"), one
        case "share":
            return col("low_sum"), col("high_sum"), col("count")
        case "total":
            return col("least"), col("most"), grid
        case "most":
            return col("sure_low").fill_null(col("min_low")), col("max_high"), grid
        case "least":
            return col("min_low"), col("sure_high").fill_null(col("max_high")), grid
        case _:
            all_sure = col("sure") == col("count")
            low = pl.when(all_sure).then(col("low_sum")).otherwise(col("min_low"))
            high = pl.when(all_sure).then(col("high_sum")).otherwise(col("max_high"))
            return low, high, pl.when(all_sure).then(col("count") * grid).otherwise(grid)


def _figure_of(found: pl.DataFrame, scale: int | None) -> Figure:
    below = found["below"] if scale is None else pl.repeat(scale, found.height, dtype=pl.Int64, eager=True)
    return Figure(found["low"], found["high"], below, found["absent"].fill_null(value=False) & ~found["gone"].fill_null(value=False),
                  found["gone"].fill_null(value=False))  # fmt: skip


def _joined(found: Figure, other: Val, scale: int, *, instead: pl.Series, either: pl.Series) -> Figure:
    """A figure with another value in its place, or as possible as it; where either may be, it lies on the grid."""
    low, high, below, absent, gone = found
    if isinstance(other, Num) and max(-other.low, other.high) * scale > WIDEST:  # what no column holds has no ends
        lost = instead | either
        return Figure(low.set(lost, None), high.set(lost, None), below, absent & ~lost, gone & ~lost)
    if isinstance(other, Num):
        least, most = int(other.low * scale), int(other.high * scale)
        low = low.set((either & (low > least)).fill_null(value=False) | instead, least)
        high = high.set((either & (high < most)).fill_null(value=False) | instead, most)
        below = below.set(instead, scale)
        return Figure(low, high, below, absent & ~instead & ~either, gone & ~instead)
    return Figure(low, high, below, (absent | either) & ~instead, gone | instead)


def _rank(figure: e.Across, own: pl.DataFrame) -> Figure:
    """The place of each unit in the order of its group: how many surely stand before it, and how many possibly do.

    A value's place in the order of all values, behind the number of the group, is one number to sort by.
    """
    ends = pl.concat([own["low"], own["high"]]).rank("dense").cast(pl.UInt64)
    low, high = (own["code"].cast(pl.UInt64) * _SHIFT + ends.slice(start, own.height) for start in (0, own.height))
    sure = (~own["absent"]).fill_null(value=False)
    first = own["code"].cast(pl.UInt64) * _SHIFT
    if figure.ascending:
        ordered, others = high.filter(sure & high.is_not_null()).sort(), low.drop_nulls().sort()
        surely = _below(ordered, low, first, "left")
        possibly = _below(others, high, first, "right" if figure.ties_open else "left")
    else:
        ordered, others = low.filter(sure & low.is_not_null()).sort(), high.drop_nulls().sort()
        surely = _above(ordered, high, first, "right")
        possibly = _above(others, low, first, "left" if figure.ties_open else "right")
    itself = pl.repeat(1, own.height, dtype=pl.Int64, eager=True) if figure.ties_open else (own["low"] < own["high"]).cast(pl.Int64)
    here = own["low"].is_not_null()
    return Figure(
        (surely + 1).set(~here, None), (possibly - itself + 1).set(~here, None), pl.repeat(1, own.height, dtype=pl.Int64, eager=True),
        (own["absent"] & here).fill_null(value=False), ~here,
    )  # fmt: skip


def _below(ordered: pl.Series, edge: pl.Series, first: pl.Series, side: Literal["left", "right"]) -> pl.Series:
    """How many of its group lie below an edge: all that do, without those of the groups before."""
    return _at(ordered, edge, side) - _at(ordered, first, "left")


def _above(ordered: pl.Series, edge: pl.Series, first: pl.Series, side: Literal["left", "right"]) -> pl.Series:
    return _at(ordered, first + _SHIFT, "left") - _at(ordered, edge, side)


def _at(ordered: pl.Series, edge: pl.Series, side: Literal["left", "right"]) -> pl.Series:
    return ordered.search_sorted(edge.fill_null(0), side).cast(pl.Int64)


def _figure(values: Sequence[Val]) -> Figure:
    """Figures that were looked up unit by unit."""
    rows = [_row(value) for value in values]
    kinds = (pl.Int64, pl.Int64, pl.Int64, pl.Boolean, pl.Boolean)
    return Figure(*(pl.Series([row[at] for row in rows], dtype=kind) for at, kind in enumerate(kinds)))


def _row(value: Val) -> tuple[int | None, int | None, int | None, bool, bool]:
    if isinstance(value, NotApplicable):
        return None, None, None, False, True
    if isinstance(value, Num):
        below = lcm(value.low.denominator, value.high.denominator)
        low, high = int(value.low * below), int(value.high * below)
        if max(abs(low), abs(high), below) < WIDEST:
            return low, high, below, value.absent, False
    return None, None, None, False, False


def _instead(figure: e.Across, plan: Plan) -> Val | None:
    """What a rule says of no units; where it looks at the unit itself to say so, something no column holds."""
    if figure.if_none is None:
        return None
    try:
        found = Run(plan).value(figure.if_none, World(plan, lambda _name, _back: None))
    except KeyError:  # a decision of the unit
        return _BEYOND
    return found if found.exact else _BEYOND


_BEYOND = Num(Fraction(-(2**100)), Fraction(2**100))


# ── passes ──
def looked_at(plans: Mapping[str, Plan]) -> list[list[str]]:
    """The slots figures look at, by the pass over all units that decides them."""
    slots = dict.fromkeys(figure.slot for plan in plans.values() for one in expressions(plan.decisions) for figure in e.across_read(one))
    found: list[list[str]] = [[] for _ in range(max((plan.last_stage for plan in plans.values()), default=0))]
    for slot in slots:
        found[max(plan.stages.get(slot, 0) for plan in plans.values())].append(slot)
    return found


def only(plan: Plan, slots: Sequence[str]) -> Plan:
    """A plan with nothing but some decisions and those they rest on."""
    return replace(plan, decisions=plan.leading_to(slots))


__all__ = ["AT", "Population", "looked_at", "only"]
