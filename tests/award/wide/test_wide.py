"""A run whose facts stay in columns says what the interpreter says of the same files: every table, every line, every point."""

from __future__ import annotations

import json
import resource
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flagrules.award.assess import Assessment, assess
from flagrules.award.quotas import quotas
from flagrules.award.results.run_record import run_record
from flagrules.award.results.tables import results_of
from flagrules.award.wide import parts
from flagrules.award.wide.decoded import LINES, contradicted, fired, told_in
from flagrules.award.wide.inputs import open_inputs
from flagrules.award.wide.parts import MANY, WORTH, Scorer, folder_of, score, slice_size
from flagrules.award.wide.recall import check_sources, kept_in, recall, trace_of
from flagrules.award.wide.run import Job, looks_beyond, run_wide
from flagrules.builtin import flagrules_reports
from flagrules.engine.columnar.lean import Pack, packs_of
from flagrules.engine.columnar.prepare import compile_plan
from flagrules.engine.reference import Run, World
from flagrules.engine.values import Num, Val
from flagrules.facts.log import Log
from flagrules.facts.read import read_facts
from flagrules.pipeline import Compiled
from flagrules.plan.nodes import Plan
from flagrules.text.findings import Findings, Stopped
from tests.rulekit import ON, compiled

TABLE_ROWS = parts.table_rows
RULES = """\
方案 例 版本 “1”
  称谓 “牌子” “块”
  施行 2021年1月1日 至 2021年12月31日
文件 例文 《例文》
创建单元 村、社区
上级单元 县、乡
事实 改造：户数 0户~300户
事实 户数：户数 1户~400户
事实 满意度：比例 0%~100%
事实 件数：件数 0件~9件
事实 建成：是否
事实 耕地：数量（亩，1位） 0亩~99.9亩 可不适用
事实 规模：数量（亩，1位） 0亩~99.9亩
事实 栏目：清单（党务、财务）
事实 类型：选项（山区、平川） 适用 村
参数 补贴：金额（万元） 〔例文 1〕
  授权 各县 设定 1万元~3万元 〔例文 1〕
称号 整洁 适用 村、社区：40分
  授予 得分 25分以上
  指标 1 满意：20分
    分档 满意度
      90%以上           得20分
      60%以上 不满90%   得12分
      其余              得0分
  指标 2 事故：10分
    每1件 件数 扣2分，扣完为止
    当 件数 4件以上，扣1分，扣完为止
  指标 3 规模：10分
    按比例 规模 ÷ 较大值（耕地，1亩），保留1位 四舍五入，封顶 10分
    不适用 当 耕地 = 0亩，则 得满分
称号 公开 适用 村：20分
  参评 建成
  授予 得分 8分以上
  一票否决 当 件数 9件以上，则 本称号不授
  指标 4 栏目：10分
    每缺1项 栏目 扣5分，扣完为止
  指标 5 改造：10分
    按比例 改造 ÷ 户数，保留1位 四舍五入，封顶 10分
等次 一块 适用 村、社区 当 称号数 1块以上
  补贴 市级 1.5万元
等次 两块 适用 村 当 称号数 2块以上
  与 一块 就高不重复
  补贴 市级 2万元
  补贴 县级 补贴
名额 村 一块 占比 50%以上
名额 村 一块 每个 县 2个~3个
"""
COUNTY = "县 甲县 990001 落实 例 版本 “1”\n  施行 2021年1月1日起\n  设定 补贴 = 2万元 依 例文 1\n"
N = 40


def register() -> dict[str, list[Any]]:
    ids = [f"99000{1 + n % 2}{n:06}" for n in range(N)]
    return {
        "编号": ["990001", "990002", *ids], "名称": ["甲县", "乙县", *(f"单元{n}" for n in range(N))],
        "类别": ["县", "县", *("社区" if n % 7 == 3 else "村" for n in range(N))],
        "上级": [None, None, *(f"99000{1 + n % 2}" for n in range(N))],
        "止": [None, None, *("2021-11-30" if n == 5 else None for n in range(N))],
    }  # fmt: skip


