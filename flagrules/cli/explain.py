"""`flagrules explain`: why a unit holds a title or does not, line by line."""

from __future__ import annotations

import json
from pathlib import Path

import click

from flagrules.award.assess import Assessment, UnitResult, assess
from flagrules.cli.session import Asked, Opened, Session, open_rules, programme_options, read_all
from flagrules.explain.page import to_html
from flagrules.explain.story import Story, tell
from flagrules.explain.text import to_text
from flagrules.explain.values import to_json
from flagrules.facts.table import Register, Unit
from flagrules.text.findings import Stopped, finding
from flagrules.text.source import FilePlace
from flagrules.text.spelling import nearest


@click.command()
@programme_options
@click.argument("unit")
@click.option("--flag", "--title", "title", default="", help="称号名称，不写则全部 / one title; all of them if left out")
@click.option("--facts", "files", multiple=True, type=click.Path(path_type=Path), help="事实文件 / a fact file")
@click.option("--sample", is_flag=True, help="用插件自带的样例 / use the plugins' own sample")
@click.option("--period", default="", help="期，如 2021、2021Q3、2021-05~06；默认为评定日期的年份 / the period; the year of --on if left out")
@click.option("--from", "results", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="从按列计算的结果文件夹里找 / look in a folder of results that stayed in columns")
@click.option("--json", "as_json", is_flag=True, help="给机器看的结果 / for machines")
@click.option("--html", type=click.Path(path_type=Path), help="另存为一页网页 / write one self-contained page")
def explain(
    asked: Asked, unit: str, title: str, files: tuple[Path, ...], sample: bool, period: str, results: Path | None, as_json: bool, html: Path | None,
) -> int:  # fmt: skip
    """说明理由 / Why UNIT (an id or a name) was or was not granted a title of PROGRAMME.

    \b
    例 / example:  flagrules explain yuncheng 龙门村 --county 140882 --sample --on 2021-12-01 --flag 生态宜居
    """
    session = asked.start()
    opened = open_rules(session, asked)
    if results is not None:
        from flagrules.cli.wide import recalled  # brings polars

        assessment, wanted = recalled(opened, results, unit)
    else:
        assessment, wanted = _assessed(session, opened, unit, files, period, sample=sample)
    stories = _stories(opened, assessment, wanted, unit, title)
    if html is not None:
        try:
            html.write_text(to_html(stories, asked.lang), encoding="utf-8")
        except OSError as error:
            raise Stopped([finding("FR021", FilePlace(html.as_posix()), why=error.strerror or str(error))]) from error
        click.echo(f"网页：{html}" if asked.lang == "zh" else f"page: {html}", err=True)
    if as_json:
        click.echo(json.dumps([to_json(story) for story in stories], ensure_ascii=False, indent=1, sort_keys=True))
    elif html is None:
        click.echo(("\n\n" + "─" * 60 + "\n\n").join(to_text(story, asked.lang) for story in stories))
    return 0


def find_unit(register: Register, name: str) -> Unit:
    """The unit of an id or name; raises `Stopped` with FR004 (none) or FR005 (several)."""
    if name in register.units:
        return register.units[name]
    named = [unit for unit in register.units.values() if unit.name == name]
    if len(named) == 1:
        return named[0]
    if named:
        raise Stopped(
            [finding("FR005", FilePlace(name), name=name, count=len(named), known="、".join(unit.id for unit in named))]
        )
    guess = nearest(name, [unit.name for unit in register.units.values()])
    hint = f"是不是“{guess}”？" if guess else ""
    raise Stopped([finding("FR004", FilePlace(name), name=name, hint=hint, hint_en=f"Did you mean '{guess}'?" if guess else "")])


def _assessed(
    session: Session, opened: Opened, name: str, files: tuple[Path, ...], period: str, *, sample: bool
) -> tuple[Assessment, Unit]:
    register, table = read_all(session, opened, files, period, sample=sample)
    wanted = find_unit(register, name)
    plans = {code: item.plan for code, item in opened.compiled.items()}
    compares = any(plan.last_stage for plan in plans.values())
    alone = Register({**{u.id: u for u in register.ancestors(wanted.id)}, wanted.id: wanted})
    return assess(plans, register if compares else alone, table, opened.on), wanted


def _stories(opened: Opened, assessment: Assessment, wanted: Unit, name: str, title: str) -> list[Story]:
    found = assessment.unit(wanted.id)
    if found is None:
        raise Stopped([finding("FR023", FilePlace(name), name=wanted.name, on=opened.on)])
    registers = {register.id: register for item in opened.compiled.values() for register in item.registers}
    return [tell(assessment, found, path, tuple(registers.values())) for path in _paths(assessment, found, title)]


def _paths(assessment: Assessment, unit: UnitResult, title: str) -> list[str]:
    del assessment
    names = [item.name for item in unit.titles]
    if title and title not in names:
        guess = nearest(title, names)
        hint = f"是不是“{guess}”？" if guess else ""
        hint_en = f"Did you mean '{guess}'?" if guess else ""
        raise Stopped([finding("FR006", FilePlace(title), name=title, known="、".join(names), hint=hint, hint_en=hint_en)])
    return [item.path for item in unit.titles if not title or item.name == title]
