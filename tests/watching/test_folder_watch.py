"""Watching a folder: what is told, what is not, and what makes it impossible."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kitops_desktop.watching import folder_watch, watched_folders
from kitops_desktop.watching.folder_watch import Changed, FolderWatch, WatchState
from support.waiting import until

SOON = 10.0


class Told:
    """A watch with all it told so far."""

    def __init__(self, folder: Path) -> None:
        self.changes: queue.Queue[Changed] = queue.Queue()
        self.watch = FolderWatch(folder, self.changes.put)

    def begun(self) -> Told:
        until(lambda: self.watch.state != WatchState(), "the watch to begin")
        return self

    def until_told(self, *paths: str) -> set[str]:
        """Wait until all of these were told of; gives all that was told meanwhile."""
        found: set[str] = set()
        while not found.issuperset(paths):
            found |= self.changes.get(timeout=SOON).paths
        return found


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for changes waits less long."""
    monkeypatch.setattr(folder_watch, "STEP", 10)
    monkeypatch.setattr(folder_watch, "MOST_WAIT", 150)
    monkeypatch.setattr(folder_watch, "LOOK_FOR", 0.05)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "churn"
    (made / "src").mkdir(parents=True)
    (made / "src" / "run.py").write_text("1\n")
    return made


@pytest.fixture
def watch(folder: Path) -> Iterator[Callable[..., Told]]:
    """watch(folder): a watch that has begun, closed at the end."""
    made: list[Told] = []

    def begin(place: Path = folder) -> Told:
        made.append(Told(place))
        return made[-1].begun()

    yield begin
    for told in made:
        told.watch.close()
        assert told.watch.join(SOON)


def test_changes_in_any_depth_are_told_by_their_paths(folder: Path, watch: Callable[..., Told]) -> None:
    told = watch()
    assert told.watch.state == WatchState(watched=True)
    (folder / "src" / "run.py").write_text("2\n")
    (folder / "new.bin").write_bytes(b"1")
    told.until_told("src/run.py", "new.bin")
    (folder / "new.bin").rename(folder / "src" / "moved.bin")
    told.until_told("new.bin", "src/moved.bin")
    (folder / "src" / "run.py").unlink()
    told.until_told("src/run.py")


def test_folders_that_are_made_later_are_watched_too(folder: Path, watch: Callable[..., Told]) -> None:
    told = watch()
    (folder / "a" / "b").mkdir(parents=True)
    told.until_told("a")
    shutil.rmtree(folder / "a")
    told.until_told("a")
    (folder / "a").mkdir()
    told.until_told("a")
    (folder / "a" / "one").write_text("1")
    told.until_told("a/one")


def test_what_tools_leave_behind_is_no_change(folder: Path, watch: Callable[..., Told]) -> None:
    (folder / ".git").mkdir()
    told = watch()
    (folder / ".git" / "index").write_text("1")
    (folder / "src" / "__pycache__").mkdir()
    (folder / "src" / "__pycache__" / "run.pyc").write_text("1")
    (folder / "src" / ".run.py.swp").write_text("1")
    (folder / "src" / "last").write_text("1")
    assert told.until_told("src/last") == {"src/last"}


def test_what_this_program_wrote_is_no_change_of_others(folder: Path, watch: Callable[..., Told]) -> None:
    told = watch()
    kitfile = folder / "Kitfile"
    told.watch.written(kitfile)

    def save(text: str) -> None:
        (folder / ".Kitfile.x1y2").write_text(text)
        (folder / ".Kitfile.x1y2").replace(kitfile)

    save("ours")
    told.watch.written(kitfile, folder / ".kitignore")
    (folder / "last").write_text("1")
    assert told.until_told("last") == {"last"}
    save("theirs")
    assert told.until_told("Kitfile") == {"Kitfile"}


def test_many_changes_at_once_are_told_as_one(
    folder: Path, watch: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_watch, "STEP", 100)
    monkeypatch.setattr(folder_watch, "MOST_TOLD", 20)
    told = watch()
    for number in range(500):
        (folder / f"{number:04}").touch()
    while not told.changes.get(timeout=SOON).everything:
        pass


def test_links_are_not_followed(folder: Path, tmp_path: Path, watch: Callable[..., Told]) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder / "out").symlink_to(tmp_path / "elsewhere")
    (folder / "round").symlink_to(folder)
    told = watch()
    (tmp_path / "elsewhere" / "theirs").write_text("1")
    (folder / "last").write_text("1")
    assert told.until_told("last") == {"last"}


