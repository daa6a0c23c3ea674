"""Changing files that somebody else rewrites in the midst."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from kitops_desktop.errors import StoreBusy, StoreDamaged
from kitops_desktop.store.changing import FileFormat, change_file
from kitops_desktop.store.layout import Layout, repository_of
from kitops_desktop.store.local_store import LocalStore
from support.stored_kits import add_kit, rows

NUMBERS: FileFormat[list[int]] = FileFormat(json.loads, lambda value: json.dumps(value).encode(), list)


def test_a_change_is_made_again_on_top_of_another(tmp_path: Path) -> None:
    """The other program writes after we have read, and again right before our rename."""
    path = tmp_path / "numbers"
    path.write_text("[1]")
    others = [[1, 2], [1, 2, 3]]

    def change(found: list[int]) -> list[int]:
        if others:
            path.write_text(json.dumps(others.pop(0)))
        return found if 9 in found else [*found, 9]

    assert change_file(tmp_path, path, NUMBERS, change)
    assert json.loads(path.read_text()) == [1, 2, 3, 9]
    assert list(tmp_path.iterdir()) == [path]


def test_a_program_that_never_rests(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_text("[0]")

    def change(found: list[int]) -> list[int]:
        path.write_text(json.dumps([found[0] + 1]))
        return [-1]

    with pytest.raises(StoreBusy):
        change_file(tmp_path, path, NUMBERS, change)
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_to_do_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_text("[ 1 ]")
    assert not change_file(tmp_path, path, NUMBERS, lambda found: found)
    assert path.read_text() == "[ 1 ]"


def test_a_damaged_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_text("[1")
    with pytest.raises(StoreDamaged):
        change_file(tmp_path, path, NUMBERS, lambda found: [*found, 1])
    assert path.read_text() == "[1"


def test_a_file_that_is_being_written_is_waited_for(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "kitops")
    add_kit(store, "localhost/a", ["1"], b"layer")
    expected = rows(store)
    index = Layout(store.home).repository_index("localhost/a")
    content = index.read_bytes()
    index.write_bytes(content[:20])
    found: list[object] = []
    reader = threading.Thread(target=lambda: found.extend((store.listing().damage, rows(store))))
    reader.start()
    index.write_bytes(content)
    reader.join()
    assert found == [(), expected]


@pytest.mark.parametrize(
    ("name", "repository"),
    [
        ("bG9jYWxob3N0L2E=-index.json", "localhost/a"),
        ("bG9jYWxob3N0L2E-index.json", None),
        ("index.json", None),
        ("-index.json", None),
        ("notes-index.json.bak", None),
        ("_w==-index.json", None),
        ("bG9jYWxob3N0L2E=-tags.json", None),
    ],
)
def test_names_of_index_files(name: str, repository: str | None) -> None:
    assert repository_of(name, "-index.json") == repository
