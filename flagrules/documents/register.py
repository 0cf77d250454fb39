"""A document's register: its statements one by one, each with the words that find it, read from YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from flagrules.documents.normalise import normalise
from flagrules.text.findings import Findings, Related
from flagrules.text.safe_yaml import FileBytes, Listing, Mapping, Node, Scalar, read_yaml
from flagrules.text.source import Source, Span
from flagrules.text.spelling import nearest

KINDS = (
    "indicator",
    "scale",
    "award",
    "target",
    "quota",
    "step",
    "deadline",
    "permission",
    "duty",
    "entitlement",
    "sanction",
    "parameter",
    "fact",
    "context",
)
STANDING = frozenset({"context", "fact"})
MIN_ANCHOR = 2
_REGISTER_FIELDS = ("id", "title", "title_en", "issuer", "date", "file", "source", "statements")
_STATEMENT_FIELDS = ("id", "anchor", "kind", "says", "says_en")
_ID = re.compile(r"[^\s〔〕\[\]（）()；;：:，,“”\"/\\]+")


@dataclass(frozen=True)
class Anchor:
    """Words that stand in the document's text at the statement, and where the register writes them."""

    text: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True)
class Statement:
    """One thing a document says. All its anchors must be found; `kinds` are of `KINDS`; `says` restates it (Chinese, English)."""

    id: str
    anchors: tuple[Anchor, ...]
    kinds: tuple[str, ...]
    says: str
    says_en: str = ""
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def may_stand(self) -> bool:
        """Whether it needs no rule line: it is only context or a published figure."""
        return STANDING.issuperset(self.kinds)


@dataclass(frozen=True)
class DocumentRegister:
    """A document and its statements, in order. `file` names its text in a directory of texts; "" where no text is at hand."""

    id: str
    title: str
    statements: tuple[Statement, ...]
    file: str = ""
    title_en: str = ""
    issuer: str = ""
    date: date | None = None
    source: str = ""
    span: Span | None = field(default=None, compare=False, repr=False)

    def statement(self, statement_id: str) -> Statement | None:
        """The statement of that id, or None."""
        return next((item for item in self.statements if item.id == statement_id), None)


def load_register(file: Source | FileBytes, findings: Findings) -> DocumentRegister | None:
    """The register in a YAML file; None after findings (FR010 to FR019 for the YAML, FR701 to FR711 for its content)."""
    mine = Findings()
    root = read_yaml(file, mine)
    register = _register(root, mine) if root is not None else None
    findings.extend(mine)
    return None if mine.errors else register


def refuse_duplicates(registers: Iterable[DocumentRegister], findings: Findings) -> None:
    """One finding (FR710) for each register whose id an earlier one has."""
    first: dict[str, DocumentRegister] = {}
    for register in registers:
        other = first.setdefault(register.id, register)
        if other is not register and register.span and other.span:
            findings.add("FR710", register.span, Related(other.span, "first"), document=register.id)


def _register(root: Node, findings: Findings) -> DocumentRegister | None:
    body = _mapping(root, _REGISTER_FIELDS, ("id", "title", "statements"), findings)
    if body is None:
        return None
    text = {name: _text(body, name, findings) for name in _REGISTER_FIELDS if name != "statements"}
    _check_id(body, text["id"], findings)
    _check_file(body, text["file"], findings)
    day = _day(body, text["date"], findings)
    statements = _statements(body.get("statements"), findings, has_text=bool(text["file"]))
    return DocumentRegister(
        text["id"],
        text["title"],
        statements,
        text["file"],
        text["title_en"],
        text["issuer"],
        day,
        text["source"],
        (body.get("id") or body).span,
    )


