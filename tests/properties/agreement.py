"""Random plans on random units, decided by both engines: every node of the plan language, values where engines go wrong.

A seed makes a plan and its units; `first_difference(seed)` replays it, and says with a shrunk plan of a few lines where engines differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from random import Random

from flagrules.engine.agree import Difference, differences
from flagrules.engine.columnar.run import Told, compile_plan
from flagrules.engine.inputs import breakpoints
from flagrules.engine.reference import UnitRun
from flagrules.facts.schema import FactSpec
from flagrules.facts.table import Cell, Entry, Judgement, Parts, PastDecision, Row, Rows, State
from flagrules.model import kinds as k
from flagrules.plan import nodes
from flagrules.plan.nodes import Decide, ParameterInForce, Plan
from flagrules.semantics import expr as e
from flagrules.text.source import CellPlace
from tests.rulekit import compiled, one_indicator

KIND, OWNER = "村", "甲(村)"
_PLACE = CellPlace("facts.csv", "", 2, "")
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
            self.small, self.small, self.constant, lambda: self.fact(self.random.choice(NUMBERS)), lambda: e.RowCount("会", SPECS["会"].kind),
            lambda: e.MissingParts("单", ("子", "丑", "寅")), lambda: e.TextLength(self.fact("名")), self.over_rows,
            lambda: e.ParamRef("线", PARAMETERS["线"].kind),
        ]  # fmt: skip
        if self.numbers:
            leaves += [lambda: e.SlotRef(self.random.choice(self.numbers))] * 3
        if depth == 0 or self.random.random() < 0.3:
            if self.random.random() < 0.03:
                return self.random.choice((e.Unsayable("某", Fraction(0), Fraction(5)), e.ParamRef("空", PARAMETERS["空"].kind)))
            return self.pick(*leaves)
        inner = lambda: self.number(depth - 1)  # noqa: E731
        return self.pick(
            lambda: e.Sum(tuple(inner() for _ in range(self.random.choice((2, 2, 3, 4))))),
            lambda: e.Product(inner(), self.constant()),
            lambda: e.Product(self.small(), self.small()),
            lambda: e.Quotient(inner(), self.divisor()),
            lambda: e.Extreme(self.random.random() < 0.5, (inner(), inner())),
            lambda: e.Steps(inner(), self.divisor(), self.random.choice(("whole_steps", "pro_rata", "part_counts"))),
            lambda: e.Round(self.halves(inner()), self.random.choice((0, 0, 1, 2)),
                            self.random.choice(("half_up", "half_even", "down", "up"))),
            lambda: e.Choose(self.truth(depth - 1), inner(), inner()),
            lambda: e.CountTrue(tuple(self.truth(0) for _ in range(3))),
            lambda: e.Doubling(self.random.choice((e.RowCount("会", SPECS["会"].kind), self.fact("次")))),
        )  # fmt: skip

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
        how = self.random.choice(("count", "total", "mean", "trimmed_mean", "most", "least"))
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
        if self.numbers and self.random.random() < 0.4:
            return e.Compare(op, e.SlotRef(self.random.choice(self.numbers)), self.constant(0, 20))
        return e.Compare(op, self.number(depth), self.random.choice((self.constant, self.small))())

    def truth(self, depth: int = 2) -> e.Expr:
        """A condition."""
        if depth > 0 and self.random.random() < 0.45:
            inner = lambda: self.truth(depth - 1)  # noqa: E731
            return self.pick(
                lambda: e.Every((inner(), inner())), lambda: e.Some((inner(), inner())), lambda: e.Not(inner()),
                lambda: e.Some((inner(), inner(), inner())), lambda: e.Every((inner(), e.Not(inner()), inner())),
            )  # fmt: skip
        return self.pick(
            lambda: self.compared(max(depth - 1, 0)), lambda: self.compared(0), lambda: self.compared(0),
            lambda: self.fact("是"), lambda: self.fact("有"), lambda: e.PartRef("单", self.random.choice("子丑寅")),
            lambda: e.Same(self.fact(self.random.choice(("级", "旧级"))), e.Const(self.random.choice("红黄蓝"))),
            lambda: e.Same(self.fact("级"), self.fact("旧级")), lambda: e.Same(self.fact("名"), e.Const("字字")),
            lambda: e.Same(self.fact("是"), e.Const(False)),
            lambda: e.IsNotApplicable((self.fact(self.random.choice(("次", "是", "单"))),)),
            lambda: e.IsNotApplicable((self.fact("次"), self.fact("旧级"))),
            lambda: e.Held("牌", now=self.random.random() < 0.5, years=self.random.choice((None, 2))),
            *([lambda: e.Same(e.SlotRef(self.random.choice(self.words)), e.Const(self.random.choice(("granted", "refused"))))] * bool(self.words)),
        )  # fmt: skip


def _decide(slot: str, entries: Sequence[tuple[e.Expr | None, e.Expr]]) -> Decide:
    line = base().decisions[0].line
    made = tuple(nodes.Entry(guard, line, value, "score") for guard, value in entries)
    return Decide(slot, line, "term", made, "", None, OWNER, "")


def _bands(maker: Maker) -> list[tuple[e.Expr | None, e.Expr]]:
    """Bands over one fact, with constants for points, as most rules are."""
    name = maker.random.choice(NUMBERS)
    edges = sorted({maker.edge_of(name).value for _ in range(maker.random.choice((1, 2, 3)))}, reverse=True)  # type: ignore[type-var]
    guards = [e.Compare(maker.random.choice((">=", ">")), maker.fact(name), e.Const(edge)) for edge in edges]
    return [*((guard, maker.constant(0, 20)) for guard in guards), (None, maker.constant(0, 20))]


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
    for number in range(maker.random.choice((2, 3, 5))):
        terms = [f"{OWNER}/{number}/term{index}" for index in range(maker.random.choice((1, 1, 2, 3)))]
        made += [_decide(term, (_bands if maker.random.random() < 0.5 else _free)(maker)) for term in terms]
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
    made.append(_decide("等/tier", [(e.Every((enough, maker.truth(1))), e.Const(True)), (None, e.Const(False))]))
    made.append(_decide("等/money", [(e.Same(e.SlotRef("等/tier"), e.Const(True)), maker.number(1)), (None, e.ZERO)]))
    return replace(base(), decisions=tuple(made), facts=SPECS, parameters=PARAMETERS, titles=(_title(),), stages={}, measures={})


def _title() -> nodes.TitlePlan:
    return replace(base().titles[0], path=OWNER)


# ── units ──
def units_of(plan: Plan, source: Random, count: int) -> dict[str, Told]:
    """Units aimed at edges, ties, halves and the ends of ranges; much is unknown in some, nothing in others."""
    edges = {name: cuts for (_, name, _), cuts in breakpoints(plan.decisions).items()}
    made: dict[str, Told] = {}
    for number in range(count):
        unknown = source.choice((0, 0, 0.08, 0.08, 0.3, 0.7))
        facts = {
            (spec.name, back): entry_of(spec, edges.get(spec.name, ()), source) for spec in _SPECS for back in (0, 1)
            if source.random() >= unknown
        }  # fmt: skip
        past = None if source.random() < unknown else tuple(_past(source) for _ in range(source.randint(0, 2)))
        made[f"u{number}"] = _told(facts, past)
    return made


def _told(facts: Mapping[tuple[str, int], Entry], past: tuple[PastDecision, ...] | None) -> Told:
    return (lambda name, back: facts.get((name, back))), (lambda _title: past)


def _past(source: Random) -> PastDecision:
    day = date(2021, 12, 1) - timedelta(days=source.choice((0, 1, 30, 365, 730, 731, 1500)))
    until = source.choice((None, date(2021, 12, 1), date(2021, 11, 30), date(2022, 1, 1)))
    return PastDecision("牌", source.choice(("granted", "granted", "withdrawn", "demoted")), day, until, "", _PLACE)


def _cell(value: Fraction | bool | str) -> Cell:  # noqa: FBT001
    return Cell(State.KNOWN, value)


def entry_of(spec: FactSpec, edges: Sequence[Fraction], source: Random) -> Entry:
    """A value of a fact: an edge or beside it, an end of its range, or any."""
    if spec.nullable and not isinstance(spec.kind, k.Checklist) and source.random() < 0.15:
        return Cell(State.NOT_APPLICABLE)
    match spec.kind:
        case k.YesNo():
            return _cell(source.random() < 0.5)
        case k.Choice(options):
            return _cell(source.choice(options))
        case k.Text():
            return _cell(source.choice(("字字", " 字字　", "字", "", "字\x1c字")))
        case k.Checklist(parts):
            states = (_cell(value=True), _cell(value=False), Cell(State.NOT_APPLICABLE), Cell(State.UNKNOWN))
            return Parts({part: source.choice(states[: source.choice((2, 3, 4))]) for part in parts})
        case k.Records():
            return Rows(tuple(_row(source) for _ in range(source.choice((0, 0, 1, 2, 3, 4, 6)))), filed=source.random() < 0.95)
        case k.Judged():
            return Judgement(_cell(_number(spec, edges, source)))
        case _:
            return _cell(_number(spec, edges, source))


def _row(source: Random) -> Row:
    grave = _cell(source.choice(("重", "轻"))) if source.random() < 0.93 else Cell(State.UNKNOWN)
    number = _cell(Fraction(source.randint(0, 9))) if source.random() < 0.93 else Cell(State.UNKNOWN)
    return Row({"级": grave, "数": number}, _PLACE)


def _number(spec: FactSpec, edges: Sequence[Fraction], source: Random) -> Fraction:
    low, high, grid = spec.low or Fraction(0), spec.high or k.LARGE, k.step(spec.kind)
    if edges and source.random() < 0.5:
        found = source.choice(edges) + grid * source.choice((-1, 0, 0, 1))
    elif source.random() < 0.3:
        found = source.choice((low, high))
    else:
        found = low + grid * source.randint(0, int((high - low) / grid))
    found = (found / grid).__floor__() * grid
    return max(low, min(high, found))


# ── both engines ──
@dataclass(frozen=True)
class Checked:
    """What was compared: pairs of a decision and a unit, and the first difference with the plan and the unit it is of."""

    pairs: int
    difference: Difference | None
    unit: Told | None = None
    gaps: int = 0
    whole: int = 0
    alone: int = 0


def both(plan: Plan, units: Mapping[str, Told]) -> Checked:
    """A plan on units by both engines."""
    made = compile_plan(plan, KIND)
    result = made.run(made.frame(units), units.__getitem__)
    pairs = 0
    counts = {"gaps": len(made.gaps), "whole": len(result.whole), "alone": sum(result.alone.values())}
    for row, (name, (facts, history)) in enumerate(units.items()):
        run = UnitRun(plan, KIND, facts, history=history)
        run.advance(0)
        pairs += len(run.steps)
        found = next(differences(plan, name, run.steps, result.steps(row)), None)
        if found is not None:
            return Checked(pairs, found, units[name], **counts)
    return Checked(pairs, None, None, **counts)


def check(seed: str, count: int = 24) -> Checked:
    """The plan and the units of a seed by both engines."""
    plan = plan_of(seed)
    return both(plan, units_of(plan, Random(f"{seed}/units"), count))


def told(seed: str, count: int = 24) -> str:
    """Nothing where engines agree on a seed; else the seed, the difference and a shrunk plan."""
    found = check(seed, count)
    if found.difference is None or found.unit is None:
        return ""
    small = shrunk(plan_of(seed), found.difference.slot, found.unit)
    return "\n".join((f"seed {seed}: {found.difference}", *written(small)))


# ── shrinking ──
def shrunk(plan: Plan, slot: str, unit: Told) -> Plan:
    """A plan in which engines still differ on the unit, with as little in it as can be had by dropping and simplifying."""
    plan = _needed(plan, slot)
    while (smaller := next((one for one in _smaller(plan, slot) if _differ(one, slot, unit)), None)) is not None:
        plan = smaller
    return plan


def _differ(plan: Plan, slot: str, unit: Told) -> bool:
    try:
        return both(plan, {"u": unit}).difference is not None
    except Exception:  # noqa: BLE001  an engine that fails on a smaller plan differs there in another way
        return False


def _needed(plan: Plan, slot: str) -> Plan:
    wanted = {slot}
    for decision in reversed(plan.decisions):
        if decision.slot in wanted:
            for entry in decision.entries:
                wanted |= e.slots_read(entry.value) | (e.slots_read(entry.guard) if entry.guard is not None else set())
    return replace(plan, decisions=tuple(decision for decision in plan.decisions if decision.slot in wanted))


def _smaller(plan: Plan, slot: str) -> Iterator[Plan]:
    for index, decision in enumerate(plan.decisions):
        for entries in _fewer(decision.entries):
            changed = replace(decision, entries=entries)
            yield _needed(replace(plan, decisions=(*plan.decisions[:index], changed, *plan.decisions[index + 1 :])), slot)


def _fewer(entries: tuple[nodes.Entry, ...]) -> Iterator[tuple[nodes.Entry, ...]]:
    for index, entry in enumerate(entries[:-1]):
        yield (*entries[:index], *entries[index + 1 :])
        yield (*entries[:index], replace(entry, guard=None))
    for index, entry in enumerate(entries):
        before, after = entries[:index], entries[index + 1 :]
        for guard in _simpler(entry.guard) if entry.guard is not None else ():
            yield (*before, replace(entry, guard=guard), *after)
        for value in _simpler(entry.value):
            yield (*before, replace(entry, value=value), *after)


def _simpler(expr: e.Expr) -> Iterator[e.Expr]:
    """An expression with a part of it in its place, or one argument fewer."""
    truths = (e.Compare, e.Same, e.Every, e.Some, e.Not, e.IsNotApplicable, e.PartRef, e.Held)
    number = not isinstance(expr, truths)
    for child in e.children(expr):
        if not isinstance(child, truths) == number and not isinstance(expr, e.Compare | e.Same | e.OverRows | e.TextLength | e.IsNotApplicable):
            yield child
    match expr:
        case e.Sum(args) | e.Every(args) | e.Some(args) if len(args) > 1:
            for index, arg in enumerate(args):
                yield type(expr)((*args[:index], *args[index + 1 :]))
                for other in _simpler(arg):
                    yield type(expr)((*args[:index], other, *args[index + 1 :]))
        case e.Compare(op, left, right):
            yield from (e.Compare(op, other, right) for other in _simpler(left))
        case e.Not(arg):
            yield from (e.Not(other) for other in _simpler(arg))
        case e.Product(left, right):
            yield from (e.Product(other, right) for other in _simpler(left))
        case e.Round(value, places, mode):
            yield from (e.Round(other, places, mode) for other in _simpler(value))
        case _:
            pass


def written(plan: Plan) -> list[str]:
    """A plan in at most ten lines."""
    lines = [
        f"{decision.slot.removeprefix(OWNER + '/')}: {'当 ' + show(entry.guard) if entry.guard is not None else '其余'} → {show(entry.value)}"
        for decision in plan.decisions
        for entry in decision.entries
    ]
    return lines if len(lines) <= 10 else [*lines[:9], f"… {len(lines) - 9} more"]


def show(expr: e.Expr) -> str:
    """An expression in short."""
    match expr:
        case e.Const(value):
            return str(value)
        case e.FactRef(name, _, back):
            return f"上年{name}" if back else name
        case e.SlotRef(slot):
            return slot.removeprefix(OWNER + "/")
        case e.PartRef(fact, part):
            return f"{fact}含{part}"
        case e.Compare(op, left, right):
            return f"({show(left)} {op} {show(right)})"
        case e.Steps(value, step, mode):
            return f"Steps({show(value)}, {show(step)}, {mode})"
        case e.Round(value, places, mode):
            return f"Round({show(value)}, {places}, {mode})"
        case e.OverRows(fact, _, how, _, where, _):
            return f"{how}({fact}{', ' + show(where) if where is not None else ''})"
        case _:
            return f"{type(expr).__name__}({', '.join(show(child) for child in e.children(expr))})"
