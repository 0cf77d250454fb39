"""Hand-written SQL in DuckDB for the same answers without a trace."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from benchmarks.nation.work import FULL, Work, shape


def points(i: int) -> str:
    """Tenths of a point of indicator i; null where its fact is unknown."""
    match shape(i):
        case "bands":
            r = f'"率r{i}（%）"'
            return (
                f"CASE WHEN {r} >= 90 THEN 70 WHEN {r} >= 75 THEN 50 WHEN {r} >= 60 THEN 30 WHEN {r} < 60 THEN 0 END"
                f" + CASE WHEN {r} >= 95 THEN 30 ELSE 0 END"
            )
        case "deduct":
            c = f'"件数c{i}"::INTEGER'
            return (
                f"CASE WHEN {c} IS NOT NULL THEN greatest(0, {FULL} - 10 * {c}"
                f" - CASE WHEN {c} >= 5 THEN 20 ELSE 0 END - CASE WHEN {c} >= 8 THEN 30 ELSE 0 END) END"
            )
        case "yes":
            return f'CASE WHEN "建成b{i}" THEN {FULL} WHEN NOT "建成b{i}" THEN 40 END'
        case _:
            s, h = f'"改造s{i}"::INTEGER', '"户数"::INTEGER'
            return f"CASE WHEN {s} IS NOT NULL THEN least({FULL}, (200 * {s} + {h}) // (2 * {h})) END"


def query(work: Work, out: Path) -> str:
    """The whole statement."""
    scored = ", ".join(f"({points(i)})::SMALLINT AS p{i}" for i in range(work.indicators))
    low = " + ".join(f"coalesce(p{i}, {40 if shape(i) == 'yes' else 0})::INTEGER" for i in range(work.indicators))
    high = " + ".join(f"coalesce(p{i}, {FULL})::INTEGER" for i in range(work.indicators))
    return f"""COPY (
      SELECT *, (CASE WHEN low >= {work.grant} THEN 1 WHEN high < {work.grant} THEN 0 ELSE 2 END)::UTINYINT AS outcome
      FROM (SELECT *, ({low})::INTEGER AS low, ({high})::INTEGER AS high
            FROM (SELECT "编号", {scored} FROM read_parquet('{work.facts}')))
    ) TO '{out}' (FORMAT parquet, COMPRESSION zstd)"""


def main(work: Work, out: Path) -> None:
    """Facts in, answers out, in the order of the facts."""
    connection = duckdb.connect()
    connection.execute("SET max_expression_depth TO 10000")  # a sum of a thousand points is one expression
    connection.execute(query(work, out))


if __name__ == "__main__":
    units, indicators, folder, target = sys.argv[1:]
    main(Work(int(units), int(indicators), Path(folder)), Path(target))
