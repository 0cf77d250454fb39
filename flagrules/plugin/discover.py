"""Where plugins are looked for: the entry points of installed distributions, and folders a user named; never anywhere else."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Literal

from flagrules.plugin.manifest import COUNTY, PROGRAMME
from flagrules.plugin.names import MAX_NAME, is_file_name, is_id, is_plain
from flagrules.text.findings import Findings
from flagrules.text.source import FilePlace

GROUP = "flagrules.plugins"
Origin = Literal["bundled", "installed", "folder"]
_OURS = "flagrules"
_MODULE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_DEPTH = 2


@dataclass(frozen=True, order=True)
class Candidate:
    """A plugin not yet loaded. `where` names it in findings; `path` is its folder, or its one file."""

    name: str
    where: str
    origin: Origin
    path: Path
    module: str = ""
    version: str = ""
    replaces: str = ""


def _spec(module: str) -> ModuleSpec | None:
    """Where a module lies, found without running any of its packages."""
    head, *rest = module.split(".")
    try:
        spec = importlib.util.find_spec(head)
        for depth in range(len(rest)):
            if spec is None or spec.submodule_search_locations is None:
                return None
            spec = PathFinder.find_spec(".".join([head, *rest[: depth + 1]]), spec.submodule_search_locations)
    except (ImportError, ValueError):
        return None
    return spec


def _path_of(module: str) -> Path | None:
    spec = _spec(module)
    if spec is None:
        return None
    folders = [*(spec.submodule_search_locations or ())]
    place = Path(folders[0] if folders else spec.origin or "")
    return place if place.exists() else None


def installed(entry_points: Iterable[EntryPoint], findings: Findings) -> Iterator[Candidate]:
    """The plugins that installed distributions announce, each found but none imported."""
    for entry in entry_points:
        owner = entry.dist.name if entry.dist else "?"
        version = entry.dist.version if entry.dist else ""
        where = f"{owner} {version} [{GROUP}: {entry.name[:MAX_NAME]}]"
        if not is_id(entry.name):
            findings.add("FR601", FilePlace(where), name=entry.name[:MAX_NAME])
        elif not (_MODULE.fullmatch(entry.value) and len(entry.value) <= MAX_NAME):
            findings.add("FR630", FilePlace(where), value=entry.value[:MAX_NAME])
        elif (path := _path_of(entry.value)) is None:
            findings.add("FR604", FilePlace(where), module=entry.value, missing=entry.value)
        else:
            origin: Origin = "bundled" if re.sub(r"[-_.]+", "-", owner).lower() == _OURS else "installed"
            yield Candidate(entry.name, where, origin, path, entry.value, version)


def _below(folder: Path, where: str, findings: Findings, depth: int) -> Iterator[tuple[Path, str]]:
    if (folder / COUNTY).exists() or (folder / PROGRAMME).exists():
        yield folder, where
        return
    for child in sorted(folder.iterdir(), key=lambda item: item.name) if depth else ():
        inside = f"{where}/{child.name}"
        if child.name.startswith((".", "_")) or not child.is_dir():
            continue
        if not is_file_name(child.name):
            findings.add("FR610", FilePlace(inside[:MAX_NAME]), name=child.name[:MAX_NAME])
        elif child.is_symlink():
            findings.add("FR611", FilePlace(inside))
        else:
            yield from _below(child, inside, findings, depth - 1)


def named(folder: Path, findings: Findings, *, replaces: str = "") -> tuple[Candidate, ...]:
    """The packs in a folder the user named: the folder itself, or the folders up to two levels inside it."""
    where = str(folder)
    if not is_plain(where) or not folder.is_dir():
        findings.add("FR600", FilePlace(where[:MAX_NAME]), name=where[:MAX_NAME])
        return ()
    before = len(findings)
    try:
        found = tuple(_below(folder, folder.as_posix(), findings, _DEPTH))
    except OSError as error:
        findings.add("FR616", FilePlace(where), reason=error.strerror or type(error).__name__)
        return ()
    if not found and len(findings) == before:
        findings.add("FR602", FilePlace(where))
    return tuple(Candidate(path.name, inside, "folder", path, replaces=replaces) for path, inside in found)
