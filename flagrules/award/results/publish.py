"""`write_results`: every format asked for, the record and the digests of the files, all or nothing; faults become findings."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flagrules.award.results.json import SCHEMA, canonical
from flagrules.award.results.run_record import record_json
from flagrules.award.results.shape import Results
from flagrules.award.results.staging import staged
from flagrules.text.findings import Finding, Findings, finding
from flagrules.text.source import FilePlace
from flagrules.text.spelling import nearest

Reporter = Callable[[Results, Path], None]
"""Writes results in one format: files of its own choosing into an empty folder. It may raise `OSError`."""

SEAL = "run.json"
_SHOWN = 5
_CODES = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "FR801"),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "FR802"),
    **dict.fromkeys((errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY), "FR803"),
}


class _Refused(Exception):
    """A reporter's fault, as the finding it becomes."""

    def __init__(self, fault: Finding) -> None:
        self.fault = fault
        super().__init__(fault.code)


def write_results(
    results: Results,
    folder: Path,
    formats: Sequence[str],
    reporters: Mapping[str, Reporter],
    findings: Findings,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Path]:
    """Write results in several formats into `folder`, and `run.json`: the record, with the digest of every file.

    The folder becomes the new results as a whole or stays as it was; then the list is empty and `findings` says why. A folder
    that holds anything but earlier results is refused. Returns the files written, in order of name. `progress` is told how many
    formats are done, and of how many.
    """
    return publish(lambda _stage: (results, {}), folder, formats, reporters, findings, progress)


def publish(
    make: Callable[[Path], tuple[Results, Mapping[str, object]]],
    folder: Path,
    formats: Sequence[str],
    reporters: Mapping[str, Reporter],
    findings: Findings,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Path]:
    """The same for results that are `make`d in the folder they will stand in: it may put files there, and say more for `run.json`."""
    target, place = Path(os.path.realpath(folder)), FilePlace(str(folder))
    wanted = tuple(dict.fromkeys(formats))
    unknown = [name for name in wanted if name not in reporters]
    for name in unknown:
        known = "、".join(sorted(reporters))
        findings.add("FR805", place, name=name, guess=nearest(name, reporters) or known, known=known)
    try:
        if unknown or not _may_replace(target, place, findings):
            return []
        with staged(target) as stage:
            results, more = make(stage)
            for done, name in enumerate(wanted):
                progress(done, len(wanted))
                _report(name, reporters[name], results, stage, place)
            _seal(results, stage, more)
            names = _files(stage)
    except _Refused as refused:
        findings.extend([refused.fault])
    except OSError as error:
        findings.add(_CODES.get(error.errno or 0, "FR808"), place, reason=error.strerror or str(error))
    else:
        return [folder / name for name in names]
    return []


def _files(folder: Path) -> list[str]:
    """The files below a folder, by their paths inside it."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def _may_replace(target: Path, place: FilePlace, findings: Findings) -> bool:
    if not target.exists():
        return True
    if not target.is_dir():
        findings.add("FR803", place, reason="")
        return False
    foreign = sorted(set(_files(target)) - _sealed(target))
    if foreign:
        findings.add("FR804", place, count=len(foreign), names="、".join(foreign[:_SHOWN]))
    return not foreign


def _sealed(target: Path) -> set[str]:
    """The files that earlier results say are theirs."""
    try:
        seal = json.loads((target / SEAL).read_text(encoding="utf-8"))
        return {SEAL, *(str(file["name"]) for file in seal["files"])} if seal["schema"] == SCHEMA else set()
    except (FileNotFoundError, ValueError, TypeError, KeyError, RecursionError):
        return set()


def _report(name: str, reporter: Reporter, results: Results, stage: Path, place: FilePlace) -> None:
    """Run one reporter in a folder of its own, then move its files beside the others'."""
    own = stage / f".{name}"
    own.mkdir()
    try:
        reporter(results, own)
    except OSError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise _Refused(finding("FR806", place, name=name, reason=reason)) from error
    for file in _files(own):
        if (stage / file).exists() or file == SEAL:
            raise _Refused(finding("FR807", place, name=name, file=file))
        (stage / file).parent.mkdir(parents=True, exist_ok=True)
        (own / file).rename(stage / file)
    _remove_empty(own)


def _remove_empty(folder: Path) -> None:
    for path in sorted((item for item in folder.rglob("*") if item.is_dir()), reverse=True):
        path.rmdir()
    folder.rmdir()


def _seal(results: Results, stage: Path, more: Mapping[str, object]) -> None:
    digests = [{"name": name, "sha256": _digest(stage / name)} for name in _files(stage)]
    value = {"schema": SCHEMA, "record": record_json(results.record), "files": digests, **more}
    (stage / SEAL).write_bytes(canonical(value))


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
