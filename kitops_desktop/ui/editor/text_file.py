"""A text file that is edited here and may be changed by others: nothing of either is lost unasked."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from kitops_desktop.errors import ContentTooLarge, FileAccessError

MAX_BYTES = 8 * 1024 * 1024
BOM = "\ufeff"
_OPEN_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)


class ChangedOutside(Exception):
    """The file on disk is not the one that was read: it is to be decided which of the two counts."""


class TextFile:
    """One file. ``saved`` is its text as last read or written, None when there was no file.

    A byte order mark is kept; bytes that are no UTF-8 survive unchanged where the text is not edited.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.saved: str | None = None
        self.base: str | None = None
        """What the text being edited came from; None when nobody knows."""
        self._content: bytes | None = None
        self.load()

    def load(self) -> str | None:
        """Read the file again. Raises ``FileAccessError`` and ``ContentTooLarge``."""
        self._content = self._read()
        self.saved = self.base = None if self._content is None else decoded(self._content)
        return self.saved

    @property
    def changed_outside(self) -> bool:
        """Whether the content on disk differs from what was last read or written here."""
        return self._read() != self._content

    def distrust(self, base: str | None = None) -> None:
        """The file on disk counts as changed by somebody else, until it is loaded or saved. ``base`` is what
        the text being edited came from, None when nobody knows.
        """
        self._content, self.base = None, base

    def text_on_disk(self) -> str | None:
        content = self._read()
        return None if content is None else decoded(content)

    def save(self, text: str, *, anyway: bool = False) -> None:
        """Write the text through a temporary file and keep the file's mode.

        Raises ``ChangedOutside`` when somebody else wrote the file meanwhile, unless ``anyway``; raises
        ``FileAccessError`` when it cannot be written, and then the old file is untouched.
        """
        if not anyway and self.changed_outside:
            raise ChangedOutside
        content = encoded(text)
        try:
            _replace(self.path.resolve(), content)  # a Kitfile that is a link stays one
        except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
            reason = error.strerror if isinstance(error, OSError) else ""
            raise FileAccessError(self.path, "write", reason or str(error)) from error
        self._content, self.saved, self.base = content, text, text

    def _read(self) -> bytes | None:
        try:
            descriptor = os.open(self.path, _OPEN_FLAGS)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FileAccessError(self.path, "read", error.strerror or str(error)) from error
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for
                raise FileAccessError(self.path, "read", "it is no file")
            if found.st_size > MAX_BYTES:
                raise ContentTooLarge(self.path.name, found.st_size, MAX_BYTES)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise FileAccessError(self.path, "read", error.strerror or str(error)) from error
        finally:
            os.close(descriptor)


def decoded(content: bytes) -> str:
    """The text of the file; line ends stay as they are."""
    return content.decode("utf-8", "surrogateescape")


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _replace(target: Path, content: bytes) -> None:
    before = target.stat() if target.exists() else None
    mode = stat.S_IMODE(before.st_mode) if before is not None else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if before is not None:
            _give_to(partial, before)
        partial.chmod(mode)  # after the owner: giving a file away takes some bits
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _give_to(path: Path, like: os.stat_result) -> None:
    """Owner and group of the file that is replaced, as far as we may set them."""
    if not hasattr(os, "chown"):
        return
    for owner, group in ((like.st_uid, like.st_gid), (-1, like.st_gid)):
        try:
            os.chown(path, owner, group)
        except OSError:
            continue
        return


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
