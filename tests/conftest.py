"""House rules of the test run: with FLAGRULES_NO_SKIPS set, a test skipped for want of a system package fails."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

from tests.needs import SKIP_PREFIX


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    missing_package = report.skipped and not hasattr(report, "wasxfail") and SKIP_PREFIX in str(report.longrepr)
    if missing_package and os.environ.get("FLAGRULES_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"skipping is not allowed here: {report.longrepr}"
    return report
