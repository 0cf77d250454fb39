"""The pages on Hejin say of every indicator what its rules say: items, points, statements cited, what is assumed only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flagrules.semantics.ruleset import Block
from tests.counties.conftest import County

PAGES = Path(__file__).parents[2] / "docs" / "counties"
REPORT = "hejin-2021"


def leaves(block: Block) -> list[Block]:
    return [leaf for part in block.children for leaf in leaves(part)] or [block]


def cited(hejin: County, leaf: Block) -> set[str]:
    ids = [leaf.line, *(row.line for term in leaf.terms for row in term.rows)]
    return {clause.item for line in ids for clause in hejin.compiled.rules.lines[line].clauses if clause.register == REPORT}


def judged(leaf: Block) -> bool:
    return any(term.judged for term in leaf.terms)


def indicators(hejin: County) -> Iterator[tuple[Block, list[Block]]]:
    for title in hejin.compiled.rules.titles:
        for block in title.body.children:
            yield block, leaves(block)


def shown(page: str) -> list[list[str]]:
    """The rows of the page's table of indicators, cell by cell."""
    lines = (PAGES / page).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| \d+ ", line)]


def statements(hejin: County, items: list[Block]) -> list[str]:
    found = set().union(*(cited(hejin, leaf) for leaf in items))
    return sorted(found, key=lambda item: [int(part) for part in item.split(".")])


def test_the_chinese_page_lists_every_item_as_the_rules_have_it(hejin: County) -> None:
    expected = [
        [
            f"{block.item} {block.name}",
            "、".join(f"{leaf.name} {leaf.whole}{'（评议）' if judged(leaf) else ''}" for leaf in items),
            "、".join(statements(hejin, items)) or "–",
            "、".join(leaf.name for leaf in items if not judged(leaf) and not cited(hejin, leaf)) or "–",
        ]
        for block, items in indicators(hejin)
    ]
    assert len(expected) == 45
    assert shown("hejin.zh.md") == expected


def test_the_english_page_has_the_same_points_and_statements(hejin: County) -> None:
    rows = shown("hejin.md")
    assert [row[0] for row in rows] == [f"{block.item} {block.name}" for block, _ in indicators(hejin)]
    for row, (_, items) in zip(rows, indicators(hejin), strict=True):
        assert re.findall(r" (\d+)( \(judged\))?(?:,|$)", row[1]) == [(str(leaf.whole), " (judged)" * judged(leaf)) for leaf in items]
        assert row[2] == (", ".join(statements(hejin, items)) or "–")
        assumed = sum(not judged(leaf) and not cited(hejin, leaf) for leaf in items)
        assert len([name for name in row[3].split(", ") if name != "–"]) == assumed


@pytest.mark.parametrize("page", ["hejin.md", "hejin.zh.md"])
def test_the_counts_told_are_the_counts(hejin: County, page: str) -> None:
    items = [leaf for _, found in indicators(hejin) for leaf in found]
    open_to_judgement = [leaf for leaf in items if judged(leaf)]
    resting = [leaf for leaf in items if not judged(leaf) and cited(hejin, leaf)]
    told = [str(len(items)), str(len(resting)), str(len(items) - len(resting) - len(open_to_judgement)), str(len(open_to_judgement))]
    (line,) = [line for line in (PAGES / page).read_text("utf-8").splitlines() if line.startswith(("All 45", "市里的45项"))]
    assert re.findall(r"\d+", line)[1:5] == told
