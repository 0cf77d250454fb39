"""Physical lines to logical lines and their tree, from indentation alone. A pure function: two threads never share state."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from flagrules.syntax.fold import comment_start, fold
from flagrules.text.findings import Edit, Findings
from flagrules.text.source import Source, Span

_FENCE = re.compile(r"^ {0,3}```(\S*)\s*$")
_BRACKETS = {"〔": "〕", "(": ")"}
_QUOTES = {"“": "”", '"': '"', "《": "》"}
_MARKS = re.compile('[〔〕()“”"《》\n]')
_MARGIN = " \t\u3000"
MAX_LINE = 10_000
MAX_DEPTH = 20


@dataclass(frozen=True)
class LogicalLine:
    """One statement: its folded text, the offset of that text in the source, its depth in the tree, and its comments.

    `above` are whole-line comments before it ("" is an empty line among them), `beside` the comment at its end (both without
    folding), `blank` whether an empty line stands before it and its comments.
    """

    text: str
    start: int
    depth: int
    above: tuple[str, ...] = ()
    beside: str = ""
    blank: bool = False


@dataclass(frozen=True)
class Loose:
    """Comments that no statement of their block follows: where they begin, and as in `LogicalLine`."""

    start: int
    above: tuple[str, ...]
    blank: bool


@dataclass(frozen=True)
class Outline:
    """All logical lines of a file in order, and the comments that belong to none of them."""

    lines: tuple[LogicalLine, ...]
    loose: tuple[Loose, ...] = ()


def blocks_of(source: Source) -> tuple[tuple[int, int], ...]:
    """Where the rule text stands, as pairs of 0-based line numbers, end exclusive.

    That is all of a .rules file, and of a literate .rules.md only the inside of the fenced 规则 blocks.
    """
    lines = source.text.split("\n")
    if not source.label.endswith(".md"):
        return ((0, len(lines)),)
    found: list[tuple[int, int]] = []
    opened, rules = -1, False
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        if fence is None:
            continue
        if opened < 0:
            opened, rules = number + 1, fence.group(1) in ("规则", "rules")
        elif not fence.group(1):
            found += [(opened, number)] if rules else []
            opened = -1
    return (*found, (opened, len(lines))) if opened >= 0 and rules else tuple(found)


def open_bracket(text: str) -> int:
    """Offset of the first bracket that is not closed in a folded text, or -1."""
    stack: list[tuple[str, int]] = []
    closing = ""
    for match in _MARKS.finditer(text):
        char = match.group()
        if closing:
            closing = "" if char in (closing, "\n") else closing
        elif char in _QUOTES:
            closing = _QUOTES[char]
        elif char in _BRACKETS:
            stack.append((_BRACKETS[char], match.start()))
        elif stack and char == stack[-1][0]:
            stack.pop()
    return stack[0][1] if stack else -1


class _Reader:
    """Goes through one source once; every variable lives here, so two threads never share state."""

    def __init__(self, source: Source, findings: Findings) -> None:
        self.source, self.findings = source, findings
        self.raw = source.text.split("\n")
        self.folded = fold(source.text).split("\n")
        self.ends = [comment_start(line) for line in self.folded]
        self.starts = [0, *accumulate(len(line) + 1 for line in self.raw)]
        self.lines: list[LogicalLine] = []
        self.loose: list[Loose] = []
        self.stack = [0]
        self.above: list[str] = []
        self.blank = False
        self.opened_at = 0

    def span(self, line: int, begin: int, end: int) -> Span:
        return Span(self.source, self.starts[line] + begin, self.starts[line] + end)

    def content(self, line: int) -> str:
        return self.folded[line][: self.ends[line]].rstrip()

    def comment(self, line: int) -> str:
        return self.raw[line][self.ends[line] :].strip()

    @cached_property
    def step(self) -> int:
        """How many blanks one level is written with, from the first margin of plain blanks; a tab stands for one level."""
        margins = (len(line) - len(line.lstrip(" ")) for line in self.raw if line.strip() and line[:1] == " ")
        return next(margins, 2)

    def margin(self, line: int) -> int:
        """Width of the margin; FR103 when it is not made of plain blanks."""
        text = self.raw[line]
        size = len(text) - len(text.lstrip(_MARGIN))
        if not text[:size].strip(" "):
            return size
        width = sum(self.step if char == "\t" else 2 if char == "\u3000" else 1 for char in text[:size])
        place = self.span(line, 0, size)
        self.findings.add("FR103", place, edit=Edit(place, " " * width))
        return width

    def read(self) -> Outline:
        for first, last in blocks_of(self.source):
            number = first
            while number < last:
                content = self.content(number)
                number = self.statement(number, last, content) if content.strip(_MARGIN) else self.remark(number)
            self.flush()
        return Outline(tuple(self.lines), tuple(self.loose))

    def remark(self, number: int) -> int:
        """An empty line or a line with only a comment."""
        comment = self.comment(number)
        if comment:
            self.opened_at = self.opened_at if self.above else self.starts[number]
            self.above.append(comment)
        elif not self.above:
            self.blank = True
        elif self.above[-1]:
            self.above.append("")
        return number + 1

    def flush(self) -> None:
        """At the end of a block: comments that no statement follows."""
        while self.above and not self.above[-1]:
            self.above.pop()
        if self.above:
            self.loose.append(Loose(self.opened_at, tuple(self.above), self.blank))
        self.above, self.blank = [], False

    def statement(self, first: int, last: int, content: str) -> int:
        """One logical line and the deeper lines its brackets go on to; the number of the line after it."""
        margin = self.margin(first)
        begin = len(content) - len(content.lstrip(_MARGIN))
        text, number = self.joined(first, last, content[begin:])
        if len(text) > MAX_LINE:
            self.findings.add("FR105", self.span(first, begin, begin + 20), limit=MAX_LINE)
            return self.skip(number, last, margin)
        self.place(first, margin)
        depth = len(self.stack) - 1
        start = self.starts[first] + begin
        self.lines.append(LogicalLine(text, start, depth, tuple(self.above), self.comment(number - 1), self.blank))
        self.above, self.blank = [], False
        return number

    def joined(self, first: int, last: int, text: str) -> tuple[str, int]:
        """The text with its continuation lines; FR102, and no continuation, when a bracket is closed nowhere."""
        opened = open_bracket(text)
        pieces, number = [text], first + 1
        begin = len(self.folded[first]) - len(self.folded[first].lstrip(_MARGIN))
        while opened >= 0 and number < last and not self.comment(number - 1):
            following = self.content(number)
            if len(following) - len(following.lstrip(_MARGIN)) <= begin:
                break
            pieces[-1] = pieces[-1].ljust(len(self.raw[number - 1]) - (begin if number == first + 1 else 0))  # places stay true
            pieces.append(following)
            number += 1
            if sum(map(len, pieces)) > MAX_LINE:
                break
            if open_bracket("\n".join(pieces)) < 0:
                return "\n".join(pieces), number
        if opened >= 0:
            at = self.starts[first] + begin + opened
            self.findings.add("FR102", Span(self.source, at, at + 1), bracket=self.source.text[at])
        return text, first + 1

    def skip(self, number: int, last: int, margin: int) -> int:
        """Past everything under a line that was given up."""
        while number < last:
            content = self.content(number)
            if content.strip(_MARGIN) and len(content) - len(content.lstrip(_MARGIN)) <= margin:
                break
            number += 1
        return number

    def place(self, line: int, margin: int) -> None:
        """Find the level of a margin; FR104 when it matches none, and the level nearest below it is taken then."""
        if not self.lines or margin < self.stack[0]:
            self.stack = [margin]
            if margin and not self.lines:
                self.findings.add("FR127", self.span(line, 0, margin))
            return
        deeper = margin > self.stack[-1]
        while margin < self.stack[-1]:
            self.stack.pop()
        if margin > self.stack[-1]:
            self.stack.append(margin)
            if not deeper:
                self.findings.add("FR104", self.span(line, 0, margin))
            elif len(self.stack) == MAX_DEPTH + 1:
                self.findings.add("FR106", self.span(line, 0, margin), limit=MAX_DEPTH)


def outline(source: Source, findings: Findings) -> Outline:
    """The logical lines of a source with their depths.

    Findings: FR102 an unclosed bracket, FR103 tabs or wide blanks in the margin, FR104 an indentation that matches no line above,
    FR127 a first line with a margin, FR105 a line past 10,000 characters, FR106 more than 20 levels.
    """
    return _Reader(source, findings).read()
