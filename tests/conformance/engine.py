"""What an engine is to the conformance suite: it finds faults in rule texts and assesses units, and hands back plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, Protocol

Interval = tuple[Fraction, Fraction]
Plain = str | Mapping[str, str] | tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Rules:
    """Rule texts as an author writes them: the programme's files by name, a county's text, the statements of registers, the day."""

    files: tuple[tuple[str, str], ...]
    county: str = ""
    registers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    on: str = "2021-12-01"


@dataclass(frozen=True)
class Unit:
    """A unit or place with its facts as written; `before` are the periods before, nearest first; `held` earlier decisions."""

    id: str
    kind: str
    inside: str = ""
    facts: Mapping[str, Plain] = field(default_factory=dict)
    before: tuple[Mapping[str, Plain], ...] = ()
    held: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Found:
    """A finding: code, where (file, line, column; 0 of a whole file), and error, warning or note."""

    code: str
    file: str
    line: int = 0
    column: int = 0
    severity: str = "error"


@dataclass(frozen=True)
class Title:
    """A title of a unit: points, the outcomes that are possible, the labels it may carry, what may be decided
    today of a title that lasts (granted, kept, demoted, withdrawn, expired, none), the rule lines that decided the outcome."""

    score: Interval
    outcomes: frozenset[str]
    grades: frozenset[str] = frozenset()
    decisions: frozenset[str] = frozenset()
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What came out for a unit: titles by name, points and deciding lines by number, tiers, money in 元 by payer, named values."""

    titles: Mapping[str, Title]
    items: Mapping[str, Interval]
    lines: Mapping[str, tuple[str, ...]]
    tiers: Mapping[str, str]
    money: Mapping[str, Interval]
    values: Mapping[str, Interval | None]


@dataclass(frozen=True)
class Quota:
    """A quota in one place ("" is all): its tier, how many units reach it of how many, and whether it is met."""

    place: str
    tier: str
    reached: Interval
    total: int
    status: str


@dataclass(frozen=True)
class Outcome:
    """Results by unit, quotas in order, and what of a plan was used (node names), where the engine can say."""

    units: Mapping[str, Result]
    quotas: tuple[Quota, ...] = ()
    used: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Gap:
    """A case an engine does not pass: `notimpl` not yet, `never` by design. The case must fail until the gap is struck off."""

    kind: Literal["notimpl", "never"]
    reason: str


class Engine(Protocol):
    """Anything that runs the language. `gaps` are declared by case id or topic."""

    name: str
    gaps: Mapping[str, Gap]

    def check(self, rules: Rules) -> tuple[Found, ...]:
        """Every finding of the texts, of every severity."""
        ...

    def assess(self, rules: Rules, units: tuple[Unit, ...]) -> Outcome:
        """Every unit assessed, all of them together."""
        ...
