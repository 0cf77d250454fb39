"""`flagrules show`: the value after any stage of the chain, for whoever wonders what happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction

import click

from flagrules.cli.session import Asked, Opened, open_rules, programme_options
from flagrules.model.numbers import write_exact
from flagrules.pipeline import parse_pack
from flagrules.semantics.ruleset import RuleLine
from flagrules.text.source import Source, Span

STAGES = ("source", "ast", "rules", "lines", "facts", "plan", "ranges", "obligations", "procedure")


@click.command()
@programme_options
@click.option(
    "--stage", type=click.Choice(STAGES), default="plan", show_default=True, help="哪一步之后的样子 / after which stage"
)
@click.option("--at", default="", help="只看路径或名称含有这些字的 / only what has these words in its path or name")
def show(
    asked: Asked, stage: str, at: str,
) -> int:  # fmt: skip
    """看中间结果 / Show what any stage made of PROGRAMME (of the last county by code, if any).

    \b
    例 / example:  flagrules show yuncheng --county 140882 --stage plan --at 群众反响好
    """
    session = asked.start()
    opened = open_rules(session, asked)
    lines = list(_stage(opened, stage, at))
    for line in lines:
        click.echo(line)
    if at and not lines:
        raise click.UsageError(f"这一步里没有“{at}” / nothing at this stage has '{at}'")
    return 0


def _stage(opened: Opened, stage: str, at: str) -> Iterator[str]:
    compiled = list(opened.compiled.values())[-1]
    rules, plan = compiled.rules, compiled.plan
    match stage:
        case "source":
            items: list[object] = [r.label for pack in opened.packs for r in pack.rules]
        case "ast":
            from flagrules.text.findings import Findings

            items = [line for pack in opened.packs for file in parse_pack(pack, Findings()) for line in file.lines]
        case "rules":
            items = [*rules.titles, *rules.tiers, *rules.quotas, *rules.parameters.values()]
        case "lines":
            items = [line for _, line in sorted(rules.lines.items(), key=lambda pair: (pair[1].span.label, pair[1].span.line))]
        case "facts":
            items = list(compiled.schema.facts)
        case "ranges":
            items = [f"{slot}  {value}" for slot, value in compiled.ranges.items()]
        case "obligations":
            items = list(compiled.obligations)
        case "procedure":
            from flagrules.award.procedure import procedure_on

            items = [
                f"{state.rule.item}  {state.rule.name}  {state.due or '—'}  {state.state}  {state.rule.line}"
                for state in procedure_on(rules, opened.on)
            ]
        case _:
            items = list(plan.decisions)
    for item in items:
        text = list(_tree(item, 0))
        if not at or any(at in line for line in text):
            yield from text


def _atom(value: object) -> str | None:
    match value:
        case Fraction():
            return write_exact(value)
        case Span() | Source():
            return str(value) if isinstance(value, Span) else value.label
        case RuleLine():
            return f"{value.id}  {value.authority or '-'}  {value.text}"
        case str() | int() | bool() | date() | None:
            return str(value)
        case _:
            return None


def _tree(value: object, depth: int, name: str = "") -> Iterator[str]:
    """One value a line, fields indented, empty ones left out."""
    head = "  " * depth + (f"{name}: " if name else "")
    atom = _atom(value)
    if atom is not None:
        yield head + atom
    elif isinstance(value, tuple | list | frozenset):
        if all(_atom(item) is not None for item in value):
            yield head + "、".join(_atom(item) or "" for item in value)
        else:
            yield head.rstrip()
            for item in value:
                yield from _tree(item, depth + 1)
    elif is_dataclass(value):
        yield head + type(value).__name__
        for entry in fields(value):
            inner = getattr(value, entry.name)
            if inner not in (None, "", (), []) and entry.name not in ("span", "declared"):
                yield from _tree(inner, depth + 1, entry.name)
    else:
        yield head + str(value)
