"""The conformance suite run through every engine, and the proof that it covers the language: cases, findings, nodes, codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import get_args

import pytest

from flagrules.plan import nodes
from flagrules.semantics import expr as e
from flagrules.text.codes import refine, semantics, syntax
from tests.conformance.cases import FOLDER, Case, Expected, load_all
from tests.conformance.columnar import ColumnarEngine
from tests.conformance.engine import Engine, Found, Gap, Outcome, Result, Rules, Unit
from tests.conformance.reference import ReferenceEngine

ENGINES: tuple[Engine, ...] = (ReferenceEngine(), ColumnarEngine())
CASES = load_all()
USED: dict[str, frozenset[str]] = {}
"""What the reference interpreter used, by case, as the run went."""


def _missed(case: Case, engine: Engine) -> list[str]:
    """What came out otherwise than the case says, in words."""
    found, wanted = _findings(case, engine), sorted(_places(case.findings))
    wrong = [] if found == wanted else [f"findings {found}, not {wanted}"]
    if not case.units or wrong:
        return wrong
    done = engine.assess(case.rules, case.units)
    if engine.name == "reference":
        USED[case.id] = done.used
    for key, expected in case.expected.items():
        wrong += [f"{key} {text}" for text in _differences(expected, done.units.get(key))]
    return wrong + _quotas(case, done)


def _places(found: tuple[Found, ...]) -> list[tuple[str, int, str, int]]:
    return [(one.file, one.line, one.code, one.column) for one in found]


def _findings(case: Case, engine: Engine) -> list[tuple[str, int, str, int]]:
    """Errors, and what the case speaks of; of a case that is about findings alone, warnings too."""
    asked = {one.code for one in case.findings}
    heard = {"error"} if case.units else {"error", "warning"}
    return sorted(_places(tuple(one for one in engine.check(case.rules) if one.severity in heard or one.code in asked)))


def _differences(expected: Expected, result: Result | None) -> list[str]:
    if expected.nothing:
        return []
    if result is None:
        return ["has no result"]
    first = next(iter(result.titles), "")
    titles = {**result.titles, "": result.titles[first]} if first else {}
    pairs: list[tuple[str, Mapping[str, object], Mapping[str, object]]] = [
        ("points", expected.points, result.items),
        ("score", expected.scores, {name: title.score for name, title in titles.items()}),
        ("outcome", expected.outcomes, {name: title.outcomes for name, title in titles.items()}),
        ("grade", expected.grades, {name: title.grades for name, title in titles.items()}),
        ("decision", expected.decisions, {name: title.decisions for name, title in titles.items()}),
        ("tier", expected.tiers, result.tiers),
        ("money", expected.money, result.money),
        ("value", expected.values, result.values),
    ]
    wrong = [
        f"{what} {name}: {_shown(got.get(name))}, not {_shown(want)}"
        for what, wanted, got in pairs
        for name, want in wanted.items()
        if name not in got or got[name] != want
    ]
    lines = {**{name: title.because for name, title in titles.items()}, **result.lines}
    for name, texts in [*expected.lines.items(), *expected.because.items()]:
        wrong += [f"line {name}: {lines.get(name)}, not {text}" for text in texts if not any(text in line for line in lines.get(name, ()))]
    return wrong


def _shown(value: object) -> str:
    return "~".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


def _quotas(case: Case, done: Outcome) -> list[str]:
    if not case.quotas or case.quotas == done.quotas:
        return []
    return [f"quotas {done.quotas}, not {case.quotas}"]


def judge(case: Case, engine: Engine) -> None:
    """A case passes; or a declared gap fails still. Raises `AssertionError` for a miss, and for a gap that has closed."""
    gap = engine.gaps.get(case.id, engine.gaps.get(case.topic))
    if gap is None:
        assert _missed(case, engine) == []
        return
    assert gap.reason, case.id
    try:
        failed = _missed(case, engine) != []
    except NotImplementedError:
        failed = True
    assert failed, f"{case.id} passes now: strike the gap ({gap.kind}: {gap.reason})"


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case, engine: Engine) -> None:
    judge(case, engine)


# ── gaps ──
class Lame(ReferenceEngine):
    """Knows nothing of units."""

    name = "lame"

    def __init__(self, gaps: Mapping[str, Gap]) -> None:
        self.gaps = gaps

    def assess(self, rules: Rules, units: tuple[Unit, ...]) -> Outcome:
        raise NotImplementedError


def test_a_declared_gap_must_fail_and_one_that_closed_is_reported() -> None:
    valued = next(case for case in CASES if case.units)
    bare = next(case for case in CASES if case.findings and not case.units)
    judge(valued, Lame({valued.id: Gap("notimpl", "no units yet")}))
    judge(valued, Lame({valued.topic: Gap("never", "no units at all")}))
    with pytest.raises(NotImplementedError):
        judge(valued, Lame({}))
    with pytest.raises(AssertionError, match="passes now"):
        judge(bare, Lame({bare.id: Gap("notimpl", "findings")}))
    with pytest.raises(AssertionError):
        judge(valued, Lame({valued.id: Gap("notimpl", "")}))


def test_the_reference_has_no_gaps() -> None:
    assert ReferenceEngine.gaps == {}


# ── what the suite covers ──
NOT_EXPRESSIBLE: dict[str, str] = {"FR105": "a line past 10,000 characters is no data a person reads; tests/syntax has it"}
"""Codes of rule texts this form cannot bring about, each with the reason.

The other families (FR0 usage, FR5 fact files, FR6 plugins, FR7 registers, FR8 results, FR9 rule tests) are about files and folders, which
a case has none of: its facts are values already. They have their own tests.
"""


def test_there_are_enough_cases_each_with_its_own_name() -> None:
    finding = [case for case in CASES if case.findings]
    assert len(CASES) >= 400
    assert len(finding) / len(CASES) >= 0.35
    assert [name for name, count in Counter(case.id for case in CASES).items() if count > 1] == []
    assert all(case.shows for case in CASES)
    assert len(list(FOLDER.glob("*.yaml"))) >= 25


def test_every_finding_code_is_expected_twice() -> None:
    counts = Counter(code for case in CASES for code in {one.code for one in case.findings})
    wanted = [code for table in (syntax.TABLE, semantics.TABLE, refine.TABLE) for code in table]
    assert {code: counts[code] for code in wanted if counts[code] < 2 and code not in NOT_EXPRESSIBLE} == {}
    assert [code for code in NOT_EXPRESSIBLE if counts[code]] == []


def test_every_node_and_every_part_a_line_plays_is_used_by_two_cases() -> None:
    for case in CASES:  # those another worker ran
        if case.units and case.id not in USED:
            USED[case.id] = ReferenceEngine().assess(case.rules, case.units).used
    counts = Counter(name for used in USED.values() for name in used)
    wanted = {f"node:{one.__name__}" for one in get_args(e.Expr)} | {f"role:{role}" for role in get_args(nodes.Role)} | WHYS
    assert {name: counts[name] for name in wanted if counts[name] < 2} == {}
    assert {name for name in counts if name.startswith("why:")} <= WHYS


WHYS = {
    f"why:{why}"
    for why in (
        "score", "cap", "floor", "not_applicable", "exempt", "veto", "prerequisite", "cannot_say", "entry", "grant", "grade", "tier",
        "money", "higher", "withdraw", "demote", "held", "expiry", "barred",
    )
}  # fmt: skip
