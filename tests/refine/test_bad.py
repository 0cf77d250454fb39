"""Wrong refinements under tests/rules/bad/refine: exact codes, both places (`#! FR421 3 > city 29:5`), and every code of FR4."""

from __future__ import annotations

import re
from typing import Literal

import pytest

from flagrules.pipeline import open_programme
from flagrules.plugin.packs import ProgrammePack, RefinementPack, Resource
from flagrules.text.codes.refine import TABLE
from flagrules.text.findings import Findings, Stopped
from flagrules.text.render import render_all
from flagrules.text.source import Span
from tests.badrules import FOLDER, with_citations
from tests.rulekit import ON

HERE = FOLDER / "refine"
CITY = (HERE / "_city.rules").read_text("utf-8")
FILES = sorted(path.name for path in HERE.iterdir() if path.name != "_city.rules")
LANGS: tuple[Literal["zh", "en"], ...] = ("zh", "en")
_MARK = re.compile(r"(FR[0-9]+) ([0-9]+)(?: > (city|here) ([0-9]+:[0-9]+))?")
_NOTES = {"FR255", "FR315"}
Found = tuple[int, str, int, str]


def expected_in(text: str) -> list[Found]:
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        for code, column, file, place in _MARK.findall(line.partition("#!")[2]):
            found.append((number, code, int(column), f"{file} {place}".strip()))
    return sorted(found)


def findings_of(text: str, name: str = "here") -> Findings:
    opened = open_programme(
        ProgrammePack("city", "0", (Resource("city", with_citations(CITY).encode()),), title="例"), Findings()
    )
    findings = Findings()
    county = RefinementPack(
        "county", "0", (Resource(name, with_citations(text).encode()),), code="990001", programme="city", name="甲县"
    )
    try:
        opened.compile(county, ON, findings)
    except Stopped:
        assert findings.errors
    return findings


def found_in(findings: Findings) -> list[Found]:
    found = []
    for item in findings:
        if isinstance(item.place, Span) and item.code not in _NOTES:
            other = item.related[0].place if item.related else None
            where = f"{other.label} {other.line}:{other.column}" if isinstance(other, Span) else ""
            found.append((item.place.line, item.code, item.place.column, where))
    return sorted(found)


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_refinement_has_exactly_the_findings_written_in_it(name: str) -> None:
    text = (HERE / name).read_text("utf-8")
    assert found_in(findings_of(text)) == expected_in(text)


@pytest.mark.parametrize("name", FILES)
def test_every_finding_has_words_in_both_languages_with_nothing_left_to_fill_in(name: str) -> None:
    findings = findings_of((HERE / name).read_text("utf-8"))
    for lang in LANGS:
        shown = render_all(findings, lang)
        assert not re.search(r"\{[a-z_]+\}|None|Fraction|<class", shown), shown


def test_every_code_has_a_file() -> None:
    written = {code for name in FILES for _, code, _, _ in expected_in((HERE / name).read_text("utf-8"))}
    assert set(TABLE) - written == {"FR401"}  # a file without any line to stand at: below
    assert len(FILES) >= 50


def test_files_that_name_no_programme() -> None:
    findings = findings_of("职责 “做事”\n")
    assert [(item.code, str(item.place)) for item in findings if item.code not in _NOTES] == [("FR401", "here")]


@pytest.mark.parametrize(
    ("name", "facts", "county", "city"),
    [
        ("tighten_looser", "次 = 5次", "12", "4"),  # the first of 5…5: at 6 both give 12
        ("tighten_looser_at_one_value", "次 = 11次", "12.5", "12"),
        ("tighten_drops_a_deduction", "次 = 0次，甲 = 是", "20", "14"),  # 20 against 20 − 6
        ("tighten_looser_with_two_facts", "次 = 0次，甲 = 是", "19", "14"),  # 20 − 1 against 20 − 6
    ],
)
def test_the_counterexample_is_the_smallest(name: str, facts: str, county: str, city: str) -> None:
    (found,) = findings_of((HERE / f"{name}.rules").read_text("utf-8")).errors
    args = dict(found.args)
    assert (args["facts"], args["county"], args["city"]) == (facts, county, city)
