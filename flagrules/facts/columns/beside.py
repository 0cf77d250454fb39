"""Lists of events and earlier decisions of very many units: those of the units of a slice are read cell by cell, as in any run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from flagrules.facts.book import Book
from flagrules.facts.columns.aligned import View, report_period
from flagrules.facts.columns.days import sayable
from flagrules.facts.columns.register import RegisterColumns
from flagrules.facts.columns.typed import own_columns
from flagrules.facts.decisions import is_decisions, read_decisions
from flagrules.facts.grid import Grid
from flagrules.facts.headers import NIL_MEMBER, columns_of, list_columns
from flagrules.facts.log import Log
from flagrules.facts.raw import Raw, RawRow, first_row
from flagrules.facts.readers.bounded import raw_of
from flagrules.facts.readers.child import cell
from flagrules.facts.schema import FactSpec, Schema
from flagrules.facts.table import FactTable, Register, Unit
from flagrules.facts.tables import read_list, read_value
from flagrules.facts.units import Units
from flagrules.facts.words import DECISION, list_named
from flagrules.model.kinds import Records

_ROW = "row"


@dataclass(frozen=True)
class BesideTable:
    """A list of events (`spec` says which) or a table of earlier decisions, with the headers that are read; others are blank."""

    label: str
    source: pl.LazyFrame
    headers: tuple[str, ...]
    id: str
    period: str
    spec: FactSpec | None

    @property
    def ids(self) -> pl.Expr:
        """The id of each row."""
        return pl.col(self.id).cast(pl.String).str.strip_chars()

    def rows(self, units: pl.Series, periods: Sequence[str]) -> Grid:
        """The rows of some units, by id, in the periods a run reads, as a table that is read cell by cell."""
        asked = self.ids.is_in(units.implode())
        if self.period:
            asked = asked & pl.col(self.period).cast(pl.String).is_in(list(periods))
        found, start = self.source.with_row_index(_ROW).filter(asked).collect(), first_row(self.label)
        rows = (RawRow(row[0] + start, tuple(raw_of(cell(value)) for value in row[1:])) for row in sayable(found).iter_rows())
        return Grid(self.label, "", 0, self.headers, tuple(rows))


@dataclass(frozen=True)
class Beside:
    """What stands beside the columns of facts: lists, tables of decisions, and the columns of nil returns of lists."""

    tables: tuple[BesideTable, ...]
    nils: tuple[View, ...]
    schema: Schema
    periods: tuple[str, ...]

    def read(self, register: RegisterColumns, start: int, count: int, facts: pl.DataFrame, log: Log) -> FactTable:
        """What is said of the units of a slice; `facts` are their facts in columns. Findings are those of any run."""
        units = [register.unit(start + at) for at in range(min(count, register.units.height - start))]
        book = self.gathered(Register({unit.id: unit for unit in units}), log)
        for view in self.nils:
            self._nil_returns(view, units, start, facts, book)
        decisions = [table.rows(register.units["id"].slice(start, count), self.periods) for table in self.tables if table.spec is None]
        history = read_decisions(decisions, book.register, self.schema.titles, log)
        period, *before = self.periods
        return replace(book.table(period, "".join(before[:1]), (), tuple(before[1:])), decisions=history)

    def gathered(self, register: Register, log: Log) -> Book:
        """The rows of lists of some units."""
        ids, book = pl.Series(list(register.units), dtype=pl.String), Book(register, self.schema, log)
        for table in self.tables:
            if table.spec is not None:
                _gather(table, table.rows(ids, self.periods), self.periods, book)
        return book

    def _nil_returns(self, view: View, units: Sequence[Unit], start: int, facts: pl.DataFrame, book: Book) -> None:
        for column in view.table.columns:
            name = column.name(view.back)
            if column.column.member == NIL_MEMBER and name in facts.columns:
                gone = facts[f"na:{name}"] if f"na:{name}" in facts.columns else facts[name].is_null() & False
                words = facts[name].set(gone.fill_null(value=False), "不适用")
                for at in words.is_not_null().arg_true().to_list():
                    said = read_value(Raw(words[at]), column.column, view.place(start + at, column.header), book)
                    book.put(units[at], self.periods[view.back], column.column, said)


def _gather(table: BesideTable, grid: Grid, periods: Sequence[str], book: Book) -> None:
    period, *before = periods
    if table.spec is not None and isinstance(table.spec.kind, Records):
        read_list(grid, table.spec, table.spec.kind, Units(book.register, period, "".join(before[:1]), book.log, tuple(before[1:])), book)


def is_beside(label: str, frame: pl.LazyFrame, schema: Schema) -> bool:
    """Whether a table is a list of events, or of earlier decisions."""
    return list_named(schema.facts, Path(label).stem) is not None or is_decisions(_headed(label, frame))


def _headed(label: str, frame: pl.LazyFrame) -> Grid:
    return Grid(label, "", 0, tuple(frame.collect_schema().names()), ())


def open_beside(
    tables: Iterable[tuple[str, pl.LazyFrame]], views: Iterable[View], schema: Schema, periods: Sequence[str], register: RegisterColumns,
    log: Log,
) -> Beside | None:  # fmt: skip
    """Lists and decisions opened; None where there is nothing of the kind.

    Findings: those of their headers, FR536 a column missing, FR555 a unit that is not in the register, FR570 and FR571 other periods.
    """
    found = tuple(table for label, frame in tables for table in _opened(label, frame, schema, periods, log))
    nils = tuple(view for view in views if any(column.column.member == NIL_MEMBER for column in view.table.columns))
    if not found and not nils:
        return None
    others = Register({**register.holders.units, **{unit.id: unit for unit in register.left_out}})
    for table in found:
        ids = table.source.select(table.ids.alias("id")).unique().collect()["id"]
        strange = table.rows(ids.filter(~ids.is_in(register.units["id"].implode())), periods)
        if table.spec is not None:
            _gather(table, strange, periods, Book(others, schema, log))
        else:
            read_decisions([strange], others, schema.titles, log)
    return Beside(found, nils, schema, tuple(periods))


def _opened(label: str, frame: pl.LazyFrame, schema: Schema, periods: Sequence[str], log: Log) -> Iterator[BesideTable]:
    grid, spec = _headed(label, frame), list_named(schema.facts, Path(label).stem)
    unit_id, period, _ = own_columns(grid.headers)
    if spec is None or not isinstance(spec.kind, Records):
        missing = [pair[0] for pair in (DECISION["id"], DECISION["decision"]) if grid.find(pair) is None]
        for name in missing:
            log.add("FR536", grid.place(0), column=name)
        if not missing:
            yield BesideTable(label, frame, grid.headers, grid.headers[grid.find(DECISION["id"]) or 0], "", None)
        return
    known = columns_of(grid, list_columns(spec, spec.kind), log)
    for name, header in (("编号", unit_id), ("期", period)):
        if not header:
            log.add("FR536", grid.place(0), column=name)
    if unit_id and period:
        for said, count in frame.group_by(pl.col(period).cast(pl.String)).len().collect().sort(period).iter_rows():
            if said not in periods:
                report_period(label, period, said, count, periods, log)
        own = {unit_id, period, *own_columns(grid.headers)}
        headers = tuple(header if at in known or header in own else "" for at, header in enumerate(grid.headers))
        yield BesideTable(label, frame, headers, unit_id, period, spec)
