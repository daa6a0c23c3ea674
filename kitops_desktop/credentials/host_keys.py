"""The names under which a registry's sign-in is filed: by us, by `kit`, by Docker and by their helpers."""

from __future__ import annotations

from kitops_desktop.errors import InvalidArgument

HUB = "docker.io"
HUB_ADDRESS = "https://index.docker.io/v1/"
_HUB_HOSTS = frozenset({HUB, "index.docker.io", "registry-1.docker.io"})
_MAX_HOST = 300  # a name has at most 253 letters; then comes the port


def canonical_host(host: str) -> str:
    """``host[:port]`` as we file it: in lower case, one name for all of Docker Hub's.

    Raises ``InvalidArgument`` for what is no host: it goes to helpers and into names of the keyring.
    """
    lowered = host.strip().lower()
    if (
        not lowered
        or len(lowered) > _MAX_HOST
        or not lowered.isprintable()
        or set(lowered) & set(" /\\@?#\"'")
    ):
        raise InvalidArgument(f"{host[:80]!r} is no host of a registry")
    return HUB if lowered in _HUB_HOSTS else lowered


def server_address(host: str) -> str:
    """The key under which `kit` and Docker file ``host``; also what their helpers are asked for."""
    canonical = canonical_host(host)
    return HUB_ADDRESS if canonical == HUB else canonical


def host_of(key: str) -> str:
    """The host that a key of such a file means: ``https://host/v1/``, ``host:port``; "" for none."""
    bare = key.strip()
    for scheme in ("https://", "http://"):
        if bare.lower().startswith(scheme):
            bare = bare[len(scheme) :]
    try:
        return canonical_host(bare.partition("/")[0])
    except InvalidArgument:
        return ""
