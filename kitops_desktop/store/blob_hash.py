"""Hashing a blob's file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from kitops_desktop.oci.digest import Digest, algorithm_of
from kitops_desktop.progress import CancelToken

_BUFFER = 1 << 20


def hash_file(
    path: Path, digest: Digest, token: CancelToken, advance: Callable[[int], None] = lambda _: None
) -> Digest:
    """The digest of a file, of the same algorithm as ``digest``. Raises ``OSError`` and ``Cancelled``."""
    made = hashlib.new(algorithm_of(digest))
    buffer = memoryview(bytearray(_BUFFER))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            token.check()
            made.update(buffer[:count])
            advance(count)
    return Digest(f"{made.name}:{made.hexdigest()}")
