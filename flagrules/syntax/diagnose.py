"""A line that cannot be read, in an author's words: where, what could stand there, and the nearest right spelling."""

from __future__ import annotations

import re
import unicodedata

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from flagrules.syntax.lines import LogicalLine
from flagrules.syntax.vocabulary import WORD, vocabulary
from flagrules.text.findings import Edit, Findings
from flagrules.text.source import Source, Span
from flagrules.text.spelling import nearest

_PLAIN = {
    "NAME": "名称", "QUANTITY": "数量", "STRING": "“引文”", "DATE": "日期", "ITEM": "编号", "BOOK": "《文件名》", "TYPE": "类型", "MONTH_DAY": "月日",
    "COLON": "：", "COMMA": "，", "SEMICOLON": "；", "LPAR": "（", "RPAR": "）", "EQUAL": "＝", "PLUS": "＋", "MINUS": "-", "$END": "行末",
}  # fmt: skip
_MENTIONED = 8


def _spelling(terminal: str) -> str:
    word = vocabulary().keywords.get(terminal)
    if word is not None:
        return word.pairs[0][0]
    return _PLAIN.get(terminal, {"__ANON_0": "、"}.get(terminal, terminal))


def _expected(error: UnexpectedInput) -> set[str]:
    """Terminals that really may stand at the error: asked of the parser, for an LALR state's own set is too wide."""
    parser = getattr(error, "interactive_parser", None)
    if parser is not None:
        accepts = set(parser.accepts())
        if accepts:
            return accepts
    if isinstance(error, UnexpectedToken):
        return set(error.expected)
    return set(getattr(error, "allowed", None) or ())


def _list(terminals: set[str]) -> str:
    table = list(vocabulary().keywords)
    order = sorted(terminals, key=lambda name: (table.index(name) if name in table else -1, name))
    words = list(dict.fromkeys(_spelling(name) for name in order if not name.startswith("__")))
    return "、".join(words[:_MENTIONED]) + (" …" if len(words) > _MENTIONED else "")


def _split_glued(word: str, declared: frozenset[str]) -> str | None:
    """A run of characters cut into declared names and words of the language, where that is possible in one way of longest parts."""
    fixed = {text for entry in vocabulary().keywords.values() for text in entry.spellings if not text.isascii()}
    known = sorted(declared | fixed, key=len, reverse=True)
    parts: list[str] = []
    rest = word
    while rest:
        part = next((candidate for candidate in known if rest.startswith(candidate)), None)
        if part is None:
            return None
        parts.append(part)
        rest = rest[len(part) :]
    return " ".join(parts) if len(parts) > 1 and any(part in declared for part in parts) else None


def _word_at(text: str, offset: int) -> tuple[int, str]:
    start = offset
    while start > 0 and re.match(f"[{WORD}]", text[start - 1]):
        start -= 1
    match = re.compile(f"[{WORD}]+").match(text, start)
    return (start, match.group()) if match else (offset, text[offset : offset + 1])


def _glued(source: Source, line: LogicalLine, findings: Findings, declared: frozenset[str], end: int) -> bool:
    """FR108 for the first glued word up to `end`."""
    for match in re.finditer(f"[{WORD}]+", line.text[:end]):
        split = _split_glued(match.group(), declared)
        if split is not None:
            place = Span(source, line.start + match.start(), line.start + match.end())
            findings.add("FR108", place, word=match.group(), split=split, edit=Edit(place, split))
            return True
    return False


def diagnose(source: Source, line: LogicalLine, error: UnexpectedInput, findings: Findings, declared: frozenset[str]) -> None:
    """One finding for an unreadable line: FR108 words glued together, FR109 a character that looks like another, FR100 an unknown
    word at the head of a line, FR101 anything else; with what could stand there and the nearest spelling."""
    offset = min(int(error.pos_in_stream if error.pos_in_stream is not None and error.pos_in_stream >= 0 else 0), len(line.text))
    token = error.token if isinstance(error, UnexpectedToken) else None
    if token is not None and token.type == "$END":
        offset = len(line.text)
    odd = line.text[offset : offset + 1]
    if isinstance(error, UnexpectedCharacters) and odd and not odd.isascii() and not re.match(f"[{WORD}“”《》、。；×÷≠〔〕]", odd):
        place = Span(source, line.start + offset, line.start + offset + 1)
        findings.add("FR109", place, char=odd, name=unicodedata.name(odd, f"U+{ord(odd):04X}"))
        return
    start, word = _word_at(line.text, offset)
    if _glued(source, line, findings, declared, start + len(word)):
        return
    expected = _expected(error)
    spellings = [text for name in expected if name in vocabulary().keywords for text in vocabulary().keywords[name].spellings]
    at_head = start == 0
    guess = nearest(word, spellings) if word else None
    end = start + max(len(word), 1)
    if isinstance(token, Token) and token.type == "$END":
        start = max(len(line.text) - 1, 0)
        end = len(line.text)
        word = ""
    place = Span(source, line.start + start, line.start + end)
    edit = Edit(place, guess) if guess else None
    hint = f"是不是“{guess}”？" if guess else ""
    hint_en = f"Did you mean '{guess}'?" if guess else ""
    code = "FR100" if at_head and word else "FR101" if word else "FR114"
    del edit  # a guessed word may change meaning: the author decides
    findings.add(code, place, word=word, expected=_list(expected), hint=hint, hint_en=hint_en)
