"""What a Python plugin answers to our hooks: called alone, within a time limit, every answer's type checked."""

from __future__ import annotations

import contextlib
import importlib
import io
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pluggy

from flagrules.award.results.publish import Reporter
from flagrules.award.wide.scatter import Scheduler
from flagrules.facts.raw import Reader
from flagrules.plugin import hookspecs
from flagrules.plugin.hookspecs import HOOK_API, PROJECT
from flagrules.plugin.names import is_county_code, is_file_name, is_id, is_suffix, is_title, is_version
from flagrules.plugin.packs import Pack, ProgrammePack, RefinementPack, Resource
from flagrules.text.findings import Finding, Findings
from flagrules.text.source import FilePlace
from flagrules.text.spelling import nearest

HOOKS = ("flagrules_programmes", "flagrules_refinements", "flagrules_readers", "flagrules_reports", "flagrules_schedulers")
ENGINES = ("auto", "columnar", "reference")
"""What `--engine` takes without any plugin."""


@dataclass(frozen=True)
class Answers:
    """What one plugin handed over."""

    packs: tuple[Pack, ...] = ()
    readers: Mapping[str, Reader] = field(default_factory=dict)
    reports: Mapping[str, Reporter] = field(default_factory=dict)
    schedulers: Mapping[str, Scheduler] = field(default_factory=dict)


class _Silent(io.TextIOBase):
    """A stream that keeps nothing: what a plugin prints while loading is no part of any result."""

    def write(self, text: str, /) -> int:
        return len(text)


class _Refused(Exception):
    """A plugin's fault: a code and its arguments."""

    def __init__(self, code: str, **words: str) -> None:
        self.code, self.arguments = code, words
        super().__init__(code)


def _brief(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def _import(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise _Refused("FR604", module=module, missing=error.name or module) from error
    except (Exception, SystemExit) as error:
        raise _Refused("FR603", module=module, reason=_brief(error)) from error


def _check_names(module: ModuleType) -> None:
    """Every function named like a hook must be one and be marked."""
    for name, value in sorted(vars(module).items()):
        if not name.startswith(f"{PROJECT}_") or not callable(value):
            continue
        if name not in HOOKS:
            raise _Refused("FR605", name=name, guess=nearest(name, HOOKS) or "、".join(HOOKS), known="、".join(HOOKS))
        if not hasattr(value, f"{PROJECT}_impl"):
            raise _Refused("FR606", name=name)


def _manager(module: ModuleType, name: str) -> pluggy.PluginManager:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(module, name)
        manager.check_pending()
    except Exception as error:
        raise _Refused("FR607", reason=_brief(error)) from error
    return manager


def _ask(manager: pluggy.PluginManager, hook: str) -> object:
    """The plugin's one answer; an empty tuple where it has none."""
    caller = getattr(manager.hook, hook)
    if not caller.get_hookimpls():
        return ()
    try:
        answers = caller()
    except (Exception, SystemExit) as error:
        raise _Refused("FR608", name=hook, reason=_brief(error)) from error
    return answers[0] if answers else None  # pluggy leaves a None out


def _types_hold(pack: Pack) -> bool:
    """Whether a pack's fields have the types they promise; Python itself does not look."""
    values = dict(vars(pack))
    parts = [values.pop(name) for name in ("rules", "registers", "tests", "samples")]
    files = [item for part in parts if isinstance(part, tuple) for item in part]
    return (
        all(isinstance(value, str) for value in values.values())
        and all(isinstance(part, tuple) for part in parts)
        and all(isinstance(item, Resource) and list(map(type, vars(item).values())) == [str, bytes] for item in files)
    )


def _label_holds(label: str, pack_id: str) -> bool:
    first, *inside = label.split("/")
    return first == pack_id and bool(inside) and all(is_file_name(name) for name in inside)


def _whole(pack: Pack) -> bool:
    """Whether a pack has the types, names and labels it promises."""
    if not (_types_hold(pack) and is_id(pack.id) and is_version(pack.version)):
        return False
    if not all(_label_holds(item.label, pack.id) for item in (*pack.rules, *pack.registers, *pack.tests, *pack.samples)):
        return False
    match pack:
        case RefinementPack(code=code, programme=programme, name=name):
            return is_county_code(code) and is_id(programme) and is_title(name)
        case ProgrammePack(title=title):
            return is_title(title)
    return False


def _packs(value: object, hook: str, kind: type[Pack]) -> tuple[Pack, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, kind) for item in value):
        raise _Refused("FR609", name=hook, wanted=f"Sequence[{kind.__name__}]", got=type(value).__name__)
    for item in value:
        if not _whole(item):
            raise _Refused("FR628", name=hook, pack=str(getattr(item, "id", "?"))[:100])
    return tuple(value)


def _named(value: object, hook: str, good: Callable[[str], bool]) -> dict[str, Callable[..., Any]]:
    table = {} if value == () else value
    if not isinstance(table, Mapping) or not all(isinstance(key, str) and callable(item) for key, item in table.items()):
        raise _Refused("FR609", name=hook, wanted="Mapping[str, Callable]", got=type(value).__name__)
    for key in table:
        if not good(key):
            raise _Refused("FR629", name=hook, key=key[:100], reserved="、".join(ENGINES))
    return dict(sorted(table.items()))


def _is_engine(name: str) -> bool:
    return is_id(name) and name not in ENGINES


def _load(module_name: str, plugin: str, *, api_known: bool) -> Answers:
    module = _import(module_name)
    api = getattr(module, "FLAGRULES_API", HOOK_API if api_known else None)
    if type(api) is not int or api != HOOK_API:
        raise _Refused("FR626", value="—" if api is None else str(api)[:100], api=str(HOOK_API))
    _check_names(module)
    manager = _manager(module, plugin)
    programmes = _packs(_ask(manager, "flagrules_programmes"), "flagrules_programmes", ProgrammePack)
    refinements = _packs(_ask(manager, "flagrules_refinements"), "flagrules_refinements", RefinementPack)
    readers = _named(_ask(manager, "flagrules_readers"), "flagrules_readers", is_suffix)
    reports = _named(_ask(manager, "flagrules_reports"), "flagrules_reports", is_id)
    schedulers = _named(_ask(manager, "flagrules_schedulers"), "flagrules_schedulers", _is_engine)
    return Answers((*programmes, *refinements), readers, reports, schedulers)


def answers_of(
    module: str, plugin: str, place: FilePlace, findings: Findings, *, api_known: bool, seconds: int
) -> Answers | None:
    """What the plugin in `module` answers; None with one finding at `place` when it cannot be used or takes over `seconds`.

    `api_known` says that its manifest already names the hook API. A plugin that hangs is left behind in a daemon thread.
    """
    done: list[Answers | _Refused] = []

    def work() -> None:
        try:
            done.append(_load(module, plugin, api_known=api_known))
        except _Refused as refused:
            done.append(refused)
        except BaseException as error:  # noqa: BLE001 - whatever a plugin throws is its own fault, never the run's
            done.append(_Refused("FR603", module=module, reason=_brief(error)))

    thread = threading.Thread(target=work, daemon=True)
    with contextlib.redirect_stdout(_Silent()), contextlib.redirect_stderr(_Silent()):
        thread.start()
        thread.join(seconds)
    match done:
        case [Answers() as answers]:
            return answers
        case [_Refused() as refused]:
            findings.extend([Finding(refused.code, place, tuple(sorted(refused.arguments.items())))])
        case _:
            findings.add("FR631", place, seconds=seconds)
    return None
