"""The resolved rule set of a programme, or of a programme as one county refines it; frozen, nothing evaluated yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from flagrules.facts.schema import FactSpec
from flagrules.model.kinds import Kind
from flagrules.model.numbers import RoundingMode
from flagrules.semantics.expr import Expr, periods_read
from flagrules.text.source import Span


@dataclass(frozen=True)
class Citation:
    """A clause of a document: `document` is its short name in the rules, `register` the id of its register of statements."""

    document: str
    item: str
    register: str

    def __str__(self) -> str:
        return f"{self.document} {self.item}"


@dataclass(frozen=True)
class RuleLine:
    """A rule line's identity and words.

    `id` is `file:line`; `authority` is "" for the programme, else the refining county's code; `clauses` and `assumptions` are the
    line's own citations, or those it inherits when it has none (`inherited`).
    """

    id: str
    text: str
    path: str
    authority: str
    clauses: tuple[Citation, ...]
    assumptions: tuple[str, ...]
    inherited: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True)
class Row:
    """One entry of an ordered decision list: the first row whose guard holds decides. No guard always holds.

    `why` is "cap" where the row only stops the points of the next one, else "score".
    """

    guard: Expr | None
    line: str
    points: Expr
    why: Literal["score", "cap"] = "score"


@dataclass(frozen=True)
class Term:
    """A scoring term as a decision list. `role`: earn (得, from nothing), lose (扣, from the whole), gain (加, on top).

    `floor` is what a deduction says of going below zero: "zero" (扣完为止), "none" (不设下限), "capped" (最多扣), "" for other terms.
    `judged` names the fact of a judged term.
    """

    line: str
    role: Literal["earn", "lose", "gain"]
    rows: tuple[Row, ...]
    floor: Literal["zero", "none", "capped", ""] = ""
    judged: str = ""


@dataclass(frozen=True)
class NotApplicablePolicy:
    """What an indicator gives when it does not apply: rescale, full, drop_item, award with points, or group_mean.

    A group mean is the mean of the score rates of the group's other indicators that apply, times the full mark, rounded to `keep`
    (None: exact); `points` is then what it gives where none of them applies.
    """

    guard: Expr
    line: str
    policy: Literal["rescale", "full", "drop_item", "award", "group_mean"]
    points: Fraction | None = None
    keep: tuple[int, RoundingMode] | None = None


@dataclass(frozen=True)
class Limit:
    """封顶 cap, 保底 floor, 限扣 loss_cap of a block."""

    kind: Literal["cap", "floor", "loss_cap"]
    points: Fraction
    line: str


@dataclass(frozen=True)
class Gate:
    """A condition with its line: prerequisite, entry, or grant."""

    guard: Expr
    line: str


@dataclass(frozen=True)
class VetoRule:
    """一票否决. `scope`: title, year (this title, until the year of the day ends), all (every title of the unit), item (this block
    scores nothing), points (a price)."""

    guard: Expr
    line: str
    scope: Literal["title", "year", "all", "item", "points"]
    points: Fraction | None = None


@dataclass(frozen=True)
class Gap:
    """不能表达: a demand of the document no rule line says; it taints what depends on it."""

    name: str
    line: str
    text: str
    reason: str


@dataclass(frozen=True)
class Grant:
    """One delegated power. `low`/`high` bound 设定; `items`/`each` limit 增设 in number and points. None: not limited."""

    power: Literal["split", "quantify", "set", "tighten", "add"]
    line: str
    clauses: tuple[Citation, ...]
    low: Fraction | None = None
    high: Fraction | None = None
    items: int | None = None
    each: Fraction | None = None


@dataclass(frozen=True)
class NamedValue:
    """中间值: a value other lines refer to by name; it is a step of its own in the trace. `kind` None: a bare number."""

    name: str
    slot: str
    value: Expr
    line: str
    kind: Kind | None = None


@dataclass(frozen=True)
class Block:
    """A title's body, a group, an indicator, a bonus or a penalty: anything that has points and lines under it.

    `whole` is its full mark (None: an uncapped bonus). Blocks with children have no terms of their own.
    """

    kind: Literal["title", "group", "indicator", "bonus", "penalty"]
    path: str
    item: str
    name: str
    line: str
    whole: Fraction | None
    children: tuple[Block, ...] = ()
    terms: tuple[Term, ...] = ()
    limits: tuple[Limit, ...] = ()
    prerequisites: tuple[Gate, ...] = ()
    vetoes: tuple[VetoRule, ...] = ()
    not_applicable: NotApplicablePolicy | None = None
    gaps: tuple[Gap, ...] = ()
    grants: tuple[Grant, ...] = ()
    named: tuple[NamedValue, ...] = ()
    take: Literal["sum", "highest", "lowest"] = "sum"
    exempt: NotApplicablePolicy | None = None

    def blocks(self) -> Iterator[Block]:
        """This block and all below it, outermost first."""
        yield self
        for child in self.children:
            yield from child.blocks()


@dataclass(frozen=True)
class Validity:
    """How long a title holds from the day it is decided: `months`, and the line that says so."""

    months: int
    line: str


@dataclass(frozen=True)
class TitleRule:
    """A title: who may hold it, its body, who enters, and what grants it."""

    name: str
    subjects: tuple[str, ...]
    body: Block
    entries: tuple[Gate, ...]
    grants_when: tuple[Gate, ...]
    grades: tuple[tuple[str, Gate], ...] = ()
    validity: Validity | None = None
    withdrawals: tuple[Gate, ...] = ()
    demotions: tuple[Gate, ...] = ()

    @property
    def decided(self) -> bool:
        """Whether the title is decided over time: it expires, or can be withdrawn or lowered."""
        return self.validity is not None or bool(self.withdrawals or self.demotions)

    @property
    def path(self) -> str:
        """Identity of the title: name and subjects, since two titles may share a name."""
        return self.body.path


@dataclass(frozen=True)
class ParameterValue:
    """A value from one year to another (None: open), in the base unit."""

    value: Fraction | bool | str
    line: str
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True)
class ParameterRule:
    """A parameter; without a value in force it is unset, and what depends on it open within `low` to `high`, what it may be set to."""

    name: str
    kind: Kind
    line: str
    values: tuple[ParameterValue, ...]
    grants: tuple[Grant, ...]
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class SubsidyRule:
    """Money a tier brings: who pays, how much (in 元)."""

    payer: str
    amount: Expr
    line: str


@dataclass(frozen=True)
class TierRule:
    """A tier of titles.

    `excludes` are the tiers of which, with this one, only the higher amount is paid (就高不重复), with the line that says so;
    `stacks` those it is declared to add to.
    """

    name: str
    subjects: tuple[str, ...]
    guard: Expr
    line: str
    subsidies: tuple[SubsidyRule, ...]
    excludes: tuple[tuple[str, str], ...]
    stacks: tuple[tuple[str, str], ...]
    entitlements: tuple[str, ...]


@dataclass(frozen=True)
class QuotaRule:
    """A floor or ceiling over the units of a place: it judges the place, never a unit."""

    subject: str
    tier: str
    per: str
    share: bool
    bounds: tuple[tuple[str, Expr], ...]
    only: tuple[str, ...]
    except_: tuple[str, ...]
    line: str


@dataclass(frozen=True)
class StepRule:
    """A step of the procedure: its number, last month and day (day None: end of month), least working or calendar days."""

    item: str
    name: str
    line: str
    month: int | None
    day: int | None
    least: Fraction | None
    least_unit: str
    by: str


@dataclass(frozen=True)
class DataRule:
    """A line of data the auditor sees: duty, entitlement, sanction, discrepancy (`by` is then the ruling)."""

    kind: str
    text: str
    by: str
    line: str


@dataclass(frozen=True)
class DocumentRule:
    """A document the rules cite."""

    name: str
    title: str
    register: str
    line: str


@dataclass(frozen=True)
class Quotation:
    """原文: words said to stand in the cited document."""

    text: str
    register: str
    line: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True)
class Authority:
    """A county whose refinement took part: `in_force` is false when its instrument does not cover the date of assessment."""

    code: str
    name: str
    line: str
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Measure:
    """A value each unit of some kinds has, for figures over units: its slot, its expression, the line that asks for it."""

    slot: str
    subjects: tuple[str, ...]
    value: Expr
    line: str


@dataclass(frozen=True)
class RuleSet:
    """Everything a programme (with at most one refinement) says."""

    programme: str
    version: str
    line: str
    heading: str
    first: date | None
    last: date | None
    noun: str
    counter: str
    documents: Mapping[str, DocumentRule]
    subjects: tuple[str, ...]
    places: tuple[str, ...]
    facts: tuple[FactSpec, ...]
    parameters: Mapping[str, ParameterRule]
    titles: tuple[TitleRule, ...]
    tiers: tuple[TierRule, ...]
    quotas: tuple[QuotaRule, ...]
    steps: tuple[StepRule, ...]
    data: tuple[DataRule, ...]
    vetoes: tuple[VetoRule, ...]
    gaps: tuple[Gap, ...]
    quotations: tuple[Quotation, ...]
    lines: Mapping[str, RuleLine]
    authority: Authority | None = None
    measures: tuple[Measure, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over every rule line's place, words and authority, the facts asked and the days in force.

        Two equal digests mean the same rules.
        """
        text = "\n".join(f"{line.id}\t{line.authority}\t{line.text}" for _, line in sorted(self.lines.items()))
        facts = "\n".join(sorted(map(repr, self.facts)))
        dates = f"{self.first} {self.last} {self.authority}"
        return hashlib.sha256(f"{self.programme}\t{self.version}\t{dates}\n{text}\n{facts}".encode()).hexdigest()

    @property
    def periods(self) -> int:
        """How many periods the rules look at, the one assessed included."""
        backs = [back for part in self.expressions() for _, back in periods_read(part)]
        return max(backs, default=0) + 1

    def expressions(self) -> Iterator[Expr]:
        """Every condition and value of the titles and tiers."""
        for title in self.titles:
            yield from (gate.guard for gate in (*title.entries, *title.grants_when, *title.withdrawals, *title.demotions))
            yield from (gate.guard for _, gate in title.grades)
            for block in title.body.blocks():
                yield from (value.value for value in block.named)
                yield from (gate.guard for gate in block.prerequisites)
                yield from (veto.guard for veto in block.vetoes)
                yield from (part for term in block.terms for row in term.rows for part in (row.guard, row.points) if part is not None)
        yield from (measure.value for measure in self.measures)
        for tier in self.tiers:
            yield tier.guard
            yield from (subsidy.amount for subsidy in tier.subsidies)

    def unsaid(self) -> Iterator[Gap]:
        """Every 不能表达 line: of the programme, then of each title and what stands below it."""
        yield from self.gaps
        yield from (gap for title in self.titles for block in title.body.blocks() for gap in block.gaps)

    def indicators(self) -> Iterator[tuple[TitleRule, Block]]:
        """Every block below a title that is not a group, with its title."""
        for title in self.titles:
            for block in title.body.blocks():
                if block.kind in ("indicator", "bonus", "penalty"):
                    yield title, block
