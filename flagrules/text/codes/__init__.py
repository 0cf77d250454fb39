"""The words of every finding: one table of codes, Chinese and English, gathered from one file per layer."""

from __future__ import annotations

from flagrules.text.codes import documents, facts, general, plugin, refine, results, schedulers, semantics, syntax, testing, values
from flagrules.text.codes.entry import Code

__all__ = ["CODES", "Code"]


def _gather() -> dict[str, Code]:
    table: dict[str, Code] = {}
    for module in (general, syntax, semantics, refine, facts, values, plugin, documents, results, schedulers, testing):
        for code, entry in module.TABLE.items():
            if code in table:
                raise RuntimeError(f"finding code {code} is defined twice")
            table[code] = entry
    return dict(sorted(table.items()))


CODES = _gather()
