"""A small programme with a county of its own, and its facts as columns: every band and edge, unknown cells, what does not apply."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from flagrules.award.assess import Assessment, assess
from flagrules.award.wide.parts import score
from flagrules.award.wide.run import Job, Scoring, run_wide
from flagrules.builtin import flagrules_reports
from flagrules.facts.read import read_facts
from flagrules.pipeline import Compiled
from flagrules.text.findings import Findings, Stopped
from tests.rulekit import ON, compiled

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
KEYS = ("flags", "held", "quotas", "money", "procedure", "left_out", "basis")


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


def both(text: str, county: str) -> dict[str, Compiled]:
    """A programme's own rules, and those of the county 990001."""
    findings = Findings()
    plans = {"": compiled(text, findings=findings), "990001": compiled(text, county=county, findings=findings)}
    assert not findings.errors
    return plans


def job(rules: Mapping[str, Compiled], paths: dict[str, Path]) -> Job:
    plans = {code: item.plan for code, item in rules.items()}
    return Job(plans, rules[""].schema, paths, ON, "2021", "2020", "zh", ())


def interpreted(rules: Mapping[str, Compiled], paths: dict[str, Path]) -> Assessment:
    found, table, findings = read_facts(paths, rules[""].schema, "2021", "2020")
    assert not findings.errors
    return assess({code: item.plan for code, item in rules.items()}, found, table, ON)


def ran(rules: Mapping[str, Compiled], paths: dict[str, Path], out: Path, scoring: Scoring = score) -> Any:
    findings, formats = Findings(), ("json", "parquet")
    results, scored, written = run_wide(job(rules, paths), out, formats, flagrules_reports(), findings, lambda _d, _t: None, scoring)
    assert not findings.errors
    assert written
    assert scored is not None
    return results


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
