"""Units that lie in no place a figure over units asks for: they are told, for nobody can say among whom they are ranked."""

from __future__ import annotations

from collections.abc import Iterator

from flagrules.award.assess import Assessment, holders_of
from flagrules.plan.nodes import Plan
from flagrules.semantics import expr as e
from flagrules.text.findings import Findings

_SHOWN = 5


def check_holders(assessment: Assessment, findings: Findings) -> None:
    """FR810, a warning at the rule line: units whose register names no holder of the kind a figure is asked within."""
    lacking: dict[tuple[str, str, str], dict[str, str]] = {}
    held = {item.unit.id: holders_of(assessment.register, item.unit) for item in assessment.units}
    asked = {place: dict(_asked(plan)) for place, plan in assessment.plans.items()}
    for item in assessment.units:
        for slot in {read.name for step in item.steps.values() for read in step.reads if read.kind == "across"}:
            figure, line = asked[item.authority][slot]
            kind = figure.per or figure.kind
            wanted = bool(figure.per) or (figure.over == "holder" and figure.if_none is None)
            if wanted and kind not in held[item.unit.id]:
                lacking.setdefault((item.authority, line, kind), {})[item.unit.id] = item.unit.name
    for (place, line, kind), units in sorted(lacking.items()):
        names = "、".join(list(units.values())[:_SHOWN])
        findings.add("FR810", assessment.plans[place].lines[line].span, count=len(units), names=names, kind=kind)


def _asked(plan: Plan) -> Iterator[tuple[str, tuple[e.Across, str]]]:
    """Every figure of a plan by what it looks at, with its rule line."""
    for decision in plan.decisions:
        for entry in decision.entries:
            for expr in (entry.guard, entry.value):
                for figure in e.across_read(expr) if expr is not None else ():
                    yield figure.slot, (figure, entry.line)
