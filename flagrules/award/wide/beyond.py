"""What keeps the facts of a run from staying in columns, with the place that says so."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flagrules.engine.columnar.numbers import WIDEST
from flagrules.engine.inputs import expressions
from flagrules.engine.values import Num
from flagrules.engine.world import possible_values
from flagrules.facts.schema import FactSpec, Schema
from flagrules.model import kinds as k
from flagrules.plan.nodes import Plan
from flagrules.semantics import expr as e
from flagrules.text.findings import Finding, Related, finding
from flagrules.text.source import FilePlace, Place


def beyond_columns(plans: Collection[Plan], schema: Schema) -> Finding | None:
    """What is for the interpreter in a run of some plans; None where columns can do it all.

    FR833: a fact that is taken only where it was proved, or whose numbers no column holds, or a line that looks at what places that are
    no units decide. FR836: a fact that two plans declare in different ways.
    """
    return next(_found(plans, schema), None)


def _found(plans: Collection[Plan], schema: Schema) -> Iterator[Finding]:
    for first, second in _apart(plans):
        yield finding("FR836", _place(second), Related(_place(first), "declared"), name=first.name)
    for spec in schema.facts:
        if spec.accepted is not None or _too_far(spec):
            yield finding("FR833", _place(spec))
    for plan in plans:
        for line in _looking_beyond(plan):
            yield finding("FR833", plan.lines[line].span)


def _too_far(spec: FactSpec) -> bool:
    """Whether a fact has numbers past 64 bits in its steps, as amounts of 10¹⁷ have in cents."""
    whole = None if isinstance(spec.kind, k.Records) else possible_values(spec.kind, spec)  # rows are counted
    return isinstance(whole, Num) and max(-whole.low, whole.high) > WIDEST * k.step(spec.kind)


def _place(spec: FactSpec) -> Place:
    return spec.declared or FilePlace(spec.name)


def _apart(plans: Collection[Plan]) -> Iterator[tuple[FactSpec, FactSpec]]:
    """Facts of which a column would mean one thing by one plan and another by another: of other values, or choices in another order."""
    seen: dict[str, FactSpec] = {}
    for plan in plans:
        for name, spec in plan.facts.items():
            first = seen.setdefault(name, spec)
            if (first.kind, first.low, first.high, first.nullable) != (spec.kind, spec.low, spec.high, spec.nullable):
                yield first, spec


def _looking_beyond(plan: Plan) -> Iterator[str]:
    """The lines whose rules look at what places that are no units decide."""
    others = plan.measured - set(plan.rules.subjects)
    outside = {decision.slot for kind in others for decision in plan.for_subject(kind)}
    for decision in plan.decisions:
        looked_at = (node.slot for expr in expressions([decision]) for node in e.walk(expr) if isinstance(node, e.Across))
        if not outside.isdisjoint(looked_at):
            yield decision.line


__all__ = ["beyond_columns"]
