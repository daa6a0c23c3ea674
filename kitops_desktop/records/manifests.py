"""Manifests that registries gave us, by their digests: what a tag stands for need not be fetched twice."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from kitops_desktop.records.content_cache import ContentCache
from kitops_desktop.records.database import Database

MAX_BYTES = 32 << 20


class ManifestCache(ContentCache):
    """Bytes of manifests and of configs. What comes out has the digest it was asked for by."""

    def __init__(
        self, database: Database, max_bytes: int = MAX_BYTES, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(database, "manifests", max_bytes, clock)

    def get(self, digest: str) -> bytes | None:
        content = super().get(digest)
        return content if content is not None and _has(content, digest) else None


def _has(content: bytes, digest: str) -> bool:
    algorithm, _, value = digest.partition(":")
    if algorithm not in ("sha256", "sha384", "sha512"):
        return False
    return hashlib.new(algorithm, content).hexdigest() == value
