"""`flagrules check`: every finding of a programme and its counties, and everything they assume or leave open."""

from __future__ import annotations

import json

import click

from flagrules.cli.session import Asked, Session, choose_counties, choose_programme, programme_options
from flagrules.pipeline import Compiled, open_programme
from flagrules.semantics.ruleset import RuleSet
from flagrules.text.findings import Stopped
from flagrules.text.render import Lang, render_all, to_json, visible


@click.command()
@programme_options
@click.option("--json", "as_json", is_flag=True, help="给机器看的结果 / for machines")
@click.option("--assumptions/--no-assumptions", default=True, help="是否列出假定 / list the assumptions", show_default=True)
def check(
    asked: Asked, as_json: bool, assumptions: bool,
) -> int:  # fmt: skip
    """检查规则 / Check the rules of PROGRAMME and of the counties that refine it (all of them unless --county says which).

    \b
    例 / example:  flagrules check yuncheng --county 140882
    """
    session = asked.start()
    compiled = _compile(session, asked)
    findings = list(session.findings)
    if as_json:
        document = {
            "findings": [to_json(item) for item in findings],
            "assumptions": [entry for item in compiled[-1:] for entry in assumptions_of(item.rules)],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True))
    else:
        if findings:
            click.echo(render_all(findings, asked.lang) + "\n")
        for item in compiled:
            _summary(item, asked.lang, assumptions=assumptions)
    errors = len(session.findings.errors)
    if not as_json:
        click.echo(
            f"{errors} 个错误，{len(findings) - errors} 条提示"
            if asked.lang == "zh"
            else f"{errors} errors, {len(findings) - errors} notes"
        )
    return 1 if errors else 0


def _compile(session: Session, asked: Asked) -> list[Compiled]:
    """Compile what can be compiled; an error in one county hides no other county's findings."""
    pack = choose_programme(session, asked.programme)
    chosen = choose_counties(session, asked.programme, asked.counties or ("all",))
    compiled: list[Compiled] = []
    try:
        opened = open_programme(pack, session.findings)
    except Stopped:
        return compiled
    for county in [None, *chosen]:
        before = session.findings.items
        session.findings.items = []
        try:
            compiled.append(opened.compile(county, asked.on, session.findings))
        except Stopped:
            pass
        finally:
            session.findings.items = [*before, *session.findings.items]
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
        click.echo(f"  {item.line}  {item.power} → {item.higher}  {words[item.status] if zh else english[item.status]}")
    own = [entry for entry in assumptions_of(rules) if entry["authority"] == authority]
    click.echo(f"  {len(own)} 条假定" if zh else f"  {len(own)} assumptions")
    if assumptions:
        for entry in own:
            click.echo(visible(f"    {entry['line']}  {entry['text']}  —— {entry['assumption']}"))
    for data in rules.data:
        if data.kind == "discrepancy" and rules.lines[data.line].authority == authority:
            click.echo(visible(f"    {data.line}  出入：{data.text}  裁定：{data.by}"))
    for gap in (*rules.gaps, *(gap for _, block in rules.indicators() for gap in block.gaps)):
        click.echo(visible(f"    {gap.line}  不能表达 {gap.name}：{gap.text}（{gap.reason}）"))
    click.echo("")
