"""The house: no skip hides a missing package, the versions agree, and .ci/need says what is missing in one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPPING = "from tests.needs import needs_program\n@needs_program('no-such-program', 'some-package')\ndef test_it():\n    pass\n"


@pytest.mark.parametrize(("no_skips", "code", "words"), [("", 0, "1 skipped"), ("1", 1, "1 error")])
def test_no_skips_turns_a_skip_for_a_package_into_a_failure(tmp_path: Path, no_skips: str, code: int, words: str) -> None:
    (tmp_path / "test_it.py").write_text(SKIPPING, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "--rootdir=.", "-c", os.devnull, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "FLAGRULES_NO_SKIPS": no_skips, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
    )
    assert run.returncode == code
    assert words in run.stdout.decode()


def need(path: Path, *programs: str) -> subprocess.CompletedProcess[bytes]:
    """Run .ci/need with only the programs of `path` to be found."""
    return subprocess.run([ROOT / ".ci" / "need", *programs], env={"PATH": str(path)}, capture_output=True, check=False)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A folder of programs: env and bash, and a python3 without venv."""
    for name in ("env", "bash"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    (tmp_path / "python3").write_text('#!/bin/bash\ncase "$2" in *ensurepip*) exit 1;; esac\nexit 0\n', encoding="utf-8")
    (tmp_path / "python3").chmod(0o755)
    return tmp_path


def test_a_missing_package_is_named_in_one_sentence(few: Path) -> None:
    run = need(few, "python3", "git")
    assert run.returncode == 1
    assert run.stderr.decode().splitlines() == [
        "缺少系统软件包，请先运行 / a system package is missing, please run: sudo apt-get install git python3-venv"
    ]


def test_an_old_python_is_named(few: Path) -> None:
    (few / "python3").write_text('#!/bin/bash\n[ "$1" = -V ] && echo "Python 3.9.2" && exit 0\nexit 1\n', encoding="utf-8")
    run = need(few, "python3")
    assert run.returncode == 1
    assert "this is Python 3.9.2" in run.stderr.decode()


def test_nothing_is_said_when_nothing_is_missing(few: Path) -> None:
    (few / "python3").write_text("#!/bin/bash\nexit 0\n", encoding="utf-8")
    run = need(few, "python3")
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
