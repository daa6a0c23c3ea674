"""The repositories of a registry, where it lists them, or its vendor does."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kitops_desktop.credentials.credential import CredentialSource
from kitops_desktop.errors import (
    AccessDenied,
    CredentialError,
    RegistryError,
    RegistryUnsupported,
    RemoteNotFound,
    SignInNeeded,
    SignInRefused,
)
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.exchange import Request, Response, Transport
from kitops_desktop.registry.paging import natural_key, read_list

if TYPE_CHECKING:
    from kitops_desktop.registry.client import RegistryClient
    from kitops_desktop.registry.vendor_listing.vendor_api import VendorNames

log = logging.getLogger(__name__)

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


@dataclass(frozen=True, slots=True)
class Listed:
    """``source`` says for people where the list is from, "" for the registry itself. Not ``complete``: there
    is more.
    """

    names: tuple[str, ...]
    source: str = ""
    complete: bool = True


def list_repositories(
    client: RegistryClient,
    credentials: CredentialSource,
    known: Collection[str] = (),
    token: CancelToken | None = None,
) -> Listed:
    """As ``repositories``, and what the vendor lists where the registry does not. ``known`` are repositories
    that were used before, the latest first.

    Raises what ``repositories`` raises; a ``RegistryUnsupported`` has the error of the vendor's list, if that
    was asked for, as its cause.
    """
    try:
        names = repositories(client, token)
        return Listed(names, complete=len(names) < MOST)
    except (RegistryUnsupported, SignInNeeded) as error:
        if isinstance(error, SignInRefused):
            raise
        return _listed_by_vendor(client, credentials, known, token or CancelToken(), error)


def _listed_by_vendor(
    client: RegistryClient,
    credentials: CredentialSource,
    known: Collection[str],
    token: CancelToken,
    refused: RegistryError,
) -> Listed:
    """Who is not signed in gets what is public, or is asked to sign in when that is nothing."""
    try:
        found = _vendor_names(client, credentials, known, token)
    except (RegistryError, CredentialError) as error:
        log.info("%s: its vendor's list cannot be read: %s", client.host, error)
        raise refused from error
    if found is None or (not found.names and isinstance(refused, SignInNeeded)):
        raise refused
    names = sorted(set(found.names), key=natural_key)[:MOST]
    return Listed(tuple(names), found.source, found.complete and len(names) < MOST)


def _vendor_names(
    client: RegistryClient, credentials: CredentialSource, known: Collection[str], token: CancelToken
) -> VendorNames | None:
    from kitops_desktop.registry.vendor_listing.vendors import vendor_of

    vendor = vendor_of(client, known)
    if vendor is None:
        return None
    found = credentials.find(client.host)
    return vendor.names(found.credential if found is not None else None, token)
