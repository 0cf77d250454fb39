"""The stars programme of these tests, opened once, and its cases run from text."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from flagrules.pipeline import open_programme
from flagrules.plugin.folder import read_folder
from flagrules.plugin.packs import ProgrammePack, Resource
from flagrules.testing.run import CompileOn, Report, compiler, run_cases
from flagrules.text.findings import Findings

STARS = Path(__file__).parent / "stars"
STARS_HEAD = """\
方案 stars 版本 “1”
  称谓 “星” “颗”
  施行 2021年1月1日 起
文件 办法 《星级小区办法》
"""
NEIGHBOURS = """\
  指标 {number} 邻里：{points}分 〔办法 2〕
    当 下级占比（户，获得 文明户，没有则 0%） 50%以上，得满分，否则 不得分 〔办法 2〕
称号 文明户 适用 户：10分 〔办法 2〕
  授予 得分 10分以上 〔办法 2〕
  指标 3 文明：10分 〔办法 2〕
    当 文明，得满分，否则 不得分 〔办法 2〕
"""


@cache
def stars() -> tuple[ProgrammePack, CompileOn]:
    """The pack and its rules."""
    findings = Findings()
    pack = read_folder(STARS, "stars", findings)
    assert isinstance(pack, ProgrammePack), list(findings)
    return pack, compiler(open_programme(pack, findings), None)


def run(*texts: str) -> tuple[Report, Findings]:
    """The report of case files given as text: a.yaml, b.yaml …"""
    pack, compile_on = stars()
    files = tuple(Resource(f"stars/tests/{chr(97 + index)}.yaml", text.encode()) for index, text in enumerate(texts))
    findings = Findings()
    return run_cases(compile_on, replace(pack, tests=files), findings), findings
