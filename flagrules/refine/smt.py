"""What the solver z3 is told of inputs: whole numbers on their grids, truths, words, rows of lists; and its models read as facts.

z3 is an extra: it is imported when it is asked.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from flagrules.engine.values import NA, NotApplicable, Num, Val, known, number
from flagrules.engine.world import Key
from flagrules.facts.schema import FactSpec
from flagrules.facts.table import Cell, Row, State
from flagrules.model import kinds as k
from flagrules.plan.nodes import Plan
from flagrules.refine.search import Box, Lists, Space
from flagrules.semantics import expr as e
from flagrules.text.source import CellPlace

INSTALL = "pip install 'flagrules[z3]'"
MILLISECONDS = 3000
LONGEST = 200
_PLACE = CellPlace("z3", "", 1, "")


def installed() -> bool:
    """Whether the solver can be asked."""
    return importlib.util.find_spec("z3") is not None


@dataclass(frozen=True)
class Sym:
    """A value as a solver term: a number, a truth or a word (its place in the table of words), and whether it does not apply."""

    term: Any
    absent: Any
    sort: Literal["num", "bool", "word"]


@dataclass
class Slots:
    """The decisions of one text as terms, by slot; `outside` is what is known of decisions that stand elsewhere."""

    found: dict[str, Sym] = field(default_factory=dict)
    outside: Mapping[str, Val] = field(default_factory=dict)


class Told:
    """What the solver is told of some inputs. `most` is how many rows a list has at most; None: lists are figures alone."""

    def __init__(self, plan: Plan, facts: Mapping[str, FactSpec], space: Space, most: int | None = None) -> None:
        self.z3: Any = importlib.import_module("z3")
        self.plan = plan
        self.facts = facts
        self.space = space
        self.most = most
        self.words: list[str] = []
        self.inputs: dict[Key, Sym] = {}
        self.rows: dict[str, list[dict[str, Sym]]] = {}
        self.figures: dict[e.OverRows, Sym] = {}
        self.lengths: dict[Key, Any] = {}
        self.known: list[Any] = []
        self.free = 0
        self.yes, self.no = self.z3.BoolVal(True), self.z3.BoolVal(False)  # noqa: FBT003  a value of the solver's

    # ── inputs ──
    def fresh(self, sort: str) -> Any:  # noqa: ANN401  z3 publishes no types
        """A free variable."""
        self.free += 1
        make = {"int": self.z3.Int, "real": self.z3.Real, "bool": self.z3.Bool}[sort]
        return make(f"v{self.free}")

    def word(self, text: str) -> Any:  # noqa: ANN401
        """The place of a word in the table."""
        if text not in self.words:
            self.words.append(text)
        return self.z3.IntVal(self.words.index(text))

    def of_values(self, whole: Val, step: Fraction) -> Sym:
        """A variable for all that a value may be."""
        if isinstance(whole, NotApplicable):
            return Sym(self.real(Fraction(0)), self.yes, "num")
        absent = self.fresh("bool") if whole.absent else self.no
        if isinstance(whole, Num):
            count = self.fresh("int")
            low, high = -((-whole.low / step).__floor__()), (whole.high / step).__floor__()
            self.known.append(self.z3.And(count >= low, count <= high))
            return Sym(self.z3.ToReal(count) * self.real(step), absent, "num")
        if whole.options <= {True, False} and whole.options:
            truth = self.fresh("bool")
            if len(whole.options) == 1:
                self.known.append(truth == (True in whole.options))
            return Sym(truth, absent, "bool")
        word = self.fresh("int")
        if not whole.open:
            self.known.append(self.z3.Or([word == self.word(str(option)) for option in sorted(whole.options, key=str)]))
        return Sym(word, absent, "word")

    def of_range(self, whole: Val) -> Sym:
        """A variable for what a decision made elsewhere may be: any number of its range."""
        if not isinstance(whole, Num):
            return self.of_values(whole, Fraction(1))
        free = Sym(self.fresh("real"), self.fresh("bool") if whole.absent else self.no, "num")
        self.known.append(self.z3.And(free.term >= self.real(whole.low), free.term <= self.real(whole.high)))
        return free

    def real(self, value: Fraction) -> Any:  # noqa: ANN401
        """An exact number."""
        return self.z3.Q(value.numerator, value.denominator)

    def input(self, key: Key, whole: Val | None = None, step: Fraction = Fraction(1)) -> Sym:
        """The variable of an input."""
        if key not in self.inputs:
            if key in self.space.box:
                whole, step = self.space.box[key], self.space.steps[key]
            assert whole is not None
            self.inputs[key] = self.of_values(whole, step)
            if self.most is not None and key[0] == "fact" and self._listed(key[1]) and not key[2]:
                self.known.append(self.inputs[key].term <= self.most)
        return self.inputs[key]

    def _listed(self, fact: str) -> bool:
        return fact in self.facts and isinstance(self.facts[fact].kind, k.Records)

    # ── a model as facts ──
    def facts_in(self, model: Any) -> Box:  # noqa: ANN401
        """Every input as a model has it."""
        found = {key: self._value(key, sym, model) for key, sym in self.inputs.items()}
        return {key: value for key, value in found.items() if value == NA or key[0] != "fact" or key[2] or key[1] not in self.rows}

    def rows_in(self, model: Any) -> Lists:  # noqa: ANN401
        """The lists of a model, row by row."""
        found = []
        for fact, rows in self.rows.items():
            sym = self.inputs["fact", fact, 0]
            count = self._value(("fact", fact, 0), sym, model)
            if isinstance(count, Num):
                kept = rows[: int(count.low)]
                found.append((fact, tuple(Row({n: self._cell(v, model) for n, v in row.items()}, _PLACE) for row in kept)))
        return tuple(found)

    def _cell(self, sym: Sym, model: Any) -> Cell:  # noqa: ANN401
        value = self._plain(sym, model)
        return Cell(State.KNOWN, value if value is not None else "")

    def _value(self, key: Key, sym: Sym, model: Any) -> Val:  # noqa: ANN401
        if self.z3.is_true(model.eval(sym.absent, model_completion=True)):
            return NA
        found = self._plain(sym, model)
        if found is None and key in self.lengths:
            length = model.eval(self.lengths[key], model_completion=True).as_long()
            found = "字" * length if length <= LONGEST else None
        if found is None:
            return known("?")
        return number(found) if isinstance(found, Fraction) else known(found)

    def _plain(self, sym: Sym, model: Any) -> Fraction | bool | str | None:  # noqa: ANN401
        found = model.eval(sym.term, model_completion=True)
        if sym.sort == "num":
            return Fraction(found.numerator_as_long(), found.denominator_as_long())
        if sym.sort == "bool":
            return bool(self.z3.is_true(found))
        at = found.as_long()
        return self.words[at] if 0 <= at < len(self.words) else None
