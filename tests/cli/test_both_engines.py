"""The same files by both engines from the command line: the same counts, the same warnings, the same explanations."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from flagrules.award.wide import parts
from flagrules.cli.main import main
from tests.testing.made import NEIGHBOURS, STARS, STARS_HEAD

DAY = ("--on", "2021-12-01", "--plugins", "stars")
HELD = """\
创建单元 小区、户
上级单元 县、小区
事实 文明：是否 适用 户
称号 和睦 适用 小区：100分 〔办法 2〕
  授予 得分 40分以上 〔办法 2〕
""" + NEIGHBOURS.format(number=1, points=100)
HOLDER = """\
创建单元 小区、街道
上级单元 县、街道
事实 街次：次数 0次~30次 适用 街道
事实 次：次数 0次~30次 适用 小区
称号 和睦 适用 小区：20分 〔办法 2〕
  授予 得分 10分以上 〔办法 2〕
  指标 1 活动：20分 〔办法 2〕
    当 上级（街道，街次，没有则 {}） 3次以上，得20分，否则 得0分 〔办法 2〕
"""
RANKED = """\
创建单元 小区
上级单元 县
事实 次：次数 0次~30次 适用 小区
称号 和睦 适用 小区：30分 〔办法 2〕
  授予 名次（得分，从高到低，每个 县，并列未定） 2名以下 〔办法 2〕
  指标 1 活动：30分 〔办法 2〕
    按公式 {}，精确 〔办法 2〕
