"""The same points by a CEL in Rust (common-expression-language): a program an indicator. Missing facts are 0; CEL has no rounding."""

from __future__ import annotations

from collections.abc import Iterator

import cel

from benchmarks.nation.one_by_one import Facts, run
from benchmarks.nation.work import FULL, Work, shape


def expression(i: int) -> str:
    """Tenths of a point of indicator i in CEL."""
    match shape(i):
        case "bands":
            band = f"(f{i} >= 90 ? 70 : (f{i} >= 75 ? 50 : (f{i} >= 60 ? 30 : 0)))"
            return f"{band} + (f{i} >= 95 ? 30 : 0)"
        case "deduct":
            lost = f"{FULL} - 10 * f{i} - (f{i} >= 5 ? 20 : 0) - (f{i} >= 8 ? 30 : 0)"
            return f"{lost} > 0 ? {lost} : 0"
        case "yes":
            return f"f{i} ? {FULL} : 40"
        case _:
            return f"(200 * f{i} + h) / (2 * h) < {FULL} ? (200 * f{i} + h) / (2 * h) : {FULL}"


def score_all(work: Work, facts: Iterator[Facts]) -> list[list[int]]:
    """Every unit by every program; a program is handed only what it reads."""
    programs = [(i, cel.compile(expression(i)), shape(i) == "share") for i in range(work.indicators)]
    rows = []
    for unit in facts:
        row = []
        for i, program, share in programs:
            row.append(program.execute({f"f{i}": unit[f"f{i}"], "h": unit["h"]} if share else {f"f{i}": unit[f"f{i}"]}))
        rows.append(row)
    return rows


if __name__ == "__main__":
    run(score_all)
