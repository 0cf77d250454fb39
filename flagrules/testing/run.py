"""Cases run against compiled rules: each expectation met, or a finding with the rule lines that decided otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from flagrules.engine.values import FALSE, TRUE, Num, Opts
from flagrules.facts.words import fold
from flagrules.pipeline import Compiled, Programme
from flagrules.plan.nodes import Plan
from flagrules.plugin.packs import Pack, RefinementPack
from flagrules.testing.cover import Branch, Coverage, coverage, reached_by
from flagrules.testing.deciding import deciding_lines
from flagrules.testing.expect import Expectation, ExpectReader
from flagrules.testing.others import read_given, run_given
from flagrules.testing.read import Case, read_cases
from flagrules.testing.words import DECIDED, NO_GRADE, OUTCOMES, REACHED, Words, hints, listed, money_text, points_text
from flagrules.text.findings import Finding, Findings, Related, finding
from flagrules.text.source import FilePlace
from flagrules.trace.steps import Step

CompileOn = Callable[[date | None, bool], Compiled]
FAILURES = ("FR951", "FR952")
_SHOWN = 3


@dataclass(frozen=True)
class CaseResult:
    """A case that ran or could not be read: its findings, and the branches it reached."""

    case: Case
    findings: tuple[Finding, ...]
    reached: frozenset[Branch] = field(default=frozenset(), repr=False)

    @property
    def passed(self) -> bool:
        """Whether everything expected came out."""
        return not any(item.is_error for item in self.findings)


@dataclass(frozen=True)
class Report:
    """The cases of one pack and which branches of its rule lines they reached."""

    pack: str
    cases: tuple[CaseResult, ...]
    coverage: Coverage

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(case.passed for case in self.cases)

    @property
    def failed(self) -> int:
        """How many did not."""
        return len(self.cases) - self.passed


def compiler(programme: Programme, county: RefinementPack | None) -> CompileOn:
    """Compiles a programme, or a county's refinement of it, once for each day, without and with the county's sample settings.

    Raises `Stopped` on errors in the rules.
    """
    switched_on = county.with_sample_settings() if county is not None else None
    return cache(lambda on, settings: programme.compile(switched_on if settings else county, on, Findings()))


def run_cases(compile_on: CompileOn, pack: Pack, findings: Findings) -> Report:
    """Run every case of a pack's tests; faults and failures go to `findings`. Raises `Stopped` on errors in the rules."""
    results: list[CaseResult] = []
    for resource in pack.tests:
        results += [run_one(case, pack, compile_on) for case in read_cases(resource, findings)]
    for result in results:
        findings.extend(result.findings)
    if not results and not findings.errors:
        findings.add("FR925", FilePlace(f"{pack.id}/tests"))
    asked = dict.fromkeys((result.case.on, result.case.settings is not None) for result in results)
    plans = [compile_on(day, settings).plan for day, settings in asked]
    reached = [branch for result in results for branch in result.reached]
    return Report(pack.id, tuple(results), coverage(plans, reached, getattr(pack, "code", "")))


def run_one(case: Case, pack: Pack, compile_on: CompileOn) -> CaseResult:
    """Run one case of a pack by the rules it asks for; FR932 where it asks for sample settings and the pack brings none."""
    if case.settings is not None and not pack.sample_settings:
        return CaseResult(case, (finding("FR932", case.settings, pack=pack.id),))
    return run_case(case, compile_on(case.on, case.settings is not None))


def run_case(case: Case, compiled: Compiled) -> CaseResult:
    """Run one case. A case with a fault of its own (unknown fact, wrong unit …) is not run: its findings say why."""
    findings, plan = Findings(), compiled.plan
    if case.programme is not None and fold(case.programme.text) != compiled.rules.programme:
        findings.add("FR906", case.programme.span, got=case.programme.text, right=compiled.rules.programme)
    subject = fold(case.subject.text)
    subjects = compiled.rules.subjects
    if subject not in subjects:
        findings.add("FR907", case.subject.span, got=case.subject.text, known=listed(subjects), **hints(subject, subjects))
        return CaseResult(case, tuple(findings))
    given = read_given(case, compiled, subject, findings)
    expected = ExpectReader(plan, subject, findings).read(case.expect)
    if findings.errors:
        return CaseResult(case, tuple(findings))
    result = run_given(case, given, compiled, subject)
    for item in expected:
        _check(case, item, plan, result.steps, findings)
    return CaseResult(case, tuple(findings), reached_by(plan, result.steps.values()))


def _check(case: Case, item: Expectation, plan: Plan, steps: Mapping[str, Step], findings: Findings) -> None:
    decided = deciding_lines(plan, steps, item.slot)
    related = [Related(plan.lines[line].span, "rule") for line in decided[:_SHOWN]]
    if isinstance(item.want, frozenset):
        if item.want.isdisjoint(decided):
            got = "；".join(plan.lines[line].text for line in decided)
            findings.add("FR952", item.place, *related, case=case.name, what=item.name, want=item.written, got=got)
        return
    result = _result(item, steps)
    if result != item.want:
        want, want_en = _said(item.kind, item.want)
        got, got_en = _said(item.kind, result)
        words = {"want": want, "want_en": want_en, "got": got, "got_en": got_en}
        findings.add("FR951", item.place, *related, edit=None, case=case.name, what=item.name, **words)


def _result(item: Expectation, steps: Mapping[str, Step]) -> Num | str:
    """What came out: a number, or the word of an outcome."""
    value = steps[item.slot].value
    if isinstance(value, Num):
        return value
    if item.kind == "grade":
        return _grade(value)
    if item.kind == "tier":
        return "reached" if value == TRUE else "not_reached" if value == FALSE else "undetermined"
    return str(next(iter(value.options))) if isinstance(value, Opts) and value.exact else "undetermined"


def _grade(value: object) -> str:
    """The label a title carries, 无 for none."""
    if not isinstance(value, Opts) or not value.exact:
        return "undetermined"
    return str(next(iter(value.options))) or NO_GRADE[0]


def _said(kind: str, value: Num | str) -> tuple[str, str]:
    """A result in Chinese and in English."""
    if isinstance(value, Num):
        text = money_text(value) if kind == "money" else points_text(value)
        return text, text
    if kind == "grade":
        return OUTCOMES.get(value, (value, value))
    words: Words = REACHED if kind == "tier" else DECIDED if kind == "decision" else OUTCOMES
    return words[value]
