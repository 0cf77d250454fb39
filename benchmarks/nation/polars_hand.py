"""Hand-written Polars for the same answers without a trace: points of each indicator, score from and to, outcome."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.nation.work import FULL, Work, shape


def points(i: int) -> pl.Expr:
    """Tenths of a point of indicator i; null where its fact is unknown."""
    match shape(i):
        case "bands":
            r = pl.col(f"率r{i}（%）")
            band = pl.when(r >= 90).then(70).when(r >= 75).then(50).when(r >= 60).then(30).when(r < 60).then(0)
            return (band + pl.when(r >= 95).then(30).otherwise(0)).cast(pl.Int16)
        case "deduct":
            c = pl.col(f"件数c{i}")
            lost = 10 * c + pl.when(c >= 5).then(20).otherwise(0) + pl.when(c >= 8).then(30).otherwise(0)
            return (FULL - lost).clip(lower_bound=0).cast(pl.Int16)
        case "yes":
            return pl.when(pl.col(f"建成b{i}")).then(FULL).when(~pl.col(f"建成b{i}")).then(40).cast(pl.Int16)
        case _:
            s, h = pl.col(f"改造s{i}").cast(pl.Int32), pl.col("户数").cast(pl.Int32)
            return ((200 * s + h) // (2 * h)).clip(upper_bound=FULL).cast(pl.Int16)


def plan(work: Work) -> pl.LazyFrame:
    """The whole query."""
    names = [f"p{i}" for i in range(work.indicators)]
    scored = pl.scan_parquet(work.facts).select("编号", *(points(i).alias(f"p{i}") for i in range(work.indicators)))
    low = [pl.col(name).fill_null(40 if shape(i) == "yes" else 0).cast(pl.Int32) for i, name in enumerate(names)]
    high = [pl.col(name).fill_null(FULL).cast(pl.Int32) for name in names]
    both = scored.with_columns(pl.sum_horizontal(low).alias("low"), pl.sum_horizontal(high).alias("high"))
    outcome = pl.when(pl.col("low") >= work.grant).then(1).when(pl.col("high") < work.grant).then(0).otherwise(2)
    return both.with_columns(outcome.cast(pl.UInt8).alias("outcome"))


def main(work: Work, out: Path) -> None:
    """Facts in, answers out."""
    plan(work).sink_parquet(out, compression="zstd")


if __name__ == "__main__":
    units, indicators, folder, target = sys.argv[1:]
    main(Work(int(units), int(indicators), Path(folder)), Path(target))
