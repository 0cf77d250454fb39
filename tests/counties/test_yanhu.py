"""Yanhu: a county of rules only, whose sample communities stand exactly at their target."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from flagrules.award.assess import UnitResult
from flagrules.engine.values import Num
from flagrules.facts.table import Cell, FactTable, Judgement, State
from flagrules.text.findings import Severity
from tests.counties.conftest import COUNTIES, County, Missing, county

LAST = "样例社区008"  # the last with three flags; its third is 社会治理
OPEN = "样例社区009"  # two flags and a third not yet decided


def changed(county: County, name: str, fact: str, points: int) -> FactTable:
    """The sample with one judged value changed."""
    register, table, _ = county.read
    key = next(unit.id for unit in register.units.values() if unit.name == name)
    entries = {**table.entries[key, "2021"], fact: Judgement(Cell(State.KNOWN, Fraction(points)))}
    return replace(table, entries={**table.entries, (key, "2021"): entries})


def test_it_is_rules_and_a_sample_without_code() -> None:
    package = COUNTIES / "yanhu" / "flagrules_county_yanhu"
    assert [path.name for path in package.rglob("*.py")] == ["__init__.py"]


def test_the_rules_are_clean(yanhu: County) -> None:
    assert yanhu.findings.errors == ()
    assert [f for f in yanhu.findings if f.severity is Severity.WARNING and "yanhu" in str(f.place)] == []


def test_every_line_says_it_is_a_sample(yanhu: County) -> None:
    lines = [line for line in yanhu.compiled.rules.lines.values() if line.authority == "140802"]
    assert len(lines) == 7
    plain = [line.text for line in lines if not any("样例" in reason for reason in line.assumptions)]
    assert plain == ["县 盐湖区 140802 落实 运城五面红旗 版本 “2021”"]


@pytest.mark.parametrize("missing", range(6))
def test_each_missing_service_costs_4_of_20(yanhu: County, missing: int) -> None:
    points = Fraction(20 - 4 * missing)
    assert yanhu.points("31", {"社区服务圈": Missing(missing)}) == Num(points, points)


@pytest.mark.parametrize(
    ("name", "value"), [("三面红旗县级补贴", 30_000), ("五面红旗县级补贴", 80_000), ("五面红旗社区占比", Fraction(1, 10))]
)
def test_parameters(yanhu: County, name: str, value: Fraction | int) -> None:
    assert yanhu.compiled.plan.parameters[name].value == value


def test_without_sample_settings_nothing_is_set() -> None:
    bare = county("yanhu")
    unset = [name for name, rule in bare.compiled.plan.parameters.items() if rule.value is None]
    assert unset == ["三面红旗县级补贴", "五面红旗县级补贴", "五面红旗社区占比"]
    assert bare.quota("社区", "五面红旗").status == "undetermined"


def test_the_sample_is_read_without_a_fault(yanhu: County) -> None:
    _, table, findings = yanhu.read
    assert [finding.code for finding in findings] == []
    assert len(table.entries) == 40 + 232


def communities(yanhu: County) -> list[UnitResult]:
    """The communities, whose sample was worked out by hand; the villages' is seeded."""
    return [item for item in yanhu.assessed.units if item.unit.kind == "社区"]


def test_flags_are_as_the_readme_says(yanhu: County) -> None:
    held = Counter(sum(title.outcome == "granted" for title in item.titles) for item in communities(yanhu))
    assert held == {5: 4, 4: 1, 3: 3, 2: 12, 1: 14, 0: 6}


def test_8_of_40_is_exactly_20_percent(yanhu: County) -> None:
    found = yanhu.quota("社区", "三面以上")
    assert found.share == Num(Fraction(1, 5), Fraction(9, 40))
    assert (found.status, found.needed, found.bounds) == ("met", 8, ((">=", Num(Fraction(1, 5), Fraction(1, 5))),))


@pytest.mark.parametrize(("points", "reached"), [(5, 8), (6, 9), (7, 9)])
def test_the_open_judgement_decides_the_ninth(yanhu: County, points: int, reached: int) -> None:
    # 20 + 18 + 18 + 18 = 74: 6 more make 80
    found = yanhu.quota("社区", "三面以上", yanhu.assess(changed(yanhu, OPEN, "志愿互助服务优质", points)))
    assert (found.reached, found.status) == (Num(Fraction(reached), Fraction(reached)), "met")


def test_with_one_fewer_the_target_hangs_on_the_open_one(yanhu: County) -> None:
    # 社会治理 of 008: 22 + 22 + 22 + 13 = 79
    found = yanhu.quota("社区", "三面以上", yanhu.assess(changed(yanhu, LAST, "社区人民调解体系健全", 13)))
    assert (found.reached, found.status) == (Num(Fraction(7), Fraction(8)), "undetermined")


def test_7_of_40_misses_it(yanhu: County) -> None:
    table = changed(yanhu, LAST, "社区人民调解体系健全", 13)
    key = next(unit.id for unit in yanhu.read[0].units.values() if unit.name == OPEN)
    entries = {**table.entries[key, "2021"], "志愿互助服务优质": Judgement(Cell(State.KNOWN, Fraction(5)))}
    found = yanhu.quota("社区", "三面以上", yanhu.assess(replace(table, entries={**table.entries, (key, "2021"): entries})))
    assert (found.share, found.status) == (Num(Fraction(7, 40), Fraction(7, 40)), "missed")


def test_five_flag_communities_and_money(yanhu: County) -> None:
    found = yanhu.quota("社区", "五面红旗")
    assert (found.reached, found.status) == (Num(Fraction(4), Fraction(4)), "met")
    paid = [item.money("县级") for item in communities(yanhu)]
    assert sum(amount.low for amount in paid) == 440_000
    assert sum(amount.high for amount in paid) == 470_000
