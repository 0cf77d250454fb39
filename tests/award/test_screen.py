"""Tables on the screen: columns line up with Chinese text, plain where there is no terminal, names never act."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from flagrules.cli.tables import console, flags_table, left_out, money_table, progress, quotas_table
from flagrules.text.width import width
from tests.award.make import BODY, HEAD, TIER, Made, facts, register, run, shops

RULES = f"{HEAD}{BODY}{TIER}  补贴 镇级 1万元 〔办法 5〕\n名额 店 一星 每个 街 占比 50%以上 〔办法 6〕\n"


def plain(item: RenderableType) -> list[str]:
    stream = io.StringIO()
    console(stream).print(item)
    return stream.getvalue().splitlines()


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return run(tmp_path, RULES, shops("yyn?", "n"))


def test_counts_then_units(made: Made) -> None:
    lines = [line.split() for line in plain(flags_table(made.assessment))]
    assert lines[:4] == [
        ["星数分布"],
        ["所在", "单元数", "0颗", "1颗", "未定"],
        ["甲街", "4", "1", "2", "1"],
        ["乙街", "1", "1", "0", "0"],
    ]
    assert lines[6:8] == [["名称", "镇", "街", "星数", "等次", "卫生"], ["店A0", "东镇", "甲街", "1", "一星", "100", "授予"]]
    assert ["店A3", "东镇", "甲街", "0~1", "60~100", "未定"] in lines


def test_only_the_first_units_are_shown_and_the_rest_counted(made: Made) -> None:
    lines = plain(flags_table(made.assessment, limit=2))
    assert lines[-1] == "……还有 3 行"
    assert not any("店A2" in line for line in lines)


def test_columns_line_up_by_display_width(made: Made) -> None:
    lines = plain(quotas_table(made.assessment, made.quotas))[1:]
    assert [width(line[: line.rindex(word)]) for line, word in zip(lines, ("结论", "达标", "未达标"), strict=True)] == [
        width(lines[0][: lines[0].rindex("结论")])
    ] * 3


def test_quotas_say_all_of_it(made: Made) -> None:
    rows = [line.split("  ") for line in plain(quotas_table(made.assessment, made.quotas, "en"))]
    said = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert said[2:] == [
        ["甲街", "名额 店 一星 每个 街 占比 50%以上", "2~3", "4", "50~75%", "≥ 50%", "2", "2", "met"],
        ["乙街", "名额 店 一星 每个 街 占比 50%以上", "0", "1", "0%", "≥ 50%", "0.5", "1", "missed"],
    ]


def test_money(made: Made) -> None:
    assert [line.split() for line in plain(money_table(made.assessment))[1:]] == [
        ["出资方", "等次", "领取的单元", "金额（元）"],
        ["镇级", "一星", "2~3", "20000~30000"],
        ["镇级", "合计", "2~3", "20000~30000"],
    ]


def test_nothing_left_out_is_said(made: Made) -> None:
    assert plain(left_out(made.assessment)) == ["未评定的单元", "（无）"]


def test_a_long_row_is_never_folded_in_a_file(tmp_path: Path) -> None:
    files = {"登记.csv": register([f"1,{'长' * 200},A"]), "事实.csv": facts(["1,90,是"])}
    assert any("长" * 200 in line and "授予" in line for line in plain(flags_table(run(tmp_path, RULES, files).assessment)))


@pytest.mark.parametrize("name", ["[bold]店", "[/]", ":smile:", "\\[x]"])
def test_a_name_is_only_text(tmp_path: Path, name: str) -> None:
    files = {"登记.csv": register([f"1,{name},A"]), "事实.csv": facts(["1,90,是"])}
    assert any(line.startswith(name) for line in plain(flags_table(run(tmp_path, RULES, files).assessment)))


def test_a_terminal_gets_rules_between_head_and_rows(made: Made) -> None:
    stream = io.StringIO()
    Console(file=stream, force_terminal=True, width=100, color_system=None).print(money_table(made.assessment))
    assert "────" in stream.getvalue()
    assert not any("──" in line for line in plain(money_table(made.assessment)))


def test_progress_is_silent_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("评定") as tell:
        tell(1, 2)
    assert capsys.readouterr() == ("", "")


def test_progress_shows_itself_once_a_run_is_long(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_INTERACTIVE", "1")
    monkeypatch.setattr("flagrules.cli.tables._QUIET_SECONDS", 1000.0)
    with progress("评定") as tell:
        tell(1, 2)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("flagrules.cli.tables._QUIET_SECONDS", -1.0)
    with progress("评定") as tell:
        tell(1, 2)
    caught = capsys.readouterr()
    assert "评定" in caught.err
    assert caught.out == ""
