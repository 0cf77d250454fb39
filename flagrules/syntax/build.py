"""Expressions and the parts of a line, from its parse tree; with `build_lines` the one place where lark trees are read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import cast

from lark import Token, Tree

from flagrules.model.numbers import NotExact, parse_decimal
from flagrules.syntax import ast
from flagrules.syntax.vocabulary import vocabulary
from flagrules.text.findings import Findings
from flagrules.text.source import Source, Span

Item = Token | Tree[Token]
OPTIONS = {
    "until_zero", "at_most_lose", "no_floor", "cap_option", "uncapped", "whole_steps", "pro_rata", "part_counts", "keep", "exact",
    "repeat_double", "each_double", "if_none",
}  # fmt: skip
_OPS = {"at_least": ">=", "at_most": "<=", "less_than": "<", "more_than": ">"}
_WITH_UNIT = {"数量", "金额", "时长", "记录"}
_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(.*)", re.DOTALL)


def trees_of(node: Tree[Token], name: str) -> list[Tree[Token]]:
    """The parts of a tree that are trees of that name."""
    return [child for child in node.children if isinstance(child, Tree) and child.data == name]


def tree_of(node: Tree[Token], name: str) -> Tree[Token] | None:
    """The first part that is a tree of that name, or None."""
    return next(iter(trees_of(node, name)), None)


def token_of(node: Tree[Token], kind: str) -> Token | None:
    """The first token of that kind, or None."""
    return next((child for child in node.children if isinstance(child, Token) and child.type == kind), None)


def tokens_in(node: Tree[Token], kind: str) -> list[Token]:
    """The tokens of that kind."""
    return [child for child in node.children if isinstance(child, Token) and child.type == kind]


def parts_of(node: Tree[Token]) -> list[Tree[Token]]:
    """The parts that are trees."""
    return [child for child in node.children if isinstance(child, Tree)]


def _bounds_of(item: Item) -> tuple[int, int]:
    if isinstance(item, Token):
        return int(item.start_pos or 0), int(item.end_pos or 0)
    spans = [_bounds_of(child) for child in item.children if not (isinstance(child, Tree) and not child.children)]
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else (0, 0)


@dataclass
class Builder:
    """Builds the nodes of one logical line. Findings: FR110 a number with too many digits, FR111 no such day."""

    source: Source
    offset: int
    findings: Findings

    def span(self, item: Item) -> Span:
        """Where an item of the tree stands in the source."""
        start, end = _bounds_of(item)
        return Span(self.source, self.offset + start, self.offset + end)

    # ── atoms ──
    def quantity(self, token: Token) -> ast.Quantity:
        """A number with its unit."""
        match = _QUANTITY.fullmatch(str(token))
        assert match is not None
        try:
            value = parse_decimal(match.group(1))
        except NotExact:
            self.findings.add("FR110", self.span(token), number=match.group(1))
            value = Fraction(0)
        return ast.Quantity(value, vocabulary().unit(match.group(2), "zh"), span=self.span(token))

    def signed(self, node: Tree[Token]) -> ast.Quantity:
        """A number with its unit that may stand below zero."""
        token = token_of(node, "QUANTITY")
        assert token is not None
        quantity = self.quantity(token)
        negative = any(isinstance(child, Token) and child.value == "-" for child in node.children)
        return replace(quantity, value=-quantity.value, span=self.span(node)) if negative else quantity

    def points(self, token: Token) -> Fraction:
        """The number of a `20分`; FR112 when its unit is not 分."""
        return self.points_of(self.quantity(token))

    def points_of(self, quantity: ast.Quantity) -> Fraction:
        """The number of points; FR112 when its unit is not 分."""
        if quantity.unit not in ("分", ""):
            self.findings.add("FR112", quantity.span, unit=quantity.unit)
        return quantity.value

    def day(self, token: Token) -> ast.Day:
        """A date; FR111 where there is no such day."""
        year, month, day = (int(part) for part in re.findall(r"[0-9]+", str(token)))
        try:
            value = date(year, month, day)
        except ValueError:
            self.findings.add("FR111", self.span(token), date=str(token))
            value = date(1, 1, 1)
        return ast.Day(value, span=self.span(token))

    def text(self, token: Token) -> str:
        """What stands between the quotes."""
        return str(token)[1:-1]

    def names(self, node: Tree[Token] | None) -> tuple[str, ...]:
        """The names of a list."""
        return tuple(str(token) for token in tokens_in(node, "NAME")) if node is not None else ()

    def applies(self, node: Tree[Token]) -> tuple[str, ...]:
        """The kinds of unit after 适用."""
        inner = tree_of(node, "applies")
        return self.names(tree_of(inner, "names")) if inner is not None else ()

    # ── expressions ──
    def expr(self, item: Item) -> ast.Expr:  # noqa: C901  one case a form
        """An expression."""
        assert isinstance(item, Tree)
        span = self.span(item)
        kids = [child for child in item.children if isinstance(child, Tree)]
        match item.data:
            case "atom":
                return self.expr(kids[0])
            case "quantity":
                return self.quantity(cast("Token", item.children[0]))
            case "date":
                return self.day(cast("Token", item.children[0]))
            case "name":
                return ast.Name(str(item.children[0]), span=span)
            case "string":
                return ast.Quoted(self.text(cast("Token", item.children[0])), span=span)
            case "yes" | "no":
                return ast.Truth(item.data == "yes", span=span)
            case "last_period":
                return ast.LastPeriod(str(token_of(item, "NAME")), span=span)
            case "score":
                return ast.ScoreHere(span=span)
            case "title_count":
                return ast.TitleCount(span=span)
            case "plus" | "minus" | "times" | "over" | "larger" | "smaller" | "working_days":
                op = {"plus": "+", "minus": "-", "times": "×", "over": "÷"}.get(item.data, item.data)
                return ast.Arithmetic(op, self.expr(kids[0]), self.expr(kids[1]), span=span)
            case "negated":  # a number below zero is one quantity, so that it may be a constant
                inner = self.expr(kids[0])
                return replace(inner, value=-inner.value, span=span) if isinstance(inner, ast.Quantity) else ast.Negative(inner, span=span)
            case "negative":
                return ast.Negative(self.expr(kids[0]), span=span)
            case "bounded":
                return ast.Bounded(self.expr(kids[0]), tuple(self.bound(kid) for kid in kids[1:]), span=span)
            case "equal" | "unequal":
                return ast.Equal(self.expr(kids[0]), self.expr(kids[1]), item.data == "equal", span=span)
            case "either" | "both":
                return ast.Junction(item.data == "both", self.expr(kids[0]), self.expr(kids[1]), span=span)
            case "negate":
                return ast.Negation(self.expr(kids[0]), span=span)
            case "is_na":
                return ast.NotApplicable(self.expr(kids[0]), span=span)
            case "has_part":
                return ast.HasPart(self.expr(kids[0]), str(token_of(item, "NAME")), span=span)
            case "complete":
                return ast.Complete(self.expr(kids[0]), span=span)
            case _:
                return self.function(item, kids, span)

    def function(self, item: Tree[Token], kids: list[Tree[Token]], span: Span) -> ast.Expr:
        """A function of the language with its arguments in brackets."""
        match item.data:
            case "rounded":
                places = self.quantity(tokens_in(item, "QUANTITY")[0])
                return ast.Rounded(str(kids[0].data), self.expr(kids[1]), places, span=span)
            case "if_":
                return ast.Choose(self.expr(kids[0]), self.expr(kids[1]), self.expr(kids[2]), span=span)
            case "count_true":
                return ast.CountTrue(tuple(self.expr(kid) for kid in kids), span=span)
            case "length":
                return ast.Length(str(token_of(item, "NAME")), span=span)
            case "past_mean":
                return ast.PastMean(str(token_of(item, "NAME")), self.quantity(tokens_in(item, "QUANTITY")[0]), span=span)
            case "count_of":
                return ast.OverRows("count", str(token_of(item, "NAME")), None, self.expr(kids[0]) if kids else None, span=span)
            case "total_of" | "mean_of":
                return self.over_rows(item, kids, span)
            case "holds":
                return ast.Holds(str(token_of(item, "NAME")), span=span)
            case "now_holds" | "ever_held":
                within = token_of(item, "QUANTITY")
                years = self.quantity(within) if within is not None else None
                return ast.Held(str(token_of(item, "NAME")), item.data == "now_holds", years, span=span)
            case "title_score":
                return ast.TitleScore(str(token_of(item, "NAME")), span=span)
            case "rank" | "peers" | "member_count" | "members" | "holder":
                return self.across(item, kids, span)
        raise AssertionError(item.data)

    def across(self, item: Tree[Token], kids: list[Tree[Token]], span: Span) -> ast.Expr:
        """名次, 同类…, 下级… and 上级（…）."""
        kind = str(token_of(item, "NAME") or "")
        match item.data:
            case "holder":
                none = self.expr(kids[1]) if token_of(item, "IF_NONE") is not None else None
                return ast.Across("value", "holder", self.expr(kids[0]), None, kind, if_none=none, span=span)
            case "member_count":
                where = self.expr(kids[0]) if kids else None
                return ast.Across("count", "members", None, where, kind, span=span)
            case "members":
                how = str(kids[0].data).removeprefix("member_")
                none = self.expr(kids[2]) if token_of(item, "IF_NONE") is not None else None
                return ast.Across(how, "members", self.expr(kids[1]), None, kind, if_none=none, span=span)
        how = "rank" if item.data == "rank" else str(kids[0].data).removeprefix("peer_")
        first, *choices = kids if item.data == "rank" else kids[1:]
        per = tuple(str(token_of(choice, "NAME")) for choice in choices if choice.data == "each_place")
        none_tree = next((parts_of(choice)[0] for choice in choices if choice.data == "peer_if_none"), None)
        said = tuple(str(choice.data) for choice in choices if choice.data not in ("each_place", "peer_if_none"))
        none = self.expr(none_tree) if none_tree is not None else None
        return ast.Across(how, "peers", self.expr(first), None, "", per, said, none, span=span)

    def over_rows(self, item: Tree[Token], kids: list[Tree[Token]], span: Span) -> ast.Expr:
        """合计, 平均 and the like over the rows of a list."""
        hows = {"plain_mean": "mean", "trimmed_mean": "trimmed_mean", "most": "most", "least": "least"}
        how = "total" if item.data == "total_of" else hows[str(kids[0].data)]
        rest = kids if item.data == "total_of" else kids[1:]
        where = rest[1] if token_of(item, "WHERE") is not None else None
        if_none = rest[-1] if token_of(item, "IF_NONE") is not None else None
        return ast.OverRows(
            how,
            str(token_of(item, "NAME")),
            self.expr(rest[0]),
            self.expr(where) if where is not None else None,
            self.expr(if_none) if if_none is not None else None,
            str(tokens_in(item, "NAME")[1]) if token_of(item, "SAME") is not None else "",
            span=span,
        )

    def bound(self, node: Tree[Token]) -> ast.Bound:
        """One edge."""
        return ast.Bound(_OPS[node.data], self.expr(parts_of(node)[0]), span=self.span(node))

    def bounds(self, node: Tree[Token]) -> tuple[ast.Bound, ...]:
        """All edges of a node."""
        return tuple(self.bound(kid) for kid in parts_of(node) if kid.data in _OPS)

    def range(self, node: Tree[Token] | None) -> ast.Range | None:
        """A range, or None."""
        if node is None:
            return None
        low, high = (self.expr(kid) for kid in parts_of(node))
        return ast.Range(low, high, span=self.span(node))

    # ── parts ──
    def type(self, node: Tree[Token]) -> ast.TypeName:
        """A written type."""
        name = vocabulary().type_name(str(token_of(node, "TYPE")), "zh")
        args: list[ast.Name | ast.Quantity] = []
        for kid in trees_of(node, "type_arg"):
            token = cast("Token", kid.children[0])
            text = vocabulary().unit(str(token), "zh") if name in _WITH_UNIT else str(token)
            args.append(self.quantity(token) if token.type == "QUANTITY" else ast.Name(text, span=self.span(token)))
        return ast.TypeName(name, tuple(args), span=self.span(node))

    def outcome(self, node: Tree[Token]) -> ast.Outcome:
        """What a line gives."""
        span = self.span(node)
        match node.data:
            case "full":
                return ast.Outcome("full", span=span)
            case "no_points":
                return ast.Outcome("none", span=span)
            case "computed":
                return ast.Outcome("computed", None, self.expr(parts_of(node)[0]), span=span)
        signed = tree_of(node, "signed")
        if signed is not None:
            return ast.Outcome(str(node.data), self.points_of(self.signed(signed)), span=span)
        token = token_of(node, "QUANTITY")
        assert token is not None
        return ast.Outcome(str(node.data), self.points(token), span=span)

    def options(self, node: Tree[Token]) -> tuple[ast.Option, ...]:
        """The choices after the commas."""
        found: list[ast.Option] = []
        for kid in parts_of(node):
            name = str(kid.data)
            if name not in OPTIONS:
                continue
            token = token_of(kid, "QUANTITY")
            mode = next((str(child.data) for child in parts_of(kid)), "")
            value = self.quantity(token) if token is not None else None
            found.append(ast.Option("cap" if name == "cap_option" else name, value, mode, span=self.span(kid)))
        return tuple(found)

    def under(self, node: Tree[Token]) -> ast.Under:
        """The delegation named after 依."""
        inner = tree_of(node, "under")
        assert inner is not None
        return ast.Under(str(token_of(inner, "NAME")), str(token_of(inner, "ITEM")), span=self.span(inner))

    def cites(self, node: Tree[Token] | None) -> tuple[ast.Cite, ...]:
        """The citations of a line."""
        found: list[ast.Cite] = []
        for kid in parts_of(node) if node is not None else []:
            span = self.span(kid)
            if kid.data == "assumption":
                found.append(ast.Assumption(self.text(tokens_in(kid, "STRING")[0]), span=span))
            else:
                document = str(token_of(kid, "NAME"))
                found += [ast.Clause(document, str(item), span=span) for item in tokens_in(kid, "ITEM")]
        return tuple(found)

    def powers(self, node: Tree[Token]) -> tuple[ast.Power, ...]:
        """What a 授权 line grants."""
        powers = tree_of(node, "powers")
        assert powers is not None
        limits = tree_of(powers, "limit_items")
        amounts = [self.quantity(token) for token in tokens_in(limits, "QUANTITY")] if limits is not None else []
        found: list[ast.Power] = []
        for kid in parts_of(powers):
            span = self.span(kid)
            name = str(kid.data).removeprefix("p_")
            if name == "set_bound":
                bound = self.bound(parts_of(kid)[0])
                low, high = (bound.value, None) if bound.op in (">=", ">") else (None, bound.value)
                found.append(ast.Power("set", low, high, span=span))
            elif name == "set":
                limit = self.range(tree_of(kid, "range"))
                found.append(ast.Power("set", limit.low if limit else None, limit.high if limit else None, span=span))
            elif name == "add" and amounts:
                found.append(ast.Power("add", None, None, amounts[0].value, amounts[1], span=span))
            elif name in ("split", "quantify", "tighten", "add"):
                found.append(ast.Power(name, span=span))
        return tuple(found)
