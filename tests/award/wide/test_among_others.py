"""Rules that look at other units, over columns: ranks, means, shares of those a unit holds, what its holder has; and units in units."""

from __future__ import annotations

from pathlib import Path
from random import Random

import polars as pl
import pytest

from flagrules.award.assess import Assessment, assess, holders_of
from flagrules.award.quotas import quotas
from flagrules.award.results.run_record import run_record
from flagrules.award.results.shape import Results
from flagrules.award.results.tables import results_of
from flagrules.award.wide import parts, run
from flagrules.award.wide.beyond import beyond_columns
from flagrules.award.wide.decoded import LINES, contradicted
from flagrules.award.wide.looked_at import LOOKED_AT, others_of
from flagrules.award.wide.recall import kept_in, recall, trace_of
from flagrules.award.wide.scatter import scatter
from flagrules.engine.inputs import expressions
from flagrules.facts.log import Log
from flagrules.pipeline import Compiled
from flagrules.semantics import expr as e
from tests.award.wide.small import KEYS, both, interpreted, ran
from tests.award.wide.test_scatter import backwards, files
from tests.rulekit import ON, compiled

RULES = """\
方案 例 版本 “1”
  称谓 “牌子” “块”
  施行 2021年1月1日 至 2021年12月31日
文件 例文 《例文》
创建单元 村、户
上级单元 县、村
事实 收入：次数 0次~100次 可不适用 适用 村
事实 票数：次数 0次~30次 适用 村
事实 文明：是否 适用 户
事实 积分：分数 0分~10分 适用 户
参数 门槛：比例 〔例文 1〕
  授权 各县 设定 10%~90% 〔例文 1〕
称号 富 适用 村：100分
  授予 名次（得分，从高到低，每个 县，并列未定） 3名以下
  等级 一等 当 名次（得分，从高到低，并列同名次） 1名以下
  等级 二等 当 名次（票数，从低到高，并列未定） 9名以下
  指标 1 收入：60分
    授权 各县 细化 〔例文 1〕
    按比例 收入 ÷ 100次，保留1位 四舍五入
    不适用 则 得0分
  指标 2 邻居：40分
    当 下级占比（户，获得 好户，没有则 0%） 门槛 以上，得满分，否则 不得分
称号 齐 适用 村：10分
  授予 得分 5分以上
  指标 3 不低于平均：10分
    每1次 票数 低于 同类平均（票数，每个 县，不含本单元，没有则 5次） 扣1分，不足一步不计，扣完为止
称号 好户 适用 户：10分
  授予 名次（得分，从高到低，每个 村，并列未定） 2名以下 且 文明
  指标 4 积分：10分
    按比例 积分 ÷ 10分，精确
称号 沾光 适用 户：10分
  授予 得分 5分以上
  指标 5 村里：10分
    当 上级（村，得分（富），没有则 0分） 60分以上，得10分，否则 得0分
等次 一块 适用 村 当 称号数 1块以上
  补贴 市级 1.5万元
等次 好人家 适用 户 当 称号数 1块以上
名额 村 一块 每个 县 2个~3个
名额 户 好人家 每个 村 1个~2个
"""
COUNTY = "县 甲县 990001 落实 例 版本 “1”\n  施行 2021年1月1日起\n  设定 门槛 = 20% 依 例文 1\n"
COUNTY += (  # its points are known a pass later than those of the others, with which they are ranked
    "  细化 1 收入 依 例文 1\n    指标 1.1 收入子：60分\n"
    "      每1次 票数 低于 同类平均（票数，含本单元） 扣5分，不足一步不计，扣完为止\n"
)
VILLAGES, HOUSES = 14, 40
pytestmark = pytest.mark.usefixtures("looked_up")


@pytest.fixture(scope="module")
def rules() -> dict[str, Compiled]:
    return both(RULES, COUNTY)


