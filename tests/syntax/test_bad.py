"""Wrong rule files under tests/rules/bad/syntax: exactly the findings written beside the lines (`#! FR101 12`: code, column)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flagrules.syntax.parser import parse
from flagrules.text.findings import Findings
from flagrules.text.render import render_all
from flagrules.text.source import Source, Span

FOLDER = Path(__file__).parents[1] / "rules" / "bad" / "syntax"
FILES = sorted(path.name for path in FOLDER.iterdir())


def expected_in(text: str) -> list[tuple[int, str, int]]:
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        _, _, marks = line.partition("#!")
        found += [(number, code, int(column)) for code, column in re.findall(r"(FR[0-9]+) ([0-9]+)", marks)]
    return sorted(found)


def findings_of(name: str, text: str) -> Findings:
    findings = Findings()
    parse(Source(name, text), findings)
    return findings


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_file_has_exactly_the_findings_written_in_it(name: str) -> None:
    text = (FOLDER / name).read_bytes().decode("utf-8")
    found = [(item.place.line, item.code, item.place.column) for item in findings_of(name, text) if isinstance(item.place, Span)]
    assert sorted(found) == expected_in(text)


@pytest.mark.parametrize("name", FILES)
def test_every_finding_has_words_in_both_languages_with_nothing_left_to_fill_in(name: str) -> None:
    text = (FOLDER / name).read_bytes().decode("utf-8")
    findings = findings_of(name, text)
    for lang in ("zh", "en"):
        shown = render_all(findings, lang)
        assert not re.search(r"\{[a-z_]+\}|__ANON|TILDE|COLON|None", shown), shown


def test_there_are_enough_wrong_files_and_none_is_right() -> None:
    assert len(FILES) >= 45
    assert all(expected_in((FOLDER / name).read_bytes().decode("utf-8")) for name in FILES)
