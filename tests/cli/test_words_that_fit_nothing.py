"""Words of a command that fit nothing it knows, each told by its own finding with what fits instead."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from flagrules.cli.main import main
from tests.testing.made import STARS

REGISTER = "编号,名称,类别,上级\n990101,林县,县,\n1,安和里,小区,990101\n2,安和里,小区,990101\n3,永平里,小区,990101\n"
FACTS = "编号,期,活动次数\n1,2021,12\n2,2021,6\n3,2021,0\n"
GAP = "不能表达 邻里 “邻里和睦” 因 “没有可填报的事实” 〔办法 2〕\n"
DAY = ("--on", "2021-12-01")
FILES = ("--facts", "登记.csv", "--facts", "事实.csv")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stars programme with three places, two of one name."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(STARS, tmp_path / "stars")
    (tmp_path / "登记.csv").write_text(REGISTER, "utf-8")
    (tmp_path / "事实.csv").write_text(FACTS, "utf-8")
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main([*words, "--plugins", "stars"] if words[0] != "fmt" else list(words))
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("run", "stars", *DAY), "FR003", "--facts 文件，或 --sample"),
        (("run", "stars", *DAY, "--sample"), "FR020", "stars没有自带样例"),
        (("check", "stars", "--county", "140882"), "FR035", "落实的是方案“yuncheng”，不是“stars”"),
        (("check", "stars", "--county", "140889"), "FR002", "没有县“140889”"),
        (("run", "stars", *DAY, *FILES, "--engine", "columnr"), "FR846", "columnar"),
        (("run", "stars", *DAY, "--engine", "spark"), "FR847", "--master"),
        (("explain", "stars", "永平", *DAY, *FILES), "FR004", "是不是“永平里”？"),
        (("explain", "stars", "安和里", *DAY, *FILES), "FR005", "“安和里”有2个，请用编号：1、2"),
        (("explain", "stars", "永平里", *DAY, *FILES, "--flag", "整结"), "FR006", "是不是“整洁”？"),
    ],
)
def test_what_fits_nothing_is_told_with_what_does(
    here: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: str, said: str
) -> None:
    assert (here / "stars").is_dir()
    status, shown = told(capsys, *words)
    assert status == 2
    assert [line[:9] for line in shown.splitlines() if line.startswith("错误[")] == [f"错误[{code}]"]
    assert said in shown


@pytest.mark.parametrize("above", ["", "称号 和睦 适用 小区：100分 〔办法 2〕\n", "    指标 1 活动：20分 〔办法 2〕\n"])
@pytest.mark.parametrize(("accepted", "status"), [((), 1), (("--accept", "友邻"), 1), (("--accept", "邻里"), 0)])
def test_what_cannot_be_said_is_accepted_by_its_own_name(
    here: Path, capsys: pytest.CaptureFixture[str], accepted: tuple[str, ...], status: int, above: str
) -> None:
    """It may stand at the top, in a title or in an indicator; `check` lists it from each."""
    rules = here / "stars/rules/stars.rules"
    text = rules.read_text("utf-8")
    inset = " " * (len(above) - len(above.lstrip()) + 2) if above else ""
    rules.write_text(text.replace(above, above + inset + GAP, 1) if above else text + GAP, "utf-8")
    code, shown = told(capsys, "run", "stars", *DAY, *FILES, *accepted)
    assert (code == 0) == (status == 0)
    assert ("错误[FR007]" in shown) == (status != 0)
    assert ("--accept 邻里" in shown) == (status != 0)
    assert main(["check", "stars", "--plugins", "stars"]) == 0
    assert "不能表达 邻里：邻里和睦（没有可填报的事实）" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "data", "code", "said"),
    [
        ("gbk.rules", "方案".encode("gbk"), "FR008", "另存为 UTF-8"),
        ("absent.rules", None, "FR009", "核对路径和权限"),
        ("empty/notes.txt", b"", "FR022", "没有规则文件"),
    ],
)
def test_what_cannot_be_put_into_form(
    here: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes | None, code: str, said: str
) -> None:
    path = here / name
    path.parent.mkdir(exist_ok=True)
    if data is not None:
        path.write_bytes(data)
    status, shown = told(capsys, "fmt", path.parent.name if path.parent != here else name)
    assert status == 2
    assert f"错误[{code}]" in shown
    assert said in shown
    if data is not None:
        assert path.read_bytes() == data


PLAIN = """\
方案 星级小区 版本 “1”
  称谓 “星” “颗”
  施行 2021年1月1日 起
文件 办法 《星级小区办法》
创建单元 小区
上级单元 县
事实 活动次数：次数 0次~366次
称号 和睦 适用 小区：100分 〔办法 2〕
  授予 得分 80分以上 〔办法 2〕
  指标 1 活动：100分 〔办法 2〕
    分档 活动次数 〔办法 2〕
      12次以上 得100分
      其余     得0分
