"""Random plans with every node of the plan language, aimed at what engines get wrong: the same seed makes the same plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from random import Random

from flagrules.facts.schema import FactSpec
from flagrules.model import kinds as k
from flagrules.plan import nodes
from flagrules.plan.nodes import Decide, ParameterInForce, Plan
from flagrules.semantics import expr as e
from tests.rulekit import compiled, one_indicator

KIND, OWNER = "村", "甲(村)"
_ROW = k.Records("起", (k.Field("级", k.Choice(("重", "轻"))), k.Field("数", k.Quantity("人"), Fraction(0), Fraction(9))))
_SPECS = (
    FactSpec("次", k.Quantity("次"), (KIND,), Fraction(0), Fraction(12), nullable=True),
    FactSpec("户", k.Quantity("户"), (KIND,), Fraction(1), Fraction(40)),
    FactSpec("人", k.Quantity("人"), (KIND,)),
    FactSpec("率", k.Ratio(), (KIND,), Fraction(0), Fraction(1)),
    FactSpec("差", k.PercentagePoints(), (KIND,), Fraction(-1), Fraction(1)),
    FactSpec("额", k.Money("万元"), (KIND,), Fraction(0), Fraction(500_000)),
    FactSpec("期", k.Date(), (KIND,), Fraction(738_000), Fraction(738_060)),
    FactSpec("评", k.Judged("组"), (KIND,), Fraction(0), Fraction(20)),
    FactSpec("是", k.YesNo(), (KIND,), nullable=True),
    FactSpec("有", k.YesNo(), (KIND,)),
    FactSpec("级", k.Choice(("红", "黄", "蓝")), (KIND,)),
    FactSpec("旧级", k.Choice(("红", "黄", "蓝")), (KIND,), nullable=True),
    FactSpec("名", k.Text(), (KIND,)),
    FactSpec("单", k.Checklist(("子", "丑", "寅")), (KIND,), nullable=True),
    FactSpec("会", _ROW, (KIND,), Fraction(0), Fraction(6)),
)
SPECS = {spec.name: spec for spec in _SPECS}
NUMBERS = ("次", "户", "率", "差", "额", "期", "评", "人")
_LINE_P = ParameterInForce("线", k.Quantity("次"), Fraction(5), "", None, None)
_OPEN_P = ParameterInForce("空", k.Quantity("次"), None, "", Fraction(0), Fraction(9))
PARAMETERS = {"线": _LINE_P, "空": _OPEN_P}
_STEPS: tuple[e.StepMode, ...] = ("whole_steps", "pro_rata", "part_counts")
_HOW: tuple[e.RowsHow, ...] = ("count", "total", "mean", "trimmed_mean", "most", "least")
YES, NO = (e.Const(value) for value in (True, False))
_OPS: tuple[e.CompareOp, ...] = (">=", ">", "<=", "<", "=")


@cache
def base() -> Plan:
    """A plan to hang decisions on."""
    return compiled(one_indicator("事实 某：是否", "当 某，得20分，否则 得0分")).plan


class Maker:
    """Expressions drawn from a random source; `numbers`, `words` and `truths` are the slots decided so far."""

    def __init__(self, source: Random) -> None:
        self.random = source
        self.numbers: list[str] = []
        self.words: list[str] = []

    def pick(self, *forms: Callable[[], e.Expr]) -> e.Expr:
        return self.random.choice(forms)()

    def fact(self, name: str, back: int = 0) -> e.FactRef:
        return e.FactRef(name, SPECS[name].kind, back)

    def constant(self, low: int = -3, high: int = 12) -> e.Const:
        bottom = self.random.choice((1, 1, 1, 2, 3, 4, 10, 100))
        return e.Const(Fraction(self.random.randint(low * bottom, high * bottom), bottom))

    def edge_of(self, name: str) -> e.Const:
        """A number a fact may well be compared with."""
        spec = SPECS[name]
        low, high = spec.low or Fraction(0), spec.high or Fraction(10**9)
        grid = k.step(spec.kind)
        return e.Const(low + (((high - low) * self.random.randint(0, 8) / 8) / grid).__floor__() * grid)

    def small(self) -> e.Expr:
        """A number of modest size."""
        name = self.random.choice(("次", "户", "率", "差", "评"))
        return self.fact(name, int(name == "次" and self.random.random() < 0.3))

    def number(self, depth: int = 2) -> e.Expr:
        """A number."""
        leaves: list[Callable[[], e.Expr]] = [
            self.small, self.small, self.constant, self.over_rows,
            lambda: self.fact(self.random.choice(NUMBERS)), lambda: e.RowCount("会", SPECS["会"].kind),
            lambda: e.MissingParts("单", ("子", "丑", "寅")), lambda: e.TextLength(self.fact("名")),
            lambda: e.ParamRef("线", PARAMETERS["线"].kind),
        ]  # fmt: skip
        if self.numbers:
            leaves += [lambda: e.SlotRef(self.random.choice(self.numbers))] * 3
        if depth == 0 or self.random.random() < 0.3:
            if self.random.random() < 0.03:
                return self.random.choice((e.Unsayable("某", Fraction(0), Fraction(5)), e.ParamRef("空", PARAMETERS["空"].kind)))
            return self.pick(*leaves)

        def inner() -> e.Expr:
            return self.number(depth - 1)

        return self.pick(
            lambda: e.Sum(tuple(inner() for _ in range(self.random.choice((2, 2, 3, 4))))),
            lambda: e.Product(inner(), self.constant()),
            lambda: e.Product(self.small(), self.small()),
            lambda: e.Quotient(inner(), self.divisor()),
            lambda: e.Extreme(self.random.random() < 0.5, (inner(), inner())),
            lambda: e.Steps(self.random.choice((inner, self.apart))(), self.divisor(), self.random.choice(_STEPS)),
            lambda: e.Round(self.halves(inner()), self.random.choice((0, 0, 1, 2)),
                            self.random.choice(("half_up", "half_even", "down", "up"))),
            lambda: e.Choose(self.truth(depth - 1), inner(), inner()),
            lambda: e.CountTrue(tuple(self.truth(0) for _ in range(3))),
            self.half, self.half, self.large,
            lambda: e.Doubling(self.random.choice((e.RowCount("会", SPECS["会"].kind), self.fact("次")))),
        )  # fmt: skip

    def apart(self) -> e.Expr:
        """A number below zero as often as above."""
        return e.Sum((self.small(), e.minus(self.fact(self.random.choice(("次", "户", "评"))))))

    def half(self) -> e.Expr:
        """A number rounded where it often lies half way."""
        share = self.random.choice((Fraction(1, 2), Fraction(-1, 2), Fraction(5, 2)))
        places = self.random.choice((0, 0, 1))
        value = e.Product(self.random.choice((self.fact("次"), self.fact("户"), self.apart())), e.Const(share / 10**places))
        return e.Round(value, places, self.random.choice(("half_up", "half_even", "half_up", "half_even", "down", "up")))

    def large(self) -> e.Expr:
        """A number past 64 bits on its way."""
        product = e.Product(e.Product(self.fact("人"), self.fact("额")), self.fact("率"))
        return e.Quotient(product, e.Const(Fraction(self.random.choice((10**12, 7 * 10**11)))))

    def halves(self, expr: e.Expr) -> e.Expr:
        """A number that often lies half way between two rounded ones."""
        return e.Product(expr, e.Const(self.random.choice((Fraction(1, 2), Fraction(1, 20), Fraction(5, 2), Fraction(1), Fraction(-1, 2)))))

    def divisor(self) -> e.Expr:
        """A number that is never zero."""
        return self.pick(
            lambda: e.Const(Fraction(self.random.randint(1, 9), self.random.choice((1, 2, 3)))),
            lambda: self.fact("户"),
            lambda: e.Sum((self.fact("率"), e.Const(Fraction(1)))),
        )

    def over_rows(self) -> e.Expr:
        """A figure over the rows of a list."""
        how = self.random.choice(_HOW)
        number = e.FieldRef("数", k.Quantity("人"), Fraction(0), Fraction(9))
        grave = e.Same(e.FieldRef("级", k.Choice(("重", "轻"))), e.Const("重"))
        large = e.Compare(">=", number, e.Const(Fraction(self.random.randint(1, 8))))
        where = self.random.choice((None, grave, large, e.Every((grave, large))))
        none = e.Const(Fraction(0)) if how not in ("count", "total") else None
        return e.OverRows("会", SPECS["会"].kind, how, None if how == "count" else number, where, none)

    def compared(self, depth: int) -> e.Expr:
        """A comparison, of facts with their edges more often than not."""
        op = self.random.choice(_OPS)
        if self.random.random() < 0.6:
            name = self.random.choice(NUMBERS)
            return e.Compare(op, self.fact(name), self.edge_of(name))
        if self.random.random() < 0.3:
            return e.Compare(op, self.random.choice((self.small, self.large, self.half))(), self.constant(0, 20))
        if self.numbers and self.random.random() < 0.4:
            return e.Compare(op, e.SlotRef(self.random.choice(self.numbers)), self.constant(0, 20))
        return e.Compare(op, self.number(depth), self.random.choice((self.constant, self.small))())

    def word(self) -> e.Expr:
        """Whether an outcome is one."""
        return e.Same(e.SlotRef(self.random.choice(self.words)), e.Const(self.random.choice((nodes.GRANTED, nodes.REFUSED))))

    def truth(self, depth: int = 2) -> e.Expr:
        """A condition."""
        if depth > 0 and self.random.random() < 0.45:

            def inner() -> e.Expr:
                return self.truth(depth - 1)

            return self.pick(
                lambda: e.Every((inner(), inner())), lambda: e.Some((inner(), inner())), lambda: e.Not(inner()),
                lambda: e.Some((inner(), inner(), inner())), lambda: e.Every((inner(), e.Not(inner()), inner())),
            )  # fmt: skip
        return self.pick(
            lambda: self.compared(max(depth - 1, 0)), lambda: self.compared(0), lambda: self.compared(0),
            lambda: self.fact("是"), lambda: self.fact("有"), lambda: e.PartRef("单", self.random.choice("子丑寅")),
            lambda: e.Same(self.fact(self.random.choice(("级", "旧级"))), e.Const(self.random.choice("红黄蓝"))),
            lambda: e.Same(self.fact("级"), self.fact("旧级")), lambda: e.Same(self.fact("名"), e.Const("字字")),
            lambda: e.Same(self.fact("是"), NO),
            lambda: e.IsNotApplicable((self.fact(self.random.choice(("次", "是", "单"))),)),
            lambda: e.IsNotApplicable((self.fact("次"), self.fact("旧级"))),
            lambda: e.Held("牌", now=self.random.random() < 0.5, years=self.random.choice((None, 2))),
            *([self.word] * bool(self.words)),
        )  # fmt: skip


def _decide(slot: str, entries: Sequence[tuple[e.Expr | None, e.Expr]]) -> Decide:
    line = base().decisions[0].line
    made = tuple(nodes.Entry(guard, line, value, "score") for guard, value in entries)
    return Decide(slot, line, "term", made, "", None, OWNER, "")


def _bands(maker: Maker) -> list[tuple[e.Expr | None, e.Expr]]:
    """Bands over one fact, with constants for points, as most rules are."""
    name = maker.random.choice(NUMBERS)
    edges = sorted({maker.edge_of(name).value for _ in range(maker.random.choice((1, 2, 3)))}, reverse=True)
    guards = [e.Compare(maker.random.choice((">=", ">")), maker.fact(name), e.Const(edge)) for edge in edges]
    return [*((guard, maker.constant(0, 20)) for guard in guards), (None, maker.constant(0, 20))]


def _simple(maker: Maker) -> list[tuple[e.Expr | None, e.Expr]]:
    """One condition on one fact."""
    return [(maker.truth(0), maker.constant(0, 20)), (None, maker.constant(0, 20))]


def _free(maker: Maker) -> list[tuple[e.Expr | None, e.Expr]]:
    """Conditions in any order, values of any kind."""
    values = [maker.number if maker.random.random() < 0.5 else maker.constant for _ in range(maker.random.choice((1, 2, 3, 4)))]
    return [*((maker.truth(), value()) for value in values[:-1]), (None, values[-1]())]


def _bounded(maker: Maker, parts: Sequence[str], floor: int, cap: int) -> list[tuple[e.Expr | None, e.Expr]]:
    raw = e.Sum((e.Const(Fraction(maker.random.randint(0, 20))), *(e.SlotRef(part) for part in parts)))
    low, high = e.Const(Fraction(floor)), e.Const(Fraction(cap))
    bounds: list[tuple[e.Expr | None, e.Expr]] = [(e.Compare("<", raw, low), low), (e.Compare(">", raw, high), high)]
    return [*[bound for bound in bounds if maker.random.random() < 0.7], (None, raw)]


def plan_of(seed: str) -> Plan:
    """A random plan: terms, indicators that bound their sums, a total, an outcome and a grade, and what counts them."""
    maker = Maker(Random(seed))
    made: list[Decide] = []
    items: list[str] = []
    many = maker.random.random() < 0.35
    for number in range(10 if many else maker.random.choice((2, 3, 5))):
        terms = [f"{OWNER}/{number}/term{index}" for index in range(1 if many else maker.random.choice((1, 1, 2, 3)))]
        for term in terms:
            entries = maker.random.choice((_bands, _simple) if many else (_bands, _free))(maker)
            made.append(_decide(term, entries))
        items.append(f"{OWNER}/{number}/score")
        bounded = _bounded(maker, terms, maker.random.randint(-5, 5), maker.random.randint(6, 30))
        made.append(_decide(items[-1], [*([(maker.truth(1), maker.constant())] if maker.random.random() < 0.2 else []), *bounded]))
        maker.numbers += [*terms, items[-1]]
    total = f"{OWNER}/score"
    made.append(_decide(total, _bounded(maker, items, -10, 60)))
    refused, granted = e.Const(nodes.REFUSED), e.Const(nodes.GRANTED)
    passed = e.Compare(">=", e.SlotRef(total), maker.constant(5, 40))
    made.append(_decide(f"{OWNER}/outcome", [(maker.truth(1), refused), (e.Not(passed), refused), (None, granted)]))
    maker.words.append(f"{OWNER}/outcome")
    gates = [e.Compare(">=", e.SlotRef(total), e.Const(Fraction(points))) for points in (30, 15)]
    made.append(_decide(f"{OWNER}/grade", [(gates[0], e.Const("优")), (gates[1], e.Const("良")), (None, e.Const(""))]))
    enough = e.Compare(">=", e.CountOutcome((f"{OWNER}/outcome",), nodes.GRANTED), e.Const(Fraction(1)))
    made.append(_decide("等/tier", [(e.Every((enough, maker.truth(1))), YES), (None, NO)]))
    made.append(_decide("等/money", [(e.Same(e.SlotRef("等/tier"), YES), maker.number(1)), (None, e.ZERO)]))
    return replace(base(), decisions=tuple(made), facts=SPECS, parameters=PARAMETERS, titles=(_title(),), stages={}, measures={})


def _title() -> nodes.TitlePlan:
    return replace(base().titles[0], path=OWNER)


def crowd_plan(seed: str) -> Plan:
    """A random plan whose indicators look at other units: peers in all places or one, members, the holder."""
    maker = Maker(Random(seed))
    source = maker.random
    number = k.Quantity("次")
    none = e.Const(Fraction(source.randint(0, 5)))
    measured, tried = f"{OWNER} 量", f"{OWNER} 是否"
    peers = [
        e.Across("rank", "peers", measured, number, "名次", per=source.choice(("", "县")), ascending=source.random() < 0.5,
                 ties_open=source.random() < 0.5),
        e.Across(source.choice(("mean", "most", "least", "total")), "peers", measured, number, "平均", per=source.choice(("", "县")),
                 with_self=source.random() < 0.5, if_none=none),
        e.Across(source.choice(("share", "count")), "peers", tried, number, "占比", per=source.choice(("", "县")),
                 with_self=source.random() < 0.5, if_none=none),
        e.Across("value", "holder", "县 量", number, "上级", kind="县", if_none=none),
    ]  # fmt: skip
    own: e.Expr = maker.pick(lambda: maker.fact("户"), lambda: maker.fact("次"), lambda: maker.number(1))
    made = [replace(_decide(measured, [(None, own)]), owner=measured), replace(_decide(tried, [(None, maker.truth(1))]), owner=tried)]
    members = e.Across(source.choice(("mean", "most", "total")), "members", measured, number, "成员", kind=KIND, if_none=none)
    made.append(replace(_decide("县 量", [(None, e.Sum((members, e.Const(Fraction(1)))))]), owner="县 量"))
    stages = {"县 量": 1}
    for index, figure in enumerate(peers):
        slot = f"{OWNER}/{index}/term1"
        edge = e.Const(Fraction(source.randint(0, 8), source.choice((1, 1, 2))))
        guard = e.Compare(source.choice(_OPS), figure, edge)
        twice = e.Product(figure, e.Const(Fraction(2)))
        made.append(_decide(slot, [(guard, maker.constant()), (None, source.choice((maker.constant(), twice)))]))
        stages[slot] = 2
    terms = [decision.slot for decision in made[3:]]
    made.append(_decide(f"{OWNER}/score", _bounded(maker, terms, 0, 20)))
    stages[f"{OWNER}/score"] = 2
    measures = {measured: (KIND,), tried: (KIND,), "县 量": ("县",)}
    return replace(base(), decisions=tuple(made), facts=SPECS, parameters=PARAMETERS, titles=(_title(),), stages=stages, measures=measures)
