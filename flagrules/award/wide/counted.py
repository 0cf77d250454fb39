"""What is counted of scored units: titles, tiers and money, surely and possibly, as small columns."""

from __future__ import annotations

import polars as pl

from flagrules.engine.columnar.compile import VALUE
from flagrules.engine.columnar.numbers import first
from flagrules.engine.columnar.opened import HIGH, LOW, OPEN
from flagrules.engine.columnar.refused import Refused
from flagrules.engine.columnar.result import Result
from flagrules.engine.values import Num, Opts
from flagrules.plan.nodes import OUTCOMES, Plan

OUTCOME = "outcome:"
_WORDS = pl.Enum([*OUTCOMES, "undetermined"])
CENTS = 100


def counted_slots(plan: Plan) -> set[str]:
    """The decisions that are counted over all units: outcomes, tiers and money."""
    titles = {title.outcome for title in plan.titles}
    tiers = {slot for tier in plan.tiers for slot in (tier.slot, *(subsidy for _, subsidy in tier.subsidies))}
    return titles | tiers | {payment.slot for payment in plan.payments}


def may_be(result: Result, slot: str, option: bool | str) -> tuple[pl.Series, pl.Series]:  # noqa: FBT001  a value of the language
    """Whether a decision surely is an option, and whether it may be, unit by unit."""
    made = result.slots[slot]
    col, frame = made.col, result.frame
    if col is None or VALUE + slot not in frame.columns:
        surely = pl.repeat(False, frame.height, eager=True)  # noqa: FBT003
        maybe = surely
    else:
        wanted = option if isinstance(option, bool) else col.words.index(option) if option in col.words else None
        surely = (frame[VALUE + slot] == wanted).fill_null(value=False) if wanted is not None else frame[VALUE + slot].is_null() & False
        maybe = surely
    if OPEN + slot in frame.columns:
        entries = result.books[slot].entries
        may = pl.Series([isinstance(item.value, Opts) and option in item.value.options for item in entries], dtype=pl.Boolean)
        must = pl.Series([isinstance(item.value, Opts) and item.value.options == {option} for item in entries], dtype=pl.Boolean)
        surely = surely | must.gather(frame[OPEN + slot]).fill_null(value=False)
        maybe = surely | may.gather(frame[OPEN + slot]).fill_null(value=False)
    if result.whole:
        values = {row: steps[slot].value for row, steps in result.whole.items() if slot in steps}
        rows = list(values)
        options = [value.options if isinstance(value, Opts) else frozenset() for value in values.values()]
        surely = surely.clone().scatter(rows, [found == {option} for found in options])
        maybe = maybe.clone().scatter(rows, [option in found for found in options])
    return surely, maybe


def ends_of(result: Result, slot: str) -> tuple[pl.Series, pl.Series]:
    """The least and the most a number may be, in cents: money is counted in whole ones."""
    made = result.slots[slot]
    assert made.col is not None
    number = made.col.number
    assert number is not None
    if number.bottom is not None or CENTS % number.scale:
        raise Refused(f"{slot} is no whole number of cents")
    frame, worth = result.frame, CENTS // number.scale
    there = set(frame.columns)
    ends = [frame[mark + slot if mark + slot in there else VALUE + slot].cast(pl.Int64) * worth for mark in (LOW, HIGH)]
    if OPEN + slot in there:
        opened = [_gathered(result, slot, high=high) for high in (False, True)]
        ends = [end.zip_with(end.is_not_null(), other) for end, other in zip(ends, opened, strict=True)]
    if result.whole:
        ends = [_whole_ends(end, result, slot, high=high) for end, high in zip(ends, (False, True), strict=True)]
    return ends[0], ends[1]


def _gathered(result: Result, slot: str, *, high: bool) -> pl.Series:
    values = [_cents(item.value, high=high) for item in result.books[slot].entries]
    return pl.Series(values, dtype=pl.Int64).gather(result.frame[OPEN + slot])


def _whole_ends(end: pl.Series, result: Result, slot: str, *, high: bool) -> pl.Series:
    values = {row: _cents(steps[slot].value, high=high) for row, steps in result.whole.items() if slot in steps}
    return end.clone().scatter(list(values), pl.Series(list(values.values()), dtype=pl.Int64))


def _cents(value: object, *, high: bool) -> int | None:
    if not isinstance(value, Num):
        return None
    found = (value.high if high else value.low) * CENTS
    if found.denominator != 1:
        raise Refused("money that is no whole number of cents")
    return int(found)


def outcomes(plan: Plan, kind: str, counts: pl.DataFrame) -> list[pl.Series]:
    """The outcome of each title as a word, from what is `counted`; undetermined while several are possible."""
    found = []
    for title in plan.titles:
        if kind not in title.subjects:
            continue
        surely = [pl.col(f"{option}:{title.path}:surely") for option in OUTCOMES]
        word = first(surely, [pl.lit(option, dtype=_WORDS) for option in (*OUTCOMES, "undetermined")])
        found.append(counts.select(word.alias(f"{OUTCOME}{title.name}")).to_series())
    return found


def counted(plan: Plan, kind: str, result: Result, parents: pl.Series) -> pl.DataFrame:
    """What is counted over all units, beside the places they lie in: titles surely and possibly granted, tiers surely and possibly
    reached, money in cents."""
    made = [parents]
    for title in plan.titles:
        if kind in title.subjects:
            for option in OUTCOMES:
                made += _pair(result, title.outcome, option, f"{option}:{title.path}")
    for tier in plan.tiers:
        if kind in tier.subjects:
            made += _pair(result, tier.slot, True, f"tier:{tier.name}")  # noqa: FBT003  a value of the language
            for payer, slot in tier.subsidies:
                made += _money(result, slot, f"money:{payer}:{tier.name}")
    for payment in plan.payments:
        if payment.subject == kind:
            made += _money(result, payment.slot, f"money:{payment.payer}:")
    return pl.DataFrame(made)


def _pair(result: Result, slot: str, option: bool | str, name: str) -> list[pl.Series]:  # noqa: FBT001
    surely, maybe = may_be(result, slot, option)
    return [surely.alias(f"{name}:surely"), maybe.alias(f"{name}:maybe")]


def _money(result: Result, slot: str, name: str) -> list[pl.Series]:
    low, high = ends_of(result, slot)
    return [low.alias(f"{name}:low"), high.alias(f"{name}:high")]
