"""Bugs made on purpose: how one is entered, and how it gets in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Bug:
    """A bug: its name, how it gets in, and whether it shows only over a crowd of units."""

    name: str
    make: Callable[[Patch], None]
    crowd: bool = False


BUGS: list[Bug] = []


def bug(name: str, *, crowd: bool = False) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Enter a bug under its name."""

    def enter(make: Callable[[Patch], None]) -> Callable[[Patch], None]:
        BUGS.append(Bug(name, make, crowd))
        return make

    return enter


def wrapped(patch: Patch, where: Any, name: str, change: Callable[..., Any]) -> None:
    """`change` is handed the function as it was, and then its arguments."""
    plain = getattr(where, name)
    patch.setattr(where, name, lambda *args, **more: change(plain, *args, **more))


__all__ = ["BUGS", "Bug", "Patch", "bug", "wrapped"]
