"""Days as authors write them, and the days a period covers."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_DAY = re.compile(r"([0-9]{4})([-/.年])([0-9]{1,2})([-/.月])([0-9]{1,2})(日?)")
_MARKS = ("--", "//", "..", "年月日")
_PERIOD = re.compile(r"([0-9]{4})(?:(H|Q|-)([0-9]{1,2})(?:~([0-9]{2}))?)?")
PERIODS = ("2021", "2021H1", "2021Q3", "2021-05", "2021-05~06")
"""A period of each shape: a year, a half, a quarter, a month, a run of months."""


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
    """First and last day of a period written as in `PERIODS`; None where the period has no such days."""
    months = _months(period)
    if months is None:
        return None
    (year, month), (last_year, last) = (divmod(at, 12) for at in (months[0], months[0] + months[1] - 1))
    return date(year, month + 1, 1), date(last_year, last + 1, monthrange(last_year, last + 1)[1])


def period_before(period: str) -> str | None:
    """The period of the same length just before, written in the same way; None where the period has no such days."""
    months = _months(period)
    if months is None or months[0] - months[1] < 12:
        return None
    length = months[1]
    year, month = divmod(months[0] - length, 12)
    match = _PERIOD.fullmatch(period)
    mark = match[2] if match is not None else ""
    if not mark:
        return f"{year:04}"
    if mark != "-":
        return f"{year:04}{mark}{month // length + 1}"
    return f"{year:04}-{month + 1:02}" + (f"~{month + length:02}" if "~" in period else "")


def _months(period: str) -> tuple[int, int] | None:
    """The first month of a period, counted from the year 0, and how many there are; a run of months divides its year evenly."""
    match = _PERIOD.fullmatch(period)
    if match is None or int(match[1]) < 1:
        return None
    year, mark, number = int(match[1]), match[2], int(match[3] or 1)
    if match[4] is not None:
        length = int(match[4]) - number + 1
        good = mark == "-" and len(match[3]) == 2 and 2 <= length <= 6 and 12 % length == 0 and (number - 1) % length == 0
        return (12 * year + number - 1, length) if good and 1 <= number <= 12 - length + 1 else None
    length, digits = {None: (12, 0), "H": (6, 1), "Q": (3, 1), "-": (1, 2)}[mark]
    if len(match[3] or "") != digits or not 1 <= number <= 12 // length:
        return None
    return 12 * year + (number - 1) * length, length


def earlier_periods(previous: str, count: int) -> tuple[str, ...]:
    """The periods before the previous one; one of another shape has none before it."""
    found: list[str] = []
    for _ in range(count):
        before = period_before(found[-1] if found else previous)
        if before is None:
            break
        found.append(before)
    return tuple(found)
