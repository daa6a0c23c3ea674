"""Which proxy is on the way to an address: what the user said for the host, else what the system says."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies

from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.hosts import is_loopback


def proxy_for(url: str, options: HostOptions) -> str:
    """The proxy's address, with user and password when it needs them, "" for none.

    Loopback needs no proxy, whatever the system says; what was said for the host itself counts even there.
    """
    if options.proxy:
        return with_scheme(options.proxy)
    parts = urlsplit(url)
    if is_loopback(parts.hostname or ""):
        return ""
    known = getproxies()
    proxy = known.get(parts.scheme) or known.get("all") or ""
    return with_scheme(proxy) if proxy and not _is_excepted(url, known.get("no")) else ""


def with_scheme(proxy: str) -> str:
    """``proxy:3128`` is an http proxy."""
    return proxy if "://" in proxy else f"http://{proxy}"


def shown_proxy(proxy: str) -> str:
    """The address of a proxy as it may be shown: without user and password."""
    scheme, _, rest = with_scheme(proxy).partition("://")
    return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}"


def _is_excepted(url: str, no_proxy: str | None) -> bool:
    from requests.utils import should_bypass_proxies

    return should_bypass_proxies(url, no_proxy)
