"""Chinese working days, make-up days and public holidays as the State Council published them; unknown years are refused.

Days are counted as in article 201 of the Civil Code: the day of the event itself does not count, counting begins on the next day,
and the last day counted is included. A notice put up on a Monday has stood for one working day when Tuesday has passed.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import accumulate

_DAY = timedelta(days=1)


class UnknownCalendarYear(ValueError):
    """No working-day calendar is published (or known here) for `year`, so its days cannot be counted."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(f"no published working-day calendar for {year}")


def is_working_day(day: date) -> bool:
    """Whether people work on that day: make-up weekend days are, public holidays are not. Raises `UnknownCalendarYear`."""
    from chinese_calendar import is_workday  # its tables are loaded only when days are counted

    try:
        return bool(is_workday(day))
    except NotImplementedError as unknown:
        raise UnknownCalendarYear(day.year) from unknown


def add_working_days(start: date, count: int) -> date:
    """The `count`-th working day after `start`; `start` itself for 0.

    `start` need not be a working day and is never counted. Raises `ValueError` for a negative count and `UnknownCalendarYear`
    when the counting reaches a year whose calendar is not known.
    """
    if count < 0:
        raise ValueError(count)
    day = start
    while count:
        day = _next(day)
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`, so that the end of n days added to `start` is n days from it.

    Raises `ValueError` when `end` is before `start`, and `UnknownCalendarYear` as `add_working_days` does.
    """
    if end < start:
        raise ValueError(end)
    total, day = 0, start
    while day < end:
        day = _next(day)
        total += is_working_day(day)
    return total


@cache
def known_days() -> tuple[date, date]:
    """The first and the last day of the years whose calendars are known."""
    from chinese_calendar.constants import holidays  # as above

    return date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31)


def workday_number(day: date) -> int:
    """How many working days there are from the first known day to this one, it counted; before and after those known, no more."""
    first, last = known_days()
    return _numbers()[min(max((day - first).days + 1, 0), (last - first).days + 1)]


@cache
def _numbers() -> tuple[int, ...]:
    """Working days counted up, a number for each known day, after a zero."""
    first, last = known_days()
    days = (first + index * _DAY for index in range((last - first).days + 1))
    return (0, *accumulate(int(is_working_day(day)) for day in days))


def _next(day: date) -> date:
    if day == date.max:
        raise UnknownCalendarYear(day.year + 1)
    return day + _DAY
