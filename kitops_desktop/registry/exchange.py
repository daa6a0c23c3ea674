"""One request to a registry and its answer: the seam between what is asked and how it travels.

``registry.repository`` and its neighbours know what to ask, ``registry.client`` knows how: TLS, proxies,
sign-in, tokens, retries, redirects, cancelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from kitops_desktop.progress import CancelToken


class Body(Protocol):
    """Bytes of a known number that are sent as they are read. ``read`` may return more than it was asked for.

    Sent once: what is to be tried again is given a new body by whoever asks.
    """

    def __len__(self) -> int: ...
    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Request:
    """``url`` is a path (``/v2/…``) or an address that the registry gave us. ``scopes`` are what a token must
    allow ("repository:team/churn:pull,push").

    ``action`` is for errors, an infinitive phrase ("push to team/churn"). ``body`` is bytes, or a ``Body``
    that streams. Statuses in ``allow`` are given back, others from 400 on are raised as errors. With
    ``repeat`` the request is tried again after errors of the network and of the server; give False when that
    is not harmless or is somebody else's business. Reads of more than ``read_timeout`` seconds are errors.
    A registry that wants a pause of more than ``longest_pause`` seconds gets none: that is ``RateLimited``.

    With ``authorization`` that header ("": none) is sent to the origin of ``url`` and nowhere else, instead
    of the registry's own sign-in: for what a vendor has beside its registry.

    A streamed ``body`` is never sent twice: the answer 401 to it is an error (or given back, if allowed), and
    the token that was refused is dropped, so that the next request brings a new one.
    """

    method: str
    url: str
    action: str
    scopes: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Body | None = field(default=None, repr=False)
    allow: frozenset[int] = frozenset()
    repeat: bool = True
    read_timeout: float = 60.0
    longest_pause: float = 60.0
    authorization: str | None = field(default=None, repr=False)


class Response(Protocol):
    """An answer whose body is still to be read. Leave its context, or the connection is lost."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]:
        """Names are found in any case."""
        ...

    @property
    def url(self) -> str:
        """Where the answer came from, after redirects."""
        ...

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes, ``b""`` at the end.

        Raises ``TransferInterrupted`` when the body is shorter than was announced or the connection broke,
        and ``Cancelled``.
        """
        ...

    def readinto(self, buffer: memoryview, /) -> int:
        """As ``read``, into a buffer; 0 at the end."""
        ...

    def content(self, limit: int) -> bytes:
        """The whole body; raises ``ContentTooLarge`` when it has more than ``limit`` bytes."""
        ...

    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Transport(Protocol):
    """One registry, from any thread. Cancelling wakes a request that is waiting for the network."""

    @property
    def host(self) -> str:
        """As in a reference, with its port."""
        ...

    @property
    def origin(self) -> str:
        """``https://host:port`` without a path: where requests go."""
        ...

    @property
    def is_busy(self) -> bool:
        """Whether it had too many requests a short time ago: ask for one thing at a time."""
        ...

    def send(self, request: Request, token: CancelToken | None = None) -> Response:
        """Raises ``RegistryError``s and ``Cancelled``."""
        ...
