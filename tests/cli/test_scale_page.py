"""The commands on the page of very many units are done as written, on a programme and files small enough for a test."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from flagrules.cli.main import main
from tests.cli.commands import accepts
from tests.cli.test_guides import commands, page

RULES = """\
方案 星级小区 版本 “1”
  称谓 “星” “颗”
  施行 2021年1月1日 起
文件 办法 《星级小区办法》
创建单元 小区
事实 活动次数：次数 0次~366次
称号 和睦 适用 小区：100分 〔办法 2〕
  授予 得分 80分以上 〔办法 2〕
  指标 1 活动：100分 〔办法 2〕
    分档 活动次数 〔办法 2〕
      12次以上 得100分
      其余     得0分
"""
IDS = [f"1100000000{n:02}" for n in range(10, 20)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_commands_are_done(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stars/rules").mkdir(parents=True)
    (tmp_path / "stars/programme.toml").write_text('id = "stars"\ntitle = "星级小区"\nversion = "1.0"\napi = 1\n', "utf-8")
    (tmp_path / "stars/rules/stars.rules").write_text(RULES, "utf-8")
    lines = commands(page("scale", lang), "shell")
    register, facts = re.findall(r"--facts (\S+)", lines[0])
    pl.DataFrame({"编号": IDS, "名称": [f"小区{i}" for i in IDS], "类别": ["小区"] * 10}).write_parquet(register)
    pl.DataFrame({"编号": IDS, "期": ["2021"] * 10, "活动次数": [*range(5, 15)]}).write_parquet(facts)
    for line in lines:
        words = [("stars" if word in ("方案", "PROGRAMME") else word) for word in accepts(line)]
        words += ["--plugins", "stars"] if words[0] != "lines" else []
        words += ["--engine", "columnar"] if words[0] == "run" else []
        assert main([*words, "--lang", lang]) == 0, (line, capsys.readouterr().err)
    assert [line.split()[1] for line in lines] == ["run", "lines", "explain"]
    said = capsys.readouterr().out
    assert "12次以上 得100分" in said or "12 times or_more" in said  # unit 17 has 12
