"""FR2 and FR3: names, types, citations, totals, bands, parameters."""

from __future__ import annotations

from flagrules.text.codes.entry import Code

TABLE: dict[str, Code] = {}
