"""A run whose facts stay in columns says what the interpreter says of the same files: every table, every line, every point."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from flagrules.award.assess import assess
from flagrules.award.quotas import quotas
from flagrules.award.results.run_record import run_record
from flagrules.award.results.tables import results_of
from flagrules.award.wide import parts
from flagrules.award.wide.decoded import LINES, contradicted, digits_of, fired, points
from flagrules.award.wide.inputs import open_inputs
from flagrules.award.wide.parts import MANY, Scorer, folder_of, score, slice_size
from flagrules.award.wide.recall import check_sources, kept_in, recall, trace_of
from flagrules.engine.columnar.indexes import MOST
from flagrules.engine.columnar.packs import Pack, packs_of
from flagrules.engine.columnar.prepare import compile_plan
from flagrules.engine.reference import Run, World
from flagrules.engine.values import Num, Val
from flagrules.facts.log import Log
from flagrules.pipeline import Compiled
from flagrules.plan.nodes import Plan
from flagrules.text.findings import Stopped
from tests.award.wide.small import KEYS, N, interpreted, job, ran, write
from tests.rulekit import ON

TABLE_ROWS = parts.table_rows
pytestmark = pytest.mark.usefixtures("looked_up")


@pytest.mark.parametrize("key", KEYS)
def test_every_table_is_the_interpreter_s(key: str, rules: dict[str, Compiled], tmp_path: Path) -> None:
    paths = write(tmp_path / "in")
    assessment = interpreted(rules, paths)
    theirs = results_of(assessment, quotas(assessment), run_record(assessment, ()))
    ours = ran(rules, paths, tmp_path / "out")
    assert ours.table(key).rows == theirs.table(key).rows
    assert ours.table(key).columns == theirs.table(key).columns


def test_the_tables_are_not_trivial(rules: dict[str, Compiled], tmp_path: Path) -> None:
    """Counted by hand on the rules: community and village, all three outcomes, and amounts that are open."""
    results = ran(rules, write(tmp_path / "in"), tmp_path / "out")
    whole = {(row[2], row[3]): row[4:] for row in results.table("flags").rows if row[0] is None}
    assert whole["村", "整洁"][0] == 34 - 1  # one village stands no longer
    assert whole["社区", "整洁"][0] == 6
    assert all(whole["村", "公开"][index] for index in (1, 3, 4, 5))
    assert any(row[4] != row[5] for row in results.table("money").rows)


def fixed_value(plan: Plan, pack: Pack, lines: tuple[int, ...]) -> Val:
    """The value of a pack whose lines give it."""
    run, world = Run(plan), World(plan, lambda _name, _back: None)
    for decision, entry in zip(pack.slots, lines, strict=True):
        run.slots[decision.slot] = run.value(decision.entries[entry].value, world)
    return run.slots[pack.last]


def test_every_line_and_point_is_the_interpreter_s(rules: dict[str, Compiled], tmp_path: Path) -> None:
    paths = write(tmp_path / "in")
    assessment = interpreted(rules, paths)
    ran(rules, paths, tmp_path / "out")
    kept = kept_in(tmp_path / "out")
    exact = open_ = digit = 0
    for item in assessment.units:
        (row,) = trace_of(kept, item.unit.id)
        plan = assessment.plan_of(item)
        packs = packs_of(compile_plan(plan, item.unit.kind))
        digits = digits_of(tmp_path / "out" / LINES, folder_of(item.unit.kind, item.authority))
        lines = fired(digits, row)
        for slot, value in points(digits, row).items():
            assert item.steps[slot].value == Num(value, value), (item.unit.id, slot)
            digit += 1
        assert contradicted(item, plan, [row], tmp_path / "out" / LINES) == ""
        for slot, step in item.steps.items():
            if slot in lines:
                assert step.fired == (lines[slot],), (item.unit.id, slot)
                exact += 1
            else:
                open_ += 1
        for pack in packs:
            beside, step = row.get(f"points:{pack.name}"), item.steps[pack.last]
            told = pack.lines(row[pack.name])
            if beside is not None and isinstance(step.value, Num) and step.value.exact:
                scale = Fraction(beside) / step.value.low if step.value.low else None
                assert scale is None or scale in (1, 10, 100, 1000), (item.unit.id, pack.name)
                assert (beside == 0) == (step.value.low == 0)
            elif pack.fixed and told is not None:
                assert fixed_value(plan, pack, told) == step.value
        for title in item.titles:
            assert row[f"outcome:{title.name}"] == title.outcome
    assert exact > 500
    assert digit > 50
    assert open_ > 50


def test_the_same_bytes_whatever_the_order_of_rows_and_the_size_of_slices(rules: dict[str, Compiled], tmp_path: Path) -> None:
    def trace(shuffle: int | None, size: int) -> dict[str, pl.DataFrame]:
        folder = tmp_path / f"{shuffle}-{size}"
        log = Log()
        given = job(rules, write(folder / "in", shuffle=shuffle))
        inputs = open_inputs(given.paths, given.schema, ["2021", "2020"], ON, folder / "kept", folder / "scratch", size, log)
        scored = score(Scorer(given.plans, inputs, folder, size), lambda _d, _t: None)
        assert not log.close().errors
        parts = {group.folder: sorted((folder / "trace" / group.folder).glob("*.parquet")) for group in scored.groups}
        if size > N:
            return {name: pl.DataFrame({"bytes": [path.read_bytes() for path in paths]}) for name, paths in parts.items()}
        told = {name: pl.concat([pl.read_parquet(path) for path in paths]) for name, paths in parts.items()}
        return {name: frame.select("id", pl.col("^outcome:.*$")) for name, frame in told.items()}

    whole = trace(None, 100)
    for shuffle in (1, 2):
        again = trace(shuffle, 100)
        assert all(again[name].equals(frame) for name, frame in whole.items())
    small, again = trace(None, 7), trace(3, 7)
    assert all(again[name].equals(frame) for name, frame in small.items())


def test_a_unit_is_recalled_with_its_cells(rules: dict[str, Compiled], tmp_path: Path) -> None:
    paths = write(tmp_path / "in", shuffle=5)
    ran(rules, paths, tmp_path / "out")
    kept = kept_in(tmp_path / "out")
    check_sources(kept)
    assessment = interpreted(rules, paths)
    for item in assessment.units:
        log = Log()
        found, table = recall(kept, rules[""].schema, item.unit.id, log)
        assert not log.close().errors
        (one,) = assess({code: c.plan for code, c in rules.items()}, found, table, ON).units
        assert one.steps == item.steps
        origins = {read.origin for entry in table.entries.values() for read in [next(iter(entry.values()))] if hasattr(read, "origin")}
        assert origins


def test_the_record_says_what_was_read(rules: dict[str, Compiled], tmp_path: Path) -> None:
    paths = write(tmp_path / "in")
    ran(rules, paths, tmp_path / "out")
    said = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert said["record"]["engine"] == "columnar"
    assert said["columns"]["units"] == N - 1
    assert {item["label"]: item["rows"] for item in said["columns"]["sources"]} == {"facts.parquet": N, "register.parquet": N + 2}


def test_deciding_lines_are_those_of_the_interpreter(rules: dict[str, Compiled], tmp_path: Path) -> None:
    """Counted again from the interpreter's steps: terms and gates that one line alone decided."""
    from flagrules.award.wide.deciding import deciding_table

    paths = write(tmp_path / "in")
    ran(rules, paths, tmp_path / "out")
    wanted: dict[tuple[str, str, str], int] = {}
    for item in interpreted(rules, paths).units:
        digits = digits_of(tmp_path / "out" / LINES, folder_of(item.unit.kind, item.authority))
        (row,) = trace_of(kept_in(tmp_path / "out"), item.unit.id)
        for slot, entry in fired(digits, row).items():
            title = slot.split("(")[0]
            line = rules[item.authority].plan.slots[slot].entries[entry].line
            if title in ("整洁", "公开"):
                wanted[title, slot, line] = wanted.get((title, slot, line), 0) + 1
    table = deciding_table(tmp_path / "out")
    got: dict[tuple[str, str, str], int] = {}
    for found in table.rows:
        key = (str(found[0]), str(found[1]), str(found[2]))
        assert isinstance(found[5], Fraction)
        got[key] = got.get(key, 0) + int(found[5])
    assert got
    assert all(wanted[key] == count for key, count in got.items())
    costs = [row[6] for row in table.rows]
    assert costs == sorted(costs, reverse=True)  # type: ignore[type-var]  # numbers
    assert deciding_table(tmp_path / "out", "公开").rows == tuple(row for row in table.rows if row[0] == "公开")


