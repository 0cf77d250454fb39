"""FR0: usage, files, run-wide."""

from __future__ import annotations

from flagrules.text.codes.entry import Code

TABLE: dict[str, Code] = {}
