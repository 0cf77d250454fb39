"""Yuncheng's programme compiled once, and a small city made by hand to assess with it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from flagrules.award.assess import Assessment, assess
from flagrules.facts.table import Cell, Entry, FactTable, Judgement, Register, State, Unit
from flagrules.pipeline import Compiled, open_programme
from flagrules.plugin.host import load_plugins
from flagrules.text.findings import Findings

ON = date(2021, 12, 1)
YANHU, WANRONG = "140802", "140822"


@pytest.fixture(scope="session")
def compiled() -> Compiled:
    """The city's own rules on 1 December 2021."""
    findings = Findings()
    pack = load_plugins(findings).programme("yuncheng")
    assert pack is not None
    return open_programme(pack, findings).compile(None, ON, findings)


def known(value: Fraction | bool) -> Cell:  # noqa: FBT001  a fact's value
    """A cell with a value."""
    return Cell(State.KNOWN, value)


class City:
    """Two counties; `add` gives a unit whose first `flags` flags have their full marks and whose others have nothing."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        counties = (Unit(YANHU, "盐湖区", "县"), Unit(WANRONG, "万荣县", "县"))
        self.units = {county.id: county for county in counties}
        self.facts: dict[tuple[str, str], dict[str, Entry]] = {}

    def add(self, kind: str, county: str, flags: int, *, listed: bool = True, **marks: Fraction) -> str:
        """A unit with that many full flags; `marks` are single indicators' points instead."""
        key = f"{county}-{len(self.units)}"
        self.units[key] = Unit(key, key, kind, county)
        entries: dict[str, Entry] = {"列入创建名单": known(listed)}
        titles = [title for title in self.compiled.rules.titles if kind in title.subjects]
        for place, title in enumerate(titles):
            for block in title.body.children:
                full = block.whole if place < flags else Fraction(0)
                assert full is not None
                entries[block.name] = Judgement(known(marks.get(block.name, full)))
        self.facts[key, "2021"] = entries
        return key

    def assess(self) -> Assessment:
        """All of them, by the city's rules."""
        return assess({"": self.compiled.plan}, Register(self.units), FactTable("2021", "2020", self.facts), ON)


@pytest.fixture
def city(compiled: Compiled) -> City:
    """An empty city of two counties."""
    return City(compiled)
