"""A run of very many units from files to published results: open, score slice by slice, sum up, seal."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from flagrules.award.quotas import check_places
from flagrules.award.results.publish import Reporter, publish
from flagrules.award.results.run_record import UsedPlugin, run_record
from flagrules.award.results.shape import Results
from flagrules.award.results.words import Lang
from flagrules.award.wide.beyond import beyond_columns
from flagrules.award.wide.decoded import write_told
from flagrules.award.wide.holders import check_holders
from flagrules.award.wide.inputs import Source, WideInputs, open_inputs
from flagrules.award.wide.looked_at import LOOKED_AT, values_of, write_values
from flagrules.award.wide.parts import Looker, Scored, Scorer, score, slice_size
from flagrules.award.wide.summary import assessment_of, summary
from flagrules.engine.columnar.crowds import looked_at
from flagrules.facts.dates import earlier_periods
from flagrules.facts.log import Log
from flagrules.facts.schema import Schema
from flagrules.facts.table import InputFile
from flagrules.plan.nodes import Plan
from flagrules.plan.order import together
from flagrules.text.findings import Findings, Stopped

Progress = Callable[[int, int], None]
KEPT = "kept"
Scoring = Callable[[Scorer, Progress], Scored]


@dataclass(frozen=True)
class Job:
    """What is to be run: the plans by authority, the files, the day and period, and what the record says of plugins. `elsewhere` are
    names of places that are known, though the register need not hold them."""

    plans: Mapping[str, Plan]
    schema: Schema
    paths: Mapping[str, Path]
    on: date
    period: str
    previous: str
    lang: Lang
    plugins: tuple[UsedPlugin, ...]
    accepted: tuple[str, ...] = ()
    sample_settings: tuple[InputFile, ...] = ()
    database: str = ""
    elsewhere: tuple[str, ...] = ()


def run_wide(
    job: Job, out: Path | None, formats: Sequence[str], reporters: Mapping[str, Reporter], findings: Findings, progress: Progress,
    scoring: Scoring = score,
) -> tuple[Results | None, Scored | None, list[Path]]:  # fmt: skip
    """Score every unit and publish the results: tables that count, and the trace in parts. Without `out` nothing is kept.
    `scoring` has the slices scored: here one after another, or by a scheduler on other machines.

    The results are None, and `findings` says why, where a file or a cell is wrong or the folder cannot be written.
    Raises `Stopped` where a file cannot be read at all, or the rules are for the interpreter (`beyond_columns`).
    """
    made: list[tuple[Results, Scored]] = []

    def make(stage: Path) -> tuple[Results, Mapping[str, object]]:
        with tempfile.TemporaryDirectory(prefix=".", dir=stage) as scratch:
            results, scored, inputs = _made(job, stage, Path(scratch), findings, progress, scoring)
        made.append((results, scored))
        return results, {"columns": _columns(job, stage, inputs, scored)}

    if out is None:
        with tempfile.TemporaryDirectory(prefix="flagrules-") as folder:
            make(Path(folder))
        return *made[0], []
    written = publish(make, out, formats, reporters, findings)
    return (*made[0], written) if made else (None, None, [])


def _made(
    job: Job, stage: Path, scratch: Path, findings: Findings, progress: Progress, scoring: Scoring
) -> tuple[Results, Scored, WideInputs]:
    if (beyond := beyond_columns(job.plans.values(), job.schema)) is not None:
        raise Stopped([beyond])
    log = Log()
    periods = [period for period in (job.period, job.previous, *earlier_periods(job.previous, job.schema.periods - 2)) if period]
    size = slice_size(len(job.schema.facts))
    paths = {label: path.resolve() for label, path in job.paths.items()}  # whoever scores may stand in another folder
    inputs = open_inputs(paths, job.schema, periods, job.on, stage / KEPT, scratch, size, log, job.database)
    findings.extend(log.close())
    findings.stop()
    values: dict[str, pl.DataFrame] = {}
    plans = together(job.plans)
    passes = looked_at(plans)
    for done, slots in enumerate([*passes, []]):
        scorer = (Looker if slots else Scorer)(plans, inputs, stage, size, values, slots)
        scored = scoring(scorer, _part_of(progress, done, len(passes) + 1))
        if not done:  # every pass reads the same cells
            for one in scored.slices:
                findings.extend(one.findings)
            findings.stop()
        values |= values_of(scored, slots)
    check_holders(scorer, findings)
    if values:
        write_values(values, inputs, stage / LOOKED_AT)
    write_told(scored.groups, stage)
    assessment = assessment_of(job.plans, inputs, job.on, job.period, job.previous)
    check_places(assessment, findings, job.elsewhere)
    record = run_record(assessment, job.plugins, engine="columnar", accepted_gaps=job.accepted, sample_settings=job.sample_settings)
    return summary(assessment, inputs, scored, record, job.lang), scored, inputs


def _part_of(progress: Progress, done: int, passes: int) -> Progress:
    """The progress of one pass of several."""
    return lambda units, every: progress(done * every + units, passes * every)


def _columns(job: Job, stage: Path, inputs: WideInputs, scored: Scored) -> dict[str, object]:
    """What the record says beside: where each part of the trace lies, which files were read and how, what columns could not decide."""
    return {
        "previous": job.previous,
        "units": inputs.register.units.height,
        "sources": [_source(stage, source) for source in inputs.sources],
        "traces": [{"folder": group.folder, "kind": group.kind, "authority": group.authority} for group in scored.groups],
        "not_in_columns": sorted({f"{slot}: {why}" for group in scored.groups for slot, why in group.compiled.gaps.items()}),
        "by_the_interpreter": dict(sorted(scored.whole.items())),
    }


def _source(stage: Path, source: Source) -> dict[str, object]:
    path = source.path.relative_to(stage).as_posix() if source.kept else source.path.resolve().as_posix()
    return {"label": source.label, "path": path, "digest": source.digest, "rows": source.rows, "kept": source.kept}


__all__ = ["Job", "Progress", "Scoring", "run_wide"]
