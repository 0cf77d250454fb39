"""Money by payer, what is undetermined and why, the procedure, and units left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from flagrules.award.results.words import WORDS
from flagrules.model.numbers import round_to, write_exact
from flagrules.report.shape import Both, Chart, Section, Series, Sheet, Text
from flagrules.report.told import Row, Told, amount, between, count, number, overall, said, tier_of

DRAWN = 15
_WAN = Fraction(10_000)
PLACE = Both("地方", "place")
PROGRAMME = Both("方案自己", "the programme itself")


def names_of(told: Told) -> Mapping[str, str]:
    """The names of places whose ids the results tell."""
    rows = (row for table in ("quotas", "money") for row in told.rows(table))
    return {place: row["place"] or place for row in rows if (place := row.get("place_id"))}


def _place(code: str | None, names: Mapping[str, str]) -> str:
    return f"{names[code]} {code}" if code is not None and code in names else code or ""


# ── money ──
def money(told: Told) -> Section:
    """What each payer pays, by tier and in all, and by place where the results tell it."""
    title = Both("补贴资金", "Money")
    rows = told.rows("money")
    if not rows:
        return Section("money", title, empty=Both("方案没有规定补贴。", "The programme pays nothing."))
    whole = [row for row in rows if overall(row)]
    drawn = [row for row in whole if row["tier"] != "total"]
    sure = [number(row, "money_low") for row in drawn]
    more = [_more(row) for row in drawn]
    says = tuple(amount(row, "money", " 元") for row in drawn)
    series = (
        Series("granted", Both("确定", "certain"), tuple(map(_wan, sure)), says),
        Series("undetermined", Both("可能再加", "possible on top"), tuple(map(_wan, more))),
    )
    names = tuple(f"{row['payer']} {row['tier']}" for row in drawn)
    charts = (Chart("money", title, names, series, Both("万元", "10,000 元"), flat=True),) if drawn else ()
    sheets = [_money_sheet("money", Both("按出资方和等次", "By payer and tier"), whole, ())]
    placed = [row for row in rows if not overall(row) and row["tier"] == "total"]
    if placed:
        by_place = tuple(_place(row["place_id"], names_of(told)) or "—" for row in placed)
        sheets.append(_money_sheet("money-places", Both("按地方", "By place"), placed, by_place))
    notes = (
        Both(
            "金额单位是元；写成“少~多”的，是还有等次未定。一个单元可能有几项补贴，所以合计的单元数不一定是各行之和。",
            "Amounts are in 元; less~more where tiers are undetermined. A unit may be paid for several tiers, so the units in all "
            "need not be the sum of the rows.",
        ),
    )
    return Section("money", title, notes, charts=charts, sheets=tuple(sheets))


def _more(row: Row) -> Fraction:
    """What may come on top of the lowest amount; nothing is drawn where it has no end."""
    return Fraction(0) if row["money_high"] in WORDS else number(row, "money_high") - number(row, "money_low")


def _wan(yuan: Fraction) -> str:
    """An amount in 万元 as it is drawn."""
    return write_exact(round_to(yuan / _WAN, 4))


def _money_sheet(key: str, title: Both, rows: Sequence[Row], places: Sequence[str]) -> Sheet:
    heads = (Both("出资方", "payer"), Both("等次", "tier"), Both("领取的单元", "units paid"), Both("金额（元）", "amount, 元"))
    lines = [(row["payer"] or "", tier_of(row), between(row, "paid"), amount(row, "money")) for row in rows]
    if places:
        return Sheet(key, title, (PLACE, *heads), tuple((p, *line) for p, line in zip(places, lines, strict=True)), frozenset({3, 4}))
    return Sheet(key, title, heads, tuple(lines), frozenset({2, 3}))


# ── what is undetermined ──
def _merged(rows: Sequence[Row]) -> list[tuple[tuple[str, str, str], list[Row]]]:
    """Rows of one unknown input together, over titles and authorities; those most titles wait for first."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["what"] or "", row["name"] or "", row["back"] or "0"), []).append(row)
    return sorted(found.items(), key=lambda pair: (-_sum(pair[1], "titles"), pair[0]))


def _sum(rows: Iterable[Row], key: str) -> int:
    return sum(count(row, key) for row in rows)


def _input(name: str, back: str) -> Text:
    if back == "0":
        return name
    return Both(f"{name}（往前{back}期）", f"{name} ({back} periods before)")


