"""The rule lines that cost most titles: gates, and scoring lines."""

from __future__ import annotations

from collections.abc import Sequence

from flagrules.report.shape import Both, Chart, Section, Series, Sheet, Text
from flagrules.report.told import Row, Told, count, said

DRAWN = 15


def short(line: str) -> str:
    """`hejin.rules:60` of a longer path."""
    return line.rsplit("/", 1)[-1]


def _label(row: Row) -> Text:
    """The indicator, or the title and its gate, and where the line stands."""
    line, part = short(row["line"] or ""), said(row["part"])
    if row["indicator"] is not None or isinstance(part, str):
        return f"{row['indicator'] or row['title']} {line}"
    return Both(*(f"{row['title']} {word} {line}" for word in part))


def _chart(key: str, title: Both, rows: Sequence[Row]) -> Chart:
    drawn = rows[:DRAWN]
    most = tuple(str(count(row, "most")) for row in drawn)
    rest = tuple(str(count(row, "titles") - count(row, "most")) for row in drawn)
    series: tuple[Series, ...] = (
        Series("largest", Both("这一行失分最多", "this line lost most"), most),
        Series("refused", Both("这一行也失分", "this line lost points too"), rest),
    )
    if all(row["most"] is None for row in drawn):
        series = (Series("refused", Both("未授予、未参评", "not granted"), rest),)
    return Chart(key, title, tuple(map(_label, drawn)), series, Both("个数", "number"), flat=True)


def _sheet(key: str, title: Both, told: Told, rows: Sequence[Row], *, scoring: bool) -> Sheet:
    heads: list[Text] = [told.noun, Both("作用", "part")]
    if scoring:
        heads.append(Both("指标", "indicator"))
    heads += [Both("规则行", "line"), Both("内容", "text"), Both("依据的条款", "clause"), Both("未授予的个数", "not granted")]
    if scoring:
        heads += [Both("其中失分最多的", "of these, the largest loss"), Both("失分合计", "points lost")]
    keys = ["title", "part", *(["indicator"] if scoring else []), "line", "text", "citation", "titles"]
    keys += ["most", "points"] if scoring else []
    lines = tuple(tuple(said(row[key]) if key == "part" else row[key] or "" for key in keys) for row in rows)
    first = keys.index("titles")
    return Sheet(key, title, tuple(heads), lines, frozenset(range(first, len(keys))))


def section(told: Told) -> Section:
    """Lines that decided against titles that are surely not granted."""
    title = Both("哪些规则行让最多的没有授予", "Rule lines that cost most titles")
    rows = told.rows("costs")
    if not rows:
        return Section("lines", title, empty=Both("没有未授予的。", "Nothing was refused."))
    gates = [row for row in rows if row["indicator"] is None]
    scoring = [row for row in rows if row["indicator"] is not None]
    gate_head = Both("在哪一道关停下", "The gate where they stopped")
    line_head = Both("失分的计分行", "Scoring lines that lost points")
    notes = (
        Both(
            "只数肯定没有授予的。计分行：在失了分的指标里，给的分比它最多能给的少就算一次；一行的失分不会多于它所在的指标。",
            "Only titles that are surely not granted count. A scoring line counts where it gave less than the most it can, in an "
            "indicator that lost points; it is never charged more than its indicator lost.",
        ),
    )
    charts, sheets = [], []
    for key, head, found in (("gates", gate_head, gates), ("scoring", line_head, scoring)):
        if found:
            charts.append(_chart(key, head, found))
            sheets.append(_sheet(key, head, told, found, scoring=key == "scoring"))
    return Section("lines", title, notes, charts=tuple(charts), sheets=tuple(sheets))
