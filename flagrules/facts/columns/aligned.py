"""Tables of facts brought into register order, slice by slice, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flagrules.facts.columns.days import sayable
from flagrules.facts.columns.disk import disk_faults
from flagrules.facts.columns.register import RegisterColumns
from flagrules.facts.columns.typed import TypedTable, ValueColumn
from flagrules.facts.log import SHOWN, Log, tell_more
from flagrules.facts.raw import Raw, first_row
from flagrules.facts.readers.bounded import raw_of
from flagrules.facts.readers.child import cell
from flagrules.facts.values import read_cell
from flagrules.model import kinds as k
from flagrules.text.findings import Related
from flagrules.text.source import CellPlace

ROW = "row"


@dataclass(frozen=True)
class View:
    """The rows of one period of a table, `back` periods before the one assessed, as many as the register and in its order.

    `rows` gives the row in the file of each unit, None where that is the unit's own place in the register; null where it has none.
    """

    table: TypedTable
    source: pl.LazyFrame
    back: int
    rows: pl.Series | None

    def place(self, unit: int, header: str) -> CellPlace:
        """Where the file has a column of a unit, by its place in the register."""
        row = unit if self.rows is None else self.rows[unit]
        return CellPlace(self.table.label, "", int(row) + first_row(self.table.label) if row is not None else 0, header)

    def slice(self, start: int, count: int) -> pl.LazyFrame:
        """The table's columns for so many units from `start`, in register order."""
        return self.source.slice(start, count)


def views(
    table: TypedTable, source: pl.LazyFrame, periods: Sequence[str], register: RegisterColumns, folder: Path, size: int, log: Log
) -> list[View]:
    """The table by period, each in register order. What is not in that order is written anew into `folder`, a bucket at a time.

    Findings: FR536 no period, FR555 an id the register has not, FR570 and FR571 other periods, FR572 a unit twice.
    """
    if not table.period or not table.id:
        missing = "期" if table.id else "编号"
        log.add("FR536", CellPlace(table.label, "", 0, ""), column=missing)
        return []
    numbered = source.with_row_index(ROW)
    written = source.select(pl.col(table.period).cast(pl.String)).group_by(table.period).len().collect()
    found: list[View] = []
    for period, count in sorted(written.iter_rows(), key=lambda item: str(item[0])):
        if period is None and count == _blank(table, source):
            continue
        if period not in periods:
            report_period(table.label, table.period, period, count, periods, log)
            continue
        own = numbered if written.height == 1 else numbered.filter(pl.col(table.period).cast(pl.String) == period)
        view = _view(table, own, periods.index(period), register, folder / f"{period}", size, log)
        found += [view] if view is not None else []
    return found


def _blank(table: TypedTable, source: pl.LazyFrame) -> int:
    """How many rows say nothing at all, as blank lines of a CSV do."""
    every = [table.id, table.period, *(column.header for column in table.columns)]
    return int(source.filter(pl.all_horizontal(pl.col(name).is_null() for name in every)).select(pl.len()).collect().item())


def report_period(label: str, header: str, period: str | None, count: int, periods: Sequence[str], log: Log) -> None:
    """FR571 rows of another period, which are not read; FR570 something that is no period."""
    place = CellPlace(label, "", 0, header)
    said = {"period": periods[0], "previous": periods[1] if len(periods) > 1 else "—"}
    if period is not None and period.isdigit() and len(period) == len(periods[0]):
        log.add("FR571", place, got=period, count=count, **said)
    else:
        log.add("FR570", place, got=period or "", **said)


def _view(
    table: TypedTable, own: pl.LazyFrame, back: int, register: RegisterColumns, folder: Path, size: int, log: Log
) -> View | None:
    """None where it has no row of a unit that is assessed."""
    ids = own.select(ROW, pl.col(table.id).cast(pl.String).alias("id")).collect()
    if ids.height == register.units.height and ids["id"].equals(register.units["id"]):
        return View(table, own, back, None)
    places = register.units.with_row_index("at").select("at", "id")
    found = ids.join(places, on="id", how="left", maintain_order="left")
    gone = pl.Series([unit.id for unit in register.left_out], dtype=pl.String).implode()
    _check_ids(table, found.filter(~pl.col("id").is_in(gone) | pl.col("id").is_null()), log)
    kept = found.drop_nulls("at").unique("at", keep="first")
    if not kept.height:
        return None
    rows = places.join(kept.select("at", ROW), on="at", how="left", maintain_order="left")[ROW]
    folder.mkdir(parents=True)
    _bucket(own, kept, register.units.height, size, folder)
    return View(table, pl.scan_parquet(sorted(folder.glob("*.parquet"))), back, rows)


def _check_ids(table: TypedTable, found: pl.DataFrame, log: Log) -> None:
    strange, start = found.filter(pl.col("at").is_null()), first_row(table.label)
    for row, unit_id in strange.select(ROW, "id").head(SHOWN).iter_rows():
        place = CellPlace(table.label, "", row + start, table.id)
        if unit_id is None:
            log.add("FR550", place)
        else:
            log.add("FR555", place, id=unit_id)
    again = found.drop_nulls("at").with_columns(first=pl.col(ROW).min().over("at")).filter(pl.col(ROW) != pl.col("first"))
    for row, unit_id, first in again.select(pl.col(ROW) + start, "id", pl.col("first") + start).head(SHOWN).iter_rows():
        place, related = CellPlace(table.label, "", row, ""), Related(CellPlace(table.label, "", first, ""), "first")
        log.add("FR572", place, related, name=unit_id, period="", first=first, second=row)
    tell_more(strange.height + again.height, 2 * SHOWN, table.label, log)