def written(folder: Path, seed: int = 0) -> dict[str, Path]:
    """Villages of two counties and one that lies in none, households between them, some cells unknown, some units gone."""
    source = Random(seed)
    villages = [f"99000{1 + n % 2}{n:06}" for n in range(VILLAGES)]
    houses = [f"H{n:03}" for n in range(HOUSES)]
    order = [*villages, *houses]
    source.shuffle(order)
    lies = {name: None if n == 6 else name[:6] for n, name in enumerate(villages)}
    lies |= {name: source.choice(villages[:9]) for name in houses}
    last = {villages[3]: "2021-11-30", houses[5]: "2021-06-30"}
    folder.mkdir(parents=True)
    pl.DataFrame({
        "编号": ["990001", "990002", *order], "名称": ["甲县", "乙县", *(f"单元{name}" for name in order)],
        "类别": ["县", "县", *("户" if name in houses else "村" for name in order)],
        "上级": [None, None, *(lies[name] for name in order)], "止": [None, None, *(last.get(name) for name in order)],
    }).write_parquet(folder / "register.parquet")  # fmt: skip

    def some(values: list[int | bool], names: list[str], unknown: float) -> list[int | bool | None]:
        return [None if name not in names or source.random() < unknown else source.choice(values) for name in order]

    pl.DataFrame([
        pl.Series("编号", order), pl.Series("期", ["2021"] * len(order)),
        pl.Series("收入", some([*range(0, 101, 10)], villages, 0.2), dtype=pl.Int16),
        pl.Series("收入/不适用", [name in villages and source.random() < 0.1 for name in order]),
        pl.Series("票数", some([*range(12)], villages, 0.1 if seed % 2 else 0), dtype=pl.Int16),
        pl.Series("文明", some([True, True, False], houses, 0.1), dtype=pl.Boolean),
        pl.Series("积分", some([*range(11)], houses, 0.15), dtype=pl.Int16),
    ]).with_columns(pl.when("收入/不适用").then(None).otherwise("收入").alias("收入")).write_parquet(folder / "facts.parquet")  # fmt: skip
    return {"facts.parquet": folder / "facts.parquet", "register.parquet": folder / "register.parquet"}


