"""Figures over the rows of a list resolved: counts, totals, means and extremes, with the fields of the list in reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flagrules.model import kinds as k
from flagrules.semantics import expr as e
from flagrules.semantics.typed import FALLBACK, Typed
from flagrules.syntax import ast
from flagrules.text.source import Span

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
    return e.OverRows(node.records, kind, how, value, where, none), value_kind


def _if_none(at: Resolver, node: ast.OverRows, kind: k.Kind | None) -> e.Expr | None:
    """What no rows give; FR260 where a mean or an extreme does not say."""
    if node.if_none is None:
        if node.how != "total":
            at.scope.findings.add("FR260", node.span)
        return None
    none, none_kind = at.number(node.if_none, kind)
    at.comparable(node.if_none.span, kind, none_kind, node.if_none, None)
    return none
