"""Folders that are wrong: the exact code and place of each, and the good plugin beside it untouched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flagrules.plugin import tree
from flagrules.text.render import to_text
from tests.plugin.make import codes, county, load, places, programme


@pytest.mark.parametrize(
    ("changes", "code", "line"),
    [
        ({"id": '"../../etc"'}, "FR623", 1),
        ({"id": '"/etc/passwd"'}, "FR623", 1),
        ({"id": '"a\\u0000b"'}, "FR623", 1),
        ({"id": '"a\\nb"'}, "FR623", 1),
        ({"id": '"lin\\u202Eabc"'}, "FR623", 1),
        ({"id": f'"{"x" * 101}"'}, "FR623", 1),
        ({"id": '"Lin"'}, "FR623", 1),
        ({"id": '""'}, "FR623", 1),
        ({"id": "7"}, "FR623", 1),
        ({"code": '"99010"'}, "FR624", 2),
        ({"code": '"9901011"'}, "FR624", 2),
        ({"code": '"99010１"'}, "FR624", 2),
        ({"code": '"099010"'}, "FR624", 2),
        ({"code": "990101"}, "FR624", 2),
        ({"name": '""'}, "FR627", 3),
        ({"name": '"林\\u200B县"'}, "FR627", 3),
        ({"name": '" 林县"'}, "FR627", 3),
        ({"name": f'"{"林" * 101}"'}, "FR627", 3),
        ({"name": '["林县"]'}, "FR627", 3),
        ({"programme": '"Stars!"'}, "FR623", 4),
        ({"version": '"first"'}, "FR625", 5),
        ({"version": "0.1"}, "FR625", 5),
        ({"api": "2"}, "FR626", 6),
        ({"api": "true"}, "FR626", 6),
        ({"api": '"1"'}, "FR626", 6),
        ({"verson": '"0.1.0"'}, "FR622", 7),
        ({"name": None}, "FR621", 1),
        ({"api": None}, "FR621", 1),
        ({"id": "lin"}, "FR620", 1),
        ({"name": '"林县'}, "FR620", 3),
    ],
)
def test_a_wrong_manifest_is_named_by_line(tmp_path: Path, changes: dict[str, str | None], code: str, line: int) -> None:
    loaded, findings = load(county(tmp_path / "bad", **changes), programme(tmp_path / "stars"))
    assert codes(findings) == [code]
    assert places(findings, code) == [f"{(tmp_path / 'bad').as_posix()}/county.toml:{line}"]
    assert [record.name for record in loaded.plugins] == ["stars"]


def test_all_faults_of_a_manifest_come_at_once(tmp_path: Path) -> None:
    _, findings = load(county(tmp_path / "bad", code='"1"', version="1", nmae='"x"', name=None))
    assert codes(findings) == ["FR621", "FR622", "FR624", "FR625"]
    (misspelt,) = [item for item in findings if item.code == "FR622"]
    assert "did you mean “name”?" in to_text(misspelt, "en")


def _gb18030(folder: Path) -> None:
    (folder / "rules" / "a.rules").write_bytes("方案\n星级社区\n".encode("gb18030"))


def _utf16(folder: Path) -> None:
    (folder / "rules" / "a.rules").write_bytes("方案\n".encode("utf-16"))


def _nul(folder: Path) -> None:
    (folder / "rules" / "a.rules").write_bytes(b"a\nb\n\0c\n")


def _manifest_in_gb18030(folder: Path) -> None:
    (folder / "county.toml").write_bytes('id = "lin"\nname = "林县"\n'.encode("gb18030"))


def _second_manifest(folder: Path) -> None:
    (folder / "programme.toml").write_text("", encoding="utf-8")


def _stray_rule(folder: Path) -> None:
    (folder / "b.rules").write_text("", encoding="utf-8")


def _rule_of_another_kind(folder: Path) -> None:
    (folder / "rules" / "b.txt").write_text("", encoding="utf-8")


def _yml(folder: Path) -> None:
    (folder / "tests").mkdir()
    (folder / "tests" / "t.yml").write_text("", encoding="utf-8")


def _name(name: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / "rules" / name).write_text("", encoding="utf-8")

    return make


def _link_out(folder: Path) -> None:
    outside = folder.parent / "secret.rules"
    outside.write_text("x\n", encoding="utf-8")
    (folder / "rules" / "b.rules").symlink_to(outside)


def _folder_link_out(folder: Path) -> None:
    (folder / "documents").symlink_to("/etc", target_is_directory=True)


def _dangling(folder: Path) -> None:
    (folder / "rules" / "b.rules").symlink_to("nowhere")


def _fifo(folder: Path) -> None:
    os.mkfifo(folder / "rules" / "b.rules")


def _deep(folder: Path) -> None:
    (folder / "rules" / "/".join("abcdefghijkl")).mkdir(parents=True)


@pytest.mark.parametrize(
    ("spoil", "code", "place"),
    [
        (_gb18030, "FR614", "rules/a.rules:1"),
        (_utf16, "FR614", "rules/a.rules:1"),
        (_nul, "FR615", "rules/a.rules:3"),
        (_manifest_in_gb18030, "FR614", "county.toml:2"),
        (_second_manifest, "FR618", "county.toml"),
        (_stray_rule, "FR617", "b.rules"),
        (_rule_of_another_kind, "FR617", "rules/b.txt"),
        (_yml, "FR617", "tests/t.yml"),
        (_name("a\u202eselur.rules"), "FR610", "rules/a\u202eselur.rules"),
        (_name("a\nb.rules"), "FR610", "rules/a\nb.rules"),
        (_name("a\\b.rules"), "FR610", "rules/a\\b.rules"),
        (_name("e\u0301.rules"), "FR610", "rules/e\u0301.rules"),
        (_link_out, "FR611", "rules/b.rules"),
        (_folder_link_out, "FR611", "documents"),
        (_dangling, "FR611", "rules/b.rules"),
        (_fifo, "FR616", "rules/b.rules"),
        (_deep, "FR612", "rules/a/b/c/d/e/f/g/h"),
    ],
)
def test_a_wrong_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None], code: str, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    spoil(county(Path("bad")))
    loaded, findings = load(Path("bad"), programme(Path("stars")))
    assert codes(findings) == [code]
    assert places(findings, code) == [f"bad/{place}"]
    assert [record.name for record in loaded.plugins] == ["stars"]


def test_the_guess_at_an_encoding_is_said(tmp_path: Path) -> None:
    for spoil, guess in ((_gb18030, "GB18030"), (_utf16, "UTF-16")):
        folder = county(tmp_path / guess)
        spoil(folder)
        (found,) = load(folder)[1]
        assert guess in to_text(found, "zh")


@pytest.mark.parametrize(("length", "expected"), [(100, []), (101, ["FR610"])])
def test_a_file_name_has_at_most_a_hundred_characters(tmp_path: Path, length: int, expected: list[str]) -> None:
    folder = programme(tmp_path / "stars")
    (folder / "rules" / ("a" * (length - 6) + ".rules")).write_text("", encoding="utf-8")
    assert codes(load(folder)[1]) == expected


@pytest.mark.parametrize(("limit", "expected"), [(2, []), (1, ["FR613"])])
def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int, expected: list[str]) -> None:
    monkeypatch.setattr(tree, "MAX_FILES", limit)
    assert codes(load(programme(tmp_path / "stars"))[1]) == expected


@pytest.mark.parametrize(("over", "expected"), [(0, []), (1, ["FR613"])])
def test_too_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over: int, expected: list[str]) -> None:
    folder = programme(tmp_path / "stars")
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    monkeypatch.setattr(tree, "MAX_BYTES", total - over)
    assert codes(load(folder)[1]) == expected


def test_a_huge_sparse_file_is_refused_unread(tmp_path: Path) -> None:
    folder = programme(tmp_path / "stars")
    with (folder / "rules" / "b.rules").open("wb") as file:
        file.truncate(50 * 1024**3)
    assert codes(load(folder)[1]) == ["FR613"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("absent", "FR600"), ("a\0b", "FR600"), ("a\u202eb", "FR600"), ("empty", "FR602"), ("file", "FR600")],
)
def test_a_folder_that_is_none(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "empty" / "inside").mkdir(parents=True)
    (tmp_path / "file").write_text("", encoding="utf-8")
    loaded, findings = load(tmp_path / name, programme(tmp_path / "stars"))
    assert codes(findings) == [code]
    assert len(loaded.plugins) == 1


def test_a_link_below_the_named_folder_is_not_followed(tmp_path: Path) -> None:
    programme(tmp_path / "outside")
    county(tmp_path / "all" / "lin")
    (tmp_path / "all" / "stars").symlink_to(tmp_path / "outside", target_is_directory=True)
    _, findings = load(tmp_path / "all")
    assert codes(findings) == ["FR611", "FR644"]


def test_a_folder_name_with_a_direction_mark(tmp_path: Path) -> None:
    county(tmp_path / "all" / "a\u202eb")
    assert codes(load(tmp_path / "all")[1]) == ["FR610"]


def test_a_pack_without_rules_is_a_warning(tmp_path: Path) -> None:
    folder = programme(tmp_path / "stars")
    (folder / "rules" / "a.rules").unlink()
    loaded, findings = load(folder)
    assert codes(findings) == ["FR619"]
    assert not findings.errors
    assert len(loaded.programmes) == 1


def test_code_in_a_folder_never_runs(tmp_path: Path) -> None:
    folder = county(tmp_path / "lin")
    (folder / "__init__.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    stars = programme(tmp_path / "stars")
    loaded, findings = load(folder, stars)
    assert codes(findings) == ["FR633"]
    assert [record.code for record in loaded.plugins] == [True, False]
    loaded, findings = load(folder, stars, python_allowed=False)
    assert codes(findings) == ["FR632"]
    assert [record.name for record in loaded.plugins] == ["stars"]


@pytest.mark.parametrize("source", ["import os\n", "def f(): 0\n", "X = f()\n", "'''a'''; print()\n", "(\n", "class A: pass\n"])
def test_what_counts_as_code(source: str) -> None:
    assert tree.code_files({"x.py": source.encode()}) == ("x.py",)


@pytest.mark.parametrize("source", ["", '"""Doc."""\n', "from __future__ import annotations\nFLAGRULES_API = 1\n"])
def test_what_does_not_count_as_code(source: str) -> None:
    assert tree.code_files({"x.py": source.encode()}) == ()
    assert tree.code_files({"x.so": source.encode()}) == ("x.so",)


@pytest.mark.parametrize(("key", "line"), [("api", "api = 1"), ("code", 'code = "990101"'), ("version", 'version = "0.1.0"')])
def test_a_missing_entry_is_shown_as_the_line_to_write(tmp_path: Path, key: str, line: str) -> None:
    _, findings = load(county(tmp_path / "bad", **{key: None}))
    (missing,) = [item for item in findings if item.code == "FR621"]
    assert to_text(missing).endswith(f"加一行：{line}")
