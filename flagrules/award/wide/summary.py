"""What very many units come to: titles, how many are held, quotas and money by place, counted in columns and told in the same tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import polars as pl

from flagrules.award.assess import Assessment
from flagrules.award.quotas import QuotaResult, is_concerned, judge
from flagrules.award.results.cells import plans_in_order
from flagrules.award.results.places import basis_table, money_table, quotas_table
from flagrules.award.results.regions import NOWHERE, flags_table, held_table
from flagrules.award.results.run_record import RunRecord
from flagrules.award.results.shape import Cell, Results, Table, Word
from flagrules.award.results.steps import procedure_table
from flagrules.award.results.units import left_out_table, payers_of
from flagrules.award.results.words import Lang
from flagrules.award.wide.counted import CENTS
from flagrules.award.wide.inputs import WideInputs
from flagrules.award.wide.parts import Group, Scored
from flagrules.engine.values import Num
from flagrules.facts.table import FactTable, InputFile, Register
from flagrules.model.kinds import LARGE
from flagrules.plan.nodes import OUTCOMES, Plan

_ALL: tuple[Cell, Cell] = (None, Word("all_units"))
Region = tuple[tuple[Cell, Cell], str | None]


def assessment_of(plans: Mapping[str, Plan], inputs: WideInputs, on: date, period: str, previous: str) -> Assessment:
    """The assessment without its units: what tables about rules and places need."""
    files = tuple(InputFile(source.label, source.digest) for source in inputs.sources)
    left = tuple((unit, "merged" if unit.merged_into else "not_in_force") for unit in inputs.register.left_out)
    register = Register({**inputs.register.holders.units, **{unit.id: unit for unit in inputs.register.left_out}})
    return Assessment(plans, on, register, FactTable(period, previous, {}, files), (), left)


def summary(assessment: Assessment, inputs: WideInputs, scored: Scored, record: RunRecord, lang: Lang) -> Results:
    """All tables of a run of very many units; those with a row a unit are the parts of the trace."""
    counts = Counts(assessment, inputs, scored)
    judged = tuple(counts.quotas())
    tables = (
        _with(flags_table(assessment), counts.flags()),
        _with(held_table(assessment), counts.held()),
        quotas_table(assessment, judged),
        _with(money_table(assessment), counts.money()),
        procedure_table(assessment),
        left_out_table(assessment),
        basis_table(assessment, {group.authority for group in scored.groups}),
    )
    return Results(record, tables, lang)


def _with(table: Table, rows: Iterator[tuple[Cell, ...]]) -> Table:
    return replace(table, rows=tuple(rows))


class Counts:
    """Counts over the small columns of a run."""

    def __init__(self, assessment: Assessment, inputs: WideInputs, scored: Scored) -> None:
        self.assessment = assessment
        self.rules = assessment.base.rules
        self.groups = [(group, self._placed(inputs, scored.columns(group))) for group in scored.groups]
        first = next(iter(self.rules.places), "")
        units = assessment.register.units.values()
        own: list[Region] = [((unit.id, unit.name), unit.id) for unit in units if unit.kind == first and self._any(first, unit.id)]
        nowhere: list[Region] = [(NOWHERE, None)] if own and self._any(first, None) else []
        self.first, self.regions = first, [*own, *nowhere]

    def _placed(self, inputs: WideInputs, columns: pl.DataFrame) -> pl.DataFrame:
        """The small columns with the place of each kind a unit lies in."""
        return columns.with_columns(inputs.register.nearest(kind, columns["parent"]).alias(f"place:{kind}") for kind in self.rules.places)

    def _any(self, kind: str, place: str | None) -> bool:
        return any(_at(frame, kind, place).height for _, frame in self.groups)

    def _everywhere(self) -> Iterator[tuple[tuple[Cell, Cell], list[tuple[Group, pl.DataFrame]]]]:
        """All units, then those of each region."""
        yield _ALL, self.groups
        for names, place in self.regions:
            yield names, [(group, _at(frame, self.first, place)) for group, frame in self.groups]

    def flags(self) -> Iterator[tuple[Cell, ...]]:
        """The rows of the table of titles by place."""
        for place, groups in self._everywhere():
            for subject in self.rules.subjects:
                own = [(group, frame) for group, frame in groups if group.kind == subject]
                units = sum(frame.height for _, frame in own)
                for name in self._titles(subject) if units else ():
                    found = [_count(group, frame, name) for group, frame in own]
                    yield *place, subject, name, Fraction(units), *(Fraction(sum(each)) for each in zip(*found, strict=True))

    def _titles(self, subject: str) -> tuple[str, ...]:
        titles = [title for _, plan in plans_in_order(self.assessment) for title in plan.titles]
        return tuple(dict.fromkeys(title.name for title in titles if subject in title.subjects))

    def held(self) -> Iterator[tuple[Cell, ...]]:
        """The rows of the table of how many titles are held."""
        for place, groups in self._everywhere():
            for subject in self.rules.subjects:
                own = [frame for group, frame in groups if group.kind == subject and frame.height]
                if not own:
                    continue
                held = pl.concat([frame.select(surely=_sum(frame, ":surely"), maybe=_sum(frame, ":maybe")) for frame in own])
                sure = held.filter(pl.col("surely") == pl.col("maybe")).group_by("surely").len().sort("surely")
                yield from ((*place, subject, Fraction(number), Fraction(units)) for number, units in sure.iter_rows())
                if unsure := held.height - int(sure["len"].sum()):
                    yield *place, subject, None, Fraction(unsure)

    def money(self) -> Iterator[tuple[Cell, ...]]:
        """The rows of the table of money."""
        names = tuple(dict.fromkeys(tier.name for _, plan in plans_in_order(self.assessment) for tier in plan.tiers))
        for place, groups in self._everywhere():
            frames = [frame for _, frame in groups if frame.height]
            for payer in payers_of(self.assessment) if frames else ():
                for name in names:
                    if paid := _paid(frames, f"money:{payer}:{name}"):
                        yield *place, payer, name, *paid
                total = _paid(frames, f"money:{payer}:")
                yield *place, payer, Word("total"), *(total or (Fraction(0),) * 4)

    def quotas(self) -> Iterator[QuotaResult]:
        """Every quota in every place it speaks of."""
        for rule in self.rules.quotas:
            own = [frame for group, frame in self.groups if group.kind == rule.subject]
            if not rule.per:
                yield judge(self.assessment, rule, None, *_reached(own, rule.tier))
                continue
            placed = _by_place(own, rule.per, rule.tier)
            for place in self.assessment.register.units.values():
                if place.kind == rule.per and is_concerned(place, rule):
                    total, reached = placed.get(place.id, (0, Num(Fraction(0), Fraction(0))))
                    if total or self.assessment.register.in_force(place, self.assessment.on):
                        yield judge(self.assessment, rule, place, total, reached)


def _at(frame: pl.DataFrame, kind: str, place: str | None) -> pl.DataFrame:
    column = pl.col(f"place:{kind}")
    return frame.filter(column.is_null() if place is None else column == place) if f"place:{kind}" in frame.columns else frame.clear()


def _count(group: Group, frame: pl.DataFrame, name: str) -> tuple[int, ...]:
    """Of a title: surely and possibly granted, refused, not entered, undetermined."""
    paths = [title.path for title in group.compiled.plan.titles if title.name == name and group.kind in title.subjects]
    found = [0] * 5
    for path in paths:
        surely = {option: int(frame[f"{option}:{path}:surely"].sum()) for option in OUTCOMES}
        maybe = int(frame[f"granted:{path}:maybe"].sum())
        counts = (surely["granted"], maybe, surely["refused"], surely["not_entered"], frame.height - sum(surely.values()))
        found = [a + b for a, b in zip(found, counts, strict=True)]
    return tuple(found)


def _sum(frame: pl.DataFrame, ending: str) -> pl.Expr:
    names = [name for name in frame.columns if name.startswith("granted:") and name.endswith(ending)]
    return pl.sum_horizontal(pl.repeat(0, pl.len(), dtype=pl.UInt32), *(pl.col(name).cast(pl.UInt32) for name in names))


def _paid(frames: Sequence[pl.DataFrame], name: str) -> tuple[Cell, ...]:
    own = [frame for frame in frames if f"{name}:low" in frame.columns]
    if not own:
        return ()
    low, high = (pl.concat([frame[f"{name}:{end}"] for frame in own]) for end in ("low", "high"))
    paid = Fraction(int((low > 0).sum())), Fraction(int((high > 0).sum()))
    most: Cell = Word("no_ceiling") if bool((high >= int(LARGE) * CENTS).any()) else Fraction(int(high.sum()), CENTS)
    return *paid, Fraction(int(low.sum()), CENTS), most


def _by_place(frames: Sequence[pl.DataFrame], kind: str, tier: str) -> dict[str, tuple[int, Num]]:
    """What `_reached` says, by the place of a kind units lie in."""
    column, found = f"place:{kind}", dict[str, tuple[int, Num]]()
    for frame in (frame for frame in frames if column in frame.columns):
        names = {end: f"tier:{tier}:{end}" for end in ("surely", "maybe")}
        ends = ((pl.col(name) if name in frame.columns else pl.lit(0)).sum().alias(end) for end, name in names.items())
        counts = frame.group_by(column).agg(pl.len().alias("units"), *ends)
        for place, total, surely, maybe in counts.drop_nulls(column).iter_rows():
            before, old = found.get(place, (0, Num(Fraction(0), Fraction(0))))
            found[place] = before + total, Num(old.low + surely, old.high + maybe)
    return found


def _reached(frames: Sequence[pl.DataFrame], tier: str) -> tuple[int, Num]:
    surely = sum(int(frame[f"tier:{tier}:surely"].sum()) for frame in frames if f"tier:{tier}:surely" in frame.columns)
    maybe = sum(int(frame[f"tier:{tier}:maybe"].sum()) for frame in frames if f"tier:{tier}:maybe" in frame.columns)
    return sum(frame.height for frame in frames), Num(Fraction(surely), Fraction(maybe))
