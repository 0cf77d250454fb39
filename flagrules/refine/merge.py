"""A county's files over a programme: every line permitted, checked and put in its place; every other line stays the city's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from flagrules.engine.reference import DivisionByZero
from flagrules.engine.values import Num, Val
from flagrules.model import kinds as k
from flagrules.model.numbers import write_exact
from flagrules.plan.from_rules import plan_of
from flagrules.refine.grants import Target, find_target, permit
from flagrules.refine.proof import Verdict, decisions_of, never_above, points_in, settled, show, show_rows
from flagrules.refine.smt import INSTALL, installed
from flagrules.semantics import expr as e
from flagrules.semantics.blocks import BlockMaker, title_path
from flagrules.semantics.declarations import Declarer, in_force, parameter_value
from flagrules.semantics.expressions import keyed_name
from flagrules.semantics.group_mean import check_group_means
from flagrules.semantics.ruleset import Authority, Block, DataRule, Grant, ParameterRule, ParameterValue, RuleLine, RuleSet, TitleRule
from flagrules.semantics.scope import Scope, hints
from flagrules.syntax import ast
from flagrules.text.findings import Findings, Related
from flagrules.text.source import FilePlace, Span
from flagrules.text.spelling import nearest

Status = Literal["kept", "proved", "broken", "not_decided"]
By = Literal["exact", "z3"]
_ALLOWED = (ast.Refinement, ast.Document, ast.Fact, ast.DataLine, ast.Discrepancy)


@dataclass(frozen=True)
class Obligation:
    """What a refinement had to keep to: the power used, the county's line, the city's, and whether it did.

    `by` says who proved it.
    `kept` is for structural duties (delegation, total, range, citation); `proved` only for 从严 shown over every fact value.
    """

    power: str
    line: str
    higher: str
    status: Status
    by: By = "exact"


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

    def _span(self, line: str) -> Span:
        return self.scope.lines[line].span

    def _once(self, slot: str, node: ast.Line, place: Span | None = None) -> bool:
        """FR420: two refinements of one slot, both shown; never last wins."""
        if slot in self.taken:
            self.findings.add("FR420", place or node.span, Related(self.taken[slot].span, "first"))
            return False
        self.taken[slot] = node
        return True

    def _done(self, power: str, node: ast.Line, higher: str, before: int, *, proof: bool = False, by: By = "exact") -> None:
        good: Status = "proved" if proof else "kept"
        line = f"{node.span.label}:{node.span.line}"
        self.obligations.append(Obligation(power, line, higher, good if len(self.findings.errors) == before else "broken", by))

    # ── 设定 ──
    def set(self, node: ast.SetParameter) -> None:
        """A parameter given its value. FR418 the option left out or too many, FR321 no such option."""
        before = len(self.findings.errors)
        name = self._set_name(node)
        if name is None:
            return
        rule = self.base.parameters.get(name)
        if rule is None:
            hint, hint_en = hints(nearest(node.name, self.base.parameters))
            self.findings.add("FR410", node.span, name=node.name, hint=hint, hint_en=hint_en)
            return
        line = self.scope.line(node, node.name, own=True)
        higher = Related(self._span(rule.line), "parent")
        grant = permit("set", node.under, rule.grants, node, higher, self.findings, self.base)
        if grant is not None and self._once(f"set {name}", node):
            self._give(node, rule, grant, line)
            self._done("set", node, rule.line, before)

    def _set_name(self, node: ast.SetParameter) -> str | None:
        """The parameter's name, with the option it is set for where it goes by a choice; None with a finding."""
        fact, options = self.scope.keyed.get(node.name, ("", ()))
        if bool(node.option) != bool(options):
            option = options[0] if options else ""
            example = f"{node.name} 其中 {option}" if options else node.name
            self.findings.add("FR418", node.span, name=node.name, options="、".join(options) or "—", example=example)
            return None
        if options and node.option not in options:
            self.findings.add("FR321", node.span, name=node.option, fact=fact, options="、".join(options))
            return None
        return keyed_name(node.name, node.option) if options else node.name

    def _give(self, node: ast.SetParameter, rule: ParameterRule, grant: Grant, line: RuleLine) -> None:
        """FR413 outside what is delegated, FR414 where the higher text gives the value itself."""
        if rule.values:
            self.findings.add("FR414", node.span, Related(self._span(rule.values[0].line), "parent"), name=node.name)
        value = parameter_value(self.scope, node.value, rule.kind, rule.name)
        if value is None:
            return
        low, high = grant.low, grant.high
        outside = isinstance(value, Fraction) and ((low is not None and value < low) or (high is not None and value > high))
        if isinstance(value, Fraction) and outside:
            words = {"value": _shown(value, rule.kind), "low": _shown(low, rule.kind), "high": _shown(high, rule.kind)}
            self.findings.add("FR413", node.span, Related(self._span(grant.line), "delegation"), edit=None, **words)
        changed = replace(rule, values=(ParameterValue(value, line.id),))
        self.rules = replace(self.rules, parameters={**self.rules.parameters, rule.name: changed})

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
        block = self._block(node, target, line, higher)
        by: By = "exact"
        if len(self.findings.errors) == before:
            self._change(target.title, lambda body: _replaced(body, city.path, block))
            by = self._prove(node, block, city, higher)
        self._done(node.power, node, city.line, before, proof=node.power == "tighten", by=by)

    def _block(self, node: ast.Refine, target: Target, line: RuleLine, higher: Related) -> Block:
        """What stands in the indicator's place; what the county does not write stays the city's."""
        city = target.block
        maker = BlockMaker(self.scope, target.title.subjects, self.data)
        maker.see(tuple(value for block in target.chain for value in block.named))
        if node.power == "split":
            return self._split(node, city, maker, line, higher)
        if node.power == "quantify" and not (city.terms and all(term.judged for term in city.terms)):
            self.findings.add("FR423", node.span, higher, item=node.item)
        named = maker.name_values(node, city.path, line)
        block = maker.body(
            node, city.kind, city.path, city.item, city.name, line, city.whole, inherited=city.not_applicable
        )
        limits = block.limits if node.power == "tighten" else (*city.limits, *block.limits)
        gaps = (*city.gaps, *block.gaps)
        named = (*city.named, *named)
        kept = {"prerequisites": city.prerequisites, "vetoes": city.vetoes, "grants": city.grants}
        return replace(block, named=named, limits=limits, gaps=gaps, **kept)  # type: ignore[arg-type]  # fields of a block by name

    def _split(self, node: ast.Refine, city: Block, maker: BlockMaker, line: RuleLine, higher: Related) -> Block:
        """Parts with the same total (FR421), numbered under the indicator (FR422), each number once (FR420)."""
        nodes = [child for child in node.children if isinstance(child, ast.Indicator)]
        parts = tuple(maker.child(child, city.path, line) for child in nodes)
        for child, part in zip(nodes, parts, strict=True):
            if not part.item.startswith(f"{city.item}."):
                self.findings.add("FR422", child.span, higher, item=part.item, wanted=f"{city.item}.1")
            self._once(f"item {part.item}", child)
        total = sum((part.whole or Fraction(0) for part in parts), Fraction(0))
        if total != city.whole:
            short = (city.whole or Fraction(0)) - total
            self.findings.add(
                "FR421", node.span, higher, *(Related(self._span(part.line), "part") for part in parts),
                total=write_exact(total), whole=write_exact(city.whole or Fraction(0)), difference=write_exact(abs(short)),
                action="补足" if short > 0 else "减去", action_en="add" if short > 0 else "take off",
            )  # fmt: skip
        return replace(city, line=line.id, children=parts, terms=())

    def _prove(self, node: ast.Refine, block: Block, city: Block, higher: Related) -> By:
        """What can be shown of the merged block on the day, and by whom: 量化 within the judged range, 从严 never above the city."""
        rules = replace(self.rules, lines=dict(self.scope.lines), measures=tuple(self.scope.measures))
        plan = plan_of(rules, self.on)
        plan = replace(plan, facts=dict(self.scope.facts))
        try:
            if node.power == "quantify":
                self._within_range(node, points_in(decisions_of(block, plan), plan, {}, settled(plan)), city, higher)
            elif node.power == "tighten":
                verdict = never_above(block, city, plan, self.scope.facts)
                self._stricter(node, verdict, higher)
                return verdict.by
        except DivisionByZero:
            self.findings.add("FR311", node.span)
        return "exact"

    def _within_range(self, node: ast.Refine, points: Num, city: Block, higher: Related) -> None:
        """FR424: points outside those the judges could have given."""
        specs = [self.scope.facts[term.judged] for term in city.terms if term.judged in self.scope.facts]
        low = sum((spec.low or Fraction(0) for spec in specs), Fraction(0))
        high = sum((spec.high or Fraction(0) for spec in specs), Fraction(0))
        if points.low < low or points.high > high:
            self.findings.add(
                "FR424", node.span, higher, item=node.item, low=write_exact(points.low), high=write_exact(points.high),
                least=write_exact(low), most=write_exact(high),
            )  # fmt: skip

    def _stricter(self, node: ast.Refine, verdict: Verdict, higher: Related) -> None:
        """FR430 a counterexample, FR431 not decided: what cannot be shown stricter is refused."""
        if verdict.answer == "counterexample":
            found = [f"{name} = {self._written(name, value)}" for name, value in verdict.facts]
            facts = "，".join([*found, *(f"{name} = {show_rows(rows)}" for name, rows in verdict.rows)]) or "任何情形"
            self.findings.add(
                "FR430", node.span, higher, facts=facts, county=write_exact(verdict.lower), city=write_exact(verdict.higher)
            )
        elif verdict.answer == "not_decided":
            hint = "" if installed() else f"，或安装求解器再试：{INSTALL}"
            hint_en = "" if installed() else f", or install the solver and try again: {INSTALL}"
            self.findings.add("FR431", node.span, higher, hint=hint, hint_en=hint_en)

    def _written(self, name: str, value: Val) -> str:
        spec = self.scope.facts.get(name.removeprefix("上年"), self.scope.facts.get(name))
        kind = spec.kind if spec is not None else self.scope.parameters[name][0] if name in self.scope.parameters else None
        return _shown(value.low, kind) if isinstance(value, Num) and kind is not None else show(value)

    def _change(self, title: TitleRule, change: Callable[[Block], Block]) -> None:
        titles = tuple(
            replace(other, body=change(other.body)) if other.path == title.path else other for other in self.rules.titles
        )
        self.rules = replace(self.rules, titles=titles)

    # ── 增设 ──
    def add(self, node: ast.AddLocal) -> None:
        """Local items within the limits of the delegation (FR432 how many, FR433 how much), or a local veto (FR434)."""
        before = len(self.findings.errors)
        path = title_path(node.title, node.applies)
        title = next((title for title in self.base.titles if title.path == path), None)
        if title is None:
            self.findings.add("FR417", node.span, title=path, known="、".join(title.path for title in self.base.titles))
            return
        higher = Related(self._span(title.body.line), "parent")
        grant = permit("add", node.under, title.body.grants, node, higher, self.findings, self.base)
        if grant is None or not self._once(f"add {path}", node):
            return
        line = self.scope.line(node, path, own=True)
        maker = BlockMaker(self.scope, title.subjects, self.data)
        maker.see(title.body.named)
        items = tuple(maker.child(child, path, line) for child in node.children if isinstance(child, ast.Indicator))
        vetoes = maker.vetoes(node, line)
        self._within(node, items, grant)
        for veto in (*vetoes, *(veto for item in items for veto in item.vetoes)):
            if veto.scope == "all":
                self.findings.add("FR434", self._span(veto.line))
        self._numbered(items)
        self._change(title, lambda body: replace(body, children=(*body.children, *items), vetoes=(*body.vetoes, *vetoes)))
        self._done("add", node, title.body.line, before)

    def _numbered(self, items: Sequence[Block]) -> None:
        """FR251: a number the programme, or another local item, has already."""
        places = {block.item: self._span(block.line) for other in self.base.titles for block in other.body.blocks() if block.item}
        for item in items:
            place = self._span(item.line)
            if item.item in places:
                self.findings.add("FR251", place, Related(places[item.item], "first"), item=item.item)
            places.setdefault(item.item, place)

    def _within(self, node: ast.AddLocal, items: Sequence[Block], grant: Grant) -> None:
        delegation = Related(self._span(grant.line), "delegation")
        if grant.items is not None and len(items) > grant.items:
            self.findings.add("FR432", node.span, delegation, count=len(items), limit=grant.items)
        for item in items:
            if grant.each is not None and (item.whole is None or item.whole > grant.each):
                got = write_exact(item.whole) if item.whole is not None else "不封顶"
                self.findings.add("FR433", self._span(item.line), delegation, points=got, limit=write_exact(grant.each))


