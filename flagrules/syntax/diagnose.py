"""A line that cannot be read, in an author's words: where it goes wrong, and what to write there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lark.exceptions import UnexpectedInput, UnexpectedToken

from flagrules.syntax.grammar import line_parser
from flagrules.syntax.habits import bare, habit_in
from flagrules.syntax.lines import LogicalLine, open_bracket
from flagrules.syntax.repair import Repairs, either, expected_at, listed
from flagrules.syntax.vocabulary import CJK, WORD, head_words, vocabulary, words
from flagrules.text.findings import Edit, Findings
from flagrules.text.source import Source, Span
from flagrules.text.spelling import nearest

_PREFIXES = "得|扣|加|每|不满|超过|不少于|最多|保留"
_NUMERALS = re.compile(
    f"(?P<prefix>{_PREFIXES})?[零一二两三四五六七八九十百千半][零一二两三四五六七八九十百千万亿]*"
    "(?:次|处|起|件|户|人|名|个|家|面|颗|项|场|分|元|年|日|月|位).*"
)
_PIECE = re.compile(f"[0-9][0-9.]*(?:%|[{WORD}]+)?|[{WORD}]+|.", re.DOTALL)
_BOUND = re.compile("以上|以下|以内|以外|超过|不满|低于|高于")  # left out, the line would say something else
_CLOSING = {"“": "”", '"': '"', "《": "》"}


def _stop(error: UnexpectedInput) -> int:
    """Offset at which reading stopped; lark leaves it unset at the end of the text."""
    return int(getattr(error, "pos_in_stream", None) or 0)


@dataclass
class _Case:
    """One unreadable line: the place where reading stopped, and the words declared in the file."""

    source: Source
    line: LogicalLine
    error: UnexpectedInput
    findings: Findings
    declared: frozenset[str]

    @property
    def text(self) -> str:
        return self.line.text

    @cached_property
    def at_end(self) -> bool:
        return isinstance(self.error, UnexpectedToken) and self.error.token.type == "$END"

    @cached_property
    def offset(self) -> int:
        return len(self.text) if self.at_end else min(max(_stop(self.error), 0), len(self.text))

    @cached_property
    def word(self) -> str:
        """The run of letters, the number with its unit, or the one sign that stands where reading stopped."""
        if isinstance(self.error, UnexpectedToken) and not self.at_end and self.error.token.type != "NAME":
            return str(self.error.token)
        match = _PIECE.match(self.text, self.offset)
        return match.group() if match else ""

    @cached_property
    def expected(self) -> set[str]:
        return expected_at(self.error, self.text, self.offset)

    def add(self, code: str, start: int, end: int, edit: str | None = None, **args: str) -> bool:
        place = Span(self.source, self.line.start + start, self.line.start + end)
        self.findings.add(code, place, edit=None if edit is None else Edit(place, edit), **args)
        return True

    def here(self, code: str, **args: str) -> bool:
        return self.add(code, self.offset, self.offset + max(len(self.word), 1), None, word=self.written, **args)

    @property
    def written(self) -> str:
        """The word as the author typed it, not folded."""
        return self.source.text[self.line.start + self.offset :][: len(self.word)].strip('“”"《》') or self.word


def _open(case: _Case) -> bool:
    """An open bracket has had its FR102; an open quote gets FR117 here."""
    closing = _CLOSING.get(case.text[case.offset : case.offset + 1])
    if closing is not None and closing not in case.text[case.offset + 1 :].split("\n", 1)[0]:
        return case.add("FR117", case.offset, case.offset + 1, quote=case.word[0], closing=closing)
    return open_bracket(case.text) >= 0


def _habit(case: _Case) -> bool:
    habit = habit_in(case.text, case.offset + max(len(case.word), 1), case.declared)
    if habit is None:
        return False
    written = case.source.text[case.line.start + habit.start :][: len(habit.text)]
    return case.add("FR116", habit.start, habit.start + len(habit.text), word=written, advice=habit.zh, advice_en=habit.en)


def _odd_character(case: _Case) -> bool:
    odd = case.text[case.offset : case.offset + 1]
    readable = odd.isascii() and odd.isprintable()
    if not odd or readable or re.match(f"[{WORD}0-9“”《》、。；×÷≠〔〕 \n]", odd):
        return False
    name = unicodedata.name(odd, f"U+{ord(odd):04X}")
    if unicodedata.category(odd) in ("Cc", "Cf"):
        return case.add("FR126", case.offset, case.offset + 1, char=odd, name=name)
    return case.add("FR109", case.offset, case.offset + 1, char=odd, name=name)


def _numeral(case: _Case) -> bool:
    """FR118 for the word where reading stopped, or for one that begins like 得二十分 before it."""
    for match in re.finditer(f"[{CJK}]+", bare(case.text)[: case.offset + len(case.word)]):
        shape = _NUMERALS.fullmatch(match.group())
        after_digit = case.text[match.start() - 1 : match.start()].isdigit()
        if shape and not after_digit and match.group() not in case.declared and (shape["prefix"] or match.end() > case.offset):
            return case.add("FR118", match.start(), match.end(), word=match.group())
    return False


def _date(case: _Case) -> bool:
    match = re.compile(rf"[0-9][0-9.年月日/、~{CJK}-]*").match(case.text, case.offset)
    if "DATE" not in case.expected or "NAME" in case.expected or match is None:
        return False
    return case.add("FR119", case.offset, match.end(), word=case.source.text[case.line.start :][case.offset : match.end()])


def _loose_unit(case: _Case) -> bool:
    """FR120: `12 次以上`."""
    units = "|".join(sorted((zh for zh, _ in vocabulary().units), key=len, reverse=True))
    for match in re.finditer(rf"([0-9]+(?:\.[0-9]+)?)([ \t]+)(?=(?:{units}|%)(?:[^{CJK}]|$|以|的|起|前))", bare(case.text)):
        joined = case.text[: match.start(2)] + case.text[match.end(2) :]
        if reads_further(case, joined, len(match.group(2))):
            return case.add(
                "FR120", match.start(2), match.end(2), "", text=joined[match.start() : match.start() + 8].split(" ")[0]
            )
    return False


def reads_further(case: _Case, text: str, shorter_by: int) -> bool:
    """Whether a changed text of the line can be read, or at least beyond the place where reading stopped."""
    try:
        line_parser().parse(text)
    except UnexpectedInput as error:
        at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        return at_end or _stop(error) > case.offset - shorter_by
    return True


@lru_cache(maxsize=4)
def _longest_first(declared: frozenset[str]) -> tuple[str, ...]:
    fixed = {text for text in words() if not text.isascii()}
    return tuple(sorted(declared | fixed, key=lambda text: (-len(text), text)))


def _split_glued(word: str, declared: frozenset[str]) -> str | None:
    """A run of characters cut into declared names and words of the language, longest first; None where it does not come out."""
    known = _longest_first(declared)
    parts: list[str] = []
    rest = word
    while rest:
        part = next((candidate for candidate in known if rest.startswith(candidate)), None)
        if part is None:
            return None
        parts.append(part)
        rest = rest[len(part) :]
    return " ".join(parts) if len(parts) > 1 and any(part in declared for part in parts) else None


def _glued(case: _Case) -> bool:
    for match in re.finditer(f"[{WORD}]+", bare(case.text)[: case.offset + len(case.word)]):
        split = _split_glued(match.group(), case.declared) if match.group() not in case.declared else None
        if split is not None:
            return case.add("FR108", match.start(), match.end(), split, word=match.group(), split=split)
    return False


def _head(case: _Case) -> bool:
    """FR100: the line begins with a word that begins no line."""
    match = re.match(f"[{WORD}]+", case.text)
    if match is None or match.group() in case.declared or (match.group() in words() and case.offset > 0):
        return False
    word = match.group()
    heads = {entry.terminal for entry in vocabulary().of_kind("head")}
    guess = nearest(word, [text for text in head_words() if text[0] == word[0]]) or nearest(word, head_words())
    return case.add("FR100", 0, len(word), word=word, **listed(heads), **_hint(guess))


def _repaired(case: _Case) -> bool:
    """What one small change would make the line readable.

    FR121 a word left out, FR122 a word for another, FR123 quotes left out, FR124 a name that is a word of the language, FR125 a
    word too many.
    """
    if case.expected == {"NAME"} and case.word in vocabulary().reserved:
        return case.here("FR124")
    if _left_out_before(case):
        return True
    if case.at_end:
        return False
    repairs = Repairs(case.text, case.offset, case.word, frozenset(case.expected))
    if quoted := repairs.quoted():
        return case.here("FR123", quoted=quoted)
    if case.word in words() and (before := repairs.earlier()):
        return case.here("FR128", before=before)
    if case.word == "-" and (right := repairs.instead()):  # 0次-366次 is a range, not one up to -366次
        return case.here("FR122", right=right[0], right_en=right[1])
    if case.offset and (left_out := repairs.left_out()):
        return case.here("FR121", **either(left_out))
    if not _BOUND.search(case.word) and repairs.too_many():
        return case.here("FR125")
    if right := repairs.instead():
        return case.here("FR122", right=right[0], right_en=right[1])
    return False


_CONNECTIVES = frozenset({"AND", "OR"})
_POINTS = frozenset({"SCORE_WORD", "DEDUCT", "ADD"})


def _left_out_before(case: _Case) -> bool:
    """A 当, 且 or 得 that was left out some words before the place where reading stopped."""
    starts = [match.start() for match in _PIECE.finditer(bare(case.text)[: case.offset]) if match.group().strip()]
    for start, offered in [(starts[-1], _CONNECTIVES | _POINTS), (0, frozenset({"WHEN"}))] if starts else []:
        word = _PIECE.match(case.text, start)
        found = Repairs(case.text, start, "", offered).left_out()
        if word is not None and found:
            return case.add("FR121", start, word.end(), word=word.group(), **either(found))
    return False


def _hint(guess: str | None) -> dict[str, str]:
    return {"hint": f"是不是“{guess}”？" if guess else "", "hint_en": f"Did you mean '{guess}'?" if guess else ""}


def _opposite(word: str, guess: str) -> bool:
    """Whether one is the denial of the other, which no author should be led to write."""
    return guess in (f"不{word}", f"非{word}") or word in (f"不{guess}", f"非{guess}")


def _plain(case: _Case) -> bool:
    end = len(case.text) if case.at_end else len(case.text[: case.offset].rstrip()) if case.word.startswith("〔") else 0
    if case.at_end or end:  # a finished line may always cite
        return case.add("FR114", max(end - 1, 0), end, **listed(case.expected))
    table = vocabulary()
    known = [text for name in case.expected if name in table.keywords for text in table.keywords[name].spellings]
    known += [name for pair in table.types for name in pair] if "TYPE" in case.expected else []
    guess = nearest(case.word, [text for text in known if not _opposite(case.word, text)])
    return case.here("FR101", **listed(case.expected), **_hint(guess))


_LOOKS: tuple[Callable[[_Case], bool], ...] = (
    _open, _habit, _odd_character, _numeral, _date, _loose_unit, _glued, _repaired, _head, _plain,
)  # fmt: skip


def diagnose(source: Source, line: LogicalLine, error: UnexpectedInput, findings: Findings, declared: frozenset[str]) -> None:
    """One finding for an unreadable line, from the most telling look at it to the plainest.

    FR100 no such line, FR101 not here, FR108 glued words, FR109 a strange character, FR114 not finished, FR116 a habit, FR117 an
    open quote, FR118 numerals, FR119 a date, FR120 a blank before a unit, FR121–FR125, FR128 one small change makes it readable,
    FR126 a character that cannot be seen.
    """
    case = _Case(source, line, error, findings, declared)
    any(look(case) for look in _LOOKS)
