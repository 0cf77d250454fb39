"""The `flagrules` command: its groups, its exit codes, and the promise that no traceback reaches a user."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from flagrules import __version__
from flagrules.text.findings import Stopped
from flagrules.text.render import render_all

_COMMANDS = {
    "check": "flagrules.cli.check",
    "fmt": "flagrules.cli.fmt",
    "run": "flagrules.cli.run",
    "explain": "flagrules.cli.explain",
    "coverage": "flagrules.cli.coverage",
    "facts": "flagrules.cli.facts",
    "test": "flagrules.cli.test",
    "plugins": "flagrules.cli.plugins",
    "county": "flagrules.cli.county",
    "show": "flagrules.cli.show",
}


class _Lazy(click.Group):
    """Imports a command's module only when it is called, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        module = _COMMANDS.get(cmd_name)
        return getattr(import_module(module), cmd_name.replace("-", "_")) if module else None


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
    try:
        result = cli.main(args=args, standalone_mode=False)
    except Stopped as stopped:
        click.echo(render_all(stopped.findings), err=True)
        return 2
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except Exception as error:  # noqa: BLE001  our own fault must reach the user as one sentence, never as a traceback
        click.echo(f"flagrules 内部错误，请报告 / internal error, please report: {type(error).__name__}: {error}", err=True)
        return 70
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
