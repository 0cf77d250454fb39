"""Folding before lexing: full-width, Kangxi and look-alike forms to one form each, character for character: places stay true."""

from __future__ import annotations

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
    if char.isascii() or char in "“”《》、。；×÷≠〔〕":
        return char
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 and (folded.isalnum() or folded.isascii()) else char


def fold(text: str) -> str:
    """`text` with punctuation, digits, letters and radicals outside quotes folded; same length, so offsets keep their meaning."""
    result: list[str] = []
    closing = ""
    for char in text:
        if closing:
            result.append(char)
            if char in (closing, "\n"):
                closing = ""
            continue
        folded = _fold_char(char)
        closing = _QUOTES.get(folded, "")
        result.append(folded)
    return "".join(result)


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
