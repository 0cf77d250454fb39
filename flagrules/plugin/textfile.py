"""The text of a pack's file: UTF-8 and nothing else, the guess named when it is something else."""

from __future__ import annotations

from flagrules.text.findings import Findings
from flagrules.text.source import CellPlace


def _guess(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "?"
    return "GB18030"


def decode(data: bytes, label: str, findings: Findings) -> str | None:
    """The text, a byte order mark left out; None with a finding at the first line that is not UTF-8 or holds a NUL."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        findings.add("FR614", CellPlace(label, "", line, ""), guess=_guess(data))
        return None
    if (nul := text.find("\0")) >= 0:
        findings.add("FR615", CellPlace(label, "", text.count("\n", 0, nul) + 1, ""))
        return None
    return text