def facts() -> dict[str, tuple[list[Any], Any]]:
    """Every band and edge, every eleventh cell unknown, some not applicable."""

    def some(values: list[Any], shift: int) -> list[Any]:
        return [None if (n + shift) % 11 == 0 else values[n % len(values)] for n in range(N)]

    village = [n % 7 != 3 for n in range(N)]
    return {
        "编号": (register()["编号"][2:], pl.String), "期": (["2021"] * N, pl.String),
        "满意度(%)": (some([100, 90, 89, 60, 59, 0], 1), pl.Int8), "件数": (some([0, 1, 3, 4, 5, 9, 2, 0, 0], 2), pl.Int16),
        "建成": (some([True, True, True, False], 3), pl.Boolean),
        "耕地": (some([fraction("10.5"), fraction("0"), fraction("30")], 4), pl.Decimal(5, 1)),
        "规模": (some([fraction("7"), fraction("0.3"), fraction("25.2"), fraction("99.9")], 5), pl.Decimal(5, 1)),
        "栏目/党务": (some([True, False, True], 6), pl.Boolean), "栏目/财务": (some([True, True, False, True, True], 7), pl.Boolean),
        "改造": (some([0, 150, 300, 37], 9), pl.Int16), "户数": (some([400, 299, 300, 1, 75], 10), pl.Int16),
        "类型": ([word if is_village else None for word, is_village in zip(some(["山区", "平川"], 8), village, strict=True)], pl.String),
    }  # fmt: skip


