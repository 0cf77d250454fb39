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
        ("五星户数", 1251), ("四星户数", 8358), ("三星户数", 27642), ("已整修路面处数", 524), ("绿化面积", 23000),
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
        ("美丽乡村示范村", "是", 75), ("软弱涣散整顿", "不需整顿", 134), ("身边好人级别", "省级以上", 8),
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
    assert by_name["新兴社区"]["环保公益项目数"] == "2"
    assert {by_name[name]["先进党组织表彰"] for name in ("龙门村", "南桑峪村", "西硙村")} == {"市级"}
    assert [row["名称"] for row in rows if row["两委干部带班"] == "是" and row["建有矛调中心"] == "否"] == []


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
    assert Counter(period for _, period in table.entries) == {"2021": 143, "2020": 125}


def test_only_income_is_asked_of_the_year_before_and_some_villages_earned_less(hejin: County) -> None:
    _, table, _ = hejin.read
    before = {key: entries for (key, period), entries in table.entries.items() if period == "2020"}
    assert {name for entries in before.values() for name in entries} == {"集体经济收入"}
    change: Counter[str] = Counter()
    for key, entries in before.items():
        now, then = table.entry(key, "集体经济收入"), entries["集体经济收入"]
        assert isinstance(now, Cell)
        assert isinstance(then, Cell)
        if isinstance(now.value, Fraction) and isinstance(then.value, Fraction):
            change["more" if now.value > then.value else "as much" if now.value == then.value else "less"] += 1
    assert sum(change.values()) == 125 - 3
    assert min(change.values()) >= 3
    assert change["more"] > change["less"]


def test_some_facts_are_unknown_not_asked_and_not_applicable(hejin: County) -> None:
    register, table, _ = hejin.read
    states: Counter[State] = Counter()
    for item in register.units.values():
        for spec in hejin.compiled.schema.facts:
            cell = table.entry(item.id, spec.name)
            if item.kind in spec.subjects and isinstance(cell, Cell):
                states[cell.state] += 1
    assert states[State.UNKNOWN] == 5 * 3 + 2 * 2 + 3 + 2
    assert states[State.NOT_ASKED] == 3 * 2 + 1
    assert states[State.NOT_APPLICABLE] == 4 * 4 + 2 * 3


def test_every_fact_is_answered_by_most_places_of_its_kind(hejin: County) -> None:
    register, table, _ = hejin.read
    known: Counter[tuple[str, str]] = Counter()
    for item in register.units.values():
        for spec in hejin.compiled.schema.facts:
            entry = table.entry(item.id, spec.name)
            told = entry.state in (State.KNOWN, State.NOT_APPLICABLE) if isinstance(entry, Cell) else entry is not None
            known[item.kind, spec.name] += item.kind in spec.subjects and told
    asked = [(kind, spec.name) for spec in hejin.compiled.schema.facts for kind in spec.subjects]
    assert len(asked) > 110
    assert [pair for pair in asked if known[pair] < (125 if pair[0] == "村" else 18) - 5] == []


def test_ratios_are_written_with_their_sign(hejin: County, rows: list[dict[str, str]]) -> None:
    names = [spec.name for spec in hejin.compiled.schema.facts if isinstance(spec.kind, Ratio)]
    assert set(names) == {"环境满意度", "群众满意度", "主导产业占比", "农业废弃物利用率", "绿化覆盖率", "按时办结率"}
    assert {row[name][-1:] for row in rows for name in names} == {"%", "问", "用", ""}


# ── the results ──
@pytest.mark.parametrize("name", ["龙门村", "南桑峪村", "伯王村", "新兴社区"])
def test_the_four_five_flag_points_hold_five(hejin: County, name: str) -> None:
    assert flags(unit(hejin, name)) == 5


def test_how_many_flags_villages_and_communities_hold(hejin: County) -> None:
    held = {kind: Counter(flags(item) for item in hejin.assessed.units if item.unit.kind == kind) for kind in ("村", "社区")}
    assert held["村"] == {0: 12, 1: 34, 2: 41, 3: 26, 4: 8, 5: 4}
    assert held["社区"] == {0: 2, 1: 2, 2: 3, 3: 8, 4: 2, 5: 1}


def test_outcomes_of_every_kind_occur(hejin: County) -> None:
    outcomes = Counter(title.outcome for item in hejin.assessed.units for title in item.titles)
    assert outcomes["not_entered"] == 3 * 5
    assert outcomes["undetermined"] == 17
    assert outcomes["granted"] + outcomes["refused"] == 143 * 5 - 15 - 17


def test_some_stand_within_half_a_point_of_the_line_on_either_side(hejin: County) -> None:
    near = Counter(
        title.outcome
        for item in hejin.assessed.units
        for title in item.titles
        if title.score.exact and abs(title.score.low - 80) <= Fraction(1, 2)
    )
    assert near == {"granted": 3, "refused": 5}


def test_every_flag_has_places_well_above_and_well_below_the_line(hejin: County) -> None:
    marks: dict[str, list[Fraction]] = {}
    for item in hejin.assessed.units:
        for title in item.titles:
            marks.setdefault(title.path, []).append(Fraction(title.score.low))
    assert len(marks) == 10
    assert [path for path, found in marks.items() if max(found) < 90 or min(found) > 65] == []


@pytest.mark.parametrize(
    ("subject", "tier", "total", "low", "high", "status"),
    [
        ("村", "三面以上", 125, 38, 42, "met"),
        ("村", "五面红旗", 125, 4, 4, "met"),
        ("社区", "三面以上", 18, 11, 13, "met"),
        ("社区", "五面红旗", 18, 1, 1, "met"),
        ("村", "一面以上", 125, 113, 114, "missed"),
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
