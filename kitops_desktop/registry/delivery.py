"""One request on its way through sign-in, redirects and repetitions."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urljoin, urlsplit

from kitops_desktop.errors import RateLimited, RegistryError, RegistryFailed, SignInNeeded, WrongScheme
from kitops_desktop.masking import MASK
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.answers import MAX_ERROR_BYTES, Refusal, error_of, wrong_scheme
from kitops_desktop.registry.auth import Authorization, RegistryAuth
from kitops_desktop.registry.exchange import Request, Response
from kitops_desktop.registry.locations import same_origin
from kitops_desktop.registry.network import Network
from kitops_desktop.registry.response import HttpResponse
from kitops_desktop.registry.retries import Attempts

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Delivery:
    """Brings ``request`` to the registry and gives its answer. Used once."""

    def __init__(
        self, network: Network, auth: RegistryAuth, request: Request, token: CancelToken, attempts: Attempts
    ) -> None:
        self._network, self._auth, self._request = network, auth, request
        self._token, self._attempts = token, attempts
        self._url = request.url if "://" in request.url else network.origin + request.url
        self._own = same_origin(self._url, network.origin) and request.authorization is None

    def answer(self) -> Response:
        scopes, token = self._request.scopes, self._token
        used = self._attempts.run(lambda: self._auth.authorization(scopes, token)) if self._own else None
        answer = self._sent(used)
        if answer.status != 401 or not self._own or not same_origin(answer.url, self._network.origin):
            return self._checked(answer, used)
        challenge = _challenges(answer)
        if isinstance(self._request.body, bytes | None):
            _finish(answer)
            used = self._attempts.run(
                lambda: self._auth.after_challenge(challenge, used, scopes, self._request.action, token)
            )
            answer = self._sent(used)
            if answer.status != 401:
                return self._checked(answer, used)
            challenge = _challenges(answer)
        return self._denied(answer, challenge, used)

    def _denied(self, answer: HttpResponse, challenge: list[str], used: Authorization | None) -> Response:
        error: RegistryError
        if used is None:
            self._auth.learn(challenge)
            error = SignInNeeded(self._network.host)
        else:
            error = self._auth.denied(challenge, used, self._request.action)
        if 401 in self._request.allow:
            return answer
        _finish(answer)
        raise error

    def _sent(self, used: Authorization | None) -> HttpResponse:
        with self._auth.proving(used, self._token) as prove:
            if self._request.repeat and isinstance(self._request.body, bytes | None):
                answer = self._attempts.run(lambda: self._attempt(used))
            else:
                self._token.check()
                answer = self._attempt(used)
            prove(answer.status, _challenges(answer))
        return answer

    def _attempt(self, used: Authorization | None) -> HttpResponse:
        """One attempt; what may have passed a moment later is raised, all else is given back."""
        self._network.pace.wait(self._token, self._request.longest_pause)
        answer = self._followed(used)
        if answer.status in self._request.allow or not _is_passing(answer.status):
            return answer
        error = self._error(answer, used)
        if isinstance(error, RateLimited):
            self._network.pace.slow_down(error.until)
        raise error

    def _followed(self, used: Authorization | None) -> HttpResponse:
        """The answer after redirects. One storage that says no is asked for again at the registry, once: its
        addresses are good for a short time.
        """
        for once_more in (True, False):
            answer = self._redirected(used)
            elsewhere = not same_origin(answer.url, self._url)
            if not (elsewhere and answer.status in (400, 401, 403)):
                return answer
            answer.close()
            if not once_more:
                raise RegistryFailed(
                    self._network.host, answer.status, f"its storage {_netloc(answer.url)} refused"
                )
        raise AssertionError

    def _redirected(self, used: Authorization | None) -> HttpResponse:
        url = self._url
        for _ in range(_MAX_REDIRECTS + 1):
            answer = self._exchanged(url, used)
            if answer.status not in _REDIRECTS or answer.status in self._request.allow:
                return answer
            target = answer.headers.get("Location", "")
            _finish(answer)
            url = self._next(url, answer.status, target)
        raise RegistryFailed(self._network.host, 0, "it sends us from one address to the next without end")

    def _exchanged(self, url: str, used: Authorization | None) -> HttpResponse:
        request = self._request
        headers = {name: value for name, value in request.headers.items() if name.lower() != "authorization"}
        if used is not None and same_origin(url, self._network.origin):
            headers["Authorization"] = used.header
        elif request.authorization and same_origin(url, self._url):
            headers["Authorization"] = request.authorization
        return self._network.exchange(
            request.method, url, headers, request.body, self._token, request.read_timeout, request.action
        )

    def _next(self, url: str, status: int, target: str) -> str:
        host = self._network.host
        try:
            following = urljoin(url, target).partition("#")[0] if target else ""
            parts = urlsplit(following)
            usable = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
            usable = usable and (parts.port or 1) > 0
        except ValueError:
            usable = False
        if not usable:
            raise RegistryFailed(host, 0, "it sends us to an address that cannot be used")
        if url.startswith("https:") and parts.scheme == "http":
            raise RegistryFailed(host, 0, "it sends us to an address without encryption")
        reads = self._request.method in ("GET", "HEAD")
        same = status in (307, 308) and same_origin(following, url)
        if not reads and not (same and isinstance(self._request.body, bytes | None)):
            raise RegistryFailed(host, 0, "it sends us elsewhere where it should store what we send")
        return following

    def _checked(self, answer: HttpResponse, used: Authorization | None) -> Response:
        if answer.status < 400 or answer.status in self._request.allow:
            return answer
        raise self._error(answer, used)

    def _error(self, answer: HttpResponse, used: Authorization | None) -> RegistryError:
        with answer:
            body = _without_secrets(beginning(answer), used, self._request.authorization)
            refusal = Refusal(answer.status, answer.headers, body)
        host, plain = self._network.host, self._network.options.plain_http
        wrong = wrong_scheme(refusal, host) if plain else None
        if plain and refusal.status == 400 and self._request.method == "HEAD":
            wrong = self._said_of_scheme()
        return wrong or error_of(refusal, host, self._request.action, used.username if used else "")

    def _said_of_scheme(self) -> WrongScheme | None:
        """Ask so that it can be answered in words: the answer to a HEAD has none."""
        network, request = self._network, self._request
        with network.exchange(
            "GET", f"{network.origin}/v2/", {}, None, self._token, request.read_timeout, request.action
        ) as answer:
            return wrong_scheme(Refusal(answer.status, answer.headers, beginning(answer)), network.host)


def _is_passing(status: int) -> bool:
    return status in (408, 425, 429) or status >= 500


def beginning(answer: HttpResponse) -> bytes:
    """Of an error's body as much as is looked at; a body that breaks off is no further error."""
    parts, count = [], 0
    with suppress(RegistryError):
        while count < MAX_ERROR_BYTES and (block := answer.read(MAX_ERROR_BYTES - count)):
            parts.append(block)
            count += len(block)
    return b"".join(parts)


def _finish(answer: HttpResponse) -> None:
    """Be done with an answer, and keep the connection when little is left of it."""
    with answer:
        beginning(answer)


def _challenges(answer: HttpResponse) -> list[str]:
    found: list[str] = answer.response.raw.headers.getlist("WWW-Authenticate")
    return found


def _without_secrets(body: bytes, used: Authorization | None, given: str | None) -> bytes:
    """A registry may repeat what it was sent."""
    secrets = [header.partition(" ")[2] for header in (used.header if used else "", given or "")]
    if used and used.credential:
        secrets.append(used.credential.secret)
    for secret in filter(None, secrets):
        body = body.replace(secret.encode(), MASK.encode())
    return body


def _netloc(url: str) -> str:
    return urlsplit(url).netloc
