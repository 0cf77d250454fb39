"""A county's rules in several files: each has its own 县 line, all say the same, and what stands under them counts together."""

from __future__ import annotations

from fractions import Fraction

import pytest

from flagrules.pipeline import Compiled, open_programme
from flagrules.plugin.packs import RefinementPack, Resource
from flagrules.text.findings import Findings, Stopped
from tests.rulekit import HEAD, ON, cited, programme_pack

CITY = """\
参数 甲额：金额（元）
  授权 各县 设定 1元~9元 〔例文 1〕
参数 乙额：金额（元）
  授权 各县 设定 1元~9元 〔例文 1〕
"""
COUNTY = "县 甲县 990001 落实 例 版本 “1”"
FIRST = f"{COUNTY}\n  设定 甲额 = 2元 依 例文 1"


def opened(*texts: str, sample: str = "", switched_on: bool = False) -> tuple[Compiled | None, list[str]]:
    """The county of these files, the last of them among its samples, and its findings."""
    findings = Findings()
    rules = tuple(Resource(f"county/rules/{index}.rules", cited(text).encode()) for index, text in enumerate(texts))
    samples = (Resource("county/sample/a.rules", cited(sample).encode()), Resource("county/sample/a.csv", b"")) if sample else ()
    county = RefinementPack("county", "0", rules, samples=samples, code="990001", programme="city", name="甲县")
    city = open_programme(programme_pack(HEAD + CITY), findings)
    try:
        return city.compile(county.with_sample_settings() if switched_on else county, ON, findings), [f.code for f in findings]
    except Stopped:
        return None, [f"{item.code} {item.place}" for item in findings.errors]


def values(made: Compiled | None) -> dict[str, Fraction | None]:
    assert made is not None
    return {name: rule.value for name, rule in made.plan.parameters.items()}  # type: ignore[misc]  # no table here


def test_two_files_count_together() -> None:
    made, codes = opened(FIRST, f"{COUNTY}\n  设定 乙额 = 3元 依 例文 1")
    assert values(made) == {"甲额": 2, "乙额": 3}
    assert "FR402" not in codes


def test_one_parameter_set_in_two_files_is_refused() -> None:
    made, codes = opened(FIRST, FIRST)
    assert made is None
    assert codes == ["FR420 county/rules/1.rules:2:3"]


@pytest.mark.parametrize(
    "second",
    [
        "县 乙县 990001 落实 例 版本 “1”",
        "县 甲县 990002 落实 例 版本 “1”",
        "县 甲县 落实 例 版本 “1”",
        "县 甲县 990001 落实 别例 版本 “1”",
        "县 甲县 990001 落实 例 版本 “2”",
        f"{COUNTY}\n  施行 2021年6月1日起",
    ],
)
def test_another_head_is_refused_at_its_line(second: str) -> None:
    made, codes = opened(FIRST, second)
    assert made is None
    assert codes == ["FR402 county/rules/1.rules:1:1"]


def test_a_second_head_in_one_file_is_refused() -> None:
    made, codes = opened(f"{FIRST}\n{COUNTY}")
    assert made is None
    assert codes == ["FR402 county/rules/0.rules:3:1"]


def test_sample_settings_count_only_when_switched_on() -> None:
    sample = f"{COUNTY}\n  设定 乙额 = 4元 依 例文 1"
    assert values(opened(FIRST, sample=sample)[0]) == {"甲额": 2, "乙额": None}
    assert values(opened(FIRST, sample=sample, switched_on=True)[0]) == {"甲额": 2, "乙额": 4}


def test_a_sample_setting_keeps_to_its_delegation() -> None:
    made, codes = opened(FIRST, sample=f"{COUNTY}\n  设定 乙额 = 10元 依 例文 1", switched_on=True)
    assert made is None
    assert codes == ["FR413 county/sample/a.rules:2:3"]


def test_a_sample_setting_never_replaces_what_a_county_set() -> None:
    made, codes = opened(FIRST, sample=FIRST, switched_on=True)
    assert made is None
    assert codes == ["FR420 county/sample/a.rules:2:3"]
