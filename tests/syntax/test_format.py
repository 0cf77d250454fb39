"""The formatter: canonical form by example, and its laws over generated files and every rule file of the repository."""
# ruff: noqa: E501  # one case a line

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flagrules.syntax import ast
from flagrules.syntax.format import aliases_of, fix_source, format_source
from flagrules.syntax.parser import parse
from flagrules.text.findings import Findings
from flagrules.text.source import Source
from flagrules.text.width import width
from tests.syntax import made

ROOT = Path(__file__).parents[2]
RULE_FILES = sorted(
    path
    for folder in ("plugins", "counties", "tests", "docs")
    for pattern in ("*.rules", "*.rules.md")
    for path in (ROOT / folder).rglob(pattern)
    if "bad" not in path.parts
)


def read(text: str, label: str = "a.rules") -> tuple[ast.RuleFile, Findings]:
    findings = Findings()
    return parse(Source(label, text), findings), findings


def fmt(text: str, lang: str = "zh", label: str = "a.rules", names: dict[str, str] | None = None) -> str:
    return format_source(Source(label, text), "zh" if lang == "zh" else "en", None, names)


def comments(text: str) -> list[str]:
    bare = re.sub(r'“[^”\n]*”|"[^"\n]*"|《[^》\n]*》', "", text)
    return sorted(match.strip() for match in re.findall(r"[#＃].*", bare))


def assert_laws(text: str, label: str = "a.rules") -> None:
    before, findings = read(text, label)
    assert not findings.errors, [str(item) for item in findings]
    chinese = fmt(text, "zh", label)
    english = fmt(chinese, "en", label)
    assert fmt(chinese, "zh", label) == chinese
    assert fmt(english, "en", label) == english
    assert fmt(english, "zh", label) == chinese
    assert fmt(text, "en", label) == english
    assert read(chinese, label)[0] == before
    assert comments(chinese) == comments(english) == comments(text)
    if not aliases_of(before):
        assert read(english, label)[0] == before


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made.files)
def test_the_laws_hold_for_generated_files(text: str) -> None:
    assert_laws(text)


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.name)
def test_the_laws_hold_for_the_rule_files_of_the_repository(path: Path) -> None:
    assert_laws(path.read_text("utf-8"), path.name)


LINES = [
    ("事实 a：数量（度） - 20度~40度", "事实 a：数量（度） -20度~40度", "fact a: quantity(度) -20度~40度"),
    ("事实 a：百分点 -30个百分点~-5个百分点", "事实 a：百分点 -30个百分点~-5个百分点", "fact a: points_of_percent -30 percentage_points~-5 percentage_points"),
    ("参数 a：分数 = - 5分", "参数 a：分数 = -5分", "parameter a: points_value = -5 points"),
    ("事实 a：是否\n  采信 b=c/d", "事实 a：是否\n  采信 b = c、d", "fact a: yes_no\n  accepted_when b = c/d"),
    ('事实 a：是否\n  采信 b="2021"、“二”', "事实 a：是否\n  采信 b = “2021”、“二”", 'fact a: yes_no\n  accepted_when b = "2021"/"二"'),
    ("事实 水质：选项（Ⅲ类/Ⅴ类）", "事实 水质：选项（Ⅲ类、Ⅴ类）", "fact 水质: choice(Ⅲ类/Ⅴ类)"),
    ("事实 a:次数 0次~366次", "事实 a：次数 0次~366次", "fact a: count_of_times 0 times~366 times"),
    ("参数 a:金额(万元) [甲 4.3]", "参数 a：金额（万元） 〔甲 4.3〕", "parameter a: money(wan_yuan) [甲 4.3]"),
    ("创建单元 村 、 社区", "创建单元 村、社区", "subjects 村/社区"),
    ("考核对象 村", "创建单元 村", "subjects 村"),
    ('方案 甲 版本 "1"', "方案 甲 版本 “1”", 'programme 甲 version "1"'),
    ("红旗 甲 适用 村 : 100 points", "红旗 甲 适用 村：100分", "flag 甲 for 村: 100 points"),
    ("star 甲 for 村: 100分", "星级 甲 适用 村：100分", "star 甲 for 村: 100 points"),
    ("名额 村 甲 占比 15% 以上", "名额 村 甲 占比 15%以上", "quota 村 甲 share 15% or_more"),
    ("名额 村 甲 每个 县 3个 ~ 5个", "名额 村 甲 每个 县 3个~5个", "quota 村 甲 per 县 3 pieces~5 pieces"),
    ("等次 甲 适用 村 当 红旗数=5面", "等次 甲 适用 村 当 红旗数 = 5面", "tier 甲 for 村 when flag_count = 5 flags"),
    (
        "等次 甲 适用 村 当 a＋b×(c-1) ≠ -2",
        "等次 甲 适用 村 当 a + b ×（c - 1） ≠ -2",
        "tier 甲 for 村 when a + b × (c - 1) ≠ -2",
    ),
    (
        "等次 甲 适用 村 当 并 不适用 或者 a 12批以上",
        "等次 甲 适用 村 当 并 不适用 或 a 12批以上",
        "tier 甲 for 村 when 并 not_applicable or a 12批 or_more",
    ),
    ("职责 “甲”由 “乙”", "职责 “甲” 由 “乙”", 'duty "甲" by "乙"'),
    ('职责 “说"好"”', '职责 “说"好"”', 'duty “说"好"”'),
]