"""
COLUMNS = ("run", "stars", *DAY, *FILES, "--engine", "columnar")


LOOKS_UP = PLAIN.replace("12次以上 得100分", "上级（县，下级平均（小区，活动次数，没有则 0次），没有则 0次） 以上 得100分").replace(
    "分档 活动次数 〔办法 2〕\n      ", "当 活动次数 "
).replace(" 得100分\n      其余     得0分", "，得100分，否则 得0分 〔办法 2〕")  # fmt: skip


def test_lines_that_look_at_places_that_are_no_units_do_not_stay_in_columns(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "stars/rules/stars.rules").write_text(LOOKS_UP, "utf-8")
    assert told(capsys, "run", "stars", *DAY, *FILES) == (0, "")
    status, shown = told(capsys, *COLUMNS)
    assert status != 0
    assert "错误[FR833]" in shown
    assert "--> stars/rules/stars.rules:" in shown
    (here / "stars/rules/stars.rules").write_text(PLAIN, "utf-8")
    assert told(capsys, *COLUMNS) == (0, "")


def test_facts_that_rest_on_how_they_were_proved_do_not_stay_in_columns(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rests = PLAIN.replace("0次~366次\n", "0次~366次\n  采信 办法 = 现场\n事实 办法：选项（现场、材料）\n")
    (here / "stars/rules/stars.rules").write_text(rests, "utf-8")
    status, shown = told(capsys, *COLUMNS)
    assert status != 0
    assert "错误[FR833]" in shown
    assert "--> stars/rules/stars.rules:7:1" in shown


@pytest.mark.parametrize("engine", ["columnar", "reference"])
def test_results_that_cannot_be_written_are_told_once(here: Path, capsys: pytest.CaptureFixture[str], engine: str) -> None:
    (here / "stars/rules/stars.rules").write_text(PLAIN, "utf-8")
    (here / "out").write_text("a file, where a folder should be", "utf-8")
    status, shown = told(capsys, *COLUMNS[:-1], engine, "--out", "out", "--format", "csv")
    assert status == 2
    assert "错误[FR803]" in shown
    assert shown.count("错误[") == 1
    assert (here / "out").read_text("utf-8") == "a file, where a folder should be"


def test_a_run_is_told_again_only_by_the_rules_it_had(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = here / "stars/rules/stars.rules"
    rules.write_text(PLAIN, "utf-8")
    again = ("explain", "stars", "永平里", *DAY, "--from", "out")
    assert told(capsys, *COLUMNS, "--out", "out", "--format", "csv")[0] == 0
    assert told(capsys, *again) == (0, "")
    rules.write_text(PLAIN.replace("12次以上", "11次以上"), "utf-8")
    status, shown = told(capsys, *again)
    assert status != 0
    assert "错误[FR834]" in shown


def test_a_trace_that_was_changed_after_the_run_is_not_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "stars/rules/stars.rules").write_text(PLAIN, "utf-8")
    again = ("explain", "stars", "永平里", *DAY, "--from", "out")
    assert told(capsys, *COLUMNS, "--out", "out", "--format", "csv")[0] == 0
    assert told(capsys, *again) == (0, "")
    for part in sorted((here / "out/trace").rglob("*.parquet")):
        rows = pl.read_parquet(part)
        line = "和睦(小区)/1"
        rows.with_columns((1 - pl.col(line)).alias(line)).write_parquet(part)
    status, shown = told(capsys, *again)
    assert status != 0
    assert "错误[FR835]" in shown
    assert "stars/rules/stars.rules:" in shown
    shutil.rmtree(here / "out/trace")
    status, shown = told(capsys, *again)
    assert status != 0
    assert "错误[FR835]" in shown


def test_points_that_were_changed_after_the_run_are_not_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line is the one that decided; what it gave is another digit of the same number."""
    bands = "    分档 活动次数 〔办法 2〕\n      12次以上 得100分\n      其余     得0分\n"
    rules = PLAIN.replace(bands, "    每1次 活动次数 得5分，封顶 100分 〔办法 2〕\n")
    (here / "stars/rules/stars.rules").write_text(rules, "utf-8")
    again = ("explain", "stars", "永平里", *DAY, "--from", "out")
    assert told(capsys, *COLUMNS, "--out", "out", "--format", "csv")[0] == 0
    assert told(capsys, *again) == (0, "")
    (digit,) = pl.read_parquet(here / "out/lines.parquet").filter(pl.col("step").is_not_null(), column="和睦(小区)/1").rows(named=True)
    for part in sorted((here / "out/trace").rglob("*.parquet")):
        rows = pl.read_parquet(part)
        more = (pl.col(digit["column"]) + digit["worth"]).cast(rows.schema[digit["column"]])
        rows.with_columns(more).write_parquet(part)
    status, shown = told(capsys, *again)
    assert (status, shown.count("错误[FR835]")) == (2, 1)
    assert "stars/rules/stars.rules:" in shown


def test_a_trace_whose_table_of_lines_is_not_whole_is_not_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever decision it leaves out or gives another number of entries, the rest may well agree: the programme's line is shown."""
    (here / "stars/rules/stars.rules").write_text(PLAIN, "utf-8")
    again = ("explain", "stars", "永平里", *DAY, "--from", "out")
    assert told(capsys, *COLUMNS, "--out", "out", "--format", "csv")[0] == 0
    path = here / "out/lines.parquet"
    lines = pl.read_parquet(path)
    slots = [f"和睦(小区)/{end}" for end in ("1/term1", "1/score", "score", "outcome")]
    assert set(lines["slot"]) == set(slots)
    own = {slot: pl.col("slot") == slot for slot in slots}
    fewer = {slot: lines.filter(~rows) for slot, rows in own.items()}
    other = {f"{slot} + 1": lines.with_columns(pl.col("radix") + rows.cast(pl.Int32)) for slot, rows in own.items()}
    for slot, changed in (fewer | other).items():
        changed.write_parquet(path)
        status, shown = told(capsys, *again)
        assert (status, shown.count("错误[FR835]"), "--> stars/rules/stars.rules:1:1 " in shown) == (2, 1, True), slot
    lines.write_parquet(path)
    assert told(capsys, *again) == (0, "")
