"""Slices scored by other processes: the same as on one machine, and a finding where one is lost, differs or fails."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flagrules.award.wide import scatter as module
from flagrules.award.wide.inputs import open_inputs
from flagrules.award.wide.parts import Scored, Scorer, score
from flagrules.award.wide.run import Scoring
from flagrules.award.wide.scatter import Scheduler, Slices, Told, scatter, slices_of
from flagrules.facts.log import Log
from flagrules.pipeline import Compiled
from flagrules.text.findings import Stopped, finding
from flagrules.text.source import CellPlace, FilePlace
from tests.award.wide.small import job, write
from tests.rulekit import ON

SIZE = 7  # 39 units: six slices, the last of four


def scorer(rules: dict[str, Compiled], folder: Path, name: str, size: int = SIZE, wrong: int = 0) -> Scorer:
    """A scorer whose parts go to `name`; the files are in another order than the register."""
    log = Log()
    given = job(rules, write(folder / f"{name}-in", shuffle=3))
    if wrong:
        every = pl.int_range(pl.len()) % wrong == wrong - 1
        table = pl.read_parquet(given.paths["facts.parquet"]).with_columns(pl.when(every).then(99).otherwise("件数").alias("件数"))
        table.write_parquet(given.paths["facts.parquet"])
    inputs = open_inputs(given.paths, given.schema, ["2021", "2020"], ON, folder / "kept", folder / f"{name}-scratch", size, log)
    assert not log.close().errors
    return Scorer(given.plans, inputs, folder / name, size)


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def quiet(_done: int, _all: int) -> None:
    """Progress nobody looks at."""


def small(scored: Scored) -> list[object]:
    """What is counted over all units, as plain values."""
    return [scored.columns(group).to_dicts() for group in scored.groups]


def agree(one: Scored, other: Scored, folder: Path) -> None:
    """Whether two runs left the same, down to the bytes."""
    assert files(folder / "other") == files(folder / "one")
    assert len(files(folder / "one")) > len(one.slices)
    assert small(other) == small(one)
    assert other.whole == one.whole
    assert [list(item.findings) for item in other.slices] == [list(item.findings) for item in one.slices]


def backwards(slices: Slices, _master: str, told: Told) -> Iterator[tuple[int, bytes]]:
    """Here, from the last to the first, and the last once more."""
    for done, number in enumerate([*reversed(range(slices.count)), slices.count - 1]):
        told(done, slices.count)
        yield number, slices.run(number)


def processes(slices: Slices, _master: str, _told: Told) -> Iterable[tuple[int, bytes]]:
    """Two processes that know nothing but what is handed to them, in another working folder."""
    with ProcessPoolExecutor(2, get_context("spawn"), os.chdir, ("/",)) as pool:
        return list(enumerate(pool.map(slices.run, range(slices.count))))


@pytest.mark.parametrize("scheduler", [backwards, processes])
def test_the_same_in_any_order_and_by_other_processes(rules: dict[str, Compiled], tmp_path: Path, scheduler: Scheduler) -> None:
    one = score(scorer(rules, tmp_path, "one"), quiet)
    other = scatter("cloud", scheduler, "there")(scorer(rules, tmp_path, "other"), quiet)
    assert len(other.slices) == 6
    agree(one, other, tmp_path)


def test_wrong_cells_are_told_by_whoever_reads_them(rules: dict[str, Compiled], tmp_path: Path) -> None:
    """99 where the most is 9, in every ninth row."""
    one = score(scorer(rules, tmp_path, "one", wrong=9), quiet)
    other = scatter("cloud", processes, "there")(scorer(rules, tmp_path, "other", wrong=9), quiet)
    told = sorted(item.place.row for left in other.slices for item in left.findings if isinstance(item.place, CellPlace))
    assert told == [9, 18, 27, 36]  # rows of the file; the header is none of a Parquet
    agree(one, other, tmp_path)


def test_progress_is_told_in_units(rules: dict[str, Compiled], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    scatter("cloud", backwards, "")(scorer(rules, tmp_path, "other"), lambda done, of: told.append((done, of)))
    assert told == [(0, 39), (7, 39), (14, 39), (21, 39), (28, 39), (35, 39), (39, 39)]


def refused(scoring: Scoring, given: Scorer) -> tuple[str, dict[str, str], str]:
    """The one finding a run stops with: code, words, place."""
    with pytest.raises(Stopped) as stopped:
        scoring(given, quiet)
    (found,) = stopped.value.findings
    return found.code, dict(found.args), str(found.place)


def test_a_slice_that_never_came(rules: dict[str, Compiled], tmp_path: Path) -> None:
    code, words, place = refused(
        scatter("cloud", lambda slices, _m, _t: [(n, slices.run(n)) for n in range(1, slices.count)], "there"),
        scorer(rules, tmp_path, "other"),
    )
    assert (code, place) == ("FR843", "there")
    assert words["path"].endswith("part-00000.parquet")


def test_parts_written_where_this_machine_does_not_see_them(rules: dict[str, Compiled], tmp_path: Path) -> None:
    def elsewhere(slices: Slices, _master: str, _told: Told) -> Iterator[tuple[int, bytes]]:
        kind, (plans, inputs, folder, *rest) = pickle.loads(slices.payload)
        away = replace(slices, payload=pickle.dumps((kind, (plans, inputs, folder.with_name("away"), *rest))))
        return ((number, away.run(number)) for number in range(slices.count))

    code, words, _ = refused(scatter("cloud", elsewhere, "there"), scorer(rules, tmp_path, "other"))
    assert code == "FR843"
    assert int(words["count"]) >= 6
    assert files(tmp_path / "away")


def test_a_worker_of_another_version(rules: dict[str, Compiled], tmp_path: Path) -> None:
    def old(slices: Slices, _master: str, _told: Told) -> list[tuple[int, bytes]]:
        before = replace(slices, versions=slices.versions.replace("flagrules ", "flagrules 9"))
        return [(number, before.run(number)) for number in range(slices.count)]

    code, words, _ = refused(scatter("cloud", old, "there"), scorer(rules, tmp_path, "other"))
    assert code == "FR842"
    assert words["here"].replace("flagrules 9", "flagrules ") == words["there"] == module.made_with()
    assert not (tmp_path / "other").exists()


def test_what_a_worker_finds_wrong_is_told_as_it_is(rules: dict[str, Compiled], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_scorer: Scorer, _number: int) -> None:
        raise Stopped([finding("FR507", FilePlace("facts.parquet"))])

    given = scorer(rules, tmp_path, "other")
    monkeypatch.setattr(Scorer, "run", stop)
    assert refused(scatter("cloud", backwards, "there"), given) == ("FR507", {}, "facts.parquet")


def test_a_scheduler_that_breaks(rules: dict[str, Compiled], tmp_path: Path) -> None:
    def broken(_slices: Slices, _master: str, _told: Told) -> list[tuple[int, bytes]]:
        raise RuntimeError("no more\nmachines")

    code, words, place = refused(scatter("cloud", broken, ""), scorer(rules, tmp_path, "other"))
    assert (code, place, words) == ("FR844", "cloud", {"name": "cloud", "reason": "RuntimeError: no more"})


def test_what_killed_workers_had_begun_is_swept(rules: dict[str, Compiled], tmp_path: Path) -> None:
    def littering(slices: Slices, master: str, told: Told) -> Iterator[tuple[int, bytes]]:
        yield from backwards(slices, master, told)
        for part in list((tmp_path / "other").rglob("part-00002.parquet")):
            part.with_name(f".{part.name}.5ca1ab1e").write_bytes(b"half")

    one = score(scorer(rules, tmp_path, "one"), quiet)
    agree(one, scatter("cloud", littering, "")(scorer(rules, tmp_path, "other"), quiet), tmp_path)


def test_a_plugin_that_brings_a_scheduler_is_light() -> None:
    """What a plugin imports at every start brings no polars."""
    code = "import sys, flagrules.plugin; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_worker_s_scorer_is_made_once(rules: dict[str, Compiled], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slices = slices_of(scorer(rules, tmp_path, "other"))
    made: list[int] = []
    before = Scorer.__init__

    def counted(self: Scorer, *given: Any) -> None:
        made.append(1)
        before(self, *given)

    monkeypatch.setattr(Scorer, "__init__", counted)
    for number in range(slices.count):
        slices.run(number)
    assert made == [1]
