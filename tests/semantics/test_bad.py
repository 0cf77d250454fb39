"""Wrong rule files under tests/rules/bad/semantics: exactly the findings written beside the lines, and every code has its file."""

from __future__ import annotations

import re
from typing import Literal

import pytest

from flagrules.pipeline import open_programme
from flagrules.plugin.packs import ProgrammePack, Resource
from flagrules.text.codes.semantics import TABLE
from flagrules.text.findings import Findings, Stopped
from flagrules.text.render import render_all
from tests.badrules import FOLDER, expected_in, found_in, with_citations
from tests.rulekit import ON

HERE = FOLDER / "semantics"
BASE = (HERE / "_base.rules").read_text("utf-8")
FILES = sorted(path.name for path in HERE.iterdir() if path.name != "_base.rules")
LANGS: tuple[Literal["zh", "en"], ...] = ("zh", "en")


def findings_of(name: str) -> Findings:
    """Findings of a file beside the base's declarations.

    Files about citations stay as written; a file with a 方案 line stands alone.
    """
    text = (HERE / name).read_text("utf-8")
    written = text if name.startswith(("cites_", "quote_")) else with_citations(text)
    resources = [Resource(name, written.encode())]
    if not text.startswith("方案"):
        resources.append(Resource("_base", with_citations(BASE).encode()))
    findings = Findings()
    try:
        open_programme(ProgrammePack("city", "0", tuple(resources), title="例"), findings).compile(None, ON, findings)
    except Stopped as stopped:
        assert stopped.findings  # noqa: PT017  what was found is compared by the tests
    return findings


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_file_has_exactly_the_findings_written_in_it(name: str) -> None:
    findings = findings_of(name)
    unused = {"FR255"} if name != "unused.rules" else set()
    found = [item for item in found_in(name, findings) if item[1] not in unused]
    assert found == expected_in((HERE / name).read_text("utf-8"))
    assert [item for item in found_in("_base", findings) if item[1] != "FR255"] == []


@pytest.mark.parametrize("name", FILES)
def test_every_finding_has_words_in_both_languages_with_nothing_left_to_fill_in(name: str) -> None:
    findings = findings_of(name)
    for lang in LANGS:
        shown = render_all(findings, lang)
        assert not re.search(r"\{[a-z_]+\}|None|Fraction|<class", shown), shown


def test_every_code_has_a_file() -> None:
    written = {code for name in FILES for _, code, _ in expected_in((HERE / name).read_text("utf-8"))}
    assert set(TABLE) - written == {"FR206", "FR248"}  # these need a register, or no file at all: below
    assert len(FILES) >= 100


def test_a_statement_the_register_does_not_have() -> None:
    register = "id: 例文\ntitle: 例文\nfile: a.txt\nstatements:\n  - id: '1'\n    anchor: 甲乙丙丁\n    kind: duty\n    says: 一条\n"
    rules = "方案 例 版本 “1”\n文件 例文 《例文》\n创建单元 村\n职责 “做事” 〔例文 2〕\n职责 “做事” 由 “县” 〔例文 1〕\n"
    findings = Findings()
    pack = ProgrammePack("city", "0", (Resource("a.rules", rules.encode()),), (Resource("r.yaml", register.encode()),), title="例")
    with pytest.raises(Stopped):
        open_programme(pack, findings)
    assert found_in("a.rules", findings) == [(4, "FR206", 10), (4, "FR270", 1)], render_all(findings)


def test_files_without_a_programme_line() -> None:
    findings = Findings()
    with pytest.raises(Stopped):
        open_programme(ProgrammePack("city", "0", (Resource("a.rules", "职责 “做事”\n".encode()),)), findings)
    assert [(item.code, str(item.place)) for item in findings] == [("FR248", "a.rules")]
