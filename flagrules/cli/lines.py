"""`flagrules lines`: which rule line decided how often, over all units of a run that stayed in columns."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import click

from flagrules.award.results.shape import Table, for_machines
from flagrules.award.wide.deciding import deciding_table
from flagrules.cli import tables
from flagrules.report.page import to_html
from flagrules.report.shape import Both, Chart, Picture, Section, Series, Sheet
from flagrules.text.findings import Stopped
from flagrules.text.render import Lang, render_all

_DRAWN = 20


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--title", default="", help="只看一个称号 / one title only")
@click.option("--top", type=click.IntRange(min=0), default=_DRAWN, show_default=True, help="列出多少行，0 为全部 / lines shown, 0 for all")
@click.option("--html", type=click.Path(path_type=Path), help="另存为一页网页，带图 / write one self-contained page with a chart")
@click.option("--json", "as_json", is_flag=True, help="给机器看的结果 / for machines")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="语言 / language", show_default=True)
def lines(results: Path, title: str, top: int, html: Path | None, as_json: bool, lang: Lang) -> int:
    """哪一行决定了多少 / Which rule line decided how often, in the folder RESULTS of a run that stayed in columns.

    \b
    例 / example:  flagrules lines 结果 --top 10
    """
    try:
        table = deciding_table(results, title)
    except Stopped as stopped:
        click.echo(render_all(stopped.findings, lang), err=True)
        return 2
    if html is not None:
        html.write_text(to_html(_picture(table, results.name, lang)), encoding="utf-8")
    if as_json:
        keys = [column.key for column in table.columns]
        rows = [dict(zip(keys, map(for_machines, row), strict=True)) for row in table.rows]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        tables.console().print(tables.Screen(table.only("title", "line", "text", "decided", "cost", "points_lost"), lang, top))
    return 0


def _picture(table: Table, name: str, lang: Lang) -> Picture:
    """The lines as a page: a chart of those that decided most titles not granted, and the table."""
    drawn = table.rows[:_DRAWN]
    labels = tuple(f"{row[0]} {str(row[2]).rsplit('/', 1)[-1]} {row[3]}"[:40] for row in drawn)
    refused = Series("refused", Both("让称号没有授予", "cost the title"), tuple(str(row[6]) for row in drawn))
    rest = Series("granted", Both("其余", "others"), tuple(str(_number(row[5]) - _number(row[6])) for row in drawn))
    title = Both("哪些规则行让最多的没有授予", "Rule lines that cost most titles")
    chart = Chart("deciding", title, labels, (refused, rest), Both("单元数", "units"), flat=True)
    heads = tuple(Both(column.zh, column.en) for column in table.columns)
    rows = tuple(tuple(for_machines(cell) or "" for cell in row) for row in table.rows)
    sheet = Sheet("deciding", title, heads, rows, frozenset({5, 6, 7}))
    section = Section("lines", title, charts=(chart,), sheets=(sheet,))
    return Picture(name, "", lang, (), (section,))


def _number(cell: object) -> Fraction:
    assert isinstance(cell, Fraction)
    return cell
