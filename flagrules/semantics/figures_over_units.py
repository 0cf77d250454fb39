"""Figures over other units resolved: ranks, figures of peers, of members and of the holder, with the readings an author must choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from flagrules.model import kinds as k
from flagrules.semantics import expr as e
from flagrules.semantics.ruleset import Measure
from flagrules.semantics.typed import BOOL, FALLBACK, Typed
from flagrules.syntax import ast

if TYPE_CHECKING:
    from flagrules.semantics.expressions import Resolver

_ACROSS: tuple[e.AcrossHow, ...] = ("rank", "mean", "most", "least", "share", "count", "total", "value")
_EITHER = ({"ascending", "descending"}, {"same_rank", "ties_open"}, {"with_self", "without_self"})
_RANKED = _EITHER[0] | _EITHER[1]
_CHOICES = {
    "descending": "从高到低", "ascending": "从低到高", "same_rank": "并列同名次", "ties_open": "并列未定",
    "with_self": "含本单元", "without_self": "不含本单元",
}  # fmt: skip
_OVER: dict[str, Literal["peers", "members", "holder"]] = {"peers": "peers", "members": "members", "holder": "holder"}


def over_units(at: Resolver, node: ast.Across) -> Typed:
    """A figure over other units: what each of them has becomes a decision of its own, a measure."""
    inner = _measuring(at, node)
    if inner is None:
        return FALLBACK
    value, kind = _measured(node, inner)
    _check(at, node, value)
    units: dict[str, k.Kind] = {"rank": k.Quantity("名"), "share": k.Ratio(), "count": k.Quantity("个")}
    unit = units.get(node.how, kind)
    none = _none(at, node, unit)
    choice = next((name for name in node.per if name not in at.scope.places), "")
    if choice:
        return _rank_by_choice(at, node, inner, value, choice), unit
    return _figure(at, node, inner, value, unit, none), unit


def _figure(
    at: Resolver, node: ast.Across, inner: Resolver, value: e.Expr, unit: k.Kind | None, none: e.Expr | None, of: str = ""
) -> e.Across:
    place = node.span
    slot = f"{place.label}:{place.line}:{place.column}" + (f" {of}" if of else "")
    at.scope.measures.append(Measure(slot, inner.subjects, value, f"{place.label}:{place.line}"))
    how: e.AcrossHow = next(word for word in _ACROSS if word == node.how)
    per = next((name for name in node.per if name in at.scope.places), "")
    return e.Across(
        how, _OVER[node.over], slot, unit, " ".join(place.text.split()), node.kind, per, "without_self" not in node.choices,
        "ascending" in node.choices, "same_rank" not in node.choices, none,
    )  # fmt: skip


def _rank_by_choice(at: Resolver, node: ast.Across, inner: Resolver, value: e.Expr, name: str) -> e.Expr:
    """A rank among the units of the same option: one order an option, in which the units of the others stand behind everybody."""
    fact, kind = inner.fact(name, node.span)
    assert isinstance(kind, k.Choice)
    behind = e.Const(e.FAR if "ascending" in node.choices else -e.FAR)
    ranks = []
    for option in kind.options:
        own = e.Choose(e.Same(fact, e.Const(option)), value, behind)
        ranks.append((option, _figure(at, node, inner, own, k.Quantity("名"), None, option)))
    mine, _ = at.fact(name, node.span)
    chosen: e.Expr = ranks[-1][1]
    for option, rank in reversed(ranks[:-1]):
        chosen = e.Choose(e.Same(mine, e.Const(option)), rank, chosen)
    return chosen


def _measured(node: ast.Across, inner: Resolver) -> Typed:
    """What is measured of each unit: a condition for a share or a count, else a number."""
    asked = node.value if node.value is not None else node.where
    if asked is None:
        return e.Const(True), BOOL  # noqa: FBT003  every member counts
    return (inner.condition(asked), BOOL) if node.how in ("share", "count") else inner.number(asked)


def _measuring(at: Resolver, node: ast.Across) -> Resolver | None:
    """How what is measured is resolved: for the units it is measured of. FR254 no such kind of unit."""
    if node.over == "peers":
        if not _groups(at, node):
            return None
        return at.among_peers()
    known = (*at.scope.subjects, *at.scope.places)
    if node.kind not in known:
        at.scope.findings.add("FR254", node.span, place=node.kind, known="、".join(known))
        return None
    return at.of_kind(node.kind)


def _groups(at: Resolver, node: ast.Across) -> bool:
    """Whether 每个 names a kind of place, a choice that a rank goes by, or one of each. FR254, FR232, FR330 what else it may be."""
    choices = [name for name in node.per if name in at.scope.facts and isinstance(at.scope.facts[name].kind, k.Choice)]
    places = [name for name in node.per if name in at.scope.places]
    for name in node.per:
        if name not in choices and name not in places:
            at.scope.findings.add("FR254", node.span, place=name, known="、".join(at.scope.places) or "—")
            return False
    if len(choices) > 1 or len(places) > 1:
        at.scope.findings.add("FR232", node.span)
    elif choices and node.how != "rank":
        at.scope.findings.add("FR330", node.span, name=choices[0])
    else:
        return True
    return False


def _none(at: Resolver, node: ast.Across, unit: k.Kind | None) -> e.Expr | None:
    """What the figure of no units is."""
    if node.if_none is None:
        return None
    none, kind = at.number(node.if_none, unit)
    at.comparable(node.if_none.span, unit, kind, node.if_none, None)
    return none


def _check(at: Resolver, node: ast.Across, value: e.Expr) -> None:
    """The readings an author must choose: FR265 the order and ties of a rank, FR266 whether peers include the unit, FR260 none.

    FR232 two readings that exclude each other, FR233 one that does not belong there.
    """
    said = set(node.choices)
    if any(len(said & pair) > 1 for pair in _EITHER):
        at.scope.findings.add("FR232", node.span)
    own = _RANKED if node.how == "rank" else _EITHER[2]
    if said - own or (node.how == "rank" and node.if_none is not None):
        wrong = [word for name, word in _CHOICES.items() if name in said - own]
        at.scope.findings.add("FR233", node.span, text="、".join(wrong) or "没有则")
    if node.how == "rank":
        if any(not said & pair for pair in _EITHER[:2]):
            at.scope.findings.add("FR265", node.span)
        return
    if node.over == "peers" and not said & _EITHER[2]:
        at.scope.findings.add("FR266", node.span)
    if node.if_none is None and node.how not in ("count", "total") and _may_be_none(at, node, value):
        at.scope.findings.add("FR260", node.span)


def _may_be_none(at: Resolver, node: ast.Across, value: e.Expr) -> bool:
    """Whether a figure may be of no units: members may be none, peers may, and what is measured may apply to nobody."""
    specs = (at.scope.facts.get(name) for name, _ in e.periods_read(value))
    absent = node.how != "share" and any(spec is not None and spec.nullable for spec in specs)
    return node.over == "members" or "without_self" in node.choices or absent
