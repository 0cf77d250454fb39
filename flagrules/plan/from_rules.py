"""Rule set and date to plan: blocks become sums with their caps and floors, titles become outcomes, tiers become money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from flagrules.plan.nodes import (
    GRANTED,
    NOT_ENTERED,
    REFUSED,
    Decide,
    Entry,
    ParameterInForce,
    PaymentPlan,
    Plan,
    Role,
    TierPlan,
    TitlePlan,
)
from flagrules.semantics import expr as e
from flagrules.semantics.ruleset import Block, ParameterRule, RuleSet, Term, TierRule, TitleRule, VetoRule

_ONE = Fraction(1)


class PlanMaker:
    """Lowers one rule set; `decisions` grows in evaluation order."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.decisions: list[Decide] = []

    def _add(self, decision: Decide) -> None:
        self.decisions.append(decision)

    # ── blocks ──
    def block(self, block: Block, owner: str, parent: str) -> None:
        """Decisions of a block: first those below it, then its weight where it may drop out, then its points."""
        for child in block.children:
            self.block(child, owner, block.path)
        terms = [self._term(term, index, block, owner) for index, term in enumerate(block.terms)]
        if self._may_drop(block):
            self._add(self._weight(block, owner, parent))
        raw = self._sum(block, terms)
        entries = [*self._overrides(block), *self._bounds(block, raw), Entry(None, block.line, raw, "score")]
        role: Role = "score" if block.kind == "title" else "group" if block.children else "item"
        self._add(Decide(f"{block.path}/score", block.line, role, tuple(entries), block.name, block.whole, owner, parent))

    def _term(self, term: Term, index: int, block: Block, owner: str) -> str:
        slot = f"{block.path}/term{index + 1}"
        entries = tuple(Entry(row.guard, row.line, row.points, "score") for row in term.rows)
        guarded = self._guarded(block, entries)
        self._add(Decide(slot, term.line, "term", guarded, "", None, owner, f"{block.path}"))
        return slot

    def _guarded(self, block: Block, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """A term of an indicator that may not apply is not scored then, so its facts are never read as numbers."""
        policy = block.not_applicable
        if policy is None:
            return entries
        return (Entry(policy.guard, policy.line, e.ZERO, "not_applicable"), *entries)

    def _rescales(self, block: Block) -> bool:
        return block.not_applicable is not None and block.not_applicable.policy == "rescale"

    def _may_drop(self, block: Block) -> bool:
        """Whether the block's weight can be less than its whole: it drops out itself, or everything in it does."""
        if block.kind in ("bonus", "penalty", "title"):
            return False
        parts = [child for child in block.children if child.kind in ("group", "indicator")]
        return self._rescales(block) or (bool(parts) and all(self._may_drop(part) for part in parts))

    def _weight(self, block: Block, owner: str, parent: str) -> Decide:
        whole = e.Const(block.whole or Fraction(0))
        entries: list[Entry] = []
        if self._rescales(block) and block.not_applicable is not None:
            entries.append(Entry(block.not_applicable.guard, block.not_applicable.line, e.ZERO, "not_applicable"))
        parts = [child for child in block.children if child.kind in ("group", "indicator")]
        if parts and all(self._may_drop(part) for part in parts):
            left = e.Sum(tuple(e.SlotRef(f"{part.path}/weight") for part in parts))
            entries.append(Entry(e.Compare("=", left, e.ZERO), block.line, e.ZERO, "not_applicable"))
        entries.append(Entry(None, block.line, whole, "score"))
        return Decide(f"{block.path}/weight", block.line, "weight", tuple(entries), block.name, block.whole, owner, parent)

    def _sum(self, block: Block, terms: list[str]) -> e.Expr:
        """Parts, terms and priced vetoes added up; an indicator whose terms all deduct begins at its whole."""
        parts: list[e.Expr] = []
        if block.children:
            parts.append(self._scaled(block))
            parts += [e.SlotRef(f"{child.path}/score") for child in block.children if child.kind in ("bonus", "penalty")]
        else:
            earns = any(term.role == "earn" for term in block.terms)
            if not earns and block.kind == "indicator" and not block.gaps:
                parts.append(e.Const(block.whole or Fraction(0)))
            parts += [e.SlotRef(slot) for slot in terms]
            high = block.whole or Fraction(0)
            parts += [e.Unsayable(gap.name, e.ZERO.value, high) for gap in block.gaps]  # type: ignore[arg-type]  # ZERO is a Fraction
        parts += [
            e.SlotRef(self._price(block, index))
            for index, veto in enumerate(block.vetoes)
            if veto.scope == "points"
        ]
        return parts[0] if len(parts) == 1 else e.Sum(tuple(parts))

    def _price(self, block: Block, index: int) -> str:
        """The decision of a veto priced in points."""
        veto = block.vetoes[index]
        slot = f"{block.path}/veto{index + 1}"
        if all(decision.slot != slot for decision in self.decisions):
            owner = block.path.split("/", 1)[0]
            entries = (
                Entry(veto.guard, veto.line, e.Const(-(veto.points or Fraction(0))), "veto"),
                Entry(None, veto.line, e.ZERO, "score"),
            )
            self._add(Decide(slot, veto.line, "term", entries, "", None, owner, block.path))
        return slot

    def _scaled(self, block: Block) -> e.Expr:
        """The parts' points; scaled up to the whole where some part may have dropped out (折算)."""
        parts = [child for child in block.children if child.kind in ("group", "indicator")]
        points = e.Sum(tuple(e.SlotRef(f"{part.path}/score") for part in parts))
        dropping = [part for part in parts if self._may_drop(part)]
        if not dropping:
            return points
        fixed = sum((part.whole or Fraction(0) for part in parts if part not in dropping), Fraction(0))
        left = e.Sum((e.Const(fixed), *(e.SlotRef(f"{part.path}/weight") for part in dropping)))
        # With nothing left to scale the points are 0 too; the larger of weight and a positive number keeps the divisor from zero.
        least = min([part.whole or _ONE for part in parts])
        return e.Quotient(e.Product(points, e.Const(block.whole or Fraction(0))), e.Extreme(True, (left, e.Const(least))))  # noqa: FBT003

    def _overrides(self, block: Block) -> list[Entry]:
        """Entries before any points: vetoes of this item, and its not-applicable policy."""
        entries = [Entry(veto.guard, veto.line, e.ZERO, "veto") for veto in block.vetoes if veto.scope == "item"]
        policy = block.not_applicable
        if policy is not None:
            value = {"full": block.whole or Fraction(0), "award": policy.points or Fraction(0)}.get(policy.policy, Fraction(0))
            entries.append(Entry(policy.guard, policy.line, e.Const(value), "not_applicable"))
        return entries

    def _bounds(self, block: Block, raw: e.Expr) -> list[Entry]:
        """Entries for the floor and cap: what 扣完为止, 限扣, 保底, 封顶 and a bonus's or penalty's own limit say."""
        entries: list[Entry] = []
        floors = [(term.line, Fraction(0)) for term in block.terms if term.floor == "zero" and block.kind == "indicator"]
        whole = block.whole
        if block.kind == "penalty" and whole is not None:
            floors.append((block.line, -whole))
        for limit in block.limits:
            if limit.kind == "floor":
                floors.append((limit.line, limit.points))
            elif limit.kind == "loss_cap" and whole is not None:
                floors.append((limit.line, whole - limit.points))
        if floors:
            line, floor = max(floors, key=lambda pair: pair[1])
            entries.append(Entry(e.Compare("<", raw, e.Const(floor)), line, e.Const(floor), "floor"))
        caps = [(limit.line, limit.points) for limit in block.limits if limit.kind == "cap"]
        if block.kind == "bonus" and whole is not None:
            caps.append((block.line, whole))
        if caps:
            line, cap = min(caps, key=lambda pair: pair[1])
            entries.append(Entry(e.Compare(">", raw, e.Const(cap)), line, e.Const(cap), "cap"))
        return entries

    # ── titles ──
    def title(self, title: TitleRule) -> TitlePlan:
        """The outcome of a title; the bodies of all titles are decided by then, since a veto of one may deny another."""
        path = title.path
        entries = [Entry(e.Not(gate.guard), gate.line, e.Const(NOT_ENTERED), "entry") for gate in title.entries]
        vetoes = [*self.rules.vetoes, *self._title_vetoes(title)]
        entries += [Entry(veto.guard, veto.line, e.Const(REFUSED), "veto") for veto in vetoes]
        for block in title.body.blocks():
            entries += [Entry(e.Not(gate.guard), gate.line, e.Const(REFUSED), "prerequisite") for gate in block.prerequisites]
        entries += [Entry(e.Not(gate.guard), gate.line, e.Const(REFUSED), "grant") for gate in title.grants_when]
        last = title.grants_when[-1].line if title.grants_when else title.body.line
        entries.append(Entry(None, last, e.Const(GRANTED), "grant"))
        slot = f"{path}/outcome"
        self._add(Decide(slot, title.body.line, "outcome", tuple(entries), title.name, None, path, ""))
        return TitlePlan(path, title.name, title.subjects, f"{path}/score", slot, title.body.whole or Fraction(0))

    def _title_vetoes(self, title: TitleRule) -> list[VetoRule]:
        own = [veto for block in title.body.blocks() for veto in block.vetoes if veto.scope in ("title", "all")]
        others = [
            veto
            for other in self.rules.titles
            if other is not title and set(other.subjects) & set(title.subjects)
            for block in other.body.blocks()
            for veto in block.vetoes
            if veto.scope == "all"
        ]
        return [*own, *others]

    # ── tiers ──
    def tier(self, tier: TierRule) -> TierPlan:
        """Decisions of a tier: whether it is reached, and what it pays unless a higher tier pays instead."""
        slot = tier_slot(tier)
        reached = (Entry(tier.guard, tier.line, e.Const(True), "tier"), Entry(None, tier.line, e.Const(False), "tier"))  # noqa: FBT003
        self._add(Decide(slot, tier.line, "tier", reached, tier.name, None, slot, ""))
        return TierPlan(
            tier.name, tier.subjects, slot, tier.line, tuple((s.payer, f"{slot}/{s.payer}") for s in tier.subsidies)
        )

    def subsidies(self, tier: TierRule) -> None:
        """The money of a tier; all tiers are decided by then."""
        slot = tier_slot(tier)
        for subsidy in tier.subsidies:
            entries = [Entry(e.Not(_reached(slot)), tier.line, e.ZERO, "tier")]
            for higher in self.rules.tiers:
                line = next((line for name, line in higher.excludes if name == tier.name), None)
                pays = any(other.payer == subsidy.payer for other in higher.subsidies)
                if line is not None and pays and set(higher.subjects) & set(tier.subjects):
                    entries.append(Entry(_reached(tier_slot(higher)), line, e.ZERO, "higher"))
            entries.append(Entry(None, subsidy.line, subsidy.amount, "money"))
            self._add(
                Decide(f"{slot}/{subsidy.payer}", subsidy.line, "subsidy", tuple(entries), tier.name, None, slot, "")
            )


    def payments(self) -> tuple[PaymentPlan, ...]:
        """What each payer pays in all. Tiers that replace one another are one decision list, so that an open tier never counts twice."""
        found: list[PaymentPlan] = []
        for subject in self.rules.subjects:
            tiers = [tier for tier in self.rules.tiers if subject in tier.subjects]
            for payer in dict.fromkeys(subsidy.payer for tier in tiers for subsidy in tier.subsidies):
                payment = PaymentPlan(payer, subject, f"{subject}/{payer}/payment")
                paying = [tier for tier in tiers if any(subsidy.payer == payer for subsidy in tier.subsidies)]
                entries = tuple(self._payment(paying, payer))
                self._add(Decide(payment.slot, entries[-1].line, "subsidy", entries, payer, None, payment.slot, ""))
                found.append(payment)
        return tuple(found)

    def _payment(self, tiers: list[TierRule], payer: str) -> Iterator[Entry]:
        ladder = sorted(tiers, key=lambda tier: -sum(name in {t.name for t in tiers} for name, _ in tier.excludes))
        replaced = [{name for name, _ in tier.excludes} for tier in ladder]
        chained = all({lower.name for lower in ladder[i + 1 :]} <= replaced[i] for i in range(len(ladder)))
        if not chained:
            yield Entry(None, tiers[0].line, e.Sum(tuple(e.SlotRef(f"{tier_slot(tier)}/{payer}") for tier in tiers)), "money")
            return
        for tier in ladder:
            subsidy = next(subsidy for subsidy in tier.subsidies if subsidy.payer == payer)
            yield Entry(_reached(tier_slot(tier)), subsidy.line, subsidy.amount, "money")
        yield Entry(None, ladder[-1].line, e.ZERO, "tier")


def tier_slot(tier: TierRule) -> str:
    """The slot that holds whether a tier is reached."""
    return f"{tier.name}({'、'.join(tier.subjects)})/tier"


def _reached(slot: str) -> e.Expr:
    return e.Same(e.SlotRef(slot), e.Const(True))  # noqa: FBT003


def parameter_on(rule: ParameterRule, on: date) -> ParameterInForce:
    """The value in force on a day, or the parameter unset."""
    for value in rule.values:
        after = value.first_year is None or value.first_year <= on.year
        before = value.last_year is None or on.year <= value.last_year
        if after and before:
            return ParameterInForce(rule.name, rule.kind, value.value, value.line, rule.low, rule.high)
    return ParameterInForce(rule.name, rule.kind, None, rule.line, rule.low, rule.high)


def plan_of(rules: RuleSet, on: date) -> Plan:
    """The plan of a rule set on a day of assessment."""
    maker = PlanMaker(rules)
    for title in rules.titles:
        maker.block(title.body, title.path, "")
    titles = tuple(maker.title(title) for title in rules.titles)
    tiers = tuple(maker.tier(tier) for tier in rules.tiers)
    for tier in rules.tiers:
        maker.subsidies(tier)
    payments = maker.payments()
    parameters = {name: parameter_on(rule, on) for name, rule in rules.parameters.items()}
    return Plan(rules, on, tuple(maker.decisions), titles, tiers, payments, parameters, {spec.name: spec for spec in rules.facts})
