"""`flagrules run`: every unit assessed, the tables shown, the results written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from flagrules.award.assess import Assessment, assess
from flagrules.award.holders import check_holders
from flagrules.award.quotas import QuotaResult, check_places, quotas
from flagrules.award.results.json import results_json
from flagrules.award.results.publish import write_results
from flagrules.award.results.run_record import UsedPlugin, run_record
from flagrules.award.results.shape import Results
from flagrules.award.results.tables import results_of
from flagrules.cli import tables
from flagrules.cli.session import Asked, Opened, Session, open_rules, places_elsewhere, programme_options, read_all
from flagrules.facts.table import InputFile
from flagrules.plugin.answers import ENGINES
from flagrules.plugin.packs import Resource
from flagrules.plugin.parts import PluginRecord
from flagrules.semantics.ruleset import Gap
from flagrules.text.findings import Stopped, finding
from flagrules.text.source import FilePlace
from flagrules.text.spelling import nearest


@click.command()
@programme_options
@click.option(
    "--facts", "files", multiple=True, type=click.Path(path_type=Path), help="事实文件（可多次） / a fact file (repeatable)"
)
@click.option("--sample", is_flag=True, help="用插件自带的样例 / use the plugins' own sample")
@click.option("--period", default="", help="期，如 2021、2021Q3、2021-05~06；默认为评定日期的年份 / the period; the year of --on if left out")
@click.option("--out", type=click.Path(path_type=Path), help="结果写到这个文件夹 / the folder for the results")
@click.option(
    "--format",
    "formats",
    multiple=True,
    default=("csv", "json", "parquet", "report", "xlsx"),
    show_default=True,
    help="结果的格式（可多次） / formats of the results (repeatable)",
)
@click.option("--engine", default="auto", show_default=True, metavar="NAME",
              help="引擎：auto（单元很多时按列计算）、reference、columnar，或插件带来的调度器（见 plugins list） / "
                   "the engine: auto (columns where units are many), reference, columnar, or a scheduler of a plugin (plugins list)")
@click.option("--master", default="", metavar="URL", help="调度器的集群 / the cluster of a scheduler")
@click.option("--database", default="", metavar="URL", help="--facts 是 .sql 查询时用的 PostgreSQL 数据库 / the database for a .sql query")
@click.option("--accept", "accepted", multiple=True, metavar="NAME", help="接受一条“不能表达” / accept a 不能表达 line by name")
@click.option("--units", type=click.IntRange(min=0), default=20, show_default=True, help="屏幕上列出多少个单元，0 为全部 / units shown on screen, 0 for all")
@click.option("--json", "as_json", is_flag=True, help="给机器看的结果 / for machines")
def run(
    asked: Asked, files: tuple[Path, ...], sample: bool, period: str, out: Path | None, formats: tuple[str, ...],
    engine: str, master: str, database: str, accepted: tuple[str, ...], units: int, as_json: bool,
) -> int:  # fmt: skip
    """评定 / Assess every unit of PROGRAMME: titles, tiers, money and quotas, each traced to its rule lines.

    \b
    例 / example:  flagrules run yuncheng --county 140882 --sample --on 2021-12-01 --out 结果
    """
    if asked.on is None:
        raise click.UsageError("请用 --on 给出评定日期 / give the day of assessment with --on")
    session = asked.start()
    _check_engine(session, engine, given=bool(files and not sample and master and out))
    opened = open_rules(session, asked)
    _refuse_gaps(opened, accepted)
    if files and not sample and engine != "reference":
        from flagrules.cli.wide import Wanted, run_many, stays_wide  # brings polars, which a sample can do without

        wanted = Wanted(files, period, out, formats, accepted, engine, master, database, as_json)
        if stays_wide(opened, wanted):
            session.show()
            return run_many(session, opened, asked, wanted, _used(session, opened), _settings(opened, asked))
    register, table = read_all(session, opened, files, period, sample=sample)
    session.show()
    plans = {code: item.plan for code, item in opened.compiled.items()}
    with tables.progress("评定" if asked.lang == "zh" else "assessing") as told:
        assessment = assess(plans, register, table, opened.on, told)
    check_holders(assessment, session.findings)
    check_places(assessment, session.findings, places_elsewhere(session, opened))
    session.show()
    judged = quotas(assessment)
    made: Results | None = None
    if out is not None or as_json:
        made = _results(session, opened, assessment, judged, asked, accepted)
    if out is not None and made is not None:
        with tables.progress("写结果" if asked.lang == "zh" else "writing") as told:
            written = write_results(made, out, formats, session.loaded.reports, session.findings, told)
        session.findings.stop()
        session.show()
    if as_json and made is not None:
        click.echo(results_json(made), nl=False)
        return 0
    _print(assessment, judged, asked, units)
    if settings := _switched_on(opened, asked):
        click.echo(("启用了样例设定：" if asked.lang == "zh" else "sample settings: ") + "  ".join(file.label for file in settings))
    if out is not None:
        click.echo(("结果：" if asked.lang == "zh" else "results: ") + "  ".join(path.as_posix() for path in written))
    return 0


def _check_engine(session: Session, engine: str, *, given: bool) -> None:
    """Raises `Stopped`: FR846 for an engine nobody brings, FR847 for a scheduler that is not `given` what it needs."""
    known = (*ENGINES, *session.loaded.schedulers)
    if engine not in known:
        place, said = FilePlace("--engine"), "、".join(known)
        raise Stopped([finding("FR846", place, name=engine, guess=nearest(engine, known) or said, known=said)])
    if engine in session.loaded.schedulers and not given:
        raise Stopped([finding("FR847", FilePlace("--engine"), name=engine)])


def _results(
    session: Session, opened: Opened, assessment: Assessment, judged: Sequence[QuotaResult], asked: Asked, accepted: Sequence[str]
) -> Results:
    """The tables for files, with the record of what made them; the screen has tables of its own and needs none of these."""
    used, settings = _used(session, opened), _settings(opened, asked)
    record = run_record(assessment, used, accepted_gaps=accepted, sample_settings=settings)
    return results_of(assessment, judged, record, asked.lang)


def _used(session: Session, opened: Opened) -> list[UsedPlugin]:
    """The plugins that took part, as the record has them."""
    found = _took_part(session, opened)
    return [UsedPlugin(p.name, p.version, p.digest, p.origin, code=p.code, replaces=p.replaces) for p in found]


def _settings(opened: Opened, asked: Asked) -> list[InputFile]:
    """The sample settings that counted, as the record has them."""
    return [InputFile(file.label, file.digest) for file in _switched_on(opened, asked)]


def _switched_on(opened: Opened, asked: Asked) -> list[Resource]:
    """The sample settings that counted."""
    return [file for pack in opened.counties for file in pack.sample_settings] if asked.sample_settings else []


def _took_part(session: Session, opened: Opened) -> list[PluginRecord]:
    """Records of the plugins a run used; a plugin that was only installed changes no result."""
    ids = {pack.id for pack in opened.packs}
    return [record for record in session.loaded.plugins if record.name in ids]


def _gaps(opened: Opened) -> list[Gap]:
    return [gap for item in opened.compiled.values() for gap in item.rules.unsaid()]


def _refuse_gaps(opened: Opened, accepted: Sequence[str]) -> None:
    """FR007 for each 不能表达 line nobody accepted by name."""
    lines = {line.id: line for item in opened.compiled.values() for line in item.rules.lines.values()}
    refused = [finding("FR007", lines[gap.line].span, name=gap.name) for gap in _gaps(opened) if gap.name not in accepted]
    if refused:
        raise Stopped(dict.fromkeys(refused))


def _print(assessment: Assessment, judged: Sequence[QuotaResult], asked: Asked, units: int) -> None:
    screen, lang = tables.console(), asked.lang
    shown = [
        tables.flags_table(assessment, lang, units),
        tables.quotas_table(assessment, judged, lang),
        tables.money_table(assessment, lang),
    ]
    decided = tables.decisions(assessment, lang, units)
    if decided is not None:
        shown.append(decided)
    if assessment.left_out:
        shown.append(tables.left_out(assessment, lang))
    if assessment.base.rules.steps:
        shown.append(tables.procedure(assessment, lang))
    for table in shown:
        screen.print(table)
        screen.print()
