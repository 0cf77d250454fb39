"""Rule set and date to plan: blocks become sums with their caps and floors, titles become outcomes, tiers become money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import combinations, pairwise
from types import MappingProxyType

from flagrules.model.kinds import LARGE
from flagrules.plan.dated import after_outcome, barred_before
from flagrules.plan.group_mean import OWN, applies, group_mean, is_averaged
from flagrules.plan.nodes import (
    GRANTED,
    NOT_ENTERED,
    REFUSED,
    Decide,
    Entry,
    ParameterInForce,
    PaymentPlan,
    Plan,
    PlanLoop,
    Role,
    TierPlan,
    TitlePlan,
)
from flagrules.plan.order import ordered, placed, reads
from flagrules.semantics import expr as e
from flagrules.semantics.group_mean import others_in_group
from flagrules.semantics.ruleset import (
    Block,
    Gap,
    Measure,
    NamedValue,
    ParameterRule,
    RuleSet,
    SubsidyRule,
    Term,
    TierRule,
    TitleRule,
    VetoRule,
)

_ONE = Fraction(1)


class PlanMaker:
    """Lowers one rule set; `decisions` grows in evaluation order."""

    def __init__(self, rules: RuleSet, parameters: Mapping[str, ParameterInForce] = MappingProxyType({})) -> None:
        self.rules = rules
        self.parameters = parameters
        self.decisions: list[Decide] = []
        self.tiers = tuple(one for tier in rules.tiers for one in _by_kind(tier, rules.tiers))

    def _add(self, decision: Decide) -> None:
        self.decisions.append(decision)

    # ── blocks ──
    def block(self, block: Block, owner: str, parent: str) -> None:
        """Decisions of a block: first those below it, then its weight where it may drop out, then its points."""
        for value in block.named:
            given = self._named_entries(block, value)
            self._add(Decide(value.slot, value.line, "value", given, value.name, None, owner, block.path))
        for child in block.children:
            self.block(child, owner, block.path)
        terms = [self._term(term, index, block, owner) for index, term in enumerate(block.terms)]
        if self._may_drop(block):
            self._add(self._weight(block, owner, parent))
        raw = self._sum(block, terms)
        earned = [*self._bounds(block, raw), Entry(None, block.line, raw, "score")]
        entries = [*self._overrides(block), *earned]
        if any(is_averaged(other) for other in others_in_group(block, self.rules.titles)):
            if block.not_applicable is not None:
                self._add(applies(block, owner))
            if is_averaged(block):  # each may count in the other's mean: by what it earned, so that neither waits
                self._add(Decide(f"{block.path}/{OWN}", block.line, "term", (*self._set_aside(block), *earned), "", None, owner, ""))
        role: Role = "score" if block.kind == "title" else "group" if block.children else "item"
        self._add(Decide(f"{block.path}/score", block.line, role, tuple(entries), block.name, block.whole, owner, parent))

    def _named_entries(self, block: Block, value: NamedValue) -> tuple[Entry, ...]:
        """A named value; not worked out where its block does not apply, unless what says so reads named values itself."""
        entries = (Entry(None, value.line, value.value, "score"),)
        own = {other.slot for other in block.named}
        reads = e.slots_read(block.not_applicable.guard) if block.not_applicable is not None else frozenset()
        return entries if own & reads else self._guarded(block, entries)

    def _term(self, term: Term, index: int, block: Block, owner: str) -> str:
        slot = f"{block.path}/term{index + 1}"
        entries = tuple(Entry(row.guard, row.line, row.points, row.why) for row in term.rows)
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
        """Parts, terms and priced vetoes added up; an indicator that deducts and earns nothing begins at its whole.

        Where something cannot be said, the block's own points may be any of their range.
        """
        parts: list[e.Expr] = []
        if block.gaps:
            parts.append(_unsayable(block))
        elif block.children:
            parts.append(self._scaled(block))
        else:
            roles = {term.role for term in block.terms}
            if block.kind == "indicator" and "lose" in roles and "earn" not in roles:
                parts.append(e.Const(block.whole or Fraction(0)))
            parts += _taken(block, [e.SlotRef(slot) for slot in terms])
        parts += [e.SlotRef(f"{child.path}/score") for child in block.children if child.kind in ("bonus", "penalty")]
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
        dropping = [part for part in parts if self._may_drop(part)]
        if block.take != "sum":
            return e.Extreme(block.take == "highest", tuple(_best(part, block.take, gone=part in dropping) for part in parts))
        points = e.Sum(tuple(e.SlotRef(f"{part.path}/score") for part in parts))
        if not dropping:
            return points
        fixed = sum((part.whole or Fraction(0) for part in parts if part not in dropping), Fraction(0))
        left = e.Sum((e.Const(fixed), *(e.SlotRef(f"{part.path}/weight") for part in dropping)))
        # With nothing left to scale the points are 0 too; the larger of weight and a positive number keeps the divisor from zero.
        least = min([part.whole or _ONE for part in parts])
        return e.Quotient(e.Product(points, e.Const(block.whole or Fraction(0))), e.Extreme(True, (left, e.Const(least))))  # noqa: FBT003

    def _set_aside(self, block: Block) -> list[Entry]:
        """Entries of vetoes of this item, and of its exemption."""
        entries = [Entry(veto.guard, veto.line, e.ZERO, "veto") for veto in block.vetoes if veto.scope == "item"]
        if block.exempt is not None:
            given = block.whole if block.exempt.policy == "full" else block.exempt.points
            entries.append(Entry(block.exempt.guard, block.exempt.line, e.Const(given or Fraction(0)), "exempt"))
        return entries

    def _overrides(self, block: Block) -> list[Entry]:
        """Entries before any points: vetoes of this item, and its not-applicable policy."""
        entries = self._set_aside(block)
        policy = block.not_applicable
        if policy is not None and policy.policy == "group_mean":
            entries += group_mean(block, others_in_group(block, self.rules.titles))
        elif policy is not None:
            value = {"full": block.whole or Fraction(0), "award": policy.points or Fraction(0)}.get(policy.policy, Fraction(0))
            entries.append(Entry(policy.guard, policy.line, e.Const(value), "not_applicable"))
        if block.children and self._may_drop(block):
            # With nothing left to score in it, no floor gives it points; what comes on top of it stays.
            on_top = tuple(e.SlotRef(f"{child.path}/score") for child in block.children if child.kind in ("bonus", "penalty"))
            left = e.Compare("=", e.SlotRef(f"{block.path}/weight"), e.ZERO)
            entries.append(Entry(left, block.line, e.Sum(on_top) if on_top else e.ZERO, "not_applicable"))
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
                start = whole if block.kind in ("title", "group", "indicator") else Fraction(0)
                floors.append((limit.line, start - limit.points))
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
        entries += barred_before(title)
        for block in title.body.blocks():
            entries += [Entry(e.Not(gate.guard), gate.line, e.Const(REFUSED), "prerequisite") for gate in block.prerequisites]
        entries += [Entry(_perhaps(gap), gap.line, e.Const(REFUSED), "cannot_say") for gap in title.body.gaps]
        entries += [Entry(e.Not(gate.guard), gate.line, e.Const(REFUSED), "grant") for gate in title.grants_when]
        last = title.grants_when[-1].line if title.grants_when else title.body.line
        entries.append(Entry(None, last, e.Const(GRANTED), "grant"))
        slot = f"{path}/outcome"
        self._add(Decide(slot, title.body.line, "outcome", tuple(entries), title.name, None, path, ""))
        later = after_outcome(title)
        self.decisions += later.decisions
        months = title.validity.months if title.validity is not None else None
        whole, score = title.body.whole, f"{path}/score"
        return TitlePlan(path, title.name, title.subjects, score, slot, whole, later.grade, later.decision, months, later.bar)

    def _title_vetoes(self, title: TitleRule) -> list[VetoRule]:
        own = [veto for block in title.body.blocks() for veto in block.vetoes if veto.scope in ("title", "year", "all")]
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
            for other in self.tiers:
                entries += self._instead(tier, subsidy, other)
            entries.append(Entry(None, subsidy.line, subsidy.amount, "money"))
            self._add(
                Decide(f"{slot}/{subsidy.payer}", subsidy.line, "subsidy", tuple(entries), tier.name, None, slot, "")
            )


    def payments(self) -> tuple[PaymentPlan, ...]:
        """What each payer pays in all. Tiers that replace one another are one decision list, so that an open tier never counts twice."""
        found: list[PaymentPlan] = []
        for subject in self.rules.subjects:
            tiers = [tier for tier in self.tiers if subject in tier.subjects]
            for payer in dict.fromkeys(subsidy.payer for tier in tiers for subsidy in tier.subsidies):
                payment = PaymentPlan(payer, subject, f"{subject}/{payer}/payment")
                paying = [tier for tier in tiers if any(subsidy.payer == payer for subsidy in tier.subsidies)]
                entries = self._ladder(paying, payer) or self._added(paying, payer, payment.slot)
                self._add(Decide(payment.slot, entries[-1].line, "subsidy", entries, payer, None, payment.slot, ""))
                found.append(payment)
        return tuple(found)

    def _ladder(self, tiers: list[TierRule], payer: str) -> tuple[Entry, ...]:
        """Tiers that all replace one another, dearest first; none where some add up or their order is open."""
        ladder = sorted(tiers, key=lambda tier: -self._between(_amount(tier, payer))[0])
        pairs = list(pairwise(self._between(_amount(tier, payer)) for tier in ladder))
        apart = all(_only_higher(tier, other) for tier, other in combinations(ladder, 2))
        if not apart or not all(higher[0] >= lower[1] for higher, lower in pairs):
            return ()
        paid = [next(subsidy for subsidy in tier.subsidies if subsidy.payer == payer) for tier in ladder]
        entries = [Entry(_reached(tier_slot(tier)), one.line, one.amount, "money") for tier, one in zip(ladder, paid, strict=True)]
        return (*entries, Entry(None, ladder[-1].line, e.ZERO, "tier"))

    def _added(self, tiers: list[TierRule], payer: str, total: str) -> tuple[Entry, ...]:
        """What tiers pay where some add up: each ladder among them is decided by itself."""
        slots: list[str] = []
        for group in _replacing(tiers):
            ladder = self._ladder(group, payer) if len(group) > 1 else ()
            if ladder:
                slots.append(f"{total}/{group[0].name}")
                self._add(Decide(slots[-1], ladder[-1].line, "subsidy", ladder, payer, None, total, ""))
            else:
                slots += [f"{tier_slot(tier)}/{payer}" for tier in group]
        return (Entry(None, tiers[0].line, e.Sum(tuple(e.SlotRef(slot) for slot in slots)), "money"),)

    def _instead(self, tier: TierRule, subsidy: SubsidyRule, other: TierRule) -> Iterator[Entry]:
        """就高不重复: no money from the payer where the other tier is reached and brings more (or as much, and stands first)."""
        line = _only_higher(tier, other)
        pays = any(paid.payer == subsidy.payer for paid in other.subsidies)
        if line is None or not pays or not set(other.subjects) & set(tier.subjects):
            return
        amount = _amount(other, subsidy.payer)
        (least, most), (low, high) = self._between(amount), self._between(subsidy.amount)
        first = self.tiers.index(other) < self.tiers.index(tier)
        if least > high or (first and least == high):
            yield Entry(_reached(tier_slot(other)), line, e.ZERO, "higher")
        elif most > low or (first and most == low):
            more = e.Compare(">=" if first else ">", amount, subsidy.amount)
            yield Entry(e.Every((_reached(tier_slot(other)), more)), line, e.ZERO, "higher")

    def _between(self, amount: e.Expr) -> tuple[Fraction, Fraction]:
        """The least and the most an amount may be, as far as the rules alone say."""
        match amount:
            case e.Const(Fraction() as value):
                return value, value
            case e.ParamRef(name) if name in self.parameters:
                rule = self.parameters[name]
                if isinstance(rule.value, Fraction):
                    return rule.value, rule.value
                if rule.low is not None and rule.high is not None:
                    return rule.low, rule.high
        return -LARGE * LARGE, LARGE * LARGE


def _best(part: Block, take: str, *, gone: bool) -> e.Expr:
    """A part's points where one part alone counts; one that has dropped out (`gone`: it may have) is never the lowest."""
    score = e.SlotRef(f"{part.path}/score")
    if take != "lowest" or not gone:
        return score
    return e.Choose(e.Compare("=", e.SlotRef(f"{part.path}/weight"), e.ZERO), e.Const(part.whole or Fraction(0)), score)


