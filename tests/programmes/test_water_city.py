"""The publicity plan: ten tasks with units and windows, done or not without points; its blanks open and set; bad input."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from tests.programmes.kit import Said, change, compiled_alone, given

ID, CITY, ON = "water-city", "990040", "2013-12-31"
SAMPLE = Path(__file__).parents[2] / "plugins/water_city/flagrules_water_city/sample"
TASKS = ("媒体专栏", "对上宣传", "户外广告", "电子屏", "客运宣传", "商场市场标牌", "小区单位宣传", "学校教育", "满意度调查", "宣传品印制")
BLANKS = {
    "活动开始日", "验收结束日", "访谈最少期数", "电子屏部门数", "小区部门数", "调查部门数", "问卷最少份数", "宣传品责任单位",
}  # fmt: skip


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """The sample's files, to be changed."""
    shutil.copytree(SAMPLE, tmp_path / "facts")
    (tmp_path / "facts" / "README.md").unlink()
    return tmp_path / "facts"


def outcomes(out: Path) -> dict[tuple[str, str], str]:
    """Outcome by city and task, and that no points stand beside it."""
    with (out / "titles.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["得分（最低）"], row["得分（最高）"], row["满分"]) for row in rows} == {("", "", "")}
    return {(row["名称"], row["任务"]): row["结果"] for row in rows}


def replace_row(folder: Path, old: str, new: str) -> None:
    change(folder / "completed.csv", old, new)


# ── the rules ──
def test_ten_tasks_each_with_its_units_and_one_that_names_none() -> None:
    rules = compiled_alone(ID).rules
    assert tuple(title.name for title in rules.titles) == TASKS
    duties = {d.text: d.by for d in rules.data if d.kind == "duty"}
    assert [text for text, by in duties.items() if not by] == ["印制宣传单、画报、手册等宣传品"]
    assert duties["争取在中央、省级媒体刊播稿件"] == "市委宣传部、市水利局"
    ruling = "责任单位由市里指定，指定以前这一项未定；时间按整个活动的起止"
    assert [d.by for d in rules.data if d.kind == "discrepancy" and "责任单位" in d.text] == [ruling]
    assert len([d for d in rules.data if d.kind == "discrepancy"]) == 5


def test_every_task_cites_its_item_and_every_statement_is_used() -> None:
    rules = compiled_alone(ID).rules
    items = [clause.item for title in rules.titles for clause in rules.lines[title.body.line].clauses]
    assert items == ["3.1.1", "3.1.2", "3.2.1", "3.2.2", "3.2.3", "3.2.4", "3.2.5", "3.2.6", "3.2.7", "3.2.8"]


def test_every_statement_is_encoded(said: Said) -> None:
    code, text = said("coverage", ID)
    assert code == 0
    assert "17/17" in text


def test_the_blanks_are_told_and_nothing_else_is_wrong(said: Said) -> None:
    code, text = said("check", ID, "--on", ON)
    assert code == 0
    assert {line.partition("“")[2].partition("”")[0] for line in text.split("\n") if "FR315" in line} >= BLANKS
    assert "0 个错误" in text
    assert "53 条假定" in text


# ── the sample ──
def test_the_sample_city_did_nine_of_ten_and_the_other_waits_for_the_blanks(said: Said, tmp_path: Path) -> None:
    code, text = said("run", ID, "--county", CITY, "--sample", "--on", ON, "--out", str(tmp_path))
    assert code == 0, text
    found = outcomes(tmp_path)
    assert [task for task in TASKS if found["样例市", task] != "授予"] == ["户外广告"]
    assert found["样例市", "户外广告"] == "未授予"
    # nobody printed leaflets, whoever was to; all else rests on a day that is not set
    assert {task: found["第二样例市", task] for task in TASKS} == dict.fromkeys(TASKS, "未定") | {"宣传品印制": "未授予"}


def test_the_one_late_row_is_told_with_its_day_and_cell(said: Said) -> None:
    _, text = said("explain", ID, "样例市", "--county", CITY, "--sample", "--on", ON, "--flag", "户外广告")
    assert "户外广告：未授予" in text.split("\n")
    assert "不算：事项 公园沿河广告，单位 市住建局，部门名称 未知，完成日 2013-12-21 ← water-city/sample/completed.csv:8" in text
    assert "验收结束日 = 2013-12-20 ← water-city-sample/rules/sample.rules:4" in text
    assert "得分" not in text


def test_an_open_task_names_its_blanks(said: Said) -> None:
    _, text = said("explain", ID, "第二样例市", "--county", CITY, "--sample", "--on", ON, "--flag", "满意度调查")
    waiting = text.partition("还不知道的事实")[2].partition("依据的条款")[0]
    for name in ("活动开始日", "验收结束日", "调查部门数", "问卷最少份数"):
        assert f"{name} = 没有设定" in waiting


@pytest.mark.parametrize(("day", "outcome"), [("2013-12-19", "授予"), ("2013-12-20", "授予"), ("2013-12-21", "未授予")])
def test_the_tenth_task_is_done_by_the_last_day_or_not(said: Said, facts: Path, tmp_path: Path, day: str, outcome: str) -> None:
    replace_row(facts, "990040,样例市,2013,公园沿河广告,市住建局,,2013-12-21", f"990040,样例市,2013,公园沿河广告,市住建局,,{day}")
    said("run", ID, "--county", CITY, *given(facts), "--on", ON, "--out", str(tmp_path / "out"))
    assert outcomes(tmp_path / "out")["样例市", "户外广告"] == outcome
    with (tmp_path / "out" / "units.csv").open(encoding="utf-8-sig", newline="") as file:
        tier = next(row["等次"] for row in csv.DictReader(file) if row["名称"] == "样例市")
    assert tier == ("宣传任务全部按时完成" if outcome == "授予" else "")


# ── bad input ──
def test_a_task_reported_without_its_unit_counts_for_nobody_and_stays_open(said: Said, facts: Path, tmp_path: Path) -> None:
    replace_row(facts, "990040,样例市,2013,节水教育,市教育局,,2013-10-08", "990040,样例市,2013,节水教育,,,2013-10-08")
    said("run", ID, "--county", CITY, *given(facts), "--on", ON, "--out", str(tmp_path / "out"))
    assert outcomes(tmp_path / "out")["样例市", "学校教育"] == "未定"
    _, text = said("explain", ID, "样例市", "--county", CITY, *given(facts), "--on", ON, "--flag", "学校教育")
    assert "算不算未定：事项 节水教育，单位 未知" in text


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("990040,样例市,2013,节水教育,市财政局,,2013-10-08", "FR584"),
        ("990040,样例市,2013,植树,市教育局,,2013-10-08", "FR584"),
        ("990040,样例市,2013,节水教育,市教育局,,2013-13-08", "FR587"),
        ("990099,无此市,2013,节水教育,市教育局,,2013-10-08", "FR556"),
    ],
)
def test_a_wrong_row_is_a_finding_at_its_cell(said: Said, facts: Path, row: str, code: str) -> None:
    replace_row(facts, "990040,样例市,2013,节水教育,市教育局,,2013-10-08", row)
    _, text = said("facts", "check", ID, *[str(path) for path in sorted(facts.glob("*.csv"))], "--county", CITY, "--on", ON)
    assert f"[{code}]" in text, text
    assert "completed.csv" in text


