"""What the solver is told means what the interpreter says: at every point tried, every decision has the same value in both."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from flagrules.engine.values import NotApplicable, Num, Val
from flagrules.engine.world import World
from flagrules.refine.search import space_of
from flagrules.refine.smt import Sym, Told
from flagrules.refine.terms import Teller
from tests.properties.generate import Facts, Made, facts_of, make, unit
from tests.properties.laws import steps_of, value

z3: Any = pytest.importorskip("z3")


def same(told: Told, sym: Sym, found: Val) -> Any:
    """The term has the value."""
    if isinstance(found, NotApplicable):
        return sym.absent
    if isinstance(found, Num):
        return z3.And(z3.Not(sym.absent), sym.term == told.real(found.low))
    (option,) = found.options
    term = option if isinstance(option, bool) else told.word(option)
    return z3.And(z3.Not(sym.absent), sym.term == term)


def fixed(told: Told, made: Made, facts: Facts) -> list[Any]:
    """Every input of the solver's has the value the unit has."""
    world = World(made.compiled.plan, facts_of(made.compiled, facts))
    found = []
    for key, sym in told.inputs.items():
        now = world.look(key)
        found.append(same(told, sym, now))
        if key in told.lengths:
            found.append(told.lengths[key] == len(str(facts[key[1]])))
    for fact, rows in told.rows.items():
        given = facts[fact]
        assert isinstance(given, tuple)
        for row, (grade, number) in zip(rows, given, strict=False):
            found += [row["级"].term == told.word(grade), row["数"].term == told.real(Fraction(number))]
    return found


@pytest.mark.parametrize("seed", range(16))
def test_every_decision_has_one_value(seed: int) -> None:
    made = make(f"told/{seed}")
    assert made is not None
    plan = made.compiled.plan
    told = Told(plan, plan.facts, space_of(plan.decisions, plan, plan.facts), 6)
    teller = Teller(told)
    teller.decide(plan.decisions)
    for index in range(4):
        facts = unit(Random(f"{seed}/{index}"))
        steps = steps_of(made.compiled, facts)
        solver = z3.Solver()
        solver.add(*told.known, *fixed(told, made, facts))
        assert solver.check() == z3.sat
        model = solver.model()
        wrong = [
            (slot, value(step), model.eval(teller.slots.found[slot].term))
            for slot, step in steps.items()
            if not z3.is_true(model.eval(same(told, teller.slots.found[slot], value(step)), model_completion=True))
        ]
        assert wrong == [], facts
