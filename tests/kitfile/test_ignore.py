"""`.kitignore` against what the real `kit` packed, and the finer points of its patterns."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kitops_desktop.errors import FileAccessError, IgnoreFileError
from kitops_desktop.kitfile.ignore import MAX_TEXT, OWN_FILES, IgnoreRules, add_pattern, literal_pattern

DATA: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "golden" / "vectors" / "kitignore.json").read_text("utf-8")
)


def tree() -> set[str]:
    paths = {path.rstrip("/") for path in DATA["tree"]}
    return paths | {str(parent) for path in paths for parent in Path(path).parents if str(parent) != "."}


def packed(rules: IgnoreRules, entries: set[str], folder: str = "") -> list[str]:
    """What a walk takes: below an ignored folder it looks on only where exceptions are possible."""
    found = []
    for path in sorted(entry for entry in entries if entry.rpartition("/")[0] == folder):
        ignored = rules.ignores(path, is_dir=True)
        if not ignored:
            found.append(path)
        if not ignored or rules.has_exceptions:
            found += packed(rules, entries, path)
    return found


@pytest.mark.parametrize("vector", DATA["vectors"], ids=lambda vector: repr(vector["kitignore"]))
def test_ignores_what_kit_ignores(vector: dict[str, Any]) -> None:
    rules = IgnoreRules.parse(vector["kitignore"])
    assert sorted(packed(rules, tree())) == sorted(vector["packed"])


@pytest.mark.parametrize(
    ("patterns", "path", "ignored"),
    [
        ("*.log", "a.log", True),
        ("*.log", "d/a.log", False),
        ("**/*.log", "d/e/a.log", True),
        ("a/**", "a", False),
        ("a/**", "a/b/c", True),
        ("**", "x", True),
        ("a**b", "a/x/b", True),
        ("a**b", "ab", True),
        ("a?c", "a/c", False),
        ("[a-c]x", "bx", True),
        ("[^a-c]x", "bx", False),
        ("[!a]x", "!x", True),
        ("[[:digit:]]", "5", True),
        (r"\d", "5", True),
        (r"a\*", "a*", True),
        (r"a\*", "ab", False),
        ("a.b", "axb", False),
        ("(a|b)", "a", False),
        ("{a,b}", "a", False),
        ("a^b*", "a^b", False),
        ("/abs/", "abs", True),
        ("./x/../y", "y/z", True),
        ("x\n!x/keep", "x/keep", False),
        ("x\n!x/keep", "x/other", True),
        ("!x\nx", "x", True),
        ("x\n! x", "x", False),
        ("/!x\nx", "x", True),
        ("x\n/!x", "x", False),
        ("a\\ ", "a ", False),
        (r"\#x", "#x", True),
        ("#x", "#x", False),
        ("Ä*", "Äpfel", True),
        ("*", "line\nbreak", True),
        ("a*.txt", "A.txt", False),
        ("..", "x", False),
        (".", "x", False),
    ],
)
def test_patterns(patterns: str, path: str, ignored: bool) -> None:
    try:
        assert IgnoreRules.parse(patterns).ignores(path) is ignored
    except IgnoreFileError:
        assert patterns == "a\\ ", "a backslash left at the end is refused"


@pytest.mark.parametrize(
    "pattern", ["[", "[]", "[a", "[a-", "[-a]", "a\\", "[z-a]", "[[:nope:]]", r"\q", "!", "! ", "!/"]
)
def test_bad_patterns_are_named_with_their_line(pattern: str) -> None:
    with pytest.raises(IgnoreFileError) as caught:
        IgnoreRules.parse(f"# comment\nfine\n{pattern}\n")
    assert caught.value.line == 3


def test_the_kitfile_and_the_ignore_file_never_come_back() -> None:
    rules = IgnoreRules.parse("!Kitfile\n!**\n")
    assert all(rules.ignores(name) for name in OWN_FILES)
    assert not rules.ignores("deeper/Kitfile")
    assert rules.ignores("kitfile/in/a/folder")
    assert rules.reason("Kitfile") == "Kitfile"


def test_the_deciding_pattern_is_told() -> None:
    rules = IgnoreRules.parse("*.tmp\n\ntmp\n!tmp/keep\ntmp/keep/*.o\n")
    assert rules.reason("tmp/x/y") == "tmp"
    assert rules.reason("tmp/keep") is None
    assert rules.reason("tmp/keep/a.o") == "tmp/keep/*.o"
    decision = rules.decision("tmp/keep/a.o")
    assert decision is not None
    assert decision.line == 5
    assert rules.has_exceptions
    assert not IgnoreRules.parse("x").has_exceptions


def test_many_stars_are_no_trap() -> None:
    rules = IgnoreRules.parse("*a" * 30 + "*b\n")
    assert not rules.ignores("a" * 255)
    assert rules.ignores("a" * 254 + "b")


def test_names_that_are_no_utf8() -> None:
    rules = IgnoreRules.parse(b"\xff*.bin\n")
    assert rules.ignores(os.fsdecode(b"\xff\xfe.bin"))
    assert not rules.ignores("x.bin")


def test_loading(tmp_path: Path) -> None:
    assert IgnoreRules.load(tmp_path).ignores("Kitfile")
    (tmp_path / ".kitignore").write_bytes(b"\xef\xbb\xbf*.log\r\n")
    assert IgnoreRules.load(tmp_path).ignores("a.log")


def test_loading_what_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / ".kitignore"
    file.write_bytes(b"x\n" * MAX_TEXT)
    with pytest.raises(IgnoreFileError) as caught:
        IgnoreRules.load(tmp_path)
    assert caught.value.path == file
    file.unlink()
    file.mkdir()
    with pytest.raises(FileAccessError):
        IgnoreRules.load(tmp_path)


def test_too_long_a_line_is_refused() -> None:
    with pytest.raises(IgnoreFileError) as caught:
        IgnoreRules.parse("x\n" + "y" * (64 << 10))
    assert caught.value.line == 2


NAMES = st.text(
    st.characters(exclude_characters="/\0\n\r", exclude_categories=["Cs"]), min_size=1, max_size=8
).filter(lambda name: name not in (".", ".."))


@given(st.lists(NAMES, min_size=1, max_size=3), NAMES)
@example(["\x0c", "^"], "0")
def test_a_literal_pattern_fits_its_path_alone(parts: list[str], other: str) -> None:
    path = "/".join(parts)
    rules = IgnoreRules.parse(literal_pattern(path) + "\n")
    assert rules.ignores(path)
    assert rules.ignores(f"{path}/below")
    assert rules.ignores(path + other) is (
        path + other in OWN_FILES or (path + other).split("/")[0] in OWN_FILES
    )


def test_adding_a_pattern_keeps_the_text() -> None:
    assert add_pattern("", "x") == "x\n"
    assert add_pattern("a\r\nb", "x") == "a\r\nb\r\nx\r\n"
    assert add_pattern("a\nx\n", "x") == "a\nx\n"
