"""The whole city in one run: thirteen counties, their sample, what nobody set, quotas with their edges, and wrong input."""

from __future__ import annotations

import csv
import json
import runpy
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from flagrules.award.assess import Assessment, assess
from flagrules.award.quotas import quotas
from flagrules.cli.main import main
from flagrules.facts.read import read_facts
from flagrules.plugin.host import load_plugins
from flagrules.text.findings import Findings
from tests.counties.conftest import COUNTIES, county

CODES = {
    "140802": ("yanhu", "盐湖区"), "140821": ("linyi", "临猗县"), "140822": ("wanrong", "万荣县"), "140823": ("wenxi", "闻喜县"),
    "140824": ("jishan", "稷山县"), "140825": ("xinjiang", "新绛县"), "140826": ("jiangxian", "绛县"), "140827": ("yuanqu", "垣曲县"),
    "140828": ("xiaxian", "夏县"), "140829": ("pinglu", "平陆县"), "140830": ("ruicheng", "芮城县"), "140881": ("yongji", "永济市"),
    "140882": ("hejin", "河津市"),
}  # fmt: skip
SILENT = {code: names for code, names in CODES.items() if names[0] != "hejin"}
RUN = ["run", "yuncheng", "--county", "all", "--sample", "--on", "2021-12-01"]
Row = Mapping[str, str]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def sample(folder: str) -> Path:
    return COUNTIES / folder / f"flagrules_county_{folder}" / "sample"


def registered(folder: str) -> list[dict[str, str]]:
    return [row for path in sorted(sample(folder).glob("*register.csv")) for row in rows(path)]


# ── the plugins and their sample ──
def test_thirteen_counties_under_their_codes() -> None:
    packs = [pack for pack in load_plugins(Findings(), python_allowed=False).refinements if pack.programme == "yuncheng"]
    assert {pack.code: (pack.id, pack.name) for pack in packs} == CODES


def test_the_sample_has_2172_villages_and_201_communities() -> None:
    units = [row for folder, _ in CODES.values() for row in registered(folder) if row["类别"] in ("村", "社区") and not row.get("止")]
    assert Counter(row["类别"] for row in units) == {"村": 2172, "社区": 201}
    assert len({row["编号"] for row in units}) == 2373


@pytest.mark.parametrize("code", CODES)
def test_every_id_has_12_digits_and_begins_with_the_county(code: str) -> None:
    ids = [row["编号"] for row in registered(CODES[code][0]) if row["类别"] != "县"]
    assert [unit for unit in ids if not (len(unit) == 12 and unit.isdecimal() and unit.startswith(code))] == []


def test_hejin_keeps_its_143() -> None:
    kinds = Counter(row["类别"] for row in registered("hejin") if not row["止"])
    assert (kinds["村"], kinds["社区"]) == (125, 18)


def test_the_script_makes_the_sample_again_byte_for_byte() -> None:
    made = runpy.run_path(str(COUNTIES / "make_yuncheng_sample.py"))["made"]()
    assert len(made) == 11 * 3 + 2
    assert [path.name for path, text in made.items() if path.read_bytes() != text.encode()] == []


@pytest.mark.parametrize("code", SILENT)
def test_what_nobody_published_is_unset_until_the_sample_settings_are_switched_on(code: str) -> None:
    bare, switched = (county(SILENT[code][0], settings=settings) for settings in (False, True))
    asked = ("三面红旗县级补贴", "五面红旗县级补贴", "五面红旗社区占比")
    assert [bare.compiled.plan.parameters[name].value for name in asked] == [None] * 3
    assert None not in [switched.compiled.plan.parameters[name].value for name in asked]
    assert switched.findings.errors == ()
    set_by = [line for line in switched.compiled.rules.lines.values() if line.id.startswith(f"{SILENT[code][0]}/sample/")]
    assert len(set_by) == 3
    assert [line.text for line in set_by if not any("样例" in reason for reason in line.assumptions)] == []


