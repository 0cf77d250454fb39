"""Rule files of a programme to its `RuleSet`: declarations first, then everything that reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from flagrules.facts.schema import FactSpec
from flagrules.model import kinds as k
from flagrules.semantics import expr as e
from flagrules.semantics.blocks import BlockMaker, grants_of, title_path
from flagrules.semantics.expressions import Resolver, keyed_name
from flagrules.semantics.group_mean import check_group_means
from flagrules.semantics.kinds import constant, describe, kind_of_type, same_measure
from flagrules.semantics.ruleset import (
    DataRule,
    DocumentRule,
    Grant,
    ParameterRule,
    ParameterValue,
    QuotaRule,
    RuleLine,
    RuleSet,
    StepRule,
    SubsidyRule,
    TierRule,
    TitleRule,
    VetoRule,
)
from flagrules.semantics.scope import Scope, hints
from flagrules.syntax import ast
from flagrules.text.findings import Findings, Related
from flagrules.text.source import FilePlace
from flagrules.text.spelling import nearest

_L = TypeVar("_L", bound=ast.Line)
_T = TypeVar("_T", ast.Title, ast.Tier)


def _all(files: Sequence[ast.RuleFile], kind: type[_L]) -> list[_L]:
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
        for node in _all(files, ast.Document):
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
        for node in _all(files, ast.Fact):
            taken = self.scope.facts.get(node.name)
            if not self.scope.declare(node.name, node.span, self.scope.facts, taken.declared if taken else None):
                continue
            self.scope.line(node, node.name)
            self.scope.facts[node.name] = self._fact(node)

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
        for node in _all(files, ast.Parameter):
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


class ProgrammeResolver:
    """Resolves the files of one programme."""

    def __init__(self, files: Sequence[ast.RuleFile], statements: Mapping[str, frozenset[str]], findings: Findings) -> None:
        self.files = files
        self.findings = findings
        self.scope = Scope(findings, statements=statements)
        self.data: list[DataRule] = []

    def resolve(self) -> RuleSet | None:
        """The rule set, or None when there is no programme line to hang it on (FR248); FR249 a second one, FR250 no subjects."""
        head = self._head()
        if head is None:
            self.findings.add("FR248", FilePlace(self.files[0].label if self.files else "rules"))
            return None
        noun = next((child for child in head.children if isinstance(child, ast.Noun)), None)
        line = self.scope.line(head, head.name)
        self.scope.counter = noun.counter if noun is not None and noun.counter else "个"
        subjects, places = self._kinds("subjects"), self._kinds("places")
        self.scope.subjects, self.scope.places = subjects, places
        if not subjects:
            self.findings.add("FR250", head.span)
        declarer = Declarer(self.scope, subjects)
        documents = declarer.documents(self.files)
        declarer.facts(self.files)
        parameters = declarer.parameters(self.files)
        titles = self._titles(declarer)
        tiers = self._tiers(declarer)
        first, last = in_force(head)
        rules = RuleSet(
            programme=head.name,
            version=head.version,
            line=line.id,
            heading=words_of(head, "heading") or head.name,
            first=first,
            last=last,
            noun=noun.noun if noun is not None else "称号",
            counter=self.scope.counter,
            documents=documents,
            subjects=subjects,
            places=places,
            facts=(),
            parameters=parameters,
            titles=titles,
            tiers=tiers,
            quotas=self._quotas(declarer, tiers, places),
            steps=self._steps(),
            data=self._data(),
            vetoes=self._vetoes(subjects),
            gaps=tuple(self._maker(subjects).gap(node, None) for node in _all(self.files, ast.CannotSay)),
            quotations=(),
            lines={},
        )
        self._unused()
        return replace(
            rules,
            facts=tuple(self.scope.facts.values()),
            lines=dict(self.scope.lines),
            quotations=tuple(self.scope.quotations),
            measures=tuple({measure.slot: measure for measure in self.scope.measures}.values()),
        )

    def _head(self) -> ast.Programme | None:
        found = _all(self.files, ast.Programme)
        for extra in found[1:]:
            self.findings.add("FR249", extra.span, Related(found[0].span, "first"))
        return found[0] if found else None

    def _kinds(self, kind: str) -> tuple[str, ...]:
        nodes = [node for node in _all(self.files, ast.Kinds) if node.kind == kind]
        for node in nodes:
            self.scope.line(node, kind)
        return tuple(dict.fromkeys(name for node in nodes for name in node.names))

    def _maker(self, subjects: tuple[str, ...]) -> BlockMaker:
        return BlockMaker(self.scope, subjects, self.data)

    def _titles(self, declarer: Declarer) -> tuple[TitleRule, ...]:
        nodes = _all(self.files, ast.Title)
        self.scope.title_slots = tuple((f"{title_path(n.name, n.applies)}/outcome", n.applies) for n in nodes)
        self.scope.unscored = frozenset(title_path(n.name, n.applies) for n in nodes if n.points is None)
        seen: dict[tuple[str, str], ast.Title] = {}
        found: list[TitleRule] = []
        for node in nodes:
            declarer.check_subjects(node.applies, node)
            if self._fresh(node, seen):
                found.append(self._maker(node.applies).title(node))
        self._check_items(found)
        self._check_vetoes(found)
        check_group_means(found, self.scope.lines, self.findings)
        return tuple(found)

    def _fresh(self, node: _T, seen: dict[tuple[str, str], _T]) -> bool:
        """FR201: a title or tier whose name is taken for one of its subjects."""
        clash = next((seen[(node.name, subject)] for subject in node.applies if (node.name, subject) in seen), None)
        if clash is not None:
            self.findings.add("FR201", node.span, Related(clash.span, "first"), name=node.name)
            return False
        seen.update({(node.name, subject): node for subject in node.applies})
        return True

    def _check_vetoes(self, titles: Sequence[TitleRule]) -> None:
        """FR258: a veto on every title, under a title that shares only some kinds of unit with another."""
        for title in titles:
            others = [other for other in titles if set(other.subjects) & set(title.subjects) and set(other.subjects) - set(title.subjects)]
            for block in title.body.blocks():
                for veto in block.vetoes:
                    if veto.scope == "all" and others:
                        places = [Related(self.scope.lines[other.body.line].span, "other") for other in others]
                        self.findings.add("FR258", self.scope.lines[veto.line].span, *places, subjects="、".join(title.subjects))

    def _check_items(self, titles: Sequence[TitleRule]) -> None:
        """FR251: an indicator's number stands once in a programme, for counties refer to it."""
        seen: dict[str, str] = {}
        for title in titles:
            for block in title.body.blocks():
                if not block.item:
                    continue
                if block.item in seen:
                    first = self.scope.lines[seen[block.item]].span
                    self.findings.add("FR251", self.scope.lines[block.line].span, Related(first, "first"), item=block.item)
                seen.setdefault(block.item, block.line)

    def _tiers(self, declarer: Declarer) -> tuple[TierRule, ...]:
        nodes = _all(self.files, ast.Tier)
        names = {node.name for node in nodes}
        found: list[TierRule] = []
        seen: dict[tuple[str, str], ast.Tier] = {}
        for node in nodes:
            declarer.check_subjects(node.applies, node)
            if self._fresh(node, seen):
                found.append(self._tier(node, names))
        self._check_overlap(found)
        return tuple(found)

    def _tier(self, node: ast.Tier, names: set[str]) -> TierRule:
        line = self.scope.line(node, node.name, own=True)
        resolver = Resolver(self.scope, "", node.applies, counts=True)
        guard = resolver.condition(node.condition)
        self._check_points_alone(node, guard)
        pairs: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
        for child in node.children:
            if isinstance(child, ast.WithTier):
                if child.other not in names:
                    self.findings.add("FR252", child.span, name=child.other)
                own = self.scope.line(child, node.name, line, own=True)
                pairs[child.stacks].append((child.other, own.id))
        subsidies = tuple(self._subsidy(child, resolver, line.path) for child in node.children if isinstance(child, ast.Subsidy))
        entitlements = tuple(self._datum(child, line.path) for child in node.children if isinstance(child, ast.DataLine))
        return TierRule(
            node.name, node.applies, guard, line.id, subsidies, tuple(pairs[False]), tuple(pairs[True]), entitlements
        )

    def _check_points_alone(self, node: ast.Tier, guard: e.Expr) -> None:
        """FR326, a warning: a tier that looks at a title's points and not at whether it is granted; a vetoed unit would reach it."""
        read = e.slots_read(guard)
        outcomes = {slot.removesuffix("/outcome") for slot in read if slot.endswith("/outcome")}
        for slot in sorted(read):
            path = slot.removesuffix("/score")
            if slot.endswith("/score") and path not in outcomes:
                self.findings.add("FR326", node.span, title=path.rpartition("(")[0])

    def _subsidy(self, node: ast.Subsidy, resolver: Resolver, path: str) -> SubsidyRule:
        line = self.scope.line(node, path, own=True)
        amount, kind = resolver.number(node.amount)
        if not isinstance(kind, k.Money):
            self.findings.add("FR203", node.amount.span, got=describe(kind), want="金额（元）")
        absent = sorted(name for name in e.facts_read(amount) if name in self.scope.facts and self.scope.facts[name].nullable)
        if absent:
            self.findings.add("FR259", node.span, facts="、".join(absent))
        return SubsidyRule(node.payer, amount, line.id)

    def _check_overlap(self, tiers: Sequence[TierRule]) -> None:
        """FR253: two tiers that bring money from one payer to one kind of unit must say whether they add up."""
        for index, tier in enumerate(tiers):
            for other in tiers[:index]:
                payers = {s.payer for s in tier.subsidies} & {s.payer for s in other.subsidies}
                shared = set(tier.subjects) & set(other.subjects)
                said = {name for name, _ in (*tier.excludes, *tier.stacks)} | {
                    tier.name for name, _ in (*other.excludes, *other.stacks) if name == tier.name
                }
                if payers and shared and other.name not in said and tier.name not in said:
                    place, where = self.scope.lines[tier.line].span, self.scope.lines[other.line].span
                    self.findings.add("FR253", place, Related(where, "other"), tier=tier.name, other=other.name)

    def _quotas(self, declarer: Declarer, tiers: Sequence[TierRule], places: tuple[str, ...]) -> tuple[QuotaRule, ...]:
        found: list[QuotaRule] = []
        for node in _all(self.files, ast.Quota):
            line = self.scope.line(node, f"{node.subject} {node.tier}", own=True)
            declarer.check_subjects((node.subject,), node)
            if not any(tier.name == node.tier and node.subject in tier.subjects for tier in tiers):
                self.findings.add("FR252", node.span, name=node.tier)
            if node.per and node.per not in places:
                self.findings.add("FR254", node.span, place=node.per, known="、".join(places))
            want: k.Kind = k.Ratio() if node.share else k.Quantity("")
            resolver = Resolver(self.scope, "", (node.subject,))
            bounds: list[tuple[str, e.Expr]] = []
            for bound in node.bounds:
                value, kind = resolver.number(bound.value, want)
                if node.share and not (kind is not None and same_measure(kind, want)):
                    self.findings.add("FR203", bound.span, got=describe(kind), want=describe(want))
                bounds.append((bound.op, value))
            found.append(
                QuotaRule(node.subject, node.tier, node.per, node.share, tuple(bounds), node.only, node.except_, line.id)
            )
        return tuple(found)

    def _steps(self) -> tuple[StepRule, ...]:
        found: list[StepRule] = []
        seen: dict[str, ast.Step] = {}
        for procedure in _all(self.files, ast.Procedure):
            above = self.scope.line(procedure, "程序")
            for node in procedure.children:
                if isinstance(node, ast.DataLine):
                    self._datum(node, above.path)
                if not isinstance(node, ast.Step):
                    continue
                if node.item in seen:
                    self.findings.add("FR251", node.span, Related(seen[node.item].span, "first"), item=node.item)
                seen.setdefault(node.item, node)
                line = self.scope.line(node, f"程序/{node.item}", above, own=True)
                for child in node.children:
                    if isinstance(child, ast.DataLine):
                        self._datum(child, line.path)
                least = node.least.value if node.least is not None else None
                unit = node.least.unit if node.least is not None else ""
                if least is not None and unit not in ("日", "个工作日"):
                    self.findings.add("FR211", node.span, type="期限", units="日、个工作日")
                found.append(StepRule(node.item, node.name, line.id, node.month, node.day, least, unit, node.by))
        return tuple(sorted(found, key=lambda step: [int(part) for part in step.item.split(".")]))

    def _datum(self, node: ast.DataLine, path: str) -> str:
        line = self.scope.line(node, path, own=True)
        self.data.append(DataRule(node.kind, node.text, node.by, line.id))
        return line.id

    def _data(self) -> tuple[DataRule, ...]:
        for node in _all(self.files, ast.DataLine):
            self._datum(node, "")
        for file in self.files:
            self._discrepancies(file.lines)
        order = {line: index for index, line in enumerate(self.scope.lines)}
        return tuple(sorted(self.data, key=lambda item: order[item.line]))

    def _discrepancies(self, lines: Iterable[ast.Line]) -> None:
        for node in lines:
            if isinstance(node, ast.Discrepancy):
                line = self.scope.line(node, "", own=True)
                self.data.append(DataRule("discrepancy", node.text, node.ruling, line.id))
            if isinstance(node, ast.Title | ast.Group | ast.Indicator):
                for child in node.children:
                    if isinstance(child, ast.DataLine):
                        self._datum(child, "")
            self._discrepancies(node.children)

    def _vetoes(self, subjects: tuple[str, ...]) -> tuple[VetoRule, ...]:
        return tuple(self._maker(subjects).veto(node, None) for node in _all(self.files, ast.Veto))

    def _unused(self) -> None:
        """FR255, a note: a fact or parameter no rule reads."""
        for name, spec in self.scope.facts.items():
            if name not in self.scope.used and spec.declared is not None:
                self.findings.add("FR255", spec.declared, name=name)
        for name, (_, place) in self.scope.parameters.items():
            if name not in self.scope.used:
                self.findings.add("FR255", place, name=name)


def resolve(files: Sequence[ast.RuleFile], statements: Mapping[str, frozenset[str]], findings: Findings) -> tuple[RuleSet, Scope] | None:
    """The rule set of a programme's files and the scope its refinements resolve in; `statements` are the ids each register has."""
    resolver = ProgrammeResolver(sorted(files, key=lambda file: file.label), statements, findings)
    rules = resolver.resolve()
    return (rules, resolver.scope) if rules is not None else None