def _shown(edge: Fraction | None, kind: k.Kind) -> str:
    return "不限" if edge is None else write_exact(edge / k.scale(kind)) + k.unit_of(kind)


def _replaced(block: Block, path: str, new: Block) -> Block:
    if block.path == path:
        return new
    return replace(block, children=tuple(_replaced(child, path, new) for child in block.children))


def _heads(files: Sequence[ast.RuleFile]) -> list[ast.Refinement]:
    return [line for file in files for line in file.lines if isinstance(line, ast.Refinement)]


def _conditions(rules: RuleSet) -> Iterator[e.Expr]:
    """Every expression of the rules but the amounts of money."""
    yield from (tier.guard for tier in rules.tiers)
    yield from (veto.guard for veto in rules.vetoes)
    for title in rules.titles:
        yield from (gate.guard for gate in (*title.entries, *title.grants_when))
        for block in title.body.blocks():
            yield from (gate.guard for gate in block.prerequisites)
            yield from (veto.guard for veto in block.vetoes)
            yield from (part for term in block.terms for row in term.rows for part in (row.guard, row.points) if part is not None)
            if block.not_applicable is not None:
                yield block.not_applicable.guard


def _asked(rules: RuleSet, scope: Scope) -> Iterator[str]:
    """The facts to ask: all but the judged points that nothing reads any more."""
    read = {name for part in _conditions(rules) for name in e.facts_read(part)}
    return (name for name, spec in scope.facts.items() if not isinstance(spec.kind, k.Judged) or name in read)


