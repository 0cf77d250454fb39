"""FR7: registers of statements, quotations, coverage."""

from __future__ import annotations

from flagrules.text.codes.entry import Code

TABLE: dict[str, Code] = {}
