"""A story as plain values for machines; exact numbers are text, and the shape has a version."""

from __future__ import annotations

from typing import Any

from flagrules.explain.basis import assumptions_of, losses_of
from flagrules.explain.lists import ListStory
from flagrules.explain.story import (
    SCHEMA,
    BlockStory,
    FactRead,
    GateStory,
    MoneyStory,
    Story,
    TermStory,
    TierStory,
    ValueStory,
    exact_value,
)
from flagrules.semantics.ruleset import RuleLine
from flagrules.text.source import CellPlace


def line_values(line: RuleLine) -> dict[str, Any]:
    """A rule line: place, words, path, authority, clauses, assumptions."""
    return {
        "line": line.id,
        "text": line.text,
        "path": line.path,
        "authority": line.authority,
        "clauses": [{"document": c.document, "register": c.register, "item": c.item} for c in line.clauses],
        "assumptions": list(line.assumptions),
        "inherited": line.inherited,
    }


def _cell(cell: CellPlace | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {"file": cell.label, "sheet": cell.sheet, "row": cell.row, "column": cell.column}


def fact_values(read: FactRead) -> dict[str, Any]:
    """A fact that was read."""
    return {
        "name": read.name,
        "state": read.state.value,
        "value": exact_value(read.value),
        "cell": _cell(read.cell),
        "periods_back": read.back,
        "parameter_line": read.line.id if read.line is not None else None,
        "judge": read.judge,
        "reason": read.reason,
        "document": read.document,
    }


def _term(term: TermStory) -> dict[str, Any]:
    return {
        "head": line_values(term.head),
        "decided_by": [{**line_values(line), "why": why} for line, why in term.lines],
        "points": exact_value(term.points),
        "reads": [fact_values(read) for read in term.reads],
        "lists": [_list(item) for item in term.lists],
    }


def _list(item: ListStory) -> dict[str, Any]:
    rows = [
        {"counted": row.counted, "fields": {name: exact_value(value) for name, _, value in row.fields}, "cell": _cell(row.cell)}
        for row in item.rows
    ]
    return {"name": item.name, "how": item.how, "value": exact_value(item.value), "filed": item.filed, "rows": rows}


def _value(value: ValueStory) -> dict[str, Any]:
    return {
        "name": value.name,
        "line": line_values(value.line),
        "value": exact_value(value.value),
        "reads": [fact_values(read) for read in value.reads],
        "lists": [_list(item) for item in value.lists],
    }


def _block(block: BlockStory) -> dict[str, Any]:
    return {
        "name": block.name,
        "role": block.role,
        "line": line_values(block.line),
        "points": exact_value(block.points),
        "whole": str(block.whole) if block.whole is not None else None,
        "decided_by": [{**line_values(line), "why": why} for line, why in block.decided],
        "terms": [_term(term) for term in block.terms],
        "reads": [fact_values(read) for read in block.reads],
        "parts": [_block(child) for child in block.children],
        "replaces": line_values(block.replaces) if block.replaces is not None else None,
        "city": [line_values(line) for line in block.city],
        "on_top": block.on_top,
        "values": [_value(value) for value in block.values],
        "exempt": block.exempt,
    }


def _gate(gate: GateStory) -> dict[str, Any]:
    return {
        "why": gate.why,
        "line": line_values(gate.line),
        "passed": gate.passed,
        "tests": [{"left": exact_value(t.left), "operator": t.op, "right": exact_value(t.right)} for t in gate.tests],
        "reads": [fact_values(read) for read in gate.reads],
        "lists": [_list(item) for item in gate.lists],
    }


def _tier(tier: TierStory) -> dict[str, Any]:
    return {"name": tier.name, "reached": tier.reached, "gate": _gate(tier.gate), "money": [_money(paid) for paid in tier.money]}


def _money(paid: MoneyStory) -> dict[str, Any]:
    return {
        "payer": paid.payer,
        "amount": exact_value(paid.amount),
        "decided_by": [{**line_values(line), "why": why} for line, why in paid.decided],
        "reads": [fact_values(read) for read in paid.reads],
    }


def to_json(story: Story) -> dict[str, Any]:
    """The whole story."""
    unit = story.unit.unit
    return {
        "schema": SCHEMA,
        "unit": {"id": unit.id, "name": unit.name, "kind": unit.kind, "place": story.place},
        "authority": story.unit.authority,
        "programme": story.programme,
        "version": story.version,
        "on": story.on.isoformat(),
        "title": story.title.name,
        "path": story.title.path,
        "outcome": story.title.outcome,
        "possible": sorted(story.title.possible),
        "points": exact_value(story.title.score) if story.whole is not None else None,
        "grades": sorted(story.title.grades),
        "whole": str(story.whole) if story.whole is not None else None,
        "gates": [_gate(gate) for gate in story.gates],
        "body": _block(story.body),
        "tiers": [_tier(tier) for tier in story.tiers],
        "changes": [
            {"fact": fact_values(read), "after": exact_value(change.after), "points": exact_value(change.score)}
            for read, change in story.changes
        ],
        "open": [{"fact": fact_values(read), "weight": item.weight} for read, item in story.open],
        "lost": [{"name": item.name, "points": str(item.points)} for item in losses_of(story)],
        "clauses": [
            {"document": c.clause.document, "item": c.clause.item, "title": c.title, "says": c.says, "says_en": c.says_en}
            for c in story.clauses
        ],
        "assumptions": [{"reason": item.reason, "lines": list(item.lines)} for item in assumptions_of(story)],
    }
