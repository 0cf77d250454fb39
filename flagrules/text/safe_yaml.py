"""A small safe part of YAML, read into nested nodes: every scalar stays text, every node knows its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import yaml

from flagrules.text.findings import Findings, Related
from flagrules.text.source import FilePlace, Source, Span

MAX_BYTES = 5_000_000
MAX_DEPTH = 50
MAX_FINDINGS = 100
# Only events are asked of libyaml: its parser is a loop; its composer recurses and crashes on deep nesting.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Scalar:
    """A piece of text as written: `no`, `1:30` and `0755` stay text. An empty value is empty text."""

    text: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True)
class Listing:
    """A YAML sequence."""

    items: tuple[Node, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True)
class Mapping:
    """A YAML mapping, keys in the order written; no key stands twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span = field(compare=False, repr=False)

    def get(self, key: str) -> Node | None:
        """The node under `key`, or None."""
        return next((node for name, node in self.entries if name.text == key), None)


Node = Scalar | Listing | Mapping


class _Mark(Protocol):
    @property
    def index(self) -> int: ...


class FileBytes(Protocol):
    """Anything with a label and bytes, such as a file of a pack."""

    @property
    def label(self) -> str:
        """What users see."""

    @property
    def data(self) -> bytes:
        """The file's bytes."""


class _Stop(Exception):
    """Reading stops here; the finding is already made."""


def decode(file: FileBytes, findings: Findings) -> Source | None:
    """The text of a UTF-8 file of at most 5 MB, every line break a line feed; None after a finding (FR010, FR011)."""
    if len(file.data) > MAX_BYTES:
        findings.add("FR011", FilePlace(file.label), limit=MAX_BYTES // 1_000_000)
        return None
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        findings.add("FR010", FilePlace(file.label), byte=fault.start + 1)
        return None
    return Source(file.label, text.replace("\r\n", "\n").replace("\r", "\n"))


def read_yaml(file: Source | FileBytes, findings: Findings) -> Node | None:
    """The one document of a YAML file, or None after findings (FR010 to FR019).

    Refused: over 5 MB, nesting over 50, anchors and aliases, tags and directives, merge keys, keys that are not plain text, a key
    twice, no document or several. Faults that do not hide what follows are all reported.
    """
    source = file if isinstance(file, Source) else decode(file, findings)
    if source is None:
        return None
    if len(source.text) > MAX_BYTES:
        findings.add("FR011", FilePlace(source.label), limit=MAX_BYTES // 1_000_000)
        return None
    reader = _Reader(source)
    root = reader.read()
    findings.extend(reader.findings)
    return None if reader.findings.errors else root


class _Reader:
    """Nodes from parser events; recursion is as deep as the nesting, which is limited."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings = Findings()
        self.events = iter(yaml.parse(source.text, Loader=_LOADER))

    def read(self) -> Node | None:
        """The root of the document, or None after a finding that ends the reading."""
        try:
            return self._documents()
        except _Stop:
            return None
        except yaml.MarkedYAMLError as fault:
            where = _index(fault.problem_mark or fault.context_mark)
            self.findings.add("FR012", self._span(where, where + 1), detail=fault.problem or fault.context or "")
        except (yaml.YAMLError, UnicodeError):
            where = next((i for i, char in enumerate(self.source.text) if not _printable(char)), 0)
            self.findings.add("FR012", self._span(where, where + 1), detail=f"U+{ord(self.source.text[where]):04X}")
        return None

    def _documents(self) -> Node | None:
        root: Node | None = None
        for event in self.events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if root is not None:
                self.findings.add("FR019", self._of(event))
                raise _Stop
            if event.version or event.tags:
                self.findings.add("FR015", self._of(event), tag="%")
            root = self._node(next(self.events), 0)
        if root is None or (isinstance(root, Scalar) and not root.text):
            self.findings.add("FR016", FilePlace(self.source.label))
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        self._refuse_extras(event)
        match event:
            case yaml.SequenceStartEvent():
                return self._listing(event, self._deeper(event, depth))
            case yaml.MappingStartEvent():
                return self._mapping(event, self._deeper(event, depth))
            case _:
                return Scalar(getattr(event, "value", ""), self._of(event))

    def _listing(self, start: yaml.Event, depth: int) -> Listing:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth))
        return Listing(tuple(items), self._span(_index(start.start_mark), _index(event.end_mark)))

    def _mapping(self, start: yaml.Event, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event)
            value = self._node(next(self.events), depth)
            if key.text in entries:
                self.findings.add("FR017", key.span, Related(entries[key.text][0].span, "first"), key=key.text)
            entries.setdefault(key.text, (key, value))
        return Mapping(tuple(entries.values()), self._span(_index(start.start_mark), _index(event.end_mark)))

    def _key(self, event: yaml.Event) -> Scalar:
        if not isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            self.findings.add("FR018", self._of(event))
            raise _Stop
        self._refuse_extras(event)
        key = Scalar(getattr(event, "value", ""), self._of(event))
        if key.text == "<<" and not getattr(event, "style", None):
            self.findings.add("FR018", key.span)
        return key

    def _deeper(self, event: yaml.Event, depth: int) -> int:
        if depth >= MAX_DEPTH:
            self.findings.add("FR013", self._of(event), limit=MAX_DEPTH)
            raise _Stop
        return depth + 1

    def _refuse_extras(self, event: yaml.Event) -> None:
        if (anchor := getattr(event, "anchor", None)) is not None:
            self.findings.add("FR014", self._of(event), name=anchor)
        if (tag := getattr(event, "tag", None)) is not None:
            self.findings.add("FR015", self._of(event), tag=tag)
        if len(self.findings.items) >= MAX_FINDINGS:
            raise _Stop

    def _of(self, event: yaml.Event) -> Span:
        return self._span(_index(event.start_mark), _index(event.end_mark))

    def _span(self, start: int, end: int) -> Span:
        size = len(self.source.text)
        return Span(self.source, min(start, size), max(min(start, size), min(end, size)))


def _index(mark: _Mark | None) -> int:
    return mark.index if mark is not None else 0


def _printable(char: str) -> bool:
    return char in "\t\n\r\x85" or " " <= char <= "~" or (char >= "\xa0" and char not in "\ufffe\uffff")
