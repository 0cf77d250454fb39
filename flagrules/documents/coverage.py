"""Which rule lines cite which statement, and whether anchors and quotations stand in the documents' texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flagrules.documents.normalise import normalise
from flagrules.documents.register import MIN_ANCHOR, Anchor, DocumentRegister, Statement
from flagrules.documents.texts import DocumentText, read_text
from flagrules.text.findings import Findings
from flagrules.text.source import FilePlace, Place
from flagrules.text.spelling import nearest


@dataclass(frozen=True)
class Citation:
    """A rule line at `place` cites a statement of a document; both are the register's ids."""

    document: str
    statement: str
    place: Place


@dataclass(frozen=True)
class Quote:
    """Words in quotation marks (原文) at `place`, said to stand in a document."""

    document: str
    text: str
    place: Place


@dataclass(frozen=True)
class StatementCoverage:
    """One statement and the places of the rule lines that cite it, in the order given."""

    document: str
    statement: Statement
    lines: tuple[Place, ...]

    @property
    def covered(self) -> bool:
        """Cited by a rule line, or only context or a published figure, which may stand uncited."""
        return bool(self.lines) or self.statement.may_stand


@dataclass(frozen=True)
class Coverage:
    """All statements of all registers, in register order."""

    statements: tuple[StatementCoverage, ...]

    def of(self, document: str) -> tuple[StatementCoverage, ...]:
        """The statements of one document."""
        return tuple(item for item in self.statements if item.document == document)

    @property
    def uncovered(self) -> tuple[StatementCoverage, ...]:
        """The statements that need a rule line and have none."""
        return tuple(item for item in self.statements if not item.covered)


@dataclass(frozen=True)
class DocumentCheck:
    """How many anchors and quotations of one document were looked up, and how many were found."""

    document: str
    anchors: int = 0
    anchors_found: int = 0
    quotes: int = 0
    quotes_found: int = 0


def cover(registers: Sequence[DocumentRegister], citations: Iterable[Citation], findings: Findings) -> Coverage:
    """Each statement with its citing lines. Citations of unknown documents and statements are findings (FR720, FR721)."""
    lines: dict[tuple[str, str], list[Place]] = defaultdict(list)
    by_id = {register.id: register for register in registers}
    for citation in citations:
        if check_citation(by_id, citation, findings):
            places = lines[citation.document, citation.statement]
            if citation.place not in places:
                places.append(citation.place)
    return Coverage(
        tuple(
            StatementCoverage(register.id, statement, tuple(lines[register.id, statement.id]))
            for register in registers
            for statement in register.statements
        )
    )


def check_citation(registers: dict[str, DocumentRegister], citation: Citation, findings: Findings) -> bool:
    """Whether the cited statement exists; a finding (FR720 unknown statement, FR721 unknown document) when not."""
    register = registers.get(citation.document)
    if register is None:
        near = nearest(citation.document, registers) or "、".join(sorted(registers)) or "-"
        findings.add("FR721", citation.place, document=citation.document, near=near)
        return False
    if register.statement(citation.statement) is None:
        ids = [item.id for item in register.statements]
        near = nearest(citation.statement, ids) or f"{ids[0]} … {ids[-1]}"
        findings.add("FR720", citation.place, document=register.title, statement=citation.statement, near=near)
        return False
    return True


def report_uncovered(coverage: Coverage, findings: Findings) -> None:
    """A warning (FR722) for each statement that needs a rule line and has none, at its line of the register."""
    for item in coverage.uncovered:
        if item.statement.span is not None:
            kinds = "、".join(item.statement.kinds)
            findings.add("FR722", item.statement.span, document=item.document, statement=item.statement.id, kinds=kinds)


def check_documents(
    registers: Sequence[DocumentRegister], directory: Path, quotes: Iterable[Quote], findings: Findings
) -> tuple[DocumentCheck, ...]:
    """Look every anchor and every quotation up in the texts of a directory; one result a register, in order.

    Findings: a text that is missing or unreadable (FR730, FR733), an anchor that is not there (FR731) or stands there more than
    once (FR736, a warning), a quotation that is not there (FR732), is too short to prove anything (FR734), belongs to a document
    without a text (FR735, a note) or to no document (FR721).
    """
    if not directory.is_dir():
        findings.add("FR737", FilePlace(directory.name or "."))
        return ()
    quoted: dict[str, list[Quote]] = defaultdict(list)
    for quote in quotes:
        quoted[quote.document].append(quote)
    _refuse_strangers(registers, quoted, findings)
    return tuple(_check_register(register, directory, quoted[register.id], findings) for register in registers)


def _refuse_strangers(registers: Sequence[DocumentRegister], quoted: dict[str, list[Quote]], findings: Findings) -> None:
    known = [register.id for register in registers]
    for quote in (quote for document, quotes in quoted.items() if document not in known for quote in quotes):
        near = nearest(quote.document, known) or "、".join(known) or "-"
        findings.add("FR721", quote.place, document=quote.document, near=near)


def _check_register(register: DocumentRegister, directory: Path, quotes: list[Quote], findings: Findings) -> DocumentCheck:
    anchors = sum(len(statement.anchors) for statement in register.statements)
    if not register.file:
        for quote in quotes:
            findings.add("FR735", quote.place, document=register.title)
        return DocumentCheck(register.id, quotes=len(quotes))
    text = read_text(directory, register.file, register.span or FilePlace(register.id), findings)
    if text is None:
        return DocumentCheck(register.id, anchors, 0, len(quotes), 0)
    return DocumentCheck(
        register.id,
        anchors,
        sum(_find_anchors(register, statement, text, findings) for statement in register.statements),
        len(quotes),
        sum(_find_quote(register, quote, text, findings) for quote in quotes),
    )


def _find_anchors(register: DocumentRegister, statement: Statement, text: DocumentText, findings: Findings) -> int:
    return sum(_find_anchor(register.id, statement.id, anchor, text, findings) for anchor in statement.anchors)


def _find_anchor(document: str, statement: str, anchor: Anchor, text: DocumentText, findings: Findings) -> bool:
    count = text.count(anchor.text)
    if count == 1:
        return True
    code, near = ("FR736", "") if count else ("FR731", text.nearest(anchor.text) or "-")
    findings.add(
        code, anchor.span, document=document, statement=statement, anchor=anchor.text, file=text.file, count=count, near=near
    )
    return count > 0


def _find_quote(register: DocumentRegister, quote: Quote, text: DocumentText, findings: Findings) -> bool:
    if len(normalise(quote.text)) < MIN_ANCHOR:
        findings.add("FR734", quote.place, quote=quote.text)
        return False
    if text.count(quote.text):
        return True
    near = text.nearest(quote.text) or "-"
    findings.add("FR732", quote.place, document=register.title, quote=quote.text, file=text.file, near=near)
    return False
