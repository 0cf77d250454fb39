"""Reading the facts and writing the table of answers alone: what no engine can do without. Needs the answers of an earlier run."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.nation.work import Work


def main(work: Work, answers: Path, out: Path) -> None:
    """Read every column of the facts, and write the answers again."""
    seen = pl.scan_parquet(work.facts).select(pl.all().null_count()).collect(engine="streaming")
    assert seen.height == 1
    pl.scan_parquet(answers).sink_parquet(out, compression="zstd")


if __name__ == "__main__":
    units, indicators, folder, answers, target = sys.argv[1:]
    main(Work(int(units), int(indicators), Path(folder)), Path(answers), Path(target))
