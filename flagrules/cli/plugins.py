"""`flagrules plugins list`: every plugin with its version, digest, origin and what it brought."""

from __future__ import annotations

import json

import click

from flagrules.cli.session import Asked, Session, plugin_options
from flagrules.plugin.parts import PluginRecord
from flagrules.text.render import Lang, to_json
from flagrules.text.width import pad

_ORIGIN = {"bundled": "随附", "installed": "已安装", "folder": "文件夹"}


@click.group()
def plugins() -> None:
    """插件 / Plugins: programmes, counties, readers, reports and schedulers.

    \b
    例 / example:  flagrules plugins list --plugins ./my-county
    """


@plugins.command("list")
@plugin_options
@click.option("--json", "as_json", is_flag=True, help="给机器看的结果 / for machines")
def list_plugins(asked: Asked, *, as_json: bool) -> int:
    """列出插件 / List what is loaded, in order of name; plugins at fault are told with the reason.

    \b
    例 / example:  flagrules plugins list --plugins ./my-county --json
    """
    session = asked.start()
    if as_json:
        click.echo(json.dumps(_json(session), ensure_ascii=False, indent=1))
    else:
        session.show()
        for record in session.loaded.plugins:
            click.echo(_line(record, session, asked.lang))
    return 1 if session.findings.errors else 0


def _brought(record: PluginRecord, session: Session) -> list[str]:
    """The packs and the scheduler that carry a plugin's name."""
    programmes = [f"{pack.title}" for pack in session.loaded.programmes if pack.id == record.name]
    counties = [f"{pack.name} {pack.code} → {pack.programme}" for pack in session.loaded.refinements if pack.id == record.name]
    schedulers = [f"--engine {name}" for name in session.loaded.schedulers if name == record.name]
    return programmes + counties + schedulers


def _line(record: PluginRecord, session: Session, lang: Lang) -> str:
    origin = _ORIGIN[record.origin] if lang == "zh" else record.origin
    code = ("含代码" if lang == "zh" else "has code") if record.code else ("只有数据" if lang == "zh" else "data only")
    said = "；".join(_brought(record, session))
    replaces = f"  ⇐ {record.replaces}" if record.replaces else ""
    digest = record.digest[:12]
    return f"{pad(record.name, 16)} {pad(record.version, 8)} {digest}  {pad(origin, 9)} {pad(code, 9)} {said}{replaces}".rstrip()


def _json(session: Session) -> dict[str, object]:
    records = [
        {
            "name": record.name,
            "version": record.version,
            "digest": record.digest,
            "origin": record.origin,
            "code": record.code,
            "replaces": record.replaces,
            "brings": _brought(record, session),
        }
        for record in session.loaded.plugins
    ]
    return {
        "plugins": records,
        "readers": sorted(session.loaded.readers),
        "reports": sorted(session.loaded.reports),
        "schedulers": sorted(session.loaded.schedulers),
        "findings": [to_json(item) for item in session.findings],
    }
