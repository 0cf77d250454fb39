"""Starts the program that parses workbooks and Parquet files under limits, and reads what it prints."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flagrules.facts import limits
from flagrules.facts.raw import BLANK, Form, Raw
from flagrules.facts.readers import child
from flagrules.text.findings import Finding, finding
from flagrules.text.source import CellPlace, FilePlace

_FAILED = 4
_FORMS = {"s": Form.TEXT, "t": Form.TEXT, "n": Form.NUMBER, "d": Form.DATE, "b": Form.BOOL}
Line = tuple[int, list[str]]


class Refused(Exception):
    """The file must not be read; carries the finding that says why."""

    def __init__(self, item: Finding) -> None:
        self.finding = item
        super().__init__(item.code)


@dataclass
class Parsed:
    """The rows of each sheet, as number and coded cells, and what the program refused."""

    sheets: dict[str, list[Line]] = field(default_factory=dict)
    refused: list[Finding] = field(default_factory=list)


def parse(program: str, path: Path, label: str, memory: int, *arguments: str) -> Parsed:
    """What the program printed of a file; raises `Refused` when it failed or met a limit."""
    options = [program, str(path), str(memory), str(limits.CHILD_SECONDS), *arguments]
    try:
        # our own program, given a path and plain words as arguments, no shell
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-P", child.__file__, *options], capture_output=True, timeout=limits.CHILD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(finding("FR511", FilePlace(label))) from error
    if done.returncode:
        raise Refused(finding("FR507" if done.returncode == _FAILED else "FR511", FilePlace(label)))
    return _collect(_values(done.stdout), label)


def _values(output: bytes) -> Iterator[object]:
    return (json.loads(line) for line in output.split(b"\n") if line)


def _collect(values: Iterator[object], label: str) -> Parsed:
    parsed, rows = Parsed(), list[Line]()
    for value in values:
        match value:
            case {"sheet": str(name)}:
                rows = parsed.sheets.setdefault(name, [])
            case {"refused": "FR509"}:
                sizes = {"rows": limits.ROWS, "columns": limits.COLUMNS, "area": limits.AREA}
                parsed.refused.append(finding("FR509", FilePlace(label), edit=None, **sizes))
            case {"refused": str(code), "name": str(name), "type": str(kind)}:
                parsed.refused.append(finding(code, CellPlace(label, "", 0, name), name=name, type=kind))
            case [int(number), list(cells)]:
                rows.append((number, cells))
    return parsed


def raw_of(text: str) -> Raw:
    """A cell from its letter and text."""
    if not text:
        return BLANK
    if text[0] == "b":
        return Raw("是" if text == "b1" else "否", Form.BOOL)
    return Raw(text[1:], _FORMS[text[0]])
