"""What can be proved of a programme before any fact is known: ranges, full marks, lines that grant, lines that nothing can reach.

Each obligation is a claim with one of three answers. A claim that something can happen is proved by facts that make it happen,
replayed through the interpreter; that it never happens by exact search or by the solver. Nothing is proved by default.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from flagrules.engine.inputs import leaves
from flagrules.engine.values import Num, Val
from flagrules.plan.nodes import Decide, Entry, Plan
from flagrules.refine.proof import named
from flagrules.refine.search import Answer, Lists, Search
from flagrules.refine.smt import MILLISECONDS
from flagrules.refine.solve import ask
from flagrules.semantics import expr as e

Claim = Literal[
    "range", "within", "within_loss", "full", "full_never", "spent", "spent_never",
    "grant", "grant_never", "grant_always", "used", "used_never", "limit", "limit_never",
]  # fmt: skip
_LIMITS = ("cap", "floor")
_ROLES = ("term", "item", "group", "score", "outcome", "grade", "tier")


@dataclass(frozen=True)
class Proof:
    """One obligation: the rule line, what it is about, the claim and the answer to it.

    `entry` is the place of the line's entry in its decision; `part` counts the entries of one line from 1, 0 where it has one alone.
    `facts` and `rows` are the counterexample, or of a claim that something can happen the facts that make it happen.
    """

    line: str
    about: str
    claim: Claim
    answer: Literal["proved", "counterexample", "not_decided"]
    by: Literal["exact", "z3"] = "exact"
    facts: tuple[tuple[str, Val], ...] = ()
    rows: Lists = ()
    low: Fraction | None = None
    high: Fraction | None = None
    entry: int | None = None
    part: int = 0


@dataclass
class Prover:
    """Asks each question once, also when several counties share the lines it is about."""

    milliseconds: int = MILLISECONDS
    asked: dict[str, Answer] = field(default_factory=dict)

    def ask(self, plan: Plan, goal: e.Expr) -> Answer:
        """Whether the goal can come true."""
        search = Search(plan, goal)
        set_to = {leaf.name: plan.parameters[leaf.name] for leaf in leaves(search.decisions) if isinstance(leaf, e.ParamRef)}
        key = repr((goal, search.decisions, search.space.box, set_to))
        if key not in self.asked:
            self.asked[key] = ask(search, milliseconds=self.milliseconds)
        return self.asked[key]

    def prove(self, plan: Plan, ranges: dict[str, Num]) -> Iterator[Proof]:
        """Every obligation of a plan, in the order of its decisions; `ranges` are those `analyse` gives."""
        for decision in plan.decisions:
            if decision.role in ("item", "group", "score") and decision.slot in ranges:
                yield from self._points(plan, decision, ranges[decision.slot])
            if decision.role == "outcome":
                yield from self._grants(plan, decision)
            if decision.role in _ROLES:
                yield from self._entries(plan, decision)

    # ── points ──
    def _points(self, plan: Plan, decision: Decide, span: Num) -> Iterator[Proof]:
        if decision.whole is None:
            yield Proof(decision.line, decision.slot, "range", "proved", low=span.low, high=span.high)
            return
        score, whole = e.SlotRef(decision.slot), decision.whole
        penalty = _is_penalty(plan, decision)
        lowest, highest = (-whole, Fraction(0)) if penalty else (Fraction(0), whole)
        outside = e.Some((e.Compare(">", score, e.Const(highest)), e.Compare("<", score, e.Const(lowest))))
        answer = self.ask(plan, outside)
        if answer.found == "never":  # what never passes a mark lies within it, however far its parts could add up
            span = Num(max(span.low, lowest), min(span.high, highest))
        yield Proof(decision.line, decision.slot, "range", "proved", low=span.low, high=span.high)
        if penalty:
            yield self._can(plan, decision, e.Compare("<=", score, e.Const(lowest)), "spent", "spent_never")
        elif whole > 0:
            yield self._can(plan, decision, e.Compare(">=", score, e.Const(whole)), "full", "full_never")
        status: Literal["proved", "counterexample", "not_decided"] = (
            "proved" if answer.found == "never" else "counterexample" if answer.found == "found" else "not_decided"
        )
        within: Claim = "within_loss" if penalty else "within"
        yield _made(decision.line, decision.slot, within, status, answer, low=lowest, high=whole)

    def _can(self, plan: Plan, decision: Decide, goal: e.Expr, can: Claim, never: Claim, line: str = "") -> Proof:
        """A claim that something can happen, or that it never does."""
        answer = self.ask(plan, goal)
        claim = never if answer.found == "never" else can
        status: Literal["proved", "not_decided"] = "not_decided" if answer.found == "not_decided" else "proved"
        return _made(line or decision.line, decision.slot, claim, status, answer, high=decision.whole)

    # ── lines ──
    def _grants(self, plan: Plan, decision: Decide) -> Iterator[Proof]:
        """A line that grants can be reached; one that every unit meets says nothing."""
        for entry in decision.entries:
            if entry.why == "grant" and isinstance(entry.guard, e.Not):
                reached = self._can(plan, decision, entry.guard.arg, "grant", "grant_never", entry.line)
                missed = self.ask(plan, entry.guard)
                yield reached
                if missed.found == "never":
                    yield _made(entry.line, decision.slot, "grant_always", "proved", missed)

    def _entries(self, plan: Plan, decision: Decide) -> Iterator[Proof]:
        """Each line of a decision can be the one that decides: a band that is reached, a condition that can hold, a cap that bites."""
        before: list[e.Expr] = []
        lines = [entry.line for entry in decision.entries]
        for index, entry in enumerate(decision.entries):
            if _told_elsewhere(decision, entry):
                before += [e.Not(entry.guard)] if entry.guard is not None else []
                continue
            goal = e.Every((*before, *((entry.guard,) if entry.guard is not None else ())))
            limit = entry.why in _LIMITS
            claims: tuple[Claim, Claim] = ("limit", "limit_never") if limit else ("used", "used_never")
            part = lines[: index + 1].count(entry.line) if lines.count(entry.line) > 1 else 0
            yield replace(self._can(plan, decision, goal, *claims, entry.line), entry=index, part=part)
            before += [e.Not(entry.guard)] if entry.guard is not None else []


def _is_penalty(plan: Plan, decision: Decide) -> bool:
    """Whether a decision gives the points of a 扣分项: its full mark is the most it takes."""
    path = decision.slot.removesuffix("/score")
    return any(block.kind == "penalty" and block.path == path for title in plan.rules.titles for block in title.body.blocks())


def _told_elsewhere(decision: Decide, entry: Entry) -> bool:
    """Lines that stand for the whole decision, and those another decision tells of."""
    last = entry.guard is None and (decision.role != "term" or len(decision.entries) == 1)
    return last or entry.why == "grant" or (decision.role == "term" and entry.why == "not_applicable")


def _made(
    line: str, about: str, claim: Claim, status: Literal["proved", "counterexample", "not_decided"], answer: Answer,
    low: Fraction | None = None, high: Fraction | None = None,
) -> Proof:  # fmt: skip
    facts = named(dict(answer.facts)) if answer.found == "found" else ()
    return Proof(line, about, claim, status, answer.by, facts, answer.rows, low, high)
