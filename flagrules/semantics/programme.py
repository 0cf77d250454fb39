"""Rule files of a programme to its `RuleSet`: declarations first, then everything that reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from flagrules.model import kinds as k
from flagrules.semantics import expr as e
from flagrules.semantics.blocks import BlockMaker, title_path
from flagrules.semantics.declarations import Declarer, all_of, in_force, words_of
from flagrules.semantics.expressions import Resolver
from flagrules.semantics.group_mean import check_group_means
from flagrules.semantics.kinds import describe, same_measure
from flagrules.semantics.ruleset import (
    DataRule,
    QuotaRule,
    RuleSet,
    StepRule,
    SubsidyRule,
    TierRule,
    TitleRule,
    VetoRule,
)
from flagrules.semantics.scope import Scope
from flagrules.syntax import ast
from flagrules.text.findings import Findings, Related
from flagrules.text.source import FilePlace

_T = TypeVar("_T", ast.Title, ast.Tier)


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
            gaps=tuple(self._maker(subjects).gap(node, None) for node in all_of(self.files, ast.CannotSay)),
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
        found = all_of(self.files, ast.Programme)
        for extra in found[1:]:
            self.findings.add("FR249", extra.span, Related(found[0].span, "first"))
        return found[0] if found else None

    def _kinds(self, kind: str) -> tuple[str, ...]:
        nodes = [node for node in all_of(self.files, ast.Kinds) if node.kind == kind]
        for node in nodes:
            self.scope.line(node, kind)
        return tuple(dict.fromkeys(name for node in nodes for name in node.names))

    def _maker(self, subjects: tuple[str, ...]) -> BlockMaker:
        return BlockMaker(self.scope, subjects, self.data)

    def _titles(self, declarer: Declarer) -> tuple[TitleRule, ...]:
        nodes = all_of(self.files, ast.Title)
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
        nodes = all_of(self.files, ast.Tier)
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
        for node in all_of(self.files, ast.Quota):
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
        for procedure in all_of(self.files, ast.Procedure):
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
        self.data.append(self.scope.datum(node, path))
        return self.data[-1].line

    def _data(self) -> tuple[DataRule, ...]:
        for node in all_of(self.files, ast.DataLine):
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
        return tuple(self._maker(subjects).veto(node, None) for node in all_of(self.files, ast.Veto))

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
