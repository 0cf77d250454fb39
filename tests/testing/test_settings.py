"""Cases of a county with its sample settings switched on: by the head of the file, by the command, and not without either."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flagrules.pipeline import open_programme
from flagrules.plugin.packs import ProgrammePack, RefinementPack, Resource
from flagrules.testing.run import compiler, run_cases
from flagrules.text.findings import Findings
from flagrules.text.render import to_text

RULES = """\
方案 例 版本 “1”
文件 办法 《办法》
创建单元 村
参数 奖金：金额（万元） 〔办法 1〕
  授权 各下级 设定 1万元~3万元 〔办法 1〕
事实 甲：是否
称号 牌 适用 村 〔办法 1〕
  授予 当 甲 〔办法 1〕
等次 一 适用 村 当 获得 牌 〔办法 1〕
  补贴 县级 奖金 〔办法 1〕
"""
HEAD = "县 甲县 990001 落实 例 版本 “1”\n"
SETTINGS = HEAD + "  设定 奖金 = 2万元 依 办法 1 〔假定 “样例”〕\n"
CASE = "用例:\n  - {名: 一, 单元: 村, 事实: {甲: 是}, 期望: {补贴: {县级: %s}}}\n"


def told(*, expected: str, head: str = "", switched_on: bool = False, settings: str = SETTINGS) -> list[str]:
    """The codes of the findings of one case of the county."""
    findings = Findings()
    programme = open_programme(ProgrammePack("a", "1.0", (Resource("a/a.rules", RULES.encode()),), title="例"), findings)
    cases = Resource("b/tests/b.yaml", (head + CASE % expected).encode())
    samples = (Resource("b/sample/settings.rules", settings.encode()),) if settings else ()
    county = RefinementPack(
        "b", "1.0", (Resource("b/b.rules", HEAD.encode()),), (), (cases,), samples, code="990001", programme="a", name="甲县"
    )
    county = county.with_sample_settings() if switched_on else county
    run_cases(compiler(programme, county), county, findings)
    assert all(to_text(item) for item in findings)
    return [item.code for item in findings.errors]


@pytest.mark.parametrize("head", ["样例设定: 是\n", "sample_settings: yes\n"])
def test_the_head_of_the_file_switches_them_on(head: str) -> None:
    assert told(head=head, expected="2万元") == []
    assert told(head=head, expected="1万元~3万元") == ["FR951"]


@pytest.mark.parametrize("head", ["", "样例设定: 否\n", "样例设定:\n"])
def test_without_it_nothing_is_set(head: str) -> None:
    assert told(head=head, expected="1万元~3万元") == []
    assert told(head=head, expected="2万元") == ["FR951"]


def test_switched_on_by_the_command_they_are_there_once() -> None:
    assert told(head="样例设定: 是\n", expected="2万元", switched_on=True) == []
    assert told(expected="2万元", switched_on=True) == []


def test_a_county_without_any_is_told() -> None:
    assert told(head="样例设定: 是\n", expected="2万元", settings="") == ["FR932"]


def test_settings_twice_in_a_pack_are_one() -> None:
    pack = RefinementPack("b", "1.0", (), (), (), (Resource("b/sample/s.rules", b""),), code="990001", programme="a", name="甲县")
    assert pack.with_sample_settings().with_sample_settings() == replace(pack, rules=pack.samples)
