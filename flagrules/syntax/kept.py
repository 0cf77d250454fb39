"""Where the parser's tables are kept between runs: a folder only this user can write to, or nowhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path


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