def fraction(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def write(folder: Path, *, shuffle: int | None = None) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    table = pl.DataFrame([pl.Series(name, values, dtype=kind) for name, (values, kind) in facts().items()])
    if shuffle is not None:
        table = table.sample(fraction=1, shuffle=True, seed=shuffle)
    table.write_parquet(folder / "facts.parquet")
    pl.DataFrame(register()).write_parquet(folder / "register.parquet")
    return {"facts.parquet": folder / "facts.parquet", "register.parquet": folder / "register.parquet"}


@pytest.fixture(autouse=True, params=[0, 2**14], ids=["columns", "tables"])
def looked_up(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything holds with and without tables, which few units are not worth."""
    monkeypatch.setattr(parts, "table_rows", lambda _units: request.param)


@pytest.fixture(scope="module")
def rules() -> dict[str, Compiled]:
    findings = Findings()
    plans = {"": compiled(RULES, findings=findings), "990001": compiled(RULES, county=COUNTY, findings=findings)}
    assert not findings.errors
    return plans


def job(rules: Mapping[str, Compiled], paths: dict[str, Path]) -> Job:
    plans = {code: item.plan for code, item in rules.items()}
    return Job(plans, rules[""].schema, paths, ON, "2021", "2020", "zh", ())


def interpreted(rules: Mapping[str, Compiled], paths: dict[str, Path]) -> Assessment:
    found, table, findings = read_facts(paths, rules[""].schema, "2021", "2020")
    assert not findings.errors
    return assess({code: item.plan for code, item in rules.items()}, found, table, ON)


def ran(rules: Mapping[str, Compiled], paths: dict[str, Path], out: Path) -> Any:
    findings = Findings()
    results, scored, written = run_wide(job(rules, paths), out, ("json", "parquet"), flagrules_reports(), findings, lambda _d, _t: None)
    assert not findings.errors
    assert written
    assert scored is not None
    return results


@pytest.mark.parametrize("key", ["flags", "held", "quotas", "money", "procedure", "left_out", "basis"])
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
    exact = open_ = 0
    for item in assessment.units:
        (row,) = trace_of(kept, item.unit.id)
        plan = assessment.plan_of(item)
        packs = packs_of(compile_plan(plan, item.unit.kind))
        lines = fired(told_in(tmp_path / "out" / LINES, folder_of(item.unit.kind, item.authority)), row)
        assert contradicted(item, plan, [row], tmp_path / "out" / LINES) == ""
        for slot, step in item.steps.items():
            if slot in lines:
                assert step.fired == (lines[slot],), (item.unit.id, slot)
                exact += 1
            else:
                open_ += 1
        for pack in packs:
            points, step = row.get(f"points:{pack.name}"), item.steps[pack.last]
            told = pack.lines(row[pack.name])
            if points is not None and isinstance(step.value, Num) and step.value.exact:
                scale = Fraction(points) / step.value.low if step.value.low else None
                assert scale is None or scale in (1, 10, 100, 1000), (item.unit.id, pack.name)
                assert (points == 0) == (step.value.low == 0)
            elif pack.fixed and told is not None:
                assert fixed_value(plan, pack, told) == step.value
        for title in item.titles:
            assert row[f"outcome:{title.name}"] == title.outcome
    assert exact > 500
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


def refused(rules: Mapping[str, Compiled], paths: dict[str, Path], out: Path) -> list[str]:
    findings = Findings()
    try:
        run_wide(job(rules, paths), out, ("parquet",), flagrules_reports(), findings, lambda _d, _t: None)
    except Stopped as stopped:
        return sorted({item.code for item in stopped.findings if item.is_error} - {"FR026"})
    return sorted({item.code for item in findings.errors} - {"FR026"})


def changed(paths: dict[str, Path], **columns: pl.Series) -> dict[str, Path]:
    table = pl.read_parquet(paths["facts.parquet"])
    for name, series in columns.items():
        table = table.with_columns(series.alias(name))
    table.write_parquet(paths["facts.parquet"])
    return paths


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


KEYS = ("flags", "held", "quotas", "money", "procedure", "left_out", "basis")


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


def test_the_record_says_what_was_read(rules: dict[str, Compiled], tmp_path: Path) -> None:
    paths = write(tmp_path / "in")
    ran(rules, paths, tmp_path / "out")
    said = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert said["record"]["engine"] == "columnar"
    assert said["columns"]["units"] == N - 1
    assert {item["label"]: item["rows"] for item in said["columns"]["sources"]} == {"facts.parquet": N, "register.parquet": N + 2}


def test_rules_that_look_beyond_the_table(rules: dict[str, Compiled]) -> None:
    assert looks_beyond([rules[""].plan]) == ""
    listed = compiled(
        "方案 例 版本 “1”\n  称谓 “牌子” “块”\n  施行 2021年1月1日 至 2021年12月31日\n文件 例文 《例文》\n创建单元 村\n上级单元 县\n"
        "事实 事故：记录（起）\n称号 平安 适用 村：10分\n  授予 得分 8分以上\n  指标 1 事故：10分\n    每1起 事故 扣2分，扣完为止\n"
    )
    line = looks_beyond([listed.plan])
    assert listed.plan.lines[line].text.strip().startswith("每1起 事故")


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


# ── which line decided ──
def test_deciding_lines_are_those_of_the_interpreter(rules: dict[str, Compiled], tmp_path: Path) -> None:
    """Counted again from the interpreter's steps: terms and gates that one line alone decided."""
    from flagrules.award.wide.deciding import deciding_table

    paths = write(tmp_path / "in")
    ran(rules, paths, tmp_path / "out")
    wanted: dict[tuple[str, str, str], int] = {}
    for item in interpreted(rules, paths).units:
        places = told_in(tmp_path / "out" / LINES, folder_of(item.unit.kind, item.authority))
        (row,) = trace_of(kept_in(tmp_path / "out"), item.unit.id)
        for slot, entry in fired(places, row).items():
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


def test_tables_are_for_many_units() -> None:
    """Beside the fixture: what pays by itself."""
    assert [TABLE_ROWS(units) for units in (0, MANY - 1, MANY, MANY + 4)] == [0, 0, MANY // 4, MANY // 4 + 1]


def test_the_trace_of_many_units_is_looked_up(request: pytest.FixtureRequest, rules: dict[str, Compiled]) -> None:
    compiled = compile_plan(rules[""].plan, "村", parts.table_rows(N))
    tables = request.node.callspec.id == "tables"
    assert (compiled.tables is not None) == tables
    if compiled.tables is not None:
        slots = {slot.rsplit("/", 2)[1] for slot, index in compiled.tables.indexes.items() if not index.partial}
        assert {"1", "2", "4"} <= slots
        partial = {slot.rsplit("/", 2)[1] for slot, index in compiled.tables.indexes.items() if index.partial}
        assert partial == {"5"}, "two facts of many values"


@pytest.mark.parametrize(
    ("path", "cells", "units", "tasks"),
    [
        ("docs/spark.md", "8,000,000 cells", "40,000 units", "18 tasks"),
        ("docs/spark.zh.md", "800万格", "4万个单元", "18个任务"),
    ],
)
def test_the_page_of_clusters_tells_the_slices_there_are(path: str, cells: str, units: str, tasks: str) -> None:
    said = (Path(__file__).parents[3] / path).read_text("utf-8")
    assert slice_size(200) == 40_000 == WORTH // 200
    assert -(-690_000 // slice_size(200)) == 18
    assert slice_size(1) == 170_000
    assert all(word in said for word in (cells, units, tasks))
