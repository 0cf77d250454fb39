"""The look at an .xlsx before it is parsed: a bounded stream over its archive that never holds a whole sheet."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET
from xml.parsers import expat

from flagrules.facts import limits
from flagrules.facts.raw import Mark, column_letter
from flagrules.facts.readers.bounded import Refused
from flagrules.text.findings import Finding, Findings, finding
from flagrules.text.source import CellPlace, FilePlace

_SMALL = 16 * 2**20
_REF = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_PERCENT_FORMATS = frozenset((9, 10))


@dataclass
class SheetScan:
    """What the stream saw of one sheet. Positions are (row, column), 1-based."""

    name: str
    marks: list[Mark] = field(default_factory=list)
    percent: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    last_row: int = 0
    last_column: int = 0


@dataclass(frozen=True)
class BookScan:
    """The visible sheets in order, with findings that do not stop the reading."""

    sheets: tuple[SheetScan, ...]
    findings: tuple[Finding, ...]


def scan(path: Path, label: str) -> BookScan:
    """Look through a workbook; raises `Refused` when it must not be parsed."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_archive(archive, label)
            return _scan_book(archive, label)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, expat.ExpatError, ET.ParseError) as error:
        raise Refused(finding("FR507", FilePlace(label))) from error
    except (LookupError, ValueError, EOFError, NotImplementedError, OSError, zlib.error) as error:
        raise Refused(finding("FR507", FilePlace(label))) from error
    except RuntimeError as error:  # zipfile says so of members with a password
        raise Refused(finding("FR506", FilePlace(label))) from error


