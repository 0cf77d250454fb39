"""Units that lie in no place a figure over units asks for: they are told, for nobody can say among whom they are ranked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flagrules.award.assess import Assessment, holders_of
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e
from flagrules.text.findings import Findings

SHOWN = 5


def check_holders(assessment: Assessment, findings: Findings) -> None:
    """FR810, a warning at the rule line: units whose register names no holder of the kind a figure is asked within."""
    lacking: dict[tuple[str, str, str], dict[str, str]] = {}
    held = {item.unit.id: holders_of(assessment.register, item.unit) for item in assessment.units}
    asked = {place: dict(_asked(plan)) for place, plan in assessment.plans.items()}
    for item in assessment.units:
        for slot in {read.name for step in item.steps.values() for read in step.reads if read.kind == "across"}:
            figure, line = asked[item.authority][slot]
            kind = figure.per or figure.kind
            if is_asked(figure) and kind not in held[item.unit.id]:
                lacking.setdefault((item.authority, line, kind), {})[item.unit.id] = item.unit.name
    for (place, line, kind), units in sorted(lacking.items()):
        tell_lacking(assessment.plans[place], line, kind, len(units), list(units.values())[:SHOWN], findings)


def tell_lacking(plan: Plan, line: str, kind: str, count: int, names: Sequence[str], findings: Findings) -> None:
    """FR810 at a rule line: so many units lie in no place of a kind; `names` are the first of them."""
    findings.add("FR810", plan.lines[line].span, count=count, names="、".join(names), kind=kind)


def is_asked(figure: e.Across) -> bool:
    """Whether a figure needs a place that holds the unit."""
    return bool(figure.per) or (figure.over == "holder" and figure.if_none is None)


def figures_of(decisions: Iterable[Decide]) -> Iterator[tuple[e.Across, str]]:
    """Every figure some decisions look at, with its rule line."""
    for decision in decisions:
        for entry in decision.entries:
            for expr in (entry.guard, entry.value):
                for figure in e.across_read(expr) if expr is not None else ():
                    yield figure, entry.line


def _asked(plan: Plan) -> Iterator[tuple[str, tuple[e.Across, str]]]:
    """Every figure of a plan by what it looks at, with its rule line."""
    return ((figure.slot, (figure, line)) for figure, line in figures_of(plan.decisions))
