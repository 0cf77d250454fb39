"""The procedure on a calendar: last days, ends of months, working days around the holidays of 2021, years nobody published."""

from __future__ import annotations

from datetime import date

import pytest

from flagrules.award.procedure import StepState, earliest_end, procedure_on
from flagrules.model.calendar import UnknownCalendarYear
from tests.award.make import BODY, HEAD, compile_rules

STEPS = """\
程序 〔办法 8〕
  步骤 1 申报，2月底前 〔办法 8〕
  步骤 2 公示，10月9日前 不少于 5个工作日 由 “评委会” 〔办法 8〕
  步骤 3 复核，不少于 7日 〔办法 8〕
  步骤 10 授牌 由 “镇政府” 〔办法 8〕
"""


def steps(on: date) -> tuple[StepState, ...]:
    return procedure_on(compile_rules(HEAD + BODY + STEPS.replace("复核，不", "复核 不")).plan.rules, on)


def test_steps_are_in_the_order_of_their_numbers() -> None:
    assert [state.rule.item for state in steps(date(2021, 1, 1))] == ["1", "2", "3", "10"]


@pytest.mark.parametrize(
    ("on", "due", "state"),
    [
        (date(2021, 2, 27), date(2021, 2, 28), "open"),
        (date(2021, 2, 28), date(2021, 2, 28), "open"),  # the last day is still in time
        (date(2021, 3, 1), date(2021, 2, 28), "past_due_date"),
        (date(2024, 2, 29), date(2024, 2, 29), "open"),  # a leap year
        (date(2024, 3, 1), date(2024, 2, 29), "past_due_date"),
    ],
)
def test_the_end_of_a_month(on: date, due: date, state: str) -> None:
    found = steps(on)[0]
    assert (found.due, found.state) == (due, state)


@pytest.mark.parametrize(
    ("on", "state"), [(date(2021, 10, 8), "open"), (date(2021, 10, 9), "open"), (date(2021, 10, 10), "past_due_date")]
)
def test_a_last_day(on: date, state: str) -> None:
    assert steps(on)[1].state == state


def test_a_step_without_a_last_day() -> None:
    assert [(item.due, item.state) for item in steps(date(2021, 12, 31))[2:]] == [(None, "no_deadline")] * 2


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2021, 9, 6), date(2021, 9, 13)),  # Monday: 7, 8, 9, 10, then 13, for 11 and 12 are a weekend
        (date(2021, 9, 17), date(2021, 9, 26)),  # 18 made up for 21; 19–21 Mid-Autumn; then 22, 23, 24, and 26 made up
        (date(2021, 9, 24), date(2021, 9, 30)),  # Sunday 26 is worked: 26, 27, 28, 29, 30
        (date(2021, 9, 30), date(2021, 10, 13)),  # 1–7 National Day; 8, Saturday 9 is worked, 11, 12, 13
        (date(2021, 10, 1), date(2021, 10, 13)),  # begun on a holiday
    ],
)
def test_five_working_days_of_notice(start: date, end: date) -> None:
    assert earliest_end(steps(start)[1].rule, start) == end


def test_days_that_are_not_working_days_are_plain_days() -> None:
    assert earliest_end(steps(date(2021, 10, 1))[2].rule, date(2021, 10, 1)) == date(2021, 10, 8)


@pytest.mark.parametrize(("least", "end"), [("5日", 6), ("5.5日", 7), ("1.5个工作日", 3)])
def test_a_part_of_a_day_counts_as_a_day(least: str, end: int) -> None:
    rules = f"{HEAD}{BODY}程序 〔办法 8〕\n  步骤 1 公示 不少于 {least} 〔办法 8〕\n"
    rule = procedure_on(compile_rules(rules).plan.rules, date(2021, 12, 1))[0].rule
    # Wednesday 1 December: 5 days later is the 6th, 6 the 7th; two working days later is Friday the 3rd.
    assert earliest_end(rule, date(2021, 12, 1)) == date(2021, 12, end)


def test_a_step_without_a_least_time_may_end_at_once() -> None:
    assert earliest_end(steps(date(2021, 10, 1))[3].rule, date(2021, 10, 1)) == date(2021, 10, 1)


@pytest.mark.parametrize("start", [date(2003, 12, 1), date(2030, 5, 6)])
def test_a_year_without_a_published_calendar_is_refused(start: date) -> None:
    with pytest.raises(UnknownCalendarYear):
        earliest_end(steps(date(2021, 1, 1))[1].rule, start)
