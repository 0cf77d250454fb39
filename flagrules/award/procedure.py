"""The procedure on a calendar: when each step is due in the year assessed, and how long a notice must stand."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Literal

from flagrules.model.calendar import add_working_days
from flagrules.semantics.ruleset import RuleSet, StepRule


@dataclass(frozen=True)
class StepState:
    """A step, the last day it may end in the year of assessment (None: no deadline), and whether that day is past."""

    rule: StepRule
    due: date | None
    state: Literal["open", "past_due_date", "no_deadline"]


def due_date(rule: StepRule, year: int) -> date | None:
    """The last day of a step in a year; a month without a day means its last day."""
    if rule.month is None:
        return None
    last = calendar.monthrange(year, rule.month)[1]
    return date(year, rule.month, min(rule.day or last, last))


def procedure_on(rules: RuleSet, on: date) -> tuple[StepState, ...]:
    """Every step in order, seen on a day."""
    found: list[StepState] = []
    for rule in rules.steps:
        due = due_date(rule, on.year)
        found.append(StepState(rule, due, "no_deadline" if due is None else "past_due_date" if on > due else "open"))
    return tuple(found)


def earliest_end(rule: StepRule, start: date) -> date:
    """The first day on which a step begun on `start` has lasted its least time; working days by the published calendar.

    The day it begins is not counted (Civil Code art. 201), a part of a day counts as a day.
    Raises `UnknownCalendarYear` where no calendar is published.
    """
    if rule.least is None:
        return start
    if rule.least_unit == "个工作日":
        return add_working_days(start, ceil(rule.least))
    return start + timedelta(days=ceil(rule.least))
