"""The command line in a process that kills itself when it has written so many bytes to files.

``python -m support.mortal_process OFFSET ARGUMENTS``: it dies by SIGKILL in the midst of the write that
reaches the offset, of which what comes before it is written still. 0 lets it live.
"""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
from collections.abc import Callable
from typing import Any

_guard = threading.Lock()


class _Countdown:
    def __init__(self, left: int) -> None:
        self._left = left

    def write(self, real: Callable[..., int], file: int, content: Any, *more: Any) -> int:  # noqa: ANN401
        """``os.write`` or ``os.pwrite``."""
        if not _is_file(file):
            return real(file, content, *more)
        view = memoryview(content).cast("B")
        with _guard:
            count = real(file, view[: self._left], *more)
            self._wrote(count)
        return count

    def copy(
        self, real: Callable[..., int], source: int, target: int, count: int, **offsets: int | None
    ) -> int:
        """``os.copy_file_range``."""
        with _guard:
            copied = real(source, target, min(count, self._left), **offsets)
            self._wrote(copied)
        return copied

    def _wrote(self, count: int) -> None:
        self._left -= count
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


def _is_file(file: int) -> bool:
    return file > 2 and stat.S_ISREG(os.fstat(file).st_mode)


def die_after(count: int) -> None:
    """Have this process die when it has written so many bytes."""
    countdown = _Countdown(count)
    for name in ("write", "pwrite"):
        real = getattr(os, name)
        setattr(os, name, lambda *given, real=real: countdown.write(real, *given))
    copy = os.copy_file_range

    def dying_copy(
        src: int, dst: int, count: int, offset_src: int | None = None, offset_dst: int | None = None
    ) -> int:
        return countdown.copy(copy, src, dst, count, offset_src=offset_src, offset_dst=offset_dst)

    os.copy_file_range = dying_copy


def main(arguments: list[str]) -> int:
    from kitops_desktop.cli.main import main as command_line

    if int(arguments[0]):
        die_after(int(arguments[0]))
    return command_line(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
