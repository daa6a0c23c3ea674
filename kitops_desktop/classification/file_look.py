"""What one file of a folder is, by its bytes."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kitops_desktop.classification.secret_patterns import MOST_TEXT, SecretFound, find_secrets
from kitops_desktop.errors import FormatError
from kitops_desktop.formats.recognise import recognise
from kitops_desktop.formats.values import Recognised
from kitops_desktop.progress import CancelToken

__all__ = ["FileBytes", "FileLook", "SecretFound", "look_at"]

_OPEN_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)
_NO_TEXT = frozenset(
    {".safetensors", ".gguf", ".onnx", ".npy", ".npz", ".pt", ".pth", ".bin", ".ckpt", ".pkl",
     ".joblib", ".h5", ".parquet", ".arrow", ".zip", ".gz", ".tar", ".png", ".jpg", ".jpeg", ".gif",
     ".webp", ".wav", ".mp3", ".mp4", ".pdf"}
)  # fmt: skip
"""Names whose content is no text, so that it need not be read to find that out."""


@dataclass(frozen=True, slots=True)
class FileLook:
    """``path`` is relative to the folder, with ``/``.

    ``recognised`` is None for a file of no known format. ``problem`` says why a header could not be read, or
    why the file could not (then ``unreadable``). ``imports`` are the names that loading the file would import
    and that are not known to be harmless ("os.system"); those that can run a program come first.
    """

    path: str
    recognised: Recognised | None = None
    problem: str = ""
    secrets: tuple[SecretFound, ...] = ()
    imports: tuple[str, ...] = ()
    unreadable: bool = False

    @property
    def dangerous_imports(self) -> tuple[str, ...]:
        return () if self.recognised is None else self.recognised.dangerous_imports


class FileBytes:
    """An open file as ``formats.source.Bytes``."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size

    def read(self, start: int, length: int, /) -> bytes:
        return os.pread(self._descriptor, length, start)


def look_at(folder: Path, path: str, token: CancelToken | None = None) -> FileLook:
    """Read what tells most about a file: its header, and of text the first MiB, never all of a large one.

    Raises ``Cancelled`` only.
    """
    if token is not None:
        token.check()
    try:
        descriptor = os.open(folder / path, _OPEN_FLAGS)
    except (OSError, ValueError) as error:  # ValueError: a name no file can have
        return FileLook(path, problem=_reason(error), unreadable=True)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return FileLook(path, problem="It is no file.", unreadable=True)
        return _look(FileBytes(descriptor), path)
    except OSError as error:
        return FileLook(path, problem=_reason(error), unreadable=True)
    finally:
        os.close(descriptor)


def _look(source: FileBytes, path: str) -> FileLook:
    recognised, problem = None, ""
    try:
        recognised = recognise(source, path)
    except FormatError as error:
        problem = error.reason
    secrets: tuple[SecretFound, ...] = ()
    if PurePosixPath(path).suffix.casefold() not in _NO_TEXT:
        secrets = find_secrets(source.read(0, MOST_TEXT), path)
    imports = () if recognised is None else (*recognised.dangerous_imports, *recognised.unknown_imports)
    return FileLook(path, recognised, problem, secrets, imports)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