def county(folder: Path, text: str, programme: str = ID) -> str:
    (folder / "rules").mkdir(parents=True)
    manifest = f'id = "stranger"\ncode = "990061"\nname = "别市"\nprogramme = "{programme}"\nversion = "0.1.0"\napi = 1\n'
    (folder / "county.toml").write_text(manifest, "utf-8")
    (folder / "rules" / "a.rules").write_text(text, "utf-8")
    return str(folder)


HEAD = "县 别市 990061 落实 水生态文明城市宣传 版本 “20xx”\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("县 别市 990061 落实 禹州社区治理实验区 版本 “2020”\n", "FR403"),
        (HEAD + "  设定 电子屏部门数 = 0个 依 方案 3.2.2 〔假定 “样例”〕\n", "FR413"),
        (HEAD + "  设定 电子屏部门数 = 1个 依 方案 3.2.5 〔假定 “样例”〕\n", "FR412"),
        (HEAD + "  设定 宣传品责任单位 = 市财政局 依 方案 3.2.8 〔假定 “样例”〕\n", "FR321"),
        (HEAD + "  设定 验收日 = 2013年12月20日 依 方案 2.1 〔假定 “样例”〕\n", "FR410"),
        (HEAD + "  量化 1 媒体专栏 依 方案 3.1.1\n    当 已发布工作动态，得1分 〔假定 “样例”〕\n", "FR415"),
    ],
)
def test_what_a_city_may_not_write_is_a_finding(said: Said, tmp_path: Path, text: str, code: str) -> None:
    exit_code, shown = said("check", ID, "--plugins", county(tmp_path / "c", text), "--county", "990061")
    assert exit_code == 1
    assert f"错误[{code}]" in shown


def test_a_plugin_for_a_programme_that_is_not_there_is_told(said: Said, tmp_path: Path) -> None:
    exit_code, shown = said("check", ID, "--plugins", county(tmp_path / "c", HEAD, "water-town"))
    assert exit_code == 2
    assert "错误[FR644]" in shown
    assert "water-city" in shown


def test_another_programmes_county_is_not_this_ones(said: Said) -> None:
    exit_code, shown = said("run", ID, "--county", "411081", "--sample", "--on", ON)
    assert exit_code == 2
    assert "错误[FR035]" in shown
    assert "落实的是方案“yuzhou-zone”，不是“water-city”" in shown


def test_a_complete_checklist_is_told_by_its_parts_and_not_as_a_count(said: Said) -> None:
    _, text = said("explain", ID, "样例市", "--county", CITY, "--sample", "--on", ON, "--flag", "商场市场标牌")
    assert "商场市场标牌：授予" in text.split("\n")
    assert "商场市场/主要农贸市场 = 是 ← water-city/sample/facts.csv:2:商场市场/主要农贸市场" in text
    assert "0 = 0" not in text
