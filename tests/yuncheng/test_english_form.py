"""The English form of the rule files, as `fmt --lang en` writes it, gives the results of the Chinese one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flagrules.award.assess import assess
from flagrules.award.quotas import quotas
from flagrules.award.results.run_record import run_record
from flagrules.award.results.shape import Cell, Results
from flagrules.award.results.tables import results_of
from flagrules.cli.session import sample_files
from flagrules.facts.read import read_facts
from flagrules.pipeline import open_programme
from flagrules.plugin.host import load_plugins
from flagrules.plugin.packs import ProgrammePack, RefinementPack, Resource, source_of
from flagrules.syntax.format import format_source
from flagrules.text.findings import Findings
from tests.yuncheng.conftest import ON

HEJIN = "140882"
SAME = ("titles", "units", "items", "counts", "money", "left_out")


def in_english(resource: Resource) -> Resource:
    found = Findings()
    text = format_source(source_of(resource), "en", found)
    assert not found.errors
    return Resource(resource.label, text.encode())


def packs(lang: str) -> tuple[ProgrammePack, RefinementPack]:
    loaded = load_plugins(Findings())
    programme, county = loaded.programme("yuncheng"), loaded.refinement("yuncheng", HEJIN)
    assert programme is not None
    assert county is not None
    if lang == "zh":
        return programme, county
    return (
        replace(programme, rules=tuple(map(in_english, programme.rules))),
        replace(county, rules=tuple(map(in_english, county.rules))),
    )


def results(lang: str) -> Results:
    """Hejin's sample assessed by the rule files in one language."""
    programme, county = packs(lang)
    findings = Findings()
    opened = open_programme(programme, findings)
    compiled = {"": opened.compile(None, ON, findings), HEJIN: opened.compile(county, ON, findings)}
    with sample_files([county]) as paths:
        register, table, found = read_facts(paths, compiled[HEJIN].schema, "2021", "2020", load_plugins(Findings()).readers)
    assert not [*findings.errors, *found]
    assessment = assess({code: item.plan for code, item in compiled.items()}, register, table, ON)
    return results_of(assessment, quotas(assessment), run_record(assessment, (), accepted_gaps=()), "zh")


@pytest.fixture(scope="module")
def both() -> tuple[Results, Results]:
    return results("zh"), results("en")


def test_the_english_files_are_english() -> None:
    programme, county = packs("en")
    text = "\n".join(resource.data.decode() for resource in (*programme.rules, *county.rules))
    assert "fact listed: yes_no" in text
    assert "each_missing" in text


@pytest.mark.parametrize("key", SAME)
def test_every_table_is_the_same(key: str, both: tuple[Results, Results]) -> None:
    zh, en = both
    assert len(zh.table(key).rows) >= 1
    assert zh.table(key) == en.table(key)


def test_every_quota_is_judged_the_same(both: tuple[Results, Results]) -> None:
    def judged(results: Results) -> list[tuple[Cell, ...]]:
        return list(results.table("quotas").only("place", "tier", "reached_low", "reached_high", "needed", "status").rows)

    assert judged(both[0]) == judged(both[1])
    assert len(judged(both[0])) == 6
