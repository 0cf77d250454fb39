"""`flagrules check`: every finding of a programme and its counties, and what they assume."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from flagrules.pipeline import open_programme
from flagrules.plugin.host import load_plugins
from flagrules.text.findings import Findings, Stopped
from flagrules.text.render import render_all


@click.command()
@click.argument("programme")
@click.option("--county", default="")
@click.option("--on", "on", default="2021-12-01")
@click.option("--plugins", "folders", multiple=True, type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh")
def check(programme: str, county: str, on: str, folders: tuple[Path, ...], lang: str) -> int:
    """Check the rules of PROGRAMME."""
    findings = Findings()
    loaded = load_plugins(findings, folders=folders)
    pack = loaded.programme(programme)
    if pack is None:
        click.echo(render_all(findings), err=True)
        raise click.UsageError(f"没有方案 {programme} / no programme {programme}")
    try:
        opened = open_programme(pack, findings)
        counties = [p for p in loaded.refinements if p.programme == programme and county in (p.code, p.name, p.id)]
        for item in [None, *counties]:
            opened.compile(item, date.fromisoformat(on), findings)
    except Stopped:
        pass
    click.echo(render_all(findings, lang))
    click.echo(f"{len(findings.errors)} 个错误 / errors")
    return 1 if findings.errors else 0
