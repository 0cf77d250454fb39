"""`run` writes the report beside the results, and `report` makes the same one from their folder; bad folders are findings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flagrules.award.results.publish import write_results
from flagrules.builtin import flagrules_reports
from flagrules.cli.main import main
from flagrules.text.findings import Findings
from tests.report.test_page import results_of


@pytest.fixture
def out(tmp_path: Path) -> Path:
    findings = Findings()
    write_results(results_of(tmp_path), tmp_path / "out", ["json", "report"], flagrules_reports(), findings)
    assert not findings.errors
    return tmp_path / "out"


def test_the_report_made_again_is_the_same(out: Path, tmp_path: Path) -> None:
    assert main(["report", str(out), "--to", str(tmp_path / "again")]) == 0
    for name in ("report.html", "report.xlsx"):
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes()


def test_it_may_open_in_english(out: Path, tmp_path: Path) -> None:
    assert main(["report", str(out), "--to", str(tmp_path / "again"), "--lang", "en"]) == 0
    assert 'value="en" checked' in (tmp_path / "again/report.html").read_text("utf-8")


def test_the_results_themselves_stay_as_they_are(out: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    main(["report", str(out), "--to", str(tmp_path / "again")])
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def without_costs(value: dict[str, Any]) -> None:
    del value["heads"]["costs"]


def without_heads(value: dict[str, Any]) -> None:
    del value["heads"]


def other_schema(value: dict[str, Any]) -> None:
    value["schema"] = "flagrules-results/0"


def a_number(value: dict[str, Any]) -> None:
    value["tables"]["titles"][0]["points_low"] = 92.5


def no_number(value: dict[str, Any]) -> None:
    value["tables"]["titles"][0]["points_low"] = "many"


def a_lost_cell(value: dict[str, Any]) -> None:
    del value["tables"]["titles"][0]["outcome"]


def an_outcome_nobody_knows(value: dict[str, Any]) -> None:
    value["tables"]["titles"][0]["outcome"] = "perhaps"


def a_table_that_is_none(value: dict[str, Any]) -> None:
    value["tables"]["titles"] = 3


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (without_costs, "FR822"),
        (without_heads, "FR822"),
        (other_schema, "FR821"),
        (a_number, "FR821"),
        (no_number, "FR821"),
        (a_lost_cell, "FR821"),
        (an_outcome_nobody_knows, "FR821"),
        (a_table_that_is_none, "FR821"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_results_that_are_not_whole(
    out: Path, tmp_path: Path, spoil: Callable[[dict[str, Any]], None], code: str, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = out / "results.json"
    value = json.loads(path.read_text("utf-8"))
    spoil(value)
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    assert main(["report", str(out), "--to", str(tmp_path / "again"), "--lang", lang]) == 2
    assert f"[{code}]" in capsys.readouterr().err
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"schema": "flagrules-results/1"}', '{"schema": "flagrules-results/1", "heads": 3}'])
def test_a_file_that_is_no_results(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "results.json").write_text(text, "utf-8")
    assert main(["report", str(tmp_path), "--to", str(tmp_path / "again")]) == 2
    assert "[FR82" in capsys.readouterr().err


@pytest.mark.parametrize("make", [lambda _path: None, lambda path: path.mkdir(), lambda path: path.write_text("x")])
def test_a_folder_without_results(tmp_path: Path, make: Callable[[Path], object], capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path / "out")
    assert main(["report", str(tmp_path / "out"), "--to", str(tmp_path / "again")]) == 2
    assert "[FR820]" in capsys.readouterr().err


def test_a_place_that_cannot_be_written(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    assert main(["report", str(out), "--to", str(tmp_path / "file")]) == 2
    assert "[FR021]" in capsys.readouterr().err
    assert (tmp_path / "file").read_text("utf-8") == "mine"


def test_a_run_writes_the_report_unless_told_otherwise(tmp_path: Path) -> None:
    asked = ["run", "yuncheng", "--county", "140882", "--sample", "--on", "2021-12-01", "--out", str(tmp_path / "out")]
    assert main(asked) == 0
    assert {"report.html", "report.xlsx"} <= {path.name for path in (tmp_path / "out").iterdir()}
    assert main([*asked, "--format", "csv"]) == 0
    assert not (tmp_path / "out/report.html").exists()
