"""One plugin loaded: a candidate becomes a part, or findings; nothing it does can touch another plugin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flagrules.award.results.publish import Reporter
from flagrules.award.wide.scatter import Scheduler
from flagrules.facts.raw import Reader
from flagrules.plugin.answers import Answers, answers_of
from flagrules.plugin.discover import Candidate, Origin
from flagrules.plugin.folder import Tree, pack_of
from flagrules.plugin.packs import Pack, ProgrammePack, RefinementPack
from flagrules.plugin.tree import code_files, digest_of, read_tree
from flagrules.text.findings import Findings
from flagrules.text.source import FilePlace


@dataclass(frozen=True)
class PluginRecord:
    """What a result says of a plugin it used.

    `digest` covers all its files, `code` tells whether any of them can run, `replaces` names the plugin it stands for
    (name, version, digest), or is empty.
    """

    name: str
    version: str
    digest: str
    origin: Origin
    code: bool
    replaces: str = ""


@dataclass(frozen=True)
class Part:
    """One plugin and what it brought."""

    where: str
    record: PluginRecord
    packs: tuple[Pack, ...]
    readers: Mapping[str, Reader] = field(default_factory=dict)
    reports: Mapping[str, Reporter] = field(default_factory=dict)
    schedulers: Mapping[str, Scheduler] = field(default_factory=dict)
    replaces_code: str = ""

    @property
    def place(self) -> FilePlace:
        """Where findings about the whole plugin point."""
        return FilePlace(self.where)

    @property
    def programmes(self) -> tuple[ProgrammePack, ...]:
        """Its programmes."""
        return tuple(pack for pack in self.packs if isinstance(pack, ProgrammePack))

    @property
    def refinements(self) -> tuple[RefinementPack, ...]:
        """Its refinements."""
        return tuple(pack for pack in self.packs if isinstance(pack, RefinementPack))

    @property
    def empty(self) -> bool:
        """Whether it brought nothing, or nothing is left of it."""
        return not (self.packs or self.readers or self.reports or self.schedulers)


def _files(candidate: Candidate, findings: Findings) -> dict[str, bytes]:
    if candidate.path.is_file():
        return {candidate.path.name: candidate.path.read_bytes()}
    return read_tree(candidate.path, candidate.where, findings)


def _own_pack(candidate: Candidate, tree: Tree, findings: Findings) -> tuple[Pack, ...]:
    pack = pack_of(tree, findings) if tree.is_pack else None
    if pack is not None and candidate.module and pack.id != candidate.name:
        findings.add("FR634", FilePlace(candidate.where), name=candidate.name, id=pack.id)
    return () if pack is None else (pack,)


def _answers(candidate: Candidate, tree: Tree, code: tuple[str, ...], findings: Findings, seconds: int) -> Answers | None:
    """What its Python says: nothing where it has none, and nothing where it is only a folder, whose Python never runs."""
    place = FilePlace(candidate.where)
    if not code:
        return Answers()
    if not candidate.module:
        findings.add("FR633", FilePlace(f"{candidate.where}/{code[0]}"))
        return Answers()
    return answers_of(candidate.module, candidate.name, place, findings, api_known=tree.is_pack, seconds=seconds)


def load_part(candidate: Candidate, findings: Findings, *, python_allowed: bool, seconds: int) -> Part | None:
    """The plugin of a candidate, or None with its faults among `findings`."""
    before = len(findings.errors)
    tree = Tree(candidate.where, _files(candidate, findings))
    code = code_files(tree.files)
    if code and not python_allowed and candidate.origin != "bundled":
        findings.add("FR632", FilePlace(f"{candidate.where}/{code[0]}"))
    if len(findings.errors) > before:
        return None
    own = _own_pack(candidate, tree, findings)
    answers = _answers(candidate, tree, code, findings, seconds) if len(findings.errors) == before else None
    if answers is None:
        return None
    name, version = (own[0].id, own[0].version) if own else (candidate.name, candidate.version)
    record = PluginRecord(name, version, digest_of(tree.files), candidate.origin, bool(code))
    packs = (*own, *answers.packs)
    part = Part(candidate.where, record, packs, answers.readers, answers.reports, answers.schedulers, candidate.replaces)
    if part.empty:
        findings.add("FR602", part.place)
        return None
    return part
