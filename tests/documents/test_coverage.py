"""Coverage by rule lines, and anchors and quotations looked up in texts as scraping leaves them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flagrules.documents.coverage import Citation, DocumentCheck, Quote, check_documents, cover, report_uncovered
from flagrules.documents.register import DocumentRegister, load_register
from flagrules.documents.texts import MAX_TEXT_BYTES, DocumentText
from flagrules.text.findings import Findings
from flagrules.text.render import to_text
from flagrules.text.source import FilePlace, Source, Span

# As scraped: Kangxi and supplement radicals, traditional characters, glosses, broken lines, boilerplate.
SCRAPED = """\
更新時間:2023-03-03 閱讀: 評論:0

为推进“五⾯星”⽰范镇創(chuàng)建,每年度三⾯以

上达到15%以上。11⽉底前,各縣(xiàn)组织⺠主评

議(yì);对于五⾯星镇,財政給予5万元补贴,不少于3—5
个⼯作⽇公示。面积2.5亿平方米,共⼗二项。
版权声明:本站内容均来自互联网
"""
REGISTER = """\
id: plan
title: 五面星方案
file: plan.txt
statements:
  - {id: '1', anchor: 为推进“五面星”示范镇创建, kind: context, says: 目的}
  - {id: '2.1', anchor: 三面以上达到15%以上, kind: [target, quota], says: 占比}
  - {id: '2.2', anchor: [各县组织民主评议, 11月底前], kind: step, says: 评议}
  - {id: '3', anchor: 财政给予5万元补贴, kind: entitlement, says: 补贴}
  - {id: '4', anchor: 面积2.5亿平方米, kind: fact, says: 面积}
