"""The work every contestant is given: rules of one to three terms an indicator, and facts of any number of units, seeded.

Indicator i looks at a fact of its own, in one of four shapes by turns; every fourth is a share of the households. One cell in a
hundred is unknown. Points are tenths; a title over all of them is granted from 60 % of the full mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

SEED = 20211201
FULL = 100  # tenths of a point an indicator
UNKNOWN = 100  # one cell in so many
BATCH = 69_000


@dataclass(frozen=True)
class Work:
    """So many units and so many indicators, in a folder."""

    units: int
    indicators: int
    folder: Path

    @property
    def facts(self) -> Path:
        """The facts, one row a unit."""
        return self.folder / f"facts-{self.units}x{self.indicators}.parquet"

    @property
    def register(self) -> Path:
        """The register of units."""
        return self.folder / f"register-{self.units}.parquet"

    @property
    def programme(self) -> Path:
        """The folder of the programme: manifest and rules."""
        return self.folder / f"programme-{self.indicators}"

    @property
    def grant(self) -> int:
        """Tenths of a point from which the title is granted."""
        return self.indicators * FULL * 6 // 10


def shape(i: int) -> str:
    """The shape of indicator i."""
    return ("bands", "deduct", "yes", "share")[i % 4]


def rules_text(work: Work) -> str:
    """The rules as an author writes them."""
    lines = [
        "方案 普查 版本 “1”",
        "  称谓 “牌子” “块”",
        "  施行 2021年1月1日 至 2021年12月31日",
        "文件 样例办法 《样例办法》",
        "创建单元 村",
        "上级单元 县",
        "事实 户数：户数 1户~5000户",
    ]  # fmt: skip
    for i in range(work.indicators):
        lines += _fact(i)
    points = work.indicators * FULL // 10
    lines.append(f"称号 牌子 适用 村：{points}分 〔假定 “样例”〕")
    lines.append(f"  授予 得分 {work.grant // 10}分以上 〔假定 “样例”〕")
    for i in range(work.indicators):
        lines += _indicator(i)
    return "\n".join(lines) + "\n"


def _fact(i: int) -> list[str]:
    match shape(i):
        case "bands":
            return [f"事实 率r{i}：比例 0%~100%"]
        case "deduct":
            return [f"事实 件数c{i}：件数 0件~99件"]
        case "yes":
            return [f"事实 建成b{i}：是否"]
        case _:
            return [f"事实 改造s{i}：户数 0户~5000户"]


def _indicator(i: int) -> list[str]:
    head = f"  指标 {i + 1} 项n{i}：10分 〔假定 “样例”〕"
    match shape(i):
        case "bands":
            body = [
                f"    分档 率r{i} 〔假定 “样例”〕",
                "      90%以上            得7分",
                "      75%以上 不满90%    得5分",
                "      60%以上 不满75%    得3分",
                "      其余               得0分",
                f"    当 率r{i} 95%以上，得3分 〔假定 “样例”〕",
            ]
        case "deduct":
            body = [
                f"    每1件 件数c{i} 扣1分，扣完为止 〔假定 “样例”〕",
                f"    当 件数c{i} 5件以上，扣2分，扣完为止 〔假定 “样例”〕",
                f"    当 件数c{i} 8件以上，扣3分，扣完为止 〔假定 “样例”〕",
            ]
        case "yes":
            body = [f"    当 建成b{i}，得满分，否则 得4分 〔假定 “样例”〕"]
        case _:
            body = [f"    按比例 改造s{i} ÷ 户数，保留1位 四舍五入，封顶 10分 〔假定 “样例”〕"]
    return [head, *body]


def write_programme(work: Work) -> None:
    """The programme as a folder."""
    rules = work.programme / "rules"
    rules.mkdir(parents=True, exist_ok=True)
    (work.programme / "programme.toml").write_text('id = "nation"\ntitle = "普查样例"\nversion = "0.1.0"\napi = 1\n', "utf-8")
    (rules / "普查.rules").write_text(rules_text(work), "utf-8")


def _column(rng: np.random.Generator, i: int, count: int) -> pl.Series:
    match shape(i):
        case "bands":
            name, values = f"率r{i}（%）", np.minimum(rng.integers(40, 125, count), 100).astype(np.int16)
        case "deduct":
            name, values = f"件数c{i}", rng.integers(0, 12, count).astype(np.int16)
        case "yes":
            name, values = f"建成b{i}", rng.integers(0, 4, count) > 0
        case _:
            name, values = f"改造s{i}", rng.integers(0, 2500, count).astype(np.int16)
    column = pl.Series(name, values)
    unknown = pl.Series(rng.integers(0, UNKNOWN, count) == 0)
    return column.zip_with(~unknown, pl.Series(name, [None], dtype=column.dtype).extend_constant(None, count - 1))


def write_facts(work: Work) -> None:
    """Facts and register as Parquet, batch by batch, the same whatever the machine."""
    import pyarrow.parquet as pq

    work.folder.mkdir(parents=True, exist_ok=True)
    facts = register = None
    for start in range(0, work.units, BATCH):
        count = min(BATCH, work.units - start)
        rng = np.random.default_rng([SEED, start])
        ids = pl.Series("编号", [f"{110000000000 + start + n}" for n in range(count)])
        household = pl.Series("户数", rng.integers(50, 2500, count).astype(np.int16))
        period = pl.Series("期", ["2021"] * count)
        frame = pl.DataFrame([ids, period, household, *(_column(rng, i, count) for i in range(work.indicators))]).to_arrow()
        units = pl.DataFrame({"编号": ids, "名称": [f"样例村{start + n}" for n in range(count)], "类别": ["村"] * count}).to_arrow()
        facts = facts or pq.ParquetWriter(work.facts, frame.schema, compression="zstd")
        register = register or pq.ParquetWriter(work.register, units.schema, compression="zstd")
        facts.write_table(frame)
        register.write_table(units)
    for writer in (facts, register):
        if writer is not None:
            writer.close()


def prepare(work: Work) -> Work:
    """Everything there, made once."""
    write_programme(work)
    if not work.facts.exists():
        write_facts(work)
    return work
