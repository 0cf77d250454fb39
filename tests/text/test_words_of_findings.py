"""Every place that makes a finding hands over what the finding's words ask for."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from flagrules.text.codes import CODES

ROOT = Path(__file__).parents[2] / "flagrules"


def makes_a_finding(call: ast.Call) -> bool:
    """`finding(…)` and `….findings.add(…)`; other helpers hand words on in ways of their own."""
    match call.func:
        case ast.Name("finding"):
            return True
        case ast.Attribute(ast.Name("findings") | ast.Attribute(_, "findings"), "add"):
            return True
        case _:
            return False


def calls() -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """(place, code, keywords) of each call that names a code; None where keywords are handed on as a whole."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            first = node.args[0] if isinstance(node, ast.Call) and node.args else None
            if not isinstance(node, ast.Call) or not makes_a_finding(node):
                continue
            if isinstance(first, ast.Constant) and re.fullmatch("FR[0-9]{3}", str(first.value)):
                names = frozenset(keyword.arg for keyword in node.keywords if keyword.arg is not None)
                whole = any(keyword.arg is None for keyword in node.keywords)
                yield f"{path.relative_to(ROOT)}:{node.lineno}", str(first.value), None if whole else names


def asked(code: str) -> frozenset[str]:
    """The placeholders of a code's words."""
    entry = CODES[code]
    texts = (entry.zh, entry.en, entry.fix_zh, entry.fix_en)
    return frozenset(name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize(("place", "code", "given"), [item for item in calls() if item[2] is not None])
def test_a_finding_is_given_all_its_words(place: str, code: str, given: frozenset[str]) -> None:
    assert code in CODES, place
    assert asked(code) <= given, place


def test_the_walk_sees_the_findings() -> None:
    seen = {code for _, code, _ in calls()}
    assert len(seen) > 100
    assert len(seen) <= len(CODES)
