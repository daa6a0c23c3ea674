"""Who we are to Hugging Face: an access token, from where all sign-ins are kept, or from ``HF_TOKEN``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kitops_desktop.credentials.credential import Credential, CredentialSource, TellsProblems
from kitops_desktop.errors import NoKeyring, SignInRefused
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint, is_hugging_face
from kitops_desktop.progress import CancelToken

if TYPE_CHECKING:
    from kitops_desktop.registry.client import RegistryClient
    from kitops_desktop.registry.registries import Registries

__all__ = ["check_token", "credential_of", "hugging_face", "is_hugging_face", "token_of_environment"]

TOKEN_VARIABLE = "HF_TOKEN"
"""As Hugging Face's own programs have it; used when no sign-in is kept."""
_LONGEST = 4096


def hugging_face(registries: Registries) -> HfClient:
    """Hugging Face, signed in as the user is. May ask the keyring, so not from the window's thread.

    Raises ``CredentialError``, ``PasswordInTheClear`` where a token would travel unencrypted, and
    ``SignInRefused`` for what cannot be a token.
    """
    host = hf_endpoint().host
    found = registries.credentials.find(host)
    secret = found.credential.secret if found is not None else token_of_environment()
    client = registries.client(host)
    _check(client, secret)
    return HfClient(client, secret, "" if secret else _unread(registries.credentials, host))


def check_token(registries: Registries, secret: str, token: CancelToken) -> str:
    """Whose the access token is; nothing is kept. Raises ``SignInRefused``, ``RegistryError``s."""
    client = registries.client(hf_endpoint().host)
    _check(client, secret)
    return HfClient(client, secret).owner(token)


def token_of_environment() -> str:
    """What ``HF_TOKEN`` has, "" for nothing."""
    return os.environ.get(TOKEN_VARIABLE, "").strip()


def credential_of(secret: str) -> Credential:
    """The access token as sign-ins are kept. Whose it is, is not kept with it: it says that itself."""
    return Credential("", secret, is_identity_token=True)


def _unread(credentials: CredentialSource, host: str) -> str:
    """Why a sign-in that may be there was not found, "" when none is."""
    problems = credentials.problems(host) if isinstance(credentials, TellsProblems) else ()
    return next((str(problem) for problem in problems if not isinstance(problem, NoKeyring)), "")


def _check(client: RegistryClient, secret: str) -> None:
    from kitops_desktop.registry.realms import check_password_may_go  # late: as the network's libraries

    if secret and not _can_be_sent(secret):
        raise SignInRefused(client.host, "")
    if secret:
        check_password_may_go(client.host, client.origin, client.origin, client.options)


def _can_be_sent(secret: str) -> bool:
    """Whether it can stand in a header. What cannot would be quoted by whoever refuses it."""
    return len(secret) <= _LONGEST and secret.isascii() and secret.isprintable() and " " not in secret
