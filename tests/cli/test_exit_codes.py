"""What goes wrong is told in sentences, never as a traceback, and the exit code says what kind of thing it was."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path

import pytest

from flagrules.cli import main as entry
from flagrules.cli.main import main
from tests.testing.made import STARS

ROOT = Path(__file__).parents[2]
HEJIN = ["yuncheng", "--county", "140882", "--on", "2021-12-01"]
HEADLINE = re.compile(r"^(?:错误|error)\[FR[0-9]{3}\]|^Error: ", re.MULTILINE)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, with one folder and one file of garbage for each kind of file."""
    monkeypatch.chdir(tmp_path)
    noise = random.Random(7).randbytes(4000)
    for suffix in ("csv", "xlsx", "parquet", "rules"):
        (tmp_path / f"noise.{suffix}").write_bytes(noise)
        (tmp_path / f"none.{suffix}").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    shutil.copytree(STARS, tmp_path / "twin")
    garbage = tmp_path / "garbage"
    shutil.copytree(STARS, garbage)
    for path in (garbage / "rules").iterdir():
        path.write_bytes(noise)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str]) -> str:
    both = capsys.readouterr()
    assert "Traceback" not in both.out + both.err
    assert "internal error" not in both.err
    return both.err + both.out


ONE_SENTENCE = [
    ["run", *HEJIN, "--facts", "missing.csv"],
    ["run", *HEJIN, "--facts", "folder"],
    ["run", *HEJIN, "--facts", "noise.xlsx"],
    ["run", *HEJIN, "--facts", "noise.csv"],
    ["run", *HEJIN, "--facts", "noise.parquet"],
    ["run", *HEJIN, "--facts", "noise.rules"],
    ["run", *HEJIN, "--facts", "none.csv"],
    ["run", *HEJIN, "--facts", "none.xlsx"],
    ["run", *HEJIN],
    ["run", "yuncheng", "--on", "2021-12-01", "--sample"],
    ["run", "yuncheng", "--county", "999999", "--on", "2021-12-01", "--sample"],
    ["run", "nowhere", "--on", "2021-12-01", "--sample"],
    ["run", "yuncheng", "--county", "140882", "--sample"],
    ["run", "yuncheng", "--county", "140882", "--sample", "--on", "2021-13-01"],
    ["run", "yuncheng", "--county", "140882", "--sample", "--on", "1999-01-01"],
    ["run", *HEJIN, "--sample", "--out", "none.csv"],
    ["run", *HEJIN, "--sample", "--out", "/proc/nowhere/out"],
    ["run", *HEJIN, "--sample", "--out", "out", "--format", "docx"],
    ["run", *HEJIN, "--sample", "--units", "-1"],
    ["run", *HEJIN, "--sample", "--period", "去年"],
    ["run", *HEJIN, "--sample", "--bogus"],
    ["run"],
    ["explain", *HEJIN[:1], "没有村", *HEJIN[1:], "--sample"],
    ["explain", *HEJIN[:1], "龙门村", *HEJIN[1:], "--sample", "--flag", "没有"],
    ["explain", *HEJIN[:1], "龙门村", *HEJIN[1:], "--sample", "--flag", "生态宜居", "--html", "/proc/nowhere/page.html"],
    ["check", "yuncheng", "--plugins", "missing"],
    ["check", "yuncheng", "--plugins", "folder"],
    ["check", "yuncheng", "--plugins", "noise.csv"],
    ["check", "yuncheng", "--replace", "140882=missing"],
    ["check", "yuncheng", "--lang", "fr"],
    ["check", "yuncheng", "--county", "河进市"],
    ["check", "nowhere"],
    ["fmt", "missing.rules"],
    ["fmt", "folder"],
    ["fmt", "noise.rules"],
    ["facts", "template", "yuncheng", "--to", "/proc/nowhere/form.xlsx"],
    ["facts", "template", "yuncheng", "--to", "form.txt"],
    ["facts", "check", "yuncheng", "noise.xlsx"],
    ["facts", "check", "yuncheng"],
    ["coverage", "yuncheng", "--county", "999999"],
    ["test", "nowhere"],
    ["show", "yuncheng", "--stage", "nowhere"],
    ["show", "yuncheng", "--at", "没有这样的字"],
    ["county", "new", "14", "林县", "--programme", "yuncheng", "--to", "lin"],
    ["county", "new", "990101", "林县", "--programme", "yuncheng", "--to", "/proc/nowhere/lin"],
    ["nowhere"],
]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("words", ONE_SENTENCE, ids=" ".join)
def test_what_cannot_be_read_is_one_sentence_and_exit_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert len(HEADLINE.findall(said(capsys))) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["check", "yuncheng", "--plugins", str(ROOT / "counties/hejin/flagrules_county_hejin")],
        ["run", *HEJIN, "--sample", "--plugins", str(ROOT / "plugins/yuncheng/flagrules_yuncheng")],
        ["check", "stars", "--plugins", str(STARS), "--plugins", "twin"],
        ["coverage", "yuncheng", "--documents", "missing"],
        ["check", "stars", "--plugins", "garbage"],
    ],
    ids=["county twice", "programme twice", "one id in two folders", "no texts", "garbage rules"],
)
@pytest.mark.usefixtures("here")
def test_what_cannot_be_used_is_told_and_exit_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert HEADLINE.search(said(capsys))


