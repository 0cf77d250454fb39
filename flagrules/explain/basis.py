"""What a story rests on, gathered from its lines: assumptions, clauses of documents, and where the points were lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from flagrules.documents.register import DocumentRegister
from flagrules.semantics.ruleset import Citation, RuleLine

if TYPE_CHECKING:
    from flagrules.explain.story import BlockStory, FactRead, Story


@dataclass(frozen=True)
class Assumed:
    """An assumption, and the lines that make it."""

    reason: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Cited:
    """A clause some line cites: its document's title and what it says, "" where no register of the document is at hand."""

    clause: Citation
    title: str
    says: str
    says_en: str


@dataclass(frozen=True)
class Loss:
    """A part that did not reach its full mark, and by how many points."""

    name: str
    points: Fraction


def _of_reads(reads: Sequence[FactRead]) -> Iterator[RuleLine]:
    yield from (read.line for read in reads if read.line is not None)


def _of_block(block: BlockStory) -> Iterator[RuleLine]:
    yield block.line
    yield from (line for line, _ in block.decided)
    yield from _of_reads(block.reads)
    for value in block.values:
        yield value.line
        yield from _of_reads(value.reads)
    for term in block.terms:
        yield term.head
        yield from (line for line, _ in term.lines)
        yield from _of_reads(term.reads)
    for child in block.children:
        yield from _of_block(child)


def lines_of(story: Story) -> tuple[RuleLine, ...]:
    """Every rule line the outcome went through, once each: the title's, its gates', its indicators', the parameters' read, its tiers'."""
    found = [story.body.line]
    for gate in story.gates:
        found += [gate.line, *_of_reads(gate.reads)]
    found += _of_block(story.body)
    for tier in story.tiers:
        found += [tier.gate.line, *_of_reads(tier.gate.reads)]
        for paid in tier.money:
            found += [*(line for line, _ in paid.decided), *_of_reads(paid.reads)]
    return tuple({line.id: line for line in found}.values())


def assumptions_of(story: Story) -> tuple[Assumed, ...]:
    """What was assumed on the way, in order, each reason once with all lines that give it."""
    found: dict[str, list[str]] = {}
    for line in lines_of(story):
        for reason in () if line.inherited else line.assumptions:
            found.setdefault(reason, []).append(line.id)
    return tuple(Assumed(reason, tuple(lines)) for reason, lines in found.items())


def clauses_of(story: Story, registers: Sequence[DocumentRegister]) -> tuple[Cited, ...]:
    """The clauses cited on the way, in order of document and number, each with what its register says of it."""
    by_id = {register.id: register for register in registers}
    found: dict[tuple[str, str], Cited] = {}
    for line in lines_of(story):
        for clause in line.clauses:
            register = by_id.get(clause.register)
            said = register.statement(clause.item) if register is not None else None
            found.setdefault(
                (clause.document, clause.item),
                Cited(clause, register.title if register else "", said.says if said else "", said.says_en if said else ""),
            )
    return tuple(found[key] for key in sorted(found, key=_in_order))


def _in_order(key: tuple[str, str]) -> tuple[str, tuple[tuple[int, str], ...]]:
    return key[0], tuple((int(part), "") if part.isdigit() else (0, part) for part in key[1].split("."))


def losses_of(story: Story) -> tuple[Loss, ...]:
    """The parts right under the title that surely lost points, the largest loss first."""
    lost = [
        Loss(child.name, child.whole - child.points.high)
        for child in story.body.children
        if not child.on_top and child.whole is not None and child.points.high < child.whole
    ]
    return tuple(sorted(lost, key=lambda item: -item.points))
