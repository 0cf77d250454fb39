"""One unit of a run of very many, read again from the files the run read: its register row, its facts with their cells, its trace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from flagrules.award.results.publish import SEAL
from flagrules.award.wide.decoded import PART
from flagrules.award.wide.inputs import Source, digest_of, is_register
from flagrules.award.wide.parts import TRACE
from flagrules.facts.book import Book
from flagrules.facts.columns.typed import own_columns
from flagrules.facts.dates import earlier_periods
from flagrules.facts.decisions import is_decisions, read_decisions
from flagrules.facts.grid import Grid
from flagrules.facts.log import Log
from flagrules.facts.raw import RawRow, first_row
from flagrules.facts.readers.bounded import raw_of
from flagrules.facts.readers.child import cell
from flagrules.facts.register import read_register
from flagrules.facts.schema import Schema
from flagrules.facts.table import FactTable, InputFile, Register
from flagrules.facts.tables import read_facts_table, read_list
from flagrules.facts.units import Units
from flagrules.facts.words import NAME, REGISTER, fold, key, list_named
from flagrules.model.kinds import Records
from flagrules.text.findings import Stopped, finding
from flagrules.text.source import FilePlace


@dataclass(frozen=True)
class Kept:
    """What the record of a run says it read and by which plans: enough to look at one unit again."""

    folder: Path
    programme: str
    on: date
    period: str
    previous: str
    plans: Mapping[str, str]
    sources: tuple[Source, ...]


def kept_in(folder: Path) -> Kept:
    """The record of a run of very many units. Raises `Stopped` with FR830 where the folder holds none."""
    try:
        seal = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        record, wide = seal["record"], seal["columns"]
        sources = tuple(Source(item["label"], _path(folder, item), item["rows"], item["kept"], item["digest"]) for item in wide["sources"])
        plans = {item["authority"]: item["plan"] for item in record["digests"]}
        return Kept(folder, record["programme"], date.fromisoformat(record["on"]), record["period"], wide["previous"], plans, sources)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Stopped([finding("FR830", FilePlace(folder.as_posix()))]) from error


def _path(folder: Path, item: Mapping[str, Any]) -> Path:
    path = Path(item["path"])
    return folder / path if item["kept"] else path


def check_sources(kept: Kept) -> None:
    """Raises `Stopped`: FR831 for a file that is not there any more, FR832 for one that changed since the run."""
    found = []
    for source in kept.sources:
        if not source.path.exists():
            found.append(finding("FR831", FilePlace(source.label), path=source.path.as_posix()))
        elif digest_of(source.path) != source.digest:
            found.append(finding("FR832", FilePlace(source.label)))
    if found:
        raise Stopped(found)


def recall(kept: Kept, schema: Schema, name: str, log: Log) -> tuple[Register, FactTable]:
    """A unit, by id or name, with the places it lies in, and everything the files say of it; an empty register where there is none."""
    frames = [(source, _scan(source)) for source in kept.sources]
    registers = [(source, frame) for source, frame in frames if is_register(frame)]
    register = Register({})
    for source, frame in registers:
        register = read_register(_unit_grids(frame, source.label, name), schema, log)
    files = tuple(InputFile(source.label, source.digest) for source in kept.sources)
    if not register.units:
        return register, FactTable(kept.period, kept.previous, {}, files)
    wanted = next(unit for unit in register.units.values() if name in (unit.id, unit.name))
    earlier = earlier_periods(kept.previous, schema.periods - 2)
    units, book = Units(register, kept.period, kept.previous, log, earlier), Book(register, schema, log)
    past: list[Grid] = []
    for source, frame in frames:
        grid = _fact_grid(frame, source.label, wanted.id) if not is_register(frame) else None
        spec = list_named(schema.facts, Path(source.label).stem)
        if grid is not None and spec is not None and isinstance(spec.kind, Records):
            read_list(grid, spec, spec.kind, units, book)
        elif grid is not None and is_decisions(grid):
            past.append(grid)
        elif grid is not None:
            read_facts_table(grid, units, book)
    history = read_decisions(past, register, schema.titles, log)
    return register, replace(book.table(kept.period, kept.previous, files, earlier), decisions=history)


def _scan(source: Source) -> pl.LazyFrame:
    if source.kept:
        return pl.scan_parquet(sorted(source.path.glob("*.parquet")))
    return pl.scan_csv(source.path, infer_schema=False) if source.path.suffix.lower() == ".csv" else pl.scan_parquet(source.path)


def _unit_grids(frame: pl.LazyFrame, label: str, name: str) -> Iterator[Grid]:
    """The rows of the register of a unit and of the places above it."""
    headers = frame.collect_schema().names()
    at = {word: header for header in headers for word, pair in REGISTER.items() if key(header) in pair}
    numbered = frame.with_row_index("row")
    own = numbered.filter((pl.col(at["id"]).cast(pl.String) == name) | (pl.col(at["name"]).cast(pl.String) == name)).collect()
    rows, parents = [own], _ids(own, at)
    seen: set[str] = set()
    while parents and not set(parents) <= seen:
        seen |= set(parents)
        above = numbered.filter(pl.col(at["id"]).cast(pl.String).str.strip_chars().is_in(parents)).collect()
        rows.append(above)
        parents = _ids(above, at)
    yield Grid(label, "", 0, tuple(headers), tuple(_raw_rows(pl.concat(rows).unique("row", maintain_order=True).sort("row"), label)))


def _ids(rows: pl.DataFrame, at: Mapping[str, str]) -> list[str]:
    """The holders some rows name, as their ids are written everywhere else."""
    return [fold(one) for one in rows[at["parent"]].cast(pl.String).drop_nulls().to_list()] if "parent" in at else []


def _raw_rows(found: pl.DataFrame, label: str) -> Iterator[RawRow]:
    return (RawRow(row[0] + first_row(label), tuple(raw_of(cell(value)) for value in row[1:])) for row in found.iter_rows())


def _fact_grid(frame: pl.LazyFrame, label: str, unit: str) -> Grid:
    """The rows of a table of facts of one unit."""
    headers = frame.collect_schema().names()
    unit_id, _, _ = own_columns(headers)
    found = frame.with_row_index("row").filter(pl.col(unit_id).cast(pl.String) == unit).collect()
    return Grid(label, "", 0, tuple(headers), tuple(_raw_rows(found, label)))


def trace_of(kept: Kept, unit: str) -> Iterable[Mapping[str, Any]]:
    """The rows of the trace of a unit, each with the path of its file (`PART`): one, unless it was not assessed."""
    for folder in sorted((kept.folder / TRACE).iterdir()):
        parts = sorted(folder.glob("*.parquet"))
        if parts:
            yield from pl.scan_parquet(parts, include_file_paths=PART).filter(pl.col("id") == unit).collect().iter_rows(named=True)


def names_like(kept: Kept) -> Sequence[str]:
    """Names of units, to guess a misspelt one from."""
    for source in kept.sources:
        frame = _scan(source)
        if is_register(frame):
            header = next(name for name in frame.collect_schema().names() if key(name) in NAME)
            return frame.select(pl.col(header).cast(pl.String)).head(100_000).collect().to_series().drop_nulls().to_list()
    return ()
