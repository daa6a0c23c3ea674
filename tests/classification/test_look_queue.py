"""Looking into files in the background: the newest wishes first, never waited for."""

from __future__ import annotations

import threading
from pathlib import Path

from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.look_queue import LookQueue
from kitops_desktop.progress import CancelToken
from support.waiting import until


def test_looks_at_real_files(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n3,4\n")
    found: list[FileLook] = []
    queue = LookQueue(tmp_path, found.append)
    queue.want(("a.csv", "gone"))
    until(lambda: len(found) == 2, "both looks")
    assert found[0].recognised is not None
    assert found[1].problem
    queue.close()


def test_what_is_no_longer_wanted_is_not_looked_at(tmp_path: Path) -> None:
    stall, begun = threading.Event(), threading.Event()
    found: list[str] = []

    def look(folder: Path, path: str, token: CancelToken) -> FileLook:
        begun.set()
        stall.wait()
        return FileLook(path)

    queue = LookQueue(tmp_path, lambda look: found.append(look.path), look)
    queue.want(("slow", "old"))
    assert begun.wait(10)
    queue.want(("new",))
    stall.set()
    until(lambda: found == ["slow", "new"], "the newest")
    queue.close()


def test_closing_does_not_wait_and_nothing_is_told_afterwards(tmp_path: Path) -> None:
    stall, begun = threading.Event(), threading.Event()
    found: list[FileLook] = []

    def look(folder: Path, path: str, token: CancelToken) -> FileLook:
        begun.set()
        stall.wait()
        return FileLook(path)

    queue = LookQueue(tmp_path, found.append, look)
    queue.want(("slow",))
    assert begun.wait(10)
    queue.close()
    stall.set()
    until(lambda: "looking at files" not in {one.name for one in threading.enumerate()}, "the thread's end")
    assert found == []
