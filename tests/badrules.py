"""Reading wrong rule files: the findings expected stand beside the lines (`#! FR203 5`: code, column), everything else is cited."""

from __future__ import annotations

import re
from pathlib import Path

from flagrules.text.findings import Findings
from flagrules.text.source import Span

FOLDER = Path(__file__).parent / "rules" / "bad"
Found = tuple[int, str, int]


def expected_in(text: str) -> list[Found]:
    """(line, code, column) of each mark."""
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        _, _, marks = line.partition("#!")
        found += [(number, code, int(column)) for code, column in re.findall(r"(FR[0-9]+) ([0-9]+)", marks)]
    return sorted(found)


def with_citations(text: str) -> str:
    """Every line that cites nothing rests on an assumption; columns stay as they are."""
    lines = []
    for line in text.split("\n"):
        body, mark, rest = line.partition("#!")
        lines.append(f"{body.rstrip()} 〔假定 “例”〕 {mark}{rest}" if body.strip() and "〔" not in body else line)
    return "\n".join(lines)


def found_in(label: str, findings: Findings) -> list[Found]:
    """(line, code, column) of each finding in a file."""
    spans = [(item.place, item.code) for item in findings if isinstance(item.place, Span)]
    return sorted((place.line, code, place.column) for place, code in spans if place.label == label)
