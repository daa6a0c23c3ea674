"""Whether a folder is on a disk of this computer."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_LINUX = ("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "jfs", "tmpfs", "overlay")
_FOREIGN = ("vfat", "exfat", "ntfs", "ntfs3", "fuseblk")
_LOCAL = frozenset((*_LINUX, *_FOREIGN))
_MOUNTS = Path("/proc/self/mountinfo")


def is_local(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether ``folder`` is surely on a local file system; False when that is not known.

    Shared memory, which SQLite's write-ahead log needs, does not work over a network. Only Linux says what a
    mount is in a way that can be read without calling into the C library (proc(5), mountinfo).
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        lines = mounts.read_bytes().splitlines()
        place = os.fsencode(os.path.realpath(folder))
    except OSError:
        return False
    best, kind = b"", ""
    for line in lines:
        point, found = _mount(line)
        if len(point) >= len(best) and _is_within(place, point):
            best, kind = point, found
    return kind in _LOCAL


def _mount(line: bytes) -> tuple[bytes, str]:
    """The mount point and the type of a line of mountinfo."""
    left, _, right = line.partition(b" - ")
    parts = left.split(b" ")
    if len(parts) < 5 or not right:
        return b"", ""
    return _unescaped(parts[4]), os.fsdecode(right.split(b" ")[0])


def _unescaped(field: bytes) -> bytes:
    for escape, byte in ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n"), (b"\\134", b"\\")):
        field = field.replace(escape, byte)
    return field


def _is_within(place: bytes, point: bytes) -> bool:
    if not point:
        return False
    return place == point or place.startswith(point.rstrip(b"/") + b"/")
