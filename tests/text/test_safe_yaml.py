"""The safe YAML reader: scalars stay text with their lines, and everything dangerous is named."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from flagrules.text.findings import Findings
from flagrules.text.render import to_text
from flagrules.text.safe_yaml import MAX_BYTES, MAX_DEPTH, MAX_FINDINGS, Listing, Mapping, Node, Scalar, read_yaml
from flagrules.text.source import CellPlace, FilePlace, Source, Span


@dataclass(frozen=True)
class File:
    label: str
    data: bytes


def read(text: str) -> tuple[Node | None, list[tuple[str, int, int]]]:
    findings = Findings()
    node = read_yaml(Source("t.yaml", text), findings)
    return node, [place_of(item.code, item.place) for item in findings]


def place_of(code: str, place: Span | CellPlace | FilePlace) -> tuple[str, int, int]:
    return (code, place.line, place.column) if isinstance(place, Span) else (code, 0, 0)


def test_scalars_stay_text_as_written() -> None:
    node, faults = read("a: no\nb: 1:30\nc: 0755\nd: 2021-05-28\ne: ~\nf:\ng: 1.10\n")
    assert faults == []
    assert isinstance(node, Mapping)
    assert {key.text: value.text for key, value in node.entries if isinstance(value, Scalar)} == {
        "a": "no",
        "b": "1:30",
        "c": "0755",
        "d": "2021-05-28",
        "e": "~",
        "f": "",
        "g": "1.10",
    }


def test_nodes_know_their_place_past_characters_of_many_bytes() -> None:
    node, _ = read("甲: 汉字🚩\n乙:\n  - 丙: 丁\n")
    assert isinstance(node, Mapping)
    listing = node.get("乙")
    assert isinstance(listing, Listing)
    inner = listing.items[0]
    assert isinstance(inner, Mapping)
    value = inner.get("丙")
    assert isinstance(value, Scalar)
    assert (value.text, value.span.line, value.span.column, value.span.text) == ("丁", 3, 8, "丁")


def test_a_missing_key_gives_none() -> None:
    node, _ = read("a: 1\n")
    assert isinstance(node, Mapping)
    assert node.get("b") is None


def test_a_byte_order_mark_and_foreign_line_breaks_are_read() -> None:
    findings = Findings()
    node = read_yaml(File("t.yaml", b"\xef\xbb\xbfa: 1\r\nb: 2\rc: 3\r\n"), findings)
    assert len(findings) == 0
    assert isinstance(node, Mapping)
    assert [key.span.line for key, _ in node.entries] == [1, 2, 3]


def test_a_quoted_merge_sign_is_an_ordinary_key() -> None:
    node, faults = read("'<<': 1\n")
    assert faults == []
    assert isinstance(node, Mapping)
    assert node.get("<<") == Scalar("1", node.span)


WRONG = {
    "empty file": ("", [("FR016", 0, 0)]),
    "comment only": ("# 没有内容\n", [("FR016", 0, 0)]),
    "two documents": ("a: 1\n---\nb: 2\n", [("FR019", 2, 1)]),
    "duplicate key": ("a: 1\nb: 2\na: 3\n", [("FR017", 3, 1)]),
    "duplicate key in a flow mapping": ("x: {a: 1, a: 2}\n", [("FR017", 1, 11)]),
    "anchor": ("a: &x 1\n", [("FR014", 1, 4)]),
    "anchor and alias": ("a: &x [1]\nb: *x\n", [("FR014", 1, 4), ("FR014", 2, 4)]),
    "alias as key": ("a: &x 1\n*x : 2\n", [("FR014", 1, 4), ("FR014", 2, 1)]),
    "merge key": ("a:\n  <<: {b: 1}\n", [("FR018", 2, 3)]),
    "tag": ("a: !!int 3\n", [("FR015", 1, 4)]),
    "python tag": ("a: !!python/object/apply:os.system ['true']\n", [("FR015", 1, 4)]),
    "tag on a mapping": ("a: !thing {b: 1}\n", [("FR015", 1, 4)]),
    "directive": ("%YAML 1.1\n---\na: 1\n", [("FR015", 1, 1)]),
    "list as key": ("? [a]\n: b\n", [("FR018", 1, 3)]),
    "mapping as key": ("{a: b, {c: d}: e}\n", [("FR018", 1, 8)]),
    "tab for indentation": ("a:\n\tb: 1\n", [("FR012", 2, 1)]),
    "unclosed quote": ("a: 'x\n", [("FR012", 2, 1)]),
    "unclosed bracket": ("a: [b\n", [("FR012", 2, 1)]),
    "colon inside plain text": ("a: b: c\n", [("FR012", 1, 5)]),
    "control character": ("a: 1\nb: \x07\n", [("FR012", 2, 4)]),
    "NUL": ("a: \x00\n", [("FR012", 1, 4)]),
    "full-width colon beside a proper line": ("a: 1\nb：2\n", [("FR012", 3, 1)]),
    "three faults at once": ("a: !x 1\na: 2\nb: &y 3\n", [("FR015", 1, 4), ("FR017", 2, 1), ("FR014", 3, 4)]),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_files_are_refused_at_their_place(name: str) -> None:
    text, expected = WRONG[name]
    node, faults = read(text)
    assert node is None
    assert faults == expected


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_nesting_is_limited_before_it_can_hurt(opening: str) -> None:
    begun = time.monotonic()
    node, faults = read(opening * 50_000)
    assert node is None
    assert [code for code, _, _ in faults] == ["FR013"]
    assert time.monotonic() - begun < 2


def test_the_deepest_nesting_allowed_is_read() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH)[1] == []
    assert [code for code, _, _ in read("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[1]] == ["FR013"]


def test_a_merge_bomb_ends_at_once() -> None:
    lines = ["a0: &a0 {x: 1}"] + [f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}" for i in range(1, 400)]
    findings = Findings()
    assert read_yaml(Source("t.yaml", "\n".join(lines)), findings) is None
    assert MAX_FINDINGS <= len(findings) < 2 * MAX_FINDINGS


def test_a_file_that_is_too_large_is_not_read() -> None:
    findings = Findings()
    assert read_yaml(File("t.yaml", b"a" * (MAX_BYTES + 1)), findings) is None
    assert [item.code for item in findings] == ["FR011"]


@pytest.mark.parametrize("data", ["键: 值\n".encode("gb18030"), "a: 1\n".encode("utf-16"), b"a: \xff\n"])
def test_other_encodings_are_named(data: bytes) -> None:
    findings = Findings()
    assert read_yaml(File("t.yaml", data), findings) is None
    assert [item.code for item in findings] == ["FR010"]


def test_findings_have_words_in_both_languages() -> None:
    findings = Findings()
    read_yaml(Source("t.yaml", "a: 1\na: 2\n"), findings)
    (item,) = findings
    assert "键“a”在同一处写了两次" in to_text(item, "zh")
    assert "t.yaml:1:1   first written here" in to_text(item, "en")
