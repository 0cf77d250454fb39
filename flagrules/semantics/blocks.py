"""Titles, groups and indicators resolved into blocks, with their totals, gates, limits and delegations checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from flagrules.model import kinds as k
from flagrules.model.numbers import write_exact
from flagrules.semantics import expr as e
from flagrules.semantics.expressions import Resolver
from flagrules.semantics.kinds import constant
from flagrules.semantics.ruleset import (
    Block,
    DataRule,
    Gap,
    Gate,
    Grant,
    Limit,
    NamedValue,
    NotApplicablePolicy,
    RuleLine,
    Term,
    TitleRule,
    Validity,
    VetoRule,
)
from flagrules.semantics.scope import Scope
from flagrules.semantics.terms import TermMaker
from flagrules.semantics.typed import Typed
from flagrules.syntax import ast
from flagrules.text.findings import Related

Kind = Literal["title", "group", "indicator", "bonus", "penalty"]


class BlockMaker:
    """Resolves the blocks of one title; `subjects` are the kinds of unit it is for. `data` collects lines the auditor sees."""

    def __init__(self, scope: Scope, subjects: tuple[str, ...], data: list[DataRule]) -> None:
        self.scope = scope
        self.subjects = subjects
        self.data = data
        self.named: dict[str, Typed] = {}
        self.values: dict[str, e.Expr] = {}

    def see(self, values: tuple[NamedValue, ...]) -> None:
        """Let the lines that follow use named values that stand above them."""
        self.named = {**self.named, **{value.name: (e.SlotRef(value.slot), value.kind) for value in values}}
        self.values.update({value.slot: value.value for value in values})

    def _resolver(self, score: str) -> Resolver:
        resolver = Resolver(self.scope, score, self.subjects)
        resolver.named = self.named
        return resolver

    def title(self, node: ast.Title) -> TitleRule:
        """A title with its body. FR220 no line says what grants it."""
        path = title_path(node.name, node.applies)
        body = self.block(node, "title", path, "", node.name, node.points)
        self.see(body.named)
        resolver = self._resolver(f"{path}/score" if node.points is not None else "")
        gates = {role: self._gates(node, role, resolver, body.line) for role in ("entry", "grant", "withdraw", "demote")}
        if not gates["grant"]:
            self.scope.findings.add("FR220", node.span, name=node.name)
        return TitleRule(
            node.name, node.applies, body, gates["entry"], gates["grant"], self._grades(node, resolver, body.line),
            self._validity(node, body.line), gates["withdraw"], gates["demote"],
        )  # fmt: skip

    def _validity(self, node: ast.Title, above: str) -> Validity | None:
        """有效期; FR267 when it is not in years or months."""
        parent = self.scope.lines[above]
        for child in node.children:
            if isinstance(child, ast.Validity):
                line = self.scope.line(child, parent.path, parent, own=True)
                months = {"年": 12, "个月": 1}.get(child.length.unit)
                if months is None or child.length.value.denominator != 1 or child.length.value < 1:
                    self.scope.findings.add("FR267", child.length.span)
                return Validity(int(child.length.value) * (months or 1), line.id)
        return None

    def _grades(self, node: ast.Title, resolver: Resolver, above: str) -> tuple[tuple[str, Gate], ...]:
        parent = self.scope.lines[above]
        return tuple(
            (child.name, Gate(resolver.condition(child.condition), self.scope.line(child, parent.path, parent, own=True).id))
            for child in node.children
            if isinstance(child, ast.Grade)
        )

    def name_values(self, node: ast.Line, path: str, above: RuleLine) -> tuple[NamedValue, ...]:
        """中间值 lines in order, each seen by the lines after it. FR201 a name taken."""
        found: list[NamedValue] = []
        for child in node.children:
            if not isinstance(child, ast.Let):
                continue
            if child.name in self.named or child.name in self.scope.facts or child.name in self.scope.parameters:
                self.scope.findings.add("FR201", child.span, name=child.name)
            line = self.scope.line(child, path, above, own=True)
            value, kind = self._resolver("").number(child.value)
            slot = f"{path}/{child.name}"
            self.named = {**self.named, child.name: (e.SlotRef(slot), kind)}
            self.values[slot] = value
            found.append(NamedValue(child.name, slot, value, line.id))
        return tuple(replace(value, kind=self.named[value.name][1]) for value in found)

    def block(
        self, node: ast.Line, kind: Kind, path: str, item: str, name: str, points: ast.Quantity | None, above: RuleLine | None = None
    ) -> Block:
        """One block and everything under it."""
        line = self.scope.line(node, path, above, own=True)
        whole = self._whole(points)
        outer = self.named
        named = self.name_values(node, path, line)
        children = tuple(self.child(child, path, line) for child in node.children if isinstance(child, ast.Group | ast.Indicator))
        self._check_groups(node)
        block = replace(self.body(node, kind, path, item, name, line, whole, children), named=named)
        self.named = outer
        if kind == "title" and whole is None:
            self._check_unscored(node)
        elif kind in ("title", "group") and block.take == "sum":
            self._check_total(block, node)
        return block

    def body(
        self, node: ast.Line, kind: Kind, path: str, item: str, name: str, line: RuleLine, whole: Fraction | None,
        children: tuple[Block, ...] = (), inherited: NotApplicablePolicy | None = None,
    ) -> Block:  # fmt: skip
        """The block of a node whose rule line and children are already resolved.

        A refinement's terms use it too; `inherited` is the policy of the line they replace.
        """
        scored = kind != "title" or whole is not None
        resolver, early = self._resolver(f"{path}/score" if scored else ""), self._resolver("")
        maker = TermMaker(self.scope, early, name, whole, line)
        terms = tuple(term for child in node.children if (term := maker.make(child)) is not None)
        self._check_terms(node, kind, terms, bool(children))
        return Block(
            kind,
            path,
            item,
            name,
            line.id,
            whole,
            children,
            terms,
            self._limits(node, line),
            self._gates(node, "prerequisite", resolver, line.id),
            (*self.vetoes(node, line), *(VetoRule(guard, at, "title") for guard, at in maker.denied)),
            self._policy(node, maker, line, terms, inherited),
            self._gaps(node, line),
            self._grants(node, line),
            (),
            self._take(node),
            self._exempt(node, early, line),
        )

    def _take(self, node: ast.Line) -> Literal["sum", "highest", "lowest"]:
        """Whether terms or parts add up or one of them counts; FR232 when both are said."""
        lines = [child for child in node.children if isinstance(child, ast.Take)]
        if len(lines) > 1:
            self.scope.findings.add("FR232", lines[1].span, Related(lines[0].span, "first"))
        return "sum" if not lines else "highest" if lines[0].highest else "lowest"

    def _exempt(self, node: ast.Line, resolver: Resolver, above: RuleLine) -> NotApplicablePolicy | None:
        for child in node.children:
            if isinstance(child, ast.NotApplicableLine) and child.exempt and child.condition is not None:
                line = self.scope.line(child, above.path, above, own=True)
                if child.policy not in ("full", "award"):
                    self.scope.findings.add("FR279", child.span)
                guard = resolver.condition(child.condition)
                return NotApplicablePolicy(guard, line.id, child.policy, child.points)  # type: ignore[arg-type]  # one of four words
        return None

    def child(self, node: ast.Group | ast.Indicator, path: str, above: RuleLine) -> Block:
        """A group or an indicator under a block."""
        if isinstance(node, ast.Group):
            return self.block(node, "group", f"{path}/{node.name}", "", node.name, node.points, above)
        kind: Kind = "indicator" if node.role == "indicator" else "bonus" if node.role == "bonus" else "penalty"
        return self.block(node, kind, f"{path}/{node.item}", node.item, node.name, node.points, above)

    # ── checks ──
    def _whole(self, points: ast.Quantity | None) -> Fraction | None:
        if points is None:
            return None
        if points.unit != "分":
            self.scope.findings.add("FR112", points.span, unit=points.unit)
        if points.value <= 0:
            self.scope.findings.add("FR224", points.span)
        return points.value

    def _check_groups(self, node: ast.Line) -> None:
        """FR201: two groups of one title with one name."""
        seen: dict[str, ast.Group] = {}
        for child in node.children:
            if isinstance(child, ast.Group) and seen.setdefault(child.name, child) is not child:
                self.scope.findings.add("FR201", child.span, Related(seen[child.name].span, "first"), name=child.name)

    def _check_unscored(self, node: ast.Line) -> None:
        """FR268: what scores, or limits a score, under a title without a full mark."""
        for child in node.children:
            if isinstance(child, ast.Group | ast.Indicator | ast.Limit | ast.Take):
                self.scope.findings.add("FR268", child.span, Related(node.span, "parent"))

    def _check_total(self, block: Block, node: ast.Line) -> None:
        """FR221: the parts of a title or group must add up to its whole."""
        parts = [child for child in block.children if child.kind in ("group", "indicator")]
        if not parts:
            self.scope.findings.add("FR225", node.span, name=block.name)
            return
        total = sum((part.whole or Fraction(0) for part in parts), Fraction(0))
        if total != block.whole:
            related = [Related(self.scope.lines[part.line].span, "part") for part in parts]
            short = (block.whole or Fraction(0)) - total
            self.scope.findings.add(
                "FR221",
                node.span,
                *related,
                name=block.name,
                whole=write_exact(block.whole or Fraction(0)),
                total=write_exact(total),
                action="补足" if short > 0 else "减去",
                action_en="add" if short > 0 else "take off",
                difference=write_exact(abs(short)),
            )

    def _check_terms(self, node: ast.Line, kind: Kind, terms: tuple[Term, ...], parted: bool) -> None:  # noqa: FBT001  local helper
        if kind in ("title", "group") or parted:
            return
        gaps = any(isinstance(child, ast.CannotSay) for child in node.children)
        if not terms and not gaps:
            self.scope.findings.add("FR226", node.span)
        floors = {term.floor for term in terms if term.role == "lose"}
        if {"zero", "none"} <= floors:
            clash = [self.scope.lines[term.line].span for term in terms if term.floor in ("zero", "none")]
            self.scope.findings.add("FR227", clash[1], Related(clash[0], "other"))
        wrong = {"bonus": "lose", "penalty": "earn"}.get(kind)
        if kind == "indicator":
            self._check_start(terms)
        for term in terms:
            if term.role == wrong:
                self.scope.findings.add("FR228", self.scope.lines[term.line].span, Related(node.span, "opened"))

    def _check_start(self, terms: tuple[Term, ...]) -> None:
        """FR325: a fact both awards and deducts, as in 达到90%得满分，每低1个百分点扣0.5分, where the second line would never bite."""
        earns = {name: term for term in terms if term.role == "earn" for name in _facts_of(term)}
        for term in terms:
            if term.role == "lose" and (both := _facts_of(term) & earns.keys()):
                other = self.scope.lines[earns[min(both)].line].span
                self.scope.findings.add("FR325", self.scope.lines[term.line].span, Related(other, "other"), name=min(both))
                return

    # ── lines of a block ──
    def _limits(self, node: ast.Line, above: RuleLine) -> tuple[Limit, ...]:
        found: list[Limit] = []
        for child in node.children:
            if isinstance(child, ast.Limit):
                line = self.scope.line(child, above.path, above, own=True)
                value = constant(self.scope.findings, child.points, k.Points())
                found.append(Limit(child.kind, value or Fraction(0), line.id))  # type: ignore[arg-type]  # one of three words
        return tuple(found)

    def _gates(self, node: ast.Line, role: str, resolver: Resolver, above: str) -> tuple[Gate, ...]:
        parent = self.scope.lines[above]
        return tuple(
            Gate(resolver.condition(child.condition), self.scope.line(child, parent.path, parent, own=True).id)
            for child in node.children
            if isinstance(child, ast.Condition) and child.role == role
        )

    def vetoes(self, node: ast.Line, above: RuleLine) -> tuple[VetoRule, ...]:
        """The vetoes under a block's node."""
        return tuple(self.veto(child, above) for child in node.children if isinstance(child, ast.Veto))

    def veto(self, node: ast.Veto, above: RuleLine | None) -> VetoRule:
        """A veto with its scope. FR257: at the top of a file it can only concern all titles."""
        line = self.scope.line(node, above.path if above is not None else "", above, own=True)
        points = constant(self.scope.findings, node.points, k.Points()) if node.points is not None else None
        if above is None and node.scope != "all":
            self.scope.findings.add("FR257", node.span)
        # A veto that changes the points of its block cannot read them.
        score = f"{above.path}/score" if above is not None and node.scope in ("title", "year", "all") else ""
        resolver = self._resolver(score)
        return VetoRule(resolver.condition(node.condition), line.id, node.scope, points)  # type: ignore[arg-type]  # one of five words

    def _policy(
        self, node: ast.Line, maker: TermMaker, above: RuleLine, terms: tuple[Term, ...], inherited: NotApplicablePolicy | None
    ) -> NotApplicablePolicy | None:
        lines = [child for child in node.children if isinstance(child, ast.NotApplicableLine) and not child.exempt]
        nullable = self._nullable(terms)
        if not lines:
            handled = _absences(inherited.guard) if inherited is not None else frozenset()
            self._unhandled(node, [ref for ref in nullable if ref not in handled])
            return inherited
        if len(lines) > 1:
            self.scope.findings.add("FR230", lines[1].span, Related(lines[0].span, "first"))
        line = self.scope.line(lines[0], above.path, above, own=True)
        written = maker.resolver.condition(lines[0].condition) if lines[0].condition is not None else None
        if written is None and not nullable:
            self.scope.findings.add("FR242", lines[0].span)
        absent = e.IsNotApplicable(nullable)
        guard = absent if written is None else e.Some((absent, written)) if nullable else written
        return maker.policy(lines[0], guard, line.id)

    def _unhandled(self, node: ast.Line, refs: list[e.FactRef]) -> None:
        """FR229: facts that may be not applicable, and no line that says what then."""
        if refs:
            names = sorted({ref.name for ref in refs})
            places = [Related(place, "declared") for name in names if (place := self.scope.facts[name].declared) is not None]
            self.scope.findings.add("FR229", node.span, *places, facts="、".join(names))

    def _nullable(self, terms: tuple[Term, ...]) -> tuple[e.FactRef, ...]:
        """Facts (of this period or the last) that some term rests on and that may be not applicable, in order of name."""
        parts = [part for term in terms for row in term.rows for part in (row.guard, row.points) if part is not None]
        read = {fact for part in parts for fact in self._rests_on(part)}
        facts = self.scope.facts
        return tuple(
            e.FactRef(name, facts[name].kind, back) for name, back in sorted(read) if name in facts and facts[name].nullable
        )

    def _rests_on(self, expr: e.Expr) -> Iterator[tuple[str, int]]:
        """Facts an expression reads itself, through a named value, or as what it is ranked by."""
        yield from e.periods_read(expr)
        measured = {measure.slot: measure.value for measure in self.scope.measures}
        for node in e.walk(expr):
            match node:
                case e.SlotRef(slot) if slot in self.values:
                    yield from self._rests_on(self.values[slot])
                case e.Across("rank", slot=slot):
                    yield from self._rests_on(measured[slot])
                case _:
                    pass

    def _gaps(self, node: ast.Line, above: RuleLine) -> tuple[Gap, ...]:
        return tuple(self.gap(child, above) for child in node.children if isinstance(child, ast.CannotSay))

    def gap(self, node: ast.CannotSay, above: RuleLine | None) -> Gap:
        """A 不能表达 line."""
        line = self.scope.line(node, above.path if above is not None else "", above, own=True)
        return Gap(node.name, line.id, node.text, node.reason)

    def _grants(self, node: ast.Line, above: RuleLine) -> tuple[Grant, ...]:
        return tuple(
            grant for child in node.children if isinstance(child, ast.Delegation) for grant in grants_of(self.scope, child, above, None)
        )


