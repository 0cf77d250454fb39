"""`flagrules report`: the report of a run made again from the folder of its results."""

from __future__ import annotations

from pathlib import Path

import click

from flagrules.report.picture import read_picture
from flagrules.report.shape import Picture
from flagrules.report.write import BOOK, PAGE, write_picture
from flagrules.text.findings import Stopped, finding
from flagrules.text.render import Lang, render_all
from flagrules.text.source import FilePlace


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), default=".", show_default=True,
    help="报告写到这个文件夹 / the folder for the report",
)  # fmt: skip
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="网页打开时的语言 / the language the page opens in", show_default=True)
def report(results: Path, folder: Path, lang: Lang) -> int:
    """报告 / The picture of a run, from the folder RESULTS that `run --out` wrote: report.html and report.xlsx.

    \b
    例 / example:  flagrules report 结果 --to 报告
    """
    try:
        picture = read_picture(results, lang)
        _write(picture, folder)
    except Stopped as stopped:
        click.echo(render_all(stopped.findings, lang), err=True)
        return 2
    click.echo("  ".join((folder / name).as_posix() for name in (PAGE, BOOK)))
    return 0


def _write(picture: Picture, folder: Path) -> None:
    """Write both files; raises `Stopped` with FR021 where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_picture(picture, folder)
    except OSError as error:
        raise Stopped([finding("FR021", FilePlace(folder.as_posix()), why=error.strerror or str(error))]) from error
