"""Registers of statements: a right one is read whole, and every wrong one names the line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from flagrules.documents.register import KINDS, DocumentRegister, load_register, refuse_duplicates
from flagrules.text.findings import Findings
from flagrules.text.render import to_text
from flagrules.text.source import Source, Span

HEAD = "id: plan\ntitle: 方案\nfile: plan.txt\nstatements:\n"
RIGHT = (
    HEAD
    + """\
  - id: '1.1'
    anchor: 三星以上
    kind: [target, quota]
    says: 三星以上有占比要求
    says_en: a share with three stars or more
  - id: '1.10'
    anchor:
      - 甲乙
      - 丙丁
    kind: duty
    says: y
"""
)


def load(text: str) -> tuple[DocumentRegister | None, list[tuple[str, int]]]:
    findings = Findings()
    register = load_register(Source("plan.yaml", text), findings)
    for item in findings:
        assert to_text(item, "zh")
        assert to_text(item, "en")
    return register, [(item.code, item.place.line if isinstance(item.place, Span) else 0) for item in findings]


def test_a_right_register_is_read_whole() -> None:
    register, faults = load(RIGHT)
    assert faults == []
    assert register is not None
    assert (register.id, register.title, register.file, register.date) == ("plan", "方案", "plan.txt", None)
    first, second = register.statements
    assert (first.id, first.kinds, first.says_en) == ("1.1", ("target", "quota"), "a share with three stars or more")
    assert [(anchor.text, anchor.span.line) for anchor in second.anchors] == [("甲乙", 12), ("丙丁", 13)]
    assert second.span is not None
    assert second.span.line == 10


def test_ids_stay_text_so_1_1_and_1_10_differ() -> None:
    register, _ = load(RIGHT.replace("'1.10'", "1.10").replace("'1.1'", "1.1"))
    assert register is not None
    assert register.statement("1.1") is register.statements[0]
    assert register.statement("1.10") is register.statements[1]
    assert register.statement("1.2") is None


def test_a_register_without_a_text_has_no_anchors() -> None:
    register, faults = load("id: n\ntitle: 报\ndate: 2021-11-24\nstatements:\n  - {id: '1', kind: fact, says: 甲}\n")
    assert faults == []
    assert register is not None
    assert register.file == ""
    assert register.date == date(2021, 11, 24)


def test_bytes_of_a_pack_are_read_as_a_source_is() -> None:
    @dataclass(frozen=True)
    class File:
        label: str
        data: bytes

    findings = Findings()
    assert load_register(File("plan.yaml", RIGHT.encode()), findings) == load(RIGHT)[0]


@pytest.mark.parametrize(
    ("kinds", "stands"), [("context", True), ("fact", True), ("[fact, context]", True), ("[fact, duty]", False)]
)
def test_only_context_and_figures_may_stand_uncited(kinds: str, stands: bool) -> None:  # noqa: FBT001 the expectation
    register, _ = load(RIGHT.replace("[target, quota]", kinds))
    assert register is not None
    assert register.statements[0].may_stand is stands


WRONG = {
    "not a mapping": ("- a\n", [("FR703", 1)]),
    "no statements": ("id: a\ntitle: b\n", [("FR701", 1)]),
    "nothing but an unknown field": ("ttile: b\n", [("FR701", 1)] * 3 + [("FR702", 1)]),
    "statements empty": ("id: a\ntitle: b\nstatements: []\n", [("FR703", 3)]),
    "statements a text": ("id: a\ntitle: b\nstatements: 无\n", [("FR703", 3)]),
    "a statement that is text": (HEAD + "  - 甲\n", [("FR703", 5)]),
    "field misspelt": (RIGHT.replace("    says: 三", "    syas: 三"), [("FR701", 5), ("FR702", 8)]),
    "kind unknown": (RIGHT.replace("kind: duty", "kind: dutty"), [("FR705", 14)]),
    "one kind of two unknown": (RIGHT.replace("quota]", "指标]"), [("FR705", 7)]),
    "kind with its remark": (RIGHT.replace("kind: duty", "kind: duty (frequency)"), [("FR705", 14)]),
    "kind a mapping": (RIGHT.replace("kind: duty", "kind: {duty: x}"), [("FR703", 14)]),
    "kind list empty": (RIGHT.replace("kind: duty", "kind: []"), [("FR703", 14)]),
    "anchor missing": (RIGHT.replace("    anchor: 三星以上\n", ""), [("FR701", 5)]),
    "anchor blank": (RIGHT.replace("三星以上\n    kind", "\n    kind"), [("FR703", 6)]),
    "anchor one character": (RIGHT.replace("三星以上\n    kind", "三\n    kind"), [("FR708", 6)]),
    "anchor nothing but blanks to look for": (RIGHT.replace("- 甲乙", "- ' \u200b '"), [("FR708", 12)]),
    "anchor without a text": (RIGHT.replace("file: plan.txt\n", ""), [("FR707", 5), ("FR707", 11), ("FR707", 12)]),
    "says blank": (RIGHT.replace("says: y", "says: ' '"), [("FR703", 15)]),
    "id twice": (RIGHT.replace("'1.10'", "'1.1'"), [("FR704", 10)]),
    "id with a blank": (RIGHT.replace("'1.10'", "'1 10'"), [("FR711", 10)]),
    "id with citation brackets": (RIGHT.replace("id: plan", "id: 〔plan〕"), [("FR711", 1)]),
    "id a list": (RIGHT.replace("'1.10'", "[1]"), [("FR703", 10)]),
    "date impossible": (RIGHT.replace("file:", "date: 2021-02-30\nfile:"), [("FR709", 3)]),
    "date in another form": (RIGHT.replace("file:", "date: 2021年5月28日\nfile:"), [("FR709", 3)]),
    "date with full-width digits": (RIGHT.replace("file:", "date: ２０２１-05-28\nfile:"), [("FR709", 3)]),
    "file outside the directory": (RIGHT.replace("plan.txt", "../plan.txt"), [("FR706", 3)]),
    "file absolute": (RIGHT.replace("plan.txt", "/etc/passwd"), [("FR706", 3)]),
    "file with a backslash": (RIGHT.replace("plan.txt", "..\\plan.txt"), [("FR706", 3)]),
    "key twice": (RIGHT.replace("title: 方案", "title: 方案\ntitle: 办法"), [("FR017", 3)]),
    "broken YAML": (RIGHT + "    says: [\n", [("FR012", 17)]),
    "several faults in one reading": (
        RIGHT.replace("kind: duty", "kind: dty").replace("'1.10'", "'1.1'").replace("id: plan", "id: a b"),
        [("FR711", 1), ("FR704", 10), ("FR705", 14)],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_registers_are_refused_at_their_line(name: str) -> None:
    text, expected = WRONG[name]
    register, faults = load(text)
    assert register is None
    assert faults == expected


def test_a_misspelt_kind_is_met_with_the_near_one() -> None:
    findings = Findings()
    load_register(Source("plan.yaml", RIGHT.replace("kind: duty", "kind: dutty")), findings)
    (item,) = findings
    assert dict(item.args)["near"] == "duty"
    assert "duty" in KINDS


def test_two_registers_of_one_id_are_named_both() -> None:
    findings = Findings()
    one, two = (load_register(Source(label, RIGHT), findings) for label in ("one.yaml", "two.yaml"))
    assert one is not None
    assert two is not None
    refuse_duplicates((one, two), findings)
    (item,) = findings
    assert (item.code, item.place.label, item.related[0].place.label) == ("FR710", "two.yaml", "one.yaml")
