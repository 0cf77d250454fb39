"""The built-in readers and reports, handed over through the same hooks as anyone's."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from flagrules.plugin import Reader, Reporter, hookimpl

FLAGRULES_API = 1

_READERS = {
    ".csv": "flagrules.facts.readers.csv:read_csv",
    ".xlsx": "flagrules.facts.readers.xlsx:read_xlsx",
    ".parquet": "flagrules.facts.readers.parquet:read_parquet",
}
_REPORTS: dict[str, str] = {}


def _lazy(address: str) -> Reader:
    """A callable that imports `module:function` when first called, so that loading plugins loads no heavy library."""
    module, _, name = address.partition(":")

    def call(*args: object, **kwargs: object) -> object:
        return cast("Reader", getattr(import_module(module), name))(*args, **kwargs)

    call.__name__ = name
    call.__doc__ = f"Calls `{address}`."
    return call


@hookimpl
def flagrules_readers() -> dict[str, Reader]:
    """CSV, Excel and Parquet."""
    return {suffix: _lazy(address) for suffix, address in _READERS.items()}


@hookimpl
def flagrules_reports() -> dict[str, Reporter]:
    """The formats `run` writes."""
    return {name: _lazy(address) for name, address in _REPORTS.items()}