def refine(
    base: RuleSet, scope: Scope, files: Sequence[ast.RuleFile], code: str, on: date, findings: Findings
) -> Refined | None:
    """The programme as a county refines it; None when its files have no usable head.

    All of it is checked even when its instrument is not in force on `on`: then the city's lines stand and FR407 says so.
    """
    files = sorted(files, key=lambda file: file.label)
    heads = _agreeing(files, base, code, findings)
    if not heads:
        return None
    head = heads[0]
    merger = _Merger(base, scope.under(code), on, findings, base)
    _refuse_strangers(files, findings)
    declarer = Declarer(merger.scope, base.subjects)
    documents = declarer.documents(files)
    declarer.facts(files)
    _lines([child for each in heads for child in each.children], merger)
    check_group_means(merger.rules.titles, merger.scope.lines, findings)
    _data(files, merger)
    first, last = in_force(head)
    authority = Authority(code, head.name, merger.scope.line(head, head.name).id, first, last)
    obligations = tuple(merger.obligations)
    if (first is not None and on < first) or (last is not None and on > last):
        findings.add("FR407", head.span, name=head.name, on=on, first=first or "", last=last or "")
        return Refined(replace(base, authority=authority, lines=dict(merger.scope.lines)), obligations)
    rules = replace(
        merger.rules,
        facts=tuple(merger.scope.facts[name] for name in _asked(merger.rules, merger.scope)),
        documents={**base.documents, **documents},
        data=(*base.data, *merger.data),
        quotations=tuple(merger.scope.quotations),
        lines=dict(merger.scope.lines),
        authority=authority,
        measures=tuple({measure.slot: measure for measure in merger.scope.measures}.values()),
    )
    return Refined(rules, obligations)


