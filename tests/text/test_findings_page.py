"""The manual's page of findings is the table of findings."""

from __future__ import annotations

import re
from pathlib import Path

from flagrules.text.codes import CODES
from flagrules.text.codes.page import page

PAGE = Path(__file__).parents[2] / "docs" / "findings.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: make docs"


def test_every_code_has_its_section_once_and_in_order() -> None:
    assert re.findall(r"^### (FR\d{3})$", PAGE.read_text("utf-8"), re.MULTILINE) == sorted(CODES)


def test_every_code_says_what_is_wrong_and_what_to_do_in_both_languages() -> None:
    for name, code in CODES.items():
        assert re.search("[\u4e00-\u9fff]", code.zh), name
        assert re.search("[a-z]{2}", code.en), name
        assert bool(code.fix_zh) == bool(code.fix_en), name
