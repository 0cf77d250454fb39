"""`explain --from` of a run in columns tells of a unit among others what `explain` tells from the files."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from flagrules.cli.main import main
from tests.testing.made import NEIGHBOURS, STARS, STARS_HEAD

DAY = ("--on", "2021-12-01", "--plugins", "stars")
FILES = ("--facts", "登记.csv", "--facts", "事实.csv")
RULES = STARS_HEAD + """\
创建单元 小区、户
上级单元 县、小区
事实 活动次数：次数 0次~366次 适用 小区
事实 文明：是否 适用 户
称号 和睦 适用 小区：100分 〔办法 2〕
  授予 名次（得分，从高到低，每个 县，并列未定） 2名以下 〔办法 2〕
  指标 1 活动：60分 〔办法 2〕
    按比例 活动次数 ÷ 366次，保留1位 四舍五入 〔办法 2〕
""" + NEIGHBOURS.format(number=2, points=40)
PLACES = ["安和里", "永平里", "长乐里", "清河里"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four places, of one the visits are not known, with three households each."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(STARS, tmp_path / "stars")
    (tmp_path / "stars/rules/stars.rules").write_text(RULES, "utf-8")
    houses = [(f"{place}{n}", str(place), "" if n == 2 and place == 3 else "是" if n <= place else "否")
              for place in range(1, 5) for n in range(1, 4)]  # fmt: skip
    units = [f"{n},{name},小区,990101" for n, name in enumerate(PLACES, 1)] + [f"{name},户{name},户,{place}" for name, place, _ in houses]
    (tmp_path / "登记.csv").write_text("\n".join(["编号,名称,类别,上级", "990101,林县,县,", *units, ""]), "utf-8")
    facts = [f"{n},2021,{visits}," for n, visits in enumerate(["100", "200", "", "366"], 1)]
    facts += [f"{name},2021,,{yes}" for name, _, yes in houses]
    (tmp_path / "事实.csv").write_text("\n".join(["编号,期,活动次数,文明", *facts, ""]), "utf-8")
    assert main(["run", "stars", *DAY, *FILES, "--engine", "columnar", "--out", "out"]) == 0
    return tmp_path


@pytest.mark.parametrize("unit", [*PLACES, "户11", "户32"])
def test_the_same_story_from_what_the_run_kept(unit: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*words: str) -> str:
        capsys.readouterr()
        assert main(["explain", "stars", unit, *DAY, *words]) == 0
        return capsys.readouterr().out

    assert (here / "out" / "looked_at.parquet").exists()
    story = told("--from", "out")
    assert story == told(*FILES)
    assert unit.startswith("户") or "名次" in story
    neighbours = {name for name in PLACES if name in story}
    assert unit.startswith("户") or len(neighbours) > 1, "the units around it in the order of the rank"


def test_a_trace_of_units_among_others_that_was_changed_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Had another unit had other points, the rank would be another one, and the trace says that it was not."""
    path = here / "out" / "looked_at.parquet"
    kept = pl.read_parquet(path)
    other = (pl.col("id") == "4") & (pl.col("kind") == "小区")
    assert kept.filter(other).height == 1
    kept.with_columns(pl.when(other).then(0).otherwise(pl.col(name)).alias(name) for name in ("low", "high")).write_parquet(path)
    capsys.readouterr()
    assert main(["explain", "stars", "永平里", *DAY, "--from", "out"]) == 2
    assert "错误[FR835]" in capsys.readouterr().err


def test_what_is_open_and_was_changed_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Points of 长乐里 are 40 to 100; a trace that says 40 to 99 is not the interpreter's."""
    (path,) = (here / "out" / "opened").glob("小区-*/part-*.parquet")
    kept = pl.read_parquet(path)
    assert kept.filter(pl.col("high") == "100").height > 0
    kept.with_columns(pl.col("high").replace("100", "99")).write_parquet(path)
    capsys.readouterr()
    assert main(["explain", "stars", "长乐里", *DAY, "--from", "out"]) == 2
    assert "错误[FR835]" in capsys.readouterr().err
    assert main(["explain", "stars", "安和里", *DAY, "--from", "out"]) == 0, "of it nothing is open"
