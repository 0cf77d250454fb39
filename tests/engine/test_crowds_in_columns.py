"""Figures over units, worked out in columns for all units at once, are those the interpreter looks up unit by unit."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from fractions import Fraction
from random import Random

import polars as pl
import pytest

from flagrules.engine.columnar.crowds import AT, Population, _figure
from flagrules.engine.columnar.decided import UNIT, VALUES, read, tally_of, written
from flagrules.engine.columnar.layout import Layout
from flagrules.engine.tally import Tally
from flagrules.engine.values import FALSE, MAYBE, NA, TRUE, Num, Val, number
from flagrules.model import kinds as k
from flagrules.semantics import expr as e
from tests.properties.random_plans import SPECS, base

WIDEST, FAR = 2**62, 10**12
HOWS = ("rank", "mean", "most", "least", "share", "count", "total", "value")


def numbers(source: Random) -> Val:
    """Ties, intervals that touch, what may not apply, what does not, halves and thirds."""
    low = Fraction(source.randint(-3, 6), source.choice((1, 1, 2, 3)))
    match source.randint(0, 9):
        case 0:
            return NA
        case 1:
            return Num(low, low, absent=True)
        case 2 | 3:
            return Num(low, low + source.randint(0, 3), absent=source.random() < 0.3)
        case 4:
            return number(e.FAR) if source.random() < 0.3 else number(low)  # not among these
        case _:
            return number(low)


def truths(source: Random) -> Val:
    return source.choice((TRUE, TRUE, FALSE, MAYBE, NA))


def population(source: Random, slot: str, *, truth: bool) -> Population:
    """Villages in towns in counties, some in none, some that have decided nothing; towns decide too."""
    units = pl.DataFrame({
        "id": [f"T{n}" for n in range(3)] + [f"V{n}" for n in range(9)], "kind": ["乡"] * 3 + ["村"] * 9,
        AT + "县": [source.choice(("东", "西", None)) for _ in range(12)],
        AT + "乡": [None] * 3 + [source.choice(("T0", "T1", "T2", "T9", None)) for _ in range(9)],
    }, schema={"id": pl.String, "kind": pl.String, AT + "县": pl.String, AT + "乡": pl.String})  # fmt: skip
    who = [row for row in range(12) if source.random() < 0.9]
    rows = [written(truths(source) if truth else numbers(source)) for _ in who]
    values = pl.DataFrame(rows, schema=dict(VALUES), orient="row").insert_column(0, pl.Series(UNIT, who, dtype=pl.UInt32))
    return Population(units, {slot: values})


def figure(source: Random, how: str) -> e.Across:
    over = "holder" if how == "value" else "peers" if how == "rank" else source.choice(("peers", "members"))
    none = source.choice((None, e.Const(Fraction(source.randint(0, 3), source.choice((1, 7)))))) if how != "rank" else None
    return e.Across(how, over, "项", None, "写的", kind={"holder": "乡", "members": source.choice(("村", ""))}.get(over, ""),  # type: ignore[arg-type]
                    per=source.choice(("", "县", "乡")) if over == "peers" else "", with_self=source.random() < 0.5,
                    ascending=source.random() < 0.5, ties_open=source.random() < 0.5, if_none=none)  # fmt: skip


def told(known: Population, asked: e.Across) -> list[Val | None]:
    """The figure of each unit as its columns have it; None where they say that they do not."""
    one = Layout(base()).of(asked)
    columns = {series.name: series.to_list() for series in known._columns(one, base(), pl.Series(range(12), dtype=pl.UInt32))}
    found: list[Val | None] = []
    for row in range(12):
        low, high, absent = (columns[name][row] for name in one.ends)
        below = columns[one.bottom][row] if one.bottom else 1
        value = NA if columns[one.absent][row] else None if low is None else Num(Fraction(low, below), Fraction(high, below), absent)
        assert columns["odd"][row] == (value is None)
        exact = isinstance(value, Num) and value.exact
        assert (columns[one.name][row] is not None) == exact  # what is open has no number
        assert not exact or columns[one.name][row] == low
        found.append(value)
    return found


@pytest.mark.parametrize("how", HOWS)
def test_a_figure_is_the_interpreter_s(how: str) -> None:
    open_ = exact = 0
    for seed in range(150):
        source = Random(f"{how}/{seed}")
        known, asked = population(source, "项", truth=how in ("share", "count")), figure(source, how)
        none = asked.if_none.value if isinstance(asked.if_none, e.Const) else None
        without = number(none) if isinstance(none, Fraction) else None
        for (name, member), value in zip(known.crowd.members.items(), told(known, asked), strict=True):
            theirs = known.crowd.figure(name, asked, member.slots, without)
            if value is None:  # no column is as wide
                assert isinstance(theirs, Num)
                assert max(-theirs.low, theirs.high) > FAR
                continue
            assert value == theirs, (seed, name, asked)
            open_ += not value.exact
            exact += value.exact
    assert open_ > 50
    assert exact > 50


FOUR = pl.DataFrame({"id": list("abcd"), "kind": ["村"] * 4})


def of_four(values: list[Val]) -> Population:
    rows = pl.DataFrame([written(value) for value in values], schema=dict(VALUES), orient="row")
    return Population(FOUR, {"项": rows.insert_column(0, pl.Series(UNIT, range(4), dtype=pl.UInt32))})


@pytest.mark.parametrize(
    ("how", "limits", "odd"),
    [
        ("rank", {"high": 2}, [True, True, False, False]),  # 4th, 3rd, 2nd, 1st
        ("rank", {"low": 2}, [False, False, False, True]),
        ("mean", {"most_below": 2}, [True] * 4),  # over three others
        ("mean", {"most_below": 3}, [False] * 4),
    ],
)
def test_what_lies_past_the_column_is_looked_up_elsewhere(how: str, limits: dict[str, int], odd: list[bool]) -> None:
    asked = e.Across(how, "peers", "项", None, "写的", with_self=False, ties_open=False)  # type: ignore[arg-type]
    one = Layout(base()).of(asked)
    low, high, below = (limits.get(name, getattr(one, name)) for name in ("low", "high", "most_below"))
    one = replace(one, low=low, high=high, most_below=below)
    known = of_four([number(Fraction(n)) for n in range(4)])
    *columns, told = known._columns(one, base(), pl.Series(range(4), dtype=pl.UInt32))
    assert told.to_list() == odd
    least = next(column for column in columns if column.name == one.ends[0])
    assert [value is None for value in least.to_list()] == odd


@pytest.mark.parametrize("how", ["mean", "total", "most", "least"])
def test_a_stand_in_that_looks_at_the_unit_is_looked_up_elsewhere(how: str) -> None:
    """Whose fact it is no column says; where there are units to look at it does not matter."""
    fact = next(spec for spec in SPECS.values() if isinstance(spec.kind, k.Quantity))
    asked = e.Across(how, "peers", "项", None, "写的", with_self=False, if_none=e.FactRef(fact.name, fact.kind))  # type: ignore[arg-type]
    one: list[Val] = [number(Fraction(1)), NA, NA, NA]
    every: list[Val] = [number(Fraction(1))] * 4
    for values, odd in ((one, [True, False, False, False]), (every, [False] * 4)):
        *_, told = of_four(values)._columns(Layout(base()).of(asked), base(), pl.Series(range(4), dtype=pl.UInt32))
        assert told.to_list() == odd


def test_a_figure_too_wide_for_a_column_has_no_ends() -> None:
    found = _figure([number(Fraction(WIDEST)), number(Fraction(1, WIDEST)), number(Fraction(WIDEST - 1)), NA])
    assert [end is None for end in found.low.to_list()] == [True, True, False, True]
    assert found.gone.to_list() == [False, False, False, True]


def test_the_tally_of_many_is_the_tally_of_each() -> None:
    for seed in range(100):
        source = Random(seed)
        values = [truths(source) if seed % 3 == 0 else numbers(source) for _ in range(source.randint(0, 9))]
        values += [number(WIDEST + 5)] if seed % 10 == 1 else []  # no column holds it
        rows = pl.DataFrame([written(value) for value in values], schema=dict(VALUES), orient="row")
        made, each = tally_of(rows), Tally.of(values)
        assert (made.truths, made.sums) == (each.truths, each.sums)
        for name in ("lows", "highs", "sure_lows", "sure_highs"):
            ours, theirs = getattr(made, name), getattr(each, name)
            assert (list(ours), list(ours[:2]), list(ours[-2:])) == (list(theirs), list(theirs[:2]), list(theirs[-2:])), seed
            assert bisect_left(ours, Fraction(1, 2)) == bisect_left(theirs, Fraction(1, 2))


@pytest.mark.parametrize("value", [NA, TRUE, FALSE, MAYBE, number(Fraction(1, 3)), Num(Fraction(-1), Fraction(2, 7), absent=True),
                                   number(WIDEST), number(WIDEST + 1), Num(Fraction(0), Fraction(1, WIDEST + 1), absent=True)])  # fmt: skip
def test_what_was_decided_is_read_as_it_was_written(value: Val) -> None:
    assert read(dict(zip(VALUES, written(value), strict=True))) == value
