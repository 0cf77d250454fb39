"""The table of `grammars/habits.yaml`: what people write instead of the language's own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import yaml

from flagrules.syntax.vocabulary import WORD, grammar_folder, words

_PIECE = re.compile(f"[{WORD}]+|[^{WORD}0-9 \\t\\n(),:;、〔〕]+|[^ ]")
_QUOTED = re.compile(r'“[^”\n]*”|"[^"\n]*"|《[^》\n]*》')


@dataclass(frozen=True)
class Habit:
    """What was written, where it begins in the text, and the advice in Chinese and English."""

    text: str
    start: int
    zh: str
    en: str


@cache
def _table() -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]], dict[re.Pattern[str], tuple[str, str]]]:
    whole: dict[str, tuple[str, str]] = {}
    begins: dict[str, tuple[str, str]] = {}
    like: dict[re.Pattern[str], tuple[str, str]] = {}
    for entry in yaml.safe_load((grammar_folder() / "habits.yaml").read_text("utf-8")):
        advice = (entry["zh"], entry["en"])
        for text in entry.get("is", ()):
            whole.setdefault(text, advice)
        for text in entry.get("begins", ()):
            begins[text] = advice
        if "like" in entry:
            like[re.compile(entry["like"])] = advice
    return whole, begins, like


def bare(text: str) -> str:
    """`text` with what is quoted blanked out, of the same length."""
    return _QUOTED.sub(lambda match: " " * len(match.group()), text)


def _pointed(match: re.Match[str], advice: tuple[str, str]) -> Habit:
    group = match.lastindex or 0
    return Habit(match.group(group), match.start(group), *advice)


def habit_in(text: str, end: int, names: frozenset[str]) -> Habit | None:
    """The first habit that begins before `end` and is not one of `names`."""
    whole, begins, like = _table()
    plain = bare(text)
    found = [_pointed(match, advice) for shape, advice in like.items() for match in shape.finditer(plain)]
    for match in _PIECE.finditer(plain):
        piece = match.group()
        if piece in names:
            continue
        if piece in words() and match.end() < end:  # a word of the language is a habit only where reading stopped
            continue
        advice = whole.get(piece) or (None if piece[0].isalnum() else whole.get(piece[0]))
        advice = advice or next((said for start, said in begins.items() if piece.startswith(start)), None)
        if advice is not None:
            found.append(Habit(piece if piece in whole or piece[0].isalnum() else piece[0], match.start(), *advice))
    return min((habit for habit in found if habit.start < end), key=lambda habit: habit.start, default=None)
