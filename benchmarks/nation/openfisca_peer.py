"""The same points by openfisca-core: a variable a fact and an indicator, `set_input`, vectorised.

A missing fact has no state there: it is 0.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from openfisca_core import entities, periods, simulation_builder, taxbenefitsystems, variables

from benchmarks.nation.work import FULL, Work, shape

VILLAGE = entities.SingleEntity("village", "villages", "", "")
YEAR = "2021"


def points(i: int, villages: Any, period: Any) -> Any:
    """Tenths of a point of indicator i."""
    fact = villages(f"f{i}", period)
    match shape(i):
        case "bands":
            band = np.select([fact >= 90, fact >= 75, fact >= 60], [70, 50, 30], 0)
            return band + np.where(fact >= 95, 30, 0)
        case "deduct":
            return np.maximum(FULL - 10 * fact - np.where(fact >= 5, 20, 0) - np.where(fact >= 8, 30, 0), 0)
        case "yes":
            return np.where(fact, FULL, 40)
        case _:
            households = villages("households", period)
            return np.minimum((200 * fact + households) // (2 * households), FULL)


def _variable(name: str, formula: Any = None, kind: type = int) -> type[variables.Variable]:
    body: dict[str, Any] = {"value_type": kind, "entity": VILLAGE, "definition_period": periods.YEAR}
    return type(name, (variables.Variable,), body | ({"formula": formula} if formula else {}))


def _formula(i: int) -> Any:
    return lambda villages, period: points(i, villages, period)


def system(work: Work) -> taxbenefitsystems.TaxBenefitSystem:
    """The tax-benefit system of the rules."""
    made = taxbenefitsystems.TaxBenefitSystem([VILLAGE])
    made.add_variable(_variable("households"))
    for i in range(work.indicators):
        made.add_variable(_variable(f"f{i}", kind=bool if shape(i) == "yes" else int))
        made.add_variable(_variable(f"p{i}", _formula(i)))
    made.add_variable(
        _variable("score", lambda villages, period: sum(villages(f"p{i}", period) for i in range(work.indicators)))
    )
    made.add_variable(_variable("granted", lambda villages, period: villages("score", period) >= work.grant, bool))
    return made


def main(work: Work, out: Path) -> None:
    """Facts in, points, score and outcome out."""
    facts = pl.read_parquet(work.facts)
    builder = simulation_builder.SimulationBuilder()
    simulation = builder.build_default_simulation(system(work), facts.height)
    simulation.set_input("households", YEAR, facts["户数"].to_numpy().astype(np.int32))
    own = [name for name in facts.columns if name not in ("编号", "期", "户数")]
    for i, name in enumerate(own):
        column = facts[name].fill_null(value=False) if shape(i) == "yes" else facts[name].fill_null(0)
        simulation.set_input(f"f{i}", YEAR, column.to_numpy())
    answers = {f"p{i}": simulation.calculate(f"p{i}", YEAR).astype(np.int16) for i in range(work.indicators)}
    title = {"score": simulation.calculate("score", YEAR), "outcome": simulation.calculate("granted", YEAR)}
    pl.DataFrame({"编号": facts["编号"], **answers, **title}).write_parquet(out, compression="zstd")


if __name__ == "__main__":
    units, indicators, folder, target = sys.argv[1:]
    main(Work(int(units), int(indicators), Path(folder)), Path(target))
