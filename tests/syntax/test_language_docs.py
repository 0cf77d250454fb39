"""The manual of the language: every word is in it, and every example can be read and is in canonical form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flagrules.syntax.format import format_source
from flagrules.syntax.parser import parse
from flagrules.syntax.reference import renew
from flagrules.syntax.vocabulary import vocabulary
from flagrules.text.findings import Findings
from flagrules.text.source import Source

ROOT = Path(__file__).parents[2]
PAGES = {"en": ROOT / "docs" / "language.md", "zh": ROOT / "docs" / "language.zh.md"}
ALL_PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def blocks(text: str) -> list[str]:
    return re.findall(r"^```(?:规则|rules)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def examples(text: str) -> str:
    return "\n".join(blocks(text))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_word_tables_are_those_of_the_grammar(lang: str) -> None:
    page = PAGES[lang].read_text("utf-8")
    assert renew(page, lang) == page, "run: python -m flagrules.syntax.reference docs/language.md docs/language.zh.md"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_word_that_begins_a_line_stands_in_an_example(lang: str) -> None:
    shown = {line.split()[0] for line in examples(PAGES[lang].read_text("utf-8")).split("\n") if line.strip()}
    for word in vocabulary().of_kind("head"):
        assert shown & {pair[lang == "en"] for pair in word.pairs}, word.terminal


@pytest.mark.parametrize("path", ALL_PAGES, ids=lambda path: path.name)
def test_every_example_can_be_read(path: Path) -> None:
    for block in blocks(path.read_text("utf-8")):
        findings = Findings()
        parse(Source("a.rules", block), findings)
        assert not findings.items, (block, [str(item) for item in findings])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_examples_are_in_canonical_form_and_the_same_in_both_languages(lang: str) -> None:
    own, other = (blocks(PAGES[name].read_text("utf-8")) for name in (lang, "zh" if lang == "en" else "en"))
    for block, translated in zip(own, other, strict=True):
        assert format_source(Source("a.rules", translated), "en" if lang == "en" else "zh") == block
