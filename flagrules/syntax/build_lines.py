"""The node of each kind of line, from its parse tree: one function a kind, and the table that names them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from lark import Token, Tree

from flagrules.syntax import ast
from flagrules.syntax.build import OPTIONS, Builder, parts_of, token_of, tokens_in, tree_of
from flagrules.text.source import Span

_WORDS = {"heading", "issuer", "registered", "ask", "evidence", "quote"}
_OUTCOMES = {"award", "full", "no_points", "loss", "gain", "computed"}


def _name(node: Tree[Token], index: int = 0) -> str:
    return str(tokens_in(node, "NAME")[index])


def _option(node: Tree[Token]) -> str:
    return _name(node, 1) if len(tokens_in(node, "NAME")) > 1 else ""


def _strings(b: Builder, node: Tree[Token]) -> list[str]:
    return [b.text(token) for token in tokens_in(node, "STRING")]


def _outcomes(b: Builder, node: Tree[Token]) -> list[ast.Outcome]:
    return [b.outcome(kid) for kid in parts_of(node) if kid.data in _OUTCOMES]


def _first_expr(b: Builder, node: Tree[Token]) -> ast.Expr:
    return b.expr(parts_of(node)[0])


def _quantity(b: Builder, node: Tree[Token], index: int = 0) -> ast.Quantity:
    return b.quantity(tokens_in(node, "QUANTITY")[index])


def _maybe_quantity(b: Builder, node: Tree[Token]) -> ast.Quantity | None:
    return _quantity(b, node) if tokens_in(node, "QUANTITY") else None


def _in_force(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    days = [b.day(token).value for token in tokens_in(node, "DATE")]
    return ast.InForce(days[0], days[1] if len(days) > 1 else None, **c)


def _fact(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    kind = tree_of(node, "type")
    assert kind is not None
    nullable = token_of(node, "NULLABLE") is not None
    return ast.Fact(_name(node), b.type(kind), b.range(tree_of(node, "range")), nullable, b.applies(node), **c)


def _field(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    kind = tree_of(node, "type")
    assert kind is not None
    return ast.FieldLine(_name(node), b.type(kind), b.range(tree_of(node, "range")), **c)


def _parameter(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    kind, *value = parts_of(node)
    key = _name(node, 1) if token_of(node, "BY_KEY") is not None else ""
    return ast.Parameter(_name(node), b.type(kind), b.expr(value[0]) if value else None, key, **c)


def _per_event(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    return ast.PerEvent(_quantity(b, node), _name(node), _first_expr(b, node), _outcomes(b, node)[0], b.options(node), **c)


def _matrix(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    verb = next(str(kid.data).removeprefix("verb_") for kid in parts_of(node) if str(kid.data).startswith("verb_"))
    return ast.Matrix(_name(node), _name(node, 1), verb, b.options(node), **c)


def _row(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    cells = [tree_of(kid, "signed") for kid in parts_of(node)]
    return ast.Row(_name(node), tuple(b.signed(cell) if cell is not None else None for cell in cells), **c)


def _exempt(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    return replace(cast("ast.NotApplicableLine", _not_applicable(b, node, c)), exempt=True)


def _dated_value(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    year = _quantity(b, node)
    if year.unit != "年" or year.value.denominator != 1:
        b.findings.add("FR113", year.span, text=year.span.text)
    return ast.DatedValue(int(year.value), token_of(node, "FROM") is not None, _first_expr(b, node), **c)


def _condition(role: str) -> Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]:
    return lambda b, node, c: ast.Condition(role, _first_expr(b, node), **c)


def _veto(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    condition, scope = parts_of(node)
    points = token_of(scope, "QUANTITY")
    return ast.Veto(
        b.expr(condition), str(scope.data).removeprefix("deny_"), b.quantity(points) if points is not None else None, **c
    )


def _item(role: str) -> Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]:
    def make(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
        points = token_of(node, "QUANTITY")
        quantity = b.quantity(points) if points is not None else None
        return ast.Indicator(role, str(token_of(node, "ITEM")), _name(node), quantity, **c)

    return make


def _bands(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    values = [kid for kid in parts_of(node) if kid.data not in OPTIONS]
    return ast.Bands(b.expr(values[0]) if values else None, b.options(node), **c)


def _when(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    outcomes = _outcomes(b, node)
    return ast.When(_first_expr(b, node), outcomes[0], outcomes[1] if len(outcomes) > 1 else None, b.options(node), **c)


def _per_unit(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    gap = tree_of(node, "short_of") or tree_of(node, "in_excess_of")
    away = ast.Gap(gap.data == "short_of", _first_expr(b, gap), span=b.span(gap)) if gap is not None else None
    return ast.PerUnit(_quantity(b, node), _first_expr(b, node), away, _outcomes(b, node)[0], b.options(node), **c)


def _judged(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    low, high = (b.signed(kid) for kid in parts_of(node))
    return ast.JudgedLine(low, high, _name(node), **c)


def _not_applicable(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    *condition, policy = (kid for kid in parts_of(node) if kid.data not in OPTIONS)
    token = token_of(policy, "QUANTITY")
    points = b.points(token) if token is not None else None
    return ast.NotApplicableLine(b.expr(condition[0]) if condition else None, str(policy.data), points, options=b.options(node), **c)


def _quota(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    limit = next(kid for kid in parts_of(node) if kid.data in ("share", "count_bound", "count_range"))
    bounds = b.bounds(limit)
    if limit.data == "count_range":
        low, high = (b.quantity(token) for token in tokens_in(limit, "QUANTITY"))
        bounds = (ast.Bound(">=", low, span=low.span), ast.Bound("<=", high, span=high.span))
    per = _name(node, 2) if token_of(node, "EACH_PLACE") is not None else ""

    def names(kind: str) -> tuple[str, ...]:
        inner = tree_of(node, kind)
        return b.names(tree_of(inner, "names")) if inner is not None else ()

    share = limit.data == "share"
    return ast.Quota(_name(node), _name(node, 1), per, share, bounds, names("only"), names("except_"), **c)


def _step(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    month_day = token_of(node, "MONTH_DAY")
    numbers = [int(part) for part in re.findall(r"[0-9]+", str(month_day or ""))]
    least = token_of(node, "QUANTITY")
    by = _strings(b, node)
    if month_day is not None and not (1 <= numbers[0] <= 12 and all(1 <= day <= 31 for day in numbers[1:])):
        b.findings.add("FR111", b.span(month_day), date=str(month_day))
        numbers = [1]
    return ast.Step(
        str(token_of(node, "ITEM")),
        _name(node),
        numbers[0] if numbers else None,
        numbers[1] if len(numbers) > 1 else None,
        b.quantity(least) if least is not None else None,
        by[0] if by else "",
        **c,
    )


def _refinement(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    return ast.Refinement(_name(node), str(token_of(node, "ITEM") or ""), _name(node, 1), _strings(b, node)[0], **c)


def _data_line(kind: str) -> Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]:
    def make(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
        words = _strings(b, node)
        return ast.DataLine(kind, words[0], words[1] if len(words) > 1 else "", **c)

    return make


def _refine(power: str) -> Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]:
    return lambda b, node, c: ast.Refine(power, str(token_of(node, "ITEM")), _name(node), b.under(node), **c)


def _limit(kind: str) -> Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]:
    return lambda b, node, c: ast.Limit(kind, _quantity(b, node), **c)


def _kinds(kind: str) -> Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]:
    return lambda b, node, c: ast.Kinds(kind, b.names(tree_of(node, "names")), **c)


def _other_exprs(node: Tree[Token]) -> Sequence[Tree[Token]]:
    return [kid for kid in parts_of(node) if kid.data not in ("applies", "under", "type", "names")]


_LINES: dict[str, Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]] = {
    "programme": lambda b, n, c: ast.Programme(_name(n), _strings(b, n)[0], **c),
    "in_force": _in_force,
    "dated": lambda b, n, c: ast.Dated(b.day(tokens_in(n, "DATE")[0]).value, **c),
    "noun": lambda b, n, c: ast.Noun(_strings(b, n)[0], (_strings(b, n)[1:] or [""])[0], **c),
    "document": lambda b, n, c: ast.Document(_name(n), b.text(tokens_in(n, "BOOK")[0]), **c),
    "subjects": _kinds("subjects"),
    "places": _kinds("places"),
    "fact": _fact,
    "field": _field,
    "accepted": lambda b, n, c: ast.Accepted(_name(n), (*b.names(tree_of(n, "names")), *_strings(b, n)), **c),
    "alias": lambda _b, n, c: ast.Alias(_name(n), **c),
    "parameter": _parameter,
    "dated_value": _dated_value,
    "title": lambda b, n, c: ast.Title(_name(n), b.applies(n), _maybe_quantity(b, n), **c),
    "grant": _condition("grant"),
    "entry": _condition("entry"),
    "prerequisite": _condition("prerequisite"),
    "veto": _veto,
    "group": lambda b, n, c: ast.Group(_name(n), _quantity(b, n), **c),
    "indicator": _item("indicator"),
    "bonus": _item("bonus"),
    "penalty": _item("penalty"),
    "delegation": lambda b, n, c: ast.Delegation(b.powers(n), **c),
    "bands": _bands,
    "band": lambda b, n, c: ast.Band(b.bounds(n), _outcomes(b, n)[0], **c),
    "otherwise": lambda b, n, c: ast.Band((), _outcomes(b, n)[0], **c),
    "when": _when,
    "per_unit": _per_unit,
    "missing": lambda b, n, c: ast.Missing(_quantity(b, n), _name(n), _outcomes(b, n)[0], b.options(n), **c),
    "proportional": lambda b, n, c: ast.Proportional(_first_expr(b, n), b.options(n), **c),
    "keyed_value": lambda b, n, c: ast.KeyedValue(_name(n), _first_expr(b, n), **c),
    "per_event": _per_event,
    "formula": lambda b, n, c: ast.Formula(_first_expr(b, n), b.options(n), **c),
    "let": lambda b, n, c: ast.Let(_name(n), _first_expr(b, n), **c),
    "take_highest": lambda _b, _n, c: ast.Take(highest=True, **c),
    "take_lowest": lambda _b, _n, c: ast.Take(highest=False, **c),
    "exempt": _exempt,
    "grade": lambda b, n, c: ast.Grade(_name(n), _first_expr(b, n), **c),
    "validity": lambda b, n, c: ast.Validity(_quantity(b, n), **c),
    "withdraw": _condition("withdraw"),
    "demote": _condition("demote"),
    "matrix": _matrix,
    "columns": lambda b, n, c: ast.Columns(b.names(tree_of(n, "names")), **c),
    "row": _row,
    "judged": _judged,
    "not_applicable": _not_applicable,
    "cap": _limit("cap"),
    "floor": lambda b, n, c: ast.Limit("floor", b.signed(parts_of(n)[0]), **c),
    "loss_cap": _limit("loss_cap"),
    "cannot_say": lambda b, n, c: ast.CannotSay(_name(n), _strings(b, n)[0], _strings(b, n)[1], **c),
    "discrepancy": lambda b, n, c: ast.Discrepancy(_strings(b, n)[0], _strings(b, n)[1], **c),
    "tier": lambda b, n, c: ast.Tier(_name(n), b.applies(n), b.expr(_other_exprs(n)[0]), **c),
    "with_tier": lambda _b, n, c: ast.WithTier(_name(n), tree_of(n, "stack") is not None, **c),
    "subsidy": lambda b, n, c: ast.Subsidy(_name(n), _first_expr(b, n), **c),
    "duty": _data_line("duty"),
    "entitlement": _data_line("entitlement"),
    "sanction": _data_line("sanction"),
    "quota": _quota,
    "procedure": lambda _b, _n, c: ast.Procedure(**c),
    "step": _step,
    "refinement": _refinement,
    "split": _refine("split"),
    "quantify": _refine("quantify"),
    "tighten": _refine("tighten"),
    "set": lambda b, n, c: ast.SetParameter(_name(n), b.expr(_other_exprs(n)[0]), b.under(n), _option(n), **c),
    "add_local": lambda b, n, c: ast.AddLocal(_name(n), b.applies(n), b.under(n), **c),
}


def line_of(builder: Builder, tree: Tree[Token], span: Span) -> ast.Line:
    """The node of a whole line; `tree` is the parse of `start`."""
    node = parts_of(tree)[0]
    common: dict[str, Any] = {"span": span, "cites": builder.cites(tree_of(tree, "cites"))}
    name = str(node.data)
    if name in _WORDS:
        return ast.Words(name, builder.text(tokens_in(node, "STRING")[0]), **common)
    return _LINES[name](builder, node, common)
