"""Hashing a file while it is being written, by reading it back."""

from __future__ import annotations

import errno
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

from kitops_desktop.oci.digest import Digest

_READ_BYTES = 1 << 20
_LOOK_SECONDS = 0.1
_THREAD_FROM = 4 << 20
"""A file up to this size is hashed at the end, without a thread."""


class FollowingHash:
    """Hashes what is in the file at ``path`` up to where its writer says it has got.

    A thread follows the writer: reading back costs little, since the bytes are in memory still, and the
    digest is that of what is stored. The file must grow only.
    """

    def __init__(self, path: Path, algorithm: str = "sha256") -> None:
        self._hash = hashlib.new(algorithm)
        self._file = path.open("rb", buffering=0)
        self._changed = threading.Condition()
        self._written = 0
        self._hashed = 0
        self._ended = False
        self._thread: threading.Thread | None = None
        self._error: OSError | None = None

    def reached(self, offset: int) -> None:
        """The file has its bytes up to ``offset``."""
        with self._changed:
            self._written = offset
            self._changed.notify()
        if self._thread is None and offset - self._hashed >= _THREAD_FROM:
            self._thread = threading.Thread(target=self._follow, name="hash of a blob", daemon=True)
            self._thread.start()

    def catch_up(self, check: Callable[[], None]) -> None:
        """Wait until all that is written is hashed, as after a break, when there is much to read again.
        ``check`` is called meanwhile, and may raise to stop waiting.
        """
        if self._thread is None:
            return
        with self._changed:
            while self._hashed < self._written and self._thread.is_alive():
                self._changed.wait(_LOOK_SECONDS)
                check()

    def finish(self) -> Digest:
        """The digest of everything written. Raises ``OSError`` when it could not be read back."""
        self._end()
        if self._error is not None:
            raise self._error
        with self._file:
            self._advance(self._written, bytearray(_READ_BYTES))
        return Digest(f"{self._hash.name}:{self._hash.hexdigest()}")

    def stop(self) -> None:
        """Give up; may be called again, and after ``finish``."""
        with self._changed:
            self._written = min(self._written, self._hashed)
        self._end()
        self._file.close()

    def _end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _follow(self) -> None:
        buffer = bytearray(_READ_BYTES)
        try:
            while self._wait():
                self._advance(self._written, buffer)
                with self._changed:
                    self._changed.notify_all()
        except OSError as error:
            self._error = error

    def _wait(self) -> bool:
        """Whether there is something to hash; False at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._written > self._hashed or self._ended)
            return self._written > self._hashed

    def _advance(self, offset: int, buffer: bytearray) -> None:
        view = memoryview(buffer)
        while self._hashed < min(offset, self._written):
            count = self._file.readinto(view[: min(len(buffer), offset - self._hashed)])
            if not count:
                raise OSError(errno.EIO, "bytes that were written cannot be read back")
            self._hash.update(view[:count])
            self._hashed += count
