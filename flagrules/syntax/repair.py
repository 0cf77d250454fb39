"""Small changes that would make an unreadable line readable, each tried with the parser; what may stand at a place, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from lark.exceptions import UnexpectedInput, UnexpectedToken

from flagrules.syntax.grammar import line_parser
from flagrules.syntax.vocabulary import vocabulary

_SIGNS = {
    "COLON": "：", "COMMA": "，", "SEMICOLON": "；", "LPAR": "（", "RPAR": "）", "EQUAL": "=", "PLUS": "+", "MINUS": "-",
    "TILDE": "~",
}  # fmt: skip
_ASCII = {"：": ":", "，": ",", "；": ";", "（": "(", "）": ")"}
_FILLED = {
    "NAME": ("名称", "a name"), "QUANTITY": ("数量（如 20分）", "a quantity (20 points)"), "STRING": ("“文字”", '"text"'),
    "DATE": ("日期（如 2021年5月28日）", "a date (2021-05-28)"), "ITEM": ("编号（如 2.1）", "an item number (2.1)"),
    "BOOK": ("《文件名》", "《title》"), "MONTH_DAY": ("月日（如 5月底）", "a month (month_5_end)"),
    "$END": ("行末", "the end of the line"),
}  # fmt: skip
_WORDS = re.compile(r"(?:^|(?<=\s))\S")
_MENTIONED = 8
_OFFERED = 5


def expected_at(error: UnexpectedInput, text: str, offset: int) -> set[str]:
    """Terminals that may stand where reading stopped.

    The parser is fed what stands before and asked: after the error it has already folded some of that away.
    """
    parser = line_parser().parse_interactive(text[:offset])
    try:
        list(parser.exhaust_lexer())
    except UnexpectedInput:
        known = error.expected if isinstance(error, UnexpectedToken) else getattr(error, "allowed", None)
        return set(known or ())
    return {str(name) for name in parser.accepts()}  # type: ignore[no-untyped-call]  # lark has no types here


@cache
def _word(terminal: str, lang: str) -> str:
    entry = vocabulary().keywords.get(terminal)
    if entry is not None:
        return entry.pairs[0][lang == "en"]
    if terminal == "TYPE":
        names = [pair[lang == "en"] for pair in vocabulary().types]
        return ("类型（{}）" if lang == "zh" else "a type ({})").format("、".join(names) if lang == "zh" else ", ".join(names))
    if terminal in _FILLED:
        return _FILLED[terminal][lang == "en"]
    sign = sign_of(terminal)
    return f"“{sign}”" if lang == "zh" else f"'{_ASCII.get(sign, sign)}'"


def sign_of(terminal: str) -> str:
    """The Chinese form of a punctuation terminal."""
    return _SIGNS.get(terminal) or _anonymous(terminal)


@cache
def _anonymous(terminal: str) -> str:
    """The sign of a terminal that the grammar gives no name."""
    return next((str(item.pattern.value) for item in line_parser().terminals if item.name == terminal), terminal)


def listed(terminals: set[str] | frozenset[str]) -> dict[str, str]:
    """What may stand somewhere, in words: `expected` in Chinese and `expected_en`, words first, in the order of the table."""
    table = list(vocabulary().keywords)
    order = sorted(terminals, key=lambda name: (name == "$END", table.index(name) if name in table else len(table), name))
    result = {}
    for key, lang in (("expected", "zh"), ("expected_en", "en")):
        words = list(dict.fromkeys(_word(name, lang) for name in order))
        shown = words[:_MENTIONED]
        result[key] = ("、" if lang == "zh" else ", ").join(shown) + (" …" if len(words) > _MENTIONED else "")
    return result


def _quoted(terminal: str, lang: str) -> str:
    word = _word(terminal, lang)
    left, right = ("“", "”") if lang == "zh" else ("'", "'")
    return word if word.startswith(left) else left + word + right


def either(terminals: frozenset[str]) -> dict[str, str]:
    """A few words of which one is missing: `missing` in Chinese and `missing_en`."""
    table = list(vocabulary().keywords)
    order = sorted(terminals, key=lambda name: (table.index(name) if name in table else len(table), name))
    return {
        "missing": "或".join(_quoted(name, "zh") for name in order),
        "missing_en": " or ".join(_quoted(name, "en") for name in order),
    }


def _reads(text: str) -> bool:
    try:
        line_parser().parse(text)
    except UnexpectedInput:
        return False
    return True


@dataclass(frozen=True)
class Repairs:
    """The changes tried on a line in which reading stopped at `offset` before `word`."""

    text: str
    offset: int
    word: str
    expected: frozenset[str]

    def _with(self, put: str, skipped: int = 0) -> bool:
        return _reads(self.text[: self.offset] + put + self.text[self.offset + skipped :])

    def _fixed(self) -> list[str]:
        return sorted(name for name in self.expected if name not in _FILLED and name != "TYPE")

    def left_out(self) -> frozenset[str]:
        """Words and signs one of which was left out before the word: none when there are too many to say."""
        found = frozenset(name for name in self._fixed() if self._with(f" {self._sign(name)} "))
        return found if len(found) <= _OFFERED else frozenset()

    def too_many(self) -> bool:
        """Whether the line reads without the word."""
        return self._with(" ", len(self.word))

    def earlier(self) -> str:
        """The word before which the word should stand, when only the order is wrong."""
        rest = self.text[self.offset + len(self.word) :]
        starts = [match.start() for match in _WORDS.finditer(self.text[: self.offset])]
        for start in reversed(starts[1:]):
            if _reads(f"{self.text[:start]} {self.word} {self.text[start : self.offset]} {rest}"):
                return self.text[start : self.offset].split(" ", 1)[0]
        return ""

    def instead(self) -> tuple[str, str] | None:
        """The one word or sign, Chinese and English, that makes the line read in the word's place."""
        found = [name for name in self._fixed() if self._with(f" {self._sign(name)} ", len(self.word))]
        return (_quoted(found[0], "zh"), _quoted(found[0], "en")) if len(found) == 1 else None

    def quoted(self) -> str:
        """The text as it should be quoted, when only quotes are missing or the wrong ones."""
        rest = self.text[self.offset :].split("〔", 1)[0].rstrip()
        if "NAME" in self.expected:
            return ""
        for name, left, right in (("STRING", "“", "”"), ("BOOK", "《", "》")):
            for inner in (rest, self.word) if name in self.expected else ():
                plain = inner.strip('“”"《》')
                if plain and self._with(left + plain + right, len(inner)):
                    return left + plain + right
        return ""

    @staticmethod
    def _sign(terminal: str) -> str:
        entry = vocabulary().keywords.get(terminal)
        sign = entry.pairs[0][0] if entry is not None else sign_of(terminal)
        return _ASCII.get(sign, sign)
