"""Tables above the unit: quotas of places, money by payer, and what everything rests on besides facts and clauses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

from flagrules.award.assess import Assessment
from flagrules.award.quotas import QuotaResult
from flagrules.award.results.cells import ceiling, citation, interval, plans_in_order, rounded
from flagrules.award.results.regions import PLACE_COLUMNS, regions
from flagrules.award.results.shape import Cell, Column, Table, Word
from flagrules.award.results.units import payers_of
from flagrules.engine.values import Num
from flagrules.model.kinds import LARGE, scale, unit_of
from flagrules.model.numbers import write_exact
from flagrules.plan.nodes import ParameterInForce, Plan
from flagrules.semantics.ruleset import Gap, RuleLine, RuleSet

_HUNDRED = Fraction(100)
_SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}


def quotas_table(assessment: Assessment, quotas: Sequence[QuotaResult]) -> Table:
    """A row for every quota in every place: what it asks, how many units reach the tier, their exact share, the status."""
    columns = (
        Column("place_id", "地方编号", "place id"),
        Column("place", "地方", "place"),
        Column("subject", "类别", "kind"),
        Column("tier", "等次", "tier"),
        Column("quota", "名额", "quota"),
        Column("reached_low", "达到（最少）", "reached, at least"),
        Column("reached_high", "达到（最多）", "reached, at most"),
        Column("total", "单元数", "units"),
        Column("share_low", "占比（最低）", "share, lowest"),
        Column("share_high", "占比（最高）", "share, highest"),
        Column("percent", "占比（阅读用）", "share, for reading"),
        Column("asked", "要求", "asked"),
        Column("edge", "按占比算", "share of the units"),
        Column("needed", "至少需要", "needed"),
        Column("status", "结论", "status"),
        Column("line", "规则行", "line"),
        Column("citation", "依据的条款", "clause"),
    )
    return Table("quotas", "名额", "quotas", columns, tuple(_quota(assessment, quota) for quota in quotas))


def _quota(assessment: Assessment, quota: QuotaResult) -> tuple[Cell, ...]:
    line = assessment.base.lines[quota.rule.line]
    place = (quota.place.id, quota.place.name) if quota.place is not None else (None, Word("all_units"))
    share = quota.share
    exact = (_ratio(share.low), _ratio(share.high), percent(share)) if share is not None else (None, None, None)
    return (
        *place, quota.rule.subject, quota.rule.tier, quota_words(line), quota.reached.low, quota.reached.high,
        Fraction(quota.total), *exact, asked(quota), edge(quota), None if quota.needed is None else Fraction(quota.needed),
        Word(quota.status), line.id, citation(line),
    )  # fmt: skip


def asked(quota: QuotaResult) -> str:
    """What the quota asks, with the value its parameter has in that place: `≥ 15%`; an interval while it is not set, ∞ without a limit."""
    scaled = ((op, Num(bound.low * _HUNDRED, bound.high * _HUNDRED) if quota.rule.share else bound) for op, bound in quota.bounds)
    return "，".join(f"{_SIGNS[op]} {_range_asked(bound)}{'%' if quota.rule.share else ''}" for op, bound in scaled)


def _range_asked(bound: Num) -> str:
    return interval(bound) if bound.high < LARGE else f"{write_exact(bound.low)}~∞"


def edge(quota: QuotaResult) -> Fraction | None:
    """The floor in units before it is rounded up to a whole one, where it is a share and known: 15% of 167 is 25.05."""
    floors = [bound.low for op, bound in quota.bounds if op in (">=", ">") and bound.exact]
    return floors[0] * quota.total if floors and quota.rule.share and quota.total else None


def quota_words(line: RuleLine) -> str:
    """What the rule line says, without its citations."""
    return " ".join(line.text.split("〔", 1)[0].split())


def percent(share: Num) -> str:
    """A share for reading, with ≈ where two decimals of a percent do not hold it."""
    return f"{rounded(Num(share.low * _HUNDRED, share.high * _HUNDRED))}%"


def _ratio(share: Fraction) -> str:
    return f"{share.numerator}/{share.denominator}"


def money_table(assessment: Assessment) -> Table:
    """What each payer pays for each tier and in all, in 元, and to how many units: over all units, then in each region."""
    columns = (
        *PLACE_COLUMNS,
        Column("payer", "出资方", "payer"),
        Column("tier", "等次", "tier"),
        Column("paid_low", "领取的单元（最少）", "units paid, at least"),
        Column("paid_high", "领取的单元（最多）", "units paid, at most"),
        Column("money_low", "金额（元，最低）", "amount, 元, lowest"),
        Column("money_high", "金额（元，最高）", "amount, 元, highest"),
    )
    return Table("money", "补贴资金", "money", columns, tuple(_money(assessment)))


def _money(assessment: Assessment) -> Iterator[tuple[Cell, ...]]:
    names = tuple(dict.fromkeys(tier.name for _, plan in plans_in_order(assessment) for tier in plan.tiers))
    for place, items in regions(assessment):
        amounts: dict[tuple[str, str], list[Num]] = {}
        for tier in (tier for item in items for tier in item.tiers):
            for payer, amount in tier.money:
                paid = amounts.setdefault((payer, tier.name), [])
                if amount.high:
                    paid.append(amount)
        for payer in payers_of(assessment):
            yield from ((*place, payer, name, *_summed(amounts[payer, name])) for name in names if (payer, name) in amounts)
            yield *place, payer, Word("total"), *_summed([item.money(payer) for item in items])


def _summed(amounts: Sequence[Num]) -> tuple[Cell, ...]:
    paid = Fraction(sum(amount.low > 0 for amount in amounts)), Fraction(sum(amount.high > 0 for amount in amounts))
    return (*paid, sum((amount.low for amount in amounts), Fraction(0)), ceiling(amounts))


def basis_table(assessment: Assessment, judging: Collection[str] | None = None) -> Table:
    """What is assumed, not yet set, or not expressible: every such line once, the programme's first.

    A parameter is not set by whoever has no value for it: a row for each authority that judges units without one (`judging`, or
    those the assessment's units name).
    """
    columns = (
        Column("what", "性质", "what"),
        Column("authority", "规定者", "authority"),
        Column("name", "名目", "name"),
        Column("text", "内容", "text"),
        Column("line", "规则行", "line"),
        Column("citation", "依据的条款", "clause"),
    )
    judging = {item.authority for item in assessment.units} if judging is None else judging
    rows = dict.fromkeys(
        row
        for authority, plan in plans_in_order(assessment)
        for row in _basis(plan, authority, unset=bool(authority) or len(assessment.plans) == 1 or authority in judging)
    )
    return Table("basis", "假定与未定", "assumptions", columns, tuple(rows))


def _basis(plan: Plan, authority: str, *, unset: bool) -> Iterator[tuple[Cell, ...]]:
    rules = plan.rules
    for line in rules.lines.values():
        for text in () if line.inherited else line.assumptions:
            yield _based("assumption", line, None, text)
    for parameter in plan.parameters.values():
        if unset and parameter.value is None:
            line = rules.lines[parameter.line]
            yield Word("unset_parameter"), authority or None, parameter.name, _range(parameter), line.id, citation(line)
    for gap in all_gaps(rules):
        yield _based("gap", rules.lines[gap.line], gap.name, f"{gap.text}（{gap.reason}）")


def _based(what: str, line: RuleLine, name: str | None, text: str | None) -> tuple[Cell, ...]:
    return Word(what), line.authority or None, name, text, line.id, citation(line)


def _range(parameter: ParameterInForce) -> str | None:
    """What an unset parameter may be set to, in its own unit."""
    if parameter.low is None or parameter.high is None:
        return None
    worth = scale(parameter.kind)
    if parameter.high >= LARGE:
        return f"≥ {write_exact(parameter.low / worth)}{unit_of(parameter.kind)}"
    return interval(Num(parameter.low / worth, parameter.high / worth)) + unit_of(parameter.kind)


def all_gaps(rules: RuleSet) -> tuple[Gap, ...]:
    """Every 不能表达 of a rule set, the programme's own and those of its blocks."""
    inside = (gap for title in rules.titles for block in title.body.blocks() for gap in block.gaps)
    return tuple(dict.fromkeys((*rules.gaps, *inside)))
