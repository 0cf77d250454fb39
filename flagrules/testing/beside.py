"""The pack a case file stands in, read from its folder, with the programme it belongs to: what pytest needs to run the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flagrules.pipeline import Programme, open_programme
from flagrules.plugin.folder import read_folder
from flagrules.plugin.host import load_plugins
from flagrules.plugin.packs import Pack, ProgrammePack, RefinementPack, Resource
from flagrules.testing.run import CompileOn, compiler
from flagrules.text.findings import Findings, Stopped
from flagrules.text.source import FilePlace


@dataclass(frozen=True)
class Beside:
    """A pack read from its folder and its rules, compiled once a day asked for."""

    folder: Path
    pack: Pack
    compile_on: CompileOn

    def resource(self, file: Path) -> Resource:
        """A file of the pack as findings name it."""
        return Resource(f"{self.pack.id}/{file.relative_to(self.folder).as_posix()}", file.read_bytes())


def open_beside(folder: Path, plugins: tuple[Path, ...] = ()) -> Beside:
    """The pack in a folder; a county's programme is looked for among the installed plugins and `plugins`. Raises `Stopped`."""
    findings = Findings()
    pack = read_folder(folder, folder.name, findings)
    findings.stop()
    if isinstance(pack, ProgrammePack):
        return Beside(folder, pack, compiler(open_programme(pack, findings), None))
    if not isinstance(pack, RefinementPack):
        raise Stopped(tuple(findings))
    return Beside(folder, pack, compiler(_programme_of(pack, plugins), pack))


def _programme_of(pack: RefinementPack, plugins: tuple[Path, ...]) -> Programme:
    findings = Findings()
    programme = load_plugins(findings, folders=plugins).programme(pack.programme)
    if programme is None:
        findings.add("FR644", FilePlace(f"{pack.id}/county.toml"), name=pack.programme, guess="—")
        raise Stopped(tuple(findings))
    return open_programme(programme, Findings())
