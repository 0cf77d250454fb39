"""What the programme makes of units and counties: the line of 80 points, the list, tiers, money, quotas. Worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from flagrules.award.quotas import QuotaResult, quotas
from flagrules.engine.values import Num
from tests.yuncheng.conftest import WANRONG, YANHU, City


def exactly(value: int) -> Num:
    return Num(Fraction(value), Fraction(value))


def quota(city: City, subject: str, tier: str, place: str) -> list[QuotaResult]:
    return [
        item
        for item in quotas(city.assess())
        if (item.rule.subject, item.rule.tier) == (subject, tier) and item.place is not None and item.place.id == place
    ]


@pytest.mark.parametrize(
    ("last", "outcome"), [(Fraction(-1, 100), "refused"), (Fraction(0), "granted"), (Fraction(1, 100), "granted")]
)
def test_80_points_earn_a_flag(city: City, last: Fraction, outcome: str) -> None:
    # 20 + 20 + 20 + 10 + 10 = 80, less or more a hundredth
    key = city.add("村", WANRONG, 1, 基础保障好=Fraction(10), 群众反响好=10 + last)
    unit = city.assess().unit(key)
    assert unit is not None
    assert unit.titles[0].score == Num(80 + last, 80 + last)
    assert [title.outcome for title in unit.titles] == [outcome, "refused", "refused", "refused", "refused"]


def test_a_unit_off_the_list_is_assessed_and_not_entered(city: City) -> None:
    key = city.add("社区", WANRONG, 5, listed=False)
    unit = city.assess().unit(key)
    assert unit is not None
    assert {title.outcome for title in unit.titles} == {"not_entered"}
    assert {title.score for title in unit.titles} == {exactly(100)}
    assert unit.money("市级") == exactly(0)


def test_a_unit_of_which_the_list_is_unknown_is_undetermined(city: City) -> None:
    key = city.add("村", WANRONG, 5)
    del city.facts[key, "2021"]["列入创建名单"]
    unit = city.assess().unit(key)
    assert unit is not None
    assert {title.outcome for title in unit.titles} == {"undetermined"}
    money = unit.money("市级")
    assert money.low == 0
    assert money.high >= 50_000


@pytest.mark.parametrize("kind", ["村", "社区"])
@pytest.mark.parametrize(("flags", "money"), [(0, 0), (2, 0), (3, 10_000), (4, 10_000), (5, 50_000)])
def test_the_city_pays_for_three_flags_or_for_five_and_never_both(city: City, kind: str, flags: int, money: int) -> None:
    key = city.add(kind, WANRONG, flags)
    unit = city.assess().unit(key)
    assert unit is not None
    assert unit.granted == exactly(flags)
    assert unit.money("市级") == exactly(money)
    assert [tier.reached for tier in unit.tiers] == ["reached" if flags >= least else "not_reached" for least in (1, 3, 5)]


def test_the_county_pays_nothing_known_until_it_sets_its_subsidy(city: City) -> None:
    city.add("村", WANRONG, 3)
    [unit] = city.assess().units
    assert not unit.money("县级").exact


@pytest.mark.parametrize(("three", "status"), [(2, "missed"), (3, "met"), (4, "met")])
def test_15_percent_of_20_villages_are_3(city: City, three: int, status: str) -> None:
    for number in range(20):
        city.add("村", WANRONG, 3 if number < three else 1)
    [result] = quota(city, "村", "三面以上", WANRONG)
    assert (result.status, result.needed, result.total) == (status, 3, 20)
    [all_of_them] = quota(city, "村", "一面以上", WANRONG)
    assert all_of_them.status == "met"


def test_15_percent_of_19_villages_are_3_too(city: City) -> None:
    for number in range(19):
        city.add("村", WANRONG, 3 if number < 2 else 0)
    [result] = quota(city, "村", "三面以上", WANRONG)
    assert (result.status, result.needed) == ("missed", 3)  # 2.85
    [all_of_them] = quota(city, "村", "一面以上", WANRONG)
    assert (all_of_them.status, all_of_them.needed) == ("missed", 19)


@pytest.mark.parametrize(("five", "status"), [(2, "missed"), (3, "met"), (5, "met"), (6, "missed")])
def test_three_to_five_villages_of_five_flags(city: City, five: int, status: str) -> None:
    keys = [city.add("村", WANRONG, 5) for _ in range(five)]
    [result] = quota(city, "村", "五面红旗", WANRONG)
    assert result.status == status
    assessment = city.assess()
    units = [assessment.unit(key) for key in keys]
    assert all(unit is not None and unit.granted == exactly(5) for unit in units)  # a quota takes no flag away


@pytest.mark.parametrize(
    ("county", "three", "status"), [(YANHU, 1, "met"), (YANHU, 0, "missed"), (WANRONG, 2, "missed"), (WANRONG, 3, "met")]
)
def test_20_percent_of_communities_in_yanhu_and_50_elsewhere(city: City, county: str, three: int, status: str) -> None:
    for number in range(5):
        city.add("社区", county, 3 if number < three else 1)
    [result] = quota(city, "社区", "三面以上", county)  # one rule only concerns each county
    assert (result.status, result.needed) == (status, 1 if county == YANHU else 3)


def test_the_share_of_five_flag_communities_is_open_until_it_is_set(city: City) -> None:
    city.add("社区", WANRONG, 3)
    [result] = quota(city, "社区", "五面红旗", WANRONG)
    assert result.status == "undetermined"
