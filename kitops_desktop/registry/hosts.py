"""Names of registries: which are names at all, and where their interface really is."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.registry.host import HostOptions

DOCKER_HUB = "docker.io"
_REAL_HOSTS = {DOCKER_HUB: "registry-1.docker.io", "index.docker.io": "registry-1.docker.io"}


def check_host(host: str) -> str:
    """``host`` or ``host:port`` as in a reference, in lower case; raises ``InvalidArgument``."""
    text = host.strip().lower()
    try:
        parts = urlsplit(f"//{text}")
        usable = parts.hostname and parts.netloc == text and parts.username is None and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(c in text for c in "/?#@\\% ") or not (text.isascii() and text.isprintable()):
        raise InvalidArgument(f"{host!r} is not the name of a registry (host or host:port)")
    return text


def origin_for(host: str, options: HostOptions) -> str:
    """Where requests for ``host`` go: ``https://host:port``. Raises ``InvalidArgument``."""
    name = check_host(host)
    return f"{options.scheme}://{_REAL_HOSTS.get(name, name)}"


def path_at(host: str, repository: str) -> str:
    """A repository's path in the interface: Docker Hub's own are in ``library``."""
    return f"library/{repository}" if host.lower() in _REAL_HOSTS and "/" not in repository else repository


def is_loopback(hostname: str) -> bool:
    """Whether this name or address is this computer's own."""
    name = hostname.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def is_here(host: str) -> bool:
    """Whether the registry ``host`` (with its port) runs on this computer."""
    try:
        return is_loopback(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False
