"""`flagrules check --proofs`: one line an obligation in two languages, JSON, and the exit code of check itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flagrules.cli.main import main
from tests.rulekit import cited, one_indicator

BODY = "分档\n  当 甲 乙 以上，得20分\n  当 乙 甲 以上，得9分\n  其余 得1分"
TEXT = one_indicator("事实 甲：金额 0元~90000元\n事实 乙：金额 0元~90000元", BODY, pass_mark=21)
BONUS = "  加分项 J1 补：5分\n    当 甲 1元以上，加1分\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "programme.toml").write_text('id = "small"\ntitle = "例"\nversion = "0.1.0"\napi = 1\n', encoding="utf-8")
    (tmp_path / "rules" / "a.rules").write_text(cited(TEXT + BONUS), encoding="utf-8")
    return tmp_path


def check(folder: Path, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    code = main(["check", "small", "--plugins", str(folder), "--proofs", *args])
    return code, capsys.readouterr().out


def lines(said: str, words: str) -> list[str]:
    return [line for line in said.split("\n") if words in line]


def test_a_line_an_obligation(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(folder, capsys)
    assert code == 0
    (dead,) = lines(said, "永远用不上")
    assert dead.endswith("甲(村)/1  这一行永远用不上  已证明（z3）")
    (over,) = lines(said, "反例")
    assert "得分不低于 0，不高于满分 20  反例：甲 = " in over
    assert lines(said, "授予条件能达到")  # 20 + 1


def test_in_english(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, said = check(folder, capsys, "--lang", "en")
    (dead,) = lines(said, "never decide")
    assert dead.endswith("this line can never decide  proved (z3)")
    (over,) = lines(said, "counterexample")
    assert "the points are never below 0 or above the full 20  counterexample: 甲 = " in over


def test_for_machines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(folder, capsys, "--json")
    document = json.loads(said)
    assert code == 0
    assert {proof["answer"] for proof in document["proofs"]} == {"proved", "counterexample"}
    (over,) = (proof for proof in document["proofs"] if proof["answer"] == "counterexample")
    assert set(over["facts"]) == {"甲", "乙"}
    assert document["solver"]["installed"] is True


def test_without_the_solver_the_line_that_installs_it_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("flagrules.refine.solve.installed", "flagrules.cli.proofs.installed"):
        monkeypatch.setattr(name, lambda: False)
    code, said = check(folder, capsys)
    assert code == 0
    assert [line.split("  ")[-1] for line in lines(said, "这一行能用上")].count("不能判定") == 1
    assert lines(said, "1 项不能判定。求解器没有安装，安装后可以判定更多：pip install 'flagrules[z3]'")


def test_without_proofs_nothing_is_proved(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "small", "--plugins", str(folder)]) == 0
    assert "已证明" not in capsys.readouterr().out
