"""Files that were found harmless are not looked into again; whatever else is found is found each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.classification.looks import Looks
from kitops_desktop.jobs import looked_before
from kitops_desktop.jobs.looked_before import look_over_plan
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import CodeEntry, Kitfile
from kitops_desktop.modelkit.pack_plan import PackPlan, plan_pack
from kitops_desktop.progress import CancelToken

TOKEN = "ghp_" + "Zq7Lw2Xn9Kd4Rt6Vb8Yc1Mf3Hj5Ps0Ga2Te4U"


class Remembered(dict[str, bytes]):
    """As a cache has it."""

    def put(self, key: str, content: bytes, /) -> None:
        self[key] = content


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(f"print('{name}')\n")
    return tmp_path


@pytest.fixture
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time enough has passed since the files were written."""
    monkeypatch.setattr(looked_before, "_SURE_AFTER_NS", 0)


def plan_of(folder: Path) -> PackPlan:
    return plan_pack(folder, Kitfile(code=(CodeEntry(path="."),)), IgnoreRules.parse(""))


def look(folder: Path, known: Remembered) -> tuple[tuple[str, ...], int]:
    """What is told, and how many files were read for it."""
    looks = Looks(folder)
    found = look_over_plan(plan_of(folder), looks, known, CancelToken())
    return tuple(one.path for one in found.looks), len(looks._known)


@pytest.mark.usefixtures("_later")
def test_what_was_harmless_is_not_read_again(folder: Path) -> None:
    known = Remembered()
    assert look(folder, known) == ((), 2)
    assert look(folder, known) == ((), 0)
    looked = look_over_plan(plan_of(folder), Looks(folder), known, CancelToken())
    assert (looked.looked, looked.worth, looked.files) == (2, 2, 2)


@pytest.mark.usefixtures("_later")
def test_a_file_that_changed_is(folder: Path) -> None:
    known = Remembered()
    look(folder, known)
    (folder / "b.py").write_text(f"key = '{TOKEN}'\n")
    assert look(folder, known) == (("b.py",), 2)


@pytest.mark.usefixtures("_later")
def test_what_was_found_is_found_each_time(folder: Path) -> None:
    (folder / "b.py").write_text(f"key = '{TOKEN}'\n")
    known = Remembered()
    assert [look(folder, known)[0] for _ in range(2)] == [("b.py",), ("b.py",)]
    assert not known


def test_what_was_written_a_moment_ago_may_be_written_again(folder: Path) -> None:
    known = Remembered()
    (folder / "b.py").write_text("print('new')\n")
    look(folder, known)
    assert not known


@pytest.mark.usefixtures("_later")
def test_a_damaged_memory_is_none(folder: Path) -> None:
    known = Remembered()
    look(folder, known)
    for key in known:
        known[key] = b"{"
    assert look(folder, known) == ((), 2)
