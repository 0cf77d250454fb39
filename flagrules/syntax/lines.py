"""Physical lines to logical lines and their tree, from indentation alone. A pure function: two threads never share state."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flagrules.syntax.fold import comment_start, fold
from flagrules.text.findings import Edit, Findings
from flagrules.text.source import Source, Span

_FENCE = re.compile(r"^```(\S*)\s*$")
_BRACKETS = {"〔": "〕", "(": ")"}
MAX_LINE = 10_000
MAX_DEPTH = 20


@dataclass(frozen=True)
class LogicalLine:
    """One statement: its folded text, the offset of that text in the source, its depth in the tree, and its comments.

    `above` are whole-line comments before it, `beside` the comment at its end (both without folding), `blank` whether an empty
    line stands before it.
    """

    text: str
    start: int
    depth: int
    above: tuple[str, ...] = ()
    beside: str = ""
    blank: bool = False


@dataclass(frozen=True)
class Outline:
    """All logical lines of a file in order, and the comments after the last one."""

    lines: tuple[LogicalLine, ...]
    trailing: tuple[str, ...] = ()


def rules_of(source: Source) -> str:
    """The rule text of a source: all of a .rules file; of a literate .rules.md only the fenced 规则 blocks, other lines blanked."""
    if not source.label.endswith(".md"):
        return source.text
    kept: list[str] = []
    inside = False
    for line in source.text.split("\n"):
        fence = _FENCE.match(line)
        if fence:
            inside = not inside and fence.group(1) in ("规则", "rules")
        kept.append(line if inside and not fence else " " * len(line))
    return "\n".join(kept)


def _open_bracket(text: str) -> int:
    """Offset of the first bracket that is not closed in a folded text, or -1."""
    stack: list[tuple[str, int]] = []
    closing = ""
    for offset, char in enumerate(text):
        if closing:
            closing = "" if char == closing else closing
        elif char in "“\"《":
            closing = {"“": "”", '"': '"', "《": "》"}[char]
        elif char in _BRACKETS:
            stack.append((_BRACKETS[char], offset))
        elif stack and char == stack[-1][0]:
            stack.pop()
    return stack[0][1] if stack else -1


@dataclass
class _Reader:
    source: Source
    findings: Findings
    raw: list[str]
    folded: list[str]
    starts: list[int]

    def span(self, line: int, begin: int, end: int) -> Span:
        return Span(self.source, self.starts[line] + begin, self.starts[line] + end)

    def indent_of(self, line: int) -> int:
        text = self.raw[line]
        margin = len(text) - len(text.lstrip(" \t\u3000"))
        odd = text[:margin].strip(" ")
        if odd:
            width = sum(4 if char == "\t" else 2 if char == "\u3000" else 1 for char in text[:margin])
            place = self.span(line, 0, margin)
            self.findings.add("FR103", place, edit=Edit(place, " " * width))
            return width
        return margin


def _comment(raw: str, folded: str) -> str:
    return raw[comment_start(folded) :].strip()


def outline(source: Source, findings: Findings) -> Outline:
    """The logical lines of a source with their depths. Findings: FR102 unclosed bracket, FR103 tabs or wide blanks in the margin,
    FR104 an indentation that matches no line above, FR105 a line past 10,000 characters, FR106 more than 20 levels."""
    text = rules_of(source)
    raw = text.split("\n")
    starts = [0]
    for line in raw:
        starts.append(starts[-1] + len(line) + 1)
    reader = _Reader(source, findings, raw, fold(text).split("\n"), starts)
    lines: list[LogicalLine] = []
    stack = [0]
    above: list[str] = []
    blank = False
    number = 0
    while number < len(raw):
        content = reader.folded[number][: comment_start(reader.folded[number])].rstrip()
        if not content.strip(" \t\u3000"):
            comment = _comment(raw[number], reader.folded[number])
            if comment:
                above.append(comment)
            elif not above:
                blank = True
            number += 1
            continue
        first, number = number, number + 1
        margin = reader.indent_of(first)
        begin = len(content) - len(content.lstrip(" \t\u3000"))
        beside = _comment(raw[first], reader.folded[first])
        pieces = [content[begin:]]
        if len(content) > MAX_LINE:
            findings.add("FR105", reader.span(first, begin, begin + 20), limit=MAX_LINE)
            continue
        while (opened := _open_bracket("\n".join(pieces))) >= 0 and number < len(raw):
            following = reader.folded[number][: comment_start(reader.folded[number])].rstrip()
            deeper = len(following) - len(following.lstrip(" \t\u3000")) > margin
            if not following.strip() or not deeper or beside:
                break
            pieces.append(following)
            beside = _comment(raw[number], reader.folded[number])
            number += 1
        joined = "\n".join(pieces)
        if opened >= 0:
            at = starts[first] + begin + opened
            findings.add("FR102", Span(source, at, at + 1), bracket=joined[opened])
        if margin > stack[-1] and lines:
            stack.append(margin)
        elif margin != stack[-1]:
            while margin < stack[-1]:
                stack.pop()
            if margin != stack[-1]:
                findings.add("FR104", reader.span(first, 0, margin))
        if len(stack) > MAX_DEPTH:
            findings.add("FR106", reader.span(first, 0, margin), limit=MAX_DEPTH)
            stack = stack[:MAX_DEPTH]
        lines.append(LogicalLine(joined, starts[first] + begin, len(stack) - 1, tuple(above), beside, blank))
        above, blank = [], False
    return Outline(tuple(lines), tuple(above))