# ── one run ──
@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the whole city, nothing switched on."""
    out = tmp_path_factory.mktemp("city") / "out"
    assert main([*RUN, "--units", "1", "--out", str(out), "--format", "csv"]) == 0
    return out


def test_a_second_run_is_the_same_whatever_the_order_of_counties(city: Path, tmp_path: Path) -> None:
    named = [word for code in reversed(CODES) for word in ("--county", code)]
    again = ["run", "yuncheng", *named, "--sample", "--on", "2021-12-01", "--out", str(tmp_path / "b"), "--format", "csv"]
    assert main(again) == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()} == {p.name: p.read_bytes() for p in city.iterdir()}


def test_every_quota_in_every_county_it_concerns(city: Path) -> None:
    found = rows(city / "quotas.csv")
    assert Counter((row["类别"], row["等次"]) for row in found) == {
        ("村", "一面以上"): 13, ("村", "三面以上"): 13, ("村", "五面红旗"): 13,
        ("社区", "一面以上"): 13, ("社区", "三面以上"): 13, ("社区", "五面红旗"): 13,
    }  # fmt: skip


def quota(city: Path, place: str, subject: str, tier: str) -> Row:
    (found,) = [row for row in rows(city / "quotas.csv") if (row["地方"], row["类别"], row["等次"]) == (place, subject, tier)]
    return found


@pytest.mark.parametrize(
    ("place", "subject", "asked", "total", "edge", "needed", "status"),
    [
        ("绛县", "村", "≥ 15%", "120", "18", "18", "达标"),  # 18 of 120 is 15% exactly
        ("垣曲县", "村", "≥ 15%", "148", "22.2", "23", "未达标"),  # 20
        ("平陆县", "村", "≥ 15%", "166", "24.9", "25", "未达标"),  # 24: one too few
        ("盐湖区", "社区", "≥ 20%", "40", "8", "8", "达标"),
        ("垣曲县", "社区", "≥ 50%", "13", "6.5", "7", "达标"),  # 7 of 13
        ("稷山县", "社区", "≥ 50%", "12", "6", "6", "达标"),  # 6 of 12 is 50% exactly
        ("新绛县", "社区", "≥ 50%", "12", "6", "6", "未达标"),  # 5 of 12
    ],
)
def test_shares_and_their_rounding(
    city: Path, place: str, subject: str, asked: str, total: str, edge: str, needed: str, status: str
) -> None:
    row = quota(city, place, subject, "三面以上")
    assert [row[key] for key in ("要求", "单元数", "按占比算", "至少需要", "结论")] == [asked, total, edge, needed, status]


@pytest.mark.parametrize(
    ("place", "low", "high", "status"), [("垣曲县", "2", "2", "未达标"), ("万荣县", "5", "5", "达标"), ("闻喜县", "5", "6", "未定")]
)
def test_three_to_five_villages_with_five_flags(city: Path, place: str, low: str, high: str, status: str) -> None:
    row = quota(city, place, "村", "五面红旗")
    assert [row[key] for key in ("达到（最少）", "达到（最多）", "要求", "结论")] == [low, high, "≥ 3，≤ 5", status]


def test_what_rests_on_an_unset_share_or_amount_is_undetermined(city: Path) -> None:
    shares = {row["地方"]: row["结论"] for row in rows(city / "quotas.csv") if (row["类别"], row["等次"]) == ("社区", "五面红旗")}
    assert {place for place, status in shares.items() if status == "未定"} == {name for _, name in SILENT.values()}
    money = {(row["地方"], row["出资方"], row["等次"]): row["金额（元，最高）"] for row in rows(city / "money.csv")}
    assert {place for (place, payer, tier), most in money.items() if most == "没有上限" and (payer, tier) == ("县级", "五面红旗")} == {
        "全部单元", *(name for _, name in SILENT.values()),
    }  # fmt: skip
    unset = [(row["规定者"], row["名目"]) for row in rows(city / "basis.csv") if row["性质"] == "参数未设定"]
    asked = ("三面红旗县级补贴", "五面红旗县级补贴", "五面红旗社区占比")
    assert sorted(unset) == sorted((code, name) for code in SILENT for name in asked)


def test_counties_add_up_to_the_city(city: Path) -> None:
    for table, keys, column in (
        ("flags", ("类别", "红旗"), "授予（最少）"),
        ("flags", ("类别", "红旗"), "单元数"),
        ("money", ("出资方", "等次"), "金额（元，最低）"),
        ("held", ("类别", "红旗数"), "单元数"),
    ):
        parts: Counter[tuple[str, ...]] = Counter()
        whole: Counter[tuple[str, ...]] = Counter()
        for row in rows(city / f"{table}.csv"):
            (whole if row["地方"] == "全部单元" else parts)[tuple(row[key] for key in keys)] += int(row[column])
        assert +parts == +whole, table


def test_flags_are_those_a_hand_would_count(city: Path) -> None:
    """From the sample itself: a listed village with every mark given and 80 or more in a flag's criteria has the flag."""
    flags = {  # the criteria of each village flag, in the order of the columns (2.1 to 2.5)
        "党建示范": 5, "产业兴旺": 6, "生态宜居": 4, "乡风文明": 5, "社会治理": 4,
    }  # fmt: skip
    path = sample("linyi") / "villages.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        head, *found = list(csv.reader(stream))
    marks = [index for index, name in enumerate(head) if name.endswith("/得分")]
    counted = Counter[str]()
    for row in found:
        left = [row[index] for index in marks]
        for flag, criteria in flags.items():
            mine, left = left[:criteria], left[criteria:]
            counted[flag] += row[3] == "是" and sum(int(mark or 0) for mark in mine) >= 80
    told = {row["红旗"]: int(row["授予（最少）"]) for row in rows(city / "flags.csv") if (row["地方"], row["类别"]) == ("临猗县", "村")}
    assert told == counted


