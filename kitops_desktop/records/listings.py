"""What is inside layers, by their digests."""

from __future__ import annotations

import time
from collections.abc import Callable

from kitops_desktop.records.content_cache import ContentCache
from kitops_desktop.records.database import Database

MAX_BYTES = 64 << 20


class Listings(ContentCache):
    def __init__(
        self, database: Database, max_bytes: int = MAX_BYTES, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(database, "listings", max_bytes, clock)
