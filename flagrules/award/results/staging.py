"""Publication as a whole: files are made in a folder beside the target, flushed to the disk, then put in its place by renaming.

Whoever looks sees the old folder or the new one, never a mixture. What a crash left behind is removed, or put back, by the next
run. Locks on folders keep two writers apart and tell a leftover from work in progress; they end with the process that holds them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A new empty folder that takes the place of `target` when the block ends well, and is removed when it does not.

    Raises `OSError` when the folder cannot be made, filled or put in place; `target` is then as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(target.parent):
        _restore(target)
        _sweep(target)
        stage = _fresh(target)
        held = os.open(stage, os.O_RDONLY)
        _lock(held)
    try:
        yield stage
        _flush(stage)
        with _locked(target.parent):
            _swap(stage, target)
    finally:
        os.close(held)
        shutil.rmtree(stage, ignore_errors=True)


def _old(target: Path) -> Path:
    return target.parent / f".{target.name}.flagrules-old"


def _fresh(target: Path) -> Path:
    number = 0
    while (path := target.parent / f".{target.name}.flagrules-new-{number}").exists():
        number += 1
    path.mkdir()
    return path


def _lock(descriptor: int, *, wait: bool = False) -> bool:
    """Hold a folder until its descriptor is closed; False when another holds it, or where a file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """No one else renames in `folder` meanwhile; held for moments only, so waiting is short."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


def _restore(target: Path) -> None:
    """Finish or undo what a crash interrupted between the two renames."""
    old = _old(target)
    if old.exists() and not target.exists():
        old.rename(target)
    elif old.exists():
        shutil.rmtree(old)


def _sweep(target: Path) -> None:
    """Remove the folders that no living run holds."""
    for path in sorted(target.parent.glob(f".{_escaped(target.name)}.flagrules-new-*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            if _lock(descriptor):
                shutil.rmtree(path)
        finally:
            os.close(descriptor)


def _escaped(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)


def _flush(folder: Path) -> None:
    """Have everything below a folder on the disk before its name changes."""
    for path in [*sorted(folder.rglob("*")), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap(stage: Path, target: Path) -> None:
    old = _old(target)
    before = target.exists()
    if before:
        target.rename(old)
    try:
        stage.rename(target)
    except OSError:
        if before:
            old.rename(target)
        raise
    _sync(target.parent)
    if before:
        shutil.rmtree(old, ignore_errors=True)
