"""The host: loads every plugin by itself, refuses two that claim the same, and keeps a record of each. Order never matters."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TypeVar

from flagrules.award.results.publish import Reporter
from flagrules.award.wide.scatter import Scheduler
from flagrules.facts.raw import Reader
from flagrules.plugin.discover import GROUP, Candidate, installed, named
from flagrules.plugin.names import MAX_NAME, is_county_code
from flagrules.plugin.packs import ProgrammePack, RefinementPack
from flagrules.plugin.parts import Part, PluginRecord, load_part
from flagrules.text.findings import Findings, Related
from flagrules.text.source import FilePlace
from flagrules.text.spelling import nearest

SECONDS = 20
T = TypeVar("T")


@dataclass(frozen=True)
class Loaded:
    """Everything the plugins brought, in order of id, of (programme, county code), and of name."""

    programmes: tuple[ProgrammePack, ...]
    refinements: tuple[RefinementPack, ...]
    readers: Mapping[str, Reader]
    reports: Mapping[str, Reporter]
    schedulers: Mapping[str, Scheduler]
    plugins: tuple[PluginRecord, ...]

    def programme(self, pack_id: str) -> ProgrammePack | None:
        """The programme of that id, or None."""
        return next((pack for pack in self.programmes if pack.id == pack_id), None)

    def refinement(self, programme: str, county: str) -> RefinementPack | None:
        """The refinement of a programme by a county, given by its code, name or pack id, or None."""
        return next((p for p in self.refinements if p.programme == programme and county in (p.code, p.name, p.id)), None)


def _claims(part: Part) -> Iterator[tuple[str, str]]:
    """What only one plugin may claim, each as (the code of the finding when two do, name)."""
    ids = [pack.id for pack in part.packs]
    if part.record.name not in ids:
        yield "FR640", part.record.name
    for pack in part.packs:
        yield "FR640", pack.id
    for county in part.refinements:
        yield "FR641", f"{county.code} → {county.programme}"
    for suffix in part.readers:
        yield "FR642", suffix
    for name in part.reports:
        yield "FR643", name
    for name in part.schedulers:
        yield "FR645", name


def _without_clashes(parts: Sequence[Part], findings: Findings) -> tuple[Part, ...]:
    """The parts that share no claim; of those that share one, only a bundled plugin stays."""
    holders: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in parts:
        for claim in _claims(part):
            holders[claim].append(part)
    refused: set[int] = set()
    for (code, name), claimants in holders.items():
        if len(claimants) > 1:
            first, *others = sorted(claimants, key=lambda part: part.where)
            findings.add(code, first.place, *(Related(other.place, "other") for other in others), name=name)
            bundled = [part for part in claimants if part.record.origin == "bundled"]
            refused |= {id(part) for part in claimants if [part] != bundled}
    return tuple(part for part in parts if id(part) not in refused)


def _replaced(parts: Sequence[Part], findings: Findings) -> tuple[Part, ...]:
    """The parts with each `--replace` carried out and recorded."""
    kept = [part for part in parts if not part.replaces_code]
    made: list[Part] = []
    for part in (part for part in parts if part.replaces_code):
        mine = [pack for pack in part.refinements if pack.code == part.replaces_code]
        if not mine:
            findings.add("FR651", part.place, code=part.replaces_code)
            continue
        target = next((p for p in kept if any(_same_county(pack, mine[0]) for pack in p.refinements)), None)
        if target is None:
            findings.add("FR652", part.place, code=part.replaces_code)
            continue
        gone = [pack for pack in target.refinements if _same_county(pack, mine[0])]
        left = replace(target, packs=tuple(pack for pack in target.packs if pack not in gone))
        kept = [item if item is not target else left for item in kept]
        note = f"{target.record.name} {target.record.version} {target.record.digest}"
        made.append(replace(part, record=replace(part.record, replaces=note)))
    return tuple(part for part in (*kept, *made) if not part.empty)


def _same_county(one: RefinementPack, other: RefinementPack) -> bool:
    return (one.programme, one.code) == (other.programme, other.code)


def _with_programme(parts: Sequence[Part], findings: Findings) -> tuple[Part, ...]:
    """The parts whose refinements all name a programme that is here."""
    known = sorted(pack.id for part in parts for pack in part.programmes)
    kept = []
    for part in parts:
        missing = sorted({pack.programme for pack in part.refinements} - set(known))
        for name in missing:
            guess = nearest(name, known) or "、".join(known) or "—"
            findings.add("FR644", part.place, name=name, guess=guess)
        if not missing:
            kept.append(part)
    return tuple(kept)


def _candidates(
    entries: Iterable[EntryPoint], folders: Iterable[Path], swaps: Mapping[str, Path], findings: Findings
) -> list[Candidate]:
    found = [*installed(entries, findings)]
    unique = {os.path.realpath(str(folder).replace("\0", "")): folder for folder in sorted(folders, reverse=True)}
    for folder in unique.values():
        found += named(folder, findings)
    for code, folder in sorted(swaps.items()):
        if is_county_code(code):
            found += named(folder, findings, replaces=code)
        else:
            findings.add("FR650", FilePlace(str(folder)[:MAX_NAME]), code=code[:MAX_NAME])
    return sorted(found)


def _merged(tables: Iterable[Mapping[str, T]]) -> dict[str, T]:
    return dict(sorted((name, call) for table in tables for name, call in table.items()))


def load_plugins(
    findings: Findings,
    *,
    folders: Iterable[Path] = (),
    swaps: Mapping[str, Path] | None = None,
    python_allowed: bool = True,
    entries: Iterable[EntryPoint] | None = None,
    seconds: int = SECONDS,
) -> Loaded:
    """Load the plugins of installed distributions and of the folders named; every fault goes to `findings`.

    `swaps` gives the folder that stands for a county, by the county's code (`--replace 140882=PATH`). With `python_allowed`
    false a plugin with code of its own is refused unless it came with flagrules. `entries` stands for the installed entry
    points in tests; `seconds` is how long one plugin may take to load.
    """
    group = entry_points(group=GROUP) if entries is None else entries
    candidates = _candidates(group, folders, swaps or {}, findings)
    loaded = (load_part(candidate, findings, python_allowed=python_allowed, seconds=seconds) for candidate in candidates)
    parts = _replaced([part for part in loaded if part is not None], findings)
    parts = _with_programme(_without_clashes(parts, findings), findings)
    return Loaded(
        tuple(sorted((pack for part in parts for pack in part.programmes), key=lambda pack: pack.id)),
        tuple(sorted((pack for part in parts for pack in part.refinements), key=lambda pack: (pack.programme, pack.code))),
        _merged(part.readers for part in parts),
        _merged(part.reports for part in parts),
        _merged(part.schedulers for part in parts),
        tuple(sorted((part.record for part in parts), key=lambda record: record.name)),
    )