def _listed(values: Iterable[str | None], limit: int = 6) -> str:
    found = list(dict.fromkeys(value for value in values if value))
    return "、".join(found[:limit]) + ("…" if len(found) > limit else "")


def missing(told: Told) -> Section:
    """What is not known, how many titles wait for it, and the parameters nobody has set."""
    title = Both("什么未定，为什么", "What is undetermined, and why")
    merged = _merged(told.rows("missing"))
    names = names_of(told)
    sheets: list[Sheet] = []
    charts: tuple[Chart, ...] = ()
    if merged:
        why = Both("等着的事实和参数", "Facts and parameters waited for")
        drawn = merged[:DRAWN]
        only = tuple(str(_sum(rows, "only")) for _, rows in drawn)
        rest = tuple(str(_sum(rows, "titles") - _sum(rows, "only")) for _, rows in drawn)
        series = (
            Series("largest", Both("只差这一项", "for this alone"), only),
            Series("undetermined", Both("还差别的", "for others too"), rest),
        )
        labels = tuple(_input(name, back) for (_, name, back), _ in drawn)
        charts = (Chart("missing", why, labels, series, Both("未定的个数", "undetermined"), flat=True),)
        heads: tuple[Text, ...] = (
            Both("缺什么", "what is missing"), Both("名目", "name"), told.noun, Both("涉及的规定者", "authorities"), Both("规则行", "line"),
            Both("未定的个数", "undetermined"), Both("其中只差这一项的", "of these, for this alone"),
        )  # fmt: skip
        lines = tuple(
            (
                said(what), _input(name, back), _listed(row["title"] for row in rows),
                _listed(_place(row["authority"], names) for row in rows), _listed(row["line"] for row in rows),
                str(_sum(rows, "titles")), str(_sum(rows, "only")),
            )
            for (what, name, back), rows in merged
        )  # fmt: skip
        sheets.append(Sheet("missing", why, heads, lines, frozenset({5, 6})).without_empty())
    unset = [row for row in told.rows("basis") if row["what"] == "unset_parameter"]
    if unset:
        sheets.append(_unset(unset, names))
    notes = (
        Both(
            "不知道的事实不当作零：结果可能两样的就是“未定”。一个未定的结果可能同时等着几项。",
            "An unknown fact is never zero: where both outcomes are possible, the title is undetermined. One may wait for several inputs.",
        ),
    )
    empty = Both("没有未定的。", "Nothing is undetermined.")
    return Section("missing", title, notes if sheets else (), charts=charts, sheets=tuple(sheets), empty=None if sheets else empty)


def _unset(rows: Sequence[Row], names: Mapping[str, str]) -> Sheet:
    title = Both("还没有设定的参数（文件的空白）", "Parameters not yet set (the documents' blanks)")
    heads = (
        Both("参数", "parameter"), Both("没有设定的", "not set by"), Both("个数", "number"), Both("规则行", "line"),
        Both("依据的条款", "clause"),
    )  # fmt: skip
    found: dict[tuple[str, str, str], list[str | None]] = {}
    for row in rows:
        found.setdefault((row["name"] or "", row["line"] or "", row["citation"] or ""), []).append(row["authority"])
    cells = (
        (name, "、".join(_place(code, names) for code in codes if code) or PROGRAMME, str(len(codes)), line, citation)
        for (name, line, citation), codes in found.items()
    )
    return Sheet("unset", title, heads, tuple(cells), frozenset({2}))


# ── the procedure and units left out ──
def procedure(told: Told) -> Section | None:
    """The steps on the day of assessment; None where the results do not tell them."""
    rows = told.rows("procedure")
    if not rows:
        return None
    head = told.heads["procedure"]
    keys = [key for key in head if key not in ("line", "citation")] + ["line", "citation"]
    lines = tuple(tuple(said(row[key]) if key == "state" else row[key] or "" for key in keys) for row in rows)
    title = Both("程序到了哪一步", "Where the procedure stands")
    return Section("procedure", title, sheets=(Sheet("procedure", title, tuple(head[key] for key in keys), lines).without_empty(),))


def left_out(told: Told) -> Section | None:
    """Units that were not assessed; None when all were."""
    rows = told.rows("left_out")
    if not rows:
        return None
    head = told.heads["left_out"]
    lines = tuple(tuple(said(row[key]) if key == "reason" else row[key] or "" for key in head) for row in rows)
    title = Both("没有评定的单元", "Units not assessed")
    return Section("left-out", title, sheets=(Sheet("left-out", title, tuple(head.values()), lines).without_empty(),))
