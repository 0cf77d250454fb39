"""What a rule line can see: declared facts, parameters, documents and titles, and the findings of resolving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from flagrules.facts.schema import FactSpec
from flagrules.model import kinds as k
from flagrules.semantics.kinds import constant
from flagrules.semantics.ruleset import Citation, DataRule, Measure, Quotation, RuleLine
from flagrules.syntax import ast
from flagrules.text.findings import Findings, Related
from flagrules.text.source import Span
from flagrules.text.spelling import nearest


def hints(guess: str | None) -> tuple[str, str]:
    """“Did you mean” in Chinese and English; blank without a guess."""
    return (f"是不是“{guess}”？", f"Did you mean '{guess}'?") if guess else ("", "")


@dataclass
class Scope:
    """Names in force while a file is resolved, and the rule lines gathered so far."""

    findings: Findings
    authority: str = ""
    facts: dict[str, FactSpec] = field(default_factory=dict)
    parameters: dict[str, tuple[k.Kind, Span]] = field(default_factory=dict)
    documents: dict[str, tuple[str, Span]] = field(default_factory=dict)
    statements: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lines: dict[str, RuleLine] = field(default_factory=dict)
    quotations: list[Quotation] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    title_slots: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unscored: frozenset[str] = frozenset()
    counter: str = "个"
    places: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    measures: list[Measure] = field(default_factory=list)
    keyed: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def under(self, authority: str) -> Scope:
        """The same names for the lines of another authority; what is declared or written there stays apart from the original."""
        return replace(
            self,
            authority=authority,
            facts=dict(self.facts),
            parameters=dict(self.parameters),
            documents=dict(self.documents),
            lines=dict(self.lines),
            quotations=list(self.quotations),
            used=set(self.used),
            keyed=dict(self.keyed),
            measures=list(self.measures),
        )

    def declare(self, name: str, place: Span, table: Mapping[str, object], where: Span | None) -> bool:
        """FR201 when the name is taken; both places are shown."""
        if name in table:
            related = (Related(where, "first"),) if where is not None else ()
            self.findings.add("FR201", place, *related, name=name)
            return False
        return True

    def citations(self, line: ast.Line) -> tuple[tuple[Citation, ...], tuple[str, ...]]:
        """The line's own clauses and assumptions. FR205 an undeclared document, FR206 a statement its register does not have."""
        clauses: list[Citation] = []
        reasons: list[str] = []
        for cite in line.cites:
            if isinstance(cite, ast.Assumption):
                reasons.append(cite.reason)
                if not cite.reason.strip():
                    self.findings.add("FR208", cite.span)
                continue
            clause = self.clause(cite.document, cite.item, cite.span)
            if clause is not None:
                clauses.append(clause)
        return tuple(clauses), tuple(reasons)

    def clause(self, document: str, item: str, place: Span) -> Citation | None:
        """A cited clause, or None with its finding."""
        declared = self.documents.get(document)
        if declared is None:
            guess = nearest(document, self.documents)
            hint, hint_en = hints(guess)
            self.findings.add("FR205", place, document=document, hint=hint, hint_en=hint_en)
            return None
        register, where = declared
        known = self.statements.get(register)
        if known is not None and item not in known:
            self.findings.add("FR206", place, Related(where, "declared"), document=document, item=item)
        return Citation(document, item, register)

    def line(self, node: ast.Line, path: str, above: RuleLine | None = None, *, own: bool = False) -> RuleLine:
        """Register a rule line. `own` lines set a number or a condition and must carry a citation themselves (FR207)."""
        clauses, reasons = self.citations(node)
        inherited = not clauses and not reasons
        if inherited and own:
            self.findings.add("FR207", node.span)
        if inherited and above is not None:
            clauses, reasons = above.clauses, above.assumptions
        identity = f"{node.span.label}:{node.span.line}"
        text = " ".join(node.span.text.split())
        rule = RuleLine(identity, text, path, self.authority, clauses, reasons, inherited, node.span)
        self.lines[identity] = rule
        for child in node.children:
            if isinstance(child, ast.Words) and child.kind == "quote":
                self.quote(child, rule)
        return rule

    def datum(self, node: ast.DataLine, path: str) -> DataRule:
        """Register a line of data. FR270: a duty nobody has, unless the line assumes why."""
        line = self.line(node, path, own=True)
        if node.kind == "duty" and not node.by and line.clauses and not line.assumptions:
            self.findings.add("FR270", node.span)
        return DataRule(node.kind, node.text, node.by, line.id)

    def quote(self, node: ast.Words, above: RuleLine) -> None:
        """Note a 原文 line; the document is the line's own citation, or the one above it. FR209 when there is none."""
        clauses, _ = self.citations(node)
        clauses = clauses or above.clauses
        if not clauses:
            self.findings.add("FR209", node.span)
            return
        rule = self.line(node, above.path, above)
        self.quotations.append(Quotation(node.text, clauses[0].register, rule.id, node.span))

    def judged(
        self, name: str, node: ast.Line, kind: k.Judged, low: Fraction, high: Fraction, subjects: tuple[str, ...]
    ) -> FactSpec:
        """Declare the fact a judged indicator asks: named as the indicator, the range its bounds (FR201 if the name is taken)."""
        existing = self.facts.get(name)
        if existing is not None and existing.declared != node.span:
            self.declare(name, node.span, self.facts, existing.declared)
        spec = FactSpec(name, kind, subjects, low, high, declared=node.span)
        self.facts[name] = spec
        self.used.add(name)
        return spec

    def number_range(self, kind: k.Kind, written: ast.Range | None) -> tuple[Fraction | None, Fraction | None]:
        """The range of a fact or field in base units: the written one, or the kind's default; None for kinds without numbers."""
        if not (k.is_number(kind) or isinstance(kind, k.Records)):
            if written is not None:
                self.findings.add("FR212", written.span)
            return None, None
        if written is None:
            return k.default_range(kind)
        low, high = constant(self.findings, written.low, kind), constant(self.findings, written.high, kind)
        if low is None or high is None:
            return k.default_range(kind)
        if low > high:
            self.findings.add("FR213", written.span)
            return k.default_range(kind)
        return low, high
