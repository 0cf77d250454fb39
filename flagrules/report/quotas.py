"""Quotas as bars: the share that reaches the tier, what is needed, and how the needed number was rounded."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flagrules.model.numbers import round_to, write_exact
from flagrules.report.shape import Both, Chart, Section, Series, Sheet, Text
from flagrules.report.told import Row, Told, between, count, number, place_of, said

_FEW = 3
SURELY = Both("确定达到", "surely reach it")
PERHAPS = Both("可能达到", "may reach it")
NEEDED = Both("至少需要", "needed")
NO_UNITS = Both("没有单元", "no units")


def share(part: Fraction, total: Fraction) -> str:
    """A share in percent as it is drawn: two decimals."""
    return write_exact(round_to(part * 100 / total, 2)) if total else "0"


def _chart(key: str, title: Text, rows: Sequence[Row], names: Sequence[Text]) -> Chart:
    totals = [number(row, "total") for row in rows]
    low, high = ([number(row, f"reached_{end}") for row in rows] for end in ("low", "high"))
    says = tuple(f"{between(row, 'reached')}/{row['total']}" for row in rows)
    series = (
        Series("granted", SURELY, tuple(share(*pair) for pair in zip(low, totals, strict=True)), says),
        Series("undetermined", PERHAPS, tuple(share(b - a, t) for a, b, t in zip(low, high, totals, strict=True))),
    )
    needed = tuple(share(Fraction(row["needed"] or 0), total) if row["needed"] else "" for row, total in zip(rows, totals, strict=True))
    marks = Series("needed", NEEDED, needed, tuple(row["needed"] or "" for row in rows))
    return Chart(key, title, tuple(names), series, Both("占比（%）", "share (%)"), flat=True, percent=True, marks=marks)


def charts_of(rows: Sequence[Row]) -> tuple[Chart, ...]:
    """A chart for each place where there are few, else one for each quota with its places."""
    places = list(dict.fromkeys((row["place_id"], row["place"]) for row in rows))
    title = Both("名额", "quotas")
    if len(places) <= _FEW:
        groups = [[row for row in rows if (row["place_id"], row["place"]) == place] for place in places]
        return tuple(
            _chart(f"quota-{index}", place_of(group[0]), group, [f"{row['subject']} {row['tier']}" for row in group])
            for index, group in enumerate(groups)
        )
    lines = list(dict.fromkeys(row["line"] for row in rows))
    groups = [[row for row in rows if row["line"] == line] for line in lines]
    return tuple(
        _chart(f"quota-{index}", group[0]["quota"] or title, group, [place_of(row) for row in group])
        for index, group in enumerate(groups)
    )


def _rounding(row: Row) -> Text:
    """What is needed and how it came about: the exact edge, then the least whole number of units."""
    needed, edge = row["needed"], row.get("edge")
    if needed is None:
        return NO_UNITS if not count(row, "total") else ""
    return needed if edge is None or edge == needed else f"{edge} → {needed}"


def section(told: Told) -> Section:
    """Every quota in every place."""
    title = Both("名额", "Quotas")
    rows = told.rows("quotas")
    if not rows:
        return Section("quotas", title, empty=Both("方案没有规定名额。", "The programme has no quotas."))
    notes = (
        Both(
            "条形是达到等次的单元占全部单元的比例，浅色是可能再达到的；菱形是至少需要的。不够一个的，向上取整（如 18.75 → 19）。",
            "A bar is the share of units that reach the tier, the lighter part those that still may; the diamond is what is needed. "
            "A part of a unit is rounded up (18.75 → 19).",
        ),
    )
    drawn = [row for row in rows if count(row, "total")]
    return Section("quotas", title, notes, charts=charts_of(drawn), sheets=(_results(rows), _rules(rows)))


def _results(rows: Sequence[Row]) -> Sheet:
    heads = (
        Both("地方", "place"), Both("类别", "kind"), Both("等次", "tier"), Both("要求", "asked"), Both("达到", "reached"),
        Both("单元数", "units"), Both("占比（精确）", "share, exact"), Both("占比（阅读用）", "share, for reading"),
        Both("至少需要", "needed"), Both("结论", "status"), Both("规则行", "line"),
    )  # fmt: skip
    lines = tuple(
        (
            place_of(row), row["subject"] or "", row["tier"] or "", row.get("asked") or "", between(row, "reached"), row["total"] or "",
            between(row, "share"), row["percent"] or "", _rounding(row), said(row["status"]), row["line"] or "",
        )
        for row in rows
    )  # fmt: skip
    return Sheet("quotas", Both("各地的名额", "Quotas by place"), heads, lines, frozenset(range(4, 9)))


def _rules(rows: Sequence[Row]) -> Sheet:
    """What the rules say of quotas, each once."""
    said_once = {row["line"]: (row["quota"] or "", row["line"] or "", row["citation"] or "") for row in rows}
    heads = (Both("名额（规则的原话）", "quota, as the rule says it"), Both("规则行", "line"), Both("依据的条款", "clause"))
    return Sheet("quota-rules", Both("名额的规则", "The rules of quotas"), heads, tuple(said_once.values()))
