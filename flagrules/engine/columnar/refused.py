"""What a form says that columns cannot take: the reference engine decides it then, and the run says so."""

from __future__ import annotations


class Refused(Exception):
    """A decision cannot be worked out in columns; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
