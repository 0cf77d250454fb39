"""A pack from a folder without Python: a manifest, rules/, documents/, tests/ and sample/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flagrules.plugin.manifest import COUNTY, PROGRAMME, Manifest, read_manifest
from flagrules.plugin.packs import RULES, Pack, ProgrammePack, RefinementPack, Resource
from flagrules.plugin.textfile import decode
from flagrules.plugin.tree import read_tree
from flagrules.text.findings import Findings, Related
from flagrules.text.source import FilePlace

_SUFFIXES = {"rules/": RULES, "documents/": (".yaml",), "tests/": (".yaml",), "sample/": ("",)}
_BESIDE = ("README.md", "README.zh.md", "README.en.md", "LICENSE", "CHANGELOG.md", "py.typed", COUNTY, PROGRAMME)


@dataclass(frozen=True)
class Tree:
    """The files of a plugin's folder; `where` is its name in findings."""

    where: str
    files: Mapping[str, bytes]

    @property
    def is_pack(self) -> bool:
        """Whether there is a manifest at the top."""
        return COUNTY in self.files or PROGRAMME in self.files


def _manifest(tree: Tree, findings: Findings) -> Manifest | None:
    if COUNTY in tree.files and PROGRAMME in tree.files:
        other = Related(FilePlace(f"{tree.where}/{PROGRAMME}"), "other")
        findings.add("FR618", FilePlace(f"{tree.where}/{COUNTY}"), other)
        return None
    name = COUNTY if COUNTY in tree.files else PROGRAMME
    return read_manifest(name, tree.files[name], f"{tree.where}/{name}", findings)


def _place_of(inside: str) -> str | None:
    """The part of the pack a file belongs to, or None where it may not stand."""
    return next((part for part, ends in _SUFFIXES.items() if inside.startswith(part) and inside.endswith(ends)), None)


def _check_files(tree: Tree, findings: Findings) -> None:
    for inside, data in tree.files.items():
        label = f"{tree.where}/{inside}"
        part = _place_of(inside)
        if part is None and inside not in _BESIDE and not inside.endswith((".py", "README.md")):
            findings.add("FR617", FilePlace(label), name=inside)
        elif part in ("rules/", "documents/", "tests/") or (part == "sample/" and inside.endswith(RULES)):
            decode(data, label, findings)
    if not any(_place_of(inside) == "rules/" for inside in tree.files):
        findings.add("FR619", FilePlace(tree.where))


def _resources(tree: Tree, pack_id: str, part: str) -> tuple[Resource, ...]:
    return tuple(Resource(f"{pack_id}/{inside}", data) for inside, data in tree.files.items() if _place_of(inside) == part)


def pack_of(tree: Tree, findings: Findings) -> Pack | None:
    """The pack a folder holds: a `RefinementPack` by county.toml, a `ProgrammePack` by programme.toml; None with findings."""
    before = len(findings.errors)
    manifest = _manifest(tree, findings)
    _check_files(tree, findings)
    if manifest is None or len(findings.errors) > before:
        return None
    rules, registers, tests, samples = (_resources(tree, manifest.id, part) for part in _SUFFIXES)
    if manifest.is_county:
        return RefinementPack(
            manifest.id,
            manifest.version,
            rules,
            registers,
            tests,
            samples,
            code=manifest.code,
            programme=manifest.programme,
            name=manifest.name,
        )
    return ProgrammePack(manifest.id, manifest.version, rules, registers, tests, samples, title=manifest.title)


def read_folder(folder: Path, where: str, findings: Findings) -> Pack | None:
    """The pack in `folder`, whose name in findings is `where`; None with findings where it cannot be used."""
    before = len(findings.errors)
    tree = Tree(where, read_tree(folder, where, findings))
    if len(findings.errors) > before:
        return None
    if not tree.is_pack:
        findings.add("FR602", FilePlace(where))
        return None
    return pack_of(tree, findings)
