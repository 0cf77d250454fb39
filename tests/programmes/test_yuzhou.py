"""Yuzhou's zone: funds, pay by grade and the ladder from village to city, by hand; blanks open and set; bad input."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from tests.programmes.kit import Said, change, compiled_alone, given

ID, CITY, ON = "yuzhou-zone", "411081", "2020-12-31"
SAMPLE = Path(__file__).parents[2] / "counties/yuzhou_sample/flagrules_county_yuzhou_sample/sample"
GRADES = [*"一二三四五六七八九", "十", *(f"十{n}" for n in "一二三四五六")]
BLANKS = {f"薪级月薪［{grade}级］" for grade in GRADES} | {
    "上年城镇居民人均可支配收入", "村群最少村数", "示范区最少村群数", "全市最少示范区数", "评选间隔", "督导间隔", "农家乐奖励",
}  # fmt: skip


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """The sample's files, to be changed."""
    shutil.copytree(SAMPLE, tmp_path / "facts", ignore=shutil.ignore_patterns("README.md"))
    return tmp_path / "facts"


def assessed(said: Said, out: Path, files: Path = SAMPLE, county: str = CITY) -> Path:
    """A run's results."""
    code, text = said("run", ID, *(("--county", county) if county else ()), *given(files), "--on", ON, "--out", str(out))
    assert code == 0, text
    return out


def rows(out: Path, table: str) -> list[dict[str, str]]:
    with (out / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def outcomes(out: Path, title: str) -> dict[str, str]:
    return {row["名称"]: row["结果"] for row in rows(out, "titles") if row["称号"] == title}


# ── the rules ──
def test_every_statement_is_encoded_or_stands(said: Said) -> None:
    code, text = said("coverage", ID)
    assert code == 0
    assert "41/41" in text
    standing = [line.split()[1] for line in text.split("\n") if line.strip().startswith("·")]
    assert standing == ["1.2", "2.1", "3.1", "3.4", "3.5", "4.2", "4.3", "4.4", "5.4", "5.10", "5.13", "5.14", "6.3"]


def test_every_blank_is_told_by_name(said: Said) -> None:
    code, text = said("check", ID, "--on", ON)
    assert code == 0
    own = text.partition("禹州市（411081）")[0]
    assert "60 条假定" in own
    assert {name for name, value in compiled_alone(ID).plan.parameters.items() if value.value is None} == BLANKS
    assert len(BLANKS) == 23
    assert f"参数“薪级月薪［{'、'.join(f'{grade}级' for grade in GRADES)}］”在2020-12-31没有值" in text
    assert text.count("FR315") == 8  # the table's sixteen in one, and seven more


def test_the_five_steps_are_titles_each_for_the_next_larger_unit() -> None:
    ladder = ("先进村", "美丽乡村", "美丽乡村群", "美丽乡村群示范区", "美丽禹州")
    subjects = {title.name: title.subjects for title in compiled_alone(ID).rules.titles}
    assert [subjects[name] for name in ladder] == [("村",), ("村",), ("村群",), ("示范区",), ("市",)]


# ── the sample, worked by hand ──
def test_money_by_payer(said: Said, tmp_path: Path) -> None:
    found = rows(assessed(said, tmp_path), "units")
    pay = {row["名称"]: (row["出资方未载补贴（元，最低）"], row["出资方未载补贴（元，最高）"]) for row in found}
    assert pay["样例工作者甲"] == ("30000", "30000")  # grade 1: 2,500 × 12
    assert pay["样例工作者乙"] == ("66000", "66000")  # grade 16: 5,500 × 12
    assert pay["样例工作者丁"] == ("17400", "17400")  # grade 3: 2,900 × 6
    assert pay["样例工作者戊"] == ("30000", "66000")  # grade not known
    assert pay["样例农家乐1"] == ("5000", "5000")
    assert pay["样例农家乐3"] == ("0", "5000")
    funds = {row["名称"]: (row["市财政补贴（元，最高）"], row["市管党费补贴（元，最高）"]) for row in found}
    assert [funds[f"样例社区00{n}"] for n in (1, 2, 3, 4)] == [("120000", "10000")] * 3 + [("0", "0")]


def test_communities(said: Said, tmp_path: Path) -> None:
    out = assessed(said, tmp_path)
    assert list(outcomes(out, "规范化社区").values()) == ["授予", "未授予", "未定", "未授予"]
    assert list(outcomes(out, "全员培训社区").values()) == ["授予", "未授予", "未定", "授予"]


def test_the_ladder(said: Said, tmp_path: Path) -> None:
    out = assessed(said, tmp_path)
    assert outcomes(out, "美丽乡村群") == {"样例村群1": "授予", "样例村群2": "授予", "样例村群3": "未授予", "样例村群4": "未授予"}
    assert outcomes(out, "美丽乡村群示范区") == {"样例示范区1": "授予", "样例示范区2": "未授予"}
    assert outcomes(out, "美丽禹州") == {"禹州市": "未授予"}


@pytest.mark.parametrize(("was", "now", "group", "area"), [("是,是", "是,否", "未授予", "未授予"), ("是,是", "否,是", "未授予", "未授予"),
                                                          ("是,是", "是,", "未定", "未定")])  # fmt: skip
def test_one_village_decides_its_group_and_its_area(
    said: Said, facts: Path, tmp_path: Path, was: str, now: str, group: str, area: str
) -> None:
    change(facts / "villages.csv", f"样例村001,2020,{was},", f"样例村001,2020,{now},")
    out = assessed(said, tmp_path / "out", facts)
    assert outcomes(out, "美丽乡村群")["样例村群1"] == group
    assert outcomes(out, "美丽乡村群")["样例村群2"] == "授予"
    assert outcomes(out, "美丽乡村群示范区")["样例示范区1"] == area


def test_with_its_last_area_the_city_gets_there(said: Said, facts: Path, tmp_path: Path) -> None:
    change(facts / "villages.csv", "样例村010,2020,是,否,", "样例村010,2020,是,是,")
    out = assessed(said, tmp_path / "a", facts)
    assert outcomes(out, "美丽乡村群")["样例村群3"] == "授予"
    assert outcomes(out, "美丽禹州")["禹州市"] == "未授予"  # the fourth group still has two villages only
    change(facts / "villages.csv", "样例村013,2020,是,否,", "样例村013,2020,是,是,")
    change(facts / "register.csv", "样例村013,村,411081911000", "样例村013,村,411081940004")
    out = assessed(said, tmp_path / "b", facts)
    assert outcomes(out, "美丽乡村群示范区") == {"样例示范区1": "授予", "样例示范区2": "授予"}
    assert outcomes(out, "美丽禹州")["禹州市"] == "授予"


def test_the_village_that_holds_a_group_back_is_named(said: Said) -> None:
    _, text = said("explain", ID, "样例村群3", "--county", CITY, "--sample", "--on", ON)
    assert "（算：样例村008、样例村009；不算：样例村010）" in text
    assert "村群最少村数 = 3个 ← yuzhou-sample/rules/sample.rules:22" in text
    _, text = said("explain", ID, "禹州市", "--county", CITY, "--sample", "--on", ON, "--flag", "美丽禹州")
    assert "（算：样例示范区1；不算：样例示范区2）" in text


def test_without_the_settings_a_group_is_open_and_says_what_is_missing(said: Said, tmp_path: Path) -> None:
    out = assessed(said, tmp_path, county="")
    assert outcomes(out, "美丽乡村群") == {"样例村群1": "未定", "样例村群2": "未定", "样例村群3": "未授予", "样例村群4": "未定"}
    pay = {row["名称"]: row["出资方未载补贴（元，最低）"] for row in rows(out, "units")}
    assert pay["样例工作者甲"] == "0"
    given = [word for path in sorted(SAMPLE.glob("*.csv")) for word in ("--facts", str(path))]
    _, text = said("explain", ID, "样例村群1", *given, "--on", ON)
    assert "村群最少村数 = 没有设定" in text.partition("还不知道的事实")[2]


# ── bad input ──
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("样例村001,村,411081940001", "样例村001,村,411081940009", "FR559"),
        ("样例村群1,村群,", "样例村群1,村组,", "FR558"),
        ("样例示范区1,示范区,411081911000", "样例示范区1,示范区,411081930001", "FR560"),
    ],
)
def test_a_ladder_that_does_not_hang_together_is_a_finding(said: Said, facts: Path, old: str, new: str, code: str) -> None:
    change(facts / "register.csv", old, new)
    _, text = said("facts", "check", ID, *[str(path) for path in sorted(facts.glob("*.csv"))], "--county", CITY, "--on", ON)
    assert f"错误[{code}]" in text
    assert "register.csv" in text


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("是,一级,12", "是,十七级,12", "FR585"), ("是,一级,12,12", "是,一级,13,12", "FR582"), ("是,一级,12,12", "是,一级,十二,12", "FR574")],
)
def test_a_wrong_cell_of_a_worker_is_a_finding(said: Said, facts: Path, old: str, new: str, code: str) -> None:
    change(facts / "workers.csv", old, new)
    _, text = said("facts", "check", ID, *[str(path) for path in sorted(facts.glob("*.csv"))], "--county", CITY, "--on", ON)
    assert f"[{code}]" in text, text


