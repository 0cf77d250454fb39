"""What tests of runs of very many units share."""

from __future__ import annotations

import pytest

from flagrules.award.wide import parts
from flagrules.pipeline import Compiled
from tests.award.wide.small import COUNTY, RULES, both


@pytest.fixture(params=[0, 2**14], ids=["columns", "tables"])
def looked_up(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything holds with and without tables, which few units are not worth."""
    monkeypatch.setattr(parts, "table_rows", lambda _units: request.param)


@pytest.fixture(autouse=True)
def kept_apart(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the compiled plan another kept, least of all one of an engine that was changed on purpose."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="module")
def rules() -> dict[str, Compiled]:
    return both(RULES, COUNTY)