def test_a_unit_merged_away_is_not_explained_but_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", HEJIN[0], "样例并村001", *HEJIN[1:], "--sample"]) == 2
    assert "样例并村001”在2021-12-01没有评定" in said(capsys)


def test_check_exits_1_on_findings_and_tells_them_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(STARS, tmp_path / "stars")
    rules = next((tmp_path / "stars" / "rules").iterdir())
    rules.write_text(rules.read_text("utf-8") + "\n事实 甲：不是类型\n事实 乙\n", encoding="utf-8")
    assert main(["check", "stars", "--plugins", str(tmp_path / "stars")]) == 1
    assert len(HEADLINE.findall(said(capsys))) >= 2


def test_check_exits_0_without_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "yuncheng", "--county", "140882"]) == 0
    assert said(capsys).endswith("0 个错误，0 条提示\n")


def test_run_exits_0_when_titles_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *HEJIN, "--sample"]) == 0
    told = capsys.readouterr()
    assert "未授予" in told.out
    assert told.err == ""


def test_a_fault_of_ours_is_one_sentence_and_exit_70(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(entry.cli, "main", broken)
    assert main(["check", "yuncheng"]) == 70
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert "internal error" in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize(("lang", "words"), [("zh", "没有县“999999”"), ("en", "there is no county '999999'")])
def test_a_refusal_speaks_the_language_asked_for(lang: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "yuncheng", "--county", "999999", "--lang", lang]) == 2
    assert words in said(capsys)


def test_check_groups_equal_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "yuncheng", "--county", "140882"])
    told = capsys.readouterr().out
    assert told.count("文件未载分值，按指标平均分配（36 行）") == 1
    main(["check", "yuncheng", "--county", "140882", "--json"])
    listed = json.loads(capsys.readouterr().out)["assumptions"]
    assert sum(item["assumption"] == "文件未载分值，按指标平均分配" and not item["authority"] for item in listed) == 36


def test_a_county_that_sets_nothing_is_told_and_one_that_does_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "yuncheng", "--county", "140882", "--no-assumptions"])
    assert "FR315" not in capsys.readouterr().out
    main(["check", "yuncheng", "--no-assumptions"])
    assert "FR315" in capsys.readouterr().out


def test_a_form_of_a_programme_without_dates_needs_the_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules").mkdir()
    rules = "方案 某 版本 “1”\n创建单元 村\n事实 甲：是否\n称号 乙 适用 村 〔假定 “例”〕\n  授予 甲 〔假定 “例”〕\n"
    (tmp_path / "rules" / "a.rules").write_text(rules, "utf-8")
    (tmp_path / "programme.toml").write_text('id = "undated"\ntitle = "某"\nversion = "1.0"\napi = 1\n', "utf-8")
    asked = ["facts", "template", "undated", "--plugins", str(tmp_path), "--to", str(tmp_path / "form.xlsx")]
    assert main(asked) == 2
    assert "请用 --on 给出评定日期" in capsys.readouterr().err
    assert main([*asked, "--on", "2025-12-31"]) == 0
