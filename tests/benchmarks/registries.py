"""The real registries that tests have, for benchmarks too."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.http_server import Rule
from support.logging_proxy import LoggingProxy
from support.registry_server import RegistryServer

__all__ = ["RegistryServer", "limited"]


@contextmanager
def limited(host: str, rate: int) -> Iterator[str]:
    """The same registry, which gives blobs at ``rate`` bytes a second to each connection."""
    with LoggingProxy(
        int(host.rpartition(":")[2]), [Rule("GET", "/blobs/", times=None, rate_down=rate)]
    ) as proxy:
        yield proxy.host
