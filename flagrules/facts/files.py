"""Opening fact files: labels, digests, readers by suffix, and the faults a file has before it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from flagrules.facts import limits
from flagrules.facts.log import Log
from flagrules.facts.raw import RawSheet, Reader
from flagrules.facts.readers.csv import read_csv
from flagrules.facts.readers.parquet import read_parquet
from flagrules.facts.readers.xlsx import read_xlsx
from flagrules.text.source import FilePlace

BUILT_IN: Mapping[str, Reader] = MappingProxyType({".csv": read_csv, ".parquet": read_parquet, ".xlsx": read_xlsx})
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1"


def labelled(paths: Sequence[Path] | Mapping[str, Path], log: Log) -> list[tuple[str, Path]]:
    """Each path with the name users see (a mapping gives the names), in order of that name; of two files of one name the
    second is left out."""
    if isinstance(paths, Mapping):
        return sorted(paths.items())
    found: dict[str, Path] = {}
    for path in sorted(paths):
        label = path.name if path.is_absolute() else path.as_posix()
        if label in found:
            log.add("FR512", FilePlace(label), name=label)
        else:
            found[label] = path
    return sorted(found.items())


def open_file(
    path: Path, label: str, readers: Mapping[str, Reader], log: Log
) -> tuple[RawSheet, ...] | None:
    """The sheets of a file, or None after a finding."""
    place = FilePlace(label)
    try:
        fault = _fault(path, readers)
        if fault:
            log.add(fault, place, suffix=path.suffix, known=" ".join(sorted(readers)), size=limits.FILE_BYTES // 2**20)
            return None
        sheets = readers[path.suffix.lower()](path, label)
    except OSError:
        log.add("FR502", place)
        return None
    log.findings.extend(sheets.findings)
    if not sheets.sheets and not any(item.is_error for item in sheets.findings):
        log.add("FR503", place)
    return sheets.sheets


def content_digest(sheets: Sequence[RawSheet]) -> str:
    """SHA-256 of what the sheets say, whatever the order of their rows below the first: two orders of the same facts are one input."""
    total = hashlib.sha256()
    for sheet in sorted(sheets, key=lambda item: item.name):
        rows = ["\x1f".join(f"{cell.form.name}:{cell.text}" for cell in row.cells) for row in sheet.rows]
        total.update("\x1e".join([sheet.name, *rows[:1], *sorted(rows[1:])]).encode() + b"\x1d")
    return total.hexdigest()


def _fault(path: Path, readers: Mapping[str, Reader]) -> str:
    """The code of what is wrong with the file as a whole, or an empty string; raises `OSError` where it cannot be opened."""
    if not path.exists():
        return "FR500"
    if path.is_dir():
        return "FR501"
    if not path.is_file():
        return "FR502"
    suffix = path.suffix.lower()
    if suffix not in readers:
        return "FR504"
    size = path.stat().st_size
    if not size:
        return "FR503"
    if size > limits.FILE_BYTES:
        return "FR508"
    with path.open("rb") as stream:
        return _renamed(stream.read(8), suffix)


def _renamed(head: bytes, suffix: str) -> str:
    """Compare the first bytes with what the suffix promises; a plugin's own suffix promises nothing."""
    if suffix == ".xlsx" and head == _OLE:
        return "FR506"
    promised = {".xlsx": head.startswith(_ZIP), ".parquet": head.startswith(_PARQUET)}
    promised[".csv"] = not head.startswith((_ZIP, _OLE, _PARQUET))
    return "" if promised.get(suffix, True) else "FR505"