def _agreeing(files: Sequence[ast.RuleFile], base: RuleSet, code: str, findings: Findings) -> list[ast.Refinement]:
    """The 县 lines of a county, one a file at most, all saying the same.

    FR401 none, FR402 a second in one file or one that says something else, FR403 another programme, FR404 another version,
    FR405 another code than the plugin's."""
    heads = _heads(files)
    if not heads:
        findings.add("FR401", FilePlace(files[0].label if files else code))
        return []
    head = heads[0]
    kept = {head.span.label: head}
    for extra in heads[1:]:
        same = _says(extra) == _says(head) and in_force(extra) in ((None, None), in_force(head))
        if extra.span.label in kept or not same:
            findings.add("FR402", extra.span, Related(head.span, "first"))
        else:
            kept[extra.span.label] = extra
    if head.programme != base.programme:
        findings.add("FR403", head.span, written=head.programme, right=base.programme)
    elif head.version != base.version:
        findings.add("FR404", head.span, written=head.version, right=base.version)
    if code and head.code and head.code != code:
        findings.add("FR405", head.span, written=head.code, right=code)
    return list(kept.values())


def _says(head: ast.Refinement) -> tuple[object, ...]:
    """What the 县 lines of several files must agree on, beside 施行, which only the first need have."""
    return head.name, head.code, head.programme, head.version


def _refuse_strangers(files: Sequence[ast.RuleFile], findings: Findings) -> None:
    """FR406: a county's file holds its head, its documents, facts and data, nothing of the programme's."""
    for file in files:
        for line in file.lines:
            if not isinstance(line, _ALLOWED):
                findings.add("FR406", line.span)


def _lines(nodes: Sequence[ast.Line], merger: _Merger) -> None:
    """设定 first, so that what is proved of the other lines does not depend on the order they stand in."""
    for node in nodes:
        if isinstance(node, ast.SetParameter):
            merger.set(node)
    for node in nodes:
        if isinstance(node, ast.Refine):
            merger.refine(node)
        elif isinstance(node, ast.AddLocal):
            merger.add(node)


def _data(files: Sequence[ast.RuleFile], merger: _Merger) -> None:
    for file in files:
        for node in [*file.lines, *(child for line in file.lines if isinstance(line, ast.Refinement) for child in line.children)]:
            if isinstance(node, ast.DataLine):
                merger.data.append(merger.scope.datum(node, ""))
            elif isinstance(node, ast.Discrepancy):
                line = merger.scope.line(node, "", own=True)
                merger.data.append(DataRule("discrepancy", node.text, node.ruling, line.id))
