"""A user name and a secret, made so that the secret shows nowhere by accident."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from kitops_desktop.errors import CredentialError


@dataclass(frozen=True, slots=True)
class Credential:
    """``secret`` is a password, or with ``is_identity_token`` an OAuth2 refresh token (``username`` is then
    "" or only for show). Its text form has no secret.
    """

    username: str
    secret: str = field(repr=False)
    is_identity_token: bool = False


class Origin(StrEnum):
    """Where a credential was found, in the order in which is looked."""

    GIVEN = "given"
    """By flags, standard input or KITOPS_DESKTOP_USERNAME and _PASSWORD, for this run."""
    SESSION = "session"
    """Signed in and kept for this run only."""
    KEYRING = "keyring"
    KIT = "kit"
    """`kit`'s credentials.json or the helper it names."""
    DOCKER = "docker"
    """Docker's config.json or the helper it names. Never written."""


@dataclass(frozen=True, slots=True)
class Found:
    """A credential and where it is from; ``place`` says it for people ("Docker's config.json")."""

    credential: Credential
    origin: Origin
    place: str


class CredentialSource(Protocol):
    """Where a registry's client asks who we are. May be asked from any thread, and may take its time."""

    def find(self, host: str) -> Found | None:
        """The credential for ``host`` (as in a reference), None for nobody. Raises ``CredentialError``."""
        ...


@runtime_checkable
class TellsProblems(Protocol):
    """A ``CredentialSource`` that goes on when one of its places fails, and says afterwards which did."""

    def problems(self, host: str) -> tuple[CredentialError, ...]:
        """What could not be asked when the credential of ``host`` was last looked for."""
        ...
