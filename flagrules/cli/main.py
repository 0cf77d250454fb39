"""The `flagrules` command: its groups, its exit codes, and the promise that no traceback reaches a user."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import cast

import click

from flagrules import __version__

# One line a command, so that `--help` imports none of them; a test holds each against the command's own words.
_COMMANDS = {
    "check": "检查规则 / Check the rules of PROGRAMME and of the counties that refine it (all of them unless --county says which).",
    "fmt": "整理规则文件 / Put rule FILES (or folders of them) into canonical form.",
    "run": "评定 / Assess every unit of PROGRAMME: titles, tiers, money and quotas, each traced to its rule lines.",
    "lines": "哪一行决定了多少 / Which rule line decided how often, in the folder RESULTS of a run that stayed in columns.",
    "report": "报告 / The picture of a run, from the folder RESULTS that `run --out` wrote: report.html and report.xlsx.",
    "explain": "说明理由 / Why UNIT (an id or a name) was or was not granted a title of PROGRAMME.",
    "coverage": "条款覆盖 / Which statement of each document is encoded by which rule lines.",
    "facts": "事实文件 / Fact files: the form to fill in, and checking what came back.",
    "test": "规则测试 / Run the cases beside the rules: of PROGRAMME and its counties, or of everything found.",
    "plugins": "插件 / Plugins: programmes, counties, readers, reports and schedulers.",
    "county": "县级插件 / Counties: refinements of a programme.",
    "show": "看中间结果 / Show what any stage made of PROGRAMME (of the last county by code, if any).",
}


class _Lazy(click.Group):
    """Imports a command's module only when it is called, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        if cmd_name not in _COMMANDS:
            return None
        return cast("click.Command", getattr(import_module(f"flagrules.cli.{cmd_name}"), cmd_name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="flagrules")
def cli() -> None:
    """规则即代码：从规则文件到每一个分数的理由。 / Rules as code, every score traced to its rule line.

    \b
    例 / example:  flagrules check yuncheng
                   flagrules run yuncheng --county 140882 --sample --on 2021-12-01
    退出码 / exit code:  0 完成 / done   1 规则或用例有问题 / findings   2 读不懂输入 / unreadable input   70 程序出错 / our fault
    """


def main(args: list[str] | None = None) -> int:
    """Run the command line; returns the exit code: 0 done, 1 findings, 2 unreadable input or usage, 70 our bug."""
    with _uncollected():
        return _run(args)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cycle collector, which looks through all values again and again: they are frozen, make no cycles, and a command is
    soon over. A third of the time of a run over thousands of units."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _run(args: list[str] | None) -> int:
    try:
        result = cli.main(args=args, standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except Exception as error:  # noqa: BLE001  our own fault must reach the user as one sentence, never as a traceback
        return _failed(error)
    return result if isinstance(result, int) else 0


def _failed(error: Exception) -> int:
    """Say what ended a command: findings that stop it (2), or our own bug (70). Imported here, for `--help` needs neither."""
    from flagrules.text.findings import Stopped
    from flagrules.text.render import render_all

    if isinstance(error, Stopped):
        click.echo(render_all(error.findings), err=True)
        return 2
    click.echo(f"flagrules 内部错误，请报告 / internal error, please report: {type(error).__name__}: {error}", err=True)
    return 70


if __name__ == "__main__":
    sys.exit(main())
