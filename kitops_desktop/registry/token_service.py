"""Getting a token where a registry says tokens are to be had."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.progress import CancelToken

_CLIENT_ID = "kitops-desktop"
_DEFAULT_SECONDS = 60
_LONGEST_SECONDS = 3600
_USED_PART = 0.8
"""Of the time a token is said to be good for."""
_MAX_REPLY = 1 << 20


@dataclass(frozen=True, slots=True)
class TokenReply:
    """What the place that gives tokens answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class TokenService(Protocol):
    """Sends one request for a token: without redirects, without anything of the registry's own."""

    def __call__(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        token: CancelToken,
        limit: int,
    ) -> TokenReply: ...


@dataclass(frozen=True, slots=True)
class Held:
    """A token as the header it makes, and until when it is good, on the monotonic clock."""

    header: str = field(repr=False)
    until: float


def ask_for_token(
    service: TokenService,
    realm: str,
    name: str,
    credential: Credential | None,
    scopes: tuple[str, ...],
    token: CancelToken,
) -> TokenReply:
    """Ask at ``realm`` for a token of the service ``name`` that allows ``scopes``.

    An identity token goes by POST; where that is unknown, as a password, like any other.
    """
    if credential is not None and credential.is_identity_token:
        form = {"grant_type": "refresh_token", "client_id": _CLIENT_ID, "scope": " ".join(scopes)}
        form |= {"service": name, "refresh_token": credential.secret}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        reply = service("POST", realm, headers, urlencode(form).encode(), token, _MAX_REPLY)
        if reply.status not in (404, 405, 501):
            return reply
    query = [("service", name)] if name else []
    query += [("client_id", _CLIENT_ID)] + [("scope", scope) for scope in scopes]
    url = realm + ("&" if "?" in realm else "?") + urlencode(query)
    headers = {}
    if credential is not None:
        username = credential.username or ("<token>" if credential.is_identity_token else "")
        headers["Authorization"] = basic(username, credential.secret)
    return service("GET", url, headers, None, token, _MAX_REPLY)


def basic(username: str, secret: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{username}:{secret}".encode()).decode()


def token_of(body: bytes, began: float) -> Held | None:
    """The token in a reply, None when there is none that fits into a header. ``began`` is when it was asked
    for, on the monotonic clock.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    given = value.get("token") or value.get("access_token")
    if not isinstance(given, str) or not given.isascii() or not given.isprintable() or " " in given:
        return None
    return Held(f"Bearer {given}", began + _USED_PART * _seconds(value.get("expires_in")))


def _seconds(expires_in: object) -> float:
    """How long a token is good for; some registries count in something else than seconds."""
    if isinstance(expires_in, bool) or not isinstance(expires_in, int | float):
        return _DEFAULT_SECONDS
    return min(expires_in, _LONGEST_SECONDS) if expires_in >= 0 else _DEFAULT_SECONDS  # NaN is not
