"""The cookbook: the index has all patterns, every rule block compiles, every case passes, every wrong block fails with its code."""

from __future__ import annotations

import re

import pytest

from flagrules.pipeline import Compiled, open_programme
from flagrules.syntax.format import format_source
from flagrules.testing.run import compiler, run_cases
from flagrules.text.findings import Findings
from flagrules.text.render import render_all
from flagrules.text.source import Source
from tests.cookbook.book import FOLDER, PAGES, compiled, county, english, entries, index, pack, table
from tests.rulekit import cited

STATES = ("said", "partly", "not_yet")
SHOWN = [row for row in index() if row["state"] != "not_yet"]
NUMBERS = [row["number"] for row in SHOWN]
WRONG = [(number, place) for number in NUMBERS for place in range(len(entries()[number].wrong) if number in entries() else 0)]


def test_the_index_has_every_pattern_once_with_all_its_words() -> None:
    assert [row["number"] for row in index()] == list(range(1, 74))
    for row in index():
        assert row.keys() == {"number", "zh", "en", "state", "how", "file"}, row["number"]
        assert row["state"] in STATES
        assert all(row[key] for key in ("zh", "en", "how")), row["number"]
        assert (row["file"] in PAGES) == (row["state"] != "not_yet"), row["number"]


def test_the_first_page_shows_the_index() -> None:
    assert table() in (FOLDER / "README.md").read_text("utf-8"), "run: python -m tests.cookbook.book"


def test_every_entry_stands_where_the_index_says_under_its_own_title() -> None:
    found = {number: (entry.page, entry.heading) for number, entry in entries().items()}
    assert found == {row["number"]: (row["file"], f"{row['zh']} / {row['en']}") for row in SHOWN}


@pytest.mark.parametrize("number", NUMBERS)
def test_an_entry_compiles_and_its_cases_pass(number: int) -> None:
    entry = entries()[number]
    rules, refined = entry.rules, "".join(entry.texts("规则 县"))
    found, problems = compiled(rules, refined)
    assert found is not None, render_all(problems)
    cases = "用例:\n" + "".join(entry.texts("yaml 用例"))
    findings = Findings()
    programme = open_programme(pack(rules, cases), findings)
    report = run_cases(compiler(programme, county(refined) if refined else None), pack(rules, cases), findings)
    assert not findings.errors, render_all(findings.errors)
    assert report.passed == len(report.cases) >= 2
    assert entry.wrong


@pytest.mark.parametrize(("number", "place"), WRONG)
def test_a_wrong_block_is_refused_with_its_code(number: int, place: int) -> None:
    entry = entries()[number]
    code, text = entry.wrong[place]
    is_county = text.startswith("县 ")
    found, findings = compiled(entry.rules, text) if is_county else compiled(cited(text))
    assert {item.code for item in findings if item.is_error} == {code}, render_all(findings)
    assert found is None


def meaning(rules: Compiled) -> list[str]:
    """The entries of every decision, without the columns and the very words a figure over units is written with."""
    return [re.sub(r"(rules:[0-9]+):[0-9]+|text='[^']*'", r"\1", repr(item.entries)) for item in rules.plan.decisions]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_blocks_are_in_canonical_form_and_mean_the_same_in_english(number: int) -> None:
    entry = entries()[number]
    for text in (*entry.texts("规则"), *entry.texts("规则 县"), *(text for _, text in entry.wrong)):
        assert format_source(Source("a.rules", text)) == text
    (chinese, _), (translated, findings) = compiled(entry.rules), compiled(english(entry.rules))
    assert chinese is not None
    assert translated is not None, render_all(findings)
    assert meaning(chinese) == meaning(translated)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_every_entry_in_both_languages(page: str) -> None:
    for entry in entries().values():
        if entry.page == page:
            zh, _, en = entry.heading.partition(" / ")
            assert zh, entry.heading
            assert en.isascii(), entry.heading
    assert (FOLDER / page).read_text("utf-8").startswith("# ")
