"""The folder a kit is unpacked into, reached in a way no symbolic link can lead astray.

Every folder on the way is opened from the one above it without following links (``openat`` with
``O_NOFOLLOW``), and files are named relative to an open folder. Where the system cannot do that (Windows) the
same calls take paths, and links are looked for before each.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from kitops_desktop.oci.closing import Closing

_BY_DESCRIPTOR = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_FOLDER_FLAGS = (
    os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
)
_NEW_FILE_FLAGS = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
# O_NONBLOCK: a pipe must not keep us waiting for its writer
_READ_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class Folder(Closing):
    """An open folder; ``name`` is always one name in it, never a path. Links are never followed."""

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self.path = path
        self.descriptor = descriptor

    @classmethod
    def open(cls, path: Path) -> Folder:
        """Open an existing folder; links in ``path`` itself are followed, as it is the user's choice."""
        real = path.resolve(strict=True)
        return cls(real, os.open(real, _FOLDER_FLAGS) if _BY_DESCRIPTOR else None)

    def child(self, name: str) -> Folder:
        """Open a folder in this one. Raises ``FileNotFoundError``, and ``NotADirectoryError`` also for a
        link."""
        if _BY_DESCRIPTOR:
            try:
                return Folder(self.path / name, os.open(name, _FOLDER_FLAGS, dir_fd=self.descriptor))
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENOTDIR):
                    raise NotADirectoryError(errno.ENOTDIR, "Not a folder", str(self.path / name)) from None
                raise
        status = os.lstat(self.path / name)
        if not stat.S_ISDIR(status.st_mode) or bool(getattr(status, "st_reparse_tag", 0)):
            raise NotADirectoryError(errno.ENOTDIR, "Not a folder", str(self.path / name))
        return Folder(self.path / name, None)

    def status(self, name: str) -> os.stat_result | None:
        """What has this name, itself and not what it leads to; None when nothing has."""
        place, where = self._at(name)
        try:
            return os.stat(place, follow_symlinks=False, **where)  # noqa: PTH116 (relative to a descriptor)
        except FileNotFoundError:
            return None

    def create(self, name: str, mode: int) -> int:
        """Create a file that is not there yet and give its descriptor; the umask applies to ``mode``."""
        place, where = self._at(name)
        return os.open(place, _NEW_FILE_FLAGS, mode, **where)

    def read(self, name: str, limit: int) -> bytes:
        """The first ``limit`` bytes of a file. Raises ``OSError``, also for a link."""
        place, where = self._at(name)
        with os.fdopen(os.open(place, _READ_FLAGS, **where), "rb") as file:
            return file.read(limit)

    def reopen(self, name: str, *, write: bool = False) -> int:
        """Open a file that is there, give its descriptor. Raises ``OSError``, also for what is no file."""
        place, where = self._at(name)
        flags = _READ_FLAGS | os.O_RDWR if write else _READ_FLAGS
        descriptor = os.open(place, flags, **where)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, "Not a file", name)
        return descriptor

    def make(self, name: str, mode: int) -> None:
        place, where = self._at(name)
        os.mkdir(place, mode, **where)  # noqa: PTH102 (relative to a descriptor)

    def chmod(self, name: str, mode: int) -> None:
        """Of something known not to be a link."""
        place, where = self._at(name)
        os.chmod(place, mode, **where)  # noqa: PTH101 (relative to a descriptor)

    def remove(self, name: str) -> None:
        place, where = self._at(name)
        os.unlink(place, **where)

    def remove_empty(self, name: str) -> None:
        place, where = self._at(name)
        os.rmdir(place, **where)

    def move(self, name: str, to: Folder, new_name: str) -> None:
        """Rename atomically into another folder of the same file system, replacing a file there."""
        place, _ = self._at(name)
        new_place, _ = to._at(new_name)
        os.replace(place, new_place, src_dir_fd=self.descriptor, dst_dir_fd=to.descriptor)

    def link(self, name: str, to: Folder, new_name: str) -> None:
        """Give a file a second name in another folder."""
        place, _ = self._at(name)
        new_place, _ = to._at(new_name)
        os.link(
            place,
            new_place,
            src_dir_fd=self.descriptor,
            dst_dir_fd=to.descriptor,
            follow_symlinks=not _BY_DESCRIPTOR,
        )

    def close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def _at(self, name: str) -> tuple[str, dict[str, Any]]:
        if _BY_DESCRIPTOR:
            return name, {"dir_fd": self.descriptor}
        return str(self.path / name), {}


class Obstacle(Enum):
    """What is already where an entry goes."""

    NOTHING = auto()
    FILE = auto()
    """A file or a link; a link is replaced as such, never written through."""
    FOLDER = auto()
    BLOCKED = auto()
    """Something on the way there is no folder, or is a link to one."""


@dataclass(frozen=True, slots=True)
class Found:
    obstacle: Obstacle
    size: int = 0
    mode: int = 0
    """The permission bits of a file, 0 for a link."""


_NOTHING = Found(Obstacle.NOTHING)


class TargetTree:
    """Paths below the target. Folders on the way to the last path stay open, as the next is mostly near."""

    def __init__(self, root: Folder) -> None:
        self.root = root
        self._names: list[str] = []
        self._folders: list[Folder] = []
        self._missing = ""
        """A folder that was not there when last looked for, so that each of its files need not ask again."""

    def folder(self, path: str) -> Folder:
        """The folder of this path, "" for the root; valid until the next call. Raises ``FileNotFoundError``
        and ``NotADirectoryError``."""
        self._missing = ""
        return self._open(path)

    def _open(self, path: str) -> Folder:
        names = path.split("/") if path else []
        same = 0
        for name, known in zip(names, self._names, strict=False):
            if name != known:
                break
            same += 1
        self._close_from(same)
        for name in names[same:]:
            folder = (self._folders[-1] if self._folders else self.root).child(name)
            self._folders.append(folder)
            self._names.append(name)
        return self._folders[-1] if self._folders else self.root

    def find(self, path: str) -> Found:
        """What stands at this path. What is below a folder that was just missing is taken to be missing too:
        whatever is put there looks again."""
        if self._missing and path.startswith(self._missing):
            return _NOTHING
        parent, _, name = path.rpartition("/")
        try:
            status = self._open(parent).status(name)
        except FileNotFoundError:
            self._missing = "/".join(parent.split("/")[: len(self._names) + 1]) + "/"
            return _NOTHING
        except NotADirectoryError:
            return Found(Obstacle.BLOCKED)
        if status is None:
            return _NOTHING
        if stat.S_ISDIR(status.st_mode):
            return Found(Obstacle.FOLDER)
        if stat.S_ISLNK(status.st_mode):
            return Found(Obstacle.FILE)
        return Found(Obstacle.FILE, status.st_size, stat.S_IMODE(status.st_mode))

    def close(self) -> None:
        self._close_from(0)

    def _close_from(self, depth: int) -> None:
        while len(self._folders) > depth:
            self._folders.pop().close()
            self._names.pop()
