"""CSV files: UTF-8, with or without a byte order mark, or GB18030 with a note; commas, one header row."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from flagrules.facts import limits
from flagrules.facts.raw import BLANK, Raw, RawRow, RawSheet, Sheets
from flagrules.text.findings import Finding, Findings, finding
from flagrules.text.source import CellPlace, FilePlace

_BOM = b"\xef\xbb\xbf"
_IDEOGRAPH = re.compile("[\u2e80-\u9fff]")
_LONE_CR = re.compile(r"\r(?!\n)")


def read_csv(path: Path, label: str) -> Sheets:
    """The one sheet of a CSV file, every cell as text; findings instead of a sheet when its bytes cannot be trusted."""
    data = path.read_bytes()
    text, found = _decode(data, label)
    if text is not None:
        found += _line_faults(text, label)
    if text is None or any(item.is_error for item in found):
        return Sheets(findings=tuple(found))
    rows, faults = _rows(text, label)
    if faults:
        return Sheets(findings=(*found, *faults))
    return Sheets((RawSheet("", tuple(rows)),) if rows else (), tuple(found))


def _decode(data: bytes, label: str) -> tuple[str | None, list[Finding]]:
    place = FilePlace(label)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None, [finding("FR515", place)]
    if (at := data.find(b"\0")) >= 0:
        return None, [finding("FR514", CellPlace(label, "", data.count(b"\n", 0, at) + 1, ""))]
    body = data.removeprefix(_BOM)
    try:
        return body.decode("utf-8"), []
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
    if len(body) < len(data) or _has_utf8_line(body):
        return None, [finding("FR517", CellPlace(label, "", line, ""))]
    try:
        return body.decode("gb18030"), [finding("FR516", place)]
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        return None, [finding("FR517", CellPlace(label, "", line, ""))]


def _has_utf8_line(body: bytes) -> bool:
    """Whether some line reads as Chinese in UTF-8: then the lines that do not are of another encoding."""
    for line in body.split(b"\n"):
        try:
            if _IDEOGRAPH.search(line.decode("utf-8")):
                return True
        except UnicodeDecodeError:
            continue
    return False


def _line_faults(text: str, label: str) -> list[Finding]:
    found = Findings()
    if lone := _LONE_CR.search(text):
        found.add("FR518", CellPlace(label, "", text.count("\n", 0, lone.start()) + 1, ""))
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > limits.LINE_CHARS:
            found.add("FR519", CellPlace(label, "", number, ""), length=len(line), limit=limits.LINE_CHARS)
    return found.items


def _rows(text: str, label: str) -> tuple[list[RawRow], list[Finding]]:
    rows: list[RawRow] = []
    found = Findings()
    records = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for number, record in enumerate(records, 1):
            if number > limits.ROWS + 1 or len(record) > limits.COLUMNS:
                found.add("FR509", CellPlace(label, "", number, ""), rows=limits.ROWS, columns=limits.COLUMNS, area=limits.AREA)
                return [], found.items
            row = RawRow(number, tuple(Raw(cell) if cell else BLANK for cell in record))
            if not row.blank:
                rows.append(row)
    except csv.Error:
        found.add("FR520", CellPlace(label, "", len(rows) + 1, ""))
        return [], found.items
    if rows and (mark := _other_separator(rows[0])):
        found.add("FR521", CellPlace(label, "", rows[0].number, ""), separator=mark)
        return [], found.items
    return rows, found.items


def _other_separator(header: RawRow) -> str:
    if len(header.cells) != 1:
        return ""
    marks = {";": ";", "\t": "Tab", ",": ",", "|": "|", "、": "、"}
    return next((shown for char, shown in marks.items() if char in header.cells[0].text), "")