def _bucket(own: pl.LazyFrame, kept: pl.DataFrame, height: int, size: int, folder: Path) -> None:
    """Write the rows again in register order: first scattered by bucket as they come, then each bucket put in order by itself."""
    placed = own.join(kept.select(ROW, "at").lazy(), on=ROW, how="inner")
    scattered = folder / "scattered"
    parts: dict[int, list[Path]] = {}
    for number, batch in enumerate(placed.collect_batches(chunk_size=size, maintain_order=False)):
        parted = batch.with_columns(bucket=pl.col("at") // size).partition_by("bucket", as_dict=True, include_key=False)
        for (bucket,), rows in parted.items():
            scattered.mkdir(exist_ok=True)
            path = scattered / f"{bucket}-{number}.parquet"
            with disk_faults():
                rows.write_parquet(path, compression="lz4")
            parts.setdefault(int(bucket), []).append(path)
    for bucket, start in enumerate(range(0, height, size)):
        places = pl.int_range(start, min(start + size, height), eager=True, dtype=pl.UInt32).alias("at").to_frame()
        written = [pl.read_parquet(path) for path in parts.get(bucket, ())]
        rows = pl.concat(written) if written else placed.limit(0).collect()
        ordered = places.join(rows, on="at", how="left", maintain_order="left").drop("at")
        with disk_faults():
            ordered.write_parquet(folder / f"{bucket:06}.parquet", compression="lz4")
        for path in parts.get(bucket, ()):
            path.unlink()


def read_slice(view: View, start: int, count: int, log: Log) -> pl.DataFrame:
    """The columns engines read, for so many units from `start`, in register order; wrong cells are told and stay unknown."""
    part = view.slice(start, count)
    needed = dict.fromkeys(name for one in view.table.columns for name in (one.header, one.beside) if name)
    raw = part.select(list(needed)).collect()
    if not raw.width:
        return raw
    sound = raw.select(column.sound.alias(column.header) for column in view.table.columns).row(0, named=True)
    unsound = [column for column in view.table.columns if not sound[column.header]]
    counts = raw.select(column.fault.sum().alias(column.header) for column in unsound).row(0, named=True) if unsound else {}
    if any(counts.values()):
        _report_faults([(column, count) for column in unsound if (count := counts[column.header])], part, view.table.label, log)
    return raw.select(_encoded(view, sound))


def read_all(views_: Sequence[View], start: int, names: pl.Series, log: Log) -> pl.DataFrame:
    """The columns of several tables together, for the units named. Of two cells for one place an unknown one gives way; two that both say
    something are told.

    Findings: those of `read_slice`, and FR573.
    """
    found: dict[str, pl.Series] = {}
    first: dict[str, View] = {}
    said: dict[str, list[tuple[View, pl.Series]]] = {}
    for view in views_:
        made = {column.name: column for column in read_slice(view, start, len(names), log)}
        both = [column for column in view.table.columns if column.name(view.back) in made and column.name(view.back) in found]
        for column in both:
            name = column.name(view.back)
            before, own = _says(found, name), _says(made, name)
            earlier = said.setdefault(name, [(first[name], before)])
            twice = (before & own).arg_true()
            for row in twice.head(SHOWN):
                other = next(one for one, told in earlier if told[row])
                here, there = (one.place(start + row, column.header) for one in (view, other))
                log.add("FR573", here, Related(there, "first"), name=names[row], fact=column.column.slot.fact)
            tell_more(len(twice), SHOWN, view.table.label, log)
            earlier.append((view, own))
            made[name] = found[name].zip_with(found[name].is_not_null(), made[name])
            if f"na:{name}" in made:
                made[f"na:{name}"] = made[f"na:{name}"] | found.get(f"na:{name}", False)
        first |= dict.fromkeys(made, view)
        found |= made
    return pl.DataFrame(list(found.values()))


def _says(columns: Mapping[str, pl.Series], name: str) -> pl.Series:
    """Where a column says something: a value, or that it does not apply."""
    known = columns[name].is_not_null()
    return known | columns[f"na:{name}"] if f"na:{name}" in columns else known


def _encoded(view: View, sound: Mapping[str, bool]) -> Iterator[pl.Expr]:
    for column in view.table.columns:
        if view.back and isinstance(column.column.spec.kind, k.Checklist):
            continue  # no rule reads a part of an earlier period
        name = column.name(view.back)
        yield (column.plain if sound[column.header] else column.value).alias(name)
        if column.absent is not None:
            yield column.absent.alias(f"na:{name}")


def _report_faults(wrong: Iterable[tuple[ValueColumn, int]], part: pl.LazyFrame, label: str, log: Log) -> None:
    """Tell the wrong cells of a slice: the first few of each column in the words of any cell, the rest by number."""
    for column, count in wrong:
        found = part.filter(column.fault).select(ROW, column.header).head(SHOWN).collect()
        for values in sayable(found).iter_rows(named=True):
            _report_cell(column, values, label, log)
        tell_more(count, SHOWN, label, log)


def _report_cell(column: ValueColumn, values: dict[str, object], label: str, log: Log) -> None:
    row = values[ROW]
    place = CellPlace(label, "", int(row) + first_row(label) if isinstance(row, int) else 0, column.header)
    before = log.reports
    read_cell(raw_of(cell(values[column.header])), column.column.slot, place, log)
    if log.reports == before:  # the value is sound, so it is the mark beside it that is not
        read_cell(Raw("不适用"), column.column.slot, place, log)
    if log.reports == before:
        log.add("FR027", place, fact=column.column.slot.fact)


__all__ = ["ROW", "View", "read_all", "read_slice", "report_period", "views"]
