"""Addresses that a registry gives us: where an upload goes on, where the next page is."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

from kitops_desktop.errors import RegistryFailed
from kitops_desktop.oci.digest import Digest

_LINK = re.compile(r"<([^<>]*)>\s*((?:;[^,]*)*)")
_NEXT = re.compile(r';\s*rel\s*=\s*"?next"?\s*(?:;|$)', re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}


def location(given: str, base: str, origin: str, host: str) -> str:
    """The address of a ``Location`` in the answer that came from ``base``.

    A registry behind a proxy that ends TLS may think it speaks http: of its own host, our scheme and port
    are kept. Raises ``RegistryFailed`` for what cannot be followed: another host without encryption where we
    have it, a user name in the address.
    """
    url = joined(base, given)
    parts, own = urlsplit(url), urlsplit(origin)
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise RegistryFailed(host, 0, "it sent us to an address that cannot be used")
    if parts.scheme == own.scheme or own.scheme == "http":
        return url
    if parts.scheme == "http" and parts.hostname == own.hostname:
        return origin + url[len(f"{parts.scheme}://{parts.netloc}") :]
    raise RegistryFailed(host, 0, "it sent us to another computer without encryption")


def joined(base: str, given: str) -> str:
    """``given`` as seen from ``base``, without a fragment; "" when it is no address at all."""
    try:
        url = urljoin(base, given.strip()).partition("#")[0]
        return url if (urlsplit(url).port or 1) > 0 else ""
    except ValueError:
        return ""


def same_origin(url: str, origin: str) -> bool:
    """Whether scheme, host and port are the same."""
    try:
        return _origin(url) == _origin(origin)
    except ValueError:
        return False


def with_digest(url: str, digest: Digest) -> str:
    """An upload's address with the digest that closes it. The rest stays to the letter: it may be signed."""
    return f"{url}{'&' if '?' in url else '?'}digest={quote(digest, safe='')}"


def next_page(link: str, base: str, origin: str) -> str | None:
    """The address that a ``Link`` gives for the next page, when it is at the registry itself."""
    for target, parameters in _LINK.findall(link):
        if _NEXT.search(parameters):
            url = joined(base, target)
            return url if same_origin(url, origin) else None
    return None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
