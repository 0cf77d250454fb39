"""What units of a run decided that others look at: kept beside the trace, so that any unit can be explained among the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from flagrules.award.wide.inputs import WideInputs
from flagrules.award.wide.parts import SLOT, Scored, population_of
from flagrules.engine.across import Crowd
from flagrules.engine.columnar.crowds import AT, Population
from flagrules.engine.columnar.decided import UNIT, VALUES
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
    """A row a slot and unit: what it came to, and where the unit lies."""
    units = population_of(inputs, {}).units.with_columns(inputs.register.units["name"]).with_row_index(UNIT)
    rows = [frame.join(units, on=UNIT, how="left", maintain_order="left").with_columns(pl.lit(slot).alias(SLOT))
            for slot, frame in values.items()]  # fmt: skip
    with disk_faults():
        pl.concat(rows).drop(UNIT).write_parquet(path, compression="zstd", statistics=False)


class Others(NamedTuple):
    """The units one unit is compared with: what they decided (None where no unit looks at another), and who they are."""

    crowd: Crowd | None
    units: Mapping[str, Unit]


def others_of(path: Path, unit: Unit, holders: Mapping[str, str], figures: Iterable[e.Across]) -> Others:
    """The units that lie where one unit does (`holders`, by kind), as far as `figures` ask for them."""
    if not path.exists():
        return Others(None, {})
    rows, asked = pl.scan_parquet(path), pl.col("id") == unit.id
    places = {name for name in rows.collect_schema().names() if name.startswith(AT)}
    for figure in figures:
        if figure.over == "holder":
            where = pl.col("id") == holders.get(figure.kind, "")
        elif figure.over == "members":
            where = pl.col(AT + unit.kind) == unit.id if AT + unit.kind in places else pl.lit(value=False)
        else:
            where = pl.col(AT + figure.per) == holders.get(figure.per, "") if AT + figure.per in places else pl.lit(not figure.per)
        asked = asked | (where & (pl.col(SLOT) == figure.slot))
    found = rows.filter(asked).collect()
    who = found.select("id", "kind", "name", *sorted(places)).unique("id", maintain_order=True)
    numbers = who.select("id").with_row_index(UNIT)
    values = {
        slot: found.filter(pl.col(SLOT) == slot).join(numbers, on="id", how="left", maintain_order="left").select(UNIT, *VALUES)
        for slot in found[SLOT].unique(maintain_order=True).to_list()
    }
    units = {row["id"]: Unit(row["id"], row["name"], row["kind"], "") for row in who.select("id", "name", "kind").iter_rows(named=True)}
    return Others(Population(who.drop("name"), values).crowd, units)
