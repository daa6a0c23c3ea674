"""The lists of what refers to kits of a registry, which several parts of a page want at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from kitops_desktop.oci.digest import Digest
from kitops_desktop.progress import CancelToken

if TYPE_CHECKING:
    from kitops_desktop.registry.referrers import Referrer

Listed = tuple["Referrer", ...]


class ReferrerLists:
    """By the digest of the kit. Each is asked for once until it is forgotten; whoever wants it while somebody
    asks waits for that answer. Any thread may use it.
    """

    def __init__(self) -> None:
        self._lock, self._asking = threading.Lock(), threading.Lock()
        self._known: dict[Digest, Listed] = {}

    def get(self, digest: Digest, ask: Callable[[], Listed], token: CancelToken, wanted: str = "") -> Listed:
        """What ``ask`` gives, or gave; asked anew when something of the artifact type ``wanted`` is not in
        what was known before. Raises what ``ask`` raises, and ``Cancelled``.
        """
        with self._lock:
            known = self._known.get(digest, ())
            if wanted and not any(one.artifact_type == wanted for one in known):
                self._known.pop(digest, None)
        with token.holding(self._asking):
            with self._lock:
                listed = self._known.get(digest)
            if listed is None:  # nobody asked, or whoever did gave up
                listed = ask()
                with self._lock:
                    self._known[digest] = listed
            return listed

    def forget(self, digest: Digest) -> None:
        """Others may have attached something meanwhile."""
        with self._lock:
            self._known.pop(digest, None)
