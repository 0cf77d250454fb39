"""How the points of each title are distributed: ten equal classes of its full mark, coloured by outcome."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from flagrules.model.numbers import write_exact
from flagrules.report.grids import OUTCOMES, columns_of
from flagrules.report.shape import Both, Chart, Section, Series, Sheet, Text
from flagrules.report.told import Row, Told, number

CLASSES = 10
SPREAD = Both("跨档", "spread")


def class_of(points: Fraction, whole: Fraction) -> int:
    """The class points fall in: its lower end belongs to it; the first and the last hold what lies beyond them too."""
    return max(0, min(CLASSES - 1, (points * CLASSES / whole).__floor__()))


def labels(whole: Fraction) -> tuple[str, ...]:
    """`0–10` … `90–100` for a full mark of 100."""
    ends = [write_exact(whole * index / CLASSES) for index in range(CLASSES + 1)]
    return tuple(f"{low}–{high}" for low, high in pairwise(ends))


def _counts(rows: Sequence[Row]) -> dict[str, list[int]]:
    """By outcome, how many titles lie in each class, and last how many spread over several because something is unknown."""
    found = {key: [0] * (CLASSES + 1) for key in OUTCOMES}
    for row in rows:
        whole = number(row, "whole")
        low, high = class_of(number(row, "points_low"), whole), class_of(number(row, "points_high"), whole)
        found[row["outcome"] or ""][low if low == high else CLASSES] += 1
    return found


def section(told: Told) -> Section:
    """A histogram for each scored title, and one table of all."""
    scored = [row for row in told.rows("titles") if row["points_low"] is not None and number(row, "whole") > 0]
    columns = columns_of(scored)
    wholes = {row["whole"] for row in scored}
    one = number(scored[0], "whole") if len(wholes) == 1 else None
    names = labels(one) if one is not None else tuple(f"{label}%" for label in labels(Fraction(100)))
    charts: list[Chart] = []
    lines: list[tuple[Text, ...]] = []
    for index, (kind, title) in enumerate(columns):
        counts = _counts([row for row in scored if (row["kind"], row["title"]) == (kind, title)])
        series = tuple(Series(key, OUTCOMES[key], tuple(map(str, numbers))) for key, numbers in counts.items())
        charts.append(Chart(f"score-{index}", f"{title}（{kind}）", (*names, SPREAD), series, Both("单元数", "units")))
        totals = [sum(numbers[at] for numbers in counts.values()) for at in range(CLASSES + 1)]
        lines.append((kind, title, *map(str, totals)))
    head = Both("得分分布", "Distribution of points")
    heads: tuple[Text, ...] = (Both("类别", "kind"), told.noun, *names, SPREAD)
    sheet = Sheet("scores", head, heads, tuple(lines), frozenset(range(2, 3 + CLASSES)))
    notes = (
        Both(
            "每档含下端、不含上端，最后一档含满分。“跨档”：有事实不知道，得分是一个区间，落在不止一档里。",
            "Each class holds its lower end and not its upper one; the last holds the full mark. Spread: facts are unknown, the "
            "points are an interval and reach over several classes.",
        ),
    )
    if not lines:
        return Section("scores", head, empty=Both("没有评分的项目。", "Nothing is scored."))
    return Section("scores", head, notes, charts=tuple(charts), sheets=(sheet,))