@pytest.mark.parametrize(("written", "chinese", "english"), LINES)
def test_a_line_in_canonical_form(written: str, chinese: str, english: str) -> None:
    assert fmt(written) == chinese + "\n"
    assert fmt(written, "en") == english + "\n"


INDICATOR = "红旗 甲 适用 村：100分\n  指标 1 乙：100分\n"
UNDER = [
    ("当 a 80% 以上的,得20分,否则 得 0分。", "当 a 80%以上，得20分，否则 得0分", "when a 80% or_more, score 20 points, else score 0 points"),
    ("当 a 且 非 b 得满分", "当 a 且 非 b，得满分", "when a and not b, full_points"),
    ("当 较大值( a , b )超过 3 得 -2分", "当 较大值（a，b） 超过3，得-2分", "when larger(a, b) above 3, score -2 points"),
    ("不适用 当 a = 0 则 折算", "不适用 当 a = 0，则 折算", "not_applicable when a = 0, then rescale"),
    ("不适用 则 得 5分", "不适用 则 得5分", "not_applicable then score 5 points"),
    ("每 1 个百分点 a 低于 90% 扣 2分 ,不足一步不计", None, None),
    ("每 1个百分点 a 低于 90% 扣 2分 ,不足一步不计", "每1个百分点 a 低于90% 扣2分，不足一步不计", "each 1 percentage_points a short_of 90% deduct 2 points, whole_steps"),
    ("每缺 1项 a 扣 2分,最多扣 10分", "每缺1项 a 扣2分，最多扣10分", "each_missing 1 items a deduct 2 points, at_most_deduct 10 points"),
    ("一票否决 当 a 则 本星不授", "一票否决 当 a，则 本星不授", "veto when a, then deny_star"),
    ("封顶 20 分", None, None),
    ("中间值 应建数=进位(a÷2500人,0位)×1 个", None, None),
    ("中间值 应建数=进位(a÷2500人,0位)×1个", "中间值 应建数 = 进位（a ÷ 2500人，0位） × 1个", "let 应建数 = round_up(a ÷ 2500 people, 0 decimals) × 1 pieces"),
    ("当 若(a,b,c) 3分 以上 得 ( b×20分 )", "当 若（a，b，c） 3分以上，得（b × 20分）", "when if(a, b, c) 3 points or_more, score (b × 20 points)"),
    ("当 达到项数( a 、b 3次以上 ) = 2项 得满分", "当 达到项数（a、b 3次以上） = 2项，得满分", "when count_true(a/b 3 times or_more) = 2 items, full_points"),
    ("当 字数( a )10字以下 得满分", "当 字数（a） 10字以下，得满分", "when length_of(a) 10 characters or_less, full_points"),
    (
        "当 去极值平均( a ,b,其中 c 且 d,没有则 0分 )80分以上 得满分",
        "当 去极值平均（a，b，其中 c 且 d，没有则 0分） 80分以上，得满分",
        "when trimmed_mean_of(a, b, where c and d, if_none 0 points) 80 points or_more, full_points",
    ),
    (
        "按公式 往期平均( a,2期 )÷10000元×1分,保留1位 四舍五入,封顶10分",
        "按公式 往期平均（a，2期） ÷ 10000元 × 1分，保留1位 四舍五入，封顶 10分",
        "formula past_mean(a, 2 periods) ÷ 10000 yuan × 1 points, keep 1 decimals half_up, cap 10 points",
    ),
    (
        "每 1起 a 其中 b 3人以上 不满 6人 扣 5分,逐次翻倍,扣完为止",
        "每1起 a 其中 b 3人以上 不满6人 扣5分，逐次翻倍，扣完为止",
        "each 1 cases a where b 3 people or_more below 6 people deduct 5 points, double_each_time, until_zero",
    ),
    ("矩阵 a×b 扣,扣完为止", "矩阵 a × b 扣，扣完为止", "matrix a × b deduct, until_zero"),
    ("免检 当 a 则 得满分", "免检 当 a，则 得满分", "exempt when a, then full_points"),
    ("取最高", "取最高", "take_highest"),
    ("当 a - 5度 以上 得3分", "当 a -5度以上，得3分", "when a -5度 or_more, score 3 points"),
    ("当 a - b 5度 以上 得3分", "当 a - b 5度以上，得3分", "when a - b 5度 or_more, score 3 points"),
    ("当 a - b - 5度 以上 得3分", "当 a - b -5度以上，得3分", "when a - b -5度 or_more, score 3 points"),
    ("每1度 a 低于 - 5度 扣1分,扣完为止", "每1度 a 低于-5度 扣1分，扣完为止", "each 1度 a short_of -5度 deduct 1 points, until_zero"),
    ("评议 - 3分~5分 由 b", "评议 -3分~5分 由 b", "judged -3 points~5 points by b"),
    ("保底 - 5分", "保底 -5分", "floor -5 points"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "chinese", "english"), UNDER)
