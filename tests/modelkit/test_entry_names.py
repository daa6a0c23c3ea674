"""Names in archives: which may become files, on which system."""

from __future__ import annotations

import pytest

from kitops_desktop.modelkit.entry_names import clean_name, decode_name, folded, why_unsafe

EVERYWHERE_FINE = ["a", "a/b.c", "a..b", "..a", "a..", ".hidden", "a b", "ünï/cødé", "\udcff", "-", "~", "$X"]
EVERYWHERE_UNSAFE = [
    "/a",
    "//a",
    "../a",
    "a/../b",
    "..",
    "a/..",
    "C:\\a",
    "c:/a",
    "\\\\host\\share",
    "..\\a",
    "a\\..\\b",
    "a\0b",
    "",
    ".",
    "a/",
    "n" * 256,
    "ü" * 128,
    "x/" * 2048 + "x",
]
WINDOWS_UNSAFE = [
    "CON",
    "con",
    "a/NUL.txt",
    "COM1",
    "com1.tar.gz",
    "LPT9",
    "COM\u00b9",
    "CONIN$",
    "aux .txt",
    "a.",
    "a ",
    "a./b",
    "a:b",
    "a?b",
    'a"b',
    "a<b",
    "a|b",
    "a*b",
    "a\\b",
    "a\nb",
    "a\x1fb",
]
WINDOWS_FINE = ["console", "com", "com10", "nul_", "a.b", "lpt", "x/.gitignore"]


@pytest.mark.parametrize("windows", [False, True])
@pytest.mark.parametrize("name", EVERYWHERE_FINE)
def test_fine_everywhere(name: str, windows: bool) -> None:
    expected = windows and name.endswith(".")
    assert bool(why_unsafe(name, is_dir=False, windows=windows)) == expected


@pytest.mark.parametrize("windows", [False, True])
@pytest.mark.parametrize("name", EVERYWHERE_UNSAFE)
def test_unsafe_everywhere(name: str, windows: bool) -> None:
    assert why_unsafe(name, is_dir=False, windows=windows)


@pytest.mark.parametrize("name", WINDOWS_UNSAFE)
def test_unsafe_on_windows_only(name: str) -> None:
    assert why_unsafe(name, is_dir=False, windows=True)
    assert not why_unsafe(name, is_dir=False, windows=False)


@pytest.mark.parametrize("name", WINDOWS_FINE)
def test_fine_on_windows(name: str) -> None:
    assert not why_unsafe(name, is_dir=False, windows=True)


@pytest.mark.parametrize("name", ["a/", "./", ".", "a/./b/"])
def test_folders_may_end_with_a_slash(name: str) -> None:
    assert not why_unsafe(name, is_dir=True)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [("a", "a"), ("./a", "a"), ("a//b/", "a/b"), ("./", ""), (".", ""), ("a/./b", "a/b"), ("a.b/c", "a.b/c")],
)
def test_one_path_in_one_form(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


def test_bytes_that_are_no_text_come_back_unchanged() -> None:
    name = b"\xff\xfe-\xc3\xbc"
    assert decode_name(name).encode("utf-8", "surrogateescape") == name


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("README", "readme", True),
        ("stra\u00dfe", "STRASSE", True),
        ("\u00e9", "e\u0301", True),
        ("\u00c9", "e\u0301", True),
        ("a", "b", False),
    ],
)
def test_names_that_some_file_systems_take_for_one(a: str, b: str, same: bool) -> None:
    assert (folded(a) == folded(b)) == same
