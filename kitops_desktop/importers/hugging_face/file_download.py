"""Fetching one file of a repository into the hidden folder of its download, and checking it."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kitops_desktop.errors import DiskFull, FileAccessError, HfContentWrong
from kitops_desktop.free_space import free_space
from kitops_desktop.importers.hugging_face.content import HfContent
from kitops_desktop.importers.hugging_face.download_folder import DownloadFolder
from kitops_desktop.importers.hugging_face.file_digest import FileDigest, digest_of
from kitops_desktop.modelkit.layer_content import write_all
from kitops_desktop.progress import CancelToken, Tally

log = logging.getLogger(__name__)

_BLOCK = 128 << 10
"""What is read at once, and lost when the connection breaks meanwhile."""
_REREAD = 1 << 20
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def fetch(content: HfContent, hidden: DownloadFolder, target: Path, tally: Tally, token: CancelToken) -> None:
    """Have all of a file in the hidden folder, with the content that it should have; what is there goes on.

    Raises ``HfContentWrong``, after which nothing is there, ``DiskFull``, ``FileAccessError``, ``Cancelled``,
    and what reading raises.
    """
    path = target / content.file.path
    with writing(path):
        descriptor = hidden.open_partial(content.file)
    try:
        found = _Fetching(content, descriptor, path, tally, token).run()
    finally:
        os.close(descriptor)
    if found:
        with writing(path):
            hidden.drop(content.file)
        raise HfContentWrong(content.host, content.file.path, digest_of(content.file), found)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What the system says against writing the file ``path``, as our own errors."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(path.parent, None, free_space(path.parent) or 0) from error
        raise FileAccessError(path, "write", error.strerror or type(error).__name__) from error


class _Fetching:
    """One file; ``descriptor`` is where its bytes go."""

    def __init__(
        self, content: HfContent, descriptor: int, path: Path, tally: Tally, token: CancelToken
    ) -> None:
        self._content, self._file = content, content.file
        self._descriptor, self._path = descriptor, path
        self._tally, self._token = tally, token
        self._digest = FileDigest(content.file)
        self._before = self._fetched = 0

    def run(self) -> str:
        """ "" when all is well, otherwise the digest of what came."""
        with writing(self._path):
            self._read_what_is_there()
        self._stream()
        if self._before and not self._digest.is_right():
            log.warning("What was there of %r was not right; all of it is fetched again", self._file.path)
            self._begin_again()
            self._stream()
        if self._digest.is_right():
            return ""
        self._take_back()
        return self._digest.found

    def _read_what_is_there(self) -> None:
        if os.fstat(self._descriptor).st_size > self._file.size:
            os.ftruncate(self._descriptor, 0)
        while block := os.read(self._descriptor, _REREAD):
            self._token.check()
            self._digest.update(block)
            self._before += len(block)
            self._tally.skip(len(block), self._file.path)

    def _stream(self) -> None:
        """From where the file ends to its end."""
        left = self._file.size - self._before
        if not left:
            return
        buffer = memoryview(bytearray(min(left, _BLOCK)))
        with self._content.stream(self._before, self._token) as stream:
            while count := stream.readinto(buffer):
                with writing(self._path):
                    write_all(self._descriptor, buffer[:count])
                self._digest.update(buffer[:count])
                self._fetched += count
                self._tally.add(count, self._file.path)

    def _begin_again(self) -> None:
        self._take_back()
        with writing(self._path):
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        self._digest = FileDigest(self._file)

    def _take_back(self) -> None:
        self._tally.skip(-self._before)
        self._tally.add(-self._fetched)
        self._before = self._fetched = 0
