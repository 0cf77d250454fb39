"""Hejin's sample: real names, the published sums, some gaps, the same bytes from the generator, and what comes of it."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from flagrules.award.assess import UnitResult
from flagrules.engine.values import Num
from flagrules.facts.table import Cell, State
from flagrules.model.kinds import Ratio
from tests.counties.conftest import COUNTIES, County

REAL = ("龙门村", "南桑峪村", "西硙村", "刘村", "伯王村", "北方平村", "南梁村", "新兴社区")
TOWNS = ("清涧街道", "下化乡", "小梁乡", "城区街道", "樊村镇", "僧楼镇")


@pytest.fixture(scope="session")
def rows(hejin: County) -> list[dict[str, str]]:
    with (hejin.sample / "facts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def register(hejin: County) -> list[dict[str, str]]:
    with (hejin.sample / "register.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unit(hejin: County, name: str) -> UnitResult:
    found = hejin.assessed.unit(name)
    assert found is not None
    return found


def exactly(value: int) -> Num:
    return Num(Fraction(value), Fraction(value))


def flags(item: UnitResult) -> int:
    return sum(title.outcome == "granted" for title in item.titles)


# ── the published figures ──
@pytest.mark.parametrize(
    ("column", "total"),
    [
        ("班子成员人数", 593), ("后备人才人数", 259), ("发展党员人数", 435), ("不宜延任主干人数", 32),
        ("五星户数", 1251), ("四星户数", 8358), ("三星户数", 27642),
    ],
)  # fmt: skip
def test_numbers_of_villages_and_communities_add_up(rows: list[dict[str, str]], column: str, total: int) -> None:
    assert sum(int(row[column] or "0") for row in rows) == total


def test_households_rated_add_up_to_37251(rows: list[dict[str, str]]) -> None:
    assert sum(int(row[f"{star}星户数"] or "0") for row in rows for star in "五四三") == 37251 == 1251 + 8358 + 27642


@pytest.mark.parametrize(
    ("column", "word", "total"),
    [
        ("建有矛调中心", "是", 139), ("党组织换届完成", "是", 143), ("星级文明户示范村", "是", 31), ("高标准示范村", "是", 31),
        ("美丽乡村示范村", "是", 75), ("软弱涣散整顿", "不需整顿", 134),
    ],
)  # fmt: skip
def test_places_that_have_something_add_up(rows: list[dict[str, str]], column: str, word: str, total: int) -> None:
    assert sum(row[column] == word for row in rows) == total


def test_satisfaction_is_90_percent_or_more(rows: list[dict[str, str]]) -> None:
    known = [Fraction(row["环境满意度"].rstrip("%")) for row in rows if row["环境满意度"].endswith("%")]
    assert len(known) == 141
    assert min(known) >= 90


def test_what_the_report_says_of_one_place(rows: list[dict[str, str]]) -> None:
    by_name = {row["名称"]: row for row in rows}
    assert by_name["北方平村"]["纠纷调成件数"] == "36"
    assert (by_name["龙门村"]["配备清运车辆"], by_name["龙门村"]["卫生管理制度健全"]) == ("是", "是")
    assert by_name["新兴社区"]["环境日活动次数"] == "52"


# ── the register ──
def test_125_villages_and_18_communities_in_9_townships(register: list[dict[str, str]]) -> None:
    living = [row for row in register if not row["止"]]
    assert Counter(row["类别"] for row in living) == {"县": 1, "乡镇": 9, "村": 125, "社区": 18}
    assert len({row["编号"] for row in register}) == len({row["名称"] for row in register}) == len(register)


def test_what_is_not_a_real_name_says_sample(register: list[dict[str, str]]) -> None:
    invented = {row["名称"] for row in register} - {"河津市", *REAL, *TOWNS}
    assert [name for name in invented if not name.startswith("样例")] == []
    assert len(invented) == len(register) - 1 - 8 - 6


@pytest.mark.parametrize(
    ("name", "town"),
    [
        ("龙门村", "清涧街道"), ("南桑峪村", "下化乡"), ("伯王村", "小梁乡"), ("新兴社区", "城区街道"), ("刘村", "小梁乡"),
        ("南梁村", "小梁乡"), ("北方平村", "僧楼镇"), ("西硙村", "样例乡镇1"),
    ],
)  # fmt: skip
def test_named_places_stand_where_the_report_says(register: list[dict[str, str]], name: str, town: str) -> None:
    by_id = {row["编号"]: row for row in register}
    place = next(row for row in register if row["名称"] == name)
    assert by_id[place["上级"]]["名称"] == town


def test_a_merged_village_is_kept_and_not_assessed(hejin: County, register: list[dict[str, str]]) -> None:
    gone = next(row for row in register if row["并入"])
    heir = next(row for row in register if row["编号"] == gone["并入"])
    assert (gone["止"], gone["上级"]) == ("2020-12-31", heir["上级"])
    assert [(item.name, why) for item, why in hejin.assessed.left_out] == [(gone["名称"], "merged")]


# ── the files ──
def test_the_generator_writes_the_committed_bytes() -> None:
    path = COUNTIES / "hejin" / "make_sample.py"
    spec = importlib.util.spec_from_file_location("hejin_make_sample", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclass looks itself up
    spec.loader.exec_module(module)
    folder = Path(module.FOLDER)
    made: dict[str, bytes] = module.sample_files()
    assert made == {name: (folder / name).read_bytes() for name in made}
    assert sorted(made) == sorted(path.name for path in folder.glob("*.csv"))
    assert made == module.sample_files()


def test_the_sample_is_read_without_a_fault(hejin: County) -> None:
    _, table, findings = hejin.read
    assert [finding.code for finding in findings] == []
    assert len(table.entries) == 143


def test_some_facts_are_unknown_not_asked_and_not_applicable(hejin: County) -> None:
    register, table, _ = hejin.read
    states: Counter[State] = Counter()
    for item in register.units.values():
        for spec in hejin.compiled.schema.facts:
            cell = table.entry(item.id, spec.name)
            if item.kind in spec.subjects and isinstance(cell, Cell):
                states[cell.state] += 1
    assert states[State.UNKNOWN] == 5 * 3 + 2
    assert states[State.NOT_ASKED] == 4
    assert states[State.NOT_APPLICABLE] == 12


def test_ratios_are_written_with_their_sign(hejin: County, rows: list[dict[str, str]]) -> None:
    names = [spec.name for spec in hejin.compiled.schema.facts if isinstance(spec.kind, Ratio)]
    assert names == ["环境满意度"]
    assert {row["环境满意度"][-1:] for row in rows} == {"%", "问"}


# ── the results ──
@pytest.mark.parametrize("name", ["龙门村", "南桑峪村", "伯王村", "新兴社区"])
def test_the_four_five_flag_points_hold_five(hejin: County, name: str) -> None:
    assert flags(unit(hejin, name)) == 5


def test_how_many_flags_villages_and_communities_hold(hejin: County) -> None:
    held = {kind: Counter(flags(item) for item in hejin.assessed.units if item.unit.kind == kind) for kind in ("村", "社区")}
    assert held["村"] == {0: 15, 1: 48, 2: 31, 3: 21, 4: 7, 5: 3}
    assert held["社区"] == {0: 2, 1: 2, 2: 5, 3: 5, 4: 3, 5: 1}


def test_outcomes_of_every_kind_occur(hejin: County) -> None:
    outcomes = Counter(title.outcome for item in hejin.assessed.units for title in item.titles)
    assert outcomes["not_entered"] == 3 * 5
    assert outcomes["undetermined"] == 14
    assert outcomes["granted"] + outcomes["refused"] == 143 * 5 - 15 - 14


def test_a_village_stands_exactly_on_the_line(hejin: County) -> None:
    at = [title for item in hejin.assessed.units for title in item.titles if title.score.exact and title.score.low == 80]
    assert len(at) == 3
    assert {title.outcome for title in at} == {"granted"}


@pytest.mark.parametrize(
    ("subject", "tier", "total", "low", "high", "status"),
    [
        ("村", "三面以上", 125, 31, 33, "met"),
        ("村", "五面红旗", 125, 3, 4, "met"),
        ("社区", "三面以上", 18, 9, 10, "met"),
        ("社区", "五面红旗", 18, 1, 1, "met"),
        ("村", "一面以上", 125, 110, 111, "missed"),
        ("社区", "一面以上", 18, 16, 17, "missed"),
    ],
)
def test_quotas(hejin: County, subject: str, tier: str, total: int, low: int, high: int, status: str) -> None:
    found = hejin.quota(subject, tier)
    assert found.place is not None
    assert found.place.name == "河津市"
    assert (found.total, found.status) == (total, status)
    assert found.reached == Num(Fraction(low), Fraction(high))


def test_five_flags_bring_the_larger_grant_only(hejin: County) -> None:
    best, fair = unit(hejin, "龙门村"), unit(hejin, "西硙村")
    assert best.money("市级") == exactly(50_000)
    assert best.money("县级") == exactly(60_000)
    assert flags(fair) == 3
    assert fair.money("市级") == exactly(10_000)
    assert fair.money("县级") == exactly(20_000)