def test_a_folder_that_is_reached_by_a_link_is_watched(
    folder: Path, tmp_path: Path, watch: Callable[..., Told]
) -> None:
    (tmp_path / "link").symlink_to(folder)
    told = watch(tmp_path / "link")
    (folder / "last").write_text("1")
    told.until_told("last")


def test_names_that_are_no_text_begin_anew(folder: Path, watch: Callable[..., Told]) -> None:
    told = watch()
    (folder / "caf\udce9").write_text("1")
    while not told.changes.get(timeout=SOON).everything:
        pass
    (folder / "last").write_text("1")
    told.until_told("last")


def test_a_folder_that_vanishes_is_waited_for(
    folder: Path, tmp_path: Path, watch: Callable[..., Told]
) -> None:
    told = watch()
    folder.rename(tmp_path / "away")
    until(lambda: told.watch.state == WatchState(why="the folder is gone"), "the folder to be missed")
    (tmp_path / "away").rename(folder)
    until(lambda: told.watch.state.watched, "the folder to be found")
    while not told.changes.get(timeout=SOON).everything:
        pass
    (folder / "last").write_text("1")
    told.until_told("last")


@pytest.mark.parametrize(
    ("limit", "most", "why"),
    [
        ("MOST_PATHS", 20, "it holds more than 20 files"),
        ("MOST_FOLDERS", 2, "it holds more than 2 folders"),
    ],
)
def test_too_large_a_folder_says_so_and_is_tried_again(
    folder: Path,
    watch: Callable[..., Told],
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    most: int,
    why: str,
) -> None:
    (folder / "many").mkdir()
    for number in range(20):
        (folder / "many" / str(number)).touch()
    monkeypatch.setattr(watched_folders, limit, most)
    told = watch()
    assert told.watch.state == WatchState(why=why)
    shutil.rmtree(folder / "many")
    told.watch.try_again()
    until(lambda: told.watch.state.watched, "the folder to be watched")


def test_names_that_cannot_be_given_to_the_system(folder: Path, watch: Callable[..., Told]) -> None:
    (folder / "caf\udce9").mkdir()
    assert watch().watch.state == WatchState(why="a folder in it has a name that is no UTF-8")


def test_file_systems_that_are_not_local_are_not_watched(watch: Callable[..., Told]) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("which file system it is can be told on Linux only")
    assert watch(Path("/proc/self")).watch.state.why.startswith("its file system")


def test_folders_below_that_may_not_be_read_are_left_out(
    folder: Path, run_unprivileged: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    (folder / "closed").mkdir(mode=0)
    for place in (folder, *folder.parents[:3]):
        place.chmod(0o755)
    program = (
        "import sys; from kitops_desktop.watching.watched_folders import folders_to_watch;"
        "print([one[-6:] for one in folders_to_watch(sys.argv[1], lambda: None)])"
    )
    ran = run_unprivileged([sys.executable, "-c", program, str(folder)])
    assert "closed" in ran.stdout, ran.stderr


def test_a_system_that_watches_no_more_is_named(folder: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems have no such limit")
    program = """
import resource, sys, threading
from contextlib import suppress
from pathlib import Path
import watchfiles._rust_notify
from kitops_desktop.watching.folder_watch import FolderWatch
resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
held = []
with suppress(OSError):
    while True:
        held.append(open("/dev/null"))
del held[-2:]
told = threading.Event()
watch = FolderWatch(Path(sys.argv[1]), print, lambda state: (print(state.why), told.set()))
assert told.wait(20)
watch.close()
"""
    ran = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, timeout=60, check=True
    )
    assert "too many programs watch folders" in ran.stdout


def test_closing_ends_the_thread_and_nothing_more_is_told(folder: Path, watch: Callable[..., Told]) -> None:
    told = watch()
    told.watch.close()
    assert told.watch.join(1)
    (folder / "late").write_text("1")
    assert told.changes.empty()
    told.watch.close()


def test_a_program_that_forgets_to_close_ends_all_the_same(folder: Path) -> None:
    program = """
import sys
from pathlib import Path
from kitops_desktop.watching.folder_watch import FolderWatch
watch = FolderWatch(Path(sys.argv[1]), print)
while not watch.state.watched:
    pass
"""
    ran = subprocess.run([sys.executable, "-c", program, str(folder)], timeout=60, check=False)
    assert ran.returncode == 0


def test_looking_for_folders_can_be_stopped(folder: Path) -> None:
    class Stopped(Exception):
        pass

    stopped = threading.Event()

    def check() -> None:
        if stopped.is_set():
            raise Stopped
        stopped.set()

    with pytest.raises(Stopped):
        watched_folders.folders_to_watch(os.fspath(folder), check)
