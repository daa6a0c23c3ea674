"""What one file of a folder is, by its bytes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.recognise import recognise
from kitops_desktop.formats.values import Recognised
from kitops_desktop.progress import CancelToken


@dataclass(frozen=True, slots=True)
class SecretFound:
    """``what`` is a few words ("AWS access key"), never the secret itself; ``line`` counts from 1."""

    what: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class FileLook:
    """``path`` is relative to the folder, with ``/``.

    ``recognised`` is None for a file of no known format. ``problem`` says why a header could not be read, or
    why the file could not. ``imports`` are the names that loading the file would import and that are not
    known to be harmless ("os.system").
    """

    path: str
    recognised: Recognised | None = None
    problem: str = ""
    secrets: tuple[SecretFound, ...] = ()
    imports: tuple[str, ...] = ()


class FileBytes:
    """An open file as ``formats.source.Bytes``."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size

    def read(self, start: int, length: int, /) -> bytes:
        return os.pread(self._descriptor, length, start)


def look_at(folder: Path, path: str, token: CancelToken | None = None) -> FileLook:
    """Read what tells most about a file: its header, never all of a large one. Raises ``Cancelled`` only."""
    if token is not None:
        token.check()
    try:
        descriptor = os.open(folder / path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        return FileLook(path, problem=error.strerror or type(error).__name__)
    try:
        return FileLook(path, recognise(FileBytes(descriptor), path))
    except FormatError as error:
        return FileLook(path, problem=error.reason)
    except OSError as error:
        return FileLook(path, problem=error.strerror or type(error).__name__)
    finally:
        os.close(descriptor)
