"""Lists of events, nil returns, earlier decisions and earlier periods beside facts in columns: read cell by cell, slice by slice."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from flagrules.award.assess import assess
from flagrules.award.quotas import quotas
from flagrules.award.results.run_record import run_record
from flagrules.award.results.tables import results_of
from flagrules.award.wide import run
from flagrules.award.wide.decoded import LINES, contradicted
from flagrules.award.wide.recall import kept_in, recall, trace_of
from flagrules.facts.log import Log
from flagrules.facts.read import read_facts
from flagrules.pipeline import Compiled
from tests.award.wide.small import KEYS, ran, refused
from tests.rulekit import HEAD, ON, compiled

RULES = HEAD + """\
事实 事故：记录（起）0起~9起 可不适用
  字段 死亡：人数 0人~9人
  字段 日期：日期
事实 收入：次数 0次~100次
称号 平安 适用 村：20分
  参评 非 曾获（平安，1年）
  授予 得分 12分以上 或 现持有 示范
  指标 1 事故：10分
    每1起 事故 扣2分，扣完为止
    不适用 则 得0分
  指标 2 死亡：10分
    每1人 合计（事故，死亡） 扣3分，不足一步不计，扣完为止
    不适用 则 得0分
称号 示范 适用 村：10分
  授予 得分 6分以上
  有效期 3年
  指标 3 收入：10分
    每1次 收入 低于 往期平均（收入，2期） 扣1分，不足一步不计，扣完为止
