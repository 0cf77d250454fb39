"""`flagrules coverage`: every statement of every document with the rule lines that cite it, and the words looked up in the texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from flagrules.cli.session import Asked, open_rules, programme_options
from flagrules.documents.coverage import (
    Citation,
    DocumentCheck,
    Quote,
    StatementCoverage,
    check_documents,
    cover,
    report_uncovered,
)
from flagrules.documents.register import DocumentRegister
from flagrules.text.render import Lang, render_all, to_json
from flagrules.text.width import pad


@click.command()
@programme_options
@click.option(
    "--documents",
    type=click.Path(path_type=Path),
    help="文件原文所在的文件夹：逐条核对锚语和引文 / folder of the texts, to look anchors and quotations up",
)
@click.option("--json", "as_json", is_flag=True, help="给机器看的结果 / for machines")
def coverage(
    asked: Asked, documents: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """条款覆盖 / Which statement of each document is encoded by which rule lines.

    \b
    例 / example:  flagrules coverage yuncheng --county all --documents 原文/
    """
    session = asked.start()
    opened = open_rules(session, asked, default=("all",))
    session.findings.items.clear()  # what `check` says is not repeated here
    registers = tuple({register.id: register for item in opened.compiled.values() for register in item.registers}.values())
    lines = {line.id: line for item in opened.compiled.values() for line in item.rules.lines.values()}
    cited = [Citation(c.register, c.item, line.span) for line in lines.values() if not line.inherited for c in line.clauses]
    found = cover(registers, cited, session.findings)
    report_uncovered(found, session.findings)
    quotes = {q.line: Quote(q.register, q.text, q.span) for item in opened.compiled.values() for q in item.rules.quotations}
    looked = check_documents(registers, documents, list(quotes.values()), session.findings) if documents is not None else ()
    missing = found.uncovered
    if as_json:
        rows = [
            {"document": row.document, "statement": row.statement.id, "kinds": list(row.statement.kinds), "says": row.statement.says,
             "lines": [str(line) for line in row.lines], "covered": row.covered}
            for register in registers for row in found.of(register.id)
        ]  # fmt: skip
        click.echo(
            json.dumps({"statements": rows, "findings": [to_json(f) for f in session.findings]}, ensure_ascii=False, indent=1)
        )
    else:
        for register in registers:
            _table(register, found.of(register.id), asked.lang)
        for check in looked:
            click.echo(f"{check.document}: {_looked(check, asked.lang)}")
        if len(session.findings):
            click.echo("\n" + render_all(session.findings, asked.lang))
    if "FR737" in {item.code for item in session.findings.errors}:  # no texts to look in: nothing was checked
        return 2
    return 1 if session.findings.errors or missing else 0


def _looked(check: DocumentCheck, lang: Lang) -> str:
    zh = f"锚语找到 {check.anchors_found}/{check.anchors}，引文找到 {check.quotes_found}/{check.quotes}"
    return (
        zh if lang == "zh" else f"anchors {check.anchors_found}/{check.anchors}, quotations {check.quotes_found}/{check.quotes}"
    )


def _table(register: DocumentRegister, rows: Sequence[StatementCoverage], lang: Lang) -> None:
    covered = sum(row.covered for row in rows)
    share = f"{covered}/{len(rows)}"
    click.echo(f"{register.id}  {register.title if lang == 'zh' else register.title_en or register.title}  {share}")
    for row in rows:
        mark = "✓" if row.lines else "·" if row.covered else "✗"
        says = row.statement.says if lang == "zh" else row.statement.says_en or row.statement.says
        places = [":".join(str(place).split(":")[:2]) for place in row.lines]
        shown = "  ".join(places[:3]) + (f" +{len(places) - 3}" if len(places) > 3 else "")
        click.echo(f"  {mark} {pad(row.statement.id, 9)} {pad(says, 60)} {shown or '、'.join(row.statement.kinds)}")
    click.echo("")
