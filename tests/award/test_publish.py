"""Publication: all or nothing, earlier results stay whole, every bad folder is one clear finding."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flagrules.award.results.publish import Reporter, write_results
from flagrules.award.results.shape import Results
from flagrules.award.results.staging import staged
from flagrules.text.findings import Findings
from flagrules.text.render import render_all
from tests.award.make import BODY, HEAD, TIER, run, shops


@pytest.fixture
def results(tmp_path: Path) -> Results:
    (tmp_path / "in").mkdir()
    return run(tmp_path / "in", HEAD + BODY + TIER, shops("y")).results()


def saying(text: str, name: str = "a.txt") -> Reporter:
    def report(_results: Results, folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return report


def failing(error: BaseException) -> Reporter:
    def report(_results: Results, folder: Path) -> None:
        (folder / "a.txt").write_text("half", encoding="utf-8")
        raise error

    return report


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def attempt(results: Results, folder: Path, *reporters: Reporter) -> tuple[list[Path], list[str]]:
    findings = Findings()
    table = {f"f{number}": reporter for number, reporter in enumerate(reporters)}
    paths = write_results(results, folder, list(table), table, findings)
    assert "Traceback" not in render_all(findings) + render_all(findings, "en")
    return paths, [item.code for item in findings]


def test_files_are_listed_under_the_folder_as_given(results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert attempt(results, Path("new/out"), saying("x")) == ([Path("new/out/a.txt"), Path("new/out/run.json")], [])


def test_new_results_take_the_place_of_the_old_ones_whole(results: Results, tmp_path: Path) -> None:
    attempt(results, tmp_path / "out", saying("old"), saying("gone", "b/c.txt"))
    attempt(results, tmp_path / "out", saying("new"))
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == ["a.txt", "run.json"]
    assert (tmp_path / "out/a.txt").read_text() == "new"
    assert names(tmp_path) == ["in", "out"]


def test_an_empty_folder_is_used(results: Results, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert attempt(results, tmp_path / "out", saying("x"))[1] == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "FR802"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "FR802"),
        (OSError(errno.EROFS, "Read-only file system"), "FR801"),
        (PermissionError(errno.EACCES, "Permission denied"), "FR801"),
        (OSError(errno.EIO, "Input/output error"), "FR808"),
        (RuntimeError("my own fault\nsecond line"), "FR806"),
    ],
)
def test_a_writer_that_fails_leaves_the_old_results(results: Results, tmp_path: Path, error: Exception, code: str) -> None:
    attempt(results, tmp_path / "out", saying("old"))
    assert attempt(results, tmp_path / "out", saying("new", "b.txt"), failing(error)) == ([], [code])
    assert names(tmp_path / "out") == ["a.txt", "run.json"]
    assert (tmp_path / "out/a.txt").read_text() == "old"
    assert names(tmp_path) == ["in", "out"]


def test_an_interrupted_run_leaves_the_old_results(results: Results, tmp_path: Path) -> None:
    attempt(results, tmp_path / "out", saying("old"))
    with pytest.raises(KeyboardInterrupt):
        attempt(results, tmp_path / "out", failing(KeyboardInterrupt()))
    assert (tmp_path / "out/a.txt").read_text() == "old"
    assert names(tmp_path) == ["in", "out"]


def make_file(path: Path) -> None:
    path.write_text("mine", encoding="utf-8")


def make_full(path: Path) -> None:
    path.mkdir()
    (path / "mine.docx").write_text("mine", encoding="utf-8")


def make_broken_seal(path: Path) -> None:
    path.mkdir()
    (path / "run.json").write_text('{"schema": "flagrules-results/1", "files": 3}', encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "below", "code"),
    [
        (make_file, "", "FR803"),  # a file in the way
        (make_file, "out", "FR803"),  # a file where a folder above should be
        (make_full, "", "FR804"),  # someone's own files
        (make_broken_seal, "", "FR804"),
    ],
)
def test_what_is_in_the_way_stays(results: Results, tmp_path: Path, make: Callable[[Path], None], below: str, code: str) -> None:
    make(tmp_path / "there")
    before = sorted((path, path.is_file() and path.read_bytes()) for path in (tmp_path / "there").rglob("*"))
    assert attempt(results, tmp_path / "there" / below, saying("x")) == ([], [code])
    assert sorted((path, path.is_file() and path.read_bytes()) for path in (tmp_path / "there").rglob("*")) == before


def test_a_file_added_beside_earlier_results_is_not_lost(results: Results, tmp_path: Path) -> None:
    attempt(results, tmp_path / "out", saying("old"))
    (tmp_path / "out/notes.txt").write_text("mine", encoding="utf-8")
    assert attempt(results, tmp_path / "out", saying("new")) == ([], ["FR804"])
    assert (tmp_path / "out/a.txt").read_text() == "old"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_one_may_not_write_in(results: Results, tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o500)
    assert attempt(results, tmp_path / "shut/out", saying("x")) == ([], ["FR801"])


def test_a_file_system_one_may_not_write_in(results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_words: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert attempt(results, tmp_path / "out", saying("x")) == ([], ["FR801"])


def test_a_name_too_long_for_the_file_system(results: Results, tmp_path: Path) -> None:
    assert attempt(results, tmp_path / ("长" * 100), saying("x")) == ([], ["FR808"])


def test_formats_nobody_knows_are_named_all_at_once(results: Results, tmp_path: Path) -> None:
    findings = Findings()
    table = {"csv": saying("x"), "xlsx": saying("y")}
    assert write_results(results, tmp_path / "out", ["xslx", "pdf", "csv"], table, findings) == []
    assert [(item.code, dict(item.args)["guess"]) for item in findings] == [("FR805", "xlsx"), ("FR805", "csv、xlsx")]
    assert not (tmp_path / "out").exists()


def test_two_writers_of_one_file(results: Results, tmp_path: Path) -> None:
    assert attempt(results, tmp_path / "out", saying("x"), saying("y")) == ([], ["FR807"])


def test_a_writer_may_not_forge_the_record(results: Results, tmp_path: Path) -> None:
    assert attempt(results, tmp_path / "out", saying("x", "run.json")) == ([], ["FR807"])


def test_what_a_crash_left_is_swept(results: Results, tmp_path: Path) -> None:
    (tmp_path / ".out.flagrules-new-0").mkdir()
    (tmp_path / ".out.flagrules-new-0/half.csv").write_text("half", encoding="utf-8")
    assert attempt(results, tmp_path / "out", saying("x"))[1] == []
    assert names(tmp_path) == ["in", "out"]


def test_a_crash_between_the_two_renames_loses_nothing(results: Results, tmp_path: Path) -> None:
    attempt(results, tmp_path / "out", saying("old"))
    (tmp_path / "out").rename(tmp_path / ".out.flagrules-old")
    assert attempt(results, tmp_path / "out", failing(OSError(errno.ENOSPC, "full")))[1] == ["FR802"]
    assert (tmp_path / "out/a.txt").read_text() == "old"


def test_a_rename_that_fails_puts_the_old_results_back(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt(results, tmp_path / "out", saying("old"))
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if "flagrules-new" in path.name:
            raise OSError(errno.EIO, "Input/output error")
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    assert attempt(results, tmp_path / "out", saying("new")) == ([], ["FR808"])
    assert (tmp_path / "out/a.txt").read_text() == "old"


def test_a_run_in_progress_is_not_swept_by_another(tmp_path: Path) -> None:
    with staged(tmp_path / "out") as first:
        (first / "a.txt").write_text("first", encoding="utf-8")
        with staged(tmp_path / "out") as second:
            (second / "a.txt").write_text("second", encoding="utf-8")
        assert (tmp_path / "out/a.txt").read_text() == "second"
    assert (tmp_path / "out/a.txt").read_text() == "first"


def test_a_folder_reached_by_a_link(results: Results, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    paths, codes = attempt(results, tmp_path / "link", saying("x"))
    assert (codes, paths[0]) == ([], tmp_path / "link/a.txt")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real/a.txt").exists()
