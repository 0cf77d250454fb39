"""Results as Parquet, one file a table, the record of the run in each file's metadata.

Every column is text: no number type holds every exact number (1/3; sums past 64 bits), and one convention for all formats is
easier to check.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from flagrules.award.results.json import SCHEMA, canonical
from flagrules.award.results.run_record import record_json
from flagrules.award.results.shape import Results, for_machines
from flagrules.facts.columns.disk import disk_faults


def write_parquet(results: Results, folder: Path) -> None:
    """Write `<table>.parquet` for every table into `folder`, columns named by key. Raises `OSError` when it cannot."""
    metadata = {"schema": SCHEMA, "record": canonical(record_json(results.record)).decode().strip()}
    for table in results.tables:
        columns = {
            column.key: pl.Series(column.key, [for_machines(row[index]) for row in table.rows], dtype=pl.String)
            for index, column in enumerate(table.columns)
        }
        path = folder / f"{table.key}.parquet"
        with path.open("wb") as stream, disk_faults():
            pl.DataFrame(columns).write_parquet(stream, compression="zstd", statistics=False, metadata=metadata)
