"""What README and the manual show is true: every command works as written, excerpts are real, and links lead somewhere."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from flagrules.cli.main import main
from tests.cli.commands import accepts

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
PAGES = [*READMES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
DEMO = ["yuncheng", "--county", "140882", "--sample", "--on", "2021-12-01"]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def fenced(path: Path, *kinds: str) -> list[str]:
    """The lines of all blocks of some kinds."""
    found: list[str] = []
    inside: str | None = None
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("```"):
            inside = line[3:] if inside is None else None
        elif inside in kinds:
            found.append(line)
    return found


def commands(path: Path) -> list[str]:
    return [line for line in fenced(path, "", "sh", "bash", "console") if line.startswith("flagrules ")]


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_command_shown_is_done_without_a_fault(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for line in commands(path):
        assert main(accepts(line)) == 0, (line, capsys.readouterr().err)


def test_the_readmes_show_the_same_commands() -> None:
    one, other = ([line.split()[1] for line in commands(path)] for path in READMES)
    assert one == other
    assert len(one) >= 10


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `make demo` prints."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.chdir(tmp_path_factory.mktemp("demo"))
        assert main(["run", *DEMO, "--out", "build/demo"]) == 0
        assert main(["explain", DEMO[0], "龙门村", *DEMO[1:], "--flag", "生态宜居"]) == 0
        assert {path.suffix for path in Path("build/demo").iterdir()} == {".csv", ".html", ".json", ".parquet", ".xlsx"}
    return said.getvalue()


def test_the_demo_shows_flags_quotas_and_one_whole_explanation(demo: str) -> None:
    lines = demo.splitlines()
    assert "红旗数分布" in lines
    assert "名额" in lines
    assert "一、每一道关" in lines
    assert "二、每一个指标" in lines
    assert not re.search(r"\d/\d", demo.split("名额\n", maxsplit=1)[0]), "no fraction in the table of flags"


def test_make_demo_is_what_this_test_runs() -> None:
    made = (ROOT / "Makefile").read_text("utf-8")
    assert f"flagrules run {' '.join(DEMO)} --out" in made
    assert f"flagrules explain yuncheng 龙门村 {' '.join(DEMO[1:])} --flag 生态宜居" in made


@pytest.mark.parametrize("path", READMES, ids=named)
def test_excerpts_are_real(path: Path, demo: str) -> None:
    shown = {line.rstrip() for line in demo.splitlines()}
    excerpt = [line.rstrip() for line in fenced(path, "text")]
    assert len(excerpt) >= 8
    assert [line for line in excerpt if line not in shown] == []


@pytest.mark.parametrize("path", READMES, ids=named)
def test_the_rules_shown_are_rules_of_the_county(path: Path) -> None:
    files = sorted((ROOT / "counties/hejin/flagrules_county_hejin/rules").glob("*.rules"))
    rules = [line for file in files for line in file.read_text("utf-8").splitlines()]
    shown = fenced(path, "rules")
    assert shown
    assert [line for line in shown if line not in rules] == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_lead_to_files(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_page_is_reached_by_a_link() -> None:
    led_to = {(path.parent / target).resolve() for path in PAGES for target in re.findall(r"\]\(([^)#:]+)", path.read_text("utf-8"))}
    assert [named(path) for path in PAGES if path.is_relative_to(ROOT / "docs") and path not in led_to] == []
