"""Folding before lexing: full-width, Kangxi and look-alike forms to one form each, character for character: places stay true."""

from __future__ import annotations

import re
import unicodedata

# One canonical character inside the parser; the formatter writes the Chinese form back. Quoted text is never folded.
_PUNCTUATION = {
    "：": ":", "，": ",", "；": ";", "（": "(", "）": ")", "～": "~", "〜": "~", "—": "~", "－": "-", "−": "-", "＝": "=",
    "＋": "+", "％": "%", "＃": "#", "*": "×", "＊": "×", "/": "、", "／": "、", "[": "〔", "]": "〕", "［": "〔", "］": "〕",
    "【": "〔", "】": "〕",
}  # fmt: skip
_QUOTES = {"“": "”", '"': '"', "《": "》"}


def _fold_char(char: str) -> str:
    if char in _PUNCTUATION:
        return _PUNCTUATION[char]
    if char.isascii() or char in "“”《》、。；×÷≠〔〕" or "Ⅰ" <= char <= "ⅿ":  # a Roman numeral stays one, beside those of two letters
        return char
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 and (folded.isalnum() or folded.isascii()) else char


class _Folding(dict[int, str]):
    """A translation table that learns each character the first time it is met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_char(chr(code))
        return folded


_TABLE = _Folding()
# What stands in quotes, up to the closing one or the end of the line; only the opening quote itself is folded.
_QUOTED = re.compile(r"“[^”\n]*[”\n]?|[\"＂][^\"\n]*[\"\n]?|《[^》\n]*[》\n]?")


def fold(text: str) -> str:
    """`text` with punctuation, digits, letters and radicals outside quotes folded; same length, so offsets keep their meaning."""
    result: list[str] = []
    done = 0
    for match in _QUOTED.finditer(text):
        result += [text[done : match.start() + 1].translate(_TABLE), text[match.start() + 1 : match.end()]]
        done = match.end()
    return "".join([*result, text[done:].translate(_TABLE)])


def comment_start(text: str) -> int:
    """Offset of the `#` that begins a comment in one folded line, or the length of the line."""
    closing = ""
    for offset, char in enumerate(text):
        if closing:
            closing = "" if char == closing else closing
        elif char == "#":
            return offset
        else:
            closing = _QUOTES.get(char, "")
    return len(text)