等次 一块 适用 村 当 称号数 1块以上
名额 村 一块 每个 县 2个~3个
"""
N = 24
pytestmark = pytest.mark.usefixtures("looked_up")


@pytest.fixture(scope="module")
def rules() -> dict[str, Compiled]:
    return {"": compiled(RULES)}


def written(folder: Path, seed: int, suffix: str) -> dict[str, Path]:
    """Villages with events, with a nil return, with neither; some with decisions of earlier years, some facts of the year before."""
    source = Random(seed)
    ids = [f"99000{1 + n % 2}{n:06}" for n in range(N)]
    source.shuffle(ids)
    folder.mkdir(parents=True)
    kinds = {name: source.choice(("events", "events", "nil", "silent", "gone")) for name in ids}
    events: list[tuple[Any, ...]] = [
        (name, year, source.choice((None, 0, 1, 2)), f"{year}-0{source.randint(1, 9)}-1{n}")
        for name in ids for year in ("2021", "2020") for n in range(source.randint(1, 4))
        if kinds[name] == "events"
    ]  # fmt: skip
    source.shuffle(events)
    past = [(name, source.choice(("平安", "示范")), source.choice(("授予", "撤销")), f"20{source.randint(17, 21)}-03-01",
             source.choice((None, "2021-12-31", "2020-12-31"))) for name in ids if source.random() < 0.5]  # fmt: skip
    facts = [(name, year, {"nil": "零报告", "gone": "不适用"}.get(kinds[name]) if year == "2021" else None,
              source.choice((None, *range(0, 101, 20)))) for name in ids for year in ("2021", "2020", "2019")]  # fmt: skip
    tables = {
        "登记": pl.DataFrame({"编号": ["990001", "990002", *ids], "名称": ["甲县", "乙县", *(f"村{name}" for name in ids)],
                            "类别": ["县", "县", *["村"] * N], "上级": [None, None, *(name[:6] for name in ids)]}),
        "事实": pl.DataFrame(facts, schema={"编号": pl.String, "期": pl.String, "事故": pl.String, "收入": pl.Int16}, orient="row"),
        "事故": pl.DataFrame(events, schema={"编号": pl.String, "期": pl.String, "死亡": pl.Int8, "日期": pl.String}, orient="row"),
        "决定": pl.DataFrame(past, schema=dict.fromkeys(("编号", "称号", "决定", "决定日期", "有效至"), pl.String), orient="row"),
    }  # fmt: skip
    for name, table in tables.items():
        path = folder / f"{name}.{suffix}"
        table.write_parquet(path) if suffix == "parquet" else table.write_csv(path)
    return {f"{name}.{suffix}": folder / f"{name}.{suffix}" for name in tables}


@pytest.fixture(params=[(0, 100, "parquet"), (4, 5, "parquet"), (5, 7, "csv")], ids=str)
def given(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    seed, size, suffix = request.param
    monkeypatch.setattr(run, "slice_size", lambda _facts: size)
    return written(tmp_path / "in", seed, suffix)


def test_every_table_and_trace_is_the_interpreter_s(given: dict[str, Path], rules: dict[str, Compiled], tmp_path: Path) -> None:
    register, table, findings = read_facts(given, rules[""].schema, "2021", "2020")
    assert not findings.errors
    assessment = assess({"": rules[""].plan}, register, table, ON)
    assert {(title.name, title.outcome) for item in assessment.units for title in item.titles} >= {
        *(("平安", outcome) for outcome in ("granted", "refused", "undetermined", "not_entered")),
        *(("示范", outcome) for outcome in ("granted", "refused", "undetermined")),
    }  # fmt: skip
    ours = ran(rules, given, tmp_path / "out")
    theirs = results_of(assessment, quotas(assessment), run_record(assessment, ()))
    for key in KEYS:
        assert ours.table(key).rows == theirs.table(key).rows, key
    kept = kept_in(tmp_path / "out")
    for item in assessment.units:
        (row,) = trace_of(kept, item.unit.id)
        assert contradicted(item, rules[""].plan, [row], tmp_path / "out" / LINES) == "", item.unit.id
        log = Log()
        found, told = recall(kept, rules[""].schema, item.unit.id, log)
        assert not log.close().errors
        again = assess({"": rules[""].plan}, found, told, ON).unit(item.unit.id)
        assert again is not None
        assert again.steps == item.steps, "cells and their places too"


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("事故", {"编号": "999999"}, "FR555"),  # nobody registered it
        ("事故", {"死亡": 10}, "FR582"),
        ("事故", {"期": "今年"}, "FR570"),
        ("决定", {"称号": "平"}, "FR596"),
        ("决定", {"编号": "999999"}, "FR555"),
        ("决定", {"决定日期": "2021-02-30"}, "FR587"),
        ("事实", {"事故": "没有"}, "FR590"),
    ],
)
def test_what_is_wrong_beside_is_told_as_in_any_run(
    name: str, change: dict[str, Any], code: str, rules: dict[str, Compiled], tmp_path: Path
) -> None:
    paths = written(tmp_path / "in", 0, "parquet")
    path = paths[f"{name}.parquet"]
    table = pl.read_parquet(path)
    first = pl.int_range(pl.len()) == 0
    table.with_columns(pl.when(first).then(pl.lit(value)).otherwise(pl.col(column)).cast(table.schema[column]).alias(column)
                       for column, value in change.items()).write_parquet(path)  # fmt: skip
    theirs = {item.code for item in read_facts(paths, rules[""].schema, "2021", "2020")[2].errors}
    assert refused(rules, paths, tmp_path / "out") == [code]
    assert code in theirs


def test_a_nil_return_beside_events_is_told(rules: dict[str, Compiled], tmp_path: Path) -> None:
    paths = written(tmp_path / "in", 0, "parquet")
    facts = pl.read_parquet(paths["事实.parquet"])
    told = pl.read_parquet(paths["事故.parquet"]).filter(pl.col("期") == "2021")["编号"][0]
    both = (pl.col("编号") == told) & (pl.col("期") == "2021")
    facts.with_columns(pl.when(both).then(pl.lit("零报告")).otherwise("事故").alias("事故")).write_parquet(paths["事实.parquet"])
    assert refused(rules, paths, tmp_path / "out") == ["FR589"]


def test_without_a_table_of_decisions_nobody_knows_of_any(rules: dict[str, Compiled], tmp_path: Path) -> None:
    """A unit that may have won last year may not enter."""
    paths = {name: path for name, path in written(tmp_path / "in", 0, "parquet").items() if not name.startswith("决定")}
    ran(rules, paths, tmp_path / "out")
    rows = pl.concat([pl.read_parquet(path) for path in (tmp_path / "out" / "trace").rglob("*.parquet")])
    assert "granted" not in rows["outcome:平安"].cast(pl.String).to_list()