HEAD = "县 别市 990062 落实 禹州社区治理实验区 版本 “2020”\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("县 别市 990062 落实 水生态文明城市宣传 版本 “20xx”\n", "FR403"),
        ("县 别市 990062 落实 禹州社区治理实验区 版本 “2021”\n", "FR404"),
        (HEAD + "  设定 薪级月薪 = 3000元 依 报道 2.2 〔假定 “样例”〕\n", "FR418"),
        (HEAD + "  设定 薪级月薪 其中 十七级 = 3000元 依 报道 2.2 〔假定 “样例”〕\n", "FR321"),
        (HEAD + "  设定 村群最少村数 其中 一级 = 3个 依 报道 5.1 〔假定 “样例”〕\n", "FR418"),
        (HEAD + "  设定 村群最少村数 = 0个 依 报道 5.1 〔假定 “样例”〕\n", "FR413"),
        (HEAD + "  设定 服务群众经费 = 13万元 依 报道 3.2 〔假定 “样例”〕\n", "FR411"),
        (HEAD + "  设定 督导间隔 = 3个月 依 报道 6.1 〔假定 “样例”〕\n", "FR203"),
    ],
)
def test_what_a_city_may_not_set_is_a_finding(said: Said, tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "rules").mkdir()
    manifest = f'id = "stranger"\ncode = "990062"\nname = "别市"\nprogramme = "{ID}"\nversion = "0.1.0"\napi = 1\n'
    (tmp_path / "county.toml").write_text(manifest, "utf-8")
    (tmp_path / "rules" / "a.rules").write_text(text, "utf-8")
    exit_code, shown = said("check", ID, "--plugins", str(tmp_path), "--county", "990062")
    assert exit_code == 1
    assert f"错误[{code}]" in shown
