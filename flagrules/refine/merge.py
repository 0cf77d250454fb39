"""A county's files over a programme: every line permitted, checked and put in its place; every other line stays the city's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from flagrules.model import kinds as k
from flagrules.model.numbers import write_exact
from flagrules.plan.from_rules import plan_of
from flagrules.refine.grants import Target, find_target, permit
from flagrules.refine.proof import never_above, show
from flagrules.semantics import expr as e
from flagrules.semantics.blocks import BlockMaker, title_path
from flagrules.semantics.programme import Declarer, in_force, parameter_value
from flagrules.semantics.ruleset import Authority, Block, DataRule, Grant, ParameterValue, RuleSet, TitleRule, VetoRule
from flagrules.semantics.scope import Scope
from flagrules.syntax import ast
from flagrules.text.findings import Findings, Related
from flagrules.text.source import FilePlace
from flagrules.text.spelling import nearest

Status = Literal["kept", "proved", "broken", "not_decided"]
_ALLOWED = (ast.Refinement, ast.Document, ast.Fact, ast.DataLine, ast.Discrepancy)


@dataclass(frozen=True)
class Obligation:
    """What a refinement had to keep to: the power used, the county's line, the city's, and whether it did.

    `kept` is for structural duties (delegation, total, range, citation); `proved` only for 从严 shown over every fact value.
    """

    power: str
    line: str
    higher: str
    status: Status


@dataclass(frozen=True)
class Refined:
    """The merged rule set and the obligations that were looked at."""

    rules: RuleSet
    obligations: tuple[Obligation, ...]


@dataclass
class _Merger:
    base: RuleSet
    scope: Scope
    on: date
    findings: Findings
    rules: RuleSet
    data: list[DataRule] = field(default_factory=list)
    obligations: list[Obligation] = field(default_factory=list)
    taken: dict[str, ast.Line] = field(default_factory=dict)

    def _span(self, line: str):  # type: ignore[no-untyped-def]
        return self.scope.lines[line].span

    def _once(self, slot: str, node: ast.Line) -> bool:
        """FR420: two refinements of one slot, both shown; never last wins."""
        if slot in self.taken:
            self.findings.add("FR420", node.span, Related(self.taken[slot].span, "first"))
            return False
        self.taken[slot] = node
        return True

    def _done(self, power: str, node: ast.Line, higher: str, before: int, *, proof: bool = False) -> None:
        errors = len(self.findings.errors)
        good: Status = "proved" if proof else "kept"
        line = f"{node.span.label}:{node.span.line}"
        self.obligations.append(Obligation(power, line, higher, good if errors == before else "broken"))

    # ── 设定 ──
    def set(self, node: ast.SetParameter) -> None:
        """A parameter given its value."""
        before = len(self.findings.errors)
        rule = self.rules.parameters.get(node.name)
        if rule is None:
            guess = nearest(node.name, self.rules.parameters)
            hint = f"是不是“{guess}”？" if guess else ""
            self.findings.add("FR410", node.span, name=node.name, hint=hint, hint_en=f"Did you mean '{guess}'?" if guess else "")
            return
        line = self.scope.line(node, node.name, own=True)
        higher = Related(self._span(rule.line), "parent")
        grant = permit("set", node.under, rule.grants, node, higher, self.findings, self.base)
        if grant is None or not self._once(f"set {node.name}", node):
            return
        if rule.values:
            self.findings.add("FR414", node.span, Related(self._span(rule.values[0].line), "parent"), name=node.name)
        value = parameter_value(self.scope, node.value, rule.kind)
        if value is None:
            return
        if isinstance(value, Fraction):
            self._in_range(node, value, grant, rule.kind)
        changed = replace(rule, values=(ParameterValue(value, line.id),))
        self.rules = replace(self.rules, parameters={**self.rules.parameters, node.name: changed})
        self._done("set", node, rule.line, before)

    def _in_range(self, node: ast.SetParameter, value: Fraction, grant: Grant, kind: k.Kind) -> None:
        low, high = grant.low, grant.high
        if (low is not None and value < low) or (high is not None and value > high):

            def shown(edge: Fraction | None) -> str:
                return "不限" if edge is None else write_exact(edge / k.scale(kind)) + k.unit_of(kind)

            self.findings.add(
                "FR413", node.span, Related(self._span(grant.line), "delegation"), value=shown(value), low=shown(low), high=shown(high)
            )

    # ── 细化、量化、从严 ──
    def refine(self, node: ast.Refine) -> None:
        """An indicator split, quantified or tightened."""
        before = len(self.findings.errors)
        target = find_target(self.base, node.item)
        if target is None:
            self.findings.add("FR415", node.span, item=node.item)
            return
        city = target.block
        higher = Related(self._span(city.line), "parent")
        if node.name != city.name:
            self.findings.add("FR416", node.span, higher, item=node.item, name=node.name, right=city.name)
        if permit(node.power, node.under, target.grants, node, higher, self.findings, self.base) is None:
            return
        if not self._once(f"item {node.item}", node):
            return
        line = self.scope.line(node, city.path, own=True)
        maker = BlockMaker(self.scope, target.title.subjects, self.data)
        if node.power == "split":
            block = self._split(node, city, maker, line.id, higher)
        else:
            block = maker.body(node, city.kind, city.path, city.item, city.name, line, city.whole)
            block = replace(block, prerequisites=city.prerequisites, vetoes=city.vetoes, grants=city.grants)
        if node.power == "quantify":
            self._was_judged(node, city, higher)
        if len(self.findings.errors) > before:
            self._done(node.power, node, city.line, before)
            return
        self._put(target, block)
        if node.power == "tighten":
            self._stricter(node, block, city, higher)
        self._done(node.power, node, city.line, before, proof=node.power == "tighten")

    def _split(self, node: ast.Refine, city: Block, maker: BlockMaker, line: str, higher: Related) -> Block:
        """Parts with the same total (FR421), numbered under the indicator (FR422)."""
        above = self.scope.lines[line]
        parts = tuple(maker.child(child, city.path, above) for child in node.children if isinstance(child, ast.Indicator))
        for part in parts:
            if not part.item.startswith(f"{city.item}."):
                self.findings.add("FR422", self._span(part.line), higher, item=part.item, wanted=f"{city.item}.1")
            if not self._once(f"item {part.item}", node):
                continue
        total = sum((part.whole or Fraction(0) for part in parts), Fraction(0))
        if total != city.whole:
            short = (city.whole or Fraction(0)) - total
            self.findings.add(
                "FR421", node.span, higher, *(Related(self._span(part.line), "part") for part in parts),
                total=write_exact(total), whole=write_exact(city.whole or Fraction(0)), difference=write_exact(abs(short)),
                action="补足" if short > 0 else "减去", action_en="add" if short > 0 else "take off",
            )  # fmt: skip
        return replace(city, line=line, children=parts, terms=(), limits=(), not_applicable=None, gaps=())

    def _was_judged(self, node: ast.Refine, city: Block, higher: Related) -> None:
        """FR423: only a judged indicator can be quantified."""
        if not city.terms or not all(term.judged for term in city.terms):
            self.findings.add("FR423", node.span, higher, item=node.item)

    def _stricter(self, node: ast.Refine, block: Block, city: Block, higher: Related) -> None:
        """FR430 a counterexample, FR431 not decided: what cannot be shown stricter is refused."""
        plan = plan_of(self.rules, self.on)
        verdict = never_above(block, city, plan, self.scope.facts)
        if verdict.answer == "counterexample":
            facts = "，".join(f"{name} = {self._written(name, value)}" for name, value in verdict.facts) or "任何情形"
            self.findings.add(
                "FR430", node.span, higher, facts=facts, county=write_exact(verdict.lower), city=write_exact(verdict.higher)
            )
        elif verdict.answer == "not_decided":
            self.findings.add("FR431", node.span, higher)

    def _written(self, name: str, value: object) -> str:
        from flagrules.engine.values import Num

        spec = self.scope.facts.get(name)
        if isinstance(value, Num) and spec is not None and k.is_number(spec.kind):
            return write_exact(value.low / k.scale(spec.kind)) + k.unit_of(spec.kind)
        return show(value)  # type: ignore[arg-type]  # the verdict holds interpreter values

    def _put(self, target: Target, block: Block) -> None:
        self._change(target.title, lambda body: _replaced(body, target.block.path, block))

    def _change(self, title: TitleRule, change: Callable[[Block], Block]) -> None:
        titles = tuple(
            replace(other, body=change(other.body)) if other.path == title.path else other for other in self.rules.titles
        )
        self.rules = replace(self.rules, titles=titles)

    # ── 增设 ──
    def add(self, node: ast.AddLocal) -> None:
        """Local items within the limits of the delegation (FR432 how many, FR433 how much), or a local veto."""
        before = len(self.findings.errors)
        path = title_path(node.title, node.applies)
        title = next((title for title in self.rules.titles if title.path == path), None)
        if title is None:
            self.findings.add("FR417", node.span, title=path, known="、".join(title.path for title in self.rules.titles))
            return
        higher = Related(self._span(title.body.line), "parent")
        grant = permit("add", node.under, title.body.grants, node, higher, self.findings, self.base)
        if grant is None or not self._once(f"add {path}", node):
            return
        line = self.scope.line(node, path, own=True)
        maker = BlockMaker(self.scope, title.subjects, self.data)
        items = tuple(maker.child(child, path, line) for child in node.children if isinstance(child, ast.Indicator))
        vetoes = maker.vetoes(node, line)
        self._within(node, items, grant)
        for veto in vetoes:
            self._narrow_veto(veto)
        known = {block.item for other in self.base.titles for block in other.body.blocks() if block.item}
        for item in items:
            if item.item in known:
                self.findings.add("FR251", self._span(item.line), higher, item=item.item)
        self._change(
            title, lambda body: replace(body, children=(*body.children, *items), vetoes=(*body.vetoes, *vetoes))
        )
        self._done("add", node, title.body.line, before)

    def _narrow_veto(self, veto: VetoRule) -> None:
        if veto.scope == "all":
            self.findings.add("FR434", self._span(veto.line))

    def _within(self, node: ast.AddLocal, items: Sequence[Block], grant: Grant) -> None:
        delegation = Related(self._span(grant.line), "delegation")
        for kind in ("bonus", "penalty"):
            count = sum(item.kind == kind for item in items)
            if grant.items is not None and count > grant.items:
                self.findings.add("FR432", node.span, delegation, count=count, limit=grant.items)
        for item in items:
            if grant.each is not None and (item.whole is None or item.whole > grant.each):
                got = write_exact(item.whole) if item.whole is not None else "不封顶"
                self.findings.add("FR433", self._span(item.line), delegation, points=got, limit=write_exact(grant.each))


def _resolver(maker: BlockMaker, path: str):  # type: ignore[no-untyped-def]
    from flagrules.semantics.expressions import Resolver

    return Resolver(maker.scope, f"{path}/score", maker.subjects)


def _replaced(block: Block, path: str, new: Block) -> Block:
    if block.path == path:
        return new
    return replace(block, children=tuple(_replaced(child, path, new) for child in block.children))


def _heads(files: Sequence[ast.RuleFile]) -> list[ast.Refinement]:
    return [line for file in files for line in file.lines if isinstance(line, ast.Refinement)]


def _read_facts(rules: RuleSet) -> set[str]:
    """Judged facts some indicator still asks."""
    return {
        name
        for _, block in rules.indicators()
        for term in block.terms
        for row in term.rows
        for part in (row.guard, row.points)
        if part is not None
        for name in e.facts_read(part)
    }


def refine(
    base: RuleSet, scope: Scope, files: Sequence[ast.RuleFile], code: str, on: date, findings: Findings
) -> Refined | None:
    """The programme as a county refines it; None when its files have no usable head. All of it is checked even when its instrument is
    not in force on `on`: then the city's lines stand and FR407 says so."""
    files = sorted(files, key=lambda file: file.label)
    heads = _heads(files)
    if not heads:
        findings.add("FR401", FilePlace(files[0].label if files else code))
        return None
    head = heads[0]
    for extra in heads[1:]:
        findings.add("FR402", extra.span, Related(head.span, "first"))
    _check_head(head, base, code, findings)
    merger = _Merger(base, scope.under(code), on, findings, base)
    _refuse_strangers(files, findings)
    declarer = Declarer(merger.scope, base.subjects)
    documents = declarer.documents(files)
    declarer.facts(files)
    _lines(head, merger)
    _data(files, merger)
    first, last = in_force(head)
    authority = Authority(code, head.name, merger.scope.line(head, head.name).id, first, last)
    if (first is not None and on < first) or (last is not None and on > last):
        findings.add("FR407", head.span, name=head.name, on=on, first=first or "", last=last or "")
        return Refined(replace(base, authority=authority, lines=dict(merger.scope.lines)), tuple(merger.obligations))
    rules = merger.rules
    asked = _read_facts(rules)
    facts = tuple(spec for spec in merger.scope.facts.values() if not isinstance(spec.kind, k.Judged) or spec.name in asked)
    rules = replace(
        rules,
        facts=facts,
        documents={**rules.documents, **documents},
        data=(*rules.data, *merger.data),
        quotations=tuple(merger.scope.quotations),
        lines=dict(merger.scope.lines),
        authority=authority,
    )
    return Refined(rules, tuple(merger.obligations))


