"""Plan nodes. One statement, `Decide`: the first entry whose guard holds gives the slot its value, and its line is the trace.

Sums, caps, floors, exemptions, gates and outcomes are all entries; expressions are those of `semantics.expr`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal

from flagrules.facts.schema import FactSpec
from flagrules.model.kinds import Kind
from flagrules.semantics.expr import Expr, slots_read
from flagrules.semantics.ruleset import RuleLine, RuleSet
from flagrules.text.source import Span

Role = Literal["term", "item", "weight", "group", "score", "outcome", "tier", "subsidy", "value", "grade", "decision", "measure"]
GRANTED, REFUSED, NOT_ENTERED = "granted", "refused", "not_entered"
WITHDRAWN, DEMOTED, KEPT, EXPIRED, NOTHING = "withdrawn", "demoted", "kept", "expired", "none"
BARRED = "barred"
OUTCOMES = (GRANTED, REFUSED, NOT_ENTERED)


@dataclass(frozen=True)
class Entry:
    """One row of a decision: the guard (None always holds), the rule line that decides, the value.

    `why` names the part the line plays: score, cap, floor, not_applicable, veto, barred (a veto of earlier this year),
    prerequisite, cannot_say, entry, grant, tier, money, higher.
    """

    guard: Expr | None
    line: str
    value: Expr
    why: str


@dataclass(frozen=True)
class Decide:
    """A decision: its slot (a path), the rule line that stands for it as a whole, its role and its entries, the last without guard.

    `whole` is the full mark where there is one; `owner` the title or tier it belongs to; `name` what people call it.
    """

    slot: str
    line: str
    role: Role
    entries: tuple[Entry, ...]
    name: str = ""
    whole: Fraction | None = None
    owner: str = ""
    parent: str = ""

    @cached_property
    def reads(self) -> frozenset[str]:
        """The earlier decisions it reads itself."""
        exprs = (expr for entry in self.entries for expr in (entry.guard, entry.value) if expr is not None)
        return frozenset(slot for expr in exprs for slot in slots_read(expr))


@dataclass(frozen=True)
class TitlePlan:
    """A title in the plan: path, name, subjects, and the slots that hold its score and outcome.

    `whole` is None where the title is not scored, only granted or not; its score slot is then 0 and never shown.
    `grade` and `decision` are slots where the title has grades, or is decided over time; `months` is how long a decision holds.
    `bar` is the slot of whether this year is lost (barred, none), where a veto holds for a year.
    """

    path: str
    name: str
    subjects: tuple[str, ...]
    score: str
    outcome: str
    whole: Fraction | None
    grade: str = ""
    decision: str = ""
    months: int | None = None
    bar: str = ""


@dataclass(frozen=True)
class TierPlan:
    """A tier in the plan: its slot, and the subsidy slots by payer."""

    name: str
    subjects: tuple[str, ...]
    slot: str
    line: str
    subsidies: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PaymentPlan:
    """What one payer pays a unit of one kind over all tiers: the slot that holds it."""

    payer: str
    subject: str
    slot: str


@dataclass(frozen=True)
class PlanLoop(Exception):
    """Decisions that wait for one another: the lines of the loop, a county's first, and where they stand."""

    lines: tuple[str, ...]
    places: tuple[Span, ...] = ()


@dataclass(frozen=True)
class ParameterInForce:
    """A parameter on the date of assessment; `value` None when unset, then `low`..`high` is all that is known."""

    name: str
    kind: Kind
    value: Fraction | bool | str | None
    line: str
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Plan:
    """What an engine runs: decisions in an order where each reads only earlier ones.

    `measures` are the slots figures over units look at, with the kinds of unit they are of; `stages` is the pass in which each
    decision is made: pass 0 needs no other unit, each later one what other units decided in the passes before.
    `slots` gives each decision by its slot; `facts` the facts that are read, by name.
    """

    rules: RuleSet
    on: date
    decisions: tuple[Decide, ...]
    titles: tuple[TitlePlan, ...]
    tiers: tuple[TierPlan, ...]
    payments: tuple[PaymentPlan, ...]
    parameters: Mapping[str, ParameterInForce]
    facts: Mapping[str, FactSpec]
    measures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stages: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_slots", {decision.slot: decision for decision in self.decisions})

    @property
    def last_stage(self) -> int:
        """The last pass: 0 when no decision looks at other units."""
        return max(self.stages.values(), default=0)

    @property
    def measured(self) -> frozenset[str]:
        """Kinds of unit something is measured of."""
        return frozenset(kind for kinds in self.measures.values() for kind in kinds)

    @property
    def slots(self) -> Mapping[str, Decide]:
        """Decisions by slot."""
        return self._slots  # type: ignore[attr-defined, no-any-return]  # set once in __post_init__ of a frozen class

    @property
    def lines(self) -> Mapping[str, RuleLine]:
        """Rule lines by id."""
        return self.rules.lines

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the decisions as text: two equal digests decide alike."""
        return hashlib.sha256(repr((self.on.isoformat(), self.decisions, sorted(self.parameters.items()))).encode()).hexdigest()

    def leading_to(self, slots: Iterable[str]) -> tuple[Decide, ...]:
        """Some decisions and all they rest on in the unit itself, in order."""
        wanted = set(slots)
        for decision in reversed(self.decisions):
            wanted |= decision.reads if decision.slot in wanted else frozenset()
        return tuple(decision for decision in self.decisions if decision.slot in wanted)

    def for_subject(self, kind: str) -> tuple[Decide, ...]:
        """The decisions that concern units of a kind, in order."""
        owners = {title.path for title in self.titles if kind in title.subjects}
        owners |= {tier.slot for tier in self.tiers if kind in tier.subjects}
        owners |= {slot for slot, kinds in self.measures.items() if kind in kinds}
        owners |= {payment.slot for payment in self.payments if payment.subject == kind}
        return tuple(decision for decision in self.decisions if decision.owner in owners)
