"""Questions to the interface that a vendor has beside the registry's: by the same way, with bounds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.errors import RegistryFailed
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry import locations
from kitops_desktop.registry.exchange import Request, Transport

MOST_REQUESTS = 200
"""Of one listing. Who has more projects than that looks for a name."""
PAGE = 100
_MAX_BYTES = 8 << 20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACTION = "list its repositories"


@dataclass(frozen=True, slots=True)
class VendorNames:
    """``source`` says for people whose list it is; not ``complete`` when there is more than was asked for."""

    names: tuple[str, ...]
    source: str
    complete: bool = True


class Vendor(Protocol):
    """One that can list what is in its registries."""

    def names(self, credential: Credential | None, token: CancelToken) -> VendorNames:
        """Raises ``RegistryError``s and ``Cancelled``."""
        ...


class TooManyPages(Exception):
    """There is more than we ask for."""


@dataclass(slots=True)
class VendorApi:
    """``origin`` is where the interface is, ``authorization`` what is sent there and nowhere else. Used for
    one listing, in one thread.

    Whoever makes one has seen to it that ``authorization`` may be sent to ``origin``.
    """

    transport: Transport
    origin: str
    token: CancelToken
    authorization: str = field(default="", repr=False)
    asked: int = 0

    def json(self, path: str, *, missing: frozenset[int] = frozenset()) -> Any:  # noqa: ANN401 - JSON
        """What is at ``path``; None for one of the statuses in ``missing``."""
        return self._read(self.origin + path, missing)[0]

    def items(self, path: str, key: str = "") -> Iterator[dict[str, Any]]:
        """The objects of a list that comes in pages (``Link: rel=next``, or an address under ``next``); with
        ``key`` the list is under it. Nothing for a list that does not exist or is not for us.

        Raises ``TooManyPages``.
        """
        url: str | None = self.origin + path
        while url is not None:
            value, link = self._read(url, frozenset({403, 404}))
            if value is None:
                return
            items = value.get(key) if key and isinstance(value, dict) else value
            if not isinstance(items, list):
                raise RegistryFailed(self.transport.host, 0, "its vendor's list makes no sense")
            yield from (item for item in items if isinstance(item, dict))
            url = self._following(value, link, url) if items else None

    def _following(self, value: Any, link: str, url: str) -> str | None:  # noqa: ANN401 - JSON
        following = locations.next_page(link, url, self.origin)
        named = value.get("next") if isinstance(value, dict) else None
        if following is None and isinstance(named, str) and named:
            following = locations.joined(url, named)
        return following if following and locations.same_origin(following, self.origin) else None

    def _read(self, url: str, missing: frozenset[int]) -> tuple[Any, str]:
        """The JSON at an address of ours, and its ``Link``."""
        if self.asked >= MOST_REQUESTS:
            raise TooManyPages
        self.asked += 1
        # redirects are not followed: they would take what we are asked for elsewhere
        request = Request(
            "GET",
            url,
            _ACTION,
            headers={"Accept": "application/json"},
            allow=missing | _REDIRECTS,
            authorization=self.authorization,
            longest_pause=5.0,
        )
        with self.transport.send(request, self.token) as response:
            if response.status in missing:
                return None, ""
            if response.status in _REDIRECTS:
                raise RegistryFailed(self.transport.host, response.status, "its vendor's list is elsewhere")
            content = response.content(_MAX_BYTES)
            link = response.headers.get("Link", "")
        return read_json(self.transport.host, content), link


def read_json(host: str, content: bytes) -> Any:  # noqa: ANN401 - JSON
    """Raises ``RegistryFailed`` for what is none."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RegistryFailed(host, 0, "its vendor's list is not JSON") from error


def text_of(item: dict[str, Any], key: str) -> str:
    """A text in an object; "" when there is none."""
    value = item.get(key)
    return value if isinstance(value, str) else ""
