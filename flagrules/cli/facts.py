"""`flagrules facts`: the form to fill in, and what a filled form holds."""

from __future__ import annotations

from pathlib import Path

import click

from flagrules.cli.session import Asked, open_rules, period_of, programme_options, read_all
from flagrules.facts.template import write_template
from flagrules.text.findings import Stopped, finding
from flagrules.text.source import FilePlace


@click.group()
def facts() -> None:
    """事实文件 / Fact files: the form to fill in, and checking what came back.

    \b
    例 / example:  flagrules facts template yuncheng --county 140882 --to 填报表.xlsx
    """


@facts.command()
@programme_options
@click.option("--to", "path", required=True, type=click.Path(path_type=Path), help="写到这个 .xlsx / the .xlsx to write")
@click.option(
    "--register",
    "registers",
    multiple=True,
    type=click.Path(path_type=Path),
    help="登记表，用来预填单元 / a register, to fill the units in",
)
@click.option("--period", default="", help="期，如 2021、2021Q3、2021-05~06；默认为评定日期的年份 / the period")
def template(
    asked: Asked, path: Path, registers: tuple[Path, ...], period: str,
) -> int:  # fmt: skip
    """生成填报表 / Write the .xlsx to fill in, from the rules' questions, evidence, choices and ranges.

    \b
    例 / example:  flagrules facts template yuncheng --county 140882 --to 填报表.xlsx
    """
    if path.suffix != ".xlsx":
        raise click.UsageError(f"--to 要写 .xlsx 文件，不是 {path.name} / --to names an .xlsx file, not {path.name}")
    session = asked.start()
    opened = open_rules(session, asked)
    register = read_all(session, opened, registers, period, sample=False)[0] if registers else None
    try:
        write_template(opened.schema, register, path, period=period_of(opened, period), lang=asked.lang)
    except OSError as error:
        raise Stopped([finding("FR021", FilePlace(path.as_posix()), why=error.strerror or str(error))]) from error
    click.echo(path.as_posix())
    return 0


@facts.command("check")
@programme_options
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--sample", is_flag=True, help="用插件自带的样例 / the plugins' own sample")
@click.option("--period", default="", help="期，如 2021、2021Q3、2021-05~06；默认为评定日期的年份 / the period")
def check_facts(
    asked: Asked, files: tuple[Path, ...], sample: bool, period: str,
) -> int:  # fmt: skip
    """检查事实文件 / Read fact FILES and show every fault, cell by cell.

    \b
    例 / example:  flagrules facts check yuncheng 填报表.xlsx --county 140882 --on 2021-12-01
    """
    session = asked.start()
    opened = open_rules(session, asked)
    session.findings.items.clear()
    register, table = read_all(session, opened, files, period, sample=sample)
    session.show()
    units = sum(unit.kind in opened.compiled[""].rules.subjects for unit in register.units.values())
    entries = sum(len(entry) for entry in table.entries.values())
    click.echo(f"{units} 个单元，{entries} 项事实" if asked.lang == "zh" else f"{units} units, {entries} facts")
    return 0