"""


def register_of(text: str = REGISTER, label: str = "plan.yaml") -> DocumentRegister:
    findings = Findings()
    register = load_register(Source(label, text), findings)
    assert register is not None, [to_text(item) for item in findings]
    return register


def line(number: int) -> Span:
    text = "第一行\n第二行\n第三行\n"
    return Span(Source("a.rules", text), 4 * (number - 1), 4 * (number - 1) + 3)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    (tmp_path / "plan.txt").write_text(SCRAPED, encoding="utf-8")
    return tmp_path


def look_up(directory: Path, *quotes: str, register: str = REGISTER) -> tuple[tuple[DocumentCheck, ...], list[str]]:
    findings = Findings()
    asked = [Quote("plan", text, line(1)) for text in quotes]
    checks = check_documents([register_of(register)], directory, asked, findings)
    return checks, [item.code for item in findings]


def test_each_statement_has_its_citing_lines() -> None:
    findings = Findings()
    citations = [Citation("plan", "2.1", line(2)), Citation("plan", "3", line(1)), Citation("plan", "2.1", line(3))]
    coverage = cover([register_of()], [*citations, citations[0]], findings)
    assert len(findings) == 0
    assert {item.statement.id: item.lines for item in coverage.of("plan")} == {
        "1": (),
        "2.1": (line(2), line(3)),
        "2.2": (),
        "3": (line(1),),
        "4": (),
    }
    assert [item.statement.id for item in coverage.uncovered] == ["2.2"]
    assert coverage.of("other") == ()


def test_an_uncovered_statement_is_a_warning_at_its_line_of_the_register() -> None:
    findings = Findings()
    report_uncovered(cover([register_of()], [Citation("plan", "3", line(1))], findings), findings)
    assert [(item.code, str(item.place), item.is_error) for item in findings] == [
        ("FR722", "plan.yaml:6:10", False),
        ("FR722", "plan.yaml:7:10", False),
    ]


@pytest.mark.parametrize(
    ("document", "statement", "code", "near"),
    [
        ("plan", "2.3", "FR720", "2.1"),
        ("plan", "", "FR720", "1 … 4"),
        ("plan", "99.99", "FR720", "1 … 4"),
        ("paln", "2.1", "FR721", "plan"),
        ("", "2.1", "FR721", "plan"),
    ],
)
def test_citing_what_is_not_registered_is_a_finding_at_the_rule_line(document: str, statement: str, code: str, near: str) -> None:
    findings = Findings()
    cover([register_of()], [Citation(document, statement, line(2))], findings)
    (item,) = findings
    assert (item.code, str(item.place), dict(item.args)["near"]) == (code, "a.rules:2:1", near)


def test_without_any_register_a_citation_is_still_a_finding() -> None:
    findings = Findings()
    assert cover([], [Citation("plan", "1", line(1))], findings).statements == ()
    assert [item.code for item in findings] == ["FR721"]


def test_anchors_and_quotations_are_found_in_a_scraped_text(texts: Path) -> None:
    checks, codes = look_up(texts, "三面以上达到15%以上", "不少于3～5个工作日", "“五面星”示范镇创建", "民主评议；对于五面星镇")
    assert codes == []
    assert checks == (DocumentCheck("plan", anchors=6, anchors_found=6, quotes=4, quotes_found=4),)


@pytest.mark.parametrize(
    "quote",
    [
        "三面以上达到16%以上",
        "三面以上达到150%以上",
        "三面以上达到5%以上",
        "5%以上",
        "达到15",
        "1月底前",
        "给予6万元补贴",
        "给予50万元补贴",
        "不少于3—6个工作日",
        "五面以上达到15%以上",
        "三面以下达到15%以上",
        "5亿平方米",
        "面积2",
        "二项",
        "万元补贴",
        "从未说过的话",
    ],
)
def test_a_falsified_quotation_fails(texts: Path, quote: str) -> None:
    checks, codes = look_up(texts, quote)
    assert codes == ["FR732"]
    assert checks[0].quotes_found == 0


def test_a_falsified_quotation_is_met_with_what_the_text_says(texts: Path) -> None:
    findings = Findings()
    check_documents([register_of()], texts, [Quote("plan", "财政给予6万元补贴", line(2))], findings)
    (item,) = findings
    assert str(item.place) == "a.rules:2:1"
    assert "最接近的一段：财政给予5万元补贴" in to_text(item, "zh")


def test_the_near_passage_shows_whole_numbers() -> None:
    assert DocumentText("plan.txt", SCRAPED).nearest("1月底前") == "11月底前"


def test_a_falsified_anchor_fails_at_its_line_of_the_register(texts: Path) -> None:
    findings = Findings()
    (check,) = check_documents([register_of(REGISTER.replace("15%", "20%"))], texts, [], findings)
    assert [(item.code, item.place.line) for item in findings if isinstance(item.place, Span)] == [("FR731", 6)]
    assert (check.anchors, check.anchors_found) == (6, 5)


def test_every_one_of_several_anchors_must_be_there(texts: Path) -> None:
    assert look_up(texts, register=REGISTER.replace("11月底前]", "12月底前]"))[1] == ["FR731"]


def test_an_anchor_that_stands_twice_is_a_warning(texts: Path) -> None:
    (texts / "plan.txt").write_text(SCRAPED + SCRAPED, encoding="utf-8")
    checks, codes = look_up(texts)
    assert codes == ["FR736"] * 6
    assert checks[0].anchors_found == 6


@pytest.mark.parametrize("quote", ["", "　", "星", "\u200b。"])
def test_a_quotation_too_short_proves_nothing(texts: Path, quote: str) -> None:
    assert look_up(texts, quote)[1] == ["FR734"]


def test_a_text_that_is_missing_is_one_finding(tmp_path: Path) -> None:
    checks, codes = look_up(tmp_path, "三面以上达到15%以上")
    assert codes == ["FR730"]
    assert checks == (DocumentCheck("plan", 6, 0, 1, 0),)


def test_a_directory_that_is_missing_is_one_finding(tmp_path: Path) -> None:
    assert look_up(tmp_path / "nowhere") == ((), ["FR737"])


def test_a_directory_or_pipe_in_place_of_a_text_is_missing(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").mkdir()
    assert look_up(tmp_path)[1] == ["FR730"]
    (tmp_path / "plan.txt").rmdir()
    os.mkfifo(tmp_path / "plan.txt")
    assert look_up(tmp_path)[1] == ["FR730"]


def test_a_text_in_gb18030_is_read(texts: Path) -> None:
    (texts / "plan.txt").write_text(SCRAPED, encoding="gb18030")
    assert look_up(texts)[1] == []


def test_bytes_that_are_no_text_are_named(texts: Path) -> None:
    (texts / "plan.txt").write_bytes(b"\xff\xff\xff")
    assert look_up(texts)[1] == ["FR733"]


def test_a_text_that_is_too_large_is_named(texts: Path) -> None:
    os.truncate(texts / "plan.txt", MAX_TEXT_BYTES + 1)
    assert look_up(texts)[1] == ["FR733"]


def test_two_registers_may_share_a_text(texts: Path) -> None:
    findings = Findings()
    registers = [register_of(), register_of(REGISTER.replace("id: plan", "id: other"), "other.yaml")]
    checks = check_documents(registers, texts, [Quote("other", "五面星镇", line(1))], findings)
    assert len(findings) == 0
    assert [(check.document, check.anchors_found, check.quotes_found) for check in checks] == [("plan", 6, 0), ("other", 6, 1)]


def test_a_quotation_of_a_document_without_text_is_only_noted(texts: Path) -> None:
    findings = Findings()
    silent = register_of("id: news\ntitle: 报道\nstatements:\n  - {id: '1', kind: fact, says: 甲}\n")
    checks = check_documents([silent], texts, [Quote("news", "查无此话", line(1))], findings)
    assert [(item.code, item.is_error) for item in findings] == [("FR735", False)]
    assert checks == (DocumentCheck("news", 0, 0, 1, 0),)


def test_a_quotation_of_an_unregistered_document_is_a_finding(texts: Path) -> None:
    findings = Findings()
    check_documents([register_of()], texts, [Quote("plam", "三面以上", line(3))], findings)
    assert [(item.code, str(item.place)) for item in findings] == [("FR721", "a.rules:3:1")]


def test_no_place_names_the_directory_of_the_machine(tmp_path: Path) -> None:
    findings = Findings()
    check_documents([register_of()], tmp_path / "nowhere", [], findings)
    check_documents([register_of()], tmp_path, [], findings)
    assert [item.place for item in findings if isinstance(item.place, FilePlace)] == [FilePlace("nowhere")]
    assert all(str(tmp_path) not in to_text(item) for item in findings)
