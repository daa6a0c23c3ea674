"""The entries of a layer in columns: some 150 bytes each, so that 200,000 files fit in 30 MiB."""

from __future__ import annotations

import hashlib
import os
from array import array

from kitops_desktop.modelkit.source_files import FileIdentity

_FOLDER = -1
"""Stands in the column of sizes for a folder."""


class EntryTable:
    """Names, modes and identities of a layer's entries, in archive order. Names are raw and relative."""

    __slots__ = ("_ctimes", "_devices", "_inodes", "_modes", "_mtimes", "_names", "_sizes")

    def __init__(self) -> None:
        self._names: list[bytes] = []
        self._modes = array("H")
        self._sizes = array("q")
        self._mtimes = array("q")
        self._ctimes = array("q")
        self._inodes = array("Q")
        self._devices = array("Q")

    def __len__(self) -> int:
        return len(self._names)

    def add_folder(self, name: bytes, mode: int) -> None:
        self._add(name, mode, FileIdentity(_FOLDER, 0, 0, 0, 0))

    def add_file(self, name: bytes, mode: int, identity: FileIdentity) -> None:
        self._add(name, mode, identity)

    def _add(self, name: bytes, mode: int, identity: FileIdentity) -> None:
        self._names.append(name)
        self._modes.append(mode & 0o7777)
        self._sizes.append(identity.size)
        self._mtimes.append(identity.mtime_ns)
        self._ctimes.append(identity.ctime_ns)
        self._inodes.append(identity.inode)
        self._devices.append(identity.device)

    def name(self, row: int) -> bytes:
        return self._names[row]

    def mode(self, row: int) -> int:
        return self._modes[row]

    def is_folder(self, row: int) -> bool:
        return self._sizes[row] == _FOLDER

    def size(self, row: int) -> int:
        """The bytes of content; 0 for a folder."""
        return max(self._sizes[row], 0)

    def identity(self, row: int) -> FileIdentity:
        return FileIdentity(
            self._sizes[row], self._mtimes[row], self._ctimes[row], self._inodes[row], self._devices[row]
        )

    @property
    def file_count(self) -> int:
        return len(self) - self._sizes.count(_FOLDER)

    @property
    def files_size(self) -> int:
        """The bytes of all files together."""
        return sum(self._sizes) + self._sizes.count(_FOLDER)

    @property
    def newest_ns(self) -> int:
        """The latest time any of the files bears, in nanoseconds since 1970."""
        return max((max(times) for times in (self._mtimes, self._ctimes) if times), default=0)

    def fingerprint(self) -> str:
        """Equal for equal names, modes and identities, whatever folder they were found in."""
        made = hashlib.sha256(b"\0".join(self._names))
        for column in (self._modes, self._sizes, self._mtimes, self._ctimes, self._inodes, self._devices):
            made.update(b"\0\0")
            made.update(column)
        return made.hexdigest()


def joined(root: bytes, name: bytes) -> bytes:
    """The path of an entry below the folder ``root``."""
    return os.path.join(root, name)  # noqa: PTH118 - bytes, as names need not be text