def _absences(guard: e.Expr) -> frozenset[e.FactRef]:
    """The facts of which a policy's guard looks whether they are not applicable."""
    return frozenset(ref for part in e.walk(guard) if isinstance(part, e.IsNotApplicable) for ref in part.facts)


def title_path(name: str, subjects: tuple[str, ...]) -> str:
    """A title's identity: its name with its subjects, since a village and a community title may share a name."""
    return f"{name}({'、'.join(subjects)})"


def grants_of(scope: Scope, node: ast.Delegation, above: RuleLine, kind: k.Kind | None) -> tuple[Grant, ...]:
    """The powers a 授权 line grants; `kind` is the parameter's for 设定. FR243 a power that does not fit the place."""
    line = scope.line(node, above.path, above, own=True)
    found: list[Grant] = []
    for power in node.powers:
        if (power.name == "set") != (kind is not None):
            scope.findings.add("FR243", power.span)
            continue
        low = constant(scope.findings, power.low, kind) if power.low is not None and kind is not None else None
        high = constant(scope.findings, power.high, kind) if power.high is not None and kind is not None else None
        items = int(power.items) if power.items is not None else None
        each = power.each.value if power.each is not None else None
        if power.name == "add" and items is None:
            scope.findings.add("FR244", power.span)
        found.append(Grant(power.name, line.id, line.clauses, low, high, items, each))  # type: ignore[arg-type]  # one of five words
    return tuple(found)


def _facts_of(term: Term) -> frozenset[str]:
    """The facts a term reads, in its conditions as well as in its points."""
    parts = [part for row in term.rows for part in (row.guard, row.points) if part is not None]
    return frozenset(name for part in parts for name in e.facts_read(part))
