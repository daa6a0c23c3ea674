"""Signing in as registries want it: tokens, Basic, or nobody; one attempt with a password and no more.

Registered with oras as the authentication "kitops-desktop". What of oras's own would send passwords elsewhere
or read files by itself raises here.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import oras.provider  # noqa: F401 - first: oras.auth alone is a circle
from oras.auth import auth_backends
from oras.auth.base import AuthBackend

from kitops_desktop.credentials.credential import Credential, CredentialSource, TellsProblems
from kitops_desktop.errors import (
    AccessDenied,
    NoKeyring,
    RegistryError,
    RegistryFailed,
    SignInNeeded,
    SignInRefused,
)
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.answers import Refusal, error_of
from kitops_desktop.registry.challenge import Challenge, merged_scopes, parse_challenges, preferred
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.realms import check_password_may_go, check_realm
from kitops_desktop.registry.token_service import (
    Held,
    TokenReply,
    TokenService,
    ask_for_token,
    basic,
    token_of,
)

log = logging.getLogger(__name__)

BACKEND = "kitops-desktop"
_CREDENTIAL_SECONDS = 30.0
"""So long a credential counts without being looked up again."""
_MAX_HELD = 1000


@dataclass(frozen=True, slots=True)
class Authorization:
    """The header for one request, and whose it is. ``key`` is under which the token is held, None for
    Basic.
    """

    header: str = field(repr=False)
    credential: Credential | None
    key: Any = field(default=None, repr=False)
    is_fresh: bool = False
    """Whether the token was fetched for this very request."""

    @property
    def username(self) -> str:
        return self.credential.username if self.credential else ""


class RegistryAuth(AuthBackend):  # type: ignore[misc]  # oras has no types
    """The sign-in to one registry, for all threads."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._flights: dict[Any, threading.Lock] = {}
        self._found: tuple[Credential | None, float] | None = None
        self._refused: set[Credential] = set()
        self._accepted: set[Credential] = set()
        self._challenge: Challenge | None = None
        self._tokens: dict[Any, Held] = {}
        self._wider: dict[tuple[str, ...], tuple[str, ...]] = {}

    def attach(
        self,
        host: str,
        origin: str,
        options: HostOptions,
        credentials: CredentialSource,
        service: TokenService,
    ) -> None:
        """Say what oras's way of making a backend has no room for."""
        self.hostname, self._origin, self._options = host, origin, options
        self._credentials, self._service = credentials, service

    @property
    def realm(self) -> str:
        """Where tokens come from, as far as the registry has said; "" for Basic or nothing."""
        challenge = self._challenge
        return challenge.realm if challenge and challenge.scheme == "bearer" else ""

    @property
    def service(self) -> str:
        """What the registry calls itself where tokens come from; "" as for ``realm``."""
        challenge = self._challenge
        return challenge.service if challenge and challenge.scheme == "bearer" else ""

    @property
    def username(self) -> str:
        """Who the registry has accepted, "" for nobody or a token."""
        found = self._found[0] if self._found else None
        known = found is not None and found in self._accepted and not found.is_identity_token
        return found.username if found is not None and known else ""

    @property
    def was_challenged(self) -> bool:
        """Whether the registry has asked who we are."""
        return self._challenge is not None

    def refuses(self, credential: Credential) -> bool:
        """Whether the registry has refused it since ``forget``: it is not sent again."""
        return credential in self._refused

    def forget(self) -> None:
        """Drop tokens, the credential, and that it was refused."""
        with self._lock:
            self._found = None
            self._refused.clear()
            self._accepted.clear()
            self._forget_tokens()

    def authorization(self, scopes: tuple[str, ...], token: CancelToken) -> Authorization | None:
        """For a request that needs ``scopes``; None for as long as the registry has not asked who we are.

        Raises what getting a token may raise, and ``SignInRefused`` without asking when the password was
        refused before.
        """
        with self._lock:
            challenge, wanted = self._challenge, self._wider.get(merged_scopes(*scopes))
        if challenge is None:
            return None
        return self._for(challenge, wanted or merged_scopes(*scopes), token)

    def after_challenge(
        self,
        headers: list[str],
        used: Authorization | None,
        scopes: tuple[str, ...],
        action: str,
        token: CancelToken,
    ) -> Authorization:
        """The registry answered 401: what to try instead, once. Raises ``SignInNeeded`` or ``AccessDenied``
        when there is nothing else to try.
        """
        challenge = preferred(parse_challenges(headers))
        if used is not None and used.key is None and not _is_bearer(challenge):
            raise self._refusal(used.credential)
        if challenge is None:
            raise SignInNeeded(self.hostname, f"{self.hostname} wants to be signed in to in an unknown way")
        wanted = self._wanted(scopes, challenge)
        if (
            used is not None
            and used.is_fresh
            and used.key[-1] == wanted
            and challenge.error != "invalid_token"
        ):
            raise self.denied(headers, used, action)
        with self._lock:
            self._challenge = challenge
            if used is not None and used.key in self._tokens and self._tokens[used.key].header == used.header:
                del self._tokens[used.key]
        found = self._for(challenge, wanted, token)
        if found is None:
            raise self._needed()
        return found

    def assume_basic(self) -> None:
        """Sign in with a password without having been asked."""
        with self._lock:
            self._challenge = Challenge("basic")

    def learn(self, headers: list[str]) -> None:
        """Note how the registry wants to be signed in to, for the next request."""
        challenge = preferred(parse_challenges(headers))
        if challenge is not None:
            with self._lock:
                self._challenge = challenge

    def denied(self, headers: list[str], used: Authorization, action: str) -> RegistryError:
        """The error after a second 401: a new token did not help either."""
        if used.key is None:
            return self._refusal(used.credential)
        challenge = preferred(parse_challenges(headers))
        with self._lock:
            self._tokens.pop(used.key, None)
        if used.credential is None:
            return self._needed()
        if challenge is not None and challenge.error == "invalid_token":
            return SignInNeeded(self.hostname, f"{self.hostname} does not take the token it was to take")
        return AccessDenied(self.hostname, action, used.username)

    @contextmanager
    def proving(
        self, used: Authorization | None, token: CancelToken
    ) -> Iterator[Callable[[int, list[str]], None]]:
        """Send with ``used`` in this context and tell the status and the challenges. A password that no
        answer has proven yet is with one request at a time, so that a wrong one is sent once.
        """
        if used is None or used.key is not None or used.credential in self._accepted:
            yield lambda _status, _challenges: None
            return
        credential = used.credential
        assert credential is not None
        with self._flight(credential, token):
            if credential in self._refused:
                raise self._refusal(credential)
            yield lambda status, headers: self._judge(credential, status, headers)

    def _judge(self, credential: Credential, status: int, headers: list[str]) -> None:
        if status == 401:
            if not _is_bearer(preferred(parse_challenges(headers))):
                self._refused.add(credential)
        elif status < 500 and status != 429:
            self._accepted.add(credential)

    def _forget_tokens(self) -> None:
        self._challenge = None
        self._tokens.clear()
        self._wider.clear()

    def _wanted(self, scopes: tuple[str, ...], challenge: Challenge) -> tuple[str, ...]:
        """The scopes to ask for. What a registry names beyond ours is remembered for like requests."""
        asked = merged_scopes(*scopes)
        wider = merged_scopes(*asked, *challenge.scope.split())
        if asked and wider != asked:
            with self._lock:
                if len(self._wider) >= _MAX_HELD:
                    self._wider.clear()
                self._wider[asked] = wider
        return wider

    def _for(self, challenge: Challenge, scopes: tuple[str, ...], token: CancelToken) -> Authorization | None:
        credential = self._credential()
        if challenge.scheme == "basic":
            if credential is None or credential.is_identity_token:
                return None
            check_password_may_go(self.hostname, self._origin, self._origin, self._options)
            return Authorization(basic(credential.username, credential.secret), credential)
        return self._bearer(challenge, credential, scopes, token)

    def _credential(self) -> Credential | None:
        """Who we are. One that was refused is looked up anew: it may have been changed since."""
        now = time.monotonic()
        held = self._found
        if held is None or held[1] < now or held[0] in self._refused:
            found = self._credentials.find(self.hostname)
            held = (found.credential if found else None, now + _CREDENTIAL_SECONDS)
            self._found = held
        if held[0] is not None and held[0] in self._refused:
            raise self._refusal(held[0])
        return held[0]

    def _needed(self) -> SignInNeeded:
        """Nobody is signed in as far as we know; with the place that might know and could not be asked."""
        source = self._credentials
        problems = source.problems(self.hostname) if isinstance(source, TellsProblems) else ()
        unread = next((problem for problem in problems if not isinstance(problem, NoKeyring)), None)
        return SignInNeeded(self.hostname, f"{self.hostname} wants a sign-in, and {unread}" if unread else "")

    def _refusal(self, credential: Credential | None) -> SignInRefused:
        if credential is not None:
            self._refused.add(credential)
        shown = credential.username if credential and not credential.is_identity_token else ""
        return SignInRefused(self.hostname, shown)

    def _bearer(
        self,
        challenge: Challenge,
        credential: Credential | None,
        scopes: tuple[str, ...],
        token: CancelToken,
    ) -> Authorization:
        key = (challenge.realm, challenge.service, credential, scopes)
        if held := self._held(key):
            return Authorization(held.header, credential, key)
        unproven = credential is not None and credential not in self._accepted
        with self._flight(credential if unproven else key, token):
            held = self._held(key)
            is_fresh = held is None
            if held is None:
                if credential is not None and credential in self._refused:
                    raise self._refusal(credential)
                held = self._fetched(challenge, credential, scopes, token)
                self._hold(key, held)
        return Authorization(held.header, credential, key, is_fresh)

    def _held(self, key: object) -> Held | None:
        with self._lock:
            held = self._tokens.get(key)
            return held if held is not None and held.until > time.monotonic() else None

    def _hold(self, key: object, held: Held) -> None:
        with self._lock:
            if len(self._tokens) >= _MAX_HELD:
                self._tokens.clear()
                self._flights.clear()
            self._tokens[key] = held

    @contextmanager
    def _flight(self, key: object, token: CancelToken) -> Iterator[None]:
        """One at a time for each key; a cancelled thread stops waiting."""
        with self._lock:
            flight = self._flights.setdefault(key, threading.Lock())
        with token.holding(flight):
            yield

    def _fetched(
        self,
        challenge: Challenge,
        credential: Credential | None,
        scopes: tuple[str, ...],
        token: CancelToken,
    ) -> Held:
        began = time.monotonic()
        realm = check_realm(self.hostname, self._origin, challenge.realm)
        if credential is not None:
            check_password_may_go(self.hostname, self._origin, realm, self._options)
        reply = ask_for_token(self._service, realm, challenge.service, credential, scopes, token)
        if reply.status != 200:
            raise self._token_error(reply, credential, scopes)
        held = token_of(reply.body, began)
        if held is None:
            raise RegistryFailed(self.hostname, 0, "it gave no token where it gives tokens")
        if credential is not None:
            self._accepted.add(credential)
        return held

    def _token_error(
        self, reply: TokenReply, credential: Credential | None, scopes: tuple[str, ...]
    ) -> RegistryError:
        """A refusal without a reason is taken for one of the password, unless it was good before."""
        if reply.status in (400, 401, 403):
            if credential is None:
                return self._needed()
            if reply.status != 401 and credential in self._accepted:
                return AccessDenied(self.hostname, _action(scopes), credential.username)
            return self._refusal(credential)
        if 300 <= reply.status < 400:
            return RegistryFailed(self.hostname, 0, "the place that gives tokens sends us elsewhere")
        if reply.status < 400:
            return RegistryFailed(self.hostname, 0, "the place that gives tokens gave none")
        error = error_of(Refusal(reply.status, reply.headers, reply.body), self.hostname, "sign in")
        return error

    # what oras asks of a backend

    def get_auth_header(self) -> dict[str, str]:
        """None of ours is for every request."""
        return {}

    def authenticate_request(
        self,
        original: Any,  # noqa: ANN401
        headers: dict[str, str] | None,
        refresh: bool = False,
    ) -> tuple[dict[str, str], bool]:
        """Oras's own way to ask for a repetition; ours is ``after_challenge``."""
        challenge = original.headers.get("WWW-Authenticate", "")
        found = self.after_challenge([challenge], None, (), "sign in", CancelToken())
        return dict(headers or {}) | {"Authorization": found.header}, True

    def load_configs(self, container: Any, configs: Any = None) -> None:  # noqa: ANN401
        """Credentials come from ``attach`` alone."""

    def _refuse(self, *arguments: Any, **options: Any) -> NoReturn:  # noqa: ANN401
        raise NotImplementedError("credentials are found by CredentialSource and sent by RegistryAuth alone")

    logout = set_token_auth = set_basic_auth = request_anonymous_token = _refuse


auth_backends[BACKEND] = RegistryAuth


def _is_bearer(challenge: Challenge | None) -> bool:
    return challenge is not None and challenge.scheme == "bearer"


def _action(scopes: tuple[str, ...]) -> str:
    """A scope as an infinitive phrase."""
    if not scopes:
        return "do that"
    kind, _, rest = scopes[0].partition(":")
    name, _, actions = rest.rpartition(":")
    what = " and ".join(actions.split(",")) if actions.replace(",", "").isalpha() else "use"
    return f"{what} {name}" if kind == "repository" else "list its repositories"
