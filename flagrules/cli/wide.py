"""`flagrules run` and `explain` for very many units: facts stay in columns from file to trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from flagrules.award.assess import Assessment, UnitResult, assess, authority_of, holders_of
from flagrules.award.results.json import results_json
from flagrules.award.results.run_record import UsedPlugin
from flagrules.award.results.shape import Results
from flagrules.award.wide.beyond import beyond_columns
from flagrules.award.wide.decoded import LINES, contradicted
from flagrules.award.wide.inputs import is_wide
from flagrules.award.wide.looked_at import LOOKED_AT, Others, others_of
from flagrules.award.wide.parts import TRACE, Scored, score
from flagrules.award.wide.recall import Kept, check_sources, kept_in, names_like, recall, trace_of
from flagrules.award.wide.run import Job, run_wide
from flagrules.award.wide.scatter import scatter
from flagrules.cli import tables
from flagrules.cli.session import Asked, Opened, Session, period_of, places_elsewhere
from flagrules.engine.inputs import expressions
from flagrules.facts.dates import period_before
from flagrules.facts.files import labelled
from flagrules.facts.log import Log
from flagrules.facts.table import InputFile, Register, Unit
from flagrules.plan.nodes import Plan
from flagrules.semantics import expr as e
from flagrules.text.findings import Related, Stopped, finding
from flagrules.text.source import FilePlace
from flagrules.text.spelling import nearest

FORMATS = ("csv", "json", "parquet", "xlsx")
_SHOWN = ("flags", "quotas", "money", "procedure")


@dataclass(frozen=True)
class Wanted:
    """What a run was asked for beside the programme."""

    files: tuple[Path, ...]
    period: str
    out: Path | None
    formats: tuple[str, ...]
    accepted: tuple[str, ...]
    engine: str
    master: str
    database: str
    as_json: bool


def stays_wide(opened: Opened, wanted: Wanted) -> bool:
    """Whether a run keeps its facts in columns: asked to, or because there are many. Raises `Stopped` with FR833 or FR836 where it cannot."""
    paths = dict(labelled(wanted.files, Log()))
    if wanted.engine == "auto" and not is_wide(paths):
        return False
    beyond = beyond_columns([item.plan for item in opened.compiled.values()], opened.schema)
    if beyond is not None and wanted.engine != "auto":
        raise Stopped([beyond])
    return beyond is None


def run_many(
    session: Session, opened: Opened, asked: Asked, wanted: Wanted, used: Sequence[UsedPlugin], settings: Sequence[InputFile]
) -> int:
    """Run with facts in columns, write what was asked for, show the tables that count."""
    period = period_of(opened, wanted.period)
    plans = {code: item.plan for code, item in opened.compiled.items()}
    job = Job(
        plans, opened.schema, dict(labelled(wanted.files, Log())), opened.on, period, period_before(period) or "", asked.lang,
        tuple(used), wanted.accepted, tuple(settings), wanted.database, tuple(places_elsewhere(session, opened)),
    )  # fmt: skip
    formats = tuple(name for name in wanted.formats if name != "report")  # a page a unit is for cities, not for nations
    scheduler = session.loaded.schedulers.get(wanted.engine)
    scoring = score if scheduler is None else scatter(wanted.engine, scheduler, wanted.master)
    with tables.progress("评定" if asked.lang == "zh" else "assessing") as told:
        results, scored, written = run_wide(job, wanted.out, formats, session.loaded.reports, session.findings, told, scoring)
    session.findings.stop()
    session.show()
    assert results is not None
    assert scored is not None
    if wanted.as_json:
        click.echo(results_json(results), nl=False)
        return 0
    _print(results, scored, asked)
    if wanted.out is not None:
        small = [path for path in written if path.parent == wanted.out]
        click.echo(("结果：" if asked.lang == "zh" else "results: ") + "  ".join(path.as_posix() for path in small))
        click.echo(f"{wanted.out.as_posix()}/trace  {len(written) - len(small)}")
    return 0


def _print(results: Results, scored: Scored, asked: Asked) -> None:
    screen = tables.console()
    for key in _SHOWN:
        table = results.table(key).joined()
        if table.rows:
            screen.print(tables.Screen(table, asked.lang, 20))
            screen.print()
    for group in scored.groups:
        for slot, why in group.compiled.gaps.items():
            said = "不能按列计算，由解释器算" if asked.lang == "zh" else "not in columns, decided by the interpreter"
            screen.print(f"{slot}: {said} ({why})", markup=False)


def recalled(opened: Opened, folder: Path, name: str) -> tuple[Assessment, Unit]:
    """One unit of a run of very many, assessed again from the files that run read.

    Raises `Stopped`: FR004 for a unit nobody registered, FR830 to FR832 for results or files that do not belong together, FR834 where
    the rules are not those of the run, FR835 where the trace says other than rules and facts do.
    """
    kept = kept_in(folder)
    plans = {code: item.plan for code, item in opened.compiled.items()}
    if {code: plan.digest for code, plan in plans.items()} != dict(kept.plans):
        raise Stopped([finding("FR834", FilePlace(folder.as_posix()), programme=kept.programme, on=kept.on)])
    check_sources(kept)
    log = Log()
    register, table = recall(kept, opened.schema, name, log)
    log.close().stop()
    unit = next((unit for unit in register.units.values() if name in (unit.id, unit.name)), None)
    if unit is None:
        guess = nearest(name, names_like(kept))
        hint, hint_en = (f"是不是“{guess}”？", f"Did you mean '{guess}'?") if guess else ("", "")
        raise Stopped([finding("FR004", FilePlace(name), name=name, hint=hint, hint_en=hint_en)])
    others = _others(kept, plans, register, unit)
    assessment = assess(plans, register, table, opened.on, crowd=others.crowd)
    found = assessment.unit(unit.id)
    if found is not None:
        _check_trace(kept, found, plans[found.authority])
    return replace(assessment, register=Register({**others.units, **register.units})), unit


def _others(kept: Kept, plans: Mapping[str, Plan], register: Register, unit: Unit) -> Others:
    plan = plans[unit.id if unit.id in plans else authority_of(register, unit, plans)]
    figures = [figure for expr in expressions(plan.for_subject(unit.kind)) for figure in e.across_read(expr)]
    return others_of(kept.folder / LOOKED_AT, unit, holders_of(register, unit), figures)


def _check_trace(kept: Kept, found: UnitResult, plan: Plan) -> None:
    """FR835: results that were changed after the run, or an engine that was wrong; either way nobody may rely on them."""
    line = contradicted(found, plan, trace_of(kept, found.unit.id), kept.folder / LINES)
    if line:
        place = FilePlace((kept.folder / TRACE).as_posix())
        raise Stopped([finding("FR835", place, Related(plan.lines[line].span, "declared"), name=found.unit.name)])
