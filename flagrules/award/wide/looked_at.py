"""What units of a run decided that others look at: kept beside the trace, so that any unit can be explained among the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import polars as pl

from flagrules.award.wide.inputs import WideInputs
from flagrules.award.wide.parts import SLOT, Scored, population_of
from flagrules.engine.across import Crowd
from flagrules.engine.columnar.crowds import AT, Population
from flagrules.engine.columnar.decided import UNIT, VALUES, on_grid, tally_of
from flagrules.engine.columnar.refused import Refused
from flagrules.engine.tally import Tally
from flagrules.facts.columns.disk import disk_faults
from flagrules.facts.table import Unit
from flagrules.semantics import expr as e

LOOKED_AT = "looked_at.parquet"


def values_of(scored: Scored, slots: Sequence[str]) -> dict[str, pl.DataFrame]:
    """What a pass found, by slot, in register order."""
    made = [frame for one in scored.slices for frame in one.small.values()] if slots else []
    found = pl.concat(made) if made else pl.DataFrame(schema={**VALUES, UNIT: pl.UInt32, SLOT: pl.String})
    return {slot: found.filter(pl.col(SLOT) == slot).drop(SLOT).sort(UNIT) for slot in slots}


def write_values(values: Mapping[str, pl.DataFrame], inputs: WideInputs, path: Path) -> None:
    """A row a slot and unit, with its number in the register: what it came to, and where it lies."""
    units = population_of(inputs, {}).units.with_columns(inputs.register.units["name"]).with_row_index(UNIT)
    rows = [frame.join(units, on=UNIT, how="left", maintain_order="left").with_columns(pl.lit(slot).alias(SLOT))
            for slot, frame in values.items()]  # fmt: skip
    with disk_faults():
        pl.concat(rows).write_parquet(path, compression="zstd", statistics=False)


class Others(NamedTuple):
    """The units one unit is compared with: what they decided (None where no unit looks at another), and who they are."""

    crowd: Crowd | None
    units: Mapping[str, Unit]


def others_of(path: Path, unit: Unit, holders: Mapping[str, str], figures: Iterable[e.Across]) -> Others:
    """The units one unit is compared with, as far as `figures` ask: all it holds and its holders, and of those that lie where it does
    (`holders`, by kind) the tally, and the few around it in the order of a rank."""
    if not path.exists():
        return Others(None, {})
    rows = pl.read_parquet(path)
    found, tallies = [rows.filter(pl.col("id") == unit.id)], dict[tuple[str, str, str | None], Tally]()
    for figure in dict.fromkeys(figures):
        own, place = rows.filter(pl.col(SLOT) == figure.slot), holders.get(figure.per)
        if figure.over == "holder":
            found.append(own.filter(pl.col("id") == holders.get(figure.kind, "")))
        elif figure.over == "members":
            found.append(_at(own, unit.kind, unit.id))
        elif not figure.per or place is not None:
            peers = _at(own, figure.per, place) if figure.per else own
            tallies[figure.slot, figure.per, place] = tally_of(peers)
            found += _around(peers, unit.id) if figure.how == "rank" else []
    some = pl.concat(found).unique(["id", SLOT], maintain_order=True).sort(UNIT, maintain_order=True).drop(UNIT)
    places = [name for name in rows.columns if name.startswith(AT)]
    itself = {"id": unit.id, "kind": unit.kind, "name": unit.name, **{name: holders.get(name.removeprefix(AT)) for name in places}}
    named = some.select("id", "kind", "name", *places)  # the unit itself may have decided nothing that others look at
    who = pl.concat([pl.DataFrame([itself], schema=named.schema), named]).unique("id", keep="first", maintain_order=True)
    numbers = who.select("id").with_row_index(UNIT)
    values = {
        slot: some.filter(pl.col(SLOT) == slot).join(numbers, on="id", how="left", maintain_order="left").select(UNIT, *VALUES)
        for slot in some[SLOT].unique(maintain_order=True).to_list()
    }
    units = {row["id"]: Unit(row["id"], row["name"], row["kind"], "") for row in who.select("id", "name", "kind").iter_rows(named=True)}
    return Others(replace(Population(who.drop("name"), values).crowd, tallies=tallies), units)


def _at(rows: pl.DataFrame, kind: str, place: str | None) -> pl.DataFrame:
    return rows.filter(pl.col(AT + kind) == place) if AT + kind in rows.columns else rows.clear()


def _around(peers: pl.DataFrame, unit: str) -> list[pl.DataFrame]:
    """Those nearest to a unit on either side, and some it may tie with: whoever tells of it names no more."""
    try:
        scale = on_grid(peers, sums=False)
    except Refused:
        return [peers]
    low, high = (pl.col(name) * (scale // pl.col(f"{name}_d")) for name in ("low", "high"))
    placed = peers.with_columns(low.alias("least"), high.alias("most"))
    among = placed.filter(pl.col("most").abs() < int(e.FAR) * scale)  # those that are among others at all
    own = placed.filter((pl.col("id") == unit) & pl.col("low").is_not_null()).select("least", "most")
    if not own.height:
        return []
    least, most = own.row(0)
    near = [
        among.filter(pl.col("least") > most).sort("least", maintain_order=True).head(1),
        among.filter((pl.col("least") <= most) & (pl.col("most") >= least)).sort("least", descending=True, maintain_order=True).head(_FEW),
        among.filter(pl.col("most") < least).sort("most", descending=True, maintain_order=True).head(1),
    ]
    return [some.drop("least", "most") for some in near]


_FEW = 4  # the unit itself, and as many as an explanation names
