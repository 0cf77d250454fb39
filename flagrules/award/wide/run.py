"""A run of very many units from files to published results: open, score slice by slice, sum up, seal."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from flagrules.award.quotas import check_places
from flagrules.award.results.publish import Reporter, publish
from flagrules.award.results.run_record import UsedPlugin, run_record
from flagrules.award.results.shape import Results
from flagrules.award.results.words import Lang
from flagrules.award.wide.decoded import LINES, write_lines
from flagrules.award.wide.holders import check_holders
from flagrules.award.wide.inputs import Source, WideInputs, open_inputs
from flagrules.award.wide.looked_at import LOOKED_AT, values_of, write_values
from flagrules.award.wide.parts import Looker, Scored, Scorer, score, slice_size
from flagrules.award.wide.summary import assessment_of, summary
from flagrules.engine.columnar.crowds import looked_at
from flagrules.engine.inputs import expressions
from flagrules.facts.dates import earlier_periods
from flagrules.facts.log import Log
from flagrules.facts.schema import FactSpec, Schema
from flagrules.facts.table import InputFile
from flagrules.plan.nodes import Plan
from flagrules.plan.order import together
from flagrules.semantics import expr as e
from flagrules.text.findings import Findings, Related, Stopped, finding
from flagrules.text.source import FilePlace

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


def looks_beyond(plans: Iterable[Plan]) -> str:
    """A line whose rule looks at what places that are no units decide, or "" where there is none."""
    for plan in plans:
        others = plan.measured - set(plan.rules.subjects)
        outside = {decision.slot for kind in others for decision in plan.for_subject(kind)}
        for decision in plan.decisions:
            for expr in expressions([decision]):
                for node in e.walk(expr):
                    if isinstance(node, e.Across) and node.slot in outside:
                        return decision.line
    return ""


def declared_apart(plans: Iterable[Plan]) -> tuple[FactSpec, FactSpec] | None:
    """A fact that two plans of a run declare in different ways, a column of which would mean one thing here and another there: of other
    values, or choices in another order. None where there is none."""
    seen: dict[str, FactSpec] = {}
    for plan in plans:
        for name, spec in plan.facts.items():
            first = seen.setdefault(name, spec)
            if (first.kind, first.low, first.high, first.nullable) != (spec.kind, spec.low, spec.high, spec.nullable):
                return first, spec
    return None


def refuse_apart(plans: Iterable[Plan]) -> None:
    """Raises `Stopped` with FR836 where two plans declare a fact in different ways."""
    if (apart := declared_apart(plans)) is not None:
        first, second = (spec.declared or FilePlace(spec.name) for spec in apart)
        raise Stopped([finding("FR836", second, Related(first, "declared"), name=apart[0].name)])


def run_wide(
    job: Job, out: Path | None, formats: Sequence[str], reporters: Mapping[str, Reporter], findings: Findings, progress: Progress,
    scoring: Scoring = score,
) -> tuple[Results | None, Scored | None, list[Path]]:  # fmt: skip
    """Score every unit and publish the results: tables that count, and the trace in parts. Without `out` nothing is kept.
    `scoring` has the slices scored: here one after another, or by a scheduler on other machines.

    The results are None, and `findings` says why, where a file or a cell is wrong or the folder cannot be written.
    Raises `Stopped` where a file cannot be read at all.
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
    log = Log()
    refuse_apart(job.plans.values())
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
    write_lines(scored.groups, stage / LINES)
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


__all__ = ["Job", "Progress", "Scoring", "declared_apart", "looks_beyond", "refuse_apart", "run_wide"]
