"""Scoring terms lowered to ordered decision lists: one function a surface form, each a few rows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Literal

from flagrules.model import kinds as k
from flagrules.model.numbers import RoundingMode
from flagrules.semantics import expr as e
from flagrules.semantics.bands import Stretch, WrittenBand, check_bands, stretch_of
from flagrules.semantics.expressions import Resolver
from flagrules.semantics.figures_over_rows import counted, rows_of
from flagrules.semantics.kinds import base_value, constant, describe, kind_of_unit, same_measure
from flagrules.semantics.ruleset import NotApplicablePolicy, Row, RuleLine, Term
from flagrules.semantics.scope import Scope
from flagrules.syntax import ast
from flagrules.text.findings import Related
from flagrules.text.source import Span

Role = Literal["earn", "lose", "gain"]
_ROLE: dict[str, Role] = {"computed": "earn", "award": "earn", "full": "earn", "none": "earn", "loss": "lose", "gain": "gain"}
_FLOORS = {"until_zero": "zero", "no_floor": "none", "at_most_lose": "capped"}


class TermMaker:
    """Lowers the terms of the indicator `name`, whose full mark is `whole` and whose rule line is `above`."""

    def __init__(self, scope: Scope, resolver: Resolver, name: str, whole: Fraction | None, above: RuleLine) -> None:
        self.name = name
        self.scope = scope
        self.resolver = resolver
        self.whole = whole
        self.above = above
        self.denied: list[tuple[e.Expr, str]] = []

    def make(self, node: ast.Line) -> Term | None:
        """The term of a line, or None when it is not a scoring line."""
        match node:
            case ast.Bands():
                return self._bands(node)
            case ast.When():
                return self._when(node)
            case ast.PerUnit():
                return self._per_unit(node)
            case ast.Missing():
                return self._missing(node)
            case ast.Proportional():
                return self._proportional(node)
            case ast.JudgedLine():
                return self._judged(node)
            case ast.PerEvent():
                return self._per_event(node)
            case ast.Formula():
                return self._formula(node)
            case ast.Matrix():
                return self._matrix(node)
            case _:
                return None

    # ── shared ──
    def _line(self, node: ast.Line, above: RuleLine | None = None) -> RuleLine:
        parent = above or self.above
        return self.scope.line(node, parent.path, parent, own=above is None)

    def _points(self, outcome: ast.Outcome) -> Fraction:
        """Signed points of an outcome: a deduction is negative."""
        match outcome.verb:
            case "full":
                if self.whole is None:
                    self.scope.findings.add("FR231", outcome.span)
                return self.whole or Fraction(0)
            case "none":
                return Fraction(0)
            case "loss":
                return -(outcome.points or Fraction(0))
            case _:
                return outcome.points or Fraction(0)

    def _given(self, outcome: ast.Outcome) -> e.Expr:
        """What a band or a condition gives: written points, or those of an expression (得（…）)."""
        if outcome.value is None:
            return e.Const(self._points(outcome))
        value, kind = self.resolver.number(outcome.value)
        if kind is not None and not isinstance(kind, k.Points | k.Judged):
            self.scope.findings.add("FR203", outcome.span, got=describe(kind), want=describe(k.Points()))
        return value

    def _option(self, options: tuple[ast.Option, ...], *names: str) -> ast.Option | None:
        found = [option for option in options if option.name in names]
        if len(found) > 1:
            self.scope.findings.add("FR232", found[1].span, Related(found[0].span, "first"))
        return found[0] if found else None

    def _allowed(self, options: tuple[ast.Option, ...], *names: str) -> None:
        for option in options:
            if option.name not in names:
                self.scope.findings.add("FR233", option.span, text=option.span.text)

    def _floor(self, node: ast.Line, role: Role, options: tuple[ast.Option, ...]) -> tuple[str, Fraction | None]:
        """What a deduction says of its floor (FR234 when it says nothing), and a cap in points for 最多扣 and 封顶."""
        if role == "lose":
            option = self._option(options, "until_zero", "at_most_lose", "no_floor")
            if option is None:
                self.scope.findings.add("FR234", node.span)
                return "zero", None
            return _FLOORS[option.name], self._amount(option)
        option = self._option(options, "cap", "uncapped")
        if option is None:
            self.scope.findings.add("FR235", node.span)
            return "", None
        return "", self._amount(option)

    def _amount(self, option: ast.Option) -> Fraction | None:
        """The points written with an option, if any."""
        return constant(self.scope.findings, option.value, k.Points()) if option.value is not None else None

    def _capped(self, rows: list[Row], line: str, points: e.Expr, role: Role, cap: Fraction | None) -> tuple[Row, ...]:
        """One row for the points, preceded by one for the cap when the points would go past it."""
        if cap is not None:
            past = e.Compare("<", points, e.Const(-cap)) if role == "lose" else e.Compare(">", points, e.Const(cap))
            rows = [*rows, Row(past, line, e.Const(-cap if role == "lose" else cap), "cap")]
        return (*rows, Row(None, line, points))

    # ── forms ──
    def _bands(self, node: ast.Bands) -> Term | None:
        head = self._line(node)
        self._allowed(node.options)
        if not node.children:
            self.scope.findings.add("FR305", node.span)
            return None
        value, kind = self.resolver.number(node.value) if node.value is not None else (None, None)
        rows: list[Row] = []
        written: list[WrittenBand] = []
        rest: Span | None = None
        roles = set()
        constant = True
        for child in node.children:
            if rest is not None:
                self.scope.findings.add("FR306", child.span, Related(rest, "first"))
            line = self._line(child, head)
            if isinstance(child, ast.When):
                if child.otherwise is not None or child.options:
                    self.scope.findings.add("FR307", child.span)
                guard: e.Expr | None = self.resolver.condition(child.condition)
                constant = False
            elif isinstance(child, ast.Band) and child.bounds:
                if value is None:
                    self.scope.findings.add("FR308", child.span, Related(node.span, "opened"))
                    continue
                tests = tuple(self.resolver.bound(value, kind, bound, node.value) for bound in child.bounds)
                guard = tests[0] if len(tests) == 1 else e.Every(tests)
                stretch = stretch_of(tuple(test for test in tests if isinstance(test, e.Compare)))
                constant = constant and stretch is not None
                if stretch is not None:
                    written.append(WrittenBand(stretch, child.span))
            else:
                guard, rest = None, child.span
            assert isinstance(child, ast.Band | ast.When)
            roles.add(_ROLE[child.outcome.verb])
            rows.append(Row(guard, line.id, self._given(child.outcome)))
        if rest is None and not (constant and value is not None):
            self.scope.findings.add("FR309", node.span)
        if constant and value is not None:
            whole, step = self._span_of(value)
            check_bands(written, whole, step, kind, rest, node.span, self.scope.findings)
        if len(roles) > 1:
            self.scope.findings.add("FR310", node.span)
        role: Role = next(iter(roles)) if roles else "earn"
        return Term(head.id, role, tuple(rows), "capped" if role == "lose" else "")

    def _span_of(self, value: e.Expr) -> tuple[Stretch, Fraction | None]:
        if isinstance(value, e.FactRef | e.RowCount) and value.name_of in self.scope.facts:
            spec = self.scope.facts[value.name_of]
            step = Fraction(1) if isinstance(spec.kind, k.Records) else k.step(spec.kind)
            return Stretch(spec.low, False, spec.high, False), step  # noqa: FBT003
        return Stretch(None, False, None, False), None  # noqa: FBT003

    def _when(self, node: ast.When) -> Term:
        line = self._line(node)
        guard = self.resolver.condition(node.condition)
        role = _ROLE[node.outcome.verb]
        floor, cap = "", None
        if role == "lose":
            self._allowed(node.options, "until_zero", "at_most_lose", "no_floor")
            floor, cap = self._floor(node, role, node.options)
        else:
            self._allowed(node.options)
        if node.otherwise is not None and _ROLE[node.otherwise.verb] != role:
            self.scope.findings.add("FR310", node.span)
        given = [self._given(outcome) if outcome is not None else e.ZERO for outcome in (node.outcome, node.otherwise)]
        if cap is not None:
            given = [e.Extreme(True, (points, e.Const(-cap))) if points != e.ZERO else points for points in given]  # noqa: FBT003
        rows = (Row(guard, line.id, given[0]), Row(None, line.id, given[1]))
        return Term(line.id, role, rows, floor)  # type: ignore[arg-type]  # one of the words of _FLOORS

    def _per_unit(self, node: ast.PerUnit) -> Term:
        line = self._line(node)
        value, kind = self.resolver.number(node.value)
        if any(option.name in ("repeat_double", "each_double") for option in node.options) and node.gap is None:
            return self._counted(node, line, value, kind)
        self._allowed(node.options, "until_zero", "at_most_lose", "no_floor", "cap", "uncapped", "whole_steps", "pro_rata", "part_counts")
        if node.gap is not None:
            before = len(self.scope.findings)
            target, target_kind = self.resolver.number(node.gap.value, kind)
            if len(self.scope.findings) == before and kind is not None and (target_kind is None or not same_measure(kind, target_kind)):
                self.scope.findings.add("FR203", node.gap.span, got=describe(target_kind), want=describe(kind))
            value = e.Sum((target, e.minus(value))) if node.gap.below else e.Sum((value, e.minus(target)))
            kind = k.PercentagePoints() if isinstance(kind, k.Ratio) else kind
        step = self._step(node.step, kind)
        option = self._option(node.options, "whole_steps", "pro_rata", "part_counts")
        mode = option.name if option is not None else "whole_steps"
        if option is None and not self._always_whole(value, step):
            self.scope.findings.add("FR236", node.span, step=node.step.span.text)
        role = _ROLE[node.outcome.verb]
        floor, cap = self._floor(node, role, node.options)
        steps = e.Steps(value, e.Const(step), mode)  # type: ignore[arg-type]  # one of the three words of the grammar
        points = e.Product(e.Const(self._points(node.outcome)), steps)
        return Term(line.id, role, self._capped([], line.id, points, role, cap), floor)  # type: ignore[arg-type]

    def _per_event(self, node: ast.PerEvent) -> Term | None:
        line = self._line(node)
        kind = rows_of(self.resolver, node.records, node.span)
        if kind is None:
            return None
        count: e.Expr = counted(self.resolver, node.records, kind, node.where)
        return self._counted(node, line, count, k.Quantity(kind.unit))

    def _counted(self, node: ast.PerEvent | ast.PerUnit, line: RuleLine, value: e.Expr, kind: k.Kind | None) -> Term:
        """So many points for each whole step of a count, the second and later ones dearer where the line says so."""
        option = self._option(node.options, "repeat_double", "each_double")
        parts = ("pro_rata", "part_counts") if option is None else ()
        self._allowed(
            node.options, "until_zero", "at_most_lose", "no_floor", "cap", "uncapped", "repeat_double", "each_double", "whole_steps", *parts
        )
        size = self._step(node.step, kind)
        mode = self._option(node.options, "whole_steps", *parts)
        if mode is None and size != 1:
            self.scope.findings.add("FR236", node.span, step=node.step.span.text)
        steps: e.Expr = e.Steps(value, e.Const(size), mode.name if mode is not None else "whole_steps")  # type: ignore[arg-type]
        if option is not None and option.name == "repeat_double":
            # n + (n - 1 where positive): each part rises with n, so that the range over all n is exact.
            more = e.Extreme(True, (e.Sum((steps, e.Const(Fraction(-1)))), e.ZERO))  # noqa: FBT003  the larger
            steps = e.Sum((steps, more))
        elif option is not None:
            steps = e.Doubling(steps)
        role = _ROLE[node.outcome.verb]
        floor, cap = self._floor(node, role, node.options)
        points = e.Product(e.Const(self._points(node.outcome)), steps)
        return Term(line.id, role, self._capped([], line.id, points, role, cap), floor)  # type: ignore[arg-type]

    def _formula(self, node: ast.Formula) -> Term:
        line = self._line(node)
        self._allowed(node.options, "keep", "exact", "cap", "uncapped")
        value, kind = self.resolver.number(node.value)
        if kind is not None and not isinstance(kind, k.Points | k.Judged):
            self.scope.findings.add("FR203", node.value.span, got=describe(kind), want=describe(k.Points()))
        points = self._rounded(node, node.options, value)
        option = self._option(node.options, "cap", "uncapped")
        limit = self._ratio_cap(option) if option is not None else None
        return Term(line.id, "earn", self._capped([], line.id, points, "earn", limit))

    def _rounded(self, node: ast.Line, options: tuple[ast.Option, ...], points: e.Expr) -> e.Expr:
        """Points rounded as the line says."""
        keep = self.keep(node, options)
        return e.Round(points, *keep) if keep is not None else points

    def keep(self, node: ast.Line, options: tuple[ast.Option, ...]) -> tuple[int, RoundingMode] | None:
        """To how many places points are kept, and how; None for exact. FR240 when the line says neither."""
        rounding = self._option(options, "keep", "exact")
        if rounding is None:
            self.scope.findings.add("FR240", node.span)
        if rounding is None or rounding.name == "exact" or rounding.value is None:
            return None
        modes: dict[str, RoundingMode] = {"half_up": "half_up", "round_down": "down", "round_up": "up"}
        return int(rounding.value.value), modes[rounding.mode]

    def policy(self, node: ast.NotApplicableLine, guard: e.Expr, line: str) -> NotApplicablePolicy:
        """What 不适用 says, in the same words as a term: a mean says its rounding, and nothing else has a choice to make."""
        if node.policy != "group_mean":
            self._allowed(node.options)
            return NotApplicablePolicy(guard, line, node.policy, node.points)  # type: ignore[arg-type]  # one of five words
        self._allowed(node.options, "keep", "exact", "if_none")
        none = self._option(node.options, "if_none")
        points = self._amount(none) if none is not None else None
        return NotApplicablePolicy(guard, line, "group_mean", points, self.keep(node, node.options))

    def _matrix(self, node: ast.Matrix) -> Term | None:
        """Points by two choices: one row a cell, in the order written. FR327 an option that has no cell."""
        head = self._line(node)
        down, across = self._choice(node.down, node), self._choice(node.across, node)
        columns = next((child for child in node.children if isinstance(child, ast.Columns)), None)
        if columns is None:
            self.scope.findings.add("FR318", node.span)
        if down is None or across is None or columns is None:
            return None
        self._known_options(columns, columns.names, across)
        self._all_options(columns, columns.names, across, "列")
        self._all_options(node, tuple(child.name for child in node.children if isinstance(child, ast.Row)), down, "行")
        role = _ROLE[{"loss": "loss", "award": "award", "gain": "gain"}[node.verb]]
        sign = -1 if role == "lose" else 1
        rows: list[Row] = []
        for child in node.children:
            if not isinstance(child, ast.Row):
                continue
            line = self._line(child, head)
            self._known_options(child, (child.name,), down)
            if len(child.cells) != len(columns.names):
                other, cells = Related(columns.span, "other"), len(child.cells)
                self.scope.findings.add("FR319", child.span, other, cells=cells, columns=len(columns.names))
            for name, cell in zip(columns.names, child.cells, strict=False):
                guard = e.Every((e.Same(down, e.Const(child.name)), e.Same(across, e.Const(name))))
                if cell is None:
                    self.denied.append((guard, line.id))
                points = self._points_of(cell) if cell is not None else Fraction(0)
                rows.append(Row(guard, line.id, e.Const(sign * points)))
        floor, cap = self._floor(node, role, node.options) if role == "lose" else ("", None)
        if cap is not None:
            rows = [Row(row.guard, row.line, e.Extreme(True, (row.points, e.Const(-cap)))) for row in rows]  # noqa: FBT003  the larger
        if rows:  # every pair has its cell, so what none of the others is, is the last one
            rows[-1] = replace(rows[-1], guard=None)
        return Term(head.id, role, tuple(rows) or (Row(None, head.id, e.ZERO),), floor)  # type: ignore[arg-type]

    def _choice(self, name: str, node: ast.Line) -> e.FactRef | None:
        spec = self.scope.facts.get(name)
        if spec is None or not isinstance(spec.kind, k.Choice):
            self.scope.findings.add("FR320", node.span, name=name)
            return None
        self.scope.used.add(name)
        return e.FactRef(name, spec.kind)

    def _known_options(self, node: ast.Line, names: tuple[str, ...], ref: e.FactRef) -> None:
        options = ref.kind.options if isinstance(ref.kind, k.Choice) else ()
        for name in names:
            if name not in options:
                self.scope.findings.add("FR321", node.span, name=name, fact=ref.name, options="、".join(options))

    def _all_options(self, node: ast.Line, names: tuple[str, ...], ref: e.FactRef, word: str) -> None:
        """FR327: an option the matrix leaves out; what it gives is the author's to say, nothing is not a choice made by silence."""
        options = ref.kind.options if isinstance(ref.kind, k.Choice) else ()
        missing = [option for option in options if option not in names]
        if missing and all(name in options for name in names):  # else one of them is misspelt, and FR321 says so
            declared = self.scope.facts[ref.name].declared
            related = (Related(declared, "declared"),) if declared is not None else ()
            missing_, missing_en = "、".join(missing), ", ".join(missing)
            self.scope.findings.add("FR327", node.span, *related, fact=ref.name, missing=missing_, missing_en=missing_en, word=word)

    def _step(self, written: ast.Quantity, kind: k.Kind | None) -> Fraction:
        step_kind = kind_of_unit(written.unit)
        if kind is not None and (step_kind is None or not same_measure(step_kind, kind)):
            self.scope.findings.add("FR203", written.span, got=describe(step_kind), want=describe(kind))
        value = base_value(written)
        if value <= 0:
            self.scope.findings.add("FR237", written.span)
            return Fraction(1)
        return value

    def _always_whole(self, value: e.Expr, step: Fraction) -> bool:
        """Whether the value is a count in steps of one, or its distance from such a number, so that no part of a step can arise."""
        match value:
            case e.Sum(args):
                return all(self._always_whole(arg, step) for arg in args)
            case e.Product(e.Const(Fraction(numerator=-1, denominator=1)), right):
                return self._always_whole(right, step)
            case e.Const(Fraction() as number):
                return number % step == 0
            case e.WorkdayNumber():
                return step.denominator == 1
        if not isinstance(value, e.FactRef | e.RowCount) or value.name_of not in self.scope.facts:
            return False
        kind = self.scope.facts[value.name_of].kind
        return isinstance(kind, k.Records) or (k.is_number(kind) and k.step(kind) % step == 0)

    def _missing(self, node: ast.Missing) -> Term:
        line = self._line(node)
        self._allowed(node.options, "until_zero", "at_most_lose", "no_floor")
        spec = self.scope.facts.get(node.checklist)
        parts: tuple[str, ...] = ()
        if spec is None or not isinstance(spec.kind, k.Checklist):
            self.scope.findings.add("FR217", node.span, name=node.checklist)
        else:
            self.scope.used.add(node.checklist)
            parts = spec.kind.parts
        if node.step.value < 1 or node.step.value.denominator != 1 or node.step.unit != "项":
            self.scope.findings.add("FR238", node.step.span)
        role = _ROLE[node.outcome.verb]
        if role != "lose":
            self.scope.findings.add("FR239", node.outcome.span)
        floor, cap = self._floor(node, "lose", node.options)
        steps = e.Steps(e.MissingParts(node.checklist, parts), e.Const(max(node.step.value, Fraction(1))), "whole_steps")
        points = e.Product(e.Const(-abs(self._points(node.outcome))), steps)
        return Term(line.id, "lose", self._capped([], line.id, points, "lose", cap), floor)  # type: ignore[arg-type]

    def _proportional(self, node: ast.Proportional) -> Term:
        line = self._line(node)
        self._allowed(node.options, "keep", "exact", "cap", "uncapped")
        ratio, kind = self.resolver.number(node.value)
        if kind is not None and not isinstance(kind, k.Ratio):
            self.scope.findings.add("FR203", node.value.span, got=describe(kind), want=describe(k.Ratio()))
        if self.whole is None:
            self.scope.findings.add("FR231", node.span)
        points: e.Expr = e.Product(ratio, e.Const(self.whole or Fraction(0)))
        points = self._rounded(node, node.options, points)
        cap = self._option(node.options, "cap", "uncapped")
        limit = self._ratio_cap(cap)
        return Term(line.id, "earn", self._capped([], line.id, points, "earn", limit))

    def _ratio_cap(self, cap: ast.Option | None) -> Fraction | None:
        """封顶 100% is a share of the full mark, 封顶 20分 is points; nothing written leaves the full mark as the most there is."""
        if cap is None:
            return self.whole
        if cap.value is None:
            return None
        if cap.value.unit == "%":
            return base_value(cap.value) * (self.whole or Fraction(0))
        return self._amount(cap)

    def _judged(self, node: ast.JudgedLine) -> Term:
        line = self._line(node)
        low, high = self._points_of(node.low), self._points_of(node.high)
        if low > high or (self.whole is not None and high > self.whole):
            self.scope.findings.add("FR241", node.span)
        spec = self.scope.judged(self.name, node, k.Judged(node.by), low, high, self.resolver.subjects)
        ref = e.FactRef(spec.name, spec.kind)
        return Term(line.id, "earn", (Row(None, line.id, ref),), "", spec.name)

    def _points_of(self, quantity: ast.Quantity) -> Fraction:
        if quantity.unit != "分":
            self.scope.findings.add("FR112", quantity.span, unit=quantity.unit)
        return quantity.value
