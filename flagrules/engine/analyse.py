"""What can be said of a plan before any fact is known: run it with every fact unknown and look at the ranges."""

from __future__ import annotations

from fractions import Fraction

from flagrules.engine.reference import DivisionByZero, Run, World
from flagrules.engine.values import FALSE, Num
from flagrules.model.calendar import known_days
from flagrules.model.kinds import Judged
from flagrules.model.numbers import write_exact
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e
from flagrules.text.findings import Findings, Related

_GATES = ("entry", "prerequisite", "grant")


def analyse(plan: Plan, findings: Findings) -> dict[str, Num]:
    """The range of every numeric slot.

    Findings: FR311 a divisor that can be zero, FR312 an item that can pass its full mark, FR313 one that can fall below 0 without
    saying so, FR314 an entry whose guard can never hold, FR332 working days counted outside the years known.
    """
    run = Run(plan)
    world = World(plan, lambda _name, _back: None)
    ranges: dict[str, Num] = {}
    broken = False
    for decision in plan.decisions:
        try:
            run.decide(decision, world)
        except DivisionByZero:
            findings.add("FR311", plan.lines[run.line].span)
            broken = True
            run.slots[decision.slot] = Num(Fraction(0), decision.whole or Fraction(0))
        value = run.slots[decision.slot]
        if isinstance(value, Num):
            ranges[decision.slot] = value
            _check_range(decision, value, plan, findings)
        _check_calendar(decision, run, world, plan, findings)
        if not broken:  # what rests on a broken division has no range to speak of
            _check_guards(decision, run, world, plan, findings)
    return ranges


def _check_range(decision: Decide, value: Num, plan: Plan, findings: Findings) -> None:
    if decision.role != "item" or decision.whole is None:
        return
    line = plan.lines[decision.line]
    if value.high > decision.whole:
        findings.add("FR312", line.span, high=write_exact(value.high), whole=write_exact(decision.whole))
    below = value.low < 0 and all(entry.why != "floor" for entry in decision.entries)
    if below and not _said(plan, decision.slot.removesuffix("/score")):
        findings.add("FR313", line.span, low=write_exact(value.low))


def _said(plan: Plan, path: str) -> bool:
    """Whether a block says that it may fall below 0: 不设下限, or an award or a judged range written with a minus."""
    blocks = (block for title in plan.rules.titles for block in title.body.blocks() if block.path == path)
    return any(
        term.floor == "none" or (term.role == "earn" and any(_below_zero(row.points, plan) for row in term.rows))
        for block in blocks
        for term in block.terms
    )


def _below_zero(points: e.Expr, plan: Plan) -> bool:
    if isinstance(points, e.FactRef) and isinstance(points.kind, Judged):
        low = plan.facts[points.name].low
        return low is not None and low < 0
    return isinstance(points, e.Const) and isinstance(points.value, Fraction) and points.value < 0


def _check_calendar(decision: Decide, run: Run, world: World, plan: Plan, findings: Findings) -> None:
    """FR332: a day that working days are counted from or to, and that may lie outside the years whose calendar is published."""
    first, last = known_days()
    for entry in decision.entries:
        nodes = (node for part in (entry.guard, entry.value) if part is not None for node in e.walk(part))
        days = [run.value(node.day, world.at(None)) for node in nodes if isinstance(node, e.WorkdayNumber)]
        if any(isinstance(day, Num) and not first.toordinal() <= day.low <= day.high <= last.toordinal() for day in days):
            findings.add("FR332", plan.lines[entry.line].span, first=first.year, last=last.year)
            return


def _check_guards(decision: Decide, run: Run, world: World, plan: Plan, findings: Findings) -> None:
    """FR314 for conditions written by an author (not caps and floors, which may well never bite) that nothing can make true."""
    for entry in decision.entries:
        if entry.guard is None or entry.why in ("cap", "floor", "higher", "tier"):
            continue
        # A gate's entry refuses where its condition fails; what the author wrote is the condition.
        written = entry.guard.arg if isinstance(entry.guard, e.Not) and entry.why in _GATES else entry.guard
        try:
            never = run.truth(written, world) == FALSE
        except DivisionByZero:
            continue
        if never:
            findings.add("FR314", plan.lines[entry.line].span, Related(plan.lines[decision.line].span, "opened"))
