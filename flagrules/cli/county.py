"""`flagrules county new`: a complete separate project for a county."""

from __future__ import annotations

from pathlib import Path

import click

from flagrules.cli.session import Asked, choose_programme, plugin_options
from flagrules.pipeline import open_programme
from flagrules.plugin.scaffold import new_county
from flagrules.testing.example import example_of
from flagrules.text.findings import Findings


@click.group()
def county() -> None:
    """县级插件 / Counties: refinements of a programme.

    \b
    例 / example:  flagrules county new 990101 林县 --programme stars --to ./lin
    """


@county.command()
@click.argument("code")
@click.argument("name")
@click.option("--programme", required=True, metavar="ID", help="所落实的方案 / the programme it implements")
@click.option("--to", "folder", required=True, metavar="DIR", type=click.Path(path_type=Path), help="新建的文件夹 / the folder to make")
@click.option("--id", "slug", default="", metavar="ID", help="插件名，小写字母（默认用代码） / the plugin's name (default: the code)")
@plugin_options
def new(asked: Asked, code: str, name: str, programme: str, folder: Path, slug: str) -> int:
    """新建一个县的项目 / Write a project for the county NAME with the six-digit CODE: it builds, installs and its tests pass.

    \b
    例 / example:  flagrules county new 990101 林县 --programme stars --to ./lin --id lin
    """
    session = asked.start()
    pack = choose_programme(session, programme)
    findings = Findings()
    written = new_county(folder, code, name, pack, findings, slug=slug, example=example_of(open_programme(pack, Findings())))
    findings.stop()
    for path in written:
        click.echo(path.as_posix())
    said = "下一步" if asked.lang == "zh" else "next"
    standing = session.loaded.refinement(programme, code) is not None
    place = f"--replace {code}={folder.as_posix()}" if standing else f"--plugins {folder.as_posix()}"
    click.echo(f"{said}: flagrules test {programme} --county {code} {place}")
    return 0
