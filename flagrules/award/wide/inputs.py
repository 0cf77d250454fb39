"""Fact files of very many units opened as columns: which is the register, which are tables of facts, and in what order their rows are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path

import polars as pl

from flagrules.facts import limits
from flagrules.facts.columns.aligned import View, views
from flagrules.facts.columns.beside import Beside, is_beside, open_beside
from flagrules.facts.columns.database import rows_of
from flagrules.facts.columns.register import RegisterColumns, read_columns
from flagrules.facts.columns.snapshot import snapshot
from flagrules.facts.columns.typed import typed_table
from flagrules.facts.columns.uneven import tell_uneven
from flagrules.facts.log import Log
from flagrules.facts.schema import Schema
from flagrules.facts.words import DECISION, PERIOD, REGISTER, key
from flagrules.text.findings import Stopped, finding
from flagrules.text.source import FilePlace

MANY_CELLS = 250_000
_BATCH = 50_000
_SUFFIXES = (".parquet", ".csv", ".sql")


@dataclass(frozen=True)
class Source:
    """A file that was read as columns: its label, its path (of what was kept of it, where it is no Parquet file), rows and SHA-256."""

    label: str
    path: Path
    rows: int
    kept: bool
    digest: str = ""


@dataclass(frozen=True)
class WideInputs:
    """The register, the tables of facts by period, each in register order, and the files they came from."""

    register: RegisterColumns
    views: tuple[View, ...]
    sources: tuple[Source, ...]
    beside: Beside | None = None


def is_wide(paths: Mapping[str, Path]) -> bool:
    """Whether files are better kept as columns: tables only, and many cells; or a query."""
    if not paths or any(path.suffix.lower() not in _SUFFIXES for path in paths.values()):
        return False
    if any(path.suffix.lower() == ".sql" for path in paths.values()):
        return True
    try:
        return sum(_cells(path) for path in paths.values()) > MANY_CELLS
    except (OSError, pl.exceptions.PolarsError):
        return False  # the reader of small files says what is wrong


def _cells(path: Path) -> int:
    if path.suffix.lower() == ".csv":
        return path.stat().st_size // 4
    lazy = pl.scan_parquet(path)
    return int(lazy.select(pl.len()).collect().item()) * len(lazy.collect_schema())


def open_inputs(
    paths: Mapping[str, Path],
    schema: Schema,
    periods: Sequence[str],
    on: date,
    kept: Path,
    scratch: Path,
    size: int,
    log: Log,
    database: str = "",
) -> WideInputs:
    """Open the register and the tables of facts. `kept` takes what must be looked at again, `scratch` what is only put in order;
    `size` is the units of a slice.

    Raises `Stopped` where a file cannot be read at all; other faults are findings in `log`.
    """
    with ThreadPoolExecutor(1) as digesting:  # a file of 100 MB takes 0.07 s, in which all else is opened
        opened = [_open(label, path, schema, kept if path.suffix.lower() != ".parquet" else scratch, log, database)
                  for label, path in sorted(paths.items())]  # fmt: skip
        digests = [digesting.submit(digest_of, table.path) for table, _ in opened]
        register, found, beside = _read(opened, schema, periods, on, scratch, size, log)
        sources = tuple(_digested(table, digest) for (table, _), digest in zip(opened, digests, strict=True))
    return WideInputs(register, tuple(found), sources, beside)


def _digested(source: Source, digest: Future[str]) -> Source:
    try:
        return replace(source, digest=digest.result())
    except OSError as error:
        raise Stopped([finding("FR507", FilePlace(source.label))]) from error


def _read(
    opened: Sequence[tuple[Source, pl.LazyFrame]], schema: Schema, periods: Sequence[str], on: date, scratch: Path, size: int, log: Log
) -> tuple[RegisterColumns, list[View], Beside | None]:
    """The register, and the tables of facts in its order."""
    registers = [(source, frame) for source, frame in opened if is_register(frame)]
    if len(registers) != 1:
        raise Stopped([finding("FR513", FilePlace(opened[0][0].label if opened else "—"))])
    source, frame = registers[0]
    try:
        register = read_columns(frame, source.label, schema, on, log)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise Stopped([finding("FR507", FilePlace(source.label))]) from error
    found: list[View] = []
    beside = [(table.label, lazy) for table, lazy in opened if table is not source and is_beside(table.label, lazy, schema)]
    aside = {label for label, _ in beside}
    for number, (table, lazy) in enumerate(pair for pair in opened if pair[0] is not source and pair[0].label not in aside):
        typed = typed_table(dict(lazy.collect_schema()), table.label, schema, log)
        if typed is not None:
            found += views(typed, lazy, periods, register, scratch / f"order-{number}", size, log)
    return register, found, open_beside(beside, found, schema, periods, register, log)


def is_register(frame: pl.LazyFrame) -> bool:
    """Whether a table is a register: it has a column only registers have, and no period."""
    headers = {key(name) for name in frame.collect_schema().names()}
    own = {spelling for name, pair in REGISTER.items() if name not in ("id", "name") for spelling in pair}
    return bool(headers & own) and not headers & set(PERIOD) and not headers & set(DECISION["decision"])


def _open(label: str, path: Path, schema: Schema, folder: Path, log: Log, database: str) -> tuple[Source, pl.LazyFrame]:
    try:
        if path.suffix.lower() == ".parquet":
            return _parquet(label, path, schema, folder, log)
        return _written(label, path, schema, folder, log, database)
    except FileNotFoundError as error:
        raise Stopped([finding("FR500", FilePlace(label))]) from error
    except (OSError, pl.exceptions.PolarsError) as error:
        raise Stopped([finding("FR507", FilePlace(label))]) from error


def _parquet(label: str, path: Path, schema: Schema, folder: Path, log: Log) -> tuple[Source, pl.LazyFrame]:
    lazy = pl.scan_parquet(path)
    source = Source(label, path, int(lazy.select(pl.len()).collect().item()), kept=False)
    if is_register(lazy) or is_beside(label, lazy, schema):
        return source, lazy
    if typed_table(dict(lazy.collect_schema()), label, schema, Log()) is not None or _has_floats(lazy):
        return source, lazy
    return source, snapshot(_batches(lazy), label, schema, folder / f"typed-{label}", log)  # the file itself is looked at again


def _batches(lazy: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """A table a part at a time, at least one though it has no row."""
    return chain([lazy.head(0).collect()], lazy.collect_batches(chunk_size=_BATCH, maintain_order=True))


def _has_floats(lazy: pl.LazyFrame) -> bool:
    return any(kind.is_float() for kind in lazy.collect_schema().dtypes())


def _written(label: str, path: Path, schema: Schema, folder: Path, log: Log, database: str) -> tuple[Source, pl.LazyFrame]:
    """A CSV or a query: what it says is kept as a table of its own, so that an explanation can look at it again."""
    kept = folder / Path(label).name
    if path.suffix.lower() == ".sql":
        batches: Iterator[pl.DataFrame] = rows_of(path.read_text(encoding="utf-8"), database, label, _BATCH)
    else:
        if path.stat().st_size > limits.FILE_BYTES * 8:
            raise Stopped([finding("FR508", FilePlace(label), size=limits.FILE_BYTES * 8 // 2**20)])
        lazy = pl.scan_csv(path, infer_schema=False)
        if tell_uneven(path, len(lazy.collect_schema()), label, log):
            lazy = pl.scan_csv(path, infer_schema=False, extra_columns="ignore")  # what else is wrong is told too
        if is_register(lazy) or is_beside(label, lazy, schema):
            return Source(label, path, int(lazy.select(pl.len()).collect().item()), kept=False), lazy
        batches = _batches(lazy)
    table = snapshot(batches, label, schema, kept, log)
    return Source(label, kept, int(table.select(pl.len()).collect().item()), kept=True), table


def digest_of(path: Path) -> str:
    """SHA-256 of a file, or of the parts of a folder in order of name."""
    if path.is_dir():
        return hashlib.sha256("".join(digest_of(part) for part in sorted(path.glob("*.parquet"))).encode()).hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
