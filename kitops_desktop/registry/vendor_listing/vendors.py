"""Which vendor made a registry, as far as that is of use for listing what is in it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kitops_desktop.errors import RegistryFailed
from kitops_desktop.registry.hosts import DOCKER_HUB
from kitops_desktop.registry.realms import check_password_may_go, check_realm, origin_of
from kitops_desktop.registry.vendor_listing import gitlab, harbor
from kitops_desktop.registry.vendor_listing.docker_hub import DockerHub
from kitops_desktop.registry.vendor_listing.gitlab import GitLab
from kitops_desktop.registry.vendor_listing.harbor import Harbor
from kitops_desktop.registry.vendor_listing.vendor_api import Vendor

if TYPE_CHECKING:
    from kitops_desktop.registry.client import RegistryClient

_HUB_HOSTS = frozenset({DOCKER_HUB, "index.docker.io", "registry-1.docker.io"})


def vendor_of(client: RegistryClient, known: Collection[str] = ()) -> Vendor | None:
    """Whose interface lists what is in this registry, by its name or by how it asks for a sign-in; None when
    that is not known. ``known`` are repositories of it that were used before, the latest first.

    Raises ``ForeignRealm``, ``PasswordInTheClear`` and ``RegistryFailed`` when the vendor's address may not
    be given a password.
    """
    if client.host in _HUB_HOSTS:
        return DockerHub(client, _namespaces(known))
    realm, service = client.auth.realm, client.auth.service
    try:
        path = urlsplit(realm).path
    except ValueError as error:
        raise RegistryFailed(client.host, 0, "it names no usable address for signing in") from error
    if service == harbor.SERVICE:
        check_password_may_go(client.host, client.origin, client.origin, client.options)
        return Harbor(client)
    if service == gitlab.SERVICE and path == gitlab.REALM_PATH:
        where = check_realm(client.host, client.origin, realm)
        check_password_may_go(client.host, client.origin, where, client.options)
        return GitLab(client, origin_of(where), known)
    return None


def _namespaces(known: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.partition("/")[0] for name in known if "/" in name))
