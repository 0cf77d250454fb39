"""Declarations resolved: documents, facts and parameters of some files, and what a line says of its days in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from flagrules.facts.schema import Acceptance, FactSpec
from flagrules.model import kinds as k
from flagrules.semantics.blocks import grants_of
from flagrules.semantics.expressions import keyed_name
from flagrules.semantics.kinds import constant, describe, kind_of_type
from flagrules.semantics.ruleset import (
    DocumentRule,
    Grant,
    ParameterRule,
    ParameterValue,
    RuleLine,
)
from flagrules.semantics.scope import Scope, hints
from flagrules.syntax import ast
from flagrules.text.findings import Related
from flagrules.text.spelling import nearest

_L = TypeVar("_L", bound=ast.Line)


def all_of(files: Sequence[ast.RuleFile], kind: type[_L]) -> list[_L]:
    """The lines of a kind at the top of some files."""
    return [line for file in files for line in file.lines if isinstance(line, kind)]


def words_of(node: ast.Line, kind: str) -> str:
    """The words of a child line of that kind, or an empty string."""
    return next((child.text for child in node.children if isinstance(child, ast.Words) and child.kind == kind), "")


def in_force(node: ast.Line) -> tuple[date | None, date | None]:
    """First and last day of the 施行 line under a node; None where nothing is written."""
    line = next((child for child in node.children if isinstance(child, ast.InForce)), None)
    return (line.first, line.last) if line is not None else (None, None)


class Declarer:
    """Declares documents, facts and parameters of some files into a scope."""

    def __init__(self, scope: Scope, subjects: tuple[str, ...]) -> None:
        self.scope = scope
        self.subjects = subjects

    def documents(self, files: Sequence[ast.RuleFile]) -> dict[str, DocumentRule]:
        """文件 lines. FR201 a name taken."""
        found: dict[str, DocumentRule] = {}
        for node in all_of(files, ast.Document):
            taken = self.scope.documents.get(node.name)
            if not self.scope.declare(node.name, node.span, self.scope.documents, taken[1] if taken else None):
                continue
            register = words_of(node, "registered") or node.name
            self.scope.documents[node.name] = (register, node.span)
            line = self.scope.line(node, node.name)
            found[node.name] = DocumentRule(node.name, node.title, register, line.id)
        return found

    def facts(self, files: Sequence[ast.RuleFile]) -> None:
        """事实 lines into the scope."""
        for node in all_of(files, ast.Fact):
            taken = self.scope.facts.get(node.name)
            if not self.scope.declare(node.name, node.span, self.scope.facts, taken.declared if taken else None):
                continue
            self.scope.line(node, node.name)
            self.scope.facts[node.name] = self._fact(node)
        lines = [(node, child) for node in all_of(files, ast.Fact) for child in node.children if isinstance(child, ast.Accepted)]
        resting = {node.name for node, _ in lines}
        for node, line in lines:
            self._accepted(line, node.name, resting)

    def _accepted(self, node: ast.Accepted, name: str, resting: Collection[str]) -> None:
        """采信: FR320 neither a choice nor a text, FR321 no such option, FR333 it rests on another itself, FR334 not asked there."""
        spec, proof = self.scope.facts[name], self.scope.facts.get(node.fact)
        if proof is None or not isinstance(proof.kind, k.Choice | k.Text):
            self.scope.findings.add("FR320", node.span, name=node.fact)
            return
        self.scope.used.add(node.fact)
        wrong = [value for value in node.values if isinstance(proof.kind, k.Choice) and value not in proof.kind.options]
        for value in wrong:
            options = "、".join(proof.kind.options) if isinstance(proof.kind, k.Choice) else ""
            self.scope.findings.add("FR321", node.span, name=value, fact=node.fact, options=options)
        if node.fact in resting:
            self.scope.findings.add("FR333", node.span, name=node.fact, fact=name)
        if missing := [kind for kind in spec.subjects if kind not in proof.subjects]:
            self.scope.findings.add("FR334", node.span, name=node.fact, fact=name, missing="、".join(missing))
        self.scope.facts[name] = replace(spec, accepted=Acceptance(node.fact, node.values))

    def _fact(self, node: ast.Fact) -> FactSpec:
        kind = kind_of_type(node.type, self.scope.findings)
        fields = [child for child in node.children if isinstance(child, ast.FieldLine)]
        if isinstance(kind, k.Records):
            kind = k.Records(kind.unit, tuple(self._field(field) for field in fields))
        elif fields:
            self.scope.findings.add("FR219", fields[0].span, Related(node.span, "declared"))
        low, high = self.scope.number_range(kind, node.range)
        for subject in node.applies:
            if subject not in self.subjects:
                self._unknown_subject(subject, node)
        alias = next((child.name for child in node.children if isinstance(child, ast.Alias)), "")
        return FactSpec(
            node.name, kind, node.applies or self.subjects, low, high, node.nullable,
            words_of(node, "ask"), words_of(node, "evidence"), alias, node.span,
        )  # fmt: skip

    def _field(self, node: ast.FieldLine) -> k.Field:
        kind = kind_of_type(node.type, self.scope.findings)
        if isinstance(kind, k.Checklist | k.Records | k.Judged):
            self.scope.findings.add("FR219", node.span)
            kind = k.Text()
        low, high = self.scope.number_range(kind, node.range)
        return k.Field(node.name, kind, low, high)

    def _unknown_subject(self, subject: str, node: ast.Line) -> None:
        hint, hint_en = hints(nearest(subject, self.subjects))
        self.scope.findings.add("FR245", node.span, subject=subject, known="、".join(self.subjects), hint=hint, hint_en=hint_en)

    def check_subjects(self, names: Iterable[str], node: ast.Line) -> None:
        """FR245 for each kind of unit that is not declared."""
        for name in names:
            if name not in self.subjects:
                self._unknown_subject(name, node)

    def parameters(self, files: Sequence[ast.RuleFile]) -> dict[str, ParameterRule]:
        """参数 lines. FR246 dated values that overlap, FR247 a value and dated values at once."""
        found: dict[str, ParameterRule] = {}
        for node in all_of(files, ast.Parameter):
            taken = self.scope.parameters.get(node.name)
            if not self.scope.declare(node.name, node.span, self.scope.parameters, taken[1] if taken else None):
                continue
            if node.name in self.scope.facts:
                self.scope.declare(node.name, node.span, self.scope.facts, self.scope.facts[node.name].declared)
            kind = kind_of_type(node.type, self.scope.findings)
            self.scope.parameters[node.name] = (kind, node.span)
            if node.key:
                found |= self._keyed(node, kind)
            else:
                found[node.name] = self._parameter(node, kind)
        return found

    def _check_years(self, years: Mapping[int, ast.DatedValue]) -> None:
        """FR324: years between two dated values that have none, so that the parameter is unset in them."""
        for year, later in pairwise(sorted(years)):
            if not years[year].onward and later > year + 1:
                hole = str(year + 1) if later == year + 2 else f"{year + 1}—{later - 1}"
                self.scope.findings.add("FR324", years[later].span, Related(years[year].span, "other"), years=hole, year=year)

    def _keyed(self, node: ast.Parameter, kind: k.Kind) -> dict[str, ParameterRule]:
        """A parameter by a choice, as one parameter an option. FR320 no such choice, FR321 no such option, FR322 an option left out."""
        spec = self.scope.facts.get(node.key)
        if spec is None or not isinstance(spec.kind, k.Choice):
            self.scope.findings.add("FR320", node.span, name=node.key)
            return {}
        self.scope.used.add(node.key)
        self.scope.keyed[node.name] = (node.key, spec.kind.options)
        head = self.scope.line(node, node.name, own=True)
        grants, low, high = self._granted(node, kind, head)
        found: dict[str, ParameterRule] = {}
        for child in node.children:
            if not isinstance(child, ast.KeyedValue):
                continue
            if child.option not in spec.kind.options:
                self.scope.findings.add("FR321", child.span, name=child.option, fact=node.key, options="、".join(spec.kind.options))
                continue
            name = keyed_name(node.name, child.option)
            line = self.scope.line(child, node.name, head)
            value = parameter_value(self.scope, child.value, kind, node.name)
            values = (ParameterValue(value, line.id),) if value is not None else ()
            found[name] = ParameterRule(name, kind, line.id, values, grants, low, high)
        if grants:  # what the programme leaves out, those it empowers may set
            left = (keyed_name(node.name, option) for option in spec.kind.options)
            found |= {name: ParameterRule(name, kind, head.id, (), grants, low, high) for name in left if name not in found}
        missing = [option for option in spec.kind.options if keyed_name(node.name, option) not in found]
        if missing:
            self.scope.findings.add("FR322", node.span, name=node.name, missing="、".join(missing))
        return found

    def _granted(self, node: ast.Parameter, kind: k.Kind, line: RuleLine) -> tuple[tuple[Grant, ...], Fraction | None, Fraction | None]:
        """Who may set a parameter, and the range it lies in."""
        grants = tuple(
            grant
            for child in node.children
            if isinstance(child, ast.Delegation)
            for grant in grants_of(self.scope, child, line, kind)
        )
        low, high = k.default_range(kind) if k.is_number(kind) else (None, None)
        low = next((grant.low for grant in grants if grant.low is not None), low)
        high = next((grant.high for grant in grants if grant.high is not None), high)
        return grants, low, high

    def _parameter(self, node: ast.Parameter, kind: k.Kind) -> ParameterRule:
        line = self.scope.line(node, node.name, own=True)
        values: list[ParameterValue] = []
        if node.value is not None and (value := parameter_value(self.scope, node.value, kind, node.name)) is not None:
            values.append(ParameterValue(value, line.id))
        dated = [child for child in node.children if isinstance(child, ast.DatedValue)]
        if dated and node.value is not None:
            self.scope.findings.add("FR247", dated[0].span, Related(node.span, "declared"))
        years: dict[int, ast.DatedValue] = {}
        for child in dated:
            if child.year in years:
                self.scope.findings.add("FR246", child.span, Related(years[child.year].span, "first"), year=child.year)
            years[child.year] = child
            own = self.scope.line(child, node.name, line)
            if (value := parameter_value(self.scope, child.value, kind, node.name)) is not None:
                later = min((other.year for other in dated if other.year > child.year), default=None)
                last = (later - 1 if later is not None else None) if child.onward else child.year
                values.append(ParameterValue(value, own.id, child.year, last))
        self._check_years(years)
        grants, low, high = self._granted(node, kind, line)
        return ParameterRule(node.name, kind, line.id, tuple(values), grants, low, high)


def parameter_value(scope: Scope, node: ast.Expr, kind: k.Kind, name: str) -> Fraction | bool | str | None:
    """A parameter's written value in base units, or None with its finding: FR203 another kind of value, FR321 no such option."""
    if isinstance(kind, k.YesNo) and isinstance(node, ast.Truth):
        return node.value
    if isinstance(kind, k.Choice) and isinstance(node, ast.Name | ast.Quoted):
        if node.text not in kind.options:
            scope.findings.add("FR321", node.span, name=node.text, fact=name, options="、".join(kind.options))
            return None
        return node.text
    if isinstance(kind, k.Text) and isinstance(node, ast.Quoted):
        return node.text
    if not k.is_number(kind):
        scope.findings.add("FR203", node.span, got=node.span.text, want=describe(kind))
        return None
    return constant(scope.findings, node, kind)
