"""Both engines on random rules and units: 200,000 pairs agree, every bug made on purpose is seen, and a failure is told in a few lines."""

from __future__ import annotations

from random import Random

import pytest

from flagrules.engine.agree import agreement
from flagrules.engine.columnar.prepare import compile_plan
from flagrules.engine.world import unknown_history
from tests.properties import crowd_bugs, engine_bugs
from tests.properties.agreement import Checked, both, check, crowd_check, told, written
from tests.properties.bugs import Bug
from tests.properties.generate import NAMES, facts_of, make, unit
from tests.properties.random_plans import plan_of
from tests.properties.random_units import units_of

SHARES, PAIRS, UNITS = 8, 25_000, 600
TRIES = 160  # seeds tried before a bug counts as unseen; most are seen at the first

BUGS = list(dict.fromkeys((*engine_bugs.BUGS, *crowd_bugs.BUGS)))


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


@pytest.mark.parametrize("share", range(SHARES))
def test_200000_pairs_of_indicator_and_unit_agree(share: int) -> None:
    pairs = index = 0
    while pairs < PAIRS:
        seed = f"ci/{share}/{index}"
        found = check(seed, UNITS)
        assert found.difference is None, told(seed, UNITS)
        pairs, index = pairs + found.pairs, index + 1


def test_figures_over_units_agree() -> None:
    pairs = 0
    for index in range(150):
        found = crowd_check(f"ci/{index}")
        assert found.difference is None, f"ci/{index}: {found.difference}"
        pairs += found.pairs
    assert pairs >= 5000


def seen(bug: Bug, patch: pytest.MonkeyPatch) -> tuple[str, Checked]:
    """The first seed that shows a bug: engines differ, for an engine that merely fails has told on itself."""
    with patch.context() as inside:
        bug.make(inside)
        for index in range(TRIES):
            seed = f"bug/{index}"
            try:
                found = (crowd_check if bug.crowd else check)(seed)
            except Exception:  # noqa: BLE001  an error is no difference
                continue
            if found.difference is not None:
                return seed, found
    pytest.fail(f"no seed shows it: {bug.name}")


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_made_on_purpose_is_seen(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    seed, _ = seen(bug, monkeypatch)
    found = (crowd_check if bug.crowd else check)(seed)
    assert found.difference is None, "the seed shows the bug, and nothing without it"


def test_there_are_bugs_of_every_kind() -> None:
    assert len(BUGS) >= 50
    assert len({bug.name for bug in BUGS}) == len(BUGS)


@pytest.mark.parametrize("name", ["half even for half up", "≥ for >", "what does not apply is zero", "low and high swapped"])
def test_a_failure_is_told_by_one_seed_and_a_shrunk_rule(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bug = next(bug for bug in BUGS if bug.name == name)
    seed, found = seen(bug, monkeypatch)
    with monkeypatch.context() as inside:
        bug.make(inside)
        text = told(seed)
        assert text == told(seed), "the same seed tells the same"
    first, *rules = text.split("\n")
    assert first.startswith(f"seed {seed}: {found.difference}")
    assert 1 <= len(rules) <= 10
    assert len(rules) <= len(written(plan_of(seed)))
    assert told(seed) == ""


def test_a_seed_makes_the_same_plan_again() -> None:
    assert plan_of("again").decisions == plan_of("again").decisions
    assert plan_of("again").decisions != plan_of("other").decisions


@pytest.mark.parametrize(("seed", "units"), [("2021/301", 24), ("2021/456", 24), ("tab/c/39", 200), ("2021/101", 30)])
def test_seeds_on_which_engines_once_differed(seed: str, units: int) -> None:
    """A floor of another indicator stood before a sum, and was added to it (found after 1.3 million pairs). A checklist that did not
    stand in the way of a sum had an unknown part, which the reference counts among the inputs the sum rests on. A term looked up by two
    facts read another that is looked up by one and may not apply."""
    assert told(seed, units) == ""


def test_a_value_that_is_not_given_counts_among_the_inputs_of_a_sum() -> None:
    """A line that surely does not hold stood before a sum; what its value rests on was open, and the reference counts it (found after 46
    million pairs)."""
    plan = plan_of("2021/8948")
    units = units_of(plan, Random("2021/8948/units"), 899)
    assert both(plan, {"u898": units["u898"]}).difference is None


def test_a_constant_over_an_unknown_divisor_is_open() -> None:
    """Peers' values of 5 ÷ 户 were known where 户 is not (found by the soak, on the day it was made so)."""
    assert crowd_check("2021/8959", 60).difference is None
