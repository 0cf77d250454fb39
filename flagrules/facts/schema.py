"""What a programme asks: one `FactSpec` a fact, one `Schema` a programme. Rules make it; readers obey it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from flagrules.model.kinds import Kind
from flagrules.text.source import Span


@dataclass(frozen=True)
class Acceptance:
    """When a fact counts: only where the fact named here has one of these values; else it is unknown."""

    fact: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class FactSpec:
    """One declared fact.

    `subjects` are the kinds of unit it is asked of; `low` and `high` bound it, in the base unit of `kind` (None where the kind
    has no numbers); `nullable` allows the written word 不适用; `alias` is its English name, also accepted as a column header.
    For a list of events or people the bounds count rows.
    """

    name: str
    kind: Kind
    subjects: tuple[str, ...]
    low: Fraction | None = None
    high: Fraction | None = None
    nullable: bool = False
    question: str = ""
    evidence: str = ""
    alias: str = ""
    declared: Span | None = field(default=None, compare=False, repr=False)
    accepted: Acceptance | None = None


@dataclass(frozen=True)
class Schema:
    """All facts of a programme and its refinements, in the order declared; `places` are the kinds of unit that hold others;
    `periods` is how many periods the rules look at, the one assessed and the one before it included;
    `titles` are the names a table of earlier decisions may use."""

    programme: str
    subjects: tuple[str, ...]
    places: tuple[str, ...]
    facts: tuple[FactSpec, ...]
    digest: str
    periods: int = 2
    titles: tuple[str, ...] = ()

    def fact(self, name: str) -> FactSpec | None:
        """The fact of that name or English alias, or None."""
        return next((spec for spec in self.facts if name in (spec.name, spec.alias)), None)