def test_the_procedure_on_the_day(city: Path) -> None:
    states = {row["步骤"]: row["状态"] for row in rows(city / "procedure.csv")}
    assert [states[step] for step in ("1", "2", "3", "4.1", "4.5")] == ["已过期限"] * 3 + ["没有写期限"] * 2


def test_sample_settings_are_in_the_record_and_decide_what_was_open(city: Path, tmp_path: Path) -> None:
    assert json.loads((city / "run.json").read_text("utf-8"))["record"]["sample_settings"] == []
    words = ["run", "yuncheng", "--county", "140826", "--sample", "--sample-settings", "--on", "2021-12-01", "--units", "1"]
    assert main([*words, "--out", str(tmp_path / "out"), "--format", "csv"]) == 0
    record = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["record"]
    assert [file["label"] for file in record["sample_settings"]] == ["jiangxian/sample/settings.rules"]
    # one of ten communities has five flags: 10%, which is what the setting asks; 3 villages and 1 community, 5 万 each
    assert quota(tmp_path / "out", "绛县", "社区", "五面红旗")["结论"] == "达标"
    (row,) = [
        row for row in rows(tmp_path / "out" / "money.csv")
        if (row["地方"], row["出资方"], row["等次"]) == ("绛县", "县级", "五面红旗")
    ]  # fmt: skip
    assert (row["金额（元，最低）"], row["金额（元，最高）"]) == ("200000", "200000")


# ── wrong input ──
JIANGXIAN = "编号,名称,类别,上级\n140826,绛县,县,\n140826901000,甲镇,乡镇,140826\n"


def test_a_unit_in_two_counties_registers_is_refused_with_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "登记.csv"
    path.write_text(f"{JIANGXIAN}140821901001,样例村001,村,140826901000\n", "utf-8")
    words = ["run", "yuncheng", "--county", "140821", "--sample", "--facts", str(path), "--on", "2021-12-01"]
    assert main(words) == 2
    told = capsys.readouterr().err
    assert "FR533" in told
    assert "linyi/sample/register.csv" in told
    assert "登记.csv" in told


def test_a_unit_whose_code_is_not_its_countys_is_told_and_counts_where_it_is_registered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "登记.csv"
    path.write_text(f"{JIANGXIAN}140827901001,甲村,村,140826901000\n", "utf-8")
    words = ["run", "yuncheng", "--county", "140826", "--facts", str(path), "--on", "2021-12-01", "--out", str(tmp_path / "out")]
    assert main([*words, "--format", "csv"]) == 0
    assert "FR534" in capsys.readouterr().err
    assert quota(tmp_path / "out", "绛县", "村", "三面以上")["单元数"] == "1"


