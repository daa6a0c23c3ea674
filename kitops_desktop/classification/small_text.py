"""The beginning of a small text file of a folder nobody has vouched for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_MOST = 64 << 10


def read_start(path: Path, most: int = _MOST) -> str:
    """At most the first ``most`` bytes as text, "" where it is no file or cannot be read. Links are not
    followed where the system can tell."""
    flags = (
        os.O_RDONLY
        | getattr(os, "O_NONBLOCK", 0)
        | getattr(os, "O_CLOEXEC", 0)
        | getattr(os, "O_NOFOLLOW", 0)
    )
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return ""
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        return os.read(descriptor, most).decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os.close(descriptor)


def read_end(path: Path, most: int = _MOST) -> str:
    """The last ``most`` bytes as text, from the first whole line on; "" where it cannot be read."""
    flags = (
        os.O_RDONLY
        | getattr(os, "O_NONBLOCK", 0)
        | getattr(os, "O_CLOEXEC", 0)
        | getattr(os, "O_NOFOLLOW", 0)
    )
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return ""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return ""
        start = max(0, status.st_size - most)
        text = os.pread(descriptor, most, start).decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os.close(descriptor)
    return text if start == 0 else text.partition("\n")[2]