@pytest.fixture(params=[(0, 100), (1, 100), (2, 7), (3, 7)], ids=str)
def given(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The files of a seed, in slices of a size."""
    seed, size = request.param
    monkeypatch.setattr(run, "slice_size", lambda _facts: size)
    return written(tmp_path / "in", seed)


def test_every_table_is_the_interpreter_s(given: dict[str, Path], rules: dict[str, Compiled], tmp_path: Path) -> None:
    assert beyond_columns([item.plan for item in rules.values()], rules[""].schema) is None
    ours = same_tables(rules, given, tmp_path / "out")
    assert {row[3] for row in ours.table("quotas").rows} == {"一块", "好人家"}


def same_tables(rules: dict[str, Compiled], paths: dict[str, Path], out: Path) -> Results:
    """The tables of both, which are the same."""
    assessment = interpreted(rules, paths)
    theirs = results_of(assessment, quotas(assessment), run_record(assessment, ()))
    ours: Results = ran(rules, paths, out)
    for key in KEYS:
        assert ours.table(key).rows == theirs.table(key).rows, key
    return ours


def outcomes(assessment: Assessment) -> set[tuple[str, str]]:
    return {(title.name, title.outcome) for item in assessment.units for title in item.titles}


def test_every_unit_s_trace_is_the_interpreter_s(given: dict[str, Path], rules: dict[str, Compiled], tmp_path: Path) -> None:
    assessment = interpreted(rules, given)
    assert len(outcomes(assessment)) >= 9, "every title granted, refused and open"
    ran(rules, given, tmp_path / "out")
    kept = kept_in(tmp_path / "out")
    assert len(assessment.units) == VILLAGES + HOUSES - 2
    for item in assessment.units:
        (row,) = trace_of(kept, item.unit.id)
        assert contradicted(item, assessment.plan_of(item), [row], tmp_path / "out" / LINES) == "", item.unit.id
        for title in item.titles:
            assert row[f"outcome:{title.name}"] == title.outcome


def test_a_unit_is_explained_among_the_others_of_its_place(given: dict[str, Path], rules: dict[str, Compiled], tmp_path: Path) -> None:
    """From what the run kept of them: their own files are not read again."""
    assessment, plans = interpreted(rules, given), {code: item.plan for code, item in rules.items()}
    ran(rules, given, tmp_path / "out")
    kept = kept_in(tmp_path / "out")
    met = 0
    for item in assessment.units:
        log = Log()
        register, table = recall(kept, rules[""].schema, item.unit.id, log)
        figures = [one for expr in expressions(plans[item.authority].for_subject(item.unit.kind)) for one in e.across_read(expr)]
        others = others_of(tmp_path / "out" / LOOKED_AT, item.unit, holders_of(register, item.unit), figures)
        found = assess(plans, register, table, ON, crowd=others.crowd).unit(item.unit.id)
        assert found is not None
        assert found.steps == item.steps, item.unit.id
        met += len(others.units)
        if item.unit.kind == "户":
            assert len(others.units) < HOUSES // 2, "those of its village alone"
    assert met > 2 * len(assessment.units)


def test_a_cluster_leaves_the_same_bytes(given: dict[str, Path], rules: dict[str, Compiled], tmp_path: Path) -> None:
    """Every pass is scattered; slices come back in another order."""
    ran(rules, given, tmp_path / "one")
    ran(rules, given, tmp_path / "other", scatter("cloud", backwards, "there"))
    one, other = files(tmp_path / "one"), files(tmp_path / "other")
    assert LOOKED_AT in one
    assert {name: other[name] == data for name, data in one.items() if name != "run.json"} == dict.fromkeys(one.keys() - {"run.json"}, True)


PLAIN = """\
称号 独 适用 村：10分
  授予 得分 5分以上
  指标 3 票数：10分
    按比例 票数 ÷ 30次，保留1位 四舍五入
"""


def test_where_no_unit_looks_at_another_nothing_is_kept_of_others(tmp_path: Path) -> None:
    """Nor are there titles for households."""
    text = RULES[: RULES.index("参数")] + PLAIN
    same_tables({"": compiled(text)}, written(tmp_path / "in"), tmp_path / "out")
    assert (tmp_path / "out" / LINES).exists()
    assert not (tmp_path / "out" / LOOKED_AT).exists()


@pytest.mark.parametrize(
    ("line", "beyond"),
    [
        ("    当 下级占比（户，获得 好户，没有则 0%） 50%以上，得满分，否则 不得分", False),
        ("    当 上级（县，下级平均（村，票数，没有则 0次），没有则 0次） 5次以上，得满分，否则 不得分", True),
    ],
)
def test_what_places_that_are_no_units_decide_is_for_the_interpreter(line: str, *, beyond: bool) -> None:
    text = RULES[: RULES.index("参数")] + f"称号 牌 适用 村：10分\n  授予 得分 5分以上\n  指标 1 甲：10分\n{line}\n"
    text += RULES[RULES.index("称号 好户") : RULES.index("称号 沾光")]
    made = compiled(text)
    found = beyond_columns([made.plan], made.schema)
    assert (found.code if found is not None else "") == ("FR833" if beyond else "")


def test_where_a_unit_in_a_unit_lies(rules: dict[str, Compiled], tmp_path: Path) -> None:
    """A household is judged by the rules of the county its village lies in, and counted there."""
    paths = written(tmp_path / "in")
    ran(rules, paths, tmp_path / "out")
    there = {path.name for path in (tmp_path / "out" / parts.TRACE).iterdir()}
    assert there == {f"{kind}-{place}" for kind in ("村", "户") for place in ("990001", "all")}
