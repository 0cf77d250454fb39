"""county.toml and programme.toml: what a pack says of itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass

from flagrules.plugin.hookspecs import HOOK_API
from flagrules.plugin.names import is_county_code, is_id, is_title, is_version
from flagrules.plugin.textfile import decode
from flagrules.text.findings import Findings
from flagrules.text.source import CellPlace
from flagrules.text.spelling import nearest

COUNTY = "county.toml"
PROGRAMME = "programme.toml"
_TEXTS: dict[str, dict[str, Callable[[str], bool]]] = {
    COUNTY: {"id": is_id, "code": is_county_code, "name": is_title, "programme": is_id, "version": is_version},
    PROGRAMME: {"id": is_id, "title": is_title, "version": is_version},
}
_WRONG = {"id": "FR623", "programme": "FR623", "code": "FR624", "version": "FR625", "name": "FR627", "title": "FR627"}
_EXAMPLES = {
    "id": '"linxian"', "title": '"星级小区创建"', "version": '"0.1.0"', "api": str(HOOK_API), "code": '"990101"', "name": '"林县"',
    "programme": '"stars"',
}  # fmt: skip
_AT = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True)
class Manifest:
    """A manifest that was found right. `code`, `name`, `programme` are a county's, `title` a programme's."""

    id: str
    version: str
    code: str = ""
    name: str = ""
    programme: str = ""
    title: str = ""

    @property
    def is_county(self) -> bool:
        """Whether the pack refines a programme, rather than being one."""
        return bool(self.code)


def _line_of(text: str, key: str) -> int:
    found = re.search(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*=", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _parse(text: str, label: str, findings: Findings) -> dict[str, object] | None:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = _AT.search(str(error))
        line = int(at[1]) if at and at[1] else text.count("\n") + 1
        findings.add("FR620", CellPlace(label, "", line, ""))
        return None


def _check_keys(values: dict[str, object], known: list[str], text: str, label: str, findings: Findings) -> None:
    for key in known:
        if key not in values:
            findings.add("FR621", CellPlace(label, "", 1, ""), key=key, example=_EXAMPLES.get(key, '"…"'))
    for key in sorted(values.keys() - set(known)):
        guess = nearest(key, known)
        place = CellPlace(label, "", _line_of(text, key), "")
        findings.add("FR622", place, key=key, guess=guess or "、".join(known), known="、".join(known))


def read_manifest(name: str, data: bytes, label: str, findings: Findings) -> Manifest | None:
    """The manifest `name` (county.toml or programme.toml) from its bytes, or None with all its faults among `findings`."""
    before = len(findings)
    text = decode(data, label, findings)
    values = _parse(text, label, findings) if text is not None else None
    if text is None or values is None:
        return None
    checks = _TEXTS[name]
    _check_keys(values, [*checks, "api"], text, label, findings)
    for key, check in checks.items():
        value = values.get(key, "")
        if key in values and not (isinstance(value, str) and check(value)):
            findings.add(_WRONG[key], CellPlace(label, "", _line_of(text, key), ""), key=key, value=value)
    api = values.get("api", HOOK_API)
    if type(api) is not int or api != HOOK_API:
        findings.add("FR626", CellPlace(label, "", _line_of(text, "api"), ""), value=api, api=HOOK_API)
    if len(findings) > before:
        return None
    return Manifest(**{key: str(values[key]) for key in checks})
