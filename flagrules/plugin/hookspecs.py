"""The hooks a plugin may answer. Each returns data; none acts, and none is handed anything of another plugin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pluggy

from flagrules.award.results.publish import Reporter
from flagrules.award.wide.scatter import Scheduler
from flagrules.facts.raw import Reader
from flagrules.plugin.packs import ProgrammePack, RefinementPack

PROJECT = "flagrules"
HOOK_API = 1

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def flagrules_programmes() -> Sequence[ProgrammePack]:
    """The programmes this plugin brings."""
    raise NotImplementedError


@hookspec
def flagrules_refinements() -> Sequence[RefinementPack]:
    """The counties' refinements this plugin brings; whether each is permitted is checked later, against the programme."""
    raise NotImplementedError


@hookspec
def flagrules_readers() -> Mapping[str, Reader]:
    """Readers of fact files by suffix, such as `.csv`; each is called with a file's path and label and gives its sheets."""
    raise NotImplementedError


@hookspec
def flagrules_reports() -> Mapping[str, Reporter]:
    """Writers of results by the name of their format, such as `xlsx`; each is given the results and an empty folder to fill."""
    raise NotImplementedError


@hookspec
def flagrules_schedulers() -> Mapping[str, Scheduler]:
    """What has slices of a large run scored on other machines, by the name `--engine` takes."""
    raise NotImplementedError