def _taken(block: Block, parts: list[e.SlotRef]) -> list[e.Expr]:
    """Terms or parts as they count: all of them, or the highest or lowest alone."""
    if block.take == "sum" or len(parts) < 2:
        return list(parts)
    return [e.Extreme(block.take == "highest", tuple(parts))]


def _amount(tier: TierRule, payer: str) -> e.Expr:
    return next(subsidy.amount for subsidy in tier.subsidies if subsidy.payer == payer)


def _only_higher(tier: TierRule, other: TierRule) -> str | None:
    """The line that says the two tiers pay only the higher amount, whichever of them it stands under."""
    if tier is other:
        return None
    under = ((other.name, tier.excludes), (tier.name, other.excludes))
    return next((line for wanted, lines in under for name, line in lines if name == wanted), None)


def _by_kind(tier: TierRule, tiers: tuple[TierRule, ...]) -> Iterator[TierRule]:
    """A tier as it is, or one for each kind of unit where it and another that replaces it are not for the same kinds."""
    others = [other for other in tiers if _only_higher(tier, other) and set(other.subjects) != set(tier.subjects)]
    yield from (replace(tier, subjects=(kind,)) for kind in tier.subjects) if others else (tier,)


def _replacing(tiers: list[TierRule]) -> list[list[TierRule]]:
    """Tiers by what replaces what, whether directly or through another tier."""
    groups: list[list[TierRule]] = []
    for tier in tiers:
        joined = [group for group in groups if any(_only_higher(tier, other) for other in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([*(other for group in joined for other in group), tier])
    return groups


def _unsayable(block: Block) -> e.Expr:
    """Any points a block may have."""
    whole = block.whole if block.whole is not None else LARGE
    low, high = (-whole, Fraction(0)) if block.kind == "penalty" else (Fraction(0), whole)
    return e.Unsayable(block.gaps[0].name, low, high)


def _perhaps(gap: Gap) -> e.Expr:
    """A condition that may or may not hold, whatever the facts."""
    return e.Compare(">", e.Unsayable(gap.name, Fraction(0), Fraction(1)), e.ZERO)


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


def _measured(measures: tuple[Measure, ...], decisions: list[Decide]) -> list[Decide]:
    """The decisions of what figures over units look at; one that a county's lines left without a reader is not made."""
    waiting = {measure.slot: measure for measure in measures}
    found: dict[str, Decide] = {}
    reading = list(decisions)
    while reading:
        _, others = reads(reading.pop())
        for slot in sorted(others & waiting.keys()):
            measure = waiting.pop(slot)
            given = (Entry(None, measure.line, measure.value, "score"),)
            found[slot] = Decide(slot, measure.line, "measure", given, "", None, slot, "")
            reading.append(found[slot])
    return [found[measure.slot] for measure in measures if measure.slot in found]


def plan_of(rules: RuleSet, on: date) -> Plan:
    """The plan of a rule set on a day of assessment. Raises `PlanLoop` when decisions wait for one another."""
    parameters = {name: parameter_on(rule, on) for name, rule in rules.parameters.items()}
    maker = PlanMaker(rules, parameters)
    for title in rules.titles:
        maker.block(title.body, title.path, "")
    titles = tuple(maker.title(title) for title in rules.titles)
    tiers = tuple(maker.tier(tier) for tier in maker.tiers)
    for tier in maker.tiers:
        maker.subsidies(tier)
    payments = maker.payments()
    measured = _measured(rules.measures, maker.decisions)
    try:
        decisions, stages = ordered((*measured, *maker.decisions))
    except PlanLoop as loop:
        raise placed(loop, rules.lines) from None
    measures = {measure.slot: measure.subjects for measure in rules.measures if measure.slot in stages}
    facts = {spec.name: spec for spec in rules.facts}
    return Plan(rules, on, decisions, titles, tiers, payments, parameters, facts, measures, stages)
