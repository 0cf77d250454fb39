"""Commands run in the test, with all they said."""

from __future__ import annotations

import pytest

from flagrules.cli.main import main
from tests.programmes.kit import Said


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a command; its exit code and everything it said."""

    def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(list(words))
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return run
