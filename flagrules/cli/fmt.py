"""`flagrules fmt`: rule files in their canonical form, Chinese or English."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from flagrules.syntax.format import aliases_of, fix_source, format_source
from flagrules.syntax.parser import parse
from flagrules.text.findings import Findings, Stopped, finding
from flagrules.text.render import Lang, render_all
from flagrules.text.source import FilePlace, Source


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="写成中文或英文 / the language to write")
@click.option("--fix", is_flag=True, help="同时改正不会改变意思的错误 / also mend what cannot change meaning")
@click.option("--check", is_flag=True, help="只检查，不改文件 / only look, change nothing")
@click.option("--stdout", is_flag=True, help="写到屏幕，不改文件 / print instead of writing")
def fmt(files: tuple[Path, ...], lang: Lang, fix: bool, check: bool, stdout: bool) -> int:
    """整理规则文件 / Put rule FILES (or folders of them) into canonical form.

    \b
    例 / example:  flagrules fmt rules/ --fix
                   flagrules fmt villages.rules --lang en --stdout
    """
    changed = wrong = 0
    sources = {path: _read(path) for path in _files(files)}
    names = _names(sources.values())
    for path, source in sources.items():
        findings = Findings()
        mended = Source(source.label, fix_source(source, lang)[0]) if fix else source
        text = format_source(mended, lang, findings, names)
        if findings.errors:
            wrong += 1
            click.echo(render_all(findings, lang) + "\n", err=True)
        if stdout:
            click.echo(text, nl=False)
        elif text != source.text:
            changed += 1
            click.echo(f"{path.as_posix()}")
            if not check:
                _write(path, text)
    return 1 if wrong or (check and changed) else 0


def _files(paths: tuple[Path, ...]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted([*path.rglob("*.rules"), *path.rglob("*.rules.md")])
            if not inside:
                raise Stopped([finding("FR022", FilePlace(path.as_posix()))])
            found += inside
        else:
            found.append(path)
    return found


def _names(sources: Iterable[Source]) -> dict[str, str]:
    """The names with their English ones that the files declare between them, so that all of them speak one language; a name
    with two is left as it is."""
    pairs = {pair for source in sources for pair in aliases_of(parse(source, Findings())).items()}
    return {zh: en for zh, en in sorted(pairs) if sum(zh == other or en == alias for other, alias in pairs) == 1}


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stopped([finding("FR021", FilePlace(path.as_posix()), why=error.strerror or str(error))]) from error


def _read(path: Path) -> Source:
    try:
        return Source(path.as_posix(), path.read_text("utf-8-sig"))
    except OSError as error:
        raise Stopped([finding("FR009", FilePlace(path.as_posix()), why=error.strerror or "")]) from error
    except UnicodeDecodeError as error:
        raise Stopped([finding("FR008", FilePlace(path.as_posix()))]) from error