@pytest.mark.parametrize(
    ("programme", "heading", "code"),
    [("yunchen", "运城五面红旗", "FR644"), ("yuncheng", "运城六面红旗", "FR403"), ("yuncheng", "运城五面红旗", "")],
)
def test_a_county_of_another_programme(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], programme: str, heading: str, code: str
) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.rules").write_text(f"县 新县 140899 落实 {heading} 版本 “2021”\n", "utf-8")
    toml = {"id": "new", "code": "140899", "name": "新县", "programme": programme, "version": "0.1.0"}
    (tmp_path / "county.toml").write_text("".join(f'{key} = "{value}"\n' for key, value in toml.items()) + "api = 1\n", "utf-8")
    done = main(["check", "yuncheng", "--county", "140899", "--plugins", str(tmp_path)])
    captured = capsys.readouterr()
    told = captured.out + captured.err
    assert (done == 0) == (not code)
    assert code in told


VILLAGES = 20


def merged(tmp_path: Path, last: str, on: date, year: str = "2021") -> tuple[Assessment, Findings]:
    """A county of 20 villages, all alike, of which the first became part of the second after its last day."""
    linyi = county("linyi")
    towns = ["编号,名称,类别,上级,起,止,并入", "140821,临猗县,县,,,,", "140821901000,甲镇,乡镇,140821,,,"]
    ends = {1: f"{last},140821901002"}
    units = [f"140821901{n:03d},村{n:03d},村,140821901000,,{ends.get(n, ',')}" for n in range(1, VILLAGES + 1)]
    head, first, *_ = (sample("linyi") / "villages.csv").read_text("utf-8").splitlines()
    rest = first.split(",")[3:]
    told = [",".join([f"140821901{n:03d}", f"村{n:03d}", year, *rest]) for n in range(1, VILLAGES + 1)]
    (tmp_path / "登记.csv").write_text("\n".join([*towns, *units]) + "\n", "utf-8")
    (tmp_path / "事实.csv").write_text("\n".join([head, *told]) + "\n", "utf-8")
    paths = sorted(tmp_path.glob("*.csv"))
    register, table, findings = read_facts(paths, linyi.compiled.schema, year, str(int(year) - 1))
    return assess({"": linyi.base.plan, "140821": linyi.compiled.plan}, register, table, on), findings


def totals(assessment: Assessment) -> set[int]:
    return {item.total for item in quotas(assessment) if item.rule.subject == "村"}


@pytest.mark.parametrize(
    ("on", "counted"), [(date(2021, 6, 29), 20), (date(2021, 6, 30), 20), (date(2021, 7, 1), 19), (date(2021, 12, 1), 19)]
)
def test_a_village_merged_away_during_the_year_counts_to_its_last_day(tmp_path: Path, on: date, counted: int) -> None:
    found, findings = merged(tmp_path, "2021-06-30", on)
    assert not findings.errors
    assert "FR568" not in [item.code for item in findings]  # its facts of the year are read: it existed on some day of it
    assert totals(found) == {counted}
    assert [(unit.id, why) for unit, why in found.left_out] == ([("140821901001", "merged")] if counted == 19 else [])


def test_facts_of_the_year_after_are_told(tmp_path: Path) -> None:
    found, findings = merged(tmp_path, "2021-06-30", date(2022, 12, 1), "2022")
    assert [item.code for item in findings if item.code == "FR568"] == ["FR568"]
    assert totals(found) == {19}


def test_the_share_after_a_merger_is_of_the_villages_that_are_left(tmp_path: Path) -> None:
    found, _ = merged(tmp_path, "2021-06-30", date(2021, 12, 1))
    (three,) = [item for item in quotas(found) if (item.rule.subject, item.rule.tier) == ("村", "三面以上")]
    assert three.needed == 3  # 15% of 19 is 2.85; of 20 it would be 3
    assert three.share is not None
    assert three.share.low in (Fraction(0), Fraction(1))


def test_a_merged_village_is_told_when_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    merged(tmp_path, "2021-06-30", date(2021, 12, 1))
    files: Sequence[str] = [word for path in sorted(tmp_path.glob("*.csv")) for word in ("--facts", str(path))]
    words = ["explain", "yuncheng", "140821901001", "--county", "140821", "--on", "2021-12-01", *files]
    assert main(words) == 2
    assert "FR023" in capsys.readouterr().err
