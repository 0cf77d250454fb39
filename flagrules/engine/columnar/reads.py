"""What decisions rest on: the inputs of each and of all before it, and which are only ever compared with constants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from flagrules.engine.columnar.layout import Source
from flagrules.engine.inputs import expressions
from flagrules.model import kinds as k
from flagrules.plan.nodes import Decide, ParameterInForce
from flagrules.semantics import expr as e

Read = Source | e.SlotRef
FEW = 8
Edges = frozenset[Fraction] | None


@dataclass(frozen=True)
class Reads:
    """What is read, each with the constants it is compared with; None where more than that is done with its value."""

    edges: Mapping[Read, Edges] = field(default_factory=dict)

    def join(self, others: Iterable[Reads]) -> Reads:
        """This and others together."""
        found = dict(self.edges)
        for other in others:
            for read, edges in other.edges.items():
                mine = found.get(read, frozenset())
                found[read] = None if mine is None or edges is None else mine | edges
        return Reads(found)

    @property
    def slots(self) -> tuple[str, ...]:
        """The decisions read."""
        return tuple(read.slot for read in self.edges if isinstance(read, e.SlotRef))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The inputs read."""
        return tuple(read for read in self.edges if not isinstance(read, e.SlotRef))


def own_reads(decision: Decide, parameters: Mapping[str, ParameterInForce]) -> Reads:
    """What a decision reads itself."""
    return Reads({}).join(Reads(reads_of(expr, parameters)) for expr in expressions([decision]))


def reads_of(expr: e.Expr, parameters: Mapping[str, ParameterInForce]) -> dict[Read, Edges]:
    """What an expression reads, each with the constants it is compared with."""
    found: dict[Read, Edges] = {}
    for read, edges in _reads(expr, parameters):
        mine = found.get(read, frozenset())
        found[read] = None if mine is None or edges is None else mine | edges
    return found


def _reads(expr: e.Expr, parameters: Mapping[str, ParameterInForce]) -> Iterator[tuple[Read, Edges]]:
    match expr:
        case e.Compare(_, left, right):
            for one, other in ((left, right), (right, left)):
                edge = _constant(other, parameters)
                if isinstance(one, Read) and edge is not None:
                    yield one, frozenset({edge})
                else:
                    yield from _reads(one, parameters)
        case e.FactRef() | e.PartRef() | e.RowCount() | e.Held() | e.SlotRef():
            yield expr, None
        case e.OverRows(fact, kind):
            yield e.RowCount(fact, kind), None
            yield expr, None
        case e.Across():
            yield expr, None
            yield from _reads(expr.if_none, parameters) if expr.if_none is not None else ()
        case e.MissingParts(fact, parts):
            yield from ((e.PartRef(fact, part), None) for part in parts)
        case e.IsNotApplicable(facts):
            for ref in facts:
                yield from _absence(ref)
        case e.CountOutcome(slots):
            yield from ((e.SlotRef(slot), None) for slot in slots)
        case _:
            for child in e.children(expr):
                yield from _reads(child, parameters)


def _absence(ref: e.FactRef) -> Iterator[tuple[Read, Edges]]:
    """Whether a fact applies says nothing of its number."""
    match ref.kind:
        case k.Checklist(parts):
            yield from ((e.PartRef(ref.name, part), None) for part in parts)
        case k.Records():
            yield e.RowCount(ref.name, ref.kind, ref.back), frozenset()
        case _:
            yield ref, frozenset() if k.is_number(ref.kind) else None


def _constant(expr: e.Expr, parameters: Mapping[str, ParameterInForce]) -> Fraction | None:
    value = expr.value if isinstance(expr, e.Const) else parameters[expr.name].value if isinstance(expr, e.ParamRef) else None
    return value if isinstance(value, Fraction) else None


@dataclass(frozen=True)
class Closure:
    """A decision with all that it rests on: the decisions, itself last, and the inputs; None where they are too many to try."""

    decisions: tuple[Decide, ...]
    reads: Reads


def closures(decisions: Sequence[Decide], own: Mapping[str, Reads]) -> dict[str, Closure | None]:
    """The closure of each decision that rests on few inputs."""
    found: dict[str, Closure | None] = {}
    for decision in decisions:
        before = [found[slot] for slot in own[decision.slot].slots if slot in found]
        few = [one for one in before if one is not None]
        reads = Reads({read: edges for read, edges in own[decision.slot].edges.items() if not isinstance(read, e.SlotRef)})
        reads = reads.join(one.reads for one in few) if len(few) == len(before) else reads
        if len(few) < len(before) or len(reads.edges) > FEW:
            found[decision.slot] = None
            continue
        chain = dict.fromkeys(earlier.slot for one in few for earlier in one.decisions)
        by_slot = {earlier.slot: earlier for one in few for earlier in one.decisions}
        found[decision.slot] = Closure((*(by_slot[slot] for slot in chain), decision), reads)
    return found
