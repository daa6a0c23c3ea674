"""Clients of registries for tests: who they are, how patient they are, and short questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kitops_desktop.credentials.credential import Credential, Found, Origin
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.client import RegistryClient
from kitops_desktop.registry.exchange import Request
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.retries import Patience
from support.planted import OTHER_PASSWORD, PASSWORD, USERNAME

PLAIN = HostOptions(plain_http=True)
QUICK = Patience(first_pause=0.01, longest_backoff=0.02)
"""As many attempts as usual, with pauses that tests can afford."""
RIGHT = Credential(USERNAME, PASSWORD)
WRONG = Credential(USERNAME, OTHER_PASSWORD)


class Wallet:
    """A source of credentials: one, that may be exchanged, for every host; counts how often it was asked."""

    def __init__(self, credential: Credential | None = None) -> None:
        self.credential = credential
        self.asked = 0

    def find(self, host: str) -> Found | None:
        self.asked += 1
        return Found(self.credential, Origin.GIVEN, "the test's wallet") if self.credential else None


@contextmanager
def client(
    host: str,
    options: HostOptions = PLAIN,
    who: Credential | Wallet | None = None,
    patience: Patience = QUICK,
) -> Iterator[RegistryClient]:
    """A client that is closed in the end."""
    wallet = who if isinstance(who, Wallet) else Wallet(who)
    made = RegistryClient(host, options, wallet, patience=patience)
    try:
        yield made
    finally:
        made.close()


def get(
    asked: RegistryClient,
    path: str = "/v2/",
    *scopes: str,
    token: CancelToken | None = None,
    allow: frozenset[int] = frozenset(),
) -> tuple[int, bytes]:
    """Status and body."""
    request = Request("GET", path, "look at it", scopes=scopes, allow=allow)
    with asked.send(request, token) as answer:
        return answer.status, answer.content(1 << 24)
