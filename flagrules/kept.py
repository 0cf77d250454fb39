"""What takes long to make is kept between runs, in a folder only this user can write to, or nowhere."""

from __future__ import annotations

import io
import os
import pickle
import stat
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

T = TypeVar("T")
_NONE: Mapping[str, object] = {}
_DIGEST = 32  # bytes of SHA-256 before what is kept: what a disk or a killed process damaged is not looked at
_LONG = 3_600.0  # seconds after which what a process began to keep is of one that was killed


def cache_folder() -> Path | None:
    """`flagrules` in the user's cache folder (XDG_CACHE_HOME, else ~/.cache), made if need be.

    None where it cannot be made, or where someone else could write to it: what lies there is unpickled.
    """
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "flagrules"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except (OSError, RuntimeError):  # no home, or one we may not write to
        return None
    if not stat.S_ISDIR(found.st_mode) or not os.access(folder, os.W_OK):
        return None
    if hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & 0o022):
        return None
    return folder


def kept_file(suffix: str, code: str, told: Iterable[str]) -> Path | None:
    """Where something is kept: by the code that makes it (`code_of`) and all that it is made from. None where nothing is kept: where no
    folder can be used, and where it is not known what the code is."""
    folder = cache_folder() if code else None
    if folder is None:
        return None
    whole = "\0".join([sys.version, code, *told])
    return folder / f"{sha256(whole.encode()).hexdigest()}{suffix}"


def code_of(folders: Iterable[Path]) -> str:
    """The digest of the files in folders of code, by which what another version of it made is not taken for its own; "" where there is
    no file to be seen, as inside an archive."""
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    return sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest() if files else ""


def recall(kept: Path, kind: type[T], given: Mapping[str, object] = _NONE) -> T | None:
    """What was kept, where it is whole and can still be made out; what was `given` by name when it was kept is put in its place again."""
    try:
        whole = kept.read_bytes()
        if sha256(whole[_DIGEST:]).digest() != whole[:_DIGEST]:
            return None
        found = _Reader(io.BytesIO(whole[_DIGEST:]), given).load()
        os.utime(kept)  # the oldest to be used goes first
    except Exception:  # noqa: BLE001  whatever lies there, it is made anew
        return None
    return found if isinstance(found, kind) else None


def keep(kept: Path, made: object, most: int, given: Mapping[str, object] = _NONE) -> None:
    """Keep something, and of others of its kind those used last, `most` in all; of what is `given` only the name is kept."""
    begun, stream = kept.with_name(f".{kept.name}.{uuid4().hex}"), io.BytesIO()
    try:
        _Writer(stream, given).dump(made)
        begun.write_bytes(sha256(stream.getbuffer()).digest() + stream.getbuffer())
        begun.replace(kept)
        others = sorted(kept.parent.glob(f"*{kept.suffix}"), key=lambda path: -path.stat().st_mtime_ns)
        left = [path for path in kept.parent.glob(f".*{kept.suffix}.*") if path.stat().st_mtime < time.time() - _LONG]
        for path in (*others[most:], *left):
            path.unlink()
    except Exception:  # noqa: BLE001  nothing that is to be kept is worth a run
        with suppress(OSError):
            begun.unlink(missing_ok=True)


class _Writer(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, given: Mapping[str, object]) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self._names = {id(one): name for name, one in given.items()}

    def persistent_id(self, one: Any) -> str | None:  # noqa: ANN401  whatever is kept
        return self._names.get(id(one))


class _Reader(pickle.Unpickler):
    """Reads from a folder only this user can write to."""

    def __init__(self, stream: io.BytesIO, given: Mapping[str, object]) -> None:
        super().__init__(stream)
        self._given = given

    def persistent_load(self, name: Any) -> object:  # noqa: ANN401  pickle's signature
        return self._given[name]


__all__ = ["cache_folder", "code_of", "keep", "kept_file", "recall"]