def test_a_line_under_an_indicator_in_canonical_form(written: str, chinese: str | None, english: str | None) -> None:
    text = f"{INDICATOR}    {written}\n"
    if chinese is None:
        assert fmt(text) == text
        assert read(text)[1].errors
        return
    assert fmt(text) == f"{INDICATOR}    {chinese}\n"
    assert fmt(text, "en").splitlines()[-1].strip() == english


BANDS = """红旗 甲 适用 村：100分
  指标 1 乙：100分
    分档 党员活动次数
        12次以上的，得20分；
        # 中间一档
        6次以上 不满12次得12分 〔甲 1〕
        其余 得0分。
    分档 a
        9次以上 得1分
        其余 不得分
"""


def test_outcomes_of_neighbouring_bands_stand_in_one_display_column() -> None:
    lines = fmt(BANDS).splitlines()
    assert lines[3] == "      12次以上          得20分"
    assert lines[4] == "      # 中间一档"
    assert lines[5] == "      6次以上 不满12次  得12分 〔甲 1〕"
    assert lines[6] == "      其余              得0分"
    assert lines[8] == "      9次以上  得1分"
    columns = {width(lines[row][: lines[row].index("得")]) for row in (3, 5, 6)}
    assert columns == {24}


def test_english_bands_are_aligned_too() -> None:
    lines = fmt(BANDS, "en").splitlines()
    assert lines[3] == "      12 times or_more                score 20 points"
    assert lines[6] == "      otherwise                       score 0 points"


def test_comments_above_beside_and_at_the_end_and_single_empty_lines_are_kept() -> None:
    text = "# 题头\n\n\n# 说明\n方案 甲 版本 “1” # 旁边\n\n\n   # 里面\n   标题 “乙”\n事实 a：次数\n  # 最后\n\n"
    assert fmt(text) == "# 题头\n\n# 说明\n方案 甲 版本 “1”  # 旁边\n\n  # 里面\n  标题 “乙”\n事实 a：次数\n# 最后\n"


def test_a_statement_over_several_lines_becomes_one() -> None:
    text = "等次 甲 适用 村 当 （a 3次以上   \n      或 b\n      或 c）  # 为什么\n"
    assert fmt(text) == "等次 甲 适用 村 当（a 3次以上 或 b 或 c）  # 为什么\n"


