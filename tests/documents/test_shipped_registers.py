"""The registers shipped with the programme and the county: complete, readable, in both languages."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from flagrules.documents.register import DocumentRegister, load_register, refuse_duplicates
from flagrules.text.findings import Findings
from flagrules.text.render import to_text
from flagrules.text.source import Source

ROOT = Path(__file__).parents[2]
FILES = {
    "yuncheng-2021": ROOT / "plugins/yuncheng/flagrules_yuncheng/documents/yuncheng-2021.yaml",
    "yuncheng-daily-20211124": ROOT / "plugins/yuncheng/flagrules_yuncheng/documents/yuncheng-daily-20211124.yaml",
    "hejin-2021": ROOT / "counties/hejin/flagrules_county_hejin/documents/hejin-2021.yaml",
    "redflag-community-2020": ROOT / "plugins/redflag_community/flagrules_redflag_community/documents/redflag-community-2020.yaml",
    "star-village-plan": ROOT / "plugins/star_village/flagrules_star_village/documents/star-village.yaml",
    "yuzhou-zone": ROOT / "plugins/yuzhou/flagrules_yuzhou/documents/yuzhou-zone.yaml",
    "water-city": ROOT / "plugins/water_city/flagrules_water_city/documents/water-city.yaml",
}
UNDATED = {"star-village-plan", "yuzhou-zone", "water-city"}  # the texts print no day of issue


def load(name: str) -> DocumentRegister:
    findings = Findings()
    register = load_register(Source(FILES[name].name, FILES[name].read_text(encoding="utf-8")), findings)
    assert register is not None, [to_text(item) for item in findings]
    return register


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("yuncheng-2021", {"1": 3, "2": 20, "3": 12, "4": 13, "5": 7, "6": 12}),  # 67
        ("hejin-2021", {"1": 23, "2": 20, "3": 12, "4": 1}),  # 56
        ("yuncheng-daily-20211124", {"1": 1, "2": 1}),
        ("redflag-community-2020", {"1": 1, "2": 3, "3": 57, "4": 8, "5": 6}),  # 75
        ("star-village-plan", {"1": 2, "2": 2, "3": 70, "4": 8, "5": 8, "6": 9}),  # 99
        ("yuzhou-zone", {"1": 4, "2": 7, "3": 8, "4": 4, "5": 15, "6": 3}),  # 41
        ("water-city", {"1": 3, "2": 1, "3": 13}),  # 17
    ],
)
def test_every_statement_of_the_document_is_there(name: str, parts: dict[str, int]) -> None:
    register = load(name)
    assert register.id == name
    assert Counter(item.id.split(".")[0] for item in register.statements) == parts
    numbers = [tuple(int(number) for number in item.id.split(".")) for item in register.statements]
    assert numbers == sorted(set(numbers))
    for upper in {number[:depth] for number in numbers for depth in range(len(number))}:
        below = sorted({number[len(upper)] for number in numbers if number[: len(upper)] == upper and len(number) > len(upper)})
        assert below == list(range(below[0], below[0] + len(below))), f"a gap under {upper}"
        assert below[0] in (0, 1)


@pytest.mark.parametrize("name", FILES)
def test_every_statement_is_restated_in_both_languages(name: str) -> None:
    register = load(name)
    assert register.title_en
    assert (register.date is None) == (name in UNDATED)
    for item in register.statements:
        assert item.says_en, item.id
        assert not item.says.isascii(), item.id
        assert item.says not in [anchor.text for anchor in item.anchors], item.id


@pytest.mark.parametrize("name", [name for name in FILES if name != "yuncheng-daily-20211124"])
def test_no_two_statements_share_an_anchor(name: str) -> None:
    anchors = [anchor.text for item in load(name).statements for anchor in item.anchors]
    assert len(anchors) == len(set(anchors))


def test_every_register_that_is_shipped_is_looked_at_here() -> None:
    shipped = {path for folder in ("plugins", "counties") for path in ROOT.glob(f"{folder}/*/flagrules_*/documents/*.yaml")}
    assert set(FILES.values()) == shipped


def test_the_registers_have_different_ids() -> None:
    findings = Findings()
    refuse_duplicates([load(name) for name in FILES], findings)
    assert len(findings) == 0


def test_kinds_of_statements_rules_lean_on() -> None:
    city = load("yuncheng-2021")
    kinds = {item.id: item.kinds for item in city.statements}
    assert kinds["2.12"] == ("target", "quota")
    assert kinds["4.3"] == ("entitlement", "parameter")
    assert kinds["5.3"] == ("duty", "permission")
    assert [item.id for item in city.statements if item.may_stand] == ["1.1", "1.2", "1.3", "2.19", "2.20", "5.6"]
