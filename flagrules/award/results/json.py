"""Results as one canonical JSON file: keys sorted, exact numbers as text, words as keys that are the same in every language."""

from __future__ import annotations

import json
from pathlib import Path

from flagrules.award.results.run_record import record_json
from flagrules.award.results.shape import Results, Table, for_machines

SCHEMA = "flagrules-results/1"


def results_json(results: Results) -> bytes:
    """Results as the bytes of their canonical JSON."""
    tables = {table.key: _rows(table) for table in results.tables}
    heads = {table.key: [[column.key, column.zh, column.en] for column in table.columns] for table in results.tables}
    value = {"schema": SCHEMA, "record": record_json(results.record), "heads": heads, "tables": tables}
    return canonical(value)


def write_json(results: Results, folder: Path) -> None:
    """Write `results.json` into `folder`. Raises `OSError` when it cannot."""
    (folder / "results.json").write_bytes(results_json(results))


def _rows(table: Table) -> list[dict[str, str | None]]:
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, map(for_machines, row), strict=True)) for row in table.rows]


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no blanks, in UTF-8, ended by a line break: equal values give equal bytes."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n").encode()
