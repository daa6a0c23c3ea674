"""Who we are to Hugging Face: an access token, from where all sign-ins are kept, or from ``HF_TOKEN``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint
from kitops_desktop.progress import CancelToken

if TYPE_CHECKING:
    from kitops_desktop.registry.client import RegistryClient
    from kitops_desktop.registry.registries import Registries

TOKEN_VARIABLE = "HF_TOKEN"
"""As Hugging Face's own programs have it; used when no sign-in is kept."""


def hugging_face(registries: Registries) -> HfClient:
    """Hugging Face, signed in as the user is. May ask the keyring, so not from the window's thread.

    Raises ``CredentialError``, and ``PasswordInTheClear`` where a token would travel unencrypted.
    """
    host = hf_endpoint().host
    found = registries.credentials.find(host)
    secret = found.credential.secret if found is not None else os.environ.get(TOKEN_VARIABLE, "").strip()
    client = registries.client(host)
    _check(client, secret)
    return HfClient(client, secret)


def check_token(registries: Registries, secret: str, token: CancelToken) -> str:
    """Whose the access token is; nothing is kept. Raises ``SignInRefused``, ``RegistryError``s."""
    client = registries.client(hf_endpoint().host)
    _check(client, secret)
    return HfClient(client, secret).owner(token)


def is_hugging_face(host: str) -> bool:
    """Whether this is where one signs in to Hugging Face, with a token and not as to a registry."""
    return host.strip().lower() == hf_endpoint().host


def _check(client: RegistryClient, secret: str) -> None:
    from kitops_desktop.registry.realms import check_password_may_go  # late: as the network's libraries

    if secret:
        check_password_may_go(client.host, client.origin, client.origin, client.options)
