"""The chain: read → parse → resolve → refine → plan → analyse, each stage stopping the run when it found errors."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flagrules.documents.register import DocumentRegister, load_register, refuse_duplicates
from flagrules.engine.analyse import analyse
from flagrules.engine.values import Num
from flagrules.facts.schema import Schema
from flagrules.plan.from_rules import plan_of
from flagrules.plan.nodes import Plan, PlanLoop
from flagrules.plan.order import together
from flagrules.plugin.packs import Pack, ProgrammePack, RefinementPack, source_of
from flagrules.refine.merge import Obligation, refine
from flagrules.semantics.declarations import in_force
from flagrules.semantics.programme import resolve
from flagrules.semantics.ruleset import RuleSet
from flagrules.semantics.scope import Scope
from flagrules.syntax import ast
from flagrules.syntax.aliases import Aliases, aliases_of
from flagrules.syntax.parser import declared_names, parse
from flagrules.text.findings import Findings, Related


@dataclass(frozen=True)
class Compiled:
    """A programme, or a programme as one county refines it, ready to run on one day."""

    rules: RuleSet
    plan: Plan
    schema: Schema
    ranges: dict[str, Num]
    obligations: tuple[Obligation, ...]
    registers: tuple[DocumentRegister, ...]


def parse_pack(pack: Pack, findings: Findings, known: frozenset[str] = frozenset()) -> tuple[ast.RuleFile, ...]:
    """The rule files of a pack."""
    sources = [source_of(resource) for resource in pack.rules]
    names = known.union(*(declared_names(source) for source in sources))
    return tuple(parse(source, findings, names) for source in sources)


def registers_of(packs: Sequence[Pack], findings: Findings) -> tuple[DocumentRegister, ...]:
    """The registers of statements of several packs."""
    found = [load_register(resource, findings) for pack in packs for resource in pack.registers]
    registers = tuple(register for register in found if register is not None)
    refuse_duplicates(registers, findings)
    return registers


def schema_of(rules: RuleSet) -> Schema:
    """What a rule set asks."""
    digest = hashlib.sha256(repr(rules.facts).encode()).hexdigest()
    titles = tuple(dict.fromkeys(title.name for title in rules.titles))
    return Schema(rules.programme, rules.subjects, rules.places, rules.facts, digest, max(rules.periods, 2), titles)


def union_schema(schemas: Sequence[Schema]) -> Schema:
    """Everything several rule sets of one programme ask; of facts with one name the first is kept."""
    facts = {spec.name: spec for schema in reversed(schemas) for spec in schema.facts}
    ordered = tuple(facts[name] for name in dict.fromkeys(spec.name for schema in schemas for spec in schema.facts))
    digest = schemas[0].digest if len(schemas) == 1 else hashlib.sha256("".join(s.digest for s in schemas).encode()).hexdigest()
    first, periods = schemas[0], max(schema.periods for schema in schemas)
    return Schema(first.programme, first.subjects, first.places, ordered, digest, periods, first.titles)


@dataclass(frozen=True)
class Programme:
    """A programme's own files parsed and resolved once, for as many counties as refine it."""

    pack: ProgrammePack
    rules: RuleSet
    scope: Scope
    names: frozenset[str]
    aliases: Aliases

    def compile(self, county: RefinementPack | None, on: date | None, findings: Findings) -> Compiled:
        """The plan of the programme on a day, refined by a county if there is one; raises `Stopped` at the first stage with errors.

        Without a day it is the first on which programme and county are both in force."""
        packs: list[Pack] = [self.pack, *([county] if county is not None else [])]
        registers = registers_of(packs, findings)
        findings.stop()
        files = parse_pack(county, findings, self.names) if county is not None else ()
        files = aliases_of(files, findings, self.aliases).read(files)
        findings.stop()
        day = on or first_day(self.rules, files)
        self._check_in_force(day, findings)
        try:
            rules, obligations = self._refined(county, files, registers, day, findings)
            plan = plan_of(rules, day)
        except PlanLoop as loop:
            _waiting(loop, findings)
            raise
        ranges = analyse(plan, findings)
        _tell_unset(rules, plan, day, findings)
        findings.stop()
        return Compiled(rules, plan, schema_of(rules), ranges, obligations, registers)

    def _refined(
        self,
        county: RefinementPack | None,
        files: Sequence[ast.RuleFile],
        registers: Sequence[DocumentRegister],
        day: date,
        findings: Findings,
    ) -> tuple[RuleSet, tuple[Obligation, ...]]:
        """The rules as the county refines them, and what its lines had to keep to; the programme's own without a county."""
        if county is None:
            return self.rules, ()
        scope = self.scope.under("")
        scope.findings, scope.statements = findings, statements_of(registers)
        refined = refine(self.rules, scope, files, county.code, day, findings)
        findings.stop()
        assert refined is not None
        return refined.rules, refined.obligations

    def _check_in_force(self, day: date, findings: Findings) -> None:
        """FR316: a programme is never run on a day it does not cover; an older version is not looked for."""
        first, last = self.rules.first, self.rules.last
        if (first is not None and day < first) or (last is not None and day > last):
            head = self.rules.lines[self.rules.line]
            findings.add("FR316", head.span, on=day, from_to=f"{first or '…'} ~ {last or '…'}")
            findings.stop()


