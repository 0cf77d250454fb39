"""Figures over other units, worked by hand: ranks, means, extremes, shares, counts, totals and holders, with unknown facts too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from flagrules.engine.values import NA as ABSENT
from flagrules.engine.values import NotApplicable, Num, Val, number
from flagrules.facts.table import Unit
from flagrules.model.kinds import LARGE
from tests.crowdkit import TOWNS, Crowd, Units, figure
from tests.rulekit import NA, UNKNOWN, Plain

VILLAGES: Units = {**TOWNS, "V1": "村 T1", "V2": "村 T1", "V3": "村 T2", "V4": "村 T2"}
HIGH, LOW = "从高到低", "从低到高"


def incomes(*values: Plain) -> Crowd:
    return {f"V{index}": {"收入": value} for index, value in enumerate(values, start=1)}


def shown(value: Val) -> str:
    """`3`, `2..3`, `n/a`, and `?` after what may not apply."""
    if isinstance(value, NotApplicable):
        return "n/a"
    assert isinstance(value, Num)
    return str(replace(value, absent=False)) + ("?" if value.absent else "")


def row(written: str, facts: Crowd, units: Units = VILLAGES) -> str:
    return " ".join(shown(value) for value in figure(written, units, facts).values())


@pytest.mark.parametrize(
    ("order", "ties", "places"),
    [
        (HIGH, "并列同名次", "1 2 2 4"),  # 10, 8, 8, 3: after two second places comes the fourth
        (LOW, "并列同名次", "4 2 2 1"),
        (HIGH, "并列未定", "1 2..3 2..3 4"),  # nobody says who of the two is second: never file order
        (LOW, "并列未定", "4 2..3 2..3 1"),
        (f"{HIGH}，每个 乡镇", "并列未定", "1 2 1 2"),  # 10 > 8; 8 > 3
        (f"{LOW}，每个 乡镇", "并列同名次", "2 1 2 1"),
        (f"{HIGH}，每个 县", "并列同名次", "1 2 2 4"),
    ],
)
def test_a_rank_in_both_directions_with_both_readings_of_a_tie(order: str, ties: str, places: str) -> None:
    assert row(f"名次（收入，{order}，{ties}）", incomes(10, 8, 8, 3)) == places


@pytest.mark.parametrize(
    ("values", "order", "places"),
    [
        ((10, UNKNOWN, 8, 3), HIGH, "1..2 1..4 2..3 3..4"),  # 0 to 100: from above 10 to below 3
        ((10, UNKNOWN, 8, 3), LOW, "3..4 1..4 2..3 1..2"),
        ((100, UNKNOWN, 0, 0), HIGH, "1 1..2 2..3 2..3"),  # 100 ties at most, and a tie is no place lost; 0 likewise
        ((10, NA, 8, 3), HIGH, "1 n/a 2 3"),  # who has no income has no place and takes none
        ((UNKNOWN, UNKNOWN, 8, 3), HIGH, "1..4 1..4 1..3 2..4"),
        ((NA, NA, NA, NA), HIGH, "n/a n/a n/a n/a"),
    ],
)
def test_the_best_and_the_worst_place_while_facts_are_unknown(values: tuple[Plain, ...], order: str, places: str) -> None:
    found = row(f"名次（收入，{order}，并列同名次）", incomes(*values))
    assert found.replace("?", "") == places  # an unknown income may also turn out not to apply
    assert found.count("?") == values.count(UNKNOWN)


def test_an_open_tie_costs_no_place_to_those_who_do_not_tie() -> None:
    assert row(f"名次（收入，{HIGH}，并列未定）", incomes(5, 5, 5, 9)) == "2..4 2..4 2..4 1"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("同类平均（收入，含本单元，没有则 0次）", "29/4 29/4 29/4 29/4"),  # 29 ÷ 4
        ("同类平均（收入，不含本单元，没有则 0次）", "19/3 7 7 26/3"),  # (8+8+3)/3, (10+8+3)/3, the same, (10+8+8)/3
        ("同类平均（收入，含本单元，每个 乡镇，没有则 0次）", "9 9 11/2 11/2"),
        ("同类平均（收入，不含本单元，每个 乡镇，没有则 0次）", "8 10 3 8"),
        ("同类最高（收入，含本单元，没有则 0次）", "10 10 10 10"),
        ("同类最高（收入，不含本单元，没有则 0次）", "8 10 10 10"),
        ("同类最低（收入，含本单元，没有则 0次）", "3 3 3 3"),
        ("同类最低（收入，不含本单元，没有则 0次）", "3 3 3 8"),
        ("同类占比（收入 8次以上，含本单元）", "3/4 3/4 3/4 3/4"),
        ("同类占比（收入 8次以上，不含本单元，没有则 0%）", "2/3 2/3 2/3 1"),
        ("收入 ÷ 较大值（同类最高（收入，含本单元，没有则 0次），1次）", "1 4/5 4/5 3/10"),
    ],
)
def test_what_the_peers_come_to(written: str, found: str) -> None:
    assert row(written, incomes(10, 8, 8, 3)) == found


@pytest.mark.parametrize(
    ("written", "values", "found"),
    [
        # one of four unknown: 0 to 100; an unknown that may not apply may also be left out
        ("同类平均（收入，含本单元，没有则 0次）", (10, 20, 30, UNKNOWN), "0..100 0..100 0..100 0..100"),
        ("同类平均（收入，不含本单元，没有则 0次）", (10, 20, 30, UNKNOWN), "0..100 0..100 0..100 20"),
        ("同类平均（收入，含本单元，没有则 0次）", (10, 20, NA, NA), "15 15 15 15"),  # the mean of those who have it
        ("同类平均（收入，含本单元，没有则 7次）", (NA, NA, NA, NA), "7 7 7 7"),
        ("同类最高（收入，不含本单元，没有则 7次）", (10, NA, NA, NA), "7 10 10 10"),
        ("同类最高（收入，含本单元，没有则 7次）", (10, UNKNOWN, 8, 3), "10..100 10..100 10..100 10..100"),
        ("同类最低（收入，含本单元，没有则 7次）", (10, UNKNOWN, 8, 3), "0..3 0..3 0..3 0..3"),
        ("同类最低（收入，不含本单元，没有则 200次）", (10, UNKNOWN, NA, NA), "0..200 10 0..10 0..10"),
        ("同类占比（收入 8次以上，含本单元）", (10, UNKNOWN, 8, NA), "1/2..3/4 1/2..3/4 1/2..3/4 1/2..3/4"),
    ],
)
def test_what_the_peers_may_come_to(written: str, values: tuple[Plain, ...], found: str) -> None:
    assert row(written, incomes(*values)) == found


HOUSES: Units = {**VILLAGES, "H1": "户 V1", "H2": "户 V1", "H3": "户 V1", "H4": "户 V2", "H5": "户 V2"}
HOUSE_FACTS: Crowd = {
    "H1": {"文明": True, "积分": 9},
    "H2": {"文明": False, "积分": 4},
    "H3": {"文明": True, "积分": 2},
    "H4": {"文明": UNKNOWN, "积分": UNKNOWN},
    "H5": {"文明": True, "积分": 6},
}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("下级个数（户）", "3 2 0 0"),
        ("下级个数（户，其中 文明）", "2 1..2 0 0"),
        ("下级个数（户，其中 文明 且 积分 5分以上）", "1 1..2 0 0"),
        ("下级合计（户，积分）", "15 6..16 0 0"),
        ("下级合计（户，积分，没有则 1分）", "15 6..16 1 1"),
        ("下级平均（户，积分，没有则 3分）", "5 3..8 3 3"),
        ("下级占比（户，文明，没有则 0%）", "2/3 1/2..1 0 0"),
        ("下级占比（户，非 文明，没有则 100%）", "1/3 0..1/2 1 1"),
        ("上级（乡镇，力量）", "12 12 0..50 0..50"),
        ("上级（乡镇，力量，没有则 0人） + 1人", "13 13 1..51 1..51"),  # unknown is not 没有
        ("上级（乡镇，下级合计（村，收入，没有则 0次））", "18 18 11 11"),  # 10 + 8, 8 + 3
        ("同类平均（下级合计（户，积分），不含本单元，每个 乡镇，没有则 0分）", "6..16 15 0 0"),
    ],
)
def test_members_and_holders(written: str, found: str) -> None:
    facts: Crowd = {**incomes(10, 8, 8, 3), **HOUSE_FACTS, "T1": {"力量": 12}}
    assert row(written, facts, HOUSES) == found


def test_a_unit_that_lies_in_no_such_place_is_compared_with_nobody() -> None:
    units: Units = {**TOWNS, "V1": "村 T1", "V2": "村 T1", "V3": "村 C", "V4": "村 C"}
    facts: Crowd = {**incomes(10, 8, 8, 3), "T1": {"力量": 12}}
    rank = figure(f"名次（收入，{HIGH}，每个 乡镇，并列同名次）", units, facts)
    assert [rank["V1"], rank["V2"]] == [number(1), number(2)]
    assert rank["V3"] == Num(Fraction(1), Fraction(10**6))  # open, and not first among those without a town
    assert figure("同类最高（收入，含本单元，每个 乡镇，没有则 0次）", units, facts)["V4"] == Num(Fraction(0), Fraction(3))
    assert figure("上级（乡镇，力量）", units, facts)["V3"] == Num(-LARGE, LARGE)
    assert figure("上级（乡镇，力量，没有则 5人）", units, facts)["V3"] == number(5)


def test_units_that_are_not_there_on_the_day_are_looked_at_by_nobody() -> None:
    gone = Unit("V1", "V1", "村", "T1", valid_to=date(2021, 6, 30))
    later = Unit("V2", "V2", "村", "T1", valid_from=date(2021, 12, 2))
    today = Unit("V3", "V3", "村", "T2", valid_from=date(2021, 12, 1), valid_to=date(2021, 12, 1))
    units: Units = {**VILLAGES, "V1": gone, "V2": later, "V3": today}
    assert row(f"名次（收入，{HIGH}，并列同名次）", incomes(10, 9, 8, 3), units) == "1 2"
    assert row("上级（乡镇，下级个数（村））", incomes(10, 9, 8, 3), units) == "2 2"


def test_a_figure_over_nobody_at_all() -> None:
    alone: Units = {**TOWNS, "V1": "村 T1"}
    assert row(f"名次（收入，{HIGH}，并列未定）", incomes(0), alone) == "1"
    assert row("同类平均（收入，不含本单元，没有则 4次）", incomes(9), alone) == "4"
    assert row("同类占比（收入 1次以上，不含本单元，没有则 100%）", incomes(9), alone) == "1"
    assert figure("名次（收入，从高到低，并列未定）", {**TOWNS}, {}) == {}
    assert figure("名次（收入，从高到低，并列未定）", alone, incomes(NA)) == {"V1": ABSENT}


def test_the_order_of_the_register_moves_no_figure() -> None:
    turned = dict(reversed(list(VILLAGES.items())))
    for written in (f"名次（收入，{HIGH}，并列未定）", "同类平均（收入，不含本单元，没有则 0次）"):
        assert figure(written, VILLAGES, incomes(8, 8, 8, 3)) == figure(written, turned, incomes(8, 8, 8, 3))


@pytest.mark.parametrize(("order", "own", "other"), [(HIGH, (0, 0), (9, UNKNOWN)), (LOW, (9, 100), (0, UNKNOWN))])
def test_a_better_unit_that_may_not_count_takes_no_place_for_certain(
    order: str, own: tuple[Plain, Plain], other: tuple[Plain, Plain]
) -> None:
    units: Units = {**TOWNS, "V1": "村 T1", "V2": "村 T1"}
    facts: Crowd = {unit: {"底": base, "收入": value} for unit, (base, value) in {"V1": own, "V2": other}.items()}
    found = figure(f"名次（收入 + 底，{order}，并列同名次）", units, facts, "事实 底：次数 0次~9次 适用 村\n")
    assert (shown(found["V1"]), shown(found["V2"])) == ("1..2", "1?")
