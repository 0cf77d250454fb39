"""Packs: the frozen data plugins hand over. A pack is rule files, registers of statements and samples; it never acts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Self

from flagrules.text.source import Source

RULES = (".rules", ".rules.md")
"""How the names of rule files end."""


@dataclass(frozen=True)
class Resource:
    """A file of a pack: `label` is `<pack id>/<path inside the pack>`, the same on every machine."""

    label: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Pack:
    """What every pack carries: id, version of its plugin, rule files, registers of statements, rule tests, sample files."""

    id: str
    version: str
    rules: tuple[Resource, ...]
    registers: tuple[Resource, ...] = ()
    tests: tuple[Resource, ...] = ()
    samples: tuple[Resource, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over the labels and digests of rules and registers, in order of label."""
        lines = "\n".join(f"{item.label} {item.digest}" for item in sorted((*self.rules, *self.registers), key=lambda r: r.label))
        return hashlib.sha256(lines.encode()).hexdigest()

    @property
    def sample_settings(self) -> tuple[Resource, ...]:
        """Rule files among the samples: they set as a sample what nobody has published, and count only when switched on."""
        return tuple(item for item in self.samples if item.label.endswith(RULES))

    def with_sample_settings(self) -> Self:
        """The pack with its sample settings among its rules."""
        return replace(self, rules=(*self.rules, *(item for item in self.sample_settings if item not in self.rules)))


@dataclass(frozen=True)
class ProgrammePack(Pack):
    """A city's programme; `title` is its name in the 方案 line."""

    title: str = ""


@dataclass(frozen=True)
class RefinementPack(Pack):
    """A county's refinement of one programme; `code` is the county's six-digit code, `programme` the pack id it refines."""

    code: str = ""
    programme: str = ""
    name: str = ""


def source_of(resource: Resource) -> Source:
    """The text of a rule file; raises `UnicodeDecodeError` when it is not UTF-8."""
    return Source(resource.label, resource.data.decode("utf-8-sig").replace("\r\n", "\n"))
