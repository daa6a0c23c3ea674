"""Which files of a folder are known to be as they were packed."""

from __future__ import annotations

import hashlib
import os
import time
from array import array
from collections.abc import Callable, Set
from pathlib import Path

from kitops_desktop.records.content_cache import ContentCache
from kitops_desktop.records.database import Database

MAX_BYTES = 64 << 20


class SameFiles:
    """By folder and kit; a file is a number of 64 bits that tells its name and identity from others."""

    def __init__(
        self, database: Database, max_bytes: int = MAX_BYTES, clock: Callable[[], float] = time.time
    ) -> None:
        self._cache = ContentCache(database, "same_files", max_bytes, clock)

    def get(self, folder: Path, digest: str) -> frozenset[int]:
        numbers = array("Q")
        content = self._cache.get(_key(folder, digest)) or b""
        numbers.frombytes(content[: len(content) // numbers.itemsize * numbers.itemsize])
        return frozenset(numbers)

    def put(self, folder: Path, digest: str, files: Set[int]) -> None:
        self._cache.put(_key(folder, digest), array("Q", sorted(files)).tobytes())


def _key(folder: Path, digest: str) -> str:
    return hashlib.sha256(os.fsencode(folder.absolute()) + b"\0" + digest.encode()).hexdigest()
