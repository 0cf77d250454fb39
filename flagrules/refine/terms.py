"""Decisions said to the solver, exactly: the interpreter's arithmetic and conditions as its terms.

What it cannot be told (earlier decisions, figures over other units, what cannot be said) is left free, so that "never" is still
right and a model that rests on it fails its replay.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from flagrules.engine.values import Num
from flagrules.engine.world import possible_values
from flagrules.model import kinds as k
from flagrules.plan.nodes import Decide
from flagrules.refine.smt import MILLISECONDS, Slots, Sym, Told
from flagrules.semantics import expr as e

COMPARED = 12
_RELATIONS: Mapping[str, Any] = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "=": operator.eq}


@dataclass
class Teller:
    """Expressions told to the solver: `told` holds the inputs, `slots` the decisions of this text, `row` the row at hand."""

    told: Told
    slots: Slots = field(default_factory=Slots)
    row: Mapping[str, Sym] | None = None

    def decide(self, decisions: tuple[Decide, ...]) -> None:
        """Decisions in their order."""
        for decision in decisions:
            *guarded, last = decision.entries if decision.entries[-1].guard is None else (*decision.entries, decision.entries[-1])
            value = self.value(last.value)
            for entry in reversed(guarded):
                if entry.guard is not None:
                    value = self._either(self.truth(entry.guard), self.value(entry.value), value)
            self.slots.found[decision.slot] = value

    def truth(self, expr: e.Expr) -> Any:  # noqa: ANN401
        """Whether a condition holds; what does not apply does not hold."""
        value = self.value(expr)
        return self.told.z3.And(value.term, self.told.z3.Not(value.absent))

    def _either(self, holds: Any, then: Sym, other: Sym) -> Sym:  # noqa: ANN401
        pick = self.told.z3.If
        if then.sort != other.sort:
            raise TypeError((then.sort, other.sort))
        return Sym(pick(holds, then.term, other.term), pick(holds, then.absent, other.absent), then.sort)

    def _bool(self, term: Any) -> Sym:  # noqa: ANN401
        return Sym(term, self.told.no, "bool")

    def _num(self, term: Any, *operands: Sym) -> Sym:  # noqa: ANN401
        return Sym(term, self.told.z3.Or([operand.absent for operand in operands]), "num")

    def _anything(self, sort: Literal["num", "bool"] = "num") -> Sym:
        told = self.told
        return Sym(told.fresh("bool" if sort == "bool" else "real"), told.fresh("bool") if sort == "num" else told.no, sort)

    def value(self, expr: e.Expr) -> Sym:  # noqa: C901  one case a form
        """A term for an expression."""
        told, z3 = self.told, self.told.z3
        match expr:
            case e.Const(bool() as value):
                return self._bool(z3.BoolVal(value))
            case e.Const(str() as value):
                return Sym(told.word(value), told.no, "word")
            case e.Const(Fraction() as value):
                return Sym(told.real(value), told.no, "num")
            case e.FactRef(name, kind, back):
                grid = k.step(kind) if k.is_number(kind) else Fraction(1)
                return told.input(("fact", name, back), possible_values(kind, told.facts.get(name)), grid)
            case e.RowCount(fact, kind, back):
                return told.input(("fact", fact, back), possible_values(kind, told.facts.get(fact)))
            case e.PartRef(fact, part):
                return told.input(("part", f"{fact}/{part}", 0))
            case e.ParamRef(name):
                value_in_force = told.plan.parameters[name].value
                return self.value(e.Const(value_in_force)) if value_in_force is not None else told.input(("param", name, 0))
            case e.SlotRef(slot):
                if slot not in self.slots.found:
                    self.slots.found[slot] = told.of_range(self.slots.outside[slot])
                return self.slots.found[slot]
            case e.MissingParts(fact, parts):
                asked = [self.value(e.PartRef(fact, part)) for part in parts]
                return self._num(self._how_many([z3.And(z3.Not(part.term), z3.Not(part.absent)) for part in asked]))
            case e.Unsayable(_, low, high):
                return told.of_range(Num(low, high))
            case e.Across():
                return self._anything("bool" if isinstance(expr.unit, k.YesNo) else "num")
            case e.Held():
                return self._anything("bool")
            case e.FieldRef(name):
                assert self.row is not None
                return self.row[name]
            case e.OverRows():
                return self._over_rows(expr)
            case e.TextLength(fact):
                return self._length(fact)
            case e.Compare() | e.Same() | e.Every() | e.Some() | e.Not() | e.IsNotApplicable():
                return self._bool(self._condition(expr))
            case e.CountTrue(args):
                return self._num(self._how_many([self.truth(arg) for arg in args]))
            case e.CountOutcome(slots, outcome):
                found = [self.slots.found[slot].term == told.word(outcome) for slot in slots if slot in self.slots.found]
                return self._num(self._how_many(found))
            case e.Choose(condition, then, other):
                return self._either(self.truth(condition), self.value(then), self.value(other))
            case _:
                return self._number(expr)

    def _how_many(self, conditions: list[Any]) -> Any:  # noqa: ANN401
        z3 = self.told.z3
        return z3.ToReal(z3.Sum([z3.IntVal(0), *(z3.If(one, 1, 0) for one in conditions)]))

    def _condition(self, expr: e.Expr) -> Any:  # noqa: ANN401
        z3 = self.told.z3
        match expr:
            case e.Every(args):
                return z3.And([self.truth(arg) for arg in args])
            case e.Some(args):
                return z3.Or([self.truth(arg) for arg in args])
            case e.Not(arg):
                return z3.Not(self.truth(arg))
            case e.IsNotApplicable(facts):
                return z3.Or([self._absent(ref) for ref in facts])
            case e.Same(left, right):
                a, b = self.value(left), self.value(right)
                return z3.And(z3.Not(a.absent), z3.Not(b.absent), a.term == b.term) if a.sort == b.sort else z3.BoolVal(False)  # noqa: FBT003
            case e.Compare(op, left, right):
                a, b = self.value(left), self.value(right)
                return z3.And(z3.Not(a.absent), z3.Not(b.absent), _RELATIONS[op](a.term, b.term))
            case _:
                raise TypeError(expr)

    def _absent(self, ref: e.FactRef) -> Any:  # noqa: ANN401
        if isinstance(ref.kind, k.Checklist):
            return self.told.z3.And([self.value(e.PartRef(ref.name, part)).absent for part in ref.kind.parts])
        return self.value(ref).absent

    def _number(self, expr: e.Expr) -> Sym:
        told, z3 = self.told, self.told.z3
        operands = [self.value(child) for child in e.children(expr)]
        terms = [operand.term for operand in operands]
        match expr:
            case e.Sum():
                return self._num(z3.Sum(terms), *operands)
            case e.Product():
                return self._num(terms[0] * terms[1], *operands)
            case e.Quotient():
                return self._num(terms[0] / terms[1], *operands)
            case e.Extreme(largest):
                best = terms[0]
                for term in terms[1:]:
                    best = z3.If((term > best) if largest else (term < best), term, best)
                return self._num(best, *operands)
            case e.Steps(_, _, mode):
                held = terms[0] / terms[1]
                counted = {"pro_rata": held, "whole_steps": _floor(z3, held), "part_counts": -_floor(z3, -held)}[mode]
                return self._num(z3.If(terms[0] <= 0, told.real(Fraction(0)), counted), *operands)
            case e.Doubling():
                doubled = told.real(Fraction(2**60 - 1))
                for times in range(59, -1, -1):
                    doubled = z3.If(terms[0] < times + 1, told.real(Fraction(2**times - 1)), doubled)
                return self._num(doubled, *operands)
            case e.Round(_, places, mode):
                return self._num(_rounded(z3, terms[0], places, mode), *operands)
            case _:
                return self._anything()

    def _length(self, fact: e.FactRef) -> Sym:
        told, z3 = self.told, self.told.z3
        text, key = self.value(fact), ("fact", fact.name, fact.back)
        if key not in told.lengths:
            told.lengths[key] = told.fresh("int")
            told.known.append(z3.And(told.lengths[key] >= 0, told.lengths[key] <= int(k.LARGE)))
            told.known += [z3.Implies(text.term == at, told.lengths[key] == len(word.strip())) for at, word in enumerate(told.words)]
        return self._num(z3.ToReal(told.lengths[key]), text)

    # ── lists ──
    def _over_rows(self, expr: e.OverRows) -> Sym:
        """A figure over rows: row by row where lists have rows, else any number its kind of figure may be."""
        told = self.told
        if expr in told.figures:
            return told.figures[expr]
        count = self.value(e.RowCount(expr.fact, expr.kind))
        found = self._figure_free(expr, count) if told.most is None else self._figure(expr, count)
        if not any(e.slots_read(part) for part in e.children(expr)):
            told.figures[expr] = found
        return found

    def _figure_free(self, expr: e.OverRows, count: Sym) -> Sym:
        told, z3 = self.told, self.told.z3
        if expr.how == "count":
            if expr.where is None:
                return count
            held = told.fresh("int")
            told.known.append(z3.And(held >= 0, z3.ToReal(held) <= count.term))
            free = self._num(z3.ToReal(held), count)
            self._compared(expr, free)
            return free
        return self._num(told.fresh("real"), count)

    def _compared(self, expr: e.OverRows, free: Sym) -> None:
        """A count of rows is at most the count of rows that meet a wider condition."""
        told, z3 = self.told, self.told.z3
        for other, sym in list(told.figures.items())[-COMPARED:]:
            if other.fact == expr.fact and other.how == "count" and other.where is not None and expr.where is not None:
                before = len(told.known)
                row = self._a_row(expr.fact)
                of_the_row = told.known[before:]
                mine, theirs = (Teller(told, self.slots, row).truth(where) for where in (expr.where, other.where))
                for wide, narrow, relation in ((mine, theirs, sym.term <= free.term), (theirs, mine, free.term <= sym.term)):
                    solver = z3.Solver()
                    solver.set("timeout", MILLISECONDS // 30)
                    if solver.check(*of_the_row, narrow, z3.Not(wide)) == z3.unsat:
                        told.known.append(relation)

    def _a_row(self, fact: str) -> dict[str, Sym]:
        kind = self.told.facts[fact].kind
        assert isinstance(kind, k.Records)
        found = {}
        for one in kind.fields:
            ranged = one.low is not None and one.high is not None
            whole = Num(one.low, one.high) if ranged else possible_values(one.kind, None)  # type: ignore[arg-type]  # both are set
            sym = self.told.of_values(whole, k.step(one.kind) if k.is_number(one.kind) else Fraction(1))
            absent = self.told.fresh("bool") if self.told.most is None else sym.absent
            found[one.name] = Sym(sym.term, absent, sym.sort)
        return found

    def _figure(self, expr: e.OverRows, count: Sym) -> Sym:
        told, z3 = self.told, self.told.z3
        assert told.most is not None
        rows = told.rows.setdefault(expr.fact, [])
        while len(rows) < told.most:
            rows.append(self._a_row(expr.fact))
        counts: list[Any] = []
        values: list[Any] = []
        keys: list[Sym] = []
        for at, row in enumerate(rows):
            teller = Teller(told, self.slots, row)
            holds = [count.term > at] + ([teller.truth(expr.where)] if expr.where is not None else [])
            value = teller.value(expr.value) if expr.value is not None else None
            counts.append(z3.And([*holds, *([z3.Not(value.absent)] if value is not None else [])]))
            values.append(value.term if value is not None else told.real(Fraction(0)))
            keys += [teller.value(expr.per)] if expr.per is not None else []
        if keys:
            counts = [z3.And(one, *self._not_above(at, counts, values, keys)) for at, one in enumerate(counts)]
        held = self._how_many(counts)
        if expr.how == "count":
            return self._num(held, count)
        none = self.value(expr.if_none) if expr.if_none is not None else self.value(e.ZERO)
        return self._num(self._middle(expr.how, counts, values, held, none.term), count)

    def _not_above(self, at: int, counts: list[Any], values: list[Any], keys: list[Sym]) -> list[Any]:
        """That no other row that counts agrees with one in its key and stands above it: higher, or as high and before."""
        z3, mine = self.told.z3, keys[at]
        above = ((values[other] > values[at]) if other > at else (values[other] >= values[at]) for other in range(len(keys)))
        return [
            z3.Not(z3.And(counts[other], z3.Not(mine.absent), z3.Not(key.absent), key.term == mine.term, higher))
            for other, (key, higher) in enumerate(zip(keys, above, strict=True))
            if other != at
        ]

    def _middle(self, how: e.RowsHow, counts: list[Any], values: list[Any], held: Any, none: Any) -> Any:  # noqa: ANN401
        z3, told = self.told.z3, self.told
        total = z3.Sum([z3.If(one, value, 0) for one, value in zip(counts, values, strict=True)])
        if how == "total":
            return total
        most, least = (self._best(counts, values, largest=largest) for largest in (True, False))
        if how in ("most", "least"):
            return z3.If(held == 0, none, most if how == "most" else least)
        found = none
        for n in range(1, len(counts) + 1):
            trimmed = how == "trimmed_mean" and n >= 3
            mean = (total - most - least) * told.real(Fraction(1, n - 2)) if trimmed else total * told.real(Fraction(1, n))
            found = z3.If(held == n, mean, found)
        return found

    def _best(self, counts: list[Any], values: list[Any], *, largest: bool) -> Any:  # noqa: ANN401
        z3 = self.told.z3
        best, any_yet = values[0], counts[0]
        for one, value in zip(counts[1:], values[1:], strict=True):
            better = (value > best) if largest else (value < best)
            best = z3.If(z3.And(one, z3.Or(z3.Not(any_yet), better)), value, best)
            any_yet = z3.Or(any_yet, one)
        return best


def _floor(z3: Any, term: Any) -> Any:  # noqa: ANN401
    return z3.ToReal(z3.ToInt(term))


def _rounded(z3: Any, value: Any, places: int, mode: str) -> Any:  # noqa: ANN401
    """As `round_to`: on the size of the number, with its sign put back."""
    factor = 10**places
    size = z3.If(value < 0, -value, value) * factor
    below = _floor(z3, size)
    match mode:
        case "down":
            units = below
        case "up":
            units = -_floor(z3, -size)
        case "half_up":
            units = _floor(z3, size + z3.Q(1, 2))
        case _:
            even = z3.ToInt(below) % 2 == 0
            rest = size - below
            units = z3.If(z3.Or(rest < z3.Q(1, 2), z3.And(rest == z3.Q(1, 2), even)), below, below + 1)
    return z3.If(value < 0, -units, units) / factor
