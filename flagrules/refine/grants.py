"""Which delegation allows a refinement: the innermost one that grants the power, and that the county names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flagrules.semantics.ruleset import Block, Grant, RuleSet, TitleRule
from flagrules.syntax import ast
from flagrules.text.findings import Findings, Related

POWERS = {"split": "细化", "quantify": "量化", "set": "设定", "tighten": "从严", "add": "增设"}


@dataclass(frozen=True)
class Target:
    """An indicator of the higher text, the blocks that hold it from the title down, and its title."""

    title: TitleRule
    chain: tuple[Block, ...]

    @property
    def block(self) -> Block:
        """The indicator itself."""
        return self.chain[-1]

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Delegations that reach the indicator, innermost first."""
        return tuple(grant for block in reversed(self.chain) for grant in block.grants)


def chain_to(body: Block, item: str) -> tuple[Block, ...]:
    """The blocks from a title's body down to the indicator of that number, or nothing."""
    if body.item == item:
        return (body,)
    for child in body.children:
        found = chain_to(child, item)
        if found:
            return (body, *found)
    return ()


def find_target(rules: RuleSet, item: str) -> Target | None:
    """The indicator of that number anywhere in the programme."""
    for title in rules.titles:
        chain = chain_to(title.body, item)
        if chain:
            return Target(title, chain)
    return None


def permit(
    power: str, under: ast.Under, grants: Sequence[Grant], node: ast.Line, higher: Related, findings: Findings, rules: RuleSet
) -> Grant | None:
    """The delegation that allows `power` here. FR411 nothing delegates it; FR412 the county names another clause than the right one.

    Authority is checked first, whatever the refinement says: an unauthorised line is an error even if it would change nothing.
    """
    fitting = [grant for grant in grants if grant.power == power]
    if not fitting:
        findings.add("FR411", node.span, higher, power=POWERS[power])
        return None
    for grant in fitting:
        if any((clause.document, clause.item) == (under.document, under.item) for clause in grant.clauses):
            return grant
    place = rules.lines[fitting[0].line].span
    named = "、".join(f"{clause.document} {clause.item}" for clause in fitting[0].clauses)
    findings.add("FR412", under.span, Related(place, "delegation"), written=f"{under.document} {under.item}", named=named or "—")
    return None
