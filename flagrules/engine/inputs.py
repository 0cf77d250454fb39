"""What decisions depend on: facts, checklist parts and parameters, all each may be, and the numbers they compare it with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from flagrules.engine.values import MAYBE, Val, or_absent
from flagrules.engine.world import Key, parameter_values, possible_values
from flagrules.facts.schema import FactSpec
from flagrules.model import kinds as k
from flagrules.plan.nodes import Decide, ParameterInForce
from flagrules.semantics import expr as e

Leaf = e.FactRef | e.RowCount | e.ParamRef | e.MissingParts | e.PartRef


def expressions(decisions: Iterable[Decide]) -> Iterator[e.Expr]:
    """Every guard and value of some decisions."""
    for decision in decisions:
        for entry in decision.entries:
            if entry.guard is not None:
                yield entry.guard
            yield entry.value


def leaves(decisions: Iterable[Decide]) -> Iterator[Leaf]:
    """Every place where some decisions read an input."""
    for expr in expressions(decisions):
        for node in e.walk(expr):
            if isinstance(node, Leaf):
                yield node


def domain(
    leaf: Leaf, facts: Mapping[str, FactSpec], parameters: Mapping[str, ParameterInForce]
) -> Iterator[tuple[Key, Val, Fraction]]:
    """Each input a leaf reads, all it may be, and its grid. A parameter that is set is no input."""
    match leaf:
        case e.FactRef(name, k.Checklist(parts)) | e.MissingParts(name, parts):
            for part in parts:
                yield _part(name, part, facts)
        case e.PartRef(name, part):
            yield _part(name, part, facts)
        case e.FactRef(name, kind, back) | e.RowCount(name, kind, back):
            yield ("fact", name, back), possible_values(kind, facts.get(name)), _grid(kind)
        case e.ParamRef(name, kind):
            if parameters[name].value is None:
                yield ("param", name, 0), parameter_values(parameters[name]), _grid(kind)


def lists(decisions: Iterable[Decide], facts: Mapping[str, FactSpec]) -> Iterator[tuple[Key, Val, Fraction]]:
    """The lists of which figures are taken, each by how many rows it has. How many there are settles few figures, so no proof cuts here."""
    for expr in expressions(decisions):
        for node in e.walk(expr):
            if isinstance(node, e.OverRows):
                yield ("fact", node.fact, 0), possible_values(node.kind, facts.get(node.fact)), Fraction(1)


def _part(fact: str, part: str, facts: Mapping[str, FactSpec]) -> tuple[Key, Val, Fraction]:
    spec = facts.get(fact)
    whole = or_absent(MAYBE) if spec is not None and spec.nullable else MAYBE
    return ("part", f"{fact}/{part}", 0), whole, Fraction(1)


def _grid(kind: k.Kind) -> Fraction:
    return k.step(kind) if k.is_number(kind) else Fraction(1)


def breakpoints(decisions: Iterable[Decide]) -> dict[Key, tuple[Fraction, ...]]:
    """The constants each fact is compared with, in order."""
    found: dict[Key, set[Fraction]] = {}
    for expr in expressions(decisions):
        for node in e.walk(expr):
            if isinstance(node, e.Compare) and isinstance(node.left, e.FactRef | e.RowCount) and isinstance(node.right, e.Const):
                key: Key = ("fact", node.left.name_of, node.left.back)
                if isinstance(node.right.value, Fraction):
                    found.setdefault(key, set()).add(node.right.value)
    return {key: tuple(sorted(values)) for key, values in found.items()}
