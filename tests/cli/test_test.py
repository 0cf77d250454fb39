"""`flagrules test`: exit codes, what is printed, JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from flagrules.cli.main import main
from tests.testing.made import STARS

FAILING = "用例:\n  - 名: 不对的\n    单元: 小区\n    事实: {活动次数: 12次}\n    期望: {指标 1: 12分}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the stars programme."""
    return Path(shutil.copytree(STARS, tmp_path / "stars"))


def only(folder: Path, text: str) -> Path:
    """The programme with one case file of that text."""
    for file in (folder / "tests").iterdir():
        file.unlink()
    (folder / "tests" / "a.yaml").write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    code = main(["test", "stars", "--plugins", str(folder), *args])
    return code, capsys.readouterr().out


def test_all_pass(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, capsys) == (0, "stars: 7 个用例通过，0 个未通过\n")
    assert run(folder, capsys, "--lang", "en") == (0, "stars: 7 cases passed, 0 failed\n")


def test_full_coverage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(folder, capsys, "--rule-coverage")
    assert (code, out.splitlines()[1]) == (0, "  用例到达的规则行和分档: 33/33 (100%)")


def test_one_failure(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(only(folder, FAILING), capsys, "--rule-coverage")
    assert code == 1
    assert "错误[FR951] 用例“不对的”：指标 1应为12分，实际是20分" in out
    assert "stars: 0 个用例通过，1 个未通过" in out
    assert "用例到达的规则行和分档: 1/33 (≈3%)" in out
    assert "stars/rules/stars.rules:27  6次以上 不满12次 得12分  [得分: 12分]" in out
    assert "stars.rules:26  12次以上" not in out


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("用例: [\n", "FR012"),
        ("用例: {}\n", "FR903"),
        (FAILING + "    事是: 1\n", "FR901"),  # a fault beside a failure: what cannot be read weighs more
        (FAILING.replace("12次", "12户"), "FR911"),
    ],
)
def test_unreadable(folder: Path, capsys: pytest.CaptureFixture[str], text: str, code: str) -> None:
    status, out = run(only(folder, text), capsys)
    assert status == 2
    assert code in out
    assert "Traceback" not in out


def test_no_cases_are_a_warning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(folder / "tests")
    code, out = run(folder, capsys)
    assert code == 0
    assert "警告[FR925]" in out


def test_rules_with_errors(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules" / "stars.rules").write_text("方案 星级小区\n", encoding="utf-8")
    assert run(folder, capsys)[0] == 2


def test_an_unknown_programme_or_county(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "starz", "--plugins", str(folder)]) == 2
    assert "FR001" in capsys.readouterr().err
    assert main(["test", "stars", "--county", "999999", "--plugins", str(folder)]) == 2
    assert "FR002" in capsys.readouterr().err


def test_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(only(folder, FAILING), capsys, "--json")
    found = json.loads(out)
    assert (code, found["passed"], found["failed"]) == (1, 0, 1)
    (pack,) = found["packs"]
    assert pack["cases"] == [{"name": "不对的", "file": "stars/tests/a.yaml", "line": 2, "passed": False}]
    assert (pack["rule_coverage"]["reached"], pack["rule_coverage"]["branches"]) == (1, 33)
    assert [item["code"] for item in found["findings"]] == ["FR951"]


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "--help"]) == 0
    assert "flagrules test stars --county 990101" in capsys.readouterr().out
