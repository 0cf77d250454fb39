"""合计（…，同一 … 取最高） against every completion of what is open: the interval contains each, and is met where keys are known."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from flagrules.engine.rows import Keyed, highest_of_each
from flagrules.engine.values import FALSE, MAYBE, TRUE, Num, number

KEYS = ("a", "b", ())


def by_hand(rows: list[tuple[bool, int, object]]) -> int:
    """The highest of each key added up; a row without a key is one of its own."""
    best: dict[object, int] = {}
    for index, (counts, value, key) in enumerate(rows):
        if counts:
            own = key if key != () else index
            best[own] = max(best.get(own, value), value)
    return sum(best.values())


def completions(rows: list[Keyed]) -> list[int]:
    holds = [[True, False] if row.holds == MAYBE else [row.holds == TRUE] for row in rows]
    values = [range(int(row.value.low), int(row.value.high) + 1) for row in rows]
    keys = [["a", "b", "c", "d", "e"] if row.key is None else [row.key] for row in rows]
    return [
        by_hand(list(zip(h, v, k, strict=True))) for h in product(*holds) for v in product(*values) for k in product(*keys)
    ]


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("lowest", [0, -2])
def test_every_completion_lies_in_the_interval(seed: int, lowest: int) -> None:
    draw = Random(seed)
    rows = []
    for _ in range(draw.randint(0, 3)):
        low = draw.randint(lowest, 2)
        value = Num(Fraction(low), Fraction(low + draw.randint(0, 2)))
        rows.append(Keyed(draw.choice((TRUE, MAYBE, FALSE)), value, draw.choice((*KEYS, None))))
    found, whole = highest_of_each(rows), completions(rows)
    assert found.low <= min(whole)
    assert found.high >= max(whole)
    if all(row.key is not None for row in rows):
        assert found == Num(Fraction(min(whole)), Fraction(max(whole)))


def test_a_number_as_key_is_no_row_without_one() -> None:
    rows = [Keyed(TRUE, number(3), ()), Keyed(TRUE, number(4), Fraction(0)), Keyed(TRUE, number(5), Fraction(0))]
    assert highest_of_each(rows) == number(8)
