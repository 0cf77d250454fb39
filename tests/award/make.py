"""A small foreign programme (stars for shops in streets of a town) made in memory, and a register and facts written as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flagrules.award.assess import Assessment, assess
from flagrules.award.quotas import QuotaResult, quotas
from flagrules.award.results.run_record import UsedPlugin, run_record
from flagrules.award.results.shape import Results
from flagrules.award.results.tables import results_of
from flagrules.facts.read import read_facts
from flagrules.pipeline import Compiled, open_programme
from flagrules.plugin.packs import ProgrammePack, Resource
from flagrules.text.findings import Findings, Stopped
from flagrules.text.render import render_all

ON = date(2021, 12, 1)
HEAD = """\
方案 星级商户 版本 “1”
  称谓 “星” “颗”
  施行 2021年1月1日 起
文件 办法 《星级商户办法》
创建单元 店
上级单元 镇、街
"""
BODY = """\
事实 好评数：次数 0次~100次
事实 明厨：是否
星级 卫生 适用 店：100分 〔办法 1〕
  授星 得分 80分以上 〔办法 2〕
  指标 1 好评：60分 〔办法 3〕
    按比例 好评数 ÷ 90次，精确 〔办法 3〕
  指标 2 厨房：40分 〔办法 4〕
    当 明厨，得40分，否则 得0分 〔办法 4〕
"""
TIER = "等次 一星 适用 店 当 星数 1颗以上 〔办法 5〕\n"


@dataclass(frozen=True)
class Made:
    """A programme run on files."""

    compiled: Compiled
    assessment: Assessment
    quotas: tuple[QuotaResult, ...]

    def results(self, plugins: Sequence[UsedPlugin] = (), lang: str = "zh") -> Results:
        record = run_record(self.assessment, plugins)
        return results_of(self.assessment, self.quotas, record, "zh" if lang == "zh" else "en")

    def quota(self, place: str = "") -> QuotaResult:
        return next(item for item in self.quotas if (item.place.name if item.place is not None else "") == place)


def compile_rules(text: str, on: date = ON) -> Compiled:
    """The plan of one rule file; its findings fail the test."""
    pack = ProgrammePack("stars", "1.0", (Resource("stars/a.rules", text.encode()),), title="星级商户")
    findings = Findings()
    try:
        return open_programme(pack, findings).compile(None, on, findings)
    except Stopped as stopped:
        raise AssertionError(render_all(stopped.findings)) from None


def run(folder: Path, rules: str, files: Mapping[str, str], on: date = ON) -> Made:
    """Compile the rules, read the files in the order given and assess."""
    compiled = compile_rules(rules, on)
    paths = []
    for name, text in files.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    register, table, findings = read_facts(paths, compiled.schema, "2021", "2020")
    assert not findings.errors, render_all(findings)
    assessment = assess({"": compiled.plan}, register, table, on)
    return Made(compiled, assessment, quotas(assessment))


def register(rows: Sequence[str]) -> str:
    """A register of two streets of a town, then `rows`: id,name,street."""
    lines = ["编号,名称,类别,上级,起,止,并入", "T,东镇,镇,,,,", "A,甲街,街,T,,,", "B,乙街,街,T,,,"]
    lines += [f"{unit},{name},店,{street},,," for unit, name, street in (row.split(",") for row in rows)]
    return "\n".join(lines) + "\n"


def facts(rows: Sequence[str]) -> str:
    """Facts of shops: id,reviews,open kitchen; a blank is unknown."""
    return "编号,期,好评数,明厨\n" + "".join(f"{unit},2021,{rest}\n" for unit, rest in (row.split(",", 1) for row in rows))


def shops(a: str, b: str = "") -> dict[str, str]:
    """Files for shops of street A and street B, one letter each: y holds the star, n does not, ? is undetermined."""
    said = {"y": "90,是", "n": "0,否", "?": "90,"}
    units = [(f"{street}{index}", street, kind) for street, kinds in (("A", a), ("B", b)) for index, kind in enumerate(kinds)]
    return {
        "登记.csv": register([f"{unit},店{unit},{street}" for unit, street, _ in units]),
        "事实.csv": facts([f"{unit},{said[kind]}" for unit, _, kind in units]),
    }
