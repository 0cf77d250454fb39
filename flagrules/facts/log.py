"""Where readers report: findings, and notes that are counted a column instead of repeated a cell."""

from __future__ import annotations

from dataclasses import dataclass, field

from flagrules.text.findings import Findings, Related
from flagrules.text.source import CellPlace, Place

SHOWN = 5  # of one fault in one column, where a table is read as columns


@dataclass
class Log:
    """Findings of the fact layer; `count` gathers harmless repairs so that each column tells of them once.

    `reports` grows with every report of either sort, so that a caller can tell whether reading a cell was silent.
    """

    findings: Findings = field(default_factory=Findings)
    reports: int = 0
    _counts: dict[tuple[str, str, str, str], tuple[CellPlace, int]] = field(default_factory=dict)

    def add(self, code: str, place: Place, /, *related: Related, **args: object) -> None:
        """Report one finding."""
        self.reports += 1
        self.findings.add(code, place, *related, edit=None, **args)

    def count(self, code: str, place: CellPlace) -> None:
        """Note one more repair of this kind in the column of `place`."""
        self.reports += 1
        where = (code, place.label, place.sheet, place.column)
        first, times = self._counts.get(where, (place, 0))
        self._counts[where] = (first, times + 1)

    def close(self) -> Findings:
        """All findings, the counted notes each at the first cell they met."""
        for (code, *_), (place, times) in self._counts.items():
            self.findings.add(code, place, count=times)
        self._counts.clear()
        return self.findings


def tell_more(count: int, shown: int, label: str, log: Log) -> None:
    """FR026: faults beyond the few that were told one by one."""
    if count > shown:
        log.add("FR026", CellPlace(label, "", 0, ""), count=count - shown)
