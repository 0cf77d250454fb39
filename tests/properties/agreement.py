"""Random plans on random units, decided by both engines: every node of the plan language, values where engines go wrong.

A seed makes a plan and its units; `first_difference(seed)` replays it, and says with a shrunk plan of a few lines where engines differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from flagrules.engine.across import Crowd, Member, alone
from flagrules.engine.agree import Difference, differences
from flagrules.engine.columnar.prepare import compile_plan
from flagrules.engine.columnar.run import Told
from flagrules.engine.columnar.units import Placed, decide_units
from flagrules.engine.reference import UnitRun
from flagrules.plan import nodes
from flagrules.plan.nodes import Plan
from flagrules.semantics import expr as e
from tests.properties.random_plans import KIND, OWNER, crowd_plan, plan_of
from tests.properties.random_units import told_of, units_of

PLACES = ("东", "西")


@dataclass(frozen=True)
class Checked:
    """What was compared: pairs of an indicator and a unit, each with all its terms, and the first difference with its unit."""

    pairs: int
    difference: Difference | None
    unit: Told | None = None
    gaps: int = 0
    whole: int = 0
    alone: int = 0


def both(plan: Plan, units: Mapping[str, Told], rows: int = 0) -> Checked:
    """A plan on units by both engines, what has few values looked up in tables of at most so many rows. `difference` is the first there
    is."""
    made = compile_plan(plan, KIND, rows)
    result = made.run(made.frame(units), units.__getitem__)
    pairs, indicators = 0, sum(decision.slot.endswith("/score") for decision in plan.decisions)
    counts = {"gaps": len(made.gaps), "whole": len(result.whole), "alone": sum(result.alone.values())}
    for row, (name, (facts, history)) in enumerate(units.items()):
        run = UnitRun(plan, KIND, facts, history=history)
        run.advance(0)
        pairs += indicators
        found = next(differences(plan, name, run.steps, result.steps(row)), None)
        if found is not None:
            return Checked(pairs, found, units[name], **counts)
    return Checked(pairs, None, None, **counts)


def check(seed: str, count: int = 24) -> Checked:
    """The plan and the units of a seed by both engines."""
    plan = plan_of(seed)
    return both(plan, units_of(plan, Random(f"{seed}/units"), count), table_rows(seed))


def table_rows(seed: str) -> int:
    """How many rows tables have: none, few, or as many as there are."""
    return Random(f"{seed}/tables").choice((0, 300, 2**16))


def told(seed: str, count: int = 24) -> str:
    """Nothing where engines agree on a seed; else the seed, the difference and a shrunk plan."""
    found = check(seed, count)
    if found.difference is None or found.unit is None:
        return ""
    small = shrunk(plan_of(seed), found.difference.slot, found.unit, table_rows(seed))
    return "\n".join((f"seed {seed}: {found.difference}", *written(small)))


# ── shrinking ──
def shrunk(plan: Plan, slot: str, unit: Told, rows: int) -> Plan:
    """A plan in which engines still differ on the unit, with as little in it as can be had by dropping and simplifying."""
    plan = _needed(plan, slot)
    while (smaller := next((one for one in _smaller(plan, slot) if _differ(one, unit, rows)), None)) is not None:
        plan = smaller
    return plan


def _differ(plan: Plan, unit: Told, rows: int) -> bool:
    try:
        return both(plan, {"u": unit}, rows).difference is not None
    except Exception:  # noqa: BLE001  an engine that fails on a smaller plan differs there in another way
        return False


def _needed(plan: Plan, slot: str) -> Plan:
    return replace(plan, decisions=plan.leading_to([slot]))


def _smaller(plan: Plan, slot: str) -> Iterator[Plan]:
    for index, decision in enumerate(plan.decisions):
        for entries in _fewer(decision.entries):
            changed = replace(decision, entries=entries)
            yield _needed(replace(plan, decisions=(*plan.decisions[:index], changed, *plan.decisions[index + 1 :])), slot)


def _fewer(entries: tuple[nodes.Entry, ...]) -> Iterator[tuple[nodes.Entry, ...]]:
    for index, entry in enumerate(entries[:-1]):
        yield (*entries[:index], *entries[index + 1 :])
        yield (*entries[:index], replace(entry, guard=None))
    for index, entry in enumerate(entries):
        before, after = entries[:index], entries[index + 1 :]
        for guard in _simpler(entry.guard) if entry.guard is not None else ():
            yield (*before, replace(entry, guard=guard), *after)
        for value in _simpler(entry.value):
            yield (*before, replace(entry, value=value), *after)


def _simpler(expr: e.Expr) -> Iterator[e.Expr]:
    """An expression with a part of it in its place, or one argument fewer."""
    truths = (e.Compare, e.Same, e.Every, e.Some, e.Not, e.IsNotApplicable, e.PartRef, e.Held)
    whole = (e.Compare, e.Same, e.OverRows, e.TextLength, e.IsNotApplicable)  # their parts are of another sort
    number = not isinstance(expr, truths)
    for child in e.children(expr):
        if isinstance(child, truths) != number and not isinstance(expr, whole):
            yield child
    match expr:
        case e.Sum(args) | e.Every(args) | e.Some(args) if len(args) > 1:
            for index, arg in enumerate(args):
                yield type(expr)((*args[:index], *args[index + 1 :]))
                for other in _simpler(arg):
                    yield type(expr)((*args[:index], other, *args[index + 1 :]))
        case e.Compare(op, left, right):
            yield from (e.Compare(op, other, right) for other in _simpler(left))
        case e.Not(arg):
            yield from (e.Not(other) for other in _simpler(arg))
        case e.Product(left, right):
            yield from (e.Product(other, right) for other in _simpler(left))
        case e.Round(value, places, mode):
            yield from (e.Round(other, places, mode) for other in _simpler(value))
        case _:
            pass


def written(plan: Plan) -> list[str]:
    """A plan in at most ten lines."""
    lines = [
        f"{show(e.SlotRef(decision.slot))}: {'当 ' + show(entry.guard) if entry.guard is not None else '其余'} → {show(entry.value)}"
        for decision in plan.decisions
        for entry in decision.entries
    ]
    return lines if len(lines) <= 10 else [*lines[:9], f"… {len(lines) - 9} more"]


def show(expr: e.Expr) -> str:
    """An expression in short."""
    match expr:
        case e.Const(value):
            return str(value)
        case e.FactRef(name, _, back):
            return f"上年{name}" if back else name
        case e.SlotRef(slot):
            return slot.removeprefix(OWNER + "/")
        case e.PartRef(fact, part):
            return f"{fact}含{part}"
        case e.Compare(op, left, right):
            return f"({show(left)} {op} {show(right)})"
        case e.Steps(value, step, mode):
            return f"Steps({show(value)}, {show(step)}, {mode})"
        case e.Round(value, places, mode):
            return f"Round({show(value)}, {places}, {mode})"
        case e.OverRows(fact, _, how, _, where, _):
            return f"{how}({fact}{', ' + show(where) if where is not None else ''})"
        case _:
            return f"{type(expr).__name__}({', '.join(show(child) for child in e.children(expr))})"


# ── figures over units ──
def crowd_units(plan: Plan, seed: str, count: int) -> tuple[list[Placed], dict[str, Told]]:
    """Units in one of two places or in none, and the places."""
    source = Random(f"{seed}/units")
    told = units_of(plan, source, count)
    placed = [Placed(name, KIND, "", {"县": source.choice(PLACES)} if source.random() < 0.9 else {}) for name in told]
    placed += [Placed(name, "县", "", {}) for name in PLACES]
    return placed, told | {name: told_of({}, None) for name in PLACES}


def crowd_runs(plan: Plan, placed: list[Placed], told: Mapping[str, Told]) -> tuple[dict[str, UnitRun], Crowd]:
    """Every unit decided by the interpreter, stage by stage, and all of them as each sees the others."""
    runs = {unit.id: UnitRun(plan, unit.kind, told[unit.id][0], history=told[unit.id][1]) for unit in placed}
    crowd = Crowd({})
    for stage in range(plan.last_stage + 1):
        for name, run in runs.items():
            run.advance(stage, crowd.around(name) if stage else alone)
        crowd = Crowd({unit.id: Member(unit.id, unit.kind, unit.holders, dict(runs[unit.id].slots)) for unit in placed})
    return runs, crowd


def crowd_check(seed: str, count: int = 12) -> Checked:
    """The plan of a seed over a crowd of units by both engines."""
    plan = crowd_plan(seed)
    placed, told = crowd_units(plan, seed, count)
    made = decide_units({"": plan}, placed, told)
    runs, _ = crowd_runs(plan, placed, told)
    pairs = sum(decision.slot.endswith("/term1") for decision in plan.decisions) * count
    for name, run in runs.items():
        found = next(differences(plan, name, run.steps, made.steps(name)), None)
        if found is not None:
            return Checked(pairs, found, told[name])
    return Checked(pairs, None)
