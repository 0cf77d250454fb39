"""Plugins with Python that are wrong: one finding each, and every other plugin untouched."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from flagrules.text.render import to_text
from tests.plugin.make import codes, county, entry, load, module, places, programme

HEAD = "from flagrules.plugin import ProgrammePack, RefinementPack, Resource, hookimpl\nFLAGRULES_API = 1\n"


def hook(name: str, value: str) -> str:
    """A module with one hook that returns `value`."""
    return f"{HEAD}@hookimpl\ndef flagrules_{name}():\n    return {value}\n"


BAD = {
    "does not compile": ("def (\n", "FR603"),
    "raises on import": ("1 / 0\n", "FR603"),
    "exits on import": ("raise SystemExit(0)\n", "FR603"),
    "raises a base exception": ("raise BaseException('x')\n", "FR603"),
    "calls sys.exit": ("import sys\nsys.exit('bye')\n", "FR603"),
    "needs a module that is absent": ("import no_such_module_here\n", "FR604"),
    "states no api": ("x = print\n", "FR626"),
    "states another api": ("FLAGRULES_API = 1 + 1\n", "FR626"),
    "states the api as text": ("FLAGRULES_API = str(1)\n", "FR626"),
    "states the api as true": ("FLAGRULES_API = bool(1)\n", "FR626"),
    "misspells a hook": (hook("refinments", "[]"), "FR605"),
    "has an unknown hook": (hook("everything", "[]"), "FR605"),
    "forgets the mark": (f"{HEAD}def flagrules_readers():\n    return {{}}\n", "FR606"),
    "takes a parameter": (f"{HEAD}@hookimpl\ndef flagrules_readers(programme):\n    return {{}}\n", "FR607"),
    "hides a misspelt hook in another name": (f"{HEAD}@hookimpl\ndef readers():\n    return {{}}\n", "FR607"),
    "raises in a hook": (hook("readers", "1 / 0"), "FR608"),
    "exits in a hook": (hook("readers", "exit(1)"), "FR608"),
    "returns nothing": (hook("programmes", "None"), "FR609"),
    "returns text": (hook("programmes", "'stars'"), "FR609"),
    "returns one pack": (hook("programmes", "ProgrammePack('a', '1.0', (), title='a')"), "FR609"),
    "returns a county as a programme": (hook("programmes", "[RefinementPack('a', '1.0', ())]"), "FR609"),
    "returns a list of readers": (hook("readers", "[print]"), "FR609"),
    "returns a reader that is none": (hook("readers", "{'.dbf': 1}"), "FR609"),
    "returns a report without a name": (hook("reports", "{1: print}"), "FR609"),
    "has a suffix without a dot": (hook("readers", "{'dbf': print}"), "FR629"),
    "has a suffix that climbs": (hook("readers", "{'./../x': print}"), "FR629"),
    "has a format with a slash": (hook("reports", "{'a/b': print}"), "FR629"),
    "gives a pack an id that climbs": (hook("programmes", "[ProgrammePack('../x', '1.0', (), title='a')]"), "FR628"),
    "gives a pack no title": (hook("programmes", "[ProgrammePack('a', '1.0', ())]"), "FR628"),
    "gives a county five digits": (
        hook("refinements", "[RefinementPack('a', '1.0', (), code='99010', programme='stars', name='a')]"),
        "FR628",
    ),
    "gives text for a file": (hook("programmes", "[ProgrammePack('a', '1.0', ('rules',), title='a')]"), "FR628"),
    "gives a list of files": (hook("programmes", "[ProgrammePack('a', '1.0', [], title='a')]"), "FR628"),
    "gives text for bytes": (hook("programmes", "[ProgrammePack('a', '1.0', (Resource('a/x', 'y'),), title='a')]"), "FR628"),
    "gives a label of another pack": (
        hook("programmes", "[ProgrammePack('a', '1.0', (Resource('stars/rules/a.rules', b''),), title='a')]"),
        "FR628",
    ),
    "gives a label that climbs": (
        hook("programmes", "[ProgrammePack('a', '1.0', (Resource('a/../stars/a.rules', b''),), title='a')]"),
        "FR628",
    ),
    "gives a number for a version": (hook("programmes", "[ProgrammePack('a', 1, (), title='a')]"), "FR628"),
    "answers nothing at all": (f"{HEAD}", "FR602"),
}


@pytest.mark.parametrize(("source", "code"), BAD.values(), ids=BAD.keys())
def test_a_bad_plugin_is_one_finding(tmp_path: Path, site: Path, source: str, code: str) -> None:
    loaded, findings = load(programme(tmp_path / "stars"), entries=[entry("bad", module(site, source))])
    assert codes(findings) == [code]
    assert places(findings, code) == ["some-wheel 3.0 [flagrules.plugins: bad]"]
    assert [record.name for record in loaded.plugins] == ["stars"]
    (found,) = findings
    assert all("{" not in to_text(found, lang) and "Traceback" not in to_text(found, lang) for lang in ("zh", "en"))


def test_a_misspelt_hook_gets_a_suggestion(site: Path) -> None:
    _, findings = load(entries=[entry("bad", module(site, hook("refinments", "[]")))])
    assert "flagrules_refinements" in to_text(findings.items[0], "en")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("../../etc", "os", "FR601"),
        ("/abs", "os", "FR601"),
        ("a\0b", "os", "FR601"),
        ("a\nb", "os", "FR601"),
        ("a\u202eb", "os", "FR601"),
        ("x" * 300, "os", "FR601"),
        ("", "os", "FR601"),
        ("good", "../../etc/passwd", "FR630"),
        ("good", "os:path", "FR630"),
        ("good", "os [extra]", "FR630"),
        ("good", ".".join(["x"] * 60), "FR630"),
        ("good", "no_such_module_here", "FR604"),
        ("good", "flagrules.no_such_module_here", "FR604"),
        ("good", "os.path.no_such", "FR604"),
    ],
)
def test_a_bad_entry_point(tmp_path: Path, name: str, value: str, code: str) -> None:
    loaded, findings = load(programme(tmp_path / "stars"), entries=[entry(name, value)])
    assert codes(findings) == [code]
    assert len(loaded.plugins) == 1
    assert len(str(findings.items[0].place)) < 160


def test_a_hanging_plugin_is_given_up(tmp_path: Path, site: Path) -> None:
    stuck = entry("stuck", module(site, "import time\ntime.sleep(30)\n"))
    begun = time.monotonic()
    loaded, findings = load(programme(tmp_path / "stars"), entries=[stuck], seconds=1)
    assert time.monotonic() - begun < 10
    assert codes(findings) == ["FR631"]
    assert len(loaded.plugins) == 1


def test_a_chattering_plugin_prints_nothing(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chatter = "import sys\nprint('x' * 10**6)\nsys.stderr.write('y' * 10**6)\n" + hook("readers", "{'.dbf': print}")
    loaded, findings = load(entries=[entry("chatter", module(site, chatter))])
    assert codes(findings) == []
    assert list(loaded.readers) == [".dbf"]
    assert capsys.readouterr() == ("", "")


def test_an_official_run_refuses_code_but_not_our_own(site: Path) -> None:
    source = hook("readers", "{'.dbf': print}")
    ours = hook("readers", "{'.xyz': print}")
    entries = [entry("theirs", module(site, source)), entry("ours", module(site, ours), owner="flagrules")]
    loaded, findings = load(entries=entries, python_allowed=False)
    assert codes(findings) == ["FR632"]
    assert [(record.name, record.origin) for record in loaded.plugins] == [("ours", "bundled")]


def test_refused_code_does_not_run(tmp_path: Path, site: Path) -> None:
    trace = tmp_path / "ran"
    load(entries=[entry("theirs", module(site, f"open({str(trace)!r}, 'w')\n"))], python_allowed=False)
    assert not trace.exists()


def test_two_plugins_of_one_name(tmp_path: Path, site: Path) -> None:
    first = entry("twin", module(site, hook("readers", "{'.one': print}")), owner="wheel-a")
    second = entry("twin", module(site, hook("readers", "{'.two': print}")), owner="wheel-b")
    loaded, findings = load(programme(tmp_path / "stars"), entries=[second, first])
    (found,) = findings
    assert found.code == "FR640"
    assert "wheel-a" in str(found.place)
    assert ["wheel-b" in str(related.place) for related in found.related] == [True]
    assert [record.name for record in loaded.plugins] == ["stars"]


def test_two_readers_of_one_suffix(site: Path) -> None:
    source = hook("readers", "{'.dbf': print}")
    loaded, findings = load(entries=[entry("a", module(site, source)), entry("b", module(site, source))])
    assert codes(findings) == ["FR642"]
    assert loaded.readers == {}


def test_a_reader_that_came_with_us_stays(site: Path) -> None:
    source = hook("readers", "{'.dbf': print}")
    entries = [entry("a", module(site, source)), entry("b", module(site, source), owner="flagrules")]
    loaded, findings = load(entries=entries)
    assert codes(findings) == ["FR642"]
    assert list(loaded.readers) == [".dbf"]
    assert [record.name for record in loaded.plugins] == ["b"]


def test_two_reports_of_one_format(site: Path) -> None:
    source = hook("reports", "{'html': print}")
    assert codes(load(entries=[entry("a", module(site, source)), entry("b", module(site, source))])[1]) == ["FR643"]


def test_two_schedulers_of_one_name(site: Path) -> None:
    source = hook("schedulers", "{'cloud': print}")
    loaded, findings = load(entries=[entry("a", module(site, source)), entry("b", module(site, source))])
    assert codes(findings) == ["FR645"]
    assert loaded.schedulers == {}


@pytest.mark.parametrize("name", ["auto", "columnar", "reference", "", "雲", "my cloud"])
def test_a_scheduler_no_engine_can_be_called(site: Path, name: str) -> None:
    loaded, findings = load(entries=[entry("a", module(site, hook("schedulers", f"{{{name!r}: print}}")))])
    (found,) = findings
    assert found.code == "FR629"
    assert ("key", name) in found.args
    assert loaded.schedulers == {}


def test_one_county_twice(tmp_path: Path) -> None:
    one, two = county(tmp_path / "one"), county(tmp_path / "two", id='"lin2"')
    loaded, findings = load(two, one, programme(tmp_path / "stars"))
    (found,) = findings
    assert (found.code, str(found.place)) == ("FR641", one.as_posix())
    assert [str(related.place) for related in found.related] == [two.as_posix()]
    assert loaded.refinements == ()


def test_one_county_twice_in_one_plugin(tmp_path: Path, site: Path) -> None:
    pack = "RefinementPack('{}', '1.0', (), code='990101', programme='stars', name='a')"
    source = hook("refinements", f"[{pack.format('a')}, {pack.format('b')}]")
    loaded, findings = load(programme(tmp_path / "stars"), entries=[entry("both", module(site, source))])
    assert codes(findings) == ["FR641"]
    assert loaded.refinements == ()


def test_one_county_may_refine_two_programmes(tmp_path: Path) -> None:
    loaded, findings = load(
        county(tmp_path / "one"),
        county(tmp_path / "two", id='"lin2"', programme='"moons"'),
        programme(tmp_path / "stars"),
        programme(tmp_path / "moons", id='"moons"'),
    )
    assert codes(findings) == []
    assert [pack.programme for pack in loaded.refinements] == ["moons", "stars"]


def test_one_programme_twice(tmp_path: Path) -> None:
    loaded, findings = load(programme(tmp_path / "one"), programme(tmp_path / "two"), county(tmp_path / "lin"))
    assert codes(findings) == ["FR640", "FR644"]
    assert loaded.plugins == ()


def test_an_unknown_programme_is_named_with_a_guess(tmp_path: Path) -> None:
    loaded, findings = load(county(tmp_path / "lin", programme='"star"'), programme(tmp_path / "stars"))
    assert codes(findings) == ["FR644"]
    assert "“stars”" in to_text(findings.items[0], "en")
    assert [record.name for record in loaded.plugins] == ["stars"]


def test_an_entry_point_and_its_manifest_must_agree(tmp_path: Path, site: Path) -> None:
    name = module(site, "", package=True)
    folder = programme(tmp_path / "stars")
    for item in ("programme.toml", "rules"):
        (folder / item).rename(site / name / item)
    assert codes(load(entries=[entry("sters", name)])[1]) == ["FR634"]
    assert codes(load(entries=[entry("stars", name)])[1]) == []


@pytest.mark.parametrize(
    ("code", "folder", "expected"),
    [
        ("99010", "new", ["FR650"]),
        ("lin", "new", ["FR650"]),
        ("990102", "new", ["FR651"]),
        ("990103", "other", ["FR652"]),
        ("990101", "stars", ["FR651"]),
        ("990101", "absent", ["FR600"]),
    ],
)
def test_a_bad_replacement(tmp_path: Path, code: str, folder: str, expected: list[str]) -> None:
    old = county(tmp_path / "old")
    county(tmp_path / "new", version='"9.9"')
    county(tmp_path / "other", code='"990103"')
    stars = programme(tmp_path / "stars")
    loaded, findings = load(old, stars, swaps={code: tmp_path / folder})
    assert codes(findings) == expected
    assert [pack.version for pack in loaded.refinements] == ["0.1.0"]