def _tell_unset(rules: RuleSet, plan: Plan, day: date, findings: Findings) -> None:
    """FR315: each parameter without a value; the options of a table that are left out, in one finding."""
    unset: dict[str, list[str]] = {}
    for name, parameter in plan.parameters.items():
        if parameter.value is None:
            unset.setdefault(parameter.line, []).append(name)
    who = rules.authority.name if rules.authority is not None else rules.programme
    zh, en = (f"在{day}", f" on {day}") if day != date.min else ("", "")  # no day was given, and the rules have none
    for line, names in unset.items():
        table = names[0].partition("［")[0]
        options = "、".join(name.removeprefix(table).strip("［］") for name in names)
        said = names[0] if len(names) == 1 else f"{table}［{options}］"
        findings.add("FR315", plan.lines[line].span, name=said, on=zh, on_en=en, who=who)


def first_day(rules: RuleSet, files: Sequence[ast.RuleFile]) -> date:
    """The first day on which a programme and the county whose files these are are both in force; the clock is never read."""
    heads = [line for file in files for line in file.lines if isinstance(line, ast.Refinement)]
    days = [rules.first, *(in_force(head)[0] for head in heads)]
    return max((day for day in days if day is not None), default=date.min)


def statements_of(registers: Sequence[DocumentRegister]) -> dict[str, frozenset[str]]:
    """Ids of the statements each register has."""
    return {register.id: frozenset(statement.id for statement in register.statements) for register in registers}


def _waiting(loop: PlanLoop, findings: Findings) -> None:
    findings.add("FR323", loop.places[0], *(Related(place, "other") for place in loop.places[1:]))
    findings.stop()


def check_together(compiled: Mapping[str, Compiled], findings: Findings) -> None:
    """Stops with FR323 where what units of two places decide by their own rules waits for one another."""
    try:
        together({place: item.plan for place, item in compiled.items()})
    except PlanLoop as loop:
        _waiting(loop, findings)


def open_programme(pack: ProgrammePack, findings: Findings) -> Programme:
    """Parse and resolve a programme; raises `Stopped` at the first stage with errors."""
    registers = registers_of([pack], findings)
    findings.stop()
    files = parse_pack(pack, findings)
    aliases = aliases_of(files, findings)
    findings.stop()
    resolved = resolve(aliases.read(files), statements_of(registers), findings)
    findings.stop()
    assert resolved is not None
    rules, scope = resolved
    return Programme(pack, rules, scope, frozenset(scope.facts) | frozenset(scope.parameters), aliases)
