"""按同组平均 lowered: the entries of an indicator that takes the mean score rate of its group where it does not apply."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flagrules.plan.nodes import Decide, Entry
from flagrules.semantics import expr as e
from flagrules.semantics.ruleset import Block

OWN = "own points"
APPLIES = "applies"
_ONE = e.Const(Fraction(1))


def is_averaged(block: Block) -> bool:
    """Whether a block takes the mean of its group where it does not apply."""
    return block.not_applicable is not None and block.not_applicable.policy == "group_mean"


def applies(block: Block, owner: str) -> Decide:
    """Whether a block that its group's mean may leave out applies: 1, or 0."""
    policy = block.not_applicable
    assert policy is not None
    entries = (Entry(policy.guard, policy.line, e.ZERO, "not_applicable"), Entry(None, block.line, _ONE, "score"))
    return Decide(f"{block.path}/{APPLIES}", block.line, "weight", entries, block.name, None, owner, "")


def group_mean(block: Block, others: Sequence[Block]) -> list[Entry]:
    """Where the block does not apply: the mean of the others that do, or what the line says where none does."""
    policy = block.not_applicable
    assert policy is not None
    none = Entry(policy.guard, policy.line, e.Const(policy.points or Fraction(0)), "not_applicable")
    if not others:
        return [none]
    points: e.Expr = e.Product(_mean(others), e.Const(block.whole or Fraction(0)))
    if policy.keep is not None:
        points = e.Round(points, *policy.keep)
    given = Entry(policy.guard, policy.line, points, "not_applicable")
    if any(other.not_applicable is None for other in others):
        return [given]
    nobody = e.Compare("=", _how_many(others), e.ZERO)
    return [Entry(e.Every((policy.guard, nobody)), policy.line, none.value, "not_applicable"), given]


def _mean(others: Sequence[Block]) -> e.Expr:
    rates = tuple(_rate(other) for other in others)
    if all(other.not_applicable is None for other in others):
        return e.Product(e.Sum(rates), e.Const(Fraction(1, len(rates))))
    mean = e.Quotient(e.Sum(rates), e.Extreme(True, (_how_many(others), _ONE)))  # noqa: FBT003  none applying was an entry before
    # A mean is never above the largest of what it is taken of; saying so keeps its range from growing with the number of them.
    return e.Extreme(False, (mean, e.Extreme(True, (*rates, e.ZERO))))  # noqa: FBT003  the smaller, the larger


def _how_many(others: Sequence[Block]) -> e.Expr:
    """How many of the others apply."""
    always = sum(other.not_applicable is None for other in others)
    return e.Sum((e.Const(Fraction(always)), *(_applying(other) for other in others if other.not_applicable is not None)))


def _applying(other: Block) -> e.SlotRef:
    return e.SlotRef(f"{other.path}/{APPLIES}")


def _rate(other: Block) -> e.Expr:
    """The points of another indicator as a share of its full mark; 0 while it does not apply."""
    slot = f"{other.path}/{OWN}" if is_averaged(other) else f"{other.path}/score"
    rate = e.Product(e.SlotRef(slot), e.Const(1 / (other.whole or Fraction(1))))
    return e.Product(_applying(other), rate) if other.not_applicable is not None else rate
