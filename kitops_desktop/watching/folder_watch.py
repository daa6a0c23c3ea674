"""Watches one folder, in a thread of its own."""

from __future__ import annotations

import errno
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kitops_desktop.progress import Cancelled
from kitops_desktop.records.file_system import is_local
from kitops_desktop.watching.watched_folders import NotWatchable, folders_to_watch, is_junk, root_problem

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

log = logging.getLogger(__name__)

STEP = 100
"""Milliseconds without a change before changes are told; also how soon a watch that is closed has ended."""
MOST_WAIT = 1000
"""Milliseconds after which changes are told in any case, and the folder itself is looked at."""
MOST_TOLD = 1000
LOOK_FOR = 0.5
"""Seconds between two looks for a folder that is gone."""
_ON_LINUX = sys.platform in ("linux",)


@dataclass(frozen=True, slots=True)
class Changed:
    """What other programs changed: ``paths`` relative to the folder, with ``/``. ``everything`` when it is
    too much to be named, or not known singly.
    """

    paths: frozenset[str] = frozenset()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class WatchState:
    """``why`` says what makes watching impossible, as the rest of a sentence; "" before it has begun, too."""

    watched: bool = False
    why: str = ""


class FolderWatch:
    """Tells of changes of ``folder`` until ``close`` is called; both callbacks run in the watch's thread.

    Links are not followed. What tools leave behind (``.git``, caches) counts as no change, nor does what
    ``written`` was told of. A folder that vanishes is waited for.
    """

    def __init__(
        self,
        folder: Path,
        on_change: Callable[[Changed], None],
        on_state: Callable[[WatchState], None] = lambda _: None,
    ) -> None:
        self._folder = folder
        self._on_change, self._on_state = on_change, on_state
        self._state = WatchState()
        self._root = ""
        self._ours: dict[str, tuple[int, ...]] = {}
        self._closed, self._again = threading.Event(), threading.Event()
        # no daemon: it must not be inside the library when the interpreter goes. It ends with the main thread
        self._thread = threading.Thread(target=self._run, name=f"watch {folder.name}", daemon=False)
        self._thread.start()

    @property
    def state(self) -> WatchState:
        return self._state

    def written(self, *files: Path) -> None:
        """These files are as this program wrote or read them; to be called before it writes, so that its
        temporary files beside them (``.NAME.…``) are known, and right after.
        """
        for file in files:
            name = os.path.relpath(file, self._folder).replace(os.sep, "/")
            self._ours[name] = _identity(file)

    def try_again(self) -> None:
        """Look whether watching is possible now, where it was not."""
        self._again.set()

    def close(self) -> None:
        """Tell nothing more and end, soon. May be called from any thread, and again."""
        self._closed.set()
        self._again.set()

    def join(self, seconds: float) -> bool:
        """Wait until it has ended; whether it has."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def is_set(self) -> bool:
        """Whether it shall end: the library asks the watch itself."""
        return self._closed.is_set() or not threading.main_thread().is_alive()

    # -- in the thread of the watch

    def _run(self) -> None:
        gone = False
        while not self.is_set():
            try:
                self._watch(was_gone=gone)
                gone = False
            except Cancelled:
                return
            except NotWatchable as problem:
                gone = problem.gone
                self._tell_state(WatchState(why=problem.why))
                self._wait(gone)
            except Exception:
                log.exception("watching %s", self._folder)
                self._tell_state(WatchState(why="watching it failed"))
                self._wait(gone=False)

    def _watch(self, *, was_gone: bool) -> None:
        """Watch while the folder stays what it is. Raises ``NotWatchable`` and ``Cancelled``."""
        known = self._state.watched or was_gone
        self._root = os.path.realpath(self._folder)
        place, folders, notify = self._begin()
        try:
            self._tell_state(WatchState(watched=True))
            if known:
                self._tell(Changed(everything=True))
            while self._place() == place:
                batch = self._wait_for_changes(notify)
                if batch is None:
                    return
                if self._has_new_folder(batch, folders):
                    before = notify
                    try:
                        folders, notify = self._listen()
                    finally:
                        batch |= self._rest(before)
                self._tell_paths(batch)
        finally:
            notify.close()

    def _begin(self) -> tuple[tuple[int, int], frozenset[str], RustNotify]:
        place = self._place()
        if not _tells_of_others(self._folder):
            raise NotWatchable("its file system may not tell what other computers change")
        folders, notify = self._listen()
        return place, folders, notify

    def _place(self) -> tuple[int, int]:
        """What the folder is, so that another one of its name is told apart."""
        try:
            status = self._folder.stat()
        except OSError as error:
            raise root_problem(error) from error
        return status.st_dev, status.st_ino

    def _listen(self) -> tuple[frozenset[str], RustNotify]:
        from watchfiles._rust_notify import RustNotify  # late: what it brings along takes a while

        folders = folders_to_watch(self._root, self._check)
        # other systems watch all that is below a folder at no cost; Linux wants every folder named
        places = folders if _ON_LINUX else [self._root]
        try:
            notify = RustNotify(places, False, False, 0, not _ON_LINUX, True)
        except UnicodeEncodeError as error:
            raise NotWatchable("its name is no UTF-8") from error
        except (OSError, RuntimeError) as error:
            raise NotWatchable(_system_reason(error)) from error
        return frozenset(folders), notify

    def _wait_for_changes(self, notify: RustNotify) -> set[tuple[int, str]] | None:
        """What changed within a second, if anything; None when that cannot be told, and all is to be looked
        at again.
        """
        try:
            found = notify.watch(MOST_WAIT, STEP, MOST_WAIT, self)
        except (OSError, RuntimeError) as error:  # a name that is no UTF-8, among others
            log.info("watching %s begins anew: %s", self._folder, error)
            return None
        self._check()
        return set() if isinstance(found, str) else found

    def _rest(self, notify: RustNotify) -> set[tuple[int, str]]:
        """What an earlier one had still to tell."""
        try:
            found = notify.watch(1, 1, 1, self)
        except (OSError, RuntimeError):
            return set()
        finally:
            notify.close()
        return set() if isinstance(found, str) else found

    def _has_new_folder(self, batch: Iterable[tuple[int, str]], folders: frozenset[str]) -> bool:
        return any(
            (change == 1 or path not in folders)
            and not is_junk(self._relative(path), True)
            and not os.path.islink(path)  # noqa: PTH114 - many, of the library
            and os.path.isdir(path)  # noqa: PTH112 - as above
            for change, path in batch
        )

    def _tell_paths(self, batch: Iterable[tuple[int, str]]) -> None:
        names = {self._relative(path) for _, path in batch}
        paths = frozenset(name for name in names if self._counts(name))
        if len(paths) > MOST_TOLD:
            self._tell(Changed(everything=True))
        elif paths:
            self._tell(Changed(paths))

    def _counts(self, name: str) -> bool:
        # of what is gone nobody knows whether it was a folder
        return not (is_junk(name) or is_junk(name, True) or self._is_ours(name))

    def _is_ours(self, name: str) -> bool:
        """Whether that is what this program wrote, or the temporary file it wrote it into."""
        if name in self._ours:
            return self._ours[name] == _identity(self._folder / name)
        folder, _, base = name.rpartition("/")
        return any(
            own.rpartition("/")[0] == folder and base.startswith(f".{own.rpartition('/')[2]}.")
            for own in tuple(self._ours)
        )

    def _relative(self, path: str) -> str:
        return path[len(self._root) :].replace(os.sep, "/").lstrip("/")

    def _tell(self, changed: Changed) -> None:
        if not self.is_set():
            self._on_change(changed)

    def _tell_state(self, state: WatchState) -> None:
        if state != self._state and not self.is_set():
            self._state = state
            self._on_state(state)

    def _wait(self, gone: bool) -> None:
        """Until somebody wants it tried again, or a folder that is gone may be back."""
        while not self._again.wait(LOOK_FOR) and not self.is_set():
            if gone and self._folder.is_dir():
                return
        self._again.clear()

    def _check(self) -> None:
        if self.is_set():
            raise Cancelled


def _tells_of_others(folder: Path) -> bool:
    return is_local(folder) if _ON_LINUX else not os.path.realpath(folder).startswith("\\\\")


def _identity(file: Path) -> tuple[int, ...]:
    try:
        status = file.stat()
    except OSError:
        return ()
    return status.st_size, status.st_mtime_ns, status.st_ino


def _system_reason(error: Exception) -> str:
    number, text = getattr(error, "errno", None), str(error)
    if number == errno.ENOSPC or "watch limit" in text or "os error 28" in text:
        return "the system watches as many folders as it may (fs.inotify.max_user_watches)"
    if number == errno.EMFILE or "os error 24" in text:
        return "too many programs watch folders (fs.inotify.max_user_instances)"
    return f"the system does not watch it ({text})"
