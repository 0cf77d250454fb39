"""The page on cases: every word of case files is on it in its language, and its example runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flagrules.pipeline import open_programme
from flagrules.plugin.packs import ProgrammePack, Resource
from flagrules.testing.run import compiler, run_cases
from flagrules.testing.words import CASE, DECIDED, DETAIL, FILE, GROUPS, ITEMS, OUTCOMES, PAST, REACHED, THIS_UNIT, Words
from flagrules.text.findings import Findings
from flagrules.text.render import render_all
from tests.rulekit import HEAD, cited

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"zh": "cases.zh.md", "en": "cases.md"}
TABLES: tuple[Words, ...] = (FILE, CASE, PAST, DETAIL, GROUPS, ITEMS, OUTCOMES, REACHED, DECIDED, {"self": THIS_UNIT})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_word_of_case_files_is_on_the_page(lang: str) -> None:
    text = (DOCS / PAGES[lang]).read_text("utf-8")
    words = {pair[lang == "en"] for table in TABLES for pair in table.values()}
    assert sorted(word for word in words if word not in text) == []


@pytest.mark.parametrize(("lang", "info", "key"), [("zh", "yaml 用例", "用例"), ("en", "yaml cases", "cases")])
def test_the_example_runs(lang: str, info: str, key: str) -> None:
    text = (DOCS / PAGES[lang]).read_text("utf-8")
    rules, cases = (re.findall(rf"^```{name}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) for name in ("规则", info))
    head = HEAD.replace("“牌子” “块”", "“星” “颗”")
    files = (Resource("city/0.rules", cited(head).encode()), Resource("city/1.rules", cited(rules[0]).encode()))
    written = Resource("city/tests/a.yaml", f"{key}:\n{cases[0]}".encode())
    pack = ProgrammePack("city", "0", files, tests=(written,), title="例")
    findings = Findings()
    report = run_cases(compiler(open_programme(pack, findings), None), pack, findings)
    assert not findings.errors, render_all(findings)
    assert report.passed == 2
