"""Plugins: what they may hand over, the hooks they answer, the host that loads them. A plugin imports from here only."""

from __future__ import annotations

from flagrules.plugin.hookspecs import HOOK_API, Reader, Reporter, hookimpl
from flagrules.plugin.packs import Pack, ProgrammePack, RefinementPack, Resource

__all__ = ["HOOK_API", "Pack", "ProgrammePack", "Reader", "RefinementPack", "Reporter", "Resource", "hookimpl"]
