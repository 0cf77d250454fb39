"""Plans ready to run over units in columns: compiled, with what their trace is made of; kept between runs where making them takes long."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import polars as pl

from flagrules.engine.columnar.lean import Lean
from flagrules.engine.columnar.prepare import compile_plan
from flagrules.engine.columnar.run import Compiled
from flagrules.kept import code_of, keep, kept_file, recall
from flagrules.plan.nodes import Plan

MANY = 64  # plans that are kept


@dataclass(frozen=True)
class Ready:
    """A plan for units of one kind, compiled, and how its results are told."""

    compiled: Compiled
    lean: Lean


def ready(plan: Plan, kind: str, most: int, without: Collection[str] = ()) -> Ready:
    """A plan for units of a kind, its tables of at most `most` rows and none of what is in `without`; as it was kept, or made now."""
    told = [pl.__version__, kind, str(most), repr(sorted(without)), text_of(plan)]
    kept = kept_file(".plan", _code(), told) if most else None
    found = recall(kept, Ready, {"plan": plan}) if kept is not None else None
    if found is None:
        compiled = compile_plan(plan, kind, most, frozenset(without))
        found = Ready(compiled, Lean(compiled))
        if kept is not None:
            keep(kept, found, MANY, {"plan": plan})
    return found


def text_of(plan: Plan) -> str:
    """All of a plan but the rules it was made from, which no engine reads: two with equal texts are compiled to the same."""
    return repr([(one.name, getattr(plan, one.name)) for one in fields(plan) if one.name != "rules"])


@cache
def _code() -> str:
    """The digest of the code that compiles plans."""
    return code_of([Path(__file__).resolve().parents[2]])


__all__ = ["MANY", "Ready", "ready", "text_of"]
