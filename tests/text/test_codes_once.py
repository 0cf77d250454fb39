"""Every code of a finding stands once, in the file of its layer: a second entry would silently take the words of the first."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from flagrules.text.codes import CODES

FOLDER = Path(__file__).parents[2] / "flagrules/text/codes"


def written() -> Counter[str]:
    """How often each code is a key of a table."""
    tables = [node for path in FOLDER.glob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Dict)]
    keys = [key.value for table in tables for key in table.keys if isinstance(key, ast.Constant)]
    return Counter(key for key in keys if isinstance(key, str) and key.startswith("FR") and len(key) == 5)


def test_no_code_is_defined_twice() -> None:
    assert {code: times for code, times in written().items() if times > 1} == {}


def test_every_code_written_is_told() -> None:
    assert set(written()) == set(CODES)
