"""Expressions resolved: names looked up, units checked, constants brought to base units."""

from __future__ import annotations

from fractions import Fraction

from flagrules.model import kinds as k
from flagrules.model.numbers import RoundingMode
from flagrules.semantics import expr as e
from flagrules.semantics.figures_over_rows import over_rows
from flagrules.semantics.figures_over_units import over_units
from flagrules.semantics.kinds import base_value, describe, kind_of_unit, same_measure
from flagrules.semantics.scope import Scope, hints
from flagrules.semantics.typed import BOOL, FALLBACK, Typed
from flagrules.syntax import ast
from flagrules.text.findings import Edit, Related
from flagrules.text.source import Span
from flagrules.text.spelling import nearest

_ROUNDING: dict[str, RoundingMode] = {"half_up": "half_up", "round_down": "down", "round_up": "up"}
_OPS: dict[str, e.CompareOp] = {">=": ">=", "<=": "<=", "<": "<", ">": ">"}


class Resolver:
    """Resolves the expressions of one block for units of the kinds `subjects`.

    `score` is the slot that 得分 means there, "" where the points are not known yet; `counts` allows 称号数, once all titles are
    decided.
    """

    def __init__(self, scope: Scope, score: str = "", subjects: tuple[str, ...] = (), *, counts: bool = False) -> None:
        self.scope = scope
        self.score = score
        self.subjects = subjects
        self.counts = counts
        self.fields: dict[str, k.Field] = {}
        self.named: dict[str, Typed] = {}

    def among_peers(self) -> Resolver:
        """What the same lines mean of the unit's peers."""
        inner = Resolver(self.scope, self.score, self.subjects, counts=self.counts)
        inner.named = self.named
        return inner

    def of_kind(self, kind: str) -> Resolver:
        """What is said of units of another kind, once all their titles are decided."""
        return Resolver(self.scope, "", (kind,), counts=True)

    def find(self, code: str, place: Span, *related: Related, **args: str) -> Typed:
        """A finding, and what stands for the value it is about."""
        self.scope.findings.add(code, place, *related, edit=None, **args)
        return FALLBACK

    # ── names ──
    def _name(self, name: str, span: Span, expected: k.Kind | None) -> Typed:
        field = self.fields.get(name)
        if field is not None:
            return e.FieldRef(name, field.kind, field.low, field.high), field.kind
        if name in self.named:
            return self.named[name]
        spec = self.scope.facts.get(name)
        if spec is not None:
            return self.fact(name, span)
        if name in self.scope.parameters:
            self.scope.used.add(name)
            kind, _ = self.scope.parameters[name]
            return (self._keyed(name, kind, span) if name in self.scope.keyed else e.ParamRef(name, kind)), kind
        if isinstance(expected, k.Choice) and name in expected.options:
            return e.Const(name), expected
        return self.unknown(name, span, expected)

    def _keyed(self, name: str, kind: k.Kind, span: Span) -> e.Expr:
        """A parameter that goes by a choice: the value of the option the unit has."""
        fact, options = self.scope.keyed[name]
        choice, _ = self.fact(fact, span)
        chosen: e.Expr = e.ParamRef(keyed_name(name, options[-1]), kind)
        for option in reversed(options[:-1]):
            chosen = e.Choose(e.Same(choice, e.Const(option)), e.ParamRef(keyed_name(name, option), kind), chosen)
        return chosen

    def fact(self, name: str, span: Span, back: int = 0) -> Typed:
        """A fact of this period, or of one before. FR222 when it is not asked of these units."""
        spec = self.scope.facts[name]
        self.scope.used.add(name)
        wrong = [subject for subject in self.subjects if subject not in spec.subjects]
        if wrong and spec.declared is not None:
            self.find("FR222", span, Related(spec.declared, "declared"), name=name, subjects="、".join(wrong))
        match spec.kind:
            case k.Records():
                return e.RowCount(name, spec.kind, back), k.Quantity(spec.kind.unit)
            case _:
                return e.FactRef(name, spec.kind, back), spec.kind

    def unknown(self, name: str, span: Span, expected: k.Kind | None) -> Typed:
        """FR202 a name nobody declared, or FR108 one glued to what follows it."""
        options = expected.options if isinstance(expected, k.Choice) else ()
        known = [*self.scope.facts, *self.scope.parameters, *self.named, *self.fields, *options]
        glued = next((fact for fact in sorted(known, key=len, reverse=True) if name.startswith(fact) and name != fact), None)
        guess = nearest(name, known)
        if glued is not None and (not guess or name.startswith(guess)):
            split = f"{glued} {name[len(glued) :]}"
            self.scope.findings.add("FR108", span, word=name, split=split, edit=Edit(span, split))
            return FALLBACK
        hint, hint_en = hints(guess)
        related: tuple[Related, ...] = ()
        if guess in self.scope.facts and (place := self.scope.facts[guess].declared) is not None:
            related = (Related(place, "declared"),)
        return self.find("FR202", span, *related, name=name, hint=hint, hint_en=hint_en)

    # ── values ──
    def value(self, node: ast.Expr, expected: k.Kind | None = None) -> Typed:  # noqa: C901  one case a form
        """A value with its kind; `expected` decides what a bare name or number may stand for."""
        match node:
            case ast.Quantity() as quantity:
                kind = kind_of_unit(quantity.unit)
                return e.Const(base_value(quantity)), kind
            case ast.Day(day):
                return e.Const(Fraction(day.toordinal())), k.Date()
            case ast.Quoted(text):
                return e.Const(text), expected if isinstance(expected, k.Choice | k.Text) else k.Text()
            case ast.Truth(value):
                return e.Const(value), BOOL
            case ast.Name(text):
                return self._name(text, node.span, expected)
            case ast.LastPeriod(name):
                if name not in self.scope.facts:
                    return self.unknown(name, node.span, None)
                return self.fact(name, node.span, back=1)
            case ast.ScoreHere():
                if not self.score:
                    return self.find("FR223", node.span)
                return e.SlotRef(self.score), k.Points()
            case ast.TitleCount():
                if not self.counts:
                    return self.find("FR256", node.span)
                slots = tuple(slot for slot, kinds in self.scope.title_slots if set(kinds) & set(self.subjects))
                return e.CountOutcome(slots, "granted"), k.Quantity(self.scope.counter)
            case ast.Negative(value):
                inner, kind = self.number(value)
                return e.minus(inner), kind
            case ast.Arithmetic():
                return self._arithmetic(node)
            case ast.Rounded() | ast.Choose() | ast.CountTrue() | ast.Length() | ast.OverRows() | ast.PastMean():
                return self._function(node)
            case ast.Across():
                return over_units(self, node)
            case ast.TitleScore(name):
                path = self._title(name, node.span)
                if path in self.scope.unscored:
                    return self.find("FR269", node.span, name=name)
                return (e.SlotRef(f"{path}/score"), k.Points()) if path else FALLBACK
            case _:
                return self.condition(node), BOOL

    # ── other units ──
    def _title(self, name: str, span: Span) -> str:
        """The path of a title units of these kinds may hold; FR264 when there is none."""
        paths = [slot.removesuffix("/outcome") for slot, kinds in self.scope.title_slots if set(kinds) & set(self.subjects)]
        found = next((path for path in paths if path.rpartition("(")[0] == name), "")
        if not found:
            names = sorted({path.rpartition("(")[0] for path in paths})
            hint, hint_en = hints(nearest(name, names))
            self.scope.findings.add("FR264", span, name=name, known="、".join(names) or "—", hint=hint, hint_en=hint_en)
        return found

    def _function(self, node: ast.Rounded | ast.Choose | ast.CountTrue | ast.Length | ast.OverRows | ast.PastMean) -> Typed:
        match node:
            case ast.Rounded(mode, value, places):
                inner, kind = self.number(value)
                if places.unit != "位" or places.value.denominator != 1:
                    self.scope.findings.add("FR211", places.span, type="位数", units="位")
                scale = k.scale(kind) if kind is not None and not _is_quotient(value) else Fraction(1)
                rounded = e.Round(_over(inner, scale), int(places.value), _ROUNDING[mode])
                return _times(rounded, scale), kind
            case ast.Choose(condition, then, other):
                left, lk = self.number(then)
                right, rk = self.number(other)
                if lk is not None and rk is not None and not same_measure(lk, rk):
                    self._mixed(node.span, then, lk, other, rk)
                return e.Choose(self.condition(condition), left, right), lk or rk
            case ast.CountTrue(conditions):
                return e.CountTrue(tuple(self.condition(part) for part in conditions)), k.Quantity("项")
            case ast.Length(name):
                expr, kind = self._name(name, node.span, None)
                if not isinstance(expr, e.FactRef) or not isinstance(kind, k.Text):
                    return self.find("FR261", node.span, got=describe(kind))
                return e.TextLength(expr), k.Quantity("字")
            case ast.OverRows():
                return over_rows(self, node)
            case ast.PastMean(name, periods):
                return self._past_mean(name, periods, node.span)

    def _past_mean(self, name: str, periods: ast.Quantity, span: Span) -> Typed:
        """The mean over whole periods before; every one of them must be known for the mean to be."""
        if periods.unit not in ("期", "年") or not 1 <= periods.value <= 12 or periods.value.denominator != 1:
            return self.find("FR262", periods.span)
        if name not in self.scope.facts:
            return self.unknown(name, span, None)
        refs = [self.fact(name, span, back) for back in range(1, int(periods.value) + 1)]
        total = e.Sum(tuple(expr for expr, _ in refs))
        return e.Product(total, e.Const(Fraction(1, len(refs)))), refs[0][1]

    def number(self, node: ast.Expr, expected: k.Kind | None = None) -> Typed:
        """A value that must be a number (FR214)."""
        expr, kind = self.value(node, expected)
        if kind is not None and not k.is_number(kind):
            return self.find("FR214", node.span, got=describe(kind))
        return expr, kind

    def _arithmetic(self, node: ast.Arithmetic) -> Typed:
        left, lk = self.number(node.left)
        right, rk = self.number(node.right)
        match node.op:
            case "working_days":
                for side, kind in ((node.left, lk), (node.right, rk)):
                    self.comparable(side.span, k.Date(), kind, side, None)
                return e.Sum((e.WorkdayNumber(right), e.minus(e.WorkdayNumber(left)))), k.Duration("个工作日")
            case "+" | "-" | "larger" | "smaller":
                kind = self._added(node, lk, rk)
                if node.op == "+":
                    return e.Sum((left, right)), kind
                if node.op == "-":
                    return e.Sum((left, e.minus(right))), kind
                return e.Extreme(node.op == "larger", (left, right)), kind
            case "×":
                return e.Product(left, right), self._multiplied(node, lk, rk)
            case _:
                return e.Quotient(left, right), self._divided(lk, rk)

    def _added(self, node: ast.Arithmetic, left: k.Kind | None, right: k.Kind | None) -> k.Kind | None:
        if left is None or right is None:
            return left or right
        if isinstance(left, k.Ratio) and isinstance(right, k.Ratio):
            return k.PercentagePoints() if node.op == "-" else left
        if isinstance(left, k.Ratio) and isinstance(right, k.PercentagePoints):
            return left
        if isinstance(left, k.Date) and node.op == "-" and isinstance(right, k.Date):
            return k.Duration("日")
        if not same_measure(left, right):
            self._mixed(node.span, node.left, left, node.right, right)
        return left

    def _multiplied(self, node: ast.Arithmetic, left: k.Kind | None, right: k.Kind | None) -> k.Kind | None:
        if left is None or isinstance(left, k.Ratio):
            return right if right is not None else left
        if right is None or isinstance(right, k.Ratio):
            return left
        if isinstance(left, k.Money | k.Points) and isinstance(right, k.Quantity):
            return left
        if isinstance(right, k.Money | k.Points) and isinstance(left, k.Quantity):
            return right
        self._mixed(node.span, node.left, left, node.right, right)
        return left

    def _divided(self, left: k.Kind | None, right: k.Kind | None) -> k.Kind | None:
        if right is None:
            return left
        if left is not None and same_measure(left, right):
            return k.Ratio()
        if isinstance(left, k.Quantity) and isinstance(right, k.Quantity):
            return k.Quantity(f"{left.unit}/{right.unit}")
        return left

    def _mixed(self, span: Span, left: ast.Expr, lk: k.Kind, right: ast.Expr, rk: k.Kind) -> None:
        related = [
            Related(place, "declared")
            for node in (left, right)
            for place in [self._declared(node)]
            if place is not None
        ]
        self.scope.findings.add("FR203", span, *related, got=describe(rk), want=describe(lk))

    def _declared(self, node: ast.Expr) -> Span | None:
        match node:
            case ast.Name(text) | ast.LastPeriod(text):
                if text in self.scope.facts:
                    return self.scope.facts[text].declared
                return self.scope.parameters[text][1] if text in self.scope.parameters else None
            case _:
                return None

    # ── conditions ──
    def condition(self, node: ast.Expr) -> e.Expr:
        """A condition. FR215 when it is a value and not a test, FR203 when the two sides are of different kinds."""
        match node:
            case ast.Junction(every, left, right):
                parts = (self.condition(left), self.condition(right))
                return e.Every(parts) if every else e.Some(parts)
            case ast.Negation(value):
                return e.Not(self.condition(value))
            case ast.Bounded(value, bounds):
                return self._bounded(value, bounds)
            case ast.Equal(left, right, same):
                test = self._equal(node, left, right)
                return test if same else e.Not(test)
            case ast.NotApplicable(value):
                return self._not_applicable(node, value)
            case ast.HasPart(value, part):
                return self._has_part(node, value, part)
            case ast.Complete(value):
                spec = self._checklist(value)
                names = spec.parts if spec is not None else ()
                fact = value.text if isinstance(value, ast.Name) else ""
                return e.Compare("=", e.MissingParts(fact, names), e.ZERO)
            case ast.Truth(value):
                return e.Const(value)
            case ast.Held(name, now, within):
                if within is not None and (within.unit != "年" or within.value.denominator != 1):
                    self.scope.findings.add("FR267", within.span)
                self._title(name, node.span)
                return e.Held(name, now, int(within.value) if within is not None else None)
            case ast.Holds(name):
                path = self._title(name, node.span)
                return e.Same(e.SlotRef(f"{path}/outcome"), e.Const("granted")) if path else e.Const(False)  # noqa: FBT003
            case _:
                return self._yes(node)

    def _yes(self, node: ast.Expr) -> e.Expr:
        before = len(self.scope.findings)
        expr, kind = self.value(node)
        if isinstance(kind, k.YesNo):
            return e.Same(expr, e.Const(True))  # noqa: FBT003  a value of the language, not a flag
        if len(self.scope.findings) == before:
            self.scope.findings.add("FR215", node.span, got=describe(kind))
        return e.Const(True)  # noqa: FBT003

    def _bounded(self, value: ast.Expr, bounds: tuple[ast.Bound, ...]) -> e.Expr:
        left, kind = self.number(value)
        tests = tuple(self.bound(left, kind, bound, value) for bound in bounds)
        return tests[0] if len(tests) == 1 else e.Every(tests)

    def bound(self, left: e.Expr, kind: k.Kind | None, bound: ast.Bound, value: ast.Expr | None) -> e.Expr:
        """`left` against one edge, the kinds checked."""
        before = len(self.scope.findings)
        right, rk = self.number(bound.value, kind)
        if len(self.scope.findings) == before:
            self.comparable(bound.span, kind, rk, bound.value, value)
        return e.Compare(_OPS[bound.op], left, right)

    def comparable(self, span: Span, want: k.Kind | None, got: k.Kind | None, right: ast.Expr, left: ast.Expr | None) -> None:
        """FR203 when two sides are not of one kind; 0 is of any."""
        zero = isinstance(right, ast.Quantity) and right.value == 0
        if want is None or (got is None and zero):
            return
        if got is None or not (same_measure(want, got) or (isinstance(want, k.Choice) and got == want)):
            place = self._declared(left) if left is not None else None
            related = (Related(place, "declared"),) if place is not None else ()
            self.scope.findings.add("FR203", span, *related, got=describe(got), want=describe(want))

    def _equal(self, node: ast.Expr, left: ast.Expr, right: ast.Expr) -> e.Expr:
        before = len(self.scope.findings)
        lv, lk = self.value(left)
        rv, rk = self.value(right, lk)
        if len(self.scope.findings) > before:
            return e.Const(True)  # noqa: FBT003
        if lk is not None and not k.is_number(lk):
            allowed = isinstance(rk, type(lk)) or (isinstance(lk, k.Choice) and isinstance(rk, k.Text))
            option = rv.value if isinstance(rv, e.Const) else ""
            if not allowed or (isinstance(lk, k.Choice) and isinstance(rv, e.Const) and option not in lk.options):
                self.comparable(node.span, lk, k.Text() if allowed else rk, right, left)
            return e.Same(lv, rv)
        self.comparable(node.span, lk, rk, right, left)
        return e.Compare("=", lv, rv)

    def _not_applicable(self, node: ast.Expr, value: ast.Expr) -> e.Expr:
        expr, _ = self.value(value)
        if not isinstance(expr, e.FactRef):
            self.scope.findings.add("FR216", node.span)
            return e.Const(False)  # noqa: FBT003
        return e.IsNotApplicable((expr,))

    def _checklist(self, value: ast.Expr) -> k.Checklist | None:
        name = value.text if isinstance(value, ast.Name) else ""
        spec = self.scope.facts.get(name)
        if spec is not None:
            self.scope.used.add(name)
            if isinstance(spec.kind, k.Checklist):
                return spec.kind
        self.scope.findings.add("FR217", value.span, name=name or value.span.text)
        return None

    def _has_part(self, node: ast.Expr, value: ast.Expr, part: str) -> e.Expr:
        kind = self._checklist(value)
        if kind is not None and part not in kind.parts:
            guess = nearest(part, kind.parts)
            hint, hint_en = hints(guess)
            self.scope.findings.add("FR218", node.span, part=part, parts="、".join(kind.parts), hint=hint, hint_en=hint_en)
        return e.PartRef(value.text if isinstance(value, ast.Name) else "", part)


def keyed_name(name: str, option: str) -> str:
    """The name of a keyed parameter's value for one option."""
    return f"{name}［{option}］"


def _is_quotient(node: ast.Expr) -> bool:
    """Whether a value is a division: 人口 ÷ 2500人 is 2.4, not 240%, and is rounded as that."""
    return isinstance(node, ast.Arithmetic) and node.op == "÷"


def _over(value: e.Expr, scale: Fraction) -> e.Expr:
    """A value in the unit it is written in, so that rounding means written decimals."""
    return value if scale == 1 else e.Product(value, e.Const(1 / scale))


def _times(value: e.Expr, scale: Fraction) -> e.Expr:
    return value if scale == 1 else e.Product(value, e.Const(scale))
