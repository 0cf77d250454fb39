"""Figures over the rows of a list resolved: counts, totals, means and extremes, with the fields of the list in reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flagrules.model import kinds as k
from flagrules.semantics import expr as e
from flagrules.semantics.scope import hints
from flagrules.semantics.typed import FALLBACK, Typed
from flagrules.syntax import ast
from flagrules.text.source import Span
from flagrules.text.spelling import nearest

if TYPE_CHECKING:
    from flagrules.semantics.expressions import Resolver

_HOWS: tuple[e.RowsHow, ...] = ("count", "total", "mean", "trimmed_mean", "most", "least")


def rows_of(at: Resolver, name: str, span: Span) -> k.Records | None:
    """The list of that name; FR259 when the fact is no list."""
    spec = at.scope.facts.get(name)
    if spec is None:
        at.unknown(name, span, None)
        return None
    at.scope.used.add(name)
    if not isinstance(spec.kind, k.Records):
        at.scope.findings.add("FR263", span, name=name)
        return None
    return spec.kind


def counted(at: Resolver, name: str, kind: k.Records, where: ast.Expr | None) -> e.OverRows:
    """How many rows of a list a condition holds for."""
    return e.OverRows(name, kind, "count", None, _inside(at, kind, where) if where is not None else None)


def _inside(at: Resolver, kind: k.Records, where: ast.Expr) -> e.Expr:
    outer, at.fields = at.fields, {field.name: field for field in kind.fields}
    try:
        return at.condition(where)
    finally:
        at.fields = outer


def over_rows(at: Resolver, node: ast.OverRows) -> Typed:
    """A figure over the rows of a list for which a condition holds."""
    kind = rows_of(at, node.records, node.span)
    if kind is None:
        return FALLBACK
    if node.value is None:
        return counted(at, node.records, kind, node.where), k.Quantity(kind.unit)
    outer, at.fields = at.fields, {field.name: field for field in kind.fields}
    value, value_kind = at.number(node.value)
    at.fields = outer
    where = _inside(at, kind, node.where) if node.where is not None else None
    none = _if_none(at, node, value_kind)
    how: e.RowsHow = next(how for how in _HOWS if how == node.how)
    return e.OverRows(node.records, kind, how, value, where, none, _per(at, node, kind)), value_kind


def _per(at: Resolver, node: ast.OverRows, kind: k.Records) -> e.FieldRef | None:
    """The field rows must agree in for only the highest of them to count. FR331 no such field."""
    if not node.per:
        return None
    field = next((field for field in kind.fields if field.name == node.per), None)
    if field is None:
        known = [field.name for field in kind.fields]
        hint, hint_en = hints(nearest(node.per, known))
        at.scope.findings.add("FR331", node.span, name=node.per, fields="、".join(known) or "—", hint=hint, hint_en=hint_en)
        return None
    return e.FieldRef(field.name, field.kind, field.low, field.high)


def _if_none(at: Resolver, node: ast.OverRows, kind: k.Kind | None) -> e.Expr | None:
    """What no rows give; FR260 where a mean or an extreme does not say."""
    if node.if_none is None:
        if node.how != "total":
            at.scope.findings.add("FR260", node.span)
        return None
    none, none_kind = at.number(node.if_none, kind)
    at.comparable(node.if_none.span, kind, none_kind, node.if_none, None)
    return none
