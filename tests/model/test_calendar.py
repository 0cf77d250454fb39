"""Working days, with the make-up days and holidays the State Council published for 2021 and 2022."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flagrules.model.calendar import (
    UnknownCalendarYear,
    add_working_days,
    is_working_day,
    known_days,
    workday_number,
    working_days_between,
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2021, 11, 19), True),  # a Friday
        (date(2021, 11, 20), False),  # a Saturday
        (date(2021, 9, 26), True),  # a Sunday worked for the National Day week
        (date(2021, 10, 1), False),
        (date(2021, 10, 7), False),  # a Thursday of that week
        (date(2021, 10, 9), True),  # a Saturday worked for it
        (date(2022, 1, 3), False),  # a Monday, New Year's
    ],
)
def test_working_days(day: date, works: bool) -> None:  # noqa: FBT001 the parameter is the expectation
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2021, 11, 22), 5, date(2021, 11, 29)),  # Monday: Tue Wed Thu Fri, then Monday
        (date(2021, 11, 19), 5, date(2021, 11, 26)),  # Friday: the whole next week
        (date(2021, 11, 20), 5, date(2021, 11, 26)),  # Saturday: the same
        (date(2021, 9, 30), 5, date(2021, 10, 13)),  # 8 Fri, 9 Sat make-up, 11, 12, 13
        (date(2021, 12, 31), 1, date(2022, 1, 4)),
        (date(2021, 11, 20), 0, date(2021, 11, 20)),
        (date(2003, 12, 31), 1, date(2004, 1, 2)),  # the event's own day is not asked of the calendar
    ],
)
def test_adding_working_days(start: date, count: int, end: date) -> None:
    assert add_working_days(start, count) == end
    assert working_days_between(start, end) == count


def test_five_working_days_at_their_boundary() -> None:
    start, end = date(2021, 11, 22), date(2021, 11, 29)
    assert working_days_between(start, end - timedelta(days=1)) == 4
    assert working_days_between(start, end) == 5
    assert working_days_between(start, end + timedelta(days=1)) == 6


def test_the_same_day_is_no_day() -> None:
    assert working_days_between(date(2021, 11, 22), date(2021, 11, 22)) == 0


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2100, 1, 1), date.min, date.max])
def test_a_year_without_a_published_calendar_is_refused(day: date) -> None:
    with pytest.raises(UnknownCalendarYear) as caught:
        is_working_day(day)
    assert caught.value.year == day.year


def test_counting_into_an_unknown_year_is_refused() -> None:
    with pytest.raises(UnknownCalendarYear):
        add_working_days(date(2021, 1, 1), 10**12)
    with pytest.raises(UnknownCalendarYear):
        working_days_between(date(2021, 1, 1), date.max)
    with pytest.raises(UnknownCalendarYear):
        add_working_days(date.max, 1)


def test_counting_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        add_working_days(date(2021, 1, 4), -1)
    with pytest.raises(ValueError, match="2021-01-03"):
        working_days_between(date(2021, 1, 4), date(2021, 1, 3))


@pytest.mark.parametrize("start", [date(2020, 12, 31), date(2021, 2, 10), date(2021, 9, 17), date(2021, 9, 30)])
@pytest.mark.parametrize("days", [0, 1, 2, 7, 40])
def test_two_numbers_of_days_tell_the_working_days_between(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    assert workday_number(end) - workday_number(start) == working_days_between(start, end)


def test_the_numbers_stand_still_outside_the_known_years() -> None:
    first, last = known_days()
    assert workday_number(first - timedelta(days=1)) == workday_number(first - timedelta(days=400)) == 0
    assert workday_number(last + timedelta(days=1)) == workday_number(last)
    assert workday_number(last) - workday_number(last - timedelta(days=365)) in range(240, 256)
