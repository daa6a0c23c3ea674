"""Lists that come in pages: tags and repositories. Made to survive the habits of all registries.

Some ignore how many were asked for, some cut without saying that there is more, some lead to a page that is
empty or to the same one for ever, some do not sort.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from kitops_desktop.errors import RegistryFailed
from kitops_desktop.registry import locations
from kitops_desktop.registry.exchange import Response, Transport

PAGE = 1000
MAX_PAGE_BYTES = 16 << 20
_DIGITS = re.compile(r"([0-9]+)")


def read_list(
    transport: Transport, path: str, key: str, ask: Callable[[str], Response], most: int
) -> tuple[str, ...]:
    """All items (``most`` at most) of the list ``key`` at ``path``, each once, as the registry orders them.

    ``ask`` gets an address and raises for what is no answer; a 400 it gives back.
    """
    found: dict[str, None] = {}
    asked_for: int | None = PAGE
    url: str | None = f"{path}?n={PAGE}"
    while url is not None and len(found) < most:
        with ask(url) as response:
            if response.status == 400:
                if asked_for is None or found:
                    raise RegistryFailed(transport.host, 400, "it does not continue its own list")
                url, asked_for = path, None
                continue
            items = _items(transport.host, response, key)
            link = response.headers.get("Link", "")
            following = locations.next_page(link, response.url, transport.origin)
        before = len(found)
        found.update(dict.fromkeys(items))
        if len(found) == before:
            break
        if following is None and not link and asked_for is not None and len(items) >= asked_for:
            following = f"{path}?n={asked_for}&last={quote(items[-1], safe='')}"
        url = following
    return tuple(found)[:most]


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """For sorting as people do: ``v2`` before ``v10``. Numbers may have any length."""
    return tuple(_piece_key(piece) for piece in _DIGITS.split(text) if piece)


def _piece_key(piece: str) -> tuple[int, int, str]:
    if not piece[0].isdigit() or not piece.isascii():
        return 1, 0, piece
    number = piece.lstrip("0")
    return 0, len(number), number


def _items(host: str, response: Response, key: str) -> list[str]:
    try:
        value: Any = json.loads(response.content(MAX_PAGE_BYTES))
    except (ValueError, RecursionError) as error:
        raise RegistryFailed(host, response.status, "its list is not JSON") from error
    items = value.get(key) if isinstance(value, dict) else None
    if items is None and isinstance(value, dict):
        return []
    if not isinstance(items, list):
        raise RegistryFailed(host, response.status, "its list makes no sense")
    return [item for item in items if isinstance(item, str) and item]
