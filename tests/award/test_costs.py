"""Which lines cost most titles, and what undetermined titles wait for; every expectation worked by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from flagrules.award.results.shape import Cell, Word
from tests.award.make import BODY, HEAD, facts, register, run

GRANT, REVIEWS, KITCHEN = "stars/a.rules:10", "stars/a.rules:12", "stars/a.rules:14"
KEYS = ("part", "indicator", "line", "titles", "most", "points")


def table(folder: Path, key: str, shops: list[str], rules: str = HEAD + BODY, *keys: str) -> tuple[tuple[Cell, ...], ...]:
    files = {
        "登记.csv": register([f"{index},店{index},A" for index in range(len(shops))]),
        "事实.csv": facts([f"{index},{said}" for index, said in enumerate(shops)]),
    }
    return run(folder, rules, files).results().table(key).only(*keys).rows


def test_a_line_is_counted_where_it_gave_less_than_it_could(tmp_path: Path) -> None:
    # Reviews give 60 × n/90 and the kitchen 40; 80 grants. The shops have 60, 30, 40 and 100 points.
    rows = table(tmp_path, "costs", ["90,否", "45,否", "0,是", "90,是"], HEAD + BODY, *KEYS)
    assert rows == (
        (Word("grant"), None, GRANT, Fraction(3), None, None),
        (Word("score"), "好评", REVIEWS, Fraction(2), Fraction(1), "90"),  # 30 and 60; only the 60 was the largest loss
        (Word("score"), "厨房", KITCHEN, Fraction(2), Fraction(2), "80"),
    )


def test_a_granted_title_costs_nothing_though_it_lost_points(tmp_path: Path) -> None:
    assert table(tmp_path, "costs", ["60,是"], HEAD + BODY, *KEYS) == ()  # 40 + 40 is just enough


def test_an_undetermined_title_is_charged_to_nobody(tmp_path: Path) -> None:
    assert table(tmp_path, "costs", ["90,"], HEAD + BODY, *KEYS) == ()


def test_a_sum_of_ratios_is_rounded_and_says_so(tmp_path: Path) -> None:
    rows = table(tmp_path, "costs", ["50,否"], HEAD + BODY, "indicator", "points")
    assert rows[:2] == (("厨房", "40"), ("好评", "≈26.67"))  # 60 − 60 × 50/90 = 80/3; the most points first


def test_a_line_is_never_charged_more_than_its_indicator_lost(tmp_path: Path) -> None:
    # Two lines of 30 and 20 under a full mark of 40: with the 20 alone the indicator lost 20, though the first gave 30 less.
    rules = (HEAD + BODY).replace(
        "    当 明厨，得40分，否则 得0分 〔办法 4〕\n",
        "    封顶 40分 〔办法 4〕\n    当 明厨，得30分，否则 得0分 〔办法 4〕\n    当 好评数 1次以上，得20分，否则 得0分 〔办法 4〕\n",
    )
    rows = table(tmp_path, "costs", ["45,否"], rules, "indicator", "line", "points")
    assert rows[:2] == (("好评", REVIEWS, "30"), ("厨房", "stars/a.rules:15", "20"))


def test_a_veto_of_an_indicator_is_charged_with_all_of_it(tmp_path: Path) -> None:
    rules = (HEAD + BODY).replace("    当 明厨，得40分", "    一票否决 当 好评数 = 0次，则 本项不得分 〔办法 4〕\n    当 明厨，得40分")
    rows = table(tmp_path, "costs", ["0,是"], rules, "part", "indicator", "line", "points")
    assert (Word("veto"), "厨房", "stars/a.rules:14", "40") in rows


def test_who_was_not_entered_is_charged_to_the_entry_alone(tmp_path: Path) -> None:
    rules = (HEAD + BODY).replace("  授星 得分", "  参评 当 明厨 〔办法 2〕\n  授星 得分")
    assert table(tmp_path, "costs", ["0,否"], rules, *KEYS) == ((Word("entry"), None, "stars/a.rules:10", Fraction(1), None, None),)


@pytest.mark.parametrize(
    ("shops", "expected"),
    [
        (["90,"], [("明厨", 1, 1)]),  # 60 or 100
        ([",是"], [("好评数", 1, 1)]),  # 40 to 100
        ([","], [("好评数", 1, 0), ("明厨", 1, 0)]),
        (["90,", ",", ",否"], [("明厨", 2, 1), ("好评数", 1, 0)]),  # the last is at most 60: refused, whatever the reviews
        (["90,是"], []),
    ],
)
def test_what_undetermined_titles_wait_for(tmp_path: Path, shops: list[str], expected: list[tuple[str, int, int]]) -> None:
    rows = table(tmp_path, "missing", shops, HEAD + BODY, "what", "name", "titles", "only")
    assert [(name, int(str(titles)), int(str(only))) for _, name, titles, only in rows] == expected
    assert {what for what, *_ in rows} <= {Word("missing_fact")}


def test_a_parameter_nobody_set_is_named_with_its_line(tmp_path: Path) -> None:
    rules = (HEAD + BODY).replace("得分 80分以上", "得分 授星线 以上").replace("事实 好评数", "参数 授星线：分数 〔办法 2〕\n事实 好评数")
    rows = table(tmp_path, "missing", ["60,是"], rules, "what", "name", "line", "titles", "only")
    assert rows == ((Word("missing_param"), "授星线", "stars/a.rules:7", Fraction(1), Fraction(1)),)
