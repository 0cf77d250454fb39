"""`flagrules test`: the cases beside the rules, and with `--rule-coverage` the rule lines no case reached."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from flagrules.cli.session import Asked, Session, choose_counties, choose_programme, plugin_options
from flagrules.model.numbers import write_rounded
from flagrules.pipeline import open_programme
from flagrules.plugin.packs import Pack, ProgrammePack, RefinementPack
from flagrules.testing.run import FAILURES, CaseResult, Report, compiler, run_cases
from flagrules.text.findings import Findings, Stopped
from flagrules.text.render import Lang, render_all, to_json


@click.command()
@click.argument("programme", required=False, default="")
@click.option("--county", "counties", multiple=True, metavar="CODE", help="只测这个县 / only this county, by code or name")
@plugin_options
@click.option("--rule-coverage", is_flag=True, help="列出没有用例到达的规则行 / list the rule lines no case reached")
@click.option("--json", "as_json", is_flag=True, help="给机器看的结果 / for machines")
def test(asked: Asked, programme: str, counties: tuple[str, ...], *, rule_coverage: bool, as_json: bool) -> int:
    """规则测试 / Run the cases beside the rules: of PROGRAMME and its counties, or of everything found.

    \b
    例 / example:  flagrules test stars --county 990101 --plugins ./my-county --rule-coverage
    退出码 / exit code:  0 全部通过 / all pass   1 有未通过 / some fail   2 读不懂 / cases or rules cannot be read
    """
    session = asked.start()
    reports = tuple(_reports(session, tuple(_chosen(session, programme, counties))))
    if as_json:
        click.echo(json.dumps(_json(reports, session.findings), ensure_ascii=False, indent=1))
    else:
        _Shown(session.findings, asked.lang, rule_coverage).print(reports)
    codes = {item.code for item in session.findings.errors}
    return 2 if codes - set(FAILURES) else 1 if codes else 0


def _chosen(session: Session, programme: str, names: Sequence[str]) -> Iterator[tuple[ProgrammePack, tuple[Pack, ...]]]:
    """Each programme asked for, with the packs whose cases are to run: its own and its counties', or only some counties'."""
    programmes = (choose_programme(session, programme),) if programme else session.loaded.programmes
    for pack in programmes:
        if names:
            yield pack, choose_counties(session, pack.id, names)
        else:
            yield pack, (pack, *choose_counties(session, pack.id, ("all",)))


def _reports(session: Session, chosen: Sequence[tuple[ProgrammePack, tuple[Pack, ...]]]) -> Iterator[Report]:
    for programme, packs in chosen:
        try:
            opened = open_programme(programme, Findings())
            for pack in packs:
                county = pack if isinstance(pack, RefinementPack) else None
                yield run_cases(compiler(opened, county), pack, session.findings)
        except Stopped as stopped:
            session.findings.extend(stopped.findings)


@dataclass(frozen=True)
class _Shown:
    """How a run is shown to people."""

    findings: Findings
    lang: Lang
    rule_coverage: bool

    def print(self, reports: Sequence[Report]) -> None:
        """Write findings, then a line a pack."""
        if len(self.findings):
            click.echo(render_all(self.findings, self.lang) + "\n")
        for report in reports:
            zh = f"{report.passed} 个用例通过，{report.failed} 个未通过"
            click.echo(f"{report.pack}: {zh if self.lang == 'zh' else f'{report.passed} cases passed, {report.failed} failed'}")
            if self.rule_coverage:
                self._coverage(report)

    def _coverage(self, report: Report) -> None:
        found = report.coverage
        total, percent = len(found.branches), write_rounded(found.percent, 1)
        said = "用例到达的规则行和分档" if self.lang == "zh" else "rule lines and bands the cases reached"
        click.echo(f"  {said}: {total - len(found.missed)}/{total} ({percent}%)")
        for branch in found.missed:
            click.echo(f"  {branch.line}  {found.text(branch)}  [{branch.words(self.lang)}]")


def _json(reports: Sequence[Report], findings: Findings) -> dict[str, object]:
    return {
        "passed": sum(report.passed for report in reports),
        "failed": sum(report.failed for report in reports),
        "packs": [_report_json(report) for report in reports],
        "findings": [to_json(item) for item in findings],
    }


def _report_json(report: Report) -> dict[str, object]:
    found = report.coverage
    missed = [
        {"line": branch.line, "text": found.text(branch), "branch": {"zh": branch.words("zh"), "en": branch.words("en")}}
        for branch in found.missed
    ]
    covered = {"branches": len(found.branches), "reached": len(found.branches) - len(missed), "missed": missed}
    return {"pack": report.pack, "cases": [_case_json(case) for case in report.cases], "rule_coverage": covered}


def _case_json(result: CaseResult) -> dict[str, object]:
    place = result.case.place
    return {"name": result.case.name, "file": place.label, "line": place.line, "passed": result.passed}