def _check_archive(archive: zipfile.ZipFile, label: str) -> None:
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > limits.ENTRY_BYTES
        or (entry.file_size > limits.RATIO_FROM and entry.file_size > limits.RATIO * max(entry.compress_size, 1))
        for entry in entries
    )
    if swollen or total > limits.ARCHIVE_BYTES or len(entries) > limits.ARCHIVE_ENTRIES:
        raise Refused(finding("FR508", FilePlace(label), size=total // 2**20))
    if len({entry.filename for entry in entries}) < len(entries):
        raise Refused(finding("FR507", FilePlace(label)))
    for entry in entries:
        if entry.flag_bits & 1:
            raise Refused(finding("FR506", FilePlace(label)))
        if entry.filename.endswith((".xml", ".rels", ".vml")):
            with archive.open(entry) as stream:
                _refuse_doctype(stream, label)


class _PrologueRead(Exception):
    """The first element began, so no document type can follow."""


def _refuse_doctype(stream: IO[bytes], label: str) -> None:
    parser = _parser(label)

    def begin(_name: str, _attributes: dict[str, str]) -> None:
        raise _PrologueRead

    parser.StartElementHandler = begin
    try:
        parser.ParseFile(stream)
    except _PrologueRead:
        return


def _parser(label: str) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")

    def doctype(*_rest: object) -> None:
        raise Refused(finding("FR510", FilePlace(label)))

    parser.StartDoctypeDeclHandler = doctype
    return parser


def _tree(archive: zipfile.ZipFile, name: str) -> ET.Element:
    if archive.getinfo(name).file_size > _SMALL:
        raise ValueError(name)
    return ET.fromstring(archive.read(name))  # noqa: S314  documents with a DTD are already refused


def _scan_book(archive: zipfile.ZipFile, label: str) -> BookScan:
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        raise Refused(finding("FR505", FilePlace(label), suffix=".xlsx"))
    found = Findings()
    if any(name.endswith("vbaProject.bin") for name in names):
        found.add("FR529", FilePlace(label))
    book = _tree(archive, "xl/workbook.xml")
    if any(_truth(item.get("date1904")) for item in book.iterfind("{*}workbookPr")):
        found.add("FR530", FilePlace(label))
    percent = _percent_styles(archive) if "xl/styles.xml" in names else frozenset()
    targets = _targets(archive)
    sheets = []
    for item in book.iterfind("{*}sheets/{*}sheet"):
        name = item.get("name", "")
        if item.get("state", "visible") != "visible":
            found.add("FR527", CellPlace(label, name, 0, ""), sheet=name)
            continue
        relation = next((value for attribute, value in item.items() if attribute.endswith("}id")), "")
        if target := targets.get(relation, ""):
            sheets.append(_scan_sheet(archive, target, name, percent, label))
    if sum(sheet.last_row * sheet.last_column for sheet in sheets) > limits.WORKBOOK_AREA:
        raise Refused(_too_large(label, ""))
    return BookScan(tuple(sheets), tuple(found))


def _truth(value: str | None) -> bool:
    return value in ("1", "true")


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Relation id → archive member, worksheets only."""
    tree = _tree(archive, "xl/_rels/workbook.xml.rels")
    return {
        item.get("Id", ""): target.lstrip("/") if (target := item.get("Target", "")).startswith("/") else f"xl/{target}"
        for item in tree
        if item.get("Type", "").endswith("/worksheet")
    }


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """The style numbers whose number format shows a percent sign."""
    tree = _tree(archive, "xl/styles.xml")
    own = {
        int(item.get("numFmtId", "0"))
        for item in tree.iterfind("{*}numFmts/{*}numFmt")
        if "%" in _QUOTED.sub("", item.get("formatCode", ""))
    }
    formats = tree.iterfind("{*}cellXfs/{*}xf")
    return frozenset(str(i) for i, item in enumerate(formats) if int(item.get("numFmtId", "0")) in own | _PERCENT_FORMATS)


def _too_large(label: str, sheet: str, row: int = 0, column: int = 0) -> Finding:
    place = CellPlace(label, sheet, row, column_letter(column))
    return finding("FR509", place, rows=limits.ROWS, columns=limits.COLUMNS, area=limits.WORKBOOK_AREA)


def _scan_sheet(archive: zipfile.ZipFile, target: str, name: str, percent: frozenset[str], label: str) -> SheetScan:
    walker = _Walker(SheetScan(name), percent, label)
    parser = _parser(label)
    parser.StartElementHandler = walker.start
    with archive.open(target) as stream:
        parser.ParseFile(stream)
    walker.close_cell()
    return walker.finish()


class _Walker:
    """Follows the start tags of a sheet; a cell is judged when the next tag shows that it is over."""

    def __init__(self, sheet: SheetScan, percent: frozenset[str], label: str) -> None:
        self.sheet, self.percent, self.label = sheet, percent, label
        self.row = self.column = self.cells = 0
        self.style = self.type = ""
        self.open = self.formula = self.value = False
        self.space: str | None = None
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[tuple[int, int]] = []
        self.used_rows: set[int] = set()
        self.used_columns: set[int] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if self.space is None:
            self.space = space
        if space != self.space:  # extensions reuse the short names of cells
            return
        if local in ("v", "is"):
            self.value = True
        elif local == "f":
            self.formula = True
        elif local == "c":
            self.close_cell()
            self._open_cell(attributes)
        elif local == "row":
            self.close_cell()
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
            if _truth(attributes.get("hidden")):
                self.hidden_rows.add(self.row)
        elif local == "col" and _truth(attributes.get("hidden")):
            self.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self.open, self.formula, self.value = True, False, False
        self.style, self.type = attributes.get("s", ""), attributes.get("t", "")
        self.column += 1
        if reference := attributes.get("r"):
            self.row, self.column = _position(reference)

    def close_cell(self) -> None:
        if not self.open or not (self.value or self.formula):
            return
        self.open = False
        if self.row > limits.ROWS or self.column > limits.COLUMNS:
            raise Refused(_too_large(self.label, self.sheet.name, self.row, self.column))
        at = (self.row, self.column)
        self.sheet.last_row = max(self.sheet.last_row, self.row)
        self.sheet.last_column = max(self.sheet.last_column, self.column)
        self.cells += 1
        if max(self.cells, self.sheet.last_row * self.sheet.last_column) > limits.WORKBOOK_AREA:
            raise Refused(_too_large(self.label, self.sheet.name, self.row, self.column))
        self.used_rows.add(self.row)
        self.used_columns.add(self.column)
        if self.formula:
            self.sheet.formulas.add(at)
        elif self.type == "e":
            self.sheet.errors.add(at)
        elif self.style in self.percent:
            self.sheet.percent.add(at)

    def _mark(self, code: str, first: int, last: int, column: int, ref: str = "") -> None:
        self.sheet.marks.append(Mark(code, first, last, column, ref or f"{column_letter(column)}{first}"))

    def _merge(self, ref: str) -> None:
        start, _, end = ref.partition(":")
        (first, column), (last, _other) = _position(start), _position(end or start)
        self._mark("FR524", first, last, column, ref)

    def finish(self) -> SheetScan:
        """The scan, with hidden rows and columns marked where something is written in them."""
        for row in sorted(self.hidden_rows & self.used_rows):
            self._mark("FR525", row, row, 0, str(row))
        for column in sorted(self.used_columns):
            if any(low <= column <= high for low, high in self.hidden_columns):
                self._mark("FR526", 0, limits.ROWS, column, column_letter(column))
        return self.sheet


def _position(reference: str) -> tuple[int, int]:
    match = _REF.fullmatch(reference.replace("$", ""))
    if match is None:
        raise ValueError(reference)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column
