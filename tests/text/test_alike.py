"""Findings that say the same of many places: told once, with every place."""

from __future__ import annotations

from flagrules.text.findings import Findings
from flagrules.text.render import render_all
from flagrules.text.source import CellPlace


def told(count: int, **more: str) -> str:
    findings = Findings()
    for row in range(2, 2 + count):
        findings.add("FR575", CellPlace("表.csv", "", row, "次数"), got="无")
    for row, got in enumerate(more.values(), 90):
        findings.add("FR575", CellPlace("表.csv", "", row, "次数"), got=got)
    return render_all(findings)


def test_three_alike_are_each_shown() -> None:
    assert told(3).count("FR575") == 3
    assert "相同" not in told(3)


def test_of_four_alike_the_first_is_shown_and_every_other_place_is_named() -> None:
    text = told(4)
    assert text.count("FR575") == 1
    assert "表.csv:2:次数" in text
    assert "还有 3 处相同：表.csv:3:次数、4:次数、5:次数" in text


def test_what_says_something_else_is_never_folded_away() -> None:
    text = told(5, other="—")
    assert text.count("FR575") == 2
    assert "“—”" in text
