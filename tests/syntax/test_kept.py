"""The parser's tables are kept where only the user can write, and whatever lies there, a rule file reads the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flagrules.kept import cache_folder
from flagrules.syntax import ast, parser
from flagrules.syntax.grammar import line_parser
from flagrules.text.findings import Findings
from flagrules.text.source import Source


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "flagrules"


def made() -> int:
    """A parser made anew in this process; how many kinds of word it knows."""
    return len(line_parser.__wrapped__().terminals)


def test_tables_are_written_once_and_read_the_next_time(home: Path) -> None:
    words = made()
    (kept,) = home.iterdir()
    before = kept.stat().st_mtime_ns
    assert made() == words
    assert kept.stat().st_mtime_ns == before


@pytest.mark.parametrize("content", [b"", b"not a pickle", b"0" * 64 + b"\n\x80"])
def test_broken_tables_are_made_anew(home: Path, content: bytes) -> None:
    words = made()
    (kept,) = home.iterdir()
    kept.write_bytes(content)
    assert made() == words
    assert kept.stat().st_size > len(content)


def test_a_folder_others_can_write_to_is_not_used(home: Path) -> None:
    home.mkdir()
    home.chmod(0o777)
    assert cache_folder() is None
    made()
    assert list(home.iterdir()) == []


def test_a_link_is_not_followed(home: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    home.symlink_to(tmp_path / "elsewhere")
    assert cache_folder() is None


def test_a_folder_of_someone_else_is_not_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir(mode=0o700)
    assert cache_folder() == home
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    assert cache_folder() is None


def test_no_folder_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert cache_folder() is None
    assert made() > 0


# ── what was read of a rule file ──
LONG = "方案 普查 版本 “1”\n" + "".join(f"事实 查处x{n}：次数 0次~12次\n" for n in range(150))


def read(text: str, label: str = "a.rules") -> tuple[ast.RuleFile, list[str]]:
    findings = Findings()
    return parser.parse(Source(label, text), findings), [item.code for item in findings]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The labels of files that were not known."""
    seen: list[str] = []
    plain = parser._parsed

    def noted(source: Source, findings: Findings, known: frozenset[str]) -> ast.RuleFile:
        seen.append(source.label)
        return plain(source, findings, known)

    monkeypatch.setattr(parser, "_parsed", noted)
    return seen


@pytest.mark.usefixtures("home")
def test_a_file_is_read_once(parsed: list[str]) -> None:
    first, second = read(LONG), read(LONG)
    assert first == second
    assert parsed == ["a.rules"]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("text", "label"), [(LONG + "# 注\n", "a.rules"), (LONG, "b.rules")])
def test_another_text_or_another_label_is_another_file(text: str, label: str, parsed: list[str]) -> None:
    read(LONG)
    read(text, label)
    assert len(parsed) == 2


@pytest.mark.usefixtures("home")
def test_places_are_those_of_the_file(parsed: list[str]) -> None:
    (one, _), (two, _) = read(LONG), read(LONG)
    assert len(parsed) == 1
    assert [(line.span.source.label, line.span.start, line.span.source.text) for line in one.lines] == [
        (line.span.source.label, line.span.start, line.span.source.text) for line in two.lines
    ]


def test_a_file_with_findings_is_not_kept(home: Path, parsed: list[str]) -> None:
    wrong = LONG + "事实 次9次：次数数\n"
    assert read(wrong) == read(wrong)
    assert read(wrong)[1] != []
    assert len(parsed) == 3
    assert not list(home.glob("*.read"))


@pytest.mark.usefixtures("parsed")
def test_a_file_with_findings_is_not_kept_where_they_are_told_already(home: Path) -> None:
    findings, source = Findings(), Source("a.rules", LONG + "事实 次9次：次数数\n")
    parser.parse(source, findings)
    before = len(findings)
    parser.parse(source, findings)
    assert len(findings) == before > 0
    assert not list(home.glob("*.read"))


def test_a_short_file_is_not_kept(home: Path) -> None:
    read("方案 普查 版本 “1”\n")
    assert not list(home.glob("*.read"))


@pytest.mark.parametrize("content", [b"", b"not a pickle", b"\x80\x04N."])
def test_what_cannot_be_made_out_is_read_anew(content: bytes, home: Path, parsed: list[str]) -> None:
    want = read(LONG)
    (file,) = home.glob("*.read")
    file.write_bytes(content)
    assert read(LONG) == want
    assert len(parsed) == 2


def test_another_language_reads_anew(monkeypatch: pytest.MonkeyPatch, home: Path, parsed: list[str]) -> None:
    read(LONG)
    monkeypatch.setattr(parser, "_reader", lambda: "another")
    read(LONG)
    assert len(parsed) == 2
    assert len(list(home.glob("*.read"))) == 2


def test_only_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(parser, "MANY", 2)
    for number in range(4):
        read(LONG, f"{number}.rules")
    assert len(list(home.glob("*.read"))) == 2
