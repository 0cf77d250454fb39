"""What the peers that take one unit at a time have in common: facts as dictionaries, missing ones taken as 0, answers written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from benchmarks.nation.work import Work, shape

Facts = dict[str, int | bool]
Score = Callable[[Facts], list[int]]


def facts_of(work: Work) -> Iterator[Facts]:
    """Each unit's facts under the names h and f0, f1 and so on."""
    facts = pl.read_parquet(work.facts).drop("编号", "期")
    own = [name for name in facts.columns if name != "户数"]
    names = {name: f"f{i}" for i, name in enumerate(own)} | {"户数": "h"}
    yes = [pl.col(name).fill_null(value=False) for i, name in enumerate(own) if shape(i) == "yes"]
    yield from facts.with_columns(yes).fill_null(0).rename(names).iter_rows(named=True)


def run(score_all: Callable[[Work, Iterator[Facts]], list[list[int]]]) -> None:
    """The command line of such a peer: units, indicators, folder, answers."""
    units, indicators, folder, target = sys.argv[1:]
    work = Work(int(units), int(indicators), Path(folder))
    rows = score_all(work, facts_of(work))
    table = pl.DataFrame(rows, schema=[f"p{i}" for i in range(work.indicators)], orient="row")
    table.with_columns(pl.sum_horizontal(pl.all()).alias("score")).write_parquet(target, compression="zstd")