NAMED = "事实 活动次数：次数\n  别名 visits\n参数 目标：比例\n等次 甲 适用 村 当 活动次数 目标 以上\n"


def test_names_with_an_alias_are_translated_and_come_back() -> None:
    english = fmt(NAMED, "en")
    assert english == (
        "fact visits: count_of_times\n  alias 活动次数\nparameter 目标: ratio\ntier 甲 for 村 when visits 目标 or_more\n"
    )
    assert fmt(english) == NAMED


def test_names_of_other_files_are_translated_by_the_mapping() -> None:
    text = "等次 甲 适用 村 当 满意度 80%以上\n"
    english = fmt(text, "en", names={"满意度": "satisfaction"})
    assert english == "tier 甲 for 村 when satisfaction 80% or_more\n"
    assert fmt(english, names={"满意度": "satisfaction"}) == text


@pytest.mark.parametrize("alias", ["people", "and", "活动", "score"])
def test_an_alias_that_is_a_word_of_the_language_or_not_english_changes_nothing(alias: str) -> None:
    text = f"事实 活动次数：次数\n  别名 {alias}\n"
    if alias in ("and", "score"):
        assert read(text)[1].errors
    else:
        assert "fact 活动次数: count_of_times" in fmt(text, "en")


def test_two_names_with_one_alias_stay_as_they_are() -> None:
    text = "事实 甲：次数\n  别名 a\n事实 乙：次数\n  别名 a\n"
    assert aliases_of(read(text)[0]) == {}
    assert "fact 甲" in fmt(text, "en")


LITERATE = """# 方案  说明

正文里的 事实 a:次数 不动。

```规则
# 块首
方案 甲 版本 "1"
# 块尾
```

  ```python
事实 b:次数
```
```规则
   标题 "乙"
```
末行"""


def test_in_a_literate_file_only_the_blocks_change() -> None:
    expected = LITERATE.replace('方案 甲 版本 "1"', "方案 甲 版本 “1”").replace('   标题 "乙"', "  标题 “乙”")
    assert fmt(LITERATE, label="a.rules.md") == expected


def test_a_file_that_cannot_be_read_is_returned_as_it_is_with_its_findings() -> None:
    findings = Findings()
    text = "事实 a:次数\n嗯嗯 b\n"
    assert format_source(Source("a.rules", text), "zh", findings) == text
    assert [item.code for item in findings] == ["FR100"]


@pytest.mark.parametrize("text", ["", "\n\n", "# 只有说明\n", "# 一\n\n# 二"])
def test_files_without_statements(text: str) -> None:
    assert comments(fmt(text)) == comments(text)
    assert fmt(fmt(text)) == fmt(text)


def test_fix_mends_margins_glued_words_and_blanks_before_units_and_formats() -> None:
    text = (
        "事实 满意度:比例\n事实 活动:次数\n红旗 甲 适用 村:100分\n\t指标 1 乙:100分\n"
        "\t\t当 满意度80%以上且活动3次以上，得20分\n\t\t每1 次 活动扣2分\n"
    )
    fixed, applied = fix_source(Source("a.rules", text))
    assert fixed == (
        "事实 满意度：比例\n事实 活动：次数\n红旗 甲 适用 村：100分\n  指标 1 乙：100分\n"
        "    当 满意度 80%以上 且 活动 3次以上，得20分\n    每1次 活动 扣2分\n"
    )
    assert [item.code for item in applied] == ["FR103", "FR103", "FR108", "FR103", "FR120", "FR108"]
    assert not read(fixed)[1].errors


def test_fix_leaves_what_only_the_author_can_decide() -> None:
    fixed, applied = fix_source(Source("a.rules", "方案 甲 版本 “1”\n\t标题 “乙”\n事买 b：次数\n"))
    assert fixed == "方案 甲 版本 “1”\n  标题 “乙”\n事买 b：次数\n"
    assert [item.code for item in applied] == ["FR103"]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=' \t\n　事实甲:：次数得分12〔〕()“”"#当且\0', max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    for label in ("a.rules", "a.rules.md"):
        formatted = fmt(text, label=label)
        assert fmt(formatted, label=label) == formatted
    fix_source(Source("a.rules", text))
