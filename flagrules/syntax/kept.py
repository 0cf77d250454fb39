"""What reading rules takes long to make and is kept between runs, in a folder only this user can write to, or nowhere."""

from __future__ import annotations

import os
import pickle
import stat
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import lark

from flagrules.syntax import ast
from flagrules.syntax.vocabulary import grammar_folder
from flagrules.text.source import Source

WORTH = 2_000  # characters of a file from which keeping what was read of it pays
MANY = 256  # files that are kept


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


def kept_file(source: Source) -> Path | None:
    """Where what was read of a rule file is kept: by its label, its text, and the code and grammar that read it."""
    folder = cache_folder() if len(source.text) >= WORTH else None
    if folder is None:
        return None
    told = "\0".join([_reader(), source.label, source.text])  # noqa: FLY002  no backslash in the braces of an f-string before 3.12
    return folder / f"{sha256(told.encode()).hexdigest()}.read"


@cache
def _reader() -> str:
    """The digest of all that reads rules."""
    package = Path(__file__).resolve().parents[1]
    code = [*(package / "syntax").rglob("*.py"), *(package / "text").rglob("*.py"), *grammar_folder().iterdir()]
    told = [lark.__version__.encode(), *(path.read_bytes() for path in sorted(code) if path.is_file())]
    return sha256(b"\0".join(told)).hexdigest()


def recall(kept: Path) -> ast.RuleFile | None:
    """What was read of a rule file, where it was kept and can still be made out."""
    try:
        found = pickle.loads(kept.read_bytes())  # noqa: S301  from a folder only this user can write to
    except Exception:  # noqa: BLE001  whatever lies there, the file is read anew
        return None
    return found if isinstance(found, ast.RuleFile) else None


def keep(kept: Path, made: ast.RuleFile) -> None:
    """Keep what was read of a rule file, and the newest others."""
    begun = kept.with_name(f".{kept.name}.{uuid4().hex}")
    try:
        begun.write_bytes(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        begun.replace(kept)
        others = sorted(kept.parent.glob("*.read"), key=lambda path: -path.stat().st_mtime_ns)
        for path in others[MANY:]:
            path.unlink()
    except (OSError, RecursionError, pickle.PicklingError):
        begun.unlink(missing_ok=True)


__all__ = ["MANY", "WORTH", "cache_folder", "keep", "kept_file", "recall"]
