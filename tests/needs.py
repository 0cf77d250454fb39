"""Tests that need a program of the system: they say which package is missing, and under FLAGRULES_NO_SKIPS they fail."""

from __future__ import annotations

import shutil

import pytest

SKIP_PREFIX = "needs the system package "


def needs_program(program: str, package: str) -> pytest.MarkDecorator:
    """A mark that skips a test when `program` is not installed, naming the Debian package that brings it."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{SKIP_PREFIX}{package}")
