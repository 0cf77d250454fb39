"""Each bundled county compiled once over its city, its sample read and assessed, and one unit's points worked out from a few facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path

import pytest

from flagrules.award.assess import Assessment, assess
from flagrules.award.quotas import QuotaResult, quotas
from flagrules.engine.reference import run_plan
from flagrules.engine.values import Num
from flagrules.facts.read import read_facts
from flagrules.facts.table import Cell, Entry, FactTable, Parts, Register, Row, Rows, State
from flagrules.pipeline import Compiled, open_programme
from flagrules.plugin.host import load_plugins
from flagrules.text.findings import Findings
from flagrules.text.source import CellPlace

ON = date(2021, 12, 1)
COUNTIES = Path(__file__).parents[2] / "counties"
ABSENT = Cell(State.NOT_APPLICABLE)
LAST = "上年 "  # before the name of a fact: its value of the period before


@dataclass(frozen=True)
class Missing:
    """A checklist of which the first `count` parts are not there."""

    count: int


@dataclass(frozen=True)
class Talks:
    """A list of that many events; none of them is a nil return."""

    count: int


@dataclass(frozen=True)
class County:
    """A county's rules with the findings of compiling them, and the city's own rules."""

    id: str
    code: str
    compiled: Compiled
    base: Compiled
    findings: Findings

    @property
    def sample(self) -> Path:
        """The folder of its sample."""
        return COUNTIES / self.id / f"flagrules_county_{self.id}" / "sample"

    @cached_property
    def read(self) -> tuple[Register, FactTable, Findings]:
        """Its sample, read."""
        return read_facts(sorted(self.sample.glob("*.csv")), self.compiled.schema, "2021", "2020")

    def assess(self, table: FactTable | None = None) -> Assessment:
        """Its sample assessed, or the same places with other facts."""
        register, own, _ = self.read
        return assess({"": self.base.plan, self.code: self.compiled.plan}, register, table or own, ON)

    @cached_property
    def assessed(self) -> Assessment:
        """Its sample assessed, once."""
        return self.assess()

    def quota(self, subject: str, tier: str, assessment: Assessment | None = None) -> QuotaResult:
        """The one quota of that kind and tier that concerns the county."""
        found = [item for item in quotas(assessment or self.assessed) if (item.rule.subject, item.rule.tier) == (subject, tier)]
        assert len(found) == 1
        return found[0]

    def points(self, item: str, facts: Mapping[str, object]) -> Num:
        """The points of an indicator, or of a title by its path, for a unit of which only these facts are known."""
        path = next(b.path for t in self.compiled.rules.titles for b in t.body.blocks() if item in (b.item, b.path))
        kind = path[path.index("(") + 1 : path.index(")")]
        entries = {(name.removeprefix(LAST), int(LAST in name)): value for name, value in facts.items()}
        known = {(name, back): self._entry(name, value) for (name, back), value in entries.items()}
        steps = run_plan(self.compiled.plan, kind, lambda name, back: known.get((name, back)))
        value = next(step.value for step in steps if step.slot == f"{path}/score")
        assert isinstance(value, Num)
        return value

    def _entry(self, name: str, value: object) -> Entry:
        spec = self.compiled.schema.fact(name)
        assert spec is not None, name
        match value:
            case Cell():
                return value
            case Missing(count):
                parts = self.compiled.plan.facts[name].kind.parts  # type: ignore[union-attr]  # the case is for checklists
                return Parts({part: Cell(State.KNOWN, i >= count) for i, part in enumerate(parts)})
            case Talks(count):
                return Rows(tuple(Row({}, CellPlace("", "", i, "")) for i in range(count)), filed=True)
            case bool() | str():
                return Cell(State.KNOWN, value)
            case int() | Fraction():
                return Cell(State.KNOWN, Fraction(value))
            case _:
                raise TypeError(name)


@lru_cache
def county(name: str, *, settings: bool = False) -> County:
    """A bundled county by its id, with its sample settings where asked."""
    findings = Findings()
    loaded = load_plugins(findings)
    city = loaded.programme("yuncheng")
    pack = next(item for item in loaded.refinements if item.id == name)
    assert city is not None
    pack = pack.with_sample_settings() if settings else pack
    programme = open_programme(city, findings)
    base = programme.compile(None, ON, Findings())
    return County(name, pack.code, programme.compile(pack, ON, findings), base, findings)


@pytest.fixture(scope="session")
def hejin() -> County:
    """Hejin, 140882."""
    return county("hejin")


@pytest.fixture(scope="session")
def yanhu() -> County:
    """Yanhu, 140802, with its sample settings."""
    return county("yanhu", settings=True)
