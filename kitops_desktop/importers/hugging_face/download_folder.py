"""The hidden folder in the target in which the files of a repository are until they are whole.

Its name follows from that of the repository, so that a later run finds it. One process at a time has it.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from kitops_desktop.errors import DownloadElsewhere
from kitops_desktop.importers.hugging_face.download_notes import (
    NOTES,
    Note,
    Notes,
    add_note,
    read_notes,
    written,
)
from kitops_desktop.importers.hugging_face.file_digest import digest_of
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.modelkit.entry_names import DOWNLOAD_PREFIX
from kitops_desktop.modelkit.folder_lock import lock_folder
from kitops_desktop.modelkit.layer_content import write_all
from kitops_desktop.modelkit.target_folder import Folder

log = logging.getLogger(__name__)

_TRIES = 100
_MODE = 0o644
"""Of files; the umask applies."""


def folder_name(repository: HfRepository) -> str:
    """The same for every commit of it."""
    name = f"{repository.address.kind.value}/{repository.address.name}"
    return DOWNLOAD_PREFIX + hashlib.sha256(name.encode()).hexdigest()[:16]


def partial_name(file: HfFile) -> str:
    """What a file is called until it is whole: another for another content."""
    return hashlib.sha256(f"{digest_of(file)} {file.path}".encode()).hexdigest()[:40]


def partial_sizes(folder: Folder) -> dict[str, int]:
    """How many bytes there are of each."""
    with os.scandir(folder.path) as entries:
        return {
            entry.name: entry.stat(follow_symlinks=False).st_size
            for entry in entries
            if entry.name != NOTES and entry.is_file(follow_symlinks=False)
        }


class DownloadFolder:
    """``notes`` are those of earlier runs. All but ``prepare`` from any thread."""

    def __init__(self, folder: Folder) -> None:
        self.folder: Final = folder
        self.notes: Notes = read_notes(folder)
        self._descriptor: int | None = None

    def prepare(self, commit: str, files: Iterable[HfFile]) -> None:
        """Be ready for what is to be had of ``commit``; what other commits left that is no good now goes."""
        if self.notes.commit != commit:
            wanted = {(file.path, digest_of(file)): partial_name(file) for file in files}
            for name in partial_sizes(self.folder).keys() - set(wanted.values()):
                self.folder.remove(name)
            self.notes = Notes(
                commit, tuple(note for note in self.notes.placed if (note.path, note.digest) in wanted)
            )
        with suppress(FileNotFoundError):
            self.folder.remove(NOTES)
        self._descriptor = self.folder.create(NOTES, 0o600)
        write_all(self._descriptor, written(commit, self.notes.placed))

    def open_partial(self, file: HfFile) -> int:
        """A descriptor to read and write, at the beginning of what is there of a file."""
        name = partial_name(file)
        if self.folder.status(name) is None:
            os.close(self.folder.create(name, _MODE))
        return self.folder.reopen(name, write=True)

    def drop(self, file: HfFile) -> None:
        self.folder.remove(partial_name(file))

    def note(self, note: Note) -> None:
        """Of a file that is about to get its name. One at a time."""
        assert self._descriptor is not None
        add_note(self._descriptor, note)

    def is_of_use(self) -> bool:
        """Whether a later run would find anything."""
        try:
            return any(partial_sizes(self.folder).values()) or bool(read_notes(self.folder).placed)
        except OSError:  # it is gone
            return False

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextmanager
def download_folder(
    target: Folder, repository: HfRepository, keep: Callable[[], None]
) -> Iterator[DownloadFolder]:
    """The folder, locked; it goes at the end, but when something broke that off and it is of use later.
    ``keep`` is told that it stays.

    Raises ``DownloadElsewhere``, ``OSError``.
    """
    name = folder_name(repository)
    folder, lock = _opened(target, name, repository)
    hidden = DownloadFolder(folder)
    stays = False
    try:
        try:
            yield hidden
        except BaseException:
            stays = hidden.is_of_use()
            raise
        finally:
            hidden.close()
            folder.close()
            if stays:
                keep()
            else:
                shutil.rmtree(folder.path, onerror=_note_failure)
    finally:
        os.close(lock)


def _opened(target: Folder, name: str, repository: HfRepository) -> tuple[Folder, int]:
    """The folder and its lock. Whoever had it may take it away in between."""
    for _ in range(_TRIES):
        with suppress(FileExistsError):
            target.make(name, 0o700)
        try:
            folder = target.child(name)
        except FileNotFoundError:
            continue
        _check_ours(folder)
        lock = lock_folder(str(target.path / name))
        if lock is not None and _is_still(folder, target, name):
            return folder, lock
        folder.close()
        if lock is not None:
            os.close(lock)
        elif target.status(name) is not None:
            raise DownloadElsewhere(target.path, repository.address.name)
    raise DownloadElsewhere(target.path, repository.address.name)


def _check_ours(folder: Folder) -> None:
    """Where others may write, one of them may have made it to exchange what is in it. Raises ``OSError``."""
    if folder.descriptor is not None and os.fstat(folder.descriptor).st_uid != os.geteuid():
        folder.close()
        raise PermissionError(errno.EPERM, f"{folder.path.name} in it belongs to somebody else")


def _is_still(folder: Folder, target: Folder, name: str) -> bool:
    now = target.status(name)
    if now is None or folder.descriptor is None:
        return now is not None
    return os.path.samestat(os.fstat(folder.descriptor), now)


def _note_failure(_function: object, path: str, info: object) -> None:
    log.warning("Cannot remove %s: %s", path, info)
