"""Did you mean: the nearest known spelling of an unknown word."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one known word within a third of the length (at least 1 edit) of `word`, or None; ties go to the first in order."""
    limit = max(1, len(word) // 3)
    best: tuple[int, str] | None = None
    for candidate in sorted(set(known)):
        if candidate == word:
            continue
        distance = OSA.distance(word, candidate, score_cutoff=limit)
        if distance <= limit and distance < len(word) and (best is None or distance < best[0]):
            best = (distance, candidate)
    return best[1] if best else None
