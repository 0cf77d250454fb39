"""The table of the procedure: where each step stands on the day of assessment."""

from __future__ import annotations

from collections.abc import Iterator

from flagrules.award.assess import Assessment
from flagrules.award.procedure import StepState, earliest_end, procedure_on
from flagrules.award.results.cells import citation
from flagrules.award.results.shape import Cell, Column, Table, Word
from flagrules.model.calendar import UnknownCalendarYear
from flagrules.model.numbers import write_exact


def procedure_table(assessment: Assessment) -> Table:
    """A row for every step: who, until when, whether that is past, and when it ends at the earliest if it begins today."""
    columns = (
        Column("item", "步骤", "step"),
        Column("step", "名称", "name"),
        Column("by", "由谁", "by whom"),
        Column("due", "期限", "due"),
        Column("state", "状态", "state"),
        Column("least", "至少", "at least"),
        Column("earliest_end", "今天开始，最早到", "begun today, ends at the earliest"),
        Column("line", "规则行", "line"),
        Column("citation", "依据的条款", "clause"),
    )
    return Table("procedure", "程序", "procedure", columns, tuple(_rows(assessment)))


def _rows(assessment: Assessment) -> Iterator[tuple[Cell, ...]]:
    for state in procedure_on(assessment.base.rules, assessment.on):
        rule, line = state.rule, assessment.base.lines[state.rule.line]
        due = state.due.isoformat() if state.due is not None else None
        least = f"{write_exact(rule.least)}{rule.least_unit}" if rule.least is not None else None
        yield rule.item, rule.name, rule.by or None, due, Word(state.state), least, _end(state, assessment), line.id, citation(line)


def _end(state: StepState, assessment: Assessment) -> str | None:
    """None where the step has no least time, or no calendar of working days is published for it."""
    if state.rule.least is None:
        return None
    try:
        return earliest_end(state.rule, assessment.on).isoformat()
    except UnknownCalendarYear:
        return None