"""
PLAIN, STEEP = "次 ÷ 1次 × 1分", "较小值（较大值（次 ÷ （次 + 1次） × 1分，0分），20分）"
HOUSES = "A1,户甲,户,1\nA2,户乙,户,1\nB1,户丙,户,2\n"
UNITS = "编号,名称,类别,上级\n990101,林县,县,\n1,安和里,小区,990101\n2,乙里,小区,990101\n"
YES = "编号,期,文明\nA1,2021,是\nA2,2021,否\nB1,2021,\n"
CASES = {
    "a unit others are in, that decides nothing others look at": (HELD, UNITS + HOUSES, YES, ("安和里", "乙里", "户甲")),
    "a parent written with a blank": (HELD, UNITS + HOUSES.replace("A1,户甲,户,1", "A1,户甲,户, 1"), YES, ("安和里", "户甲")),
    "a parent in full width": (HELD, UNITS + HOUSES.replace("A1,户甲,户,1", "A1,户甲,户,１"), YES, ("安和里", "户甲")),
    "blank lines": (HELD, UNITS + "\n" + HOUSES, YES.replace("A2", "\nA2"), ("安和里", "户乙")),
    "no place of a kind at all": (HOLDER.format("0次"), UNITS, "编号,期,街次,次\n1,2021,,5\n", ("安和里",)),
    "what stands for no place is a fact": (HOLDER.format("次"), UNITS + "T,街,街道,990101\n3,丙里,小区,T\n",
                                         "编号,期,街次,次\nT,2021,5,\n1,2021,,9\n2,2021,,1\n3,2021,,1\n", ("安和里", "乙里", "丙里")),
    "a unit in no county": (RANKED.format(PLAIN), UNITS.replace("乙里,小区,990101", "乙里,小区,"),
                            "编号,期,次\n1,2021,3\n2,2021,4\n", ("安和里", "乙里")),
    "what columns cannot settle": (RANKED.format(STEEP), UNITS, "编号,期,次\n1,2021,\n2,2021,4\n", ("安和里", "乙里")),
    "no facts": (HELD, UNITS + HOUSES, YES[: YES.index("\n") + 1], ("安和里",)),
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("rows", [0, 300], ids=["columns", "tables"])
@pytest.mark.parametrize("case", CASES)
def test_both_say_the_same(
    case: str, rows: int, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rules, register, facts, asked = CASES[case]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(parts, "table_rows", lambda _units: rows)
    shutil.copytree(STARS, tmp_path / "stars")
    (tmp_path / "stars/rules/stars.rules").write_text(STARS_HEAD + rules, "utf-8")
    for name, text in (("登记", register), ("事实", facts)):
        Path(f"{name}.csv").write_text(text, "utf-8")
        words = {"上级": pl.String} if "１" in text else None  # ids that are all digits are numbers in Parquet
        pl.read_csv(f"{name}.csv", schema_overrides=words).write_parquet(f"{name}.parquet")
    files = ("--facts", f"登记.{suffix}", "--facts", f"事实.{suffix}")

    def said(*words: str) -> tuple[str, list[str]]:
        capsys.readouterr()
        assert main([*words, *DAY]) == 0
        told = capsys.readouterr()
        return told.out, re.findall(r"警告\[FR\d+\].*\n.*", told.err)

    out, warned = said("run", "stars", *files, "--engine", "reference", "--json")
    ours, ours_warned = said("run", "stars", *files, "--engine", "columnar", "--json", "--out", "out")
    for table in ("flags", "held", "quotas", "money"):
        assert json.loads(ours)["tables"][table] == json.loads(out)["tables"][table]
    assert ours_warned == warned
    for unit in asked:
        assert said("explain", "stars", unit, "--from", "out") == said("explain", "stars", unit, *files)


class Here:
    """A folder with the programme, a register and facts, and what either engine says of them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder, self._capsys = folder, capsys
        monkeypatch.chdir(folder)
        shutil.copytree(STARS, folder / "stars")

    def said(self, engine: str, register: str, facts: str, rules: str = HELD) -> tuple[int, str]:
        """The exit code of a run, and what it told of the files."""
        (self._folder / "stars/rules/stars.rules").write_text(STARS_HEAD + rules, "utf-8")
        for name, text in (("登记", register), ("事实", facts)):
            Path(f"{name}.csv").write_text(text, "utf-8", newline="")
        code = main(["run", "stars", "--facts", "登记.csv", "--facts", "事实.csv", "--engine", engine, "--out", engine, *DAY])
        return code, self._capsys.readouterr().err


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("register", "facts"),
    [
        (UNITS + "A1,户甲\n", YES), (UNITS + HOUSES, YES + "A1,2021\n"), (UNITS + HOUSES, YES + "A1,2021,是,是\n"),
        (UNITS + 'A1,户甲a"b,c"d,户,1\n', YES), (UNITS + HOUSES, YES + '","\n'),
    ],
)  # fmt: skip
def test_a_row_of_fewer_or_more_cells_is_refused_by_both(register: str, facts: str, here: Here) -> None:
    """A reader of columns takes the cells a row lacks for unknown ones."""
    told = []
    for engine in ("reference", "columnar"):
        code, said = here.said(engine, register, facts)
        told.append(re.findall(r".*\[FR543\].*\n.*", said))
        assert code == 2
        assert not Path(engine).exists()
    assert len(told[0]) == 1
    assert told[1] == told[0]


@pytest.mark.parametrize("row", ['A1,"户乙"x,户,1\n', 'A1,"户乙,户,1\n', "A1,户乙,户,1\rA2,户丙,户,1\n"])
@pytest.mark.parametrize("engine", ["reference", "columnar"])
def test_a_register_nobody_can_make_out_is_a_finding(engine: str, row: str, here: Here) -> None:
    code, said = here.said(engine, UNITS + row, YES)
    assert code == 2
    assert "错误[FR" in said


@pytest.mark.parametrize("cell", ['管径5"长6"', '5"6"7', ' "甲"'])
@pytest.mark.parametrize("engine", ["reference", "columnar"])
def test_quotes_inside_a_cell_are_of_the_cell(engine: str, cell: str, here: Here) -> None:
    rules = HELD.replace("适用 户\n", "适用 户\n事实 说明：文本 适用 户\n", 1)
    code, said = here.said(engine, UNITS + HOUSES, f"编号,期,说明,文明\nA1,2021,{cell},是\n", rules)
    assert code == 0
    assert "错误" not in said
