"""The parser's tables are kept where only the user can write, and whatever lies there, a rule file reads the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flagrules.syntax.grammar import line_parser
from flagrules.syntax.kept import cache_folder


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
