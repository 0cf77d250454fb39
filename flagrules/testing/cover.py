"""Which rule lines and bands the cases reached: every entry that decides by itself, by its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from flagrules.engine.reference import run_plan
from flagrules.engine.values import number
from flagrules.plan.nodes import Decide, Plan
from flagrules.semantics import expr as e
from flagrules.semantics.ruleset import RuleLine
from flagrules.testing.deciding import is_unpriced
from flagrules.testing.words import OUTCOMES, REACHED, money_text, points_text
from flagrules.text.render import Lang
from flagrules.trace.steps import Step

_WHY = {
    "score": ("得分", "points"),
    "cap": ("封顶", "cap"),
    "floor": ("下限", "floor"),
    "not_applicable": ("不适用", "not applicable"),
    "veto": ("否决", "veto"),
    "barred": ("当年已取消资格", "barred earlier this year"),
    "prerequisite": ("前提", "prerequisite"),
    "entry": ("参评条件", "entry"),
    "grant": ("授予条件", "grant"),
    "tier": ("等次", "tier"),
    "money": ("补贴", "subsidy"),
    "higher": ("就高", "the higher tier pays"),
}


@dataclass(frozen=True)
class Branch:
    """A way a rule line may decide: the line's id, the part it plays, which of its ways this is, the value where constant."""

    line: str
    why: str
    way: int
    value: Fraction | bool | str | None

    def words(self, lang: Lang) -> str:
        """What happens on this branch, in words."""
        column = 1 if lang == "en" else 0
        said = _WHY.get(self.why, (self.why, self.why))[column]
        match self.value:
            case bool():
                return f"{said}: {REACHED['reached' if self.value else 'not_reached'][column]}"
            case Fraction():
                amount = number(self.value)
                return f"{said}: {money_text(amount) if self.why in ('money', 'higher') else points_text(amount)}"
            case str() as name if name in OUTCOMES:
                return f"{said}: {OUTCOMES[name][column]}"
            case _:
                return said


@dataclass(frozen=True)
class Coverage:
    """The branches there are, in order of line, those some case reached, and the rule lines they stand on."""

    branches: tuple[Branch, ...] = ()
    reached: frozenset[Branch] = frozenset()
    lines: Mapping[str, RuleLine] = field(default_factory=dict)

    def text(self, branch: Branch) -> str:
        """The words of a branch's rule line."""
        return self.lines[branch.line].text

    @property
    def missed(self) -> tuple[Branch, ...]:
        """The branches no case reached."""
        return tuple(branch for branch in self.branches if branch not in self.reached)

    @property
    def percent(self) -> Fraction:
        """The share of branches reached, in percent; 100 where there are none."""
        if not self.branches:
            return Fraction(100)
        return Fraction(100 * (len(self.branches) - len(self.missed)), len(self.branches))


def _branches(plan: Plan, decision: Decide) -> Iterator[tuple[int, Branch]]:
    """The entries that decide by themselves, with their index: sums, weights and payments only follow from others."""
    if decision.slot in {payment.slot for payment in plan.payments}:
        return
    seen: Counter[tuple[str, str]] = Counter()
    for index, entry in enumerate(decision.entries):
        follows = entry.why == "score" and decision.role in ("item", "group", "score")
        follows = follows or decision.role == "weight" or (decision.role == "subsidy" and entry.why == "tier")
        if follows or is_unpriced(decision, entry) or (decision.role == "term" and entry.why == "not_applicable"):
            continue
        key = (entry.line, entry.why)
        value = entry.value.value if isinstance(entry.value, e.Const) else None
        yield index, Branch(entry.line, entry.why, seen[key], value)
        seen[key] += 1


def branches_of(plan: Plan, authority: str) -> frozenset[Branch]:
    """Every branch of one authority's lines ("" for the programme's own) that some facts can reach.

    With no fact known an engine fires every entry that is possible at all.
    """
    steps = (step for subject in plan.rules.subjects for step in run_plan(plan, subject, lambda _name, _back: None))
    found = (branch for step in steps for branch in _fired(plan, step))
    return frozenset(branch for branch in found if plan.lines[branch.line].authority == authority)


def reached_by(plan: Plan, steps: Iterable[Step]) -> frozenset[Branch]:
    """The branches that surely decided on known facts: where unknown facts leave several possible, or the points open, none counts."""
    return frozenset(branch for step in steps if _surely(step) for branch in _fired(plan, step))


def _surely(step: Step) -> bool:
    known = step.value.exact or all(read.value.exact for read in step.reads if read.kind != "param")
    return known and len(step.fired) == 1


def _fired(plan: Plan, step: Step) -> Iterator[Branch]:
    return (branch for index, branch in _branches(plan, plan.slots[step.slot]) if index in step.fired)


def coverage(plans: Iterable[Plan], reached: Iterable[Branch], authority: str) -> Coverage:
    """The coverage of one authority's lines over the plans that were run."""
    branches: set[Branch] = set()
    lines: dict[str, RuleLine] = {}
    for plan in plans:
        branches |= branches_of(plan, authority)
        lines |= plan.lines
    ordered = tuple(sorted(branches, key=lambda b: (lines[b.line].span.label, lines[b.line].span.line, b.why, b.way)))
    return Coverage(ordered, frozenset(reached) & branches, lines)
