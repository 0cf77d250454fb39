"""按同组平均: which indicators' score rates stand in for one that does not apply, and when there may be none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flagrules.semantics.ruleset import Block, RuleLine, TitleRule
from flagrules.text.findings import Findings


def others_in_group(block: Block, titles: Sequence[TitleRule]) -> tuple[Block, ...]:
    """The other indicators under the same line."""
    for title in titles:
        for parent in title.body.blocks():
            if any(child.path == block.path for child in parent.children):
                return tuple(child for child in parent.children if child.kind == "indicator" and child.path != block.path)
    return ()


def averaged(titles: Sequence[TitleRule]) -> Iterator[Block]:
    """The indicators that take the mean of their group where they do not apply."""
    for title in titles:
        for block in title.body.blocks():
            if block.not_applicable is not None and block.not_applicable.policy == "group_mean":
                yield block


def check_group_means(titles: Sequence[TitleRule], lines: Mapping[str, RuleLine], findings: Findings) -> None:
    """FR328 no other indicator to take the mean of; FR329 all of them may not apply, and nothing says what then."""
    for block in averaged(titles):
        policy = block.not_applicable
        assert policy is not None
        others = others_in_group(block, titles) if block.kind == "indicator" else ()
        if not others:
            findings.add("FR328", lines[policy.line].span)
        elif policy.points is None and all(other.not_applicable is not None for other in others):
            findings.add("FR329", lines[policy.line].span, names="、".join(other.name for other in others))
