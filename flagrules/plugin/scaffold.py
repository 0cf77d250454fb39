"""`county new`: a complete separate project for one county, written from the template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import flagrules
from flagrules.plugin.hookspecs import HOOK_API
from flagrules.plugin.names import MAX_NAME, is_county_code, is_id, is_title
from flagrules.plugin.packs import ProgrammePack
from flagrules.text.findings import Findings
from flagrules.text.source import FilePlace

_END = ".txt"


@dataclass(frozen=True)
class Example:
    """What the template's rules and first case are filled with.

    The programme's name and edition as its rules give them; a kind of unit with the outcome of one of its titles when no fact is
    known; what is delegated, a line each.
    """

    programme: str
    edition: str
    subject: str
    title: str
    outcome: str
    powers: tuple[str, ...]


def _template() -> Traversable:
    """The template: inside the package when installed, counties/_template in a checkout."""
    shipped = files("flagrules.plugin") / "template"
    return shipped if shipped.is_dir() else Path(flagrules.__file__).parent.parent / "counties" / "_template"


def _texts(folder: Traversable, inside: str = "") -> dict[str, str]:
    """Path inside the template → text."""
    found: dict[str, str] = {}
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.is_dir():
            found |= _texts(item, f"{inside}{item.name}/")
        elif item.name.endswith(_END):
            found[inside + item.name.removesuffix(_END)] = item.read_text(encoding="utf-8")
    return found


def _words(code: str, name: str, programme: ProgrammePack, slug: str, example: Example) -> dict[str, str]:
    return {
        "@DISTRIBUTION@": f"flagrules-county-{slug}",
        "@PACKAGE@": _package(slug),
        "@SLUG@": slug,
        "@CODE@": code,
        "@NAME@": name,
        "@PROGRAMME@": programme.id,
        "@TITLE@": programme.title,
        "@FLAGRULES@": flagrules.__version__,
        "@API@": str(HOOK_API),
        "@HEADING@": example.programme,
        "@EDITION@": example.edition,
        "@SUBJECT@": example.subject,
        "@FIRST@": example.title,
        "@OUTCOME@": example.outcome,
        "@POWERS@": "\n".join(f"#   {power}" for power in example.powers) or "#   —",
    }


def _filled(text: str, words: Mapping[str, str]) -> str:
    """`text` with every mark such as @NAME@ replaced by its word, in one pass."""
    return re.sub("@[A-Z]+@", lambda mark: words.get(mark[0], mark[0]), text)


def _package(slug: str) -> str:
    return f"flagrules_county_{slug.replace('-', '_')}"


def _where(inside: str, slug: str) -> str:
    """Where a file of the template stands in the new project."""
    renamed = {"gitignore": ".gitignore", "package/rules/county.rules": f"package/rules/{slug}.rules"}
    inside = {**renamed, "package/tests/county.yaml": f"package/tests/{slug}.yaml"}.get(inside, inside)
    return inside.replace("package/", f"{_package(slug)}/", 1) if inside.startswith("package/") else inside


def _usable(code: str, name: str, slug: str, folder: Path, findings: Findings) -> bool:
    before = len(findings)
    place = FilePlace(str(folder)[:MAX_NAME])
    if not is_county_code(code):
        findings.add("FR624", place, key="code", value=code[:MAX_NAME])
    if not is_title(name) or set(name) & set('"\\'):
        findings.add("FR627", place, key="name", value=name[:MAX_NAME])
    if not is_id(slug):
        findings.add("FR623", place, key="id", value=slug[:MAX_NAME])
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        findings.add("FR653", place)
    return len(findings) == before


def new_county(
    folder: Path, code: str, name: str, programme: ProgrammePack, findings: Findings, *, example: Example, slug: str = ""
) -> tuple[Path, ...]:
    """Write a county's project into `folder`, new or empty; the files written, in order, or none with findings.

    `slug` is the plugin's id and part of its package's name; without one it is the county's code.
    """
    slug = slug or code
    if not _usable(code, name, slug, folder, findings):
        return ()
    written = []
    words = _words(code, name, programme, slug, example)
    try:
        for inside, text in _texts(_template()).items():
            path = folder / _where(inside, slug)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_filled(text, words), encoding="utf-8", newline="\n")
            written.append(path)
    except OSError as error:
        findings.add("FR654", FilePlace(str(folder)[:MAX_NAME]), reason=error.strerror or type(error).__name__)
    return tuple(written)
