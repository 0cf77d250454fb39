"""A finding is data: a code, its place, the other places that took part, and arguments for its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from flagrules.text.codes import CODES
from flagrules.text.source import CellPlace, FilePlace, Place, Span


class Severity(Enum):
    """How much a finding matters: an error stops before the next stage, a note never does."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Related:
    """Another place that took part in a finding; `note` is a key of the message table's notes."""

    place: Place
    note: str


@dataclass(frozen=True)
class Edit:
    """A replacement of the text of a span that cannot change meaning; `fmt --fix` applies it."""

    span: Span
    replacement: str


@dataclass(frozen=True)
class Finding:
    """One thing found in what a user gave us. Its words are in the code table, its arguments here."""

    code: str
    place: Place
    args: tuple[tuple[str, str], ...] = ()
    related: tuple[Related, ...] = ()
    edit: Edit | None = None

    @property
    def severity(self) -> Severity:
        """Severity of the code, from the code table."""
        return Severity(CODES[self.code].severity)

    @property
    def is_error(self) -> bool:
        """Whether a stage must stop after this finding."""
        return self.severity is Severity.ERROR


def finding(code: str, place: Place, /, *related: Related, edit: Edit | None = None, **args: object) -> Finding:
    """Make a finding; `args` fill the placeholders of the code's words."""
    if code not in CODES:
        raise KeyError(code)
    return Finding(code, place, tuple(sorted((k, str(v)) for k, v in args.items())), tuple(related), edit)


def _order(item: Finding) -> tuple[str, int, int, str]:
    match item.place:
        case Span() as span:
            return (span.label, span.line, span.column, item.code)
        case CellPlace(label, _, row, _):
            return (label, row, 0, item.code)
        case FilePlace(label):
            return (label, 0, 0, item.code)


@dataclass
class Findings:
    """Findings gathered by one stage."""

    items: list[Finding] = field(default_factory=list)

    def add(self, code: str, place: Place, /, *related: Related, edit: Edit | None = None, **args: object) -> None:
        """Add one finding (same arguments as `finding`)."""
        self.items.append(finding(code, place, *related, edit=edit, **args))

    def extend(self, items: Iterable[Finding]) -> None:
        """Add findings made elsewhere."""
        self.items.extend(items)

    def __iter__(self) -> Iterator[Finding]:
        return iter(sorted(dict.fromkeys(self.items), key=_order))

    def __len__(self) -> int:
        return len(set(self.items))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop the run, in order of place."""
        return tuple(item for item in self if item.is_error)

    def stop(self) -> None:
        """Raise `Stopped` if there is an error; called at the end of each stage."""
        if self.errors:
            raise Stopped(tuple(self))


class Stopped(Exception):
    """A stage found errors: the findings are for the user, the run does not go on.

    `exit_code` is 1 where a command's purpose is to find (check, test), 2 where input could not be used.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(", ".join(item.code for item in self.findings))
