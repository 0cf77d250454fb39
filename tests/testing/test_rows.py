"""Rows of a list in a case: fields count where a line asks for them, and each wrong row is a finding at its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flagrules.pipeline import open_programme
from flagrules.plugin.packs import Resource
from flagrules.testing.run import Report, compiler, run_cases
from flagrules.text.findings import Findings
from flagrules.text.source import Span
from tests.rulekit import HEAD, programme_pack

RULES = (
    HEAD
    + """\
事实 事故：记录（起）
  字段 级别：选项（轻、重）
  字段 人数：人数 0人~9人
称号 平安 适用 村：20分
  授予 得分 10分以上
  指标 1 事故：20分
    每1起 事故 其中 级别 = 重 扣5分，扣完为止
    每1人 合计（事故，人数）扣1分，不足一步不计，扣完为止
"""
)


def run(rows: str, points: str) -> tuple[Report, Findings]:
    pack = programme_pack(RULES)
    text = f"用例:\n  - 名: 甲\n    单元: 村\n    事实: {{事故: {rows}}}\n    期望: {{指标 1: {points}}}\n"
    findings = Findings()
    compile_on = compiler(open_programme(pack, findings), None)
    return run_cases(compile_on, replace(pack, tests=(Resource("city/tests/a.yaml", text.encode()),)), findings), findings


@pytest.mark.parametrize(
    ("rows", "points"),
    [
        ("[]", "20分"),
        ("[{级别: 重, 人数: 2人}]", "13分"),  # 5 for a grave one, 2 for two people
        ("[{级别: 轻, 人数: 2人}, {级别: 重, 人数: 0人}]", "13分"),
        ("[{级别: 轻, 人数: 1人}, {人数: 1人}]", "13分~18分"),  # the second may be grave
    ],
)
def test_rows_count_by_their_fields(rows: str, points: str) -> None:
    report, findings = run(rows, points)
    assert (report.passed, [item.code for item in findings]) == (1, [])


@pytest.mark.parametrize(
    ("rows", "code", "at"),
    [
        ("[重]", "FR903", "重"),
        ("[{等级: 重}]", "FR928", "等级"),
        ("[{人数: 2起}]", "FR911", "2起"),
        ("[{人数: [2人]}]", "FR903", "[2人]"),
    ],
)
def test_a_wrong_row_is_found_at_its_place(rows: str, code: str, at: str) -> None:
    _, findings = run(rows, "0分~20分")
    (item,) = findings
    assert item.code == code
    assert isinstance(item.place, Span)
    assert item.place.text == at
