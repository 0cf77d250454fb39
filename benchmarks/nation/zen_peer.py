"""The same points by zen-engine: one decision with an expression node, evaluated as a batch. Missing facts are 0, numbers decimal."""

from __future__ import annotations

import json
from collections.abc import Iterator

import zen

from benchmarks.nation.one_by_one import Facts, run
from benchmarks.nation.work import FULL, Work, shape


def expression(i: int) -> str:
    """Tenths of a point of indicator i in ZEN's expression language."""
    match shape(i):
        case "bands":
            band = f"(f{i} >= 90 ? 70 : (f{i} >= 75 ? 50 : (f{i} >= 60 ? 30 : 0)))"
            return f"{band} + (f{i} >= 95 ? 30 : 0)"
        case "deduct":
            return f"max([0, {FULL} - 10 * f{i} - (f{i} >= 5 ? 20 : 0) - (f{i} >= 8 ? 30 : 0)])"
        case "yes":
            return f"f{i} ? {FULL} : 40"
        case _:
            return f"min([{FULL}, floor((200 * f{i} + h) / (2 * h))])"


def decision(work: Work) -> str:
    """The decision as ZEN reads it."""
    rows = [{"id": f"e{i}", "key": f"p{i}", "value": expression(i)} for i in range(work.indicators)]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "x", "type": "expressionNode", "name": "x", "content": {"expressions": rows}},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [{"id": "1", "sourceId": "in", "targetId": "x"}, {"id": "2", "sourceId": "x", "targetId": "out"}]
    return json.dumps({"nodes": nodes, "edges": edges})


def score_all(work: Work, facts: Iterator[Facts]) -> list[list[int]]:
    """Every unit, as one batch."""
    content = decision(work)
    engine = zen.ZenEngine({"loader": lambda _key: content})
    found = engine.evaluate_batch([{"key": "x", "context": unit} for unit in facts])
    return [[int(row["data"]["result"][f"p{i}"]) for i in range(work.indicators)] for row in found]


if __name__ == "__main__":
    run(score_all)
