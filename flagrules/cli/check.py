"""`flagrules check`: every finding of a programme and its counties, and everything they assume or leave open."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import click

from flagrules.cli.proofs import lines, proofs_of, without_solver
from flagrules.cli.proofs import to_json as proof_json
from flagrules.cli.session import Asked, Session, choose_counties, choose_programme, compile_own, programme_options, told_once
from flagrules.pipeline import Compiled, open_programme
from flagrules.refine.grants import POWERS
from flagrules.refine.obligations import Proof
from flagrules.refine.smt import INSTALL, installed
from flagrules.semantics.ruleset import RuleSet
from flagrules.text.findings import Finding, Findings, Stopped
from flagrules.text.render import Lang, render_all, to_json, visible

_FEW = 3


@click.command()
@programme_options
@click.option("--json", "as_json", is_flag=True, help="给机器看的结果 / for machines")
@click.option("--assumptions/--no-assumptions", default=True, help="是否列出假定 / list the assumptions", show_default=True)
@click.option("--proofs", is_flag=True, help="证明每项分数、档次和条件 / prove ranges, bands and conditions")
def check(
    asked: Asked, as_json: bool, assumptions: bool, proofs: bool,
) -> int:  # fmt: skip
    """检查规则 / Check the rules of PROGRAMME and of the counties that refine it (all of them unless --county says which).

    \b
    例 / example:  flagrules check yuncheng --county 140882
    """
    session = asked.start()
    unloaded = bool(session.findings.errors)
    compiled = _compile(session, asked)
    findings = list(session.findings)
    proved = proofs_of(compiled) if proofs else []
    if as_json:
        document: dict[str, object] = {
            "findings": [to_json(item) for item in findings],
            "assumptions": list({(e["line"], e["assumption"]): e for item in compiled for e in assumptions_of(item.rules)}.values()),
        }
        if proofs:
            document["proofs"] = [
                {**proof_json(proof), "authority": _code(item)} for item, found in proved for proof in found
            ]
            document["solver"] = {"installed": installed(), "install": INSTALL}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True))
    else:
        if findings:
            click.echo(render_all(findings, asked.lang) + "\n")
        for item in compiled:
            _summary(item, asked.lang, assumptions=assumptions and not session.findings.errors)
        for item, found in proved:
            _tell(item, found, asked.lang)
    errors = len(session.findings.errors)
    if not as_json:
        click.echo(
            f"{errors} 个错误，{len(findings) - errors} 条提示"
            if asked.lang == "zh"
            else f"{errors} errors, {len(findings) - errors} notes"
        )
    return 2 if unloaded else 1 if errors else 0


def _code(item: Compiled) -> str:
    return item.rules.authority.code if item.rules.authority is not None else ""


def _tell(item: Compiled, found: Sequence[Proof], lang: Lang) -> None:
    """The obligations of a programme or county."""
    name = item.rules.authority.name if item.rules.authority is not None else item.rules.programme
    click.echo(f"证明 {name}" if lang == "zh" else f"Proofs for {name}")
    for line in lines(item, found, lang):
        click.echo(line)
    if said := without_solver(found, lang):
        click.echo(f"  {said}")
    click.echo("")


def _compile(session: Session, asked: Asked) -> list[Compiled]:
    """Compile what can be compiled; an error in one county hides no other county's findings."""
    pack = choose_programme(session, asked.programme)
    chosen = choose_counties(session, asked.programme, asked.counties or ("all",))
    compiled: list[Compiled] = []
    try:
        opened = open_programme(pack, session.findings)
    except Stopped:
        return compiled
    found: list[Finding] = []
    base = Findings()
    with suppress(Stopped):
        compiled.append(compile_own(opened, asked.on, base, quiet=bool(asked.counties)))
    found += base
    for county in chosen:
        own = Findings()
        with suppress(Stopped):
            compiled.append(opened.compile(county, asked.on, own))
        found += own
    session.findings.extend(told_once(found))
    return compiled


def assumptions_of(rules: RuleSet) -> list[dict[str, str]]:
    """Every line that rests on an assumption of its own, in order of place."""
    lines = [line for line in rules.lines.values() if line.assumptions and not line.inherited]
    lines.sort(key=lambda line: (line.span.label, line.span.line))
    return [
        {"line": line.id, "text": line.text.split("〔")[0].strip(), "assumption": reason, "authority": line.authority}
        for line in lines
        for reason in line.assumptions
    ]


def by_reason(entries: Sequence[Mapping[str, str]]) -> dict[str, list[Mapping[str, str]]]:
    """The assumptions by reason, in the order in which each reason first stands."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for entry in entries:
        found.setdefault(entry["assumption"], []).append(entry)
    return found


def _assumed(reason: str, entries: Sequence[Mapping[str, str]], lang: Lang) -> Iterator[str]:
    """A reason with its lines: with their words where they are few, else by number, a row a file."""
    many = f"（{len(entries)} 行）" if lang == "zh" else f" ({len(entries)} lines)"
    yield f"    {reason}{many if len(entries) > 1 else ''}"
    if len(entries) <= _FEW:
        yield from (f"      {entry['line']}  {entry['text']}" for entry in entries)
        return
    files: dict[str, list[str]] = {}
    for entry in entries:
        label, _, number = entry["line"].rpartition(":")
        files.setdefault(label, []).append(number)
    yield from (f"      {label}:{'、'.join(numbers) if lang == 'zh' else ', '.join(numbers)}" for label, numbers in files.items())


def _summary(compiled: Compiled, lang: Lang, *, assumptions: bool) -> None:
    rules = compiled.rules
    authority = rules.authority.code if rules.authority is not None else ""
    name = f"{rules.authority.name}（{authority}）" if rules.authority is not None else rules.programme
    zh = lang == "zh"
    count = sum(1 for _ in rules.indicators())
    click.echo(
        f"{name}：{len(rules.titles)} 个{rules.noun}，{count} 个指标，{len(rules.lines)} 条规则行"
        if zh
        else f"{name}: {len(rules.titles)} titles, {count} indicators, {len(rules.lines)} rule lines"
    )
    for item in compiled.obligations:
        words = {"kept": "合乎授权", "proved": "已证明不宽于上级", "broken": "不合", "not_decided": "不能判定"}
        english = {
            "kept": "within its delegation",
            "proved": "proved never above the city",
            "broken": "broken",
            "not_decided": "not decided",
        }
        power = POWERS[item.power] if zh else item.power
        by = "" if item.by == "exact" else f"（{item.by}）" if zh else f" ({item.by})"
        click.echo(f"  {item.line}  {power} → {item.higher}  {words[item.status] if zh else english[item.status]}{by}")
    own = [entry for entry in assumptions_of(rules) if entry["authority"] == authority]
    reasons = by_reason(own)
    click.echo(f"  {len(own)} 条假定，{len(reasons)} 个理由" if zh else f"  {len(own)} assumptions, {len(reasons)} reasons")
    if assumptions:
        for reason, entries in reasons.items():
            for line in _assumed(reason, entries, lang):
                click.echo(visible(line))
    for data in rules.data:
        if data.kind == "discrepancy" and rules.lines[data.line].authority == authority:
            click.echo(visible(f"    {data.line}  出入：{data.text}  裁定：{data.by}"))
    for gap in rules.unsaid():
        click.echo(visible(f"    {gap.line}  不能表达 {gap.name}：{gap.text}（{gap.reason}）"))
    click.echo("")
