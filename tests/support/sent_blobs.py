"""Blobs sent to a registry that tests break on the way, and what its log says of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kitops_desktop.errors import KitOpsError
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry.abilities import CHUNK
from support.http_server import HttpServer
from support.repositories import PATH, Contents, Remembered, layer, reaching

KIB = 1 << 10
CHUNK_BYTES = 256 * KIB
SESSION = r"/blobs/uploads/[^/?]"
"""In the path of all requests of an upload but the first."""
_BEGUN = re.compile(r"(\d+)-(\d+)")


@dataclass
class Sent:
    """How it went. ``steps`` are what was reported, in bytes; of the log only what came since counts."""

    server: HttpServer
    content: bytes
    before: int
    steps: list[int] = field(default_factory=list)
    error: BaseException | None = None

    @property
    def methods(self) -> list[str]:
        """Of all requests in their order."""
        return [one.method for one in self.server.exchanges[self.before :]]

    def count(self, method: str) -> int:
        return self.methods.count(method)

    @property
    def again(self) -> int:
        """Bytes that came more than once, or less than once where that is negative."""
        bodies = (one for one in self.server.exchanges[self.before :] if re.search(SESSION, one.path))
        return sum(one.received for one in bodies) - len(self.content)

    @property
    def starts(self) -> list[int]:
        """Where each chunk began, by its Content-Range."""
        headers = (
            one.headers.get("content-range", "")
            for one in self.server.exchanges[self.before :]
            if one.method == "PATCH"
        )
        return [int(match[1]) for text in headers if (match := _BEGUN.fullmatch(text))]

    @property
    def reported(self) -> int:
        return sum(self.steps)

    @property
    def lost(self) -> int:
        """Bytes by which the progress went back."""
        return -sum(step for step in self.steps if step < 0)


def send(
    server: HttpServer,
    content: bytes,
    *,
    source: Fetcher | None = None,
    chunk: int = CHUNK_BYTES,
    token: CancelToken | None = None,
    abilities: Remembered | None = None,
    path: str = PATH,
) -> Sent:
    """Upload a blob in chunks; errors are kept to be looked at."""
    sent = Sent(server, content, len(server.exchanges))
    abilities = abilities or Remembered({CHUNK: str(chunk)})
    with reaching(server, path, abilities=abilities) as repository:
        try:
            repository.receive(
                layer(content),
                source or Contents(content),
                advance=sent.steps.append,
                token=token or CancelToken(),
            )
        except (KitOpsError, Cancelled) as error:
            sent.error = error
    return sent
