"""`flagrules county new`: the project builds, is found when installed, and its tests pass."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from flagrules.cli.main import main
from tests.testing.made import STARS


def new(folder: Path, *args: str, code: str = "990101", name: str = "林县") -> int:
    return main(["county", "new", code, name, "--programme", "stars", "--to", str(folder), "--plugins", str(STARS), *args])


def test_its_tests_pass_where_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new(tmp_path / "lin", "--id", "lin") == 0
    out = capsys.readouterr().out
    assert "flagrules_county_lin/rules/lin.rules" in out
    assert out.endswith(f"flagrules test stars --county 990101 --plugins {(tmp_path / 'lin').as_posix()}\n")
    folders = ["--plugins", str(STARS), "--plugins", str(tmp_path / "lin")]
    assert main(["check", "stars", "--county", "990101", *folders]) == 0
    capsys.readouterr()
    assert main(["test", "stars", "--county", "990101", *folders]) == 0
    assert capsys.readouterr().out == "lin: 1 个用例通过，0 个未通过\n"


def test_the_next_step_lets_a_county_stand_for_one_that_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = ["--plugins", str(STARS), "--plugins", str(tmp_path / "lin")]
    assert new(tmp_path / "lin", "--id", "lin") == 0
    assert new(tmp_path / "own", "--id", "own", "--plugins", str(tmp_path / "lin")) == 0
    swap = f"990101={(tmp_path / 'own').as_posix()}"
    assert capsys.readouterr().out.endswith(f"flagrules test stars --county 990101 --replace {swap}\n")
    assert main(["test", "stars", "--county", "990101", *folders, "--replace", swap]) == 0
    assert capsys.readouterr().out == "own: 1 个用例通过，0 个未通过\n"


def test_what_is_delegated_is_listed(tmp_path: Path) -> None:
    new(tmp_path / "lin", "--id", "lin")
    rules = (tmp_path / "lin" / "flagrules_county_lin" / "rules" / "lin.rules").read_text(encoding="utf-8")
    assert "#   设定，依 办法 4：补贴额\n" in rules
    cases = (tmp_path / "lin" / "flagrules_county_lin" / "tests" / "lin.yaml").read_text(encoding="utf-8")
    assert "    单元: 小区\n    期望:\n      和睦: 未定\n" in cases


def test_a_filled_in_county_is_tested_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(tmp_path / "lin", "--id", "lin")
    package = tmp_path / "lin" / "flagrules_county_lin"
    with (package / "rules" / "lin.rules").open("a", encoding="utf-8") as file:
        file.write("  设定 补贴额 = 2万元 依 办法 4 〔假定 “样例”〕\n")
    with (package / "tests" / "lin.yaml").open("a", encoding="utf-8") as file:
        file.write("  - 名: 补贴\n    单元: 小区\n    期望: {补贴: {县级: 0元~2万元}}\n")
    capsys.readouterr()
    folders = ["--plugins", str(STARS), "--plugins", str(tmp_path / "lin")]
    assert main(["test", "stars", "--county", "林县", "--rule-coverage", *folders]) == 0
    assert "lin: 2 个用例通过，0 个未通过" in capsys.readouterr().out


def test_the_wheel_is_found_and_its_tests_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    new(tmp_path / "lin", "--id", "lin")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist")]
    subprocess.run([*build, str(tmp_path / "lin")], check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    monkeypatch.syspath_prepend(str(tmp_path / "installed"))
    capsys.readouterr()
    assert main(["plugins", "list", "--plugins", str(STARS)]) == 0
    assert "林县 990101 → stars" in capsys.readouterr().out
    assert main(["test", "stars", "--county", "990101", "--plugins", str(STARS)]) == 0
    assert capsys.readouterr().out == "lin: 1 个用例通过，0 个未通过\n"


@pytest.mark.parametrize(
    ("code", "name", "finding"), [("99010", "林县", "FR624"), ("990101", "", "FR627"), ("九九零一零一", "林县", "FR624")]
)
def test_bad_words(tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str, name: str, finding: str) -> None:
    assert new(tmp_path / "lin", "--id", "lin", code=code, name=name) == 2
    assert finding in capsys.readouterr().err
    assert not (tmp_path / "lin").exists()


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert new(tmp_path) == 2
    assert "FR653" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_unknown_programme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["county", "new", "990101", "林县", "--programme", "starz", "--to", str(tmp_path / "x"), "--plugins", str(STARS)]) == 2
    assert "FR001" in capsys.readouterr().err


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["county", "--help"], ["county", "new", "--help"]):
        assert main(words) == 0
        assert "flagrules county new 990101 林县" in capsys.readouterr().out
