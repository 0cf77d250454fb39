"""What a run of very many units makes of its files: split, in other orders, wrong, changed, and a disk that is full."""

from __future__ import annotations

import resource
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flagrules.award.wide.recall import check_sources, kept_in, recall
from flagrules.award.wide.run import run_wide
from flagrules.builtin import flagrules_reports
from flagrules.facts.log import Log
from flagrules.pipeline import Compiled
from flagrules.text.findings import Findings, Stopped
from tests.award.wide.small import KEYS, N, changed, facts, job, ran, refused, register, write

pytestmark = pytest.mark.usefixtures("looked_up")


def test_files_that_changed_are_refused(rules: dict[str, Compiled], tmp_path: Path) -> None:
    paths = write(tmp_path / "in")
    ran(rules, paths, tmp_path / "out")
    kept = kept_in(tmp_path / "out")
    write(tmp_path / "in", shuffle=1)
    with pytest.raises(Stopped) as stopped:
        check_sources(kept)
    assert [item.code for item in stopped.value.findings] == ["FR832"]
    paths["facts.parquet"].unlink()
    with pytest.raises(Stopped) as stopped:
        check_sources(kept)
    assert [item.code for item in stopped.value.findings] == ["FR831"]


@pytest.mark.parametrize("content", ["", "{}", '{"record": {}}', "[1]"])
def test_a_folder_without_such_results(content: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(Stopped) as stopped:
        kept_in(tmp_path)
    assert [item.code for item in stopped.value.findings] == ["FR830"]


def test_wrong_facts_leave_the_old_results_whole(rules: dict[str, Compiled], tmp_path: Path) -> None:
    ran(rules, write(tmp_path / "good"), tmp_path / "out")
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    wrong = {
        "FR582": {"件数": pl.Series([10] * N, dtype=pl.Int16)},
        "FR531": {"件数": pl.Series([1.0] * N, dtype=pl.Float64)},
        "FR555": {"编号": pl.Series(["990009", *register()["编号"][3:]])},
        "FR570": {"期": pl.Series(["某年"] * N)},
        "FR584": {"类型": pl.Series(["高原"] * N)},
        "FR537": {"别的": pl.Series([1] * N)},
    }
    for number, (code, columns) in enumerate(wrong.items()):
        paths = changed(write(tmp_path / f"bad{number}"), **columns)
        assert refused(rules, paths, tmp_path / "out") == [code]
        assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".out")]


def test_facts_may_be_split_over_files(rules: dict[str, Compiled], tmp_path: Path) -> None:
    """A file a county, say: of two cells for one place the blank one gives way."""
    whole, split = write(tmp_path / "one"), write(tmp_path / "two")
    table = pl.read_parquet(split["facts.parquet"])
    table[:23].write_parquet(tmp_path / "two" / "facts.parquet")
    table[23:].write_parquet(tmp_path / "two" / "more.parquet")
    split["more.parquet"] = tmp_path / "two" / "more.parquet"
    one, two = ran(rules, whole, tmp_path / "out1"), ran(rules, split, tmp_path / "out2")
    assert [one.table(key).rows for key in KEYS] == [two.table(key).rows for key in KEYS]


def test_two_files_that_say_the_same_of_a_unit(rules: dict[str, Compiled], tmp_path: Path) -> None:
    paths = write(tmp_path / "in")
    table = pl.read_parquet(paths["facts.parquet"])
    table.select("编号", "期", "件数").write_parquet(tmp_path / "in" / "more.parquet")
    findings = Findings()
    with_more = paths | {"more.parquet": tmp_path / "in" / "more.parquet"}
    try:
        run_wide(job(rules, with_more), tmp_path / "out", ("parquet",), flagrules_reports(), findings, lambda _d, _t: None)
    except Stopped as stopped:
        findings.extend(stopped.findings)
    told = [item for item in findings if item.code == "FR573"]
    first = next(row for row, value in enumerate(table["件数"]) if value is not None)
    assert dict(told[0].args) == {"name": f"单元{first}", "fact": "件数"}
    assert [getattr(place, "row", None) for place in (told[0].place, told[0].related[0].place)] == [first + 1, first + 1]


def test_a_checklist_of_an_earlier_period_is_read_past(rules: dict[str, Compiled], tmp_path: Path) -> None:
    paths = write(tmp_path / "in")
    one = ran(rules, paths, tmp_path / "out1")
    table = pl.read_parquet(paths["facts.parquet"])
    pl.concat([table, table.with_columns(pl.lit("2020").alias("期"))]).write_parquet(paths["facts.parquet"])
    two = ran(rules, paths, tmp_path / "out2")
    assert [one.table(key).rows for key in KEYS[:6]] == [two.table(key).rows for key in KEYS[:6]]


def test_a_file_that_is_no_parquet(rules: dict[str, Compiled], tmp_path: Path) -> None:
    paths = write(tmp_path / "in")
    paths["facts.parquet"].write_bytes(b"PAR1 but not more")
    assert refused(rules, paths, tmp_path / "out") == ["FR507"]


def test_no_register(rules: dict[str, Compiled], tmp_path: Path) -> None:
    paths = write(tmp_path / "in")
    del paths["register.parquet"]
    assert refused(rules, paths, tmp_path / "out") == ["FR513"]


def test_a_full_disk_leaves_the_old_results_whole(rules: dict[str, Compiled], tmp_path: Path) -> None:
    """A file may get no larger than that: the engine's own writer hits it, as it hits the end of a disk."""
    paths = write(tmp_path / "in")
    ran(rules, paths, tmp_path / "out")
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        codes = refused(rules, paths, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert codes == ["FR802"]
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".out")]


def test_stopped_in_the_middle_nothing_half_written_stays(rules: dict[str, Compiled], tmp_path: Path) -> None:
    paths = write(tmp_path / "in")
    ran(rules, paths, tmp_path / "out")
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}

    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_wide(job(rules, paths), tmp_path / "out", ("parquet",), flagrules_reports(), Findings(), interrupt)
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".out")]


def test_text_tables_come_to_the_same(rules: dict[str, Compiled], tmp_path: Path) -> None:
    """The same facts written as a CSV: kept as a typed table beside the results, and recalled from there."""
    paths = write(tmp_path / "in")
    words = {True: "是", False: "否", None: ""}
    columns = {}
    for name, (values, kind) in facts().items():
        plain = [words[value] if kind == pl.Boolean else "" if value is None else str(value) for value in values]
        columns[name] = plain
    pl.DataFrame(columns).write_csv(tmp_path / "in" / "facts.csv")
    as_text = {"facts.csv": tmp_path / "in" / "facts.csv", "register.parquet": paths["register.parquet"]}
    theirs, ours = ran(rules, paths, tmp_path / "a"), ran(rules, as_text, tmp_path / "b")
    for key in ("flags", "held", "quotas", "money"):
        assert theirs.table(key).rows == ours.table(key).rows
    kept = kept_in(tmp_path / "b")
    check_sources(kept)
    assert [source.kept for source in kept.sources] == [True, False]
    log = Log()
    _, table = recall(kept, replace(rules[""].schema), register()["编号"][4], log)
    assert table.entries
    assert not log.close().errors


def test_the_day_matters(rules: dict[str, Compiled], tmp_path: Path) -> None:
    given = replace(job(rules, write(tmp_path / "in")), on=date(2021, 11, 30))
    results, _, _ = run_wide(given, None, (), flagrules_reports(), Findings(), lambda _d, _t: None)
    assert results is not None
    counts = [row[4] for row in results.table("flags").rows if row[0] is None and row[3] == "整洁"]
    assert counts == [34, 6]
