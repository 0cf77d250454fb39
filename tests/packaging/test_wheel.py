"""The wheel: exactly what git tracks of the packages and their data, nothing more and nothing less."""

from __future__ import annotations

import configparser
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from flagrules import __version__
from tests.needs import needs_program

ROOT = Path(__file__).parents[2]
MOVED = {"grammars/": "flagrules/grammars/", "counties/_template/": "flagrules/plugin/template/"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

pytestmark = needs_program("git", "git")


def tracked() -> list[str]:
    """What git tracks and the working tree still has."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return [name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def in_wheel(name: str) -> str | None:
    """Where a tracked file stands in the wheel, or None where it has no place there."""
    for start, place in MOVED.items():
        if name.startswith(start):
            return place + name.removeprefix(start)
    parts = name.split("/")
    if parts[0] == "flagrules":
        return name
    if parts[0] in ("plugins", "counties") and len(parts) > 3 and parts[2].startswith("flagrules_"):
        return "/".join(parts[2:])
    return None


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from a copy of what git tracks, as a fresh clone would build it."""
    clone, out = tmp_path_factory.mktemp("clone"), tmp_path_factory.mktemp("dist")
    for name in tracked():
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_bytes((ROOT / name).read_bytes())
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(clone)]
    subprocess.run(build, check=True, capture_output=True)
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def contents(wheel: Path) -> dict[str, bytes]:
    """The files of the wheel beside its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_is_what_git_tracks(contents: dict[str, bytes]) -> None:
    expected = {place: name for name in tracked() if (place := in_wheel(name))}
    assert sorted(contents) == sorted(expected)
    assert [place for place, name in expected.items() if contents[place] != (ROOT / name).read_bytes()] == []


def test_every_package_of_plugins_and_counties_is_listed() -> None:
    on_disk = sorted(
        path.parent.relative_to(ROOT).as_posix()
        for top in ("plugins", "counties")
        for path in (ROOT / top).glob("*/flagrules_*/__init__.py")
    )
    target = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert [name for name in on_disk if name not in target["only-include"]] == []
    assert [name for name in target["only-include"] if not (ROOT / name).is_dir()] == []
    for name in on_disk:
        parent = name.rsplit("/", 1)[0]
        assert parent in target["dev-mode-dirs"]
        assert target["sources"][parent] == ""


@pytest.mark.parametrize(
    "name",
    [
        "flagrules/py.typed",
        "flagrules/grammars/rules.lark",
        "flagrules/plugin/template/pyproject.toml.txt",
        "flagrules/report/vendor/echarts.common.min.js",
        "flagrules/report/vendor/LICENSE.echarts",
        "flagrules/report/page.html.j2",
        "flagrules/report/charts.js",
        "flagrules/plugin/template/package/county.toml.txt",
        "flagrules_yuncheng/programme.toml",
        "flagrules_county_hejin/county.toml",
        "flagrules_county_yanhu/county.toml",
    ],
)
def test_data_that_must_not_be_lost(contents: dict[str, bytes], name: str) -> None:
    assert name in contents


def test_nothing_else_is_in_the_wheel(contents: dict[str, bytes]) -> None:
    packages = {name.split("/")[0] for name in contents}
    assert all(name.startswith("flagrules") for name in packages)
    assert [name for name in contents if name.endswith((".pyc", ".orig")) or "/tests/test_" in name] == []


def test_the_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        folder = f"flagrules-{__version__}.dist-info"
        metadata = archive.read(f"{folder}/METADATA").decode()
        points = configparser.ConfigParser()
        points.optionxform = str  # type: ignore[assignment,method-assign]
        points.read_string(archive.read(f"{folder}/entry_points.txt").decode())
        assert f"{folder}/licenses/LICENSE" in archive.namelist()
    assert "Requires-Python: >=3.11" in metadata
    assert dict(points["console_scripts"]) == {"flagrules": "flagrules.cli.main:main"}
    assert dict(points["flagrules.plugins"]) == PROJECT["project"]["entry-points"]["flagrules.plugins"]


def test_the_bundled_plugins_load_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """In a process of its own, with the unpacked wheel before anything else on the path."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "import flagrules, flagrules.plugin.host as host\n"
        "from flagrules.text.findings import Findings\n"
        "found = Findings(); loaded = host.load_plugins(found)\n"
        "print(flagrules.__file__)\n"
        "print(*(record.name for record in loaded.plugins if record.origin == 'bundled'))\n"
        "print(*(item.code for item in found.errors))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, check=True, capture_output=True
    )
    where, names, errors = run.stdout.decode().splitlines()
    assert where.startswith(str(tmp_path))
    assert names == " ".join(sorted(PROJECT["project"]["entry-points"]["flagrules.plugins"]))
    assert errors == ""


def test_dependencies_have_lower_bounds_and_no_upper_ones() -> None:
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["dev"]]
    assert [line for line in wanted if ">=" not in line or "<" in line or "==" in line] == []
