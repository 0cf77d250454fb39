"""A register of very many units as columns: rows without anything unusual are checked as columns, all others row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from flagrules.facts.columns.days import sayable
from flagrules.facts.grid import Grid
from flagrules.facts.log import SHOWN, Log, tell_more
from flagrules.facts.raw import RawRow, first_row
from flagrules.facts.readers.bounded import raw_of
from flagrules.facts.readers.child import cell
from flagrules.facts.register import read_register
from flagrules.facts.schema import Schema
from flagrules.facts.table import Register, Unit
from flagrules.facts.words import REGISTER, fold, key
from flagrules.text.findings import Related
from flagrules.text.source import CellPlace

_PLAIN_ID = r"^[0-9A-Za-z]+$"
_PLAIN_NAME = r"^[\p{Han}0-9A-Za-z]+$"


@dataclass(frozen=True)
class RegisterColumns:
    """Units in register order as columns `row` (in the file, from 0), `id`, `name`, `kind` and `parent`, few words for very many rows.

    `holders` are the places that hold them, as a register, units of kinds that hold others among them; `left_out` are units that do not
    stand on the day.
    """

    label: str
    units: pl.DataFrame
    holders: Register
    left_out: tuple[Unit, ...]

    @cached_property
    def places(self) -> Mapping[str, Mapping[str, str]]:
        """By parent id: the nearest holder of each kind, the parent included."""
        found: dict[str, dict[str, str]] = {}
        for unit in self.holders.units.values():
            nearest = {unit.kind: unit.id}
            for above in self.holders.ancestors(unit.id):
                nearest.setdefault(above.kind, above.id)
            found[unit.id] = nearest
        return found

    def nearest(self, kind: str, parents: pl.Series) -> pl.Series:
        """The id of the nearest holder of a kind of units that lie in `parents`; null where there is none."""
        at = {parent: holders[kind] for parent, holders in self.places.items() if kind in holders}
        return parents.cast(pl.String).replace_strict(list(at), list(at.values()), default=None, return_dtype=pl.String)

    def unit(self, row: int) -> Unit:
        """The unit in a row of `units`."""
        found = self.units.row(row, named=True)
        origin = CellPlace(self.label, "", found["row"] + first_row(self.label), "")
        return Unit(found["id"], found["name"], found["kind"], found["parent"] or "", origin=origin)


def read_columns(source: pl.LazyFrame, label: str, schema: Schema, on: date, log: Log) -> RegisterColumns:
    """Read a register. Findings are those of any register; of a fault that very many rows share the first few are told."""
    headers = source.collect_schema().names()
    spellings = {spelling: name for name, pair in REGISTER.items() for spelling in pair}
    named = {spellings[key(header)]: header for header in headers if key(header) in spellings}
    table = sayable(source.with_row_index("row").filter(~pl.all_horizontal(pl.exclude("row").is_null())).collect())
    plain = _plain(named, schema) if {"id", "name", "kind"} <= named.keys() else pl.lit(value=False)
    spoken_of = _spoken_of(table, named)
    plain = plain & ~_text(named, "id").is_in(spoken_of.implode()) if spoken_of.len() else plain
    marked = table.with_columns(plain.fill_null(value=False).alias("plain"))
    odd = marked.filter(~pl.col("plain")).drop("plain")
    rest = read_register([_grid(odd, headers, label)], schema, log) if odd.height or not marked.height else Register({})
    kinds = pl.Enum(schema.subjects)
    types: dict[str, pl.DataType | type[pl.DataType]] = {"id": pl.String, "name": pl.String, "kind": kinds, "parent": pl.Categorical}
    units = marked.filter("plain").select("row", *(_text(named, name).cast(kind).alias(name) for name, kind in types.items()))
    kept = [unit for unit in rest.units.values() if unit.kind in schema.subjects]
    standing = [unit for unit in kept if rest.in_force(unit, on)]
    units = _with(units, standing, label)
    above = set(spoken_of.to_list())
    holders = Register({unit.id: unit for unit in rest.units.values() if unit.kind in schema.places or unit.id in above})
    found = RegisterColumns(label, units, holders, tuple(unit for unit in kept if not rest.in_force(unit, on)))
    _check(found, log)
    return found


def _text(named: Mapping[str, str], name: str) -> pl.Expr:
    return pl.col(named[name]).cast(pl.String) if name in named else pl.lit(None, dtype=pl.String)


def _spoken_of(table: pl.DataFrame, named: Mapping[str, str]) -> pl.Series:
    """The ids that other rows name: as what holds a unit, or what it was merged into."""
    found = [table.select(_text(named, name).alias("id")).to_series().drop_nulls().unique() for name in ("parent", "merged_into")]
    return pl.Series(sorted({fold(one) for one in pl.concat(found).to_list()}), dtype=pl.String)


def _plain(named: Mapping[str, str], schema: Schema) -> pl.Expr:
    """Rows with a simple id and name, of a scored kind that holds no other, that exist for good."""
    tests = [
        _text(named, "id").str.contains(_PLAIN_ID),
        _text(named, "name").str.contains(_PLAIN_NAME),
        _text(named, "kind").is_in([kind for kind in schema.subjects if kind not in schema.places]),
        (_text(named, "parent").str.contains(_PLAIN_ID) | _text(named, "parent").is_null()),
        *(_text(named, name).is_null() | (_text(named, name) == "") for name in ("valid_from", "valid_to", "merged_into") if name in named),
    ]
    return pl.all_horizontal(tests)


def _grid(odd: pl.DataFrame, headers: list[str], label: str) -> Grid:
    rows = tuple(RawRow(row[0] + first_row(label), tuple(raw_of(cell(value)) for value in row[1:])) for row in odd.iter_rows())
    return Grid(label, "", 0, tuple(headers), rows)


def _with(units: pl.DataFrame, standing: list[Unit], label: str) -> pl.DataFrame:
    """The units in the order of the file, those read row by row among them."""
    if not standing:
        return units
    start = first_row(label)
    rows = [(unit.origin.row - start if unit.origin else 0, unit.id, unit.name, unit.kind, unit.parent or None) for unit in standing]
    return pl.concat([units, pl.DataFrame(rows, schema=units.schema, orient="row")]).sort("row")


def _check(found: RegisterColumns, log: Log) -> None:
    """FR557 for ids that stand twice, FR559 for parents nobody registered."""
    units = found.units
    ids, parents = units["id"], units["parent"].unique().cast(pl.String).drop_nulls()
    if not (ids > ids.shift(1)).all():  # ids that only rise stand once each
        _check_ids(found, log)
    known = pl.concat([pl.Series([*found.holders.units], dtype=pl.String), ids]) if len(parents) else ids
    strange = parents.filter(~parents.is_in(known.implode())) if len(parents) else parents
    lost = units.filter(pl.col("parent").cast(pl.String).is_in(strange.implode())) if len(strange) else units.clear()
    for row, parent in lost.select("row", "parent").head(SHOWN).iter_rows():
        log.add("FR559", CellPlace(found.label, "", row + first_row(found.label), REGISTER["parent"][0]), parent=parent)
    tell_more(lost.height, SHOWN, found.label, log)


def _check_ids(found: RegisterColumns, log: Log) -> None:
    first = found.units.select("row", first=pl.col("row").first().over("id"), id="id").filter(pl.col("row") != pl.col("first"))
    start = first_row(found.label)
    for row, earlier, unit_id in first.select(pl.col("row", "first") + start, "id").head(SHOWN).iter_rows():
        place, related = CellPlace(found.label, "", row, ""), Related(CellPlace(found.label, "", earlier, ""), "first")
        log.add("FR557", place, related, id=unit_id, first=earlier, second=row)
    tell_more(first.height, SHOWN, found.label, log)