def test_no_lines_without_results(tmp_path: Path) -> None:
    from flagrules.award.wide.deciding import deciding_table

    with pytest.raises(Stopped) as stopped:
        deciding_table(tmp_path)
    assert [item.code for item in stopped.value.findings] == ["FR830"]


@pytest.mark.parametrize("folder", ["", "file"])
def test_tables_are_for_many_units(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the fixture: what pays by itself; whether or not it can be kept, for tables number what is open."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / folder))
    assert [TABLE_ROWS(units) for units in (0, MANY - 1, MANY, 10**6)] == [0, 0, MOST, MOST]


def test_the_trace_of_many_units_is_looked_up(rules: dict[str, Compiled]) -> None:
    compiled = compile_plan(rules[""].plan, "村", parts.table_rows(N))
    assert (compiled.tables is not None) == (parts.table_rows(N) > 0)
    if compiled.tables is not None:
        slots = {slot.rsplit("/", 2)[1] for slot, table in compiled.tables.tables.items() if not table.index.partial}
        assert {"1", "2", "4"} <= slots
        partial = {slot.rsplit("/", 2)[1] for slot, table in compiled.tables.tables.items() if table.index.partial}
        assert partial == {"5"}, "two facts of many values"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("docs/spark.md", ("170,000 at most", "200 facts 69,642 units", "1,000 facts 6,500", "10 tasks")),
        ("docs/spark.zh.md", ("最多17万个单元", "200项事实是69642个单元", "1000项是6500个", "10个任务")),
    ],
)
def test_the_page_of_clusters_tells_the_slices_there_are(path: str, words: tuple[str, ...]) -> None:
    said = (Path(__file__).parents[3] / path).read_text("utf-8")
    assert (slice_size(1), slice_size(200), slice_size(1_000), slice_size(10_000)) == (170_000, 69_642, 6_500, 1_000)
    assert -(-690_000 // slice_size(200)) == 10
    assert [word for word in words if word not in said] == []
