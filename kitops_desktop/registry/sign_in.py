"""Trying a sign-in before it is kept: once, and so that a wrong password is noticed also where everybody may
read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kitops_desktop.credentials.credential import Credential, Found, Origin
from kitops_desktop.errors import AccessDenied, RegistryFailed
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.answers import NO_REGISTRY
from kitops_desktop.registry.exchange import Request
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.hosts import check_host
from kitops_desktop.registry.registries import Registries

if TYPE_CHECKING:
    from kitops_desktop.registry.client import RegistryClient

_NO_LISTING = frozenset({400, 403, 404, 405, 429})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``username`` is "" for nobody or a token. ``realm`` is what ``HostOptions.realm`` must be from now on:
    the origin of another host that was given the password, "" when there is none to agree to.
    """

    host: str
    username: str
    realm: str


class OneCredential:
    """A ``CredentialSource`` that knows one credential, or nobody."""

    def __init__(self, credential: Credential | None) -> None:
        self._credential = credential

    def find(self, host: str) -> Found | None:
        if self._credential is None:
            return None
        return Found(self._credential, Origin.GIVEN, "given for this attempt")


def check_sign_in(
    registries: Registries,
    host: str,
    credential: Credential | None,
    options: HostOptions,
    token: CancelToken | None = None,
) -> SignedIn:
    """Sign in to ``host`` with ``credential`` (None: as nobody) and keep nothing.

    Raises ``SignInRefused`` after one attempt, ``SignInNeeded`` (nobody is let in), ``ForeignRealm``,
    ``PasswordInTheClear``, ``CertificateUntrusted``, ``WrongScheme`` and other ``RegistryError``s. What the
    registry does not check at all counts as signed in.
    """
    from kitops_desktop.registry.client import RegistryClient
    from kitops_desktop.registry.realms import foreign_origin

    host = check_host(host)
    client = RegistryClient(host, options, OneCredential(credential), patience=registries.patience)
    try:
        _ask(client, token)
        if credential is not None and not client.auth.was_challenged:
            _provoke(client, token)
        realm = client.auth.realm
        foreign = foreign_origin(host, client.origin, realm) if realm and credential is not None else ""
        name = credential.username if credential is not None and not credential.is_identity_token else ""
        return SignedIn(host, name, foreign)
    finally:
        client.close()


def _ask(client: RegistryClient, token: CancelToken | None) -> None:
    with client.send(Request("GET", "/v2/", "sign in", allow=frozenset({404})), token) as answer:
        if answer.status == 404:
            raise RegistryFailed(client.host, 0, NO_REGISTRY)


def _provoke(client: RegistryClient, token: CancelToken | None) -> None:
    """Everybody may read: find out who checks the password, and have it checked there."""
    try:
        with client.send(Request("GET", "/v2/_catalog?n=1", "sign in", allow=_NO_LISTING), token):
            pass
        if not client.auth.was_challenged:
            client.auth.assume_basic()
            _ask(client, token)
    except AccessDenied:
        return  # it was known who we are
