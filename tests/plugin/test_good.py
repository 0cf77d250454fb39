"""Plugins that are right: what the host takes from them, and that the order it meets them in changes nothing."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import pytest

from flagrules.plugin import Sheets
from flagrules.plugin.host import load_plugins
from flagrules.plugin.packs import source_of
from flagrules.text.findings import Findings
from tests.plugin.make import codes, county, entry, load, module, programme


def test_a_county_folder_without_python(tmp_path: Path) -> None:
    folder = county(tmp_path / "lin")
    for name, text in {
        "rules/deep/b.rules.md": "# b\n",
        "documents/d.yaml": "id: d\n",
        "tests/t.yaml": "cases: []\n",
        "sample/s.csv": "id\n",
        "README.md": "x\n",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    loaded, findings = load(folder, programme(tmp_path / "stars"))
    assert codes(findings) == []
    (pack,) = loaded.refinements
    assert (pack.id, pack.code, pack.name, pack.programme, pack.version) == ("lin", "990101", "林县", "stars", "0.1.0")
    assert [item.label for item in pack.rules] == ["lin/rules/a.rules", "lin/rules/deep/b.rules.md"]
    assert [item.label for item in (*pack.registers, *pack.tests, *pack.samples)] == [
        "lin/documents/d.yaml",
        "lin/tests/t.yaml",
        "lin/sample/s.csv",
    ]
    assert source_of(pack.rules[0]).text == "县 林县 落实 星级社区\n"
    assert [(r.name, r.version, r.origin, r.code) for r in loaded.plugins] == [
        ("lin", "0.1.0", "folder", False),
        ("stars", "1.0", "folder", False),
    ]


def test_digest_is_of_every_file_and_of_no_machine(tmp_path: Path) -> None:
    one, other = county(tmp_path / "one"), county(tmp_path / "other")
    programme(tmp_path / "stars")
    first, second = (load(folder, tmp_path / "stars")[0].plugins[0].digest for folder in (one, other))
    assert first == second
    names = {name: hashlib.sha256((one / name).read_bytes()).hexdigest() for name in ("county.toml", "rules/a.rules")}
    lines = "\n".join(f"{name} {digest}" for name, digest in sorted(names.items()))
    assert first == hashlib.sha256(lines.encode()).hexdigest()
    (other / "rules" / "a.rules").write_text("县 林县 落实 星级社区 \n", encoding="utf-8")
    assert load(other, tmp_path / "stars")[0].plugins[0].digest != first


def test_a_folder_of_packs_is_searched_two_levels_down(tmp_path: Path) -> None:
    county(tmp_path / "all" / "lin" / "flagrules_county_lin")
    programme(tmp_path / "all" / "stars")
    county(tmp_path / "all" / "_template" / "x", id='"hidden"')
    county(tmp_path / "all" / "a" / "b" / "c", id='"deep"')
    loaded, findings = load(tmp_path / "all")
    assert [record.name for record in loaded.plugins] == ["lin", "stars"]
    assert codes(findings) == []


def test_lookups_by_code_name_and_id(tmp_path: Path) -> None:
    loaded, _ = load(county(tmp_path / "lin"), programme(tmp_path / "stars"))
    for word in ("990101", "林县", "lin"):
        assert loaded.refinement("stars", word) is loaded.refinements[0]
    assert loaded.refinement("stars", "990102") is None
    assert loaded.refinement("moons", "990101") is None
    assert loaded.programme("stars") is loaded.programmes[0]
    assert loaded.programme("moons") is None


def test_the_order_of_folders_and_entry_points_changes_nothing(tmp_path: Path, site: Path) -> None:
    folders = [
        county(tmp_path / "lin"),
        county(tmp_path / "twin", id='"twin"'),
        county(tmp_path / "bad", code='"99"'),
        county(tmp_path / "qiu", id='"qiu"', code='"990102"'),
        programme(tmp_path / "stars"),
    ]
    reader = "from flagrules.plugin import hookimpl\nFLAGRULES_API = 1\n"
    reader += "@hookimpl\ndef flagrules_readers():\n    return {'.dbf': print}\n"
    entries = [entry("a", module(site, reader)), entry("b", module(site, reader)), entry("c", module(site, "1/0"))]
    seen = set()
    for order in itertools.permutations(range(5)):
        turn = order[0] % 3
        loaded, findings = load(*(folders[i] for i in order), entries=entries[turn:] + entries[:turn])
        seen.add((repr(loaded), repr(list(findings))))
    assert len(seen) == 1
    assert [record.name for record in loaded.plugins] == ["qiu", "stars"]
    assert codes(findings) == ["FR603", "FR624", "FR641", "FR642"]


def test_a_folder_named_twice_is_one_plugin(tmp_path: Path) -> None:
    folder = programme(tmp_path / "stars")
    loaded, findings = load(folder, folder, tmp_path / "stars" / ".." / "stars")
    assert len(loaded.plugins) == 1
    assert codes(findings) == []


def test_an_installed_package_without_code_is_never_imported(tmp_path: Path, site: Path) -> None:
    name = module(site, '"""Only data."""\nfrom __future__ import annotations\n', package=True)
    county_folder = county(tmp_path / "lin")
    for item in ("county.toml", "rules"):
        (county_folder / item).rename(site / name / item)
    loaded, findings = load(programme(tmp_path / "stars"), entries=[entry("lin", name)], python_allowed=False)
    assert codes(findings) == []
    assert [(r.name, r.origin, r.code) for r in loaded.plugins] == [("lin", "installed", False), ("stars", "folder", False)]
    assert name not in __import__("sys").modules


HOOKS = """
from pathlib import Path
from flagrules.plugin import ProgrammePack, RefinementPack, Resource, Sheets, hookimpl
FLAGRULES_API = 1

