"""What the tests of programmes share: a sample read and assessed, one fact changed at a time, and commands with what they said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Self

from flagrules.award.assess import Assessment, UnitResult, assess
from flagrules.engine.values import Num
from flagrules.explain.story import tell
from flagrules.explain.text import to_text
from flagrules.facts.table import Cell, Entry, FactTable, Register, State
from flagrules.pipeline import Compiled, open_programme
from flagrules.plugin.host import load_plugins
from flagrules.text.findings import Findings

Said = Callable[..., tuple[int, str]]


def compiled_alone(programme: str) -> Compiled:
    """A programme with no county."""
    findings = Findings()
    pack = load_plugins(findings).programme(programme)
    assert pack is not None
    return open_programme(pack, findings).compile(None, None, findings)


def given(folder: Path) -> list[str]:
    """The fact files of a folder as words of a command."""
    return [word for path in sorted(folder.glob("*.csv")) for word in ("--facts", str(path))]


def change(path: Path, old: str, new: str) -> None:
    """Replace what stands once in a file."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), "utf-8")


def known(value: Fraction | int | bool | str) -> Cell:  # noqa: FBT001  a fact's value
    """A cell with a value."""
    return Cell(State.KNOWN, value if isinstance(value, bool | str) else Fraction(value))


def exactly(value: str | Fraction | int) -> Num:
    """A number that is known."""
    return Num(Fraction(value), Fraction(value))


@dataclass(frozen=True)
class Sampled:
    """A sample's register and facts, the day, and the plans they are assessed by ("" is the programme's own)."""

    plans: Mapping[str, Compiled]
    register: Register
    table: FactTable
    on: date

    def entered(self, name: str, entries: Mapping[str, Entry]) -> Self:
        """The same with some entries of one unit replaced."""
        key = next(unit.id for unit in self.register.units.values() if unit.name == name), str(self.on.year)
        merged = {**self.table.entries[key], **entries}
        return replace(self, table=replace(self.table, entries={**self.table.entries, key: merged}))

    def known(self, name: str, **values: Fraction | int | bool | str) -> Self:
        """The same with some facts of one unit known to be other than they are."""
        return self.entered(name, {fact: known(value) for fact, value in values.items()})

    @cached_property
    def assessed(self) -> Assessment:
        """Everything assessed on the day."""
        return assess({place: item.plan for place, item in self.plans.items()}, self.register, self.table, self.on)

    def unit(self, name: str) -> UnitResult:
        """One unit's results."""
        return next(item for item in self.assessed.units if item.unit.name == name)

    def explained(self, name: str, title: str = "") -> str:
        """The story of one of a unit's titles, or of its first."""
        unit = self.unit(name)
        path = next(item.path for item in unit.titles if title in ("", item.name))
        return to_text(tell(self.assessed, unit, path), "zh")
