"""Files as packing reads them: one that is no longer what was planned is noticed, never packed.

A file is known by its identity (size, times, inode, device), taken while planning. It is compared with the
open file before the first byte is read and after the last one: on the descriptor, so that nothing can be
swapped in between.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kitops_desktop.errors import SourceChanged, SourceUnreadable

_64_BITS = 2**64 - 1
# O_NONBLOCK: a pipe put in the place of a file must not keep us waiting for its writer
_OPEN_FLAGS = (
    os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """What tells a file from another, and its content from an earlier one.

    ``size`` is in bytes, times are in nanoseconds since 1970. ``ctime_ns`` is the time of the last change of
    the file or of its attributes; on Windows that of its creation.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        return cls(
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
            status.st_ino & _64_BITS,
            status.st_dev & _64_BITS,
        )

    def change_to(self, other: FileIdentity) -> str:
        """What happened to a file that had this identity and now has ``other``; empty when nothing did."""
        if self == other:
            return ""
        if (self.inode, self.device) != (other.inode, other.device):
            return "was replaced"
        return "changed size" if self.size != other.size else "was written to"


@contextmanager
def open_source(source: Path, identity: FileIdentity, *, follow_links: bool = False) -> Iterator[int]:
    """A file descriptor to read ``source`` from, its identity checked at both ends of the block.

    Raises ``SourceChanged`` when the file is not what was planned, before or after, and ``SourceUnreadable``
    when it cannot be opened. With ``follow_links`` the source may be a symbolic link.
    """
    descriptor = _open(source, follow_links)
    try:
        _check(source, identity, descriptor)
        yield descriptor
        _check(source, identity, descriptor)
    finally:
        os.close(descriptor)


def check_source(source: Path, identity: FileIdentity, *, follow_links: bool = False) -> None:
    """Raises ``SourceChanged`` when the file is not what was planned; it is not opened."""
    try:
        status = source.stat(follow_symlinks=follow_links)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceChanged(source, "vanished") from error
    except OSError as error:
        raise SourceUnreadable(source, _reason(error)) from error
    _compare(source, identity, status)


def read_exactly(source: Path, descriptor: int, length: int) -> bytes:
    """The next ``length`` bytes; raises ``SourceChanged`` when the file ends before, ``SourceUnreadable``
    when it cannot be read."""
    content = _read(source, descriptor, length)
    while len(content) < length:
        more = _read(source, descriptor, length - len(content))
        if not more:
            raise SourceChanged(source, "changed size")
        content += more
    return content


def _read(source: Path, descriptor: int, length: int) -> bytes:
    try:
        return os.read(descriptor, length)
    except OSError as error:
        raise SourceUnreadable(source, _reason(error)) from error


def _open(source: Path, follow_links: bool) -> int:
    try:
        return os.open(source, _OPEN_FLAGS if follow_links else _OPEN_FLAGS | _NO_FOLLOW)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceChanged(source, "vanished") from error
    except OSError as error:
        if source.is_symlink() or source.is_dir():
            raise SourceChanged(source, "was replaced") from error
        raise SourceUnreadable(source, _reason(error)) from error


def _check(source: Path, identity: FileIdentity, descriptor: int) -> None:
    _compare(source, identity, os.fstat(descriptor))


def _compare(source: Path, identity: FileIdentity, status: os.stat_result) -> None:
    regular = stat.S_ISREG(status.st_mode)  # a pipe or a folder may have got the file's old inode
    change = identity.change_to(FileIdentity.of(status)) if regular else "was replaced"
    if change:
        raise SourceChanged(source, change)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