def _statements(node: Node | None, findings: Findings, *, has_text: bool) -> tuple[Statement, ...]:
    if node is None:
        return ()
    if not isinstance(node, Listing) or not node.items:
        findings.add("FR703", node.span, field="statements", want_zh="一个非空的列表", want_en="a list that is not empty")
        return ()
    made = [item for item in (_statement(entry, findings, has_text=has_text) for entry in node.items) if item is not None]
    first: dict[str, Statement] = {}
    for item in made:
        other = first.setdefault(item.id, item)
        if other is not item and item.id and item.span and other.span:
            findings.add("FR704", item.span, Related(other.span, "first"), statement=item.id)
    return tuple(made)


def _statement(node: Node, findings: Findings, *, has_text: bool) -> Statement | None:
    required = ("id", "anchor", "kind", "says") if has_text else ("id", "kind", "says")
    body = _mapping(node, _STATEMENT_FIELDS, required, findings)
    if body is None:
        return None
    statement_id = _text(body, "id", findings)
    _check_id(body, statement_id, findings)
    anchors = tuple(Anchor(item.text, item.span) for item in _texts(body, "anchor", findings))
    for anchor in anchors:
        _check_anchor(anchor, findings, has_text=has_text)
    kinds = _texts(body, "kind", findings)
    for kind in kinds:
        _check_kind(kind, findings)
    says, says_en = _text(body, "says", findings), _text(body, "says_en", findings)
    span = (body.get("id") or body).span
    return Statement(statement_id, anchors, tuple(kind.text for kind in kinds), says, says_en, span)


def _check_kind(kind: Scalar, findings: Findings) -> None:
    if kind.text not in KINDS:
        findings.add("FR705", kind.span, kind=kind.text, near=nearest(kind.text, KINDS) or " ".join(KINDS))


def _check_anchor(anchor: Anchor, findings: Findings, *, has_text: bool) -> None:
    if not has_text:
        findings.add("FR707", anchor.span)
    elif len(normalise(anchor.text)) < MIN_ANCHOR:
        findings.add("FR708", anchor.span, anchor=anchor.text)


def _check_id(body: Mapping, written: str, findings: Findings) -> None:
    node = body.get("id")
    if node is not None and written and not _ID.fullmatch(written):
        findings.add("FR711", node.span, id=written)


def _check_file(body: Mapping, written: str, findings: Findings) -> None:
    node = body.get("file")
    if node is not None and ("/" in written or "\\" in written or written in (".", "..")):
        findings.add("FR706", node.span, file=written)


def _day(body: Mapping, written: str, findings: Findings) -> date | None:
    node = body.get("date")
    if node is None or not written:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    findings.add("FR709", node.span, date=written)
    return None


def _mapping(node: Node, known: tuple[str, ...], required: tuple[str, ...], findings: Findings) -> Mapping | None:
    if not isinstance(node, Mapping):
        want = "、".join(known)
        findings.add("FR703", node.span, field="-", want_zh=f"写明 {want} 的映射", want_en=f"a mapping with {', '.join(known)}")
        return None
    for key, _ in node.entries:
        if key.text not in known:
            findings.add("FR702", key.span, field=key.text, near=nearest(key.text, known) or " ".join(known))
    for name in required:
        if node.get(name) is None:
            findings.add("FR701", _first_key(node), field=name)
    return node


def _first_key(node: Mapping) -> Span:
    return node.entries[0][0].span if node.entries else node.span


def _text(body: Mapping, name: str, findings: Findings) -> str:
    node = body.get(name)
    if node is None:
        return ""
    if not isinstance(node, Scalar) or not node.text.strip():
        findings.add("FR703", node.span, field=name, want_zh="一段文字", want_en="text")
        return ""
    return node.text.strip()


def _texts(body: Mapping, name: str, findings: Findings) -> tuple[Scalar, ...]:
    """One text or a list of texts."""
    node = body.get(name)
    if node is None:
        return ()
    items = node.items if isinstance(node, Listing) else (node,)
    texts = tuple(item for item in items if isinstance(item, Scalar) and item.text.strip())
    if len(texts) != len(items) or not items:
        findings.add("FR703", node.span, field=name, want_zh="一段文字，或者文字的列表", want_en="text, or a list of texts")
    return texts
