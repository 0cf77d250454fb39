"""Plugins: what they may hand over, the hooks they answer, the host that loads them. A plugin imports from here only."""

from __future__ import annotations

from flagrules.award.results.publish import Reporter
from flagrules.award.results.shape import Cell, Column, Results, Table, Word, for_machines, for_people
from flagrules.award.wide.scatter import Scheduler, Slices, Told
from flagrules.facts.raw import Form, Mark, Raw, RawRow, RawSheet, Reader, Sheets
from flagrules.plugin.hookspecs import HOOK_API, hookimpl
from flagrules.plugin.packs import Pack, ProgrammePack, RefinementPack, Resource

__all__ = [
    "HOOK_API",
    "Cell",
    "Column",
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
    "Results",
    "Scheduler",
    "Sheets",
    "Slices",
    "Table",
    "Told",
    "Word",
    "for_machines",
    "for_people",
    "hookimpl",
]
