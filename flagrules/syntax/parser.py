"""Rule text to a `RuleFile`: each logical line is read on its own, so one bad line never hides the next."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import lark
from lark import Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from flagrules.kept import code_of, keep, kept_file, recall
from flagrules.syntax import ast
from flagrules.syntax.build import Builder
from flagrules.syntax.build_lines import line_of
from flagrules.syntax.diagnose import diagnose
from flagrules.syntax.grammar import line_parser
from flagrules.syntax.lines import LogicalLine, outline
from flagrules.syntax.structure import check_outline
from flagrules.syntax.vocabulary import grammar_folder, vocabulary
from flagrules.text.findings import Findings
from flagrules.text.source import FilePlace, Source, Span

MAX_NESTING = 200
WORTH = 2_000  # characters of a file from which keeping what was read of it pays
MANY = 256  # files that are kept


def _span(source: Source, line: LogicalLine) -> Span:
    return Span(source, line.start, line.start + len(line.text))


def _depth(tree: Tree[Token]) -> int:
    """Levels of a parse tree, counted without recursion."""
    deepest, left = 0, [(tree, 1)]
    while left:
        node, depth = left.pop()
        deepest = max(deepest, depth)
        left += [(child, depth + 1) for child in node.children if isinstance(child, Tree)]
    return deepest


def _read(source: Source, line: LogicalLine, findings: Findings, declared: frozenset[str]) -> ast.Line | None:
    if line.text.count("(") > MAX_NESTING:
        findings.add("FR106", _span(source, line), limit=MAX_NESTING)
        return None
    try:
        tree = line_parser().parse(line.text)
    except (UnexpectedToken, UnexpectedCharacters, UnexpectedInput) as error:
        diagnose(source, line, error, findings, declared)
        return None
    if len(line.text) > MAX_NESTING and _depth(tree) > MAX_NESTING:  # a chain of signs nests as brackets do
        findings.add("FR106", _span(source, line), limit=MAX_NESTING)
        return None
    return line_of(Builder(source, line.start, findings), tree, _span(source, line))


def _assemble(nodes: list[tuple[int, ast.Line | None]]) -> tuple[ast.Line, ...]:
    """Depth-first list to tree; lines under an unreadable line are kept under its parent's position by being dropped silently
    with it, since the finding at the unreadable line already stops the run."""

    def take(index: int, depth: int) -> tuple[list[ast.Line], int]:
        found: list[ast.Line] = []
        while index < len(nodes) and nodes[index][0] >= depth:
            _, node = nodes[index]
            children, index = take(index + 1, depth + 1)
            if node is not None:
                found.append(replace(node, children=tuple(children)) if children else node)
        return found, index

    return tuple(take(0, 0)[0])


def declared_names(source: Source) -> frozenset[str]:
    """Names the file declares, found without parsing, so that a line that cannot be read can still be mended."""
    words = {word for key in ("FACT", "PARAMETER", "TITLE", "GROUP", "FIELD") for word in vocabulary().keywords[key].spellings}
    names = set()
    for text in source.text.split("\n"):
        parts = text.replace("：", ":").replace(":", " ").split()
        if len(parts) > 1 and parts[0] in words:
            names.add(parts[1])
    return frozenset(names)


def parse(source: Source, findings: Findings, known: frozenset[str] = frozenset()) -> ast.RuleFile:
    """Read a rule file. Every unreadable line is one finding (FR1xx) and the other lines are read all the same; `known` are
    names declared in other files of the same programme, for the suggestions. FR115 a file without a rule line.

    What was read of a file without findings is kept, and not read again as long as neither the file nor the language changes.
    """
    kept = kept_file(".read", _reader(), [lark.__version__, source.label, source.text]) if len(source.text) >= WORTH else None
    found = recall(kept, ast.RuleFile) if kept is not None else None
    if found is not None:
        return found
    own = Findings()
    made = _parsed(source, own, known)
    if kept is not None and not own:
        keep(kept, made, MANY)
    findings.extend(own)
    return made


@cache
def _reader() -> str:
    """The digest of all that reads rules."""
    package = Path(__file__).resolve().parents[1]
    return code_of([package / "syntax", package / "text", grammar_folder()])


def _parsed(source: Source, findings: Findings, known: frozenset[str]) -> ast.RuleFile:
    found = outline(source, findings)
    if not found.lines and not findings:
        findings.add("FR115", FilePlace(source.label))
    declared = declared_names(source) | known
    nodes = [(line.depth, _read(source, line, findings, declared)) for line in found.lines]
    lines = _assemble(nodes)
    if all(node is not None for _, node in nodes):
        check_outline(lines, findings)
    return ast.RuleFile(source.label, lines)
