"""Rule tests as pytest items: the YAML cases of a pack's `tests/` folder, one item a case, its failure the finding's words.

Loaded in every pytest run where flagrules is installed, so nothing else of flagrules is imported until a case file is met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flagrules.testing.beside import Beside
    from flagrules.testing.read import Case
    from flagrules.text.findings import Finding

_MANIFESTS = ("programme.toml", "county.toml")
_KEY = re.compile(rb"^(?:\xef\xbb\xbf)?[\"']?(?:cases|\xe7\x94\xa8\xe4\xbe\x8b)[\"']?[ \t]*:", re.MULTILINE)  # cases, 用例
_OPENED = pytest.StashKey[dict[Path, "Beside"]]()


class CaseFailed(Exception):
    """A case did not come out as expected, or could not be read; the findings say why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__(", ".join(item.code for item in findings))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--flagrules-plugins DIR`: where else the programme of a county may be."""
    group = parser.getgroup("flagrules")
    text = "a folder of flagrules plugins, for cases of packs that are not installed"
    group.addoption("--flagrules-plugins", action="append", default=[], metavar="DIR", type=Path, help=text)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Case files only: *.yaml below a `tests/` that stands beside a manifest, with the key 用例 or cases."""
    folder = _pack_folder(file_path) if file_path.suffix == ".yaml" else None
    if folder is None:
        return None
    try:
        found = _KEY.search(file_path.read_bytes())
    except OSError:
        return None
    return CasesFile.from_parent(parent, path=file_path, folder=folder) if found else None


def _pack_folder(file: Path) -> Path | None:
    """The folder of the pack whose `tests/` holds a file, or None."""
    tests = (folder for folder in file.parents if folder.name == "tests")
    return next((folder.parent for folder in tests if any((folder.parent / name).is_file() for name in _MANIFESTS)), None)


class CasesFile(pytest.File):
    """A YAML file of cases; `folder` is its pack's."""

    def __init__(self, *, folder: Path, **given: Any) -> None:  # noqa: ANN401  pytest's own arguments
        super().__init__(**given)
        self.folder = folder

    def collect(self) -> Iterator[pytest.Item]:
        """One item a case; a file with faults is an error of collection that tells them."""
        from flagrules.testing.read import read_cases
        from flagrules.text.findings import Findings, Stopped
        from flagrules.text.render import render_all

        findings = Findings()
        try:
            beside = self._opened()
            cases = read_cases(beside.resource(self.path), findings)
            findings.stop()
        except Stopped as stopped:
            raise self.CollectError(render_all(stopped.findings)) from None
        for case in cases:
            yield CaseItem.from_parent(self, name=case.name, case=case, beside=beside)

    def _opened(self) -> Beside:
        """The pack of a folder, opened once a run."""
        from flagrules.testing.beside import open_beside

        opened = self.config.stash.setdefault(_OPENED, {})
        if self.folder not in opened:
            opened[self.folder] = open_beside(self.folder, tuple(self.config.getoption("--flagrules-plugins")))
        return opened[self.folder]


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, beside: Beside, **given: Any) -> None:  # noqa: ANN401  pytest's own arguments
        super().__init__(**given)
        self.case, self.beside = case, beside

    def runtest(self) -> None:
        """Run the case; raises `CaseFailed` with the findings."""
        from flagrules.testing.run import run_one
        from flagrules.text.findings import Stopped

        try:
            result = run_one(self.case, self.beside.pack, self.beside.compile_on)
        except Stopped as stopped:
            raise CaseFailed(stopped.findings) from None
        if not result.passed:
            raise CaseFailed(result.findings)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any) -> Any:  # noqa: ANN401  pytest's signature
        """The findings in words, the failing rule line with its caret; anything else as pytest shows it."""
        if not isinstance(excinfo.value, CaseFailed):
            return super().repr_failure(excinfo, *args)
        from flagrules.text.render import render_all

        return render_all(excinfo.value.findings)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, the 0-based line of the case's name, and the name."""
        return self.path, self.case.place.line - 1, self.name
