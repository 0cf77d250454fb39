"""Display width: a Chinese character takes two columns of a terminal."""

from __future__ import annotations

from wcwidth import wcswidth, wcwidth


def width(text: str) -> int:
    """Columns `text` takes on a terminal; control characters count as none."""
    total = wcswidth(text)
    return total if total >= 0 else sum(max(wcwidth(char), 0) for char in text)


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """`text` filled with blanks to `columns` display columns, on its left when `right` is true."""
    blanks = " " * max(columns - width(text), 0)
    return blanks + text if right else text + blanks
