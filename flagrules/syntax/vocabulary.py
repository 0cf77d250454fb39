"""The keyword and unit tables of `grammars/`, and the terminals they become."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

CJK = "\u4e00-\u9fff\u3400-\u4dbf"
ROMAN = "\u2160-\u217f"  # Ⅰ to Ⅻ: grades of water and the like are named so
WORD = f"A-Za-z_·{CJK}{ROMAN}"


def grammar_folder() -> Path:
    """The folder of the language's data: the live `grammars/` of a checkout, else the copy inside the package."""
    package = Path(__file__).resolve().parents[1]
    packed = package / "grammars"
    return packed if packed.is_dir() else package.parent / "grammars"


@dataclass(frozen=True)
class Keyword:
    """One word of the language: its terminal name, class, canonical (Chinese, English) pairs and further spellings."""

    terminal: str
    kind: str
    pairs: tuple[tuple[str, str], ...]
    also: tuple[str, ...] = ()
    reserved: bool = False
    dropped: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every accepted spelling, longest first."""
        every = {word for pair in self.pairs for word in pair} | set(self.also)
        return tuple(sorted(every, key=lambda word: (-len(word), word)))

    def spelt(self, text: str, lang: str) -> str:
        """The spelling in `lang` of the pair `text` belongs to; further spellings become the first pair's."""
        pair = next((pair for pair in self.pairs if text in pair), self.pairs[0])
        return pair[0] if lang == "zh" else pair[1]


@dataclass(frozen=True)
class Vocabulary:
    """The whole table. `units` and `types` pair Chinese with English."""

    keywords: dict[str, Keyword]
    units: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]

    def of_kind(self, *kinds: str) -> tuple[Keyword, ...]:
        """Keywords of the given classes, in the order of the table."""
        return tuple(word for word in self.keywords.values() if word.kind in kinds)

    def unit(self, text: str, lang: str) -> str:
        """The unit in `lang`; a unit that is not in the table is the same word in both."""
        return next((pair[lang == "en"] for pair in self.units if text in pair), text)

    def type_name(self, text: str, lang: str) -> str:
        """The type name in `lang`."""
        return next(pair[lang == "en"] for pair in self.types if text in pair)

    @property
    def reserved(self) -> frozenset[str]:
        """Connectives that can never be names."""
        return frozenset(spelling for word in self.keywords.values() if word.reserved for spelling in word.spellings)


@cache
def vocabulary() -> Vocabulary:
    """The table as shipped."""
    folder = grammar_folder()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where PyYAML has it: this is read at every start
    words = yaml.load((folder / "keywords.yaml").read_text("utf-8"), loader)  # noqa: S506  both loaders are safe ones
    units = yaml.load((folder / "units.yaml").read_text("utf-8"), loader)  # noqa: S506
    keywords = {
        terminal: Keyword(
            terminal,
            entry["class"],
            tuple((pair[0], pair[1]) for pair in entry["spell"]),
            tuple(entry.get("also", ())),
            entry["class"] == "joint" or bool(entry.get("joint")),
            bool(entry.get("drop")),
        )
        for terminal, entry in words.items()
    }
    pairs = {name: tuple((zh, en) for zh, en in units[name]) for name in ("units", "types")}
    return Vocabulary(keywords, pairs["units"], pairs["types"])


@cache
def words() -> frozenset[str]:
    """Every spelling of every keyword."""
    return frozenset(word for entry in vocabulary().keywords.values() for word in entry.spellings)


@cache
def head_words() -> tuple[str, ...]:
    """Every spelling of the keywords that begin a line."""
    return tuple(word for entry in vocabulary().of_kind("head") for word in entry.spellings)


# A letter, by category: a range as wide as all Chinese characters takes 20 ms to compile each time it stands in a look-ahead.
_LETTER, _LETTER_ENDS = r"(?:[^\W\d]|·)", r"(?:[\W\d])"


def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def terminals(table: Vocabulary) -> str:
    """Lark definitions of every terminal that the table decides."""
    sticky = _alternatives(tuple(zh for word in table.of_kind("suffix", "prefix") for zh, _ in word.pairs))
    lines = []
    for word in table.keywords.values():
        ahead = rf"(?=(?:{sticky})|{_LETTER_ENDS}|$)" if word.kind == "suffix" else rf"(?!{_LETTER})"
        chinese = tuple(text for text in word.spellings if not text.isascii())
        english = tuple(text for text in word.spellings if text.isascii())
        parts = [f"(?:{_alternatives(chinese)}){ahead}"] if chinese else []
        parts += [rf"(?:{_alternatives(english)})(?!{_LETTER}|[0-9])"] if english else []
        lines.append(f"{word.terminal}: /{'|'.join(parts)}/")
    types = _alternatives(tuple(name for pair in table.types for name in pair))
    english_units = _alternatives(tuple(en for _, en in table.units))
    # A counter is the shortest run of characters up to a word that sticks to numbers; 起 is one too (1起): it may start one.
    begins = _alternatives(tuple(zh for word in table.of_kind("suffix", "prefix") for zh, _ in word.pairs if zh != "起"))
    unit = rf"(?:%|[ ]?(?:{english_units})(?!{_LETTER}|[0-9])|(?!{begins})[{CJK}]{{1,8}}?(?=(?:{sticky})|[^{CJK}]|$))"
    reserved = _alternatives(tuple(sorted(table.reserved)))
    return "\n".join(
        [
            *lines,
            rf"TYPE: /(?:{types})(?!{_LETTER}|[0-9])/",
            r"DATE.3: /[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])/",
            r"MONTH_DAY.3: /[0-9]{1,2}月(?:[0-9]{1,2}日|底)|month_[0-9]{1,2}_(?:day_[0-9]{1,2}|end)/",
            rf"QUANTITY.2: /[0-9]+(?:\.[0-9]+)?{unit}?(?![0-9.])/",
            r"ITEM.1: /[A-Z]?[0-9]+(?:\.[0-9]+)*(?![0-9])/",
            rf"NAME.-1: /(?!(?:{reserved})(?!{_LETTER}|[0-9]))[{WORD}](?:[{WORD}]|(?<=[A-Za-z0-9_])[0-9])*/",
            r'STRING: /“[^”\n]*”|"[^"\n]*"/',
            r"BOOK: /《[^》\n]*》/",
        ]
    )
