"""The repositories of a registry, where it lists them."""

from __future__ import annotations

from kitops_desktop.errors import AccessDenied, RegistryUnsupported, RemoteNotFound
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.exchange import Request, Response, Transport
from kitops_desktop.registry.paging import natural_key, read_list

MOST = 10_000
"""So many are shown; who has more looks for a name."""
_ACTION = "list its repositories"
_WITHOUT = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io", "ghcr.io"})
"""Never give anybody the right to."""


def repositories(transport: Transport, token: CancelToken | None = None) -> tuple[str, ...]:
    """Their paths in natural order, ``MOST`` at most.

    Raises ``RegistryUnsupported`` when there is no list or we may not see it, ``SignInNeeded`` when nobody is
    signed in.
    """
    if transport.host in _WITHOUT:
        raise RegistryUnsupported(transport.host, _ACTION)

    def ask(url: str) -> Response:
        request = Request(
            "GET", url, _ACTION, ("registry:catalog:*",), allow=frozenset({400, 403, 404, 405, 501})
        )
        response = transport.send(request, token)
        if response.status in (403, 404, 405, 501):
            response.close()
            raise RegistryUnsupported(transport.host, _ACTION)
        return response

    try:
        return tuple(sorted(read_list(transport, "/v2/_catalog", "repositories", ask, MOST), key=natural_key))
    except (AccessDenied, RemoteNotFound) as error:
        raise RegistryUnsupported(transport.host, _ACTION) from error
