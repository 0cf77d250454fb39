"""Random rules on random units: the columnar engine says what the reference says."""

from __future__ import annotations

from random import Random

import pytest

from flagrules.engine.agree import agreement
from flagrules.engine.columnar.run import compile_plan
from flagrules.engine.world import unknown_history
from tests.properties.generate import NAMES, facts_of, make, unit


@pytest.mark.parametrize("seed", [f"agree/{index}" for index in range(8)])
def test_engines_agree_on_generated_programmes(seed: str) -> None:
    made = make(seed)
    assert made is not None
    source = Random(seed)
    units = {}
    for number in range(24):
        facts = unit(source)
        for name in source.sample(NAMES, source.choice((0, 0, 1, 2, 6))):
            del facts[name]
        units[f"u{number}"] = facts_of(made.compiled, facts), unknown_history
    compiled = compile_plan(made.compiled.plan, "村")
    result = compiled.run(compiled.frame(units), units.__getitem__)
    assert compiled.gaps == {}
    assert [str(found) for found in agreement(compiled, result, units)] == []
