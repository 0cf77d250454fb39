"""Days as authors write them, and the days a period covers."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_DAY = re.compile(r"([0-9]{4})([-/.年])([0-9]{1,2})([-/.月])([0-9]{1,2})(日?)")
_MARKS = ("--", "//", "..", "年月日")
_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")


class NoSuchDay(ValueError):
    """The text has the shape of a day, but the calendar does not have it."""


def parse_day(text: str) -> date | None:
    """The day of `2021-05-28`, `2021/5/28`, `2021.5.28` or `2021年5月28日`; None for another shape; raises `NoSuchDay`."""
    match = _DAY.fullmatch(text)
    if match is None or match[2] + match[4] + match[6] not in _MARKS:
        return None
    try:
        return date(int(match[1]), int(match[3]), int(match[5]))
    except ValueError as error:
        raise NoSuchDay(text) from error


def period_days(period: str) -> tuple[date, date] | None:
    """First and last day of a period written as a year (2021) or a month (2021-05); None where the period has no such days."""
    match = _PERIOD.fullmatch(period)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 0)
    if not 1 <= year <= 9999 or month > 12:
        return None
    if not month:
        return (date(year, 1, 1), date(year, 12, 31)) if match[2] is None else None
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])
