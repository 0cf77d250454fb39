"""`flagrules plugins list`: name, version, digest, origin, and the reason where one could not be loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flagrules.cli.main import main
from tests.testing.made import STARS


def listed(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, dict[str, object]]:
    assert main(["plugins", "list", "--json", *args]) == 0
    return {item["name"]: item for item in json.loads(capsys.readouterr().out)["plugins"]}


def test_json_has_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(capsys, "--plugins", str(STARS))
    stars = found["stars"]
    assert (stars["version"], stars["origin"], stars["code"], stars["brings"]) == ("1.0", "folder", False, ["星级小区"])
    assert len(str(stars["digest"])) == 64
    assert (found["builtin"]["origin"], found["builtin"]["code"]) == ("bundled", True)


def test_the_digest_changes_with_a_byte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "stars"
    for source in STARS.rglob("*"):
        if source.is_file():
            target = copy / source.relative_to(STARS)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    before = listed(capsys, "--plugins", str(copy))["stars"]["digest"]
    assert before == listed(capsys, "--plugins", str(STARS))["stars"]["digest"]
    with (copy / "rules" / "stars.rules").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert listed(capsys, "--plugins", str(copy))["stars"]["digest"] != before


def test_lines_are_in_order_of_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plugins", "list", "--plugins", str(STARS)]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == sorted(names)
    assert {"builtin", "stars"} <= set(names)


def test_a_faulty_plugin_is_told_and_the_others_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "county.toml").write_text("id = \n", encoding="utf-8")
    assert main(["plugins", "list", "--plugins", str(tmp_path / "bad"), "--plugins", str(STARS)]) == 1
    said = capsys.readouterr()
    assert "FR620" in said.err
    assert "stars" in said.out


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["plugins", "--help"], ["plugins", "list", "--help"]):
        assert main(words) == 0
        assert "flagrules plugins list --plugins" in capsys.readouterr().out
