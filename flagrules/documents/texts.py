"""The texts of documents as a user has them in a directory, ready to be searched for quotations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rapidfuzz import fuzz

from flagrules.documents.normalise import normalise
from flagrules.text.findings import Findings
from flagrules.text.source import Place

MAX_TEXT_BYTES = 20_000_000
LIKE = 60
_MULTIPLIERS = frozenset("十百千万亿")
_DIGITS = frozenset("0123456789")
_NUMERALS = _DIGITS | _MULTIPLIERS | frozenset("〇零一二三四五六七八九两")


@dataclass(frozen=True)
class DocumentText:
    """One text. `file` is its name in the directory."""

    file: str
    text: str

    @cached_property
    def comparable(self) -> str:
        """The text in the form in which quotations are looked up."""
        return normalise(self.text)

    def count(self, quote: str) -> int:
        """How often a quotation stands in the text; a place where it would cut a number in two does not count."""
        wanted, found, at = normalise(quote), 0, -1
        if not wanted:
            return 0
        while (at := self.comparable.find(wanted, at + 1)) >= 0:
            found += not (self._cuts(at) or self._cuts(at + len(wanted)))
        return found

    def nearest(self, quote: str) -> str:
        """The passage most like a quotation that is not there, comparable, its numbers whole; "" if nothing is like it."""
        alignment = fuzz.partial_ratio_alignment(normalise(quote), self.comparable, score_cutoff=LIKE)
        if alignment is None:
            return ""
        start, end = alignment.dest_start, alignment.dest_end
        while self._cuts(start):
            start -= 1
        while self._cuts(end):
            end += 1
        return self.comparable[start:end]

    def _cuts(self, at: int) -> bool:
        """Whether position `at` lies inside a number: 11月底前 does not say 1月底前, nor 15% say 5%."""
        before, after = self.comparable[max(at - 2, 0) : at], self.comparable[at : at + 2]
        if not before or not after:
            return False
        left, right = before[-1], after[0]
        if left in _NUMERALS and right in _NUMERALS:
            return (left in _DIGITS and right in _DIGITS) or left in _MULTIPLIERS or right in _MULTIPLIERS
        if left in _DIGITS:
            return right == "%" or (right == "." and after[1:] in _DIGITS)
        return left == "." and right in _DIGITS and before[0] in _DIGITS


def read_text(directory: Path, file: str, place: Place, findings: Findings) -> DocumentText | None:
    """The text named `file` in `directory` (UTF-8, or else GB18030), or None after a finding at `place` (FR730, FR733)."""
    path = directory / file
    try:
        size = path.stat().st_size if path.is_file() else -1  # a pipe would be waited for without end
        data = path.read_bytes() if 0 <= size <= MAX_TEXT_BYTES else b""
    except (OSError, ValueError):
        size = -1
    if not 0 <= size <= MAX_TEXT_BYTES:
        findings.add("FR730" if size < 0 else "FR733", place, file=file)
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return DocumentText(file, data.decode(encoding))
        except UnicodeDecodeError:
            continue
    findings.add("FR733", place, file=file)
    return None
