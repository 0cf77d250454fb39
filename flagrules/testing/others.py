"""A case about several units: the other units (同场), where each lies (所在), and earlier decisions (从前)."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import date

from flagrules.award.assess import UnitResult, assess, assess_unit
from flagrules.facts.table import Entry, FactTable, PastDecision, Register, Unit
from flagrules.facts.words import DECISIONS, fold
from flagrules.pipeline import Compiled
from flagrules.testing.given import FactReader
from flagrules.testing.read import Case, day_of, fields
from flagrules.testing.words import OTHER, PAST, THIS_UNIT, hints, listed
from flagrules.text.findings import Findings, Related
from flagrules.text.safe_yaml import Mapping, Node, Scalar
from flagrules.text.source import CellPlace

_OWN = "case"


@dataclass(frozen=True)
class Given:
    """What a case gives: facts of its unit by periods back, the units around it with theirs, and its earlier decisions.

    `units` is empty where the case is about one unit alone, `past` None where it says nothing of earlier decisions.
    """

    facts: tuple[Table[str, Entry], ...]
    units: tuple[Unit, ...] = ()
    others: Table[str, Table[str, Entry]] | None = None
    past: tuple[PastDecision, ...] | None = None

    def fact(self, name: str, back: int) -> Entry | None:
        """A fact of the case's own unit."""
        return self.facts[back].get(name) if back < len(self.facts) else None


def read_given(case: Case, compiled: Compiled, subject: str, findings: Findings) -> Given:
    """What a case gives, with a finding for each fault (FR903 on: shape; FR907 on: names; FR930 a holder, FR931 a decision)."""
    reader = FactReader(compiled.schema, subject, findings)
    facts = tuple(reader.read(node) for node in (case.facts, case.previous, *case.earlier))
    units, others = _units(case, compiled, subject, findings)
    past = tuple(item for node in case.past for item in _past(node, case, compiled, subject, findings)) if case.past is not None else None
    return Given(facts, units, others, past)


def run_given(case: Case, given: Given, compiled: Compiled, subject: str) -> UnitResult:
    """The result of the case's unit: among the units given, or alone, other units and earlier decisions being unknown then."""
    plan, authority = compiled.plan, getattr(compiled.plan.rules.authority, "code", "")
    if not given.units and given.past is None:
        return assess_unit(plan, Unit(_OWN, case.name, subject), authority, given.fact)
    units = given.units or (Unit(_OWN, case.name, subject),)
    periods = tuple(str(back) for back in range(max(len(given.facts), 2)))
    entries = {(_OWN, periods[back]): facts for back, facts in enumerate(given.facts)}
    entries |= {(unit_id, periods[0]): facts for unit_id, facts in (given.others or {}).items()}
    decisions = {_OWN: tuple(sorted(given.past, key=lambda item: item.decided_on))} if given.past is not None else None
    table = FactTable(periods[0], periods[1], entries, earlier=periods[2:], decisions=decisions)
    found = assess({"": plan}, Register({unit.id: unit for unit in units}), table, plan.on)
    result = found.unit(_OWN)
    assert result is not None
    return result


# ── other units ──
def _units(
    case: Case, compiled: Compiled, subject: str, findings: Findings
) -> tuple[tuple[Unit, ...], dict[str, Table[str, Entry]]]:
    """Every unit of the case with its own first, and the facts of the others; none where only one unit is meant."""
    if case.others is None:
        if case.holder is not None:
            findings.add("FR902", case.holder.span, where="写了“所在”的用例", where_en="a case with 'in'", key="同场", key_en="others")
        return (), {}
    first: dict[str, Scalar] = {}
    facts: dict[str, Table[str, Entry]] = {}
    rows = [(_OWN, subject, case.holder)]
    for node in case.others:
        if (found := _other(node, compiled, findings)) is None:
            continue
        name, kind, holder, entries = found
        if name.text in first:
            findings.add("FR924", name.span, Related(first[name.text].span, "first"), name=name.text)
        first[name.text], facts[name.text] = name, entries
        rows.append((name.text, kind, holder))
    for _, _, holder in rows:
        if holder is not None and holder.text not in (*first, *THIS_UNIT):
            known = (*first, THIS_UNIT[0])
            findings.add("FR930", holder.span, got=holder.text, known=listed(known), **hints(holder.text, known))
    return tuple(Unit(key, key, kind, _holder(holder)) for key, kind, holder in rows), facts


def _holder(written: Scalar | None) -> str:
    """The id of the unit another lies in: 本单元 is the case's own."""
    return "" if written is None else _OWN if written.text in THIS_UNIT else written.text


def _other(node: Node, compiled: Compiled, findings: Findings) -> tuple[Scalar, str, Scalar | None, Table[str, Entry]] | None:
    """One other unit: its name, kind, holder and facts."""
    if not isinstance(node, Mapping):
        example = "同场: [{名: 乙, 单元: …, 事实: {…}}]"
        findings.add("FR903", node.span, key="同场", want="名、单元和事实", want_en="a name, a unit and facts", example=example)
        return None
    found = fields(node, OTHER, ("同场的单元", "another unit"), node.span, findings)
    name, kind = found.need("name", Scalar), found.need("subject", Scalar)
    holder, written = found.take("holder", Scalar), found.take("facts", Mapping)
    if name is None or kind is None:
        return None
    subject, kinds = fold(kind.text), (*compiled.rules.subjects, *compiled.rules.places)
    if subject not in kinds:
        findings.add("FR907", kind.span, got=kind.text, known=listed(kinds), **hints(subject, kinds))
        return None
    return name, subject, holder, FactReader(compiled.schema, subject, findings).read(written)


# ── earlier decisions ──
def _past(node: Node, case: Case, compiled: Compiled, subject: str, findings: Findings) -> tuple[PastDecision, ...]:
    """One earlier decision, or none where it is at fault."""
    if not isinstance(node, Mapping):
        example = "从前: [{称号: 平安, 决定: 授予, 决定日期: 2020-12-01, 有效至: 2023-11-30}]"
        want, want_en = "称号、决定和决定日期", "a title, a decision and its day"
        findings.add("FR903", node.span, key="从前", want=want, want_en=want_en, example=example)
        return ()
    found = fields(node, PAST, ("从前的决定", "an earlier decision"), node.span, findings)
    title, decision, day = (found.need(key, Scalar) for key in ("title", "decision", "decided_on"))
    until, grade = found.take("until", Scalar), found.take("grade", Scalar)
    titles = [item.name for item in compiled.plan.titles if subject in item.subjects]
    if title is not None and fold(title.text) not in titles:
        findings.add("FR915", title.span, got=title.text, known=listed(titles), **hints(title.text, titles))
    if decision is not None and fold(decision.text) not in DECISIONS:
        findings.add("FR931", decision.span, got=decision.text, **hints(decision.text, DECISIONS))
    decided = day_of(day, findings) if day is not None else None
    last: date | None = day_of(until, findings) if until is not None else None
    if title is None or decision is None or decided is None or fold(decision.text) not in DECISIONS:
        return ()
    place = CellPlace(case.place.label, "", node.span.line, title.text)
    label = grade.text if grade is not None else ""
    return (PastDecision(fold(title.text), DECISIONS[fold(decision.text)], decided, last, label, place),)
