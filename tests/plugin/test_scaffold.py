"""`county new`: the project it writes is whole, builds, and is found."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from flagrules.plugin.host import load_plugins
from flagrules.plugin.packs import ProgrammePack
from flagrules.plugin.scaffold import Example, new_county
from flagrules.text.findings import Findings
from tests.plugin.make import codes, load, programme

STARS = ProgrammePack("stars", "1.0", (), title="星级社区")
EXAMPLE = Example("星级社区", "1", "小区", "和睦", "未定", ("设定，依 办法 4：补贴额",))


def make(folder: Path, code: str = "990101", name: str = "林县", slug: str = "") -> tuple[list[str], Findings]:
    findings = Findings()
    written = new_county(folder, code, name, STARS, findings, example=EXAMPLE, slug=slug)
    return [path.relative_to(folder).as_posix() for path in written], findings


def test_the_files_written(tmp_path: Path) -> None:
    written, findings = make(tmp_path / "new", slug="lin-xian")
    assert codes(findings) == []
    assert sorted(written) == [
        ".gitignore",
        "README.md",
        "flagrules_county_lin_xian/__init__.py",
        "flagrules_county_lin_xian/county.toml",
        "flagrules_county_lin_xian/rules/lin-xian.rules",
        "flagrules_county_lin_xian/tests/lin-xian.yaml",
        "pyproject.toml",
    ]
    project = tomllib.loads((tmp_path / "new" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == "flagrules-county-lin-xian"
    assert project["entry-points"]["flagrules.plugins"] == {"lin-xian": "flagrules_county_lin_xian"}
    for path in (tmp_path / "new").rglob("*"):
        assert path.is_dir() or "@" not in path.read_text(encoding="utf-8")


def test_the_new_folder_is_found(tmp_path: Path) -> None:
    make(tmp_path / "new")
    loaded, findings = load(tmp_path / "new", programme(tmp_path / "stars"), python_allowed=False)
    assert codes(findings) == []
    (pack,) = loaded.refinements
    assert (pack.id, pack.code, pack.name, pack.programme) == ("990101", "990101", "林县", "stars")
    assert "县 林县 990101 落实 星级社区 版本 “1”" in pack.rules[0].data.decode()


def test_the_new_project_builds_and_is_found_as_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "new", slug="lin")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist")]
    subprocess.run([*build, str(tmp_path / "new")], check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    monkeypatch.syspath_prepend(str(tmp_path / "installed"))
    findings = Findings()
    loaded = load_plugins(findings, folders=[programme(tmp_path / "stars")])
    record = next(record for record in loaded.plugins if record.name == "lin")
    assert (record.version, record.origin, record.code) == ("0.1.0", "installed", False)
    assert [str(item.place) for item in findings.errors] == []


@pytest.mark.parametrize(
    ("code", "name", "slug", "expected"),
    [
        ("99010", "林县", "", ["FR624"]),
        ("９９０１０１", "林县", "lin", ["FR624"]),
        ("990101", "", "", ["FR627"]),
        ("990101", '林"县', "", ["FR627"]),
        ("990101", "林\n县", "", ["FR627"]),
        ("990101", "林县", "../x", ["FR623"]),
        ("990101", "林县", "x" * 101, ["FR623"]),
        ("1", "", "林", ["FR623", "FR624", "FR627"]),
    ],
)
def test_bad_words_write_nothing(tmp_path: Path, code: str, name: str, slug: str, expected: list[str]) -> None:
    written, findings = make(tmp_path / "new", code, name, slug)
    assert codes(findings) == expected
    assert written == []
    assert not (tmp_path / "new").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert codes(make(tmp_path / "new")[1]) == []
    assert codes(make(tmp_path / "new")[1]) == ["FR653"]
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert codes(make(tmp_path / "file")[1]) == ["FR653"]
    assert codes(make(tmp_path / "file" / "inside")[1]) == ["FR654"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_marks_in_a_name_are_not_filled_again(tmp_path: Path) -> None:
    make(tmp_path / "new", name="@CODE@", slug="lin")
    text = (tmp_path / "new" / "flagrules_county_lin" / "county.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["name"] == "@CODE@"