@hookimpl
def flagrules_programmes():
    return [ProgrammePack("moons", "2.0", (Resource("moons/rules/a.rules", b"x"),), title="月")]

@hookimpl
def flagrules_refinements():
    return (RefinementPack("qiu", "2.1", (), code="990102", programme="moons", name="丘县"),)

@hookimpl
def flagrules_readers():
    return {".dbf": lambda path, label: Sheets()}

@hookimpl
def flagrules_reports():
    return {"html": print}

@hookimpl
def flagrules_schedulers():
    return {"cloud": print}
"""


def test_a_python_plugin_answers_every_hook(site: Path, capfd: pytest.CaptureFixture[str]) -> None:
    loaded, findings = load(entries=[entry("moons-plugin", module(site, HOOKS + "print('hello')\n"))])
    assert codes(findings) == []
    assert [pack.id for pack in loaded.programmes] == ["moons"]
    assert [pack.code for pack in loaded.refinements] == ["990102"]
    assert loaded.readers[".dbf"](Path("x"), "label") == Sheets()
    assert list(loaded.reports) == ["html"]
    assert list(loaded.schedulers) == ["cloud"]
    assert [(r.name, r.version, r.code) for r in loaded.plugins] == [("moons-plugin", "3.0", True)]
    assert capfd.readouterr().out == ""


def test_replace_swaps_the_county_and_says_so(tmp_path: Path) -> None:
    old, new = county(tmp_path / "old"), county(tmp_path / "new", version='"9.9"')
    stars = programme(tmp_path / "stars")
    before = load(old, stars)[0].plugins[0]
    loaded, findings = load(old, stars, swaps={"990101": new})
    assert codes(findings) == []
    assert [pack.version for pack in loaded.refinements] == ["9.9"]
    record = loaded.plugins[0]
    assert (record.name, record.version) == ("lin", "9.9")
    assert record.replaces == f"lin 0.1.0 {before.digest}"
    assert loaded.plugins[1].replaces == ""


def test_the_bundled_plugins_load_clean() -> None:
    findings = Findings()
    loaded = load_plugins(findings, python_allowed=False)
    assert [str(item.place) for item in findings.errors] == []
    bundled = {record.name: record.code for record in loaded.plugins if record.origin == "bundled"}
    assert {name for name, code in bundled.items() if code} == {"builtin", "spark"}
    assert {"hejin", "yanhu", "yuncheng"} <= set(bundled)
    assert {"140882", "140802"} <= {pack.code for pack in loaded.refinements}
    assert {".csv", ".xlsx", ".parquet"} <= set(loaded.readers)
