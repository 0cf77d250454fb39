"""Rule tests as pytest items: collected only beside a manifest, failing with the finding's words, silent elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.testing.made import STARS

PLUGIN = "flagrules.testing.pytest_plugin"
LIN = 'id = "lin"\ncode = "990101"\nname = "林县"\nprogramme = "stars"\nversion = "0.1.0"\napi = 1\n'
FAILING = "用例:\n  - 名: 不对的\n    单元: 小区\n    事实: {活动次数: 12次}\n    期望: {指标 1: 12分}\n"


def pytest_run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """pytest of its own in a folder, warnings as errors, with only our plugin."""
    installed = any(point.value == PLUGIN for point in entry_points(group="pytest11"))
    ours = [] if installed else ["-p", PLUGIN]
    plain = ["-q", "-W", "error", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(folder)]
    command = [sys.executable, "-m", "pytest", *plain, *ours, *args, str(folder)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def stars(tmp_path: Path) -> Path:
    """A copy of the programme's folder."""
    return Path(shutil.copytree(STARS, tmp_path / "stars"))


def test_cases_are_items_and_a_failure_shows_the_rule_line(stars: Path) -> None:
    (stars / "tests" / "failing.yaml").write_text(FAILING, encoding="utf-8")
    ran = pytest_run(stars)
    assert ran.returncode == 1, ran.stdout
    assert "1 failed, 7 passed" in ran.stdout
    assert "错误[FR951] 用例“不对的”：指标 1应为12分，实际是20分" in ran.stdout
    assert "26 |         12次以上 得20分" in ran.stdout
    assert "Traceback" not in ran.stdout


def test_a_case_can_be_chosen_by_name(stars: Path) -> None:
    ran = pytest_run(stars, "-k", "差一步")
    assert ran.returncode == 0
    assert "1 passed, 6 deselected" in ran.stdout


def test_a_faulty_file_is_an_error_of_collection(stars: Path) -> None:
    (stars / "tests" / "bad.yaml").write_text("用例:\n  - 名: 甲\n", encoding="utf-8")
    ran = pytest_run(stars)
    assert ran.returncode == 2
    assert "错误[FR902] 这个用例缺少“单元”" in ran.stdout


def test_rules_with_errors_are_told(stars: Path) -> None:
    rules = stars / "rules" / "stars.rules"
    rules.write_text(rules.read_text(encoding="utf-8").replace("活动：20分", "活动：19分", 1), encoding="utf-8")
    ran = pytest_run(stars)
    assert ran.returncode == 2
    assert "FR221" in ran.stdout


def test_a_county_finds_its_programme_in_the_folder_named(tmp_path: Path) -> None:
    county = tmp_path / "lin"
    for name in ("rules", "tests"):
        (county / name).mkdir(parents=True)
    (county / "county.toml").write_text(LIN, encoding="utf-8")
    rules = "县 林县 990101 落实 星级小区 版本 “1”\n  设定 补贴额 = 2万元 依 办法 4 〔假定 “样例”〕\n"
    (county / "rules" / "lin.rules").write_text(rules, encoding="utf-8")
    given = (STARS / "tests" / "good.yaml").read_text(encoding="utf-8").replace("1万元~3万元", "2万元").replace("0元~3万元", "0元~2万元")
    (county / "tests" / "lin.yaml").write_text(given, encoding="utf-8")
    ran = pytest_run(county, "--flagrules-plugins", str(STARS))
    assert "4 passed" in ran.stdout, ran.stdout
    alone = pytest_run(county)
    assert alone.returncode == 2
    assert "FR644" in alone.stdout


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/a.yaml", FAILING),  # no manifest beside
        ("elsewhere/a.yaml", FAILING),
        ("pack/rules/a.yaml", FAILING),
        ("pack/tests/a.yaml", "cases_of: 1\n"),
        ("pack/tests/a.yaml", "- 用例\n"),
        ("pack/tests/a.yml", FAILING),
        ("pack/sample/a.yaml", FAILING),
    ],
)
def test_other_files_are_left_alone(tmp_path: Path, path: str, text: str) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "programme.toml").write_text("broken", encoding="utf-8")
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text, encoding="utf-8")
    (tmp_path / "test_it.py").write_text(
        "import sys\ndef test_it(): assert 'flagrules.pipeline' not in sys.modules\n", encoding="utf-8"
    )
    ran = pytest_run(tmp_path)
    assert "1 passed" in ran.stdout, ran.stdout