def _check_head(head: ast.Refinement, base: RuleSet, code: str, findings: Findings) -> None:
    if head.programme != base.programme:
        findings.add("FR403", head.span, written=head.programme, right=base.programme)
    elif head.version != base.version:
        findings.add("FR404", head.span, written=head.version, right=base.version)
    if code and head.code and head.code != code:
        findings.add("FR405", head.span, written=head.code, right=code)


def _refuse_strangers(files: Sequence[ast.RuleFile], findings: Findings) -> None:
    """FR406: a county's file holds its head, its documents, facts and data, nothing of the programme's."""
    for file in files:
        for line in file.lines:
            if not isinstance(line, _ALLOWED):
                findings.add("FR406", line.span)


def _lines(head: ast.Refinement, merger: _Merger) -> None:
    for node in head.children:
        match node:
            case ast.SetParameter():
                merger.set(node)
            case ast.Refine():
                merger.refine(node)
            case ast.AddLocal():
                merger.add(node)
            case _:
                pass


def _data(files: Sequence[ast.RuleFile], merger: _Merger) -> None:
    for file in files:
        for node in [*file.lines, *(child for line in file.lines if isinstance(line, ast.Refinement) for child in line.children)]:
            if isinstance(node, ast.DataLine | ast.Discrepancy):
                line = merger.scope.line(node, "", own=True)
                kind, by = (node.kind, node.by) if isinstance(node, ast.DataLine) else ("discrepancy", node.ruling)
                merger.data.append(DataRule(kind, node.text, by, line.id))
