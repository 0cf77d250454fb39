"""The files of a plugin's folder, read in a fixed order, within limits, never through a link."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from flagrules.plugin.names import MAX_NAME, is_file_name
from flagrules.text.findings import Findings
from flagrules.text.source import FilePlace

MAX_FILES = 2_000
MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 8
_CODE = (".py", ".pyc", ".pyd", ".so", ".dll", ".dylib")


def _ignored(name: str) -> bool:
    """Left by editors, systems and Python itself: no part of the plugin."""
    return name.startswith((".", "~$")) or name == "__pycache__"


def _walk(folder: Path, inside: str, where: str, findings: Findings, depth: int = 0) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        label = f"{where}/{inside}{path.name}"
        if _ignored(path.name):
            continue
        if not is_file_name(path.name):
            findings.add("FR610", FilePlace(label[:MAX_NAME]), name=path.name[:MAX_NAME])
        elif path.is_symlink():
            findings.add("FR611", FilePlace(label))
        elif path.is_dir() and depth >= MAX_DEPTH:
            findings.add("FR612", FilePlace(label), limit=MAX_DEPTH)
        elif path.is_dir():
            yield from _walk(path, f"{inside}{path.name}/", where, findings, depth + 1)
        elif path.is_file():
            yield f"{inside}{path.name}", path
        else:
            findings.add("FR616", FilePlace(label), reason="?")


def read_tree(folder: Path, where: str, findings: Findings) -> dict[str, bytes]:
    """Path inside the folder → bytes, in order of path. `where` is the folder's name in findings."""
    files: dict[str, bytes] = {}
    total = 0
    try:
        for inside, path in _walk(folder, "", where, findings):
            total += path.stat().st_size
            if len(files) >= MAX_FILES or total > MAX_BYTES:
                findings.add("FR613", FilePlace(f"{where}/{inside}"), files=MAX_FILES, megabytes=MAX_BYTES // 1024**2)
                break
            files[inside] = path.read_bytes()
    except OSError as error:
        findings.add("FR616", FilePlace(where), reason=error.strerror or type(error).__name__)
    return files


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256, in hexadecimal, over the names and digests of the files, in order of name."""
    lines = "\n".join(f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _does_nothing(data: bytes) -> bool:
    """Whether Python source is only docstrings, imports of `__future__` and constants."""
    try:
        body = ast.parse(data).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(
        (isinstance(node, ast.Expr | ast.Assign) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.ImportFrom) and node.module == "__future__")
        for node in body
    )


def code_files(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The files that would run something; an `__init__.py` with a docstring and constants does not."""
    return tuple(
        name for name, data in files.items() if name.endswith(_CODE) and not (name.endswith(".py") and _does_nothing(data))
    )
