"""What is asked of the solver and what becomes of its answers: a model is facts to be replayed, "no model" is a proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flagrules.engine.values import TRUE, Val
from flagrules.facts.schema import FactSpec
from flagrules.plan.nodes import Decide, Plan
from flagrules.refine.search import Answer, Box, Lists, Search, Space
from flagrules.refine.smt import MILLISECONDS, Slots, Told, installed
from flagrules.refine.terms import Teller
from flagrules.semantics import expr as e

LISTS = (1, 2, 4, 8)


@dataclass(frozen=True)
class Model:
    """never: no facts can be so; found: these facts may be, if a replay agrees."""

    found: Literal["found", "never", "not_decided"]
    facts: Box
    rows: Lists = ()


_NOTHING = Model("not_decided", {})


def solve(plan: Plan, space: Space, facts: Mapping[str, FactSpec], goal: Callable[[Told], Any], milliseconds: int = MILLISECONDS) -> Model:
    """Ask whether facts exist for which a goal holds: first with figures over lists left free, then with short lists row by row."""
    if not installed():
        return _NOTHING
    free, figures = _once(Told(plan, facts, space), goal, milliseconds)
    if free.found != "found" or not figures:
        return free
    for most in LISTS:
        found, _ = _once(Told(plan, facts, space, most), goal, milliseconds)
        if found.found != "never":  # found, or out of time: longer lists take longer still
            return found
    return _NOTHING


def _once(told: Told, goal: Callable[[Told], Any], milliseconds: int) -> tuple[Model, bool]:
    z3 = told.z3
    try:
        wanted = goal(told)
        solver = z3.Solver()
        solver.set("timeout", milliseconds)
        answer = solver.check(*told.known, wanted)
        if answer == z3.unsat:
            return Model("never", {}), bool(told.figures)
        if answer == z3.sat:
            model = solver.model()
            return Model("found", told.facts_in(model), told.rows_in(model)), bool(told.figures)
    except (z3.Z3Exception, TypeError, ValueError):  # a term it cannot take, a number it cannot write: nothing is known
        pass
    return _NOTHING, bool(told.figures)


def ask(search: Search, milliseconds: int = MILLISECONDS) -> Answer:
    """Whether a goal can hold: exact search within its budget, then the solver; facts are replayed."""
    answer = search.exact()
    if answer.found != "not_decided":
        return answer

    def wanted(told: Told) -> Any:  # noqa: ANN401  a term of the solver's
        teller = Teller(told)
        teller.decide(search.decisions)
        return teller.truth(search.goal)

    model = solve(search.plan, search.space, search.plan.facts, wanted, milliseconds)
    if model.found == "never":
        return Answer("never", by="z3")
    if model.found == "found" and search.truth(model.facts, model.rows) == TRUE:
        return Answer("found", tuple(model.facts.items()), model.rows, by="z3")
    return answer


def above(
    county: tuple[Decide, ...],
    city: tuple[Decide, ...],
    plan: Plan,
    space: Space,
    facts: Mapping[str, FactSpec],
    slots: Mapping[str, Val],
) -> Model:
    """Whether facts exist for which the last of the county's decisions is more than the last of the city's.

    `slots` is what decisions that stand elsewhere may be.
    """

    def wanted(told: Told) -> Any:  # noqa: ANN401
        points = []
        for decisions in (county, city):
            teller = Teller(told, Slots(outside=slots))
            teller.decide(decisions)
            points.append(teller.value(e.SlotRef(decisions[-1].slot)).term)
        return points[0] > points[1]

    return solve(plan, space, facts, wanted)
