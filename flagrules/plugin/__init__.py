"""Plugins: what they may hand over, the hooks they answer, the host that loads them. A plugin imports from here only."""

from __future__ import annotations

from flagrules.facts.raw import Form, Mark, Raw, RawRow, RawSheet, Reader, Sheets
from flagrules.plugin.hookspecs import HOOK_API, Reporter, hookimpl
from flagrules.plugin.packs import Pack, ProgrammePack, RefinementPack, Resource

__all__ = [
    "HOOK_API",
    "Form",
    "Mark",
    "Pack",
    "ProgrammePack",
    "Raw",
    "RawRow",
    "RawSheet",
    "Reader",
    "RefinementPack",
    "Reporter",
    "Resource",
    "Sheets",
    "hookimpl",
]
