"""Parse tree of one line to its node: the one place where lark trees are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, cast

from lark import Token, Tree

from flagrules.model.numbers import NotExact, parse_decimal
from flagrules.syntax import ast
from flagrules.syntax.vocabulary import vocabulary
from flagrules.text.findings import Findings
from flagrules.text.source import Source, Span

Item = Token | Tree[Token]
_OPS = {"at_least": ">=", "at_most": "<=", "less_than": "<", "more_than": ">"}
_WITH_UNIT = {"数量", "金额", "时长", "记录"}
_WORDS = {"heading", "issuer", "registered", "ask", "evidence", "quote"}
_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(.*)", re.DOTALL)


def _trees(node: Tree[Token], name: str) -> list[Tree[Token]]:
    return [child for child in node.children if isinstance(child, Tree) and child.data == name]


def _tree(node: Tree[Token], name: str) -> Tree[Token] | None:
    return next(iter(_trees(node, name)), None)


def _token(node: Tree[Token], kind: str) -> Token | None:
    return next((child for child in node.children if isinstance(child, Token) and child.type == kind), None)


def _tokens(node: Tree[Token], kind: str) -> list[Token]:
    return [child for child in node.children if isinstance(child, Token) and child.type == kind]


def _only_trees(node: Tree[Token]) -> list[Tree[Token]]:
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

    def points(self, token: Token) -> Fraction:
        """The number of a `20分`; FR112 when its unit is not 分."""
        quantity = self.quantity(token)
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
        return tuple(str(token) for token in _tokens(node, "NAME")) if node is not None else ()

    def applies(self, node: Tree[Token]) -> tuple[str, ...]:
        """The kinds of unit after 适用."""
        inner = _tree(node, "applies")
        return self.names(_tree(inner, "names")) if inner is not None else ()

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
                return ast.LastPeriod(str(_token(item, "NAME")), span=span)
            case "score":
                return ast.ScoreHere(span=span)
            case "title_count":
                return ast.TitleCount(span=span)
            case "plus" | "minus" | "times" | "over" | "larger" | "smaller":
                op = {"plus": "+", "minus": "-", "times": "×", "over": "÷"}.get(item.data, item.data)
                return ast.Arithmetic(op, self.expr(kids[0]), self.expr(kids[1]), span=span)
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
                return ast.HasPart(self.expr(kids[0]), str(_token(item, "NAME")), span=span)
            case "complete":
                return ast.Complete(self.expr(kids[0]), span=span)
            case _:
                return self.function(item, kids, span)

    def function(self, item: Tree[Token], kids: list[Tree[Token]], span: Span) -> ast.Expr:
        """A function of the language with its arguments in brackets."""
        match item.data:
            case "rounded":
                places = self.quantity(_tokens(item, "QUANTITY")[0])
                return ast.Rounded(str(kids[0].data), self.expr(kids[1]), places, span=span)
            case "if_":
                return ast.Choose(self.expr(kids[0]), self.expr(kids[1]), self.expr(kids[2]), span=span)
            case "count_true":
                return ast.CountTrue(tuple(self.expr(kid) for kid in kids), span=span)
            case "length":
                return ast.Length(str(_token(item, "NAME")), span=span)
            case "past_mean":
                return ast.PastMean(str(_token(item, "NAME")), self.quantity(_tokens(item, "QUANTITY")[0]), span=span)
            case "count_of":
                return ast.OverRows("count", str(_token(item, "NAME")), None, self.expr(kids[0]) if kids else None, span=span)
            case "total_of" | "mean_of":
                return self.over_rows(item, kids, span)
            case "holds":
                return ast.Holds(str(_token(item, "NAME")), span=span)
            case "now_holds" | "ever_held":
                within = _token(item, "QUANTITY")
                years = self.quantity(within) if within is not None else None
                return ast.Held(str(_token(item, "NAME")), item.data == "now_holds", years, span=span)
            case "title_score":
                return ast.TitleScore(str(_token(item, "NAME")), span=span)
            case "rank" | "peers" | "member_count" | "members" | "holder":
                return self.across(item, kids, span)
        raise AssertionError(item.data)

    def across(self, item: Tree[Token], kids: list[Tree[Token]], span: Span) -> ast.Expr:
        """名次, 同类…, 下级… and 上级（…）."""
        kind = str(_token(item, "NAME") or "")
        match item.data:
            case "holder":
                none = self.expr(kids[1]) if _token(item, "IF_NONE") is not None else None
                return ast.Across("value", "holder", self.expr(kids[0]), None, kind, if_none=none, span=span)
            case "member_count":
                where = self.expr(kids[0]) if kids else None
                return ast.Across("count", "members", None, where, kind, span=span)
            case "members":
                how = str(kids[0].data).removeprefix("member_")
                none = self.expr(kids[2]) if _token(item, "IF_NONE") is not None else None
                return ast.Across(how, "members", self.expr(kids[1]), None, kind, if_none=none, span=span)
        how = "rank" if item.data == "rank" else str(kids[0].data).removeprefix("peer_")
        first, *choices = kids if item.data == "rank" else kids[1:]
        per = next((str(_token(choice, "NAME")) for choice in choices if choice.data == "each_place"), "")
        none_tree = next((_only_trees(choice)[0] for choice in choices if choice.data == "peer_if_none"), None)
        said = tuple(str(choice.data) for choice in choices if choice.data not in ("each_place", "peer_if_none"))
        none = self.expr(none_tree) if none_tree is not None else None
        return ast.Across(how, "peers", self.expr(first), None, "", per, said, none, span=span)

    def over_rows(self, item: Tree[Token], kids: list[Tree[Token]], span: Span) -> ast.Expr:
        """合计, 平均 and the like over the rows of a list."""
        hows = {"plain_mean": "mean", "trimmed_mean": "trimmed_mean", "most": "most", "least": "least"}
        how = "total" if item.data == "total_of" else hows[str(kids[0].data)]
        rest = kids if item.data == "total_of" else kids[1:]
        where = rest[1] if _token(item, "WHERE") is not None else None
        if_none = rest[-1] if _token(item, "IF_NONE") is not None else None
        return ast.OverRows(
            how,
            str(_token(item, "NAME")),
            self.expr(rest[0]),
            self.expr(where) if where is not None else None,
            self.expr(if_none) if if_none is not None else None,
            span=span,
        )

    def bound(self, node: Tree[Token]) -> ast.Bound:
        """One edge."""
        return ast.Bound(_OPS[node.data], self.expr(_only_trees(node)[0]), span=self.span(node))

    def bounds(self, node: Tree[Token]) -> tuple[ast.Bound, ...]:
        """All edges of a node."""
        return tuple(self.bound(kid) for kid in _only_trees(node) if kid.data in _OPS)

    def range(self, node: Tree[Token] | None) -> ast.Range | None:
        """A range, or None."""
        if node is None:
            return None
        low, high = (self.expr(kid) for kid in _only_trees(node))
        return ast.Range(low, high, span=self.span(node))

    # ── parts ──
    def type(self, node: Tree[Token]) -> ast.TypeName:
        """A written type."""
        name = vocabulary().type_name(str(_token(node, "TYPE")), "zh")
        args: list[ast.Name | ast.Quantity] = []
        for kid in _trees(node, "type_arg"):
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
                return ast.Outcome("computed", None, self.expr(_only_trees(node)[0]), span=span)
        signed = _tree(node, "signed") or node
        token = _token(signed, "QUANTITY")
        assert token is not None
        points = self.points(token)
        negative = any(isinstance(child, Token) and child.value == "-" for child in signed.children)
        return ast.Outcome(str(node.data), -points if negative else points, span=span)

    def options(self, node: Tree[Token]) -> tuple[ast.Option, ...]:
        """The choices after the commas."""
        found: list[ast.Option] = []
        for kid in _only_trees(node):
            name = str(kid.data)
            if name not in _OPTIONS:
                continue
            token = _token(kid, "QUANTITY")
            mode = next((str(child.data) for child in _only_trees(kid)), "")
            value = self.quantity(token) if token is not None else None
            found.append(ast.Option("cap" if name == "cap_option" else name, value, mode, span=self.span(kid)))
        return tuple(found)

    def under(self, node: Tree[Token]) -> ast.Under:
        """The delegation named after 依."""
        inner = _tree(node, "under")
        assert inner is not None
        return ast.Under(str(_token(inner, "NAME")), str(_token(inner, "ITEM")), span=self.span(inner))

    def cites(self, node: Tree[Token] | None) -> tuple[ast.Cite, ...]:
        """The citations of a line."""
        found: list[ast.Cite] = []
        for kid in _only_trees(node) if node is not None else []:
            span = self.span(kid)
            if kid.data == "assumption":
                found.append(ast.Assumption(self.text(_tokens(kid, "STRING")[0]), span=span))
            else:
                document = str(_token(kid, "NAME"))
                found += [ast.Clause(document, str(item), span=span) for item in _tokens(kid, "ITEM")]
        return tuple(found)

    def powers(self, node: Tree[Token]) -> tuple[ast.Power, ...]:
        """What a 授权 line grants."""
        powers = _tree(node, "powers")
        assert powers is not None
        limits = _tree(powers, "limit_items")
        amounts = [self.quantity(token) for token in _tokens(limits, "QUANTITY")] if limits is not None else []
        found: list[ast.Power] = []
        for kid in _only_trees(powers):
            span = self.span(kid)
            name = str(kid.data).removeprefix("p_")
            if name == "set_bound":
                bound = self.bound(_only_trees(kid)[0])
                low, high = (bound.value, None) if bound.op in (">=", ">") else (None, bound.value)
                found.append(ast.Power("set", low, high, span=span))
            elif name == "set":
                limit = self.range(_tree(kid, "range"))
                found.append(ast.Power("set", limit.low if limit else None, limit.high if limit else None, span=span))
            elif name == "add" and amounts:
                found.append(ast.Power("add", None, None, amounts[0].value, amounts[1], span=span))
            elif name in ("split", "quantify", "tighten", "add"):
                found.append(ast.Power(name, span=span))
        return tuple(found)

    # ── lines ──
    def line(self, tree: Tree[Token], span: Span) -> ast.Line:
        """The node of a whole line; `tree` is the parse of `start`."""
        node = _only_trees(tree)[0]
        common: dict[str, Any] = {"span": span, "cites": self.cites(_tree(tree, "cites"))}
        name = str(node.data)
        if name in _WORDS:
            return ast.Words(name, self.text(_tokens(node, "STRING")[0]), **common)
        return _LINES[name](self, node, common)


_OPTIONS = {
    "until_zero", "at_most_lose", "no_floor", "cap_option", "uncapped", "whole_steps", "pro_rata", "part_counts", "keep", "exact",
    "repeat_double", "each_double",
}  # fmt: skip
_OUTCOMES = {"award", "full", "no_points", "loss", "gain", "computed"}


def _name(node: Tree[Token], index: int = 0) -> str:
    return str(_tokens(node, "NAME")[index])


def _strings(b: Builder, node: Tree[Token]) -> list[str]:
    return [b.text(token) for token in _tokens(node, "STRING")]


def _outcomes(b: Builder, node: Tree[Token]) -> list[ast.Outcome]:
    return [b.outcome(kid) for kid in _only_trees(node) if kid.data in _OUTCOMES]


def _first_expr(b: Builder, node: Tree[Token]) -> ast.Expr:
    return b.expr(_only_trees(node)[0])


def _quantity(b: Builder, node: Tree[Token], index: int = 0) -> ast.Quantity:
    return b.quantity(_tokens(node, "QUANTITY")[index])


def _in_force(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    days = [b.day(token).value for token in _tokens(node, "DATE")]
    return ast.InForce(days[0], days[1] if len(days) > 1 else None, **c)


def _fact(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    kind = _tree(node, "type")
    assert kind is not None
    nullable = _token(node, "NULLABLE") is not None
    return ast.Fact(_name(node), b.type(kind), b.range(_tree(node, "range")), nullable, b.applies(node), **c)


def _field(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    kind = _tree(node, "type")
    assert kind is not None
    return ast.FieldLine(_name(node), b.type(kind), b.range(_tree(node, "range")), **c)


def _parameter(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    kind, *value = _only_trees(node)
    key = _name(node, 1) if _token(node, "BY_KEY") is not None else ""
    return ast.Parameter(_name(node), b.type(kind), b.expr(value[0]) if value else None, key, **c)


def _per_event(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    return ast.PerEvent(_quantity(b, node), _name(node), _first_expr(b, node), _outcomes(b, node)[0], b.options(node), **c)


def _matrix(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    verb = next(str(kid.data).removeprefix("verb_") for kid in _only_trees(node) if str(kid.data).startswith("verb_"))
    return ast.Matrix(_name(node), _name(node, 1), verb, b.options(node), **c)


def _row(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    cells = [_token(kid, "QUANTITY") for kid in _only_trees(node)]
    return ast.Row(_name(node), tuple(b.quantity(cell) if cell is not None else None for cell in cells), **c)


def _exempt(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    return replace(cast("ast.NotApplicableLine", _not_applicable(b, node, c)), exempt=True)


def _dated_value(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    year = _quantity(b, node)
    if year.unit != "年" or year.value.denominator != 1:
        b.findings.add("FR113", year.span, text=year.span.text)
    return ast.DatedValue(int(year.value), _token(node, "FROM") is not None, _first_expr(b, node), **c)


def _condition(role: str) -> Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]:
    return lambda b, node, c: ast.Condition(role, _first_expr(b, node), **c)


def _veto(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    condition, scope = _only_trees(node)
    points = _token(scope, "QUANTITY")
    return ast.Veto(
        b.expr(condition), str(scope.data).removeprefix("deny_"), b.quantity(points) if points is not None else None, **c
    )


def _item(role: str) -> Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]:
    def make(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
        points = _token(node, "QUANTITY")
        quantity = b.quantity(points) if points is not None else None
        return ast.Indicator(role, str(_token(node, "ITEM")), _name(node), quantity, **c)

    return make


def _bands(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    values = [kid for kid in _only_trees(node) if kid.data not in _OPTIONS]
    return ast.Bands(b.expr(values[0]) if values else None, b.options(node), **c)


def _when(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    outcomes = _outcomes(b, node)
    return ast.When(_first_expr(b, node), outcomes[0], outcomes[1] if len(outcomes) > 1 else None, b.options(node), **c)


def _per_unit(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    gap = _tree(node, "short_of") or _tree(node, "in_excess_of")
    away = ast.Gap(gap.data == "short_of", _first_expr(b, gap), span=b.span(gap)) if gap is not None else None
    return ast.PerUnit(_quantity(b, node), _first_expr(b, node), away, _outcomes(b, node)[0], b.options(node), **c)


def _judged(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    return ast.JudgedLine(_quantity(b, node), _quantity(b, node, 1), _name(node), **c)


def _not_applicable(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    *condition, policy = _only_trees(node)
    token = _token(policy, "QUANTITY")
    points = b.points(token) if token is not None else None
    return ast.NotApplicableLine(b.expr(condition[0]) if condition else None, str(policy.data), points, **c)


def _quota(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    limit = next(kid for kid in _only_trees(node) if kid.data in ("share", "count_bound", "count_range"))
    bounds = b.bounds(limit)
    if limit.data == "count_range":
        low, high = (b.quantity(token) for token in _tokens(limit, "QUANTITY"))
        bounds = (ast.Bound(">=", low, span=low.span), ast.Bound("<=", high, span=high.span))
    per = _name(node, 2) if _token(node, "EACH_PLACE") is not None else ""

    def names(kind: str) -> tuple[str, ...]:
        inner = _tree(node, kind)
        return b.names(_tree(inner, "names")) if inner is not None else ()

    share = limit.data == "share"
    return ast.Quota(_name(node), _name(node, 1), per, share, bounds, names("only"), names("except_"), **c)


def _step(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    month_day = _token(node, "MONTH_DAY")
    numbers = [int(part) for part in re.findall(r"[0-9]+", str(month_day or ""))]
    least = _token(node, "QUANTITY")
    by = _strings(b, node)
    if month_day is not None and not (1 <= numbers[0] <= 12 and all(1 <= day <= 31 for day in numbers[1:])):
        b.findings.add("FR111", b.span(month_day), date=str(month_day))
        numbers = [1]
    return ast.Step(
        str(_token(node, "ITEM")),
        _name(node),
        numbers[0] if numbers else None,
        numbers[1] if len(numbers) > 1 else None,
        b.quantity(least) if least is not None else None,
        by[0] if by else "",
        **c,
    )


def _refinement(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
    return ast.Refinement(_name(node), str(_token(node, "ITEM") or ""), _name(node, 1), _strings(b, node)[0], **c)


def _data_line(kind: str) -> Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]:
    def make(b: Builder, node: Tree[Token], c: dict[str, Any]) -> ast.Line:
        words = _strings(b, node)
        return ast.DataLine(kind, words[0], words[1] if len(words) > 1 else "", **c)

    return make


def _refine(power: str) -> Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]:
    return lambda b, node, c: ast.Refine(power, str(_token(node, "ITEM")), _name(node), b.under(node), **c)


def _limit(kind: str) -> Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]:
    return lambda b, node, c: ast.Limit(kind, _quantity(b, node), **c)


def _kinds(kind: str) -> Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]:
    return lambda b, node, c: ast.Kinds(kind, b.names(_tree(node, "names")), **c)


def _other_exprs(node: Tree[Token]) -> Sequence[Tree[Token]]:
    return [kid for kid in _only_trees(node) if kid.data not in ("applies", "under", "type", "names")]


_LINES: dict[str, Callable[[Builder, Tree[Token], dict[str, Any]], ast.Line]] = {
    "programme": lambda b, n, c: ast.Programme(_name(n), _strings(b, n)[0], **c),
    "in_force": _in_force,
    "dated": lambda b, n, c: ast.Dated(b.day(_tokens(n, "DATE")[0]).value, **c),
    "noun": lambda b, n, c: ast.Noun(_strings(b, n)[0], (_strings(b, n)[1:] or [""])[0], **c),
    "document": lambda b, n, c: ast.Document(_name(n), b.text(_tokens(n, "BOOK")[0]), **c),
    "subjects": _kinds("subjects"),
    "places": _kinds("places"),
    "fact": _fact,
    "field": _field,
    "alias": lambda _b, n, c: ast.Alias(_name(n), **c),
    "parameter": _parameter,
    "dated_value": _dated_value,
    "title": lambda b, n, c: ast.Title(_name(n), b.applies(n), _quantity(b, n), **c),
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
    "columns": lambda b, n, c: ast.Columns(b.names(_tree(n, "names")), **c),
    "row": _row,
    "judged": _judged,
    "not_applicable": _not_applicable,
    "cap": _limit("cap"),
    "floor": _limit("floor"),
    "loss_cap": _limit("loss_cap"),
    "cannot_say": lambda b, n, c: ast.CannotSay(_name(n), _strings(b, n)[0], _strings(b, n)[1], **c),
    "discrepancy": lambda b, n, c: ast.Discrepancy(_strings(b, n)[0], _strings(b, n)[1], **c),
    "tier": lambda b, n, c: ast.Tier(_name(n), b.applies(n), b.expr(_other_exprs(n)[0]), **c),
    "with_tier": lambda _b, n, c: ast.WithTier(_name(n), _tree(n, "stack") is not None, **c),
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
    "set": lambda b, n, c: ast.SetParameter(_name(n), b.expr(_other_exprs(n)[0]), b.under(n), **c),
    "add_local": lambda b, n, c: ast.AddLocal(_name(n), b.applies(n), b.under(n), **c),
}
