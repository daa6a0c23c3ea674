"""One registry over the network: sign-in, TLS, proxies, redirects, retries, cancelling.

On oras-py's ``Registry``, of which only the shell is used: what it would send without a digest, a time limit
or a look at where a password goes raises here. ``send`` is the one door.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

import oras.provider
import requests

from kitops_desktop import __version__
from kitops_desktop.credentials.credential import CredentialSource
from kitops_desktop.errors import (
    CertificateUntrusted,
    KitOpsError,
    ProxyRefused,
    RegistryError,
    RegistryFailed,
    RegistryUnreachable,
    SignInNeeded,
    WrongScheme,
)
from kitops_desktop.masking import MASK
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry import faults
from kitops_desktop.registry.answers import MAX_ERROR_BYTES, Refusal, error_of, warning, wrong_scheme
from kitops_desktop.registry.auth import BACKEND, Authorization, RegistryAuth, TokenReply
from kitops_desktop.registry.connection import CertificateSeen, Watch, watched
from kitops_desktop.registry.exchange import Body, Request, Response
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.hosts import origin_for
from kitops_desktop.registry.locations import same_origin
from kitops_desktop.registry.log_redaction import redact_network_logs
from kitops_desktop.registry.proxies import proxy_for, shown_proxy
from kitops_desktop.registry.response import HttpResponse
from kitops_desktop.registry.retries import Attempts, Patience
from kitops_desktop.registry.sending import SourceFailed, sendable
from kitops_desktop.registry.session import RegistrySession
from kitops_desktop.registry.tls import Contexts

log = logging.getLogger(__name__)

redact_network_logs()

USER_AGENT = f"kitops-desktop/{__version__}"
_MAX_REDIRECTS = 5
_MAX_WARNINGS = 20
_TOKEN_SECONDS = 30.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_UNSAFE = (
    *("login", "logout", "push", "pull", "set_header"),
    *("put_upload", "chunked_upload", "upload_blob", "upload_manifest", "_get_location"),
    *("_put_upload", "_chunked_upload", "_upload_blob", "_upload_manifest"),
    *("download_blob", "_download_blob", "get_blob", "get_manifest", "delete_tag", "delete_tags"),
)


class RegistryClient(oras.provider.Registry):  # type: ignore[misc]  # oras has no types
    """A ``Transport``. One request at a time uses a session; those that are free are kept for the next.

    ``host`` is as in a reference; for ``docker.io`` the requests go where its registry really is.
    """

    def __init__(
        self,
        host: str,
        options: HostOptions,
        credentials: CredentialSource,
        *,
        patience: Patience | None = None,
    ) -> None:
        self._host, self.options = host, options
        self._origin = origin_for(host, options)
        self._patience = patience or Patience()
        super().__init__(host, insecure=options.plain_http, tls_verify=True, auth_backend=BACKEND)
        self.session.close()  # oras's own: it reads the environment
        self.auth: RegistryAuth
        self.auth.attach(host, self._origin, options, credentials, self._ask_for_token)
        self._lock = threading.Lock()
        self._free: list[RegistrySession] = []
        self._generation = 0
        self._proven = False
        self._warnings: OrderedDict[str, None] = OrderedDict()

    @property
    def host(self) -> str:
        return self._host

    @property
    def origin(self) -> str:
        return self._origin

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the registry wants its users to know (``Warning: 299``), each once."""
        with self._lock:
            return tuple(self._warnings)

    def send(self, request: Request, token: CancelToken | None = None) -> Response:
        token = token or CancelToken()
        url = request.url if "://" in request.url else self._origin + request.url
        attempts = Attempts(self._patience, token, lambda: self._proven, request.longest_pause)
        return _Sending(self, request, url, token, attempts).answer()

    def forget(self) -> None:
        """Drop tokens, the credential, and all connections that are not in use."""
        self.auth.forget()
        with self._lock:
            self._generation += 1
        self._close_free()

    def close(self) -> None:
        """As ``forget``; the client can be used again."""
        self.forget()

    def do_request(
        self,
        url: str,
        method: str = "GET",
        data: Any = None,  # noqa: ANN401 - oras's own
        headers: dict[str, str] | None = None,
        json: Any = None,  # noqa: ANN401
        stream: bool = False,
    ) -> requests.Response:
        """Oras's way to send, on ours: so that what it asks itself (``get_tags``, ``blob_exists``) is safe.
        The whole answer is read, up to 4 MiB.
        """
        if json is not None or stream:
            raise NotImplementedError("of oras only questions with short answers are asked")
        every = frozenset(range(400, 500)) - {401}
        request = Request(method, url, "ask that", headers=dict(headers or {}), body=data, allow=every)
        with self.send(request) as answer:
            assert isinstance(answer, HttpResponse)
            answer.response._content = answer.content(4 << 20)
            return answer.response

    def exchange(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | Body | None,
        token: CancelToken,
        read_timeout: float,
        label: str,
    ) -> HttpResponse:
        """One request and the head of its answer, whatever its status. Raises ``RegistryError``,
        ``Cancelled``, and what reading the body raises.
        """
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"} | headers
        watch, proxy = Watch(token, self._patience), proxy_for(url, self.options)
        session, generation, used_before = self._taken()
        done = False
        try:
            with watched(watch):
                response = session.exchange(method, url, headers, sendable(body, token), proxy, read_timeout)
            done = True
        except SourceFailed as failed:
            raise failed.error from None
        except faults.TRANSPORT_ERRORS as error:
            token.check()
            explained = self._explained(error, url, proxy, watch, token)
            if not (used_before and method in ("GET", "HEAD") and _broke_off(explained)):
                raise explained from None
        finally:
            if not done:
                watch.release()
                session.close()
        if not done:  # the registry had ended the connection while nobody used it, and most likely others too
            self._close_free()
            return self.exchange(method, url, headers, body, token, read_timeout, label)
        if response.status_code == 407 and proxy:
            raise self._refused_by_proxy(response, url, proxy, watch, session)
        if response.status_code < 500:
            self._proven = True
        self._note_warnings(response)
        return HttpResponse(
            response,
            watch,
            self._label(url),
            label,
            lambda error: _reason(faults.error_of(error, self._way(url, proxy, watch))),
            lambda: self._given_back(session, generation),
        )

    def first_answer(self, token: CancelToken) -> None:
        """Ask something without saying who we are, only to be answered; raises what is wrong with the way."""
        url = self._origin + "/v2/"
        with self.exchange("GET", url, {}, None, token, _TOKEN_SECONDS, "the first answer") as answer:
            refusal = Refusal(answer.status, answer.headers, _beginning(answer))
        wrong = wrong_scheme(refusal, self._host) if self.options.plain_http else None
        if wrong is not None:
            raise wrong

    def _taken(self) -> tuple[RegistrySession, int, bool]:
        """A session, to whom it may be given back, and whether it has been used before."""
        with self._lock:
            if self._free:
                return self._free.pop(), self._generation, True
            generation = self._generation
        return RegistrySession(Contexts(self._host, self._origin, self.options)), generation, False

    def _close_free(self) -> None:
        with self._lock:
            free, self._free = self._free, []
        for session in free:
            session.close()

    def _refused_by_proxy(
        self, response: requests.Response, url: str, proxy: str, watch: Watch, session: RegistrySession
    ) -> ProxyRefused:
        response.close()
        watch.release()
        session.close()
        return ProxyRefused(self._label(url), shown_proxy(proxy), faults.PROXY_REASONS[407])

    def _given_back(self, session: RegistrySession, generation: int) -> None:
        with self._lock:
            if generation == self._generation:
                self._free.append(session)
                return
        session.close()

    def _label(self, url: str) -> str:
        """The host of an address as people know it."""
        return self._host if same_origin(url, self._origin) else urlsplit(url).netloc

    def _way(self, url: str, proxy: str, watch: Watch) -> faults.Way:
        return faults.Way(
            self._label(url),
            urlsplit(url).scheme,
            shown_proxy(proxy) if proxy else "",
            self.options,
            watch.connected,
            same_origin(url, self._origin),
        )

    def _explained(
        self, error: BaseException, url: str, proxy: str, watch: Watch, token: CancelToken
    ) -> KitOpsError:
        if found := faults.cause(error, KitOpsError):
            return found
        way = self._way(url, proxy, watch)
        explained = faults.error_of(error, way)
        log.info("%s: %s (%s)", way.host, explained, type(error).__name__)
        if isinstance(explained, CertificateUntrusted):
            with suppress(RegistryError):
                seen = self.certificate(token, url)
                return CertificateUntrusted(way.host, explained.problem, explained.reason, seen.certificate)
        if way.scheme == "http" and way.own and not self._proven and _broke_off(explained):
            with suppress(RegistryError):
                self.certificate(token, "https" + url.removeprefix("http"))
                return WrongScheme(way.host, "http")
        return explained

    def certificate(self, token: CancelToken, url: str = "", *, trusted: bool = False) -> CertificateSeen:
        """What the host of ``url`` (the registry when "") shows. Nothing is sent to it. With ``trusted`` it
        must be trusted, else any will do: to be looked at.
        """
        url = url or self._origin
        watch, proxy = Watch(token, self._patience), proxy_for(url, self.options)
        contexts = Contexts(self._host, self._origin, self.options, any_will_do=not trusted)
        try:
            with RegistrySession(contexts, inspecting=True) as session, watched(watch):
                session.exchange("GET", url, {}, None, proxy, _TOKEN_SECONDS)
        except CertificateSeen as seen:
            return seen
        except faults.TRANSPORT_ERRORS as error:
            token.check()
            if trusted:
                raise self._explained(error, url, proxy, watch, token) from None
            raise faults.error_of(error, self._way(url, proxy, watch)) from None
        finally:
            watch.release()
        raise RegistryUnreachable(self._label(url), "tls", "it showed no certificate")

    def _ask_for_token(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        token: CancelToken,
        limit: int,
    ) -> TokenReply:
        with self.exchange(
            method, url, headers, body, token, _TOKEN_SECONDS, "the answer with a token"
        ) as answer:
            return TokenReply(answer.status, answer.headers, answer.content(limit))

    def _note_warnings(self, response: requests.Response) -> None:
        for value in response.raw.headers.getlist("Warning"):
            said = warning(value)
            with self._lock:
                if said and said not in self._warnings and len(self._warnings) < _MAX_WARNINGS:
                    self._warnings[said] = None
                    log.warning("%s says: %s", self._host, said)


def _unsafe(name: str) -> Callable[..., NoReturn]:
    def refuse(self: RegistryClient, *arguments: object, **options: object) -> NoReturn:
        raise NotImplementedError(f"{name} of oras is not safe; Repository does it")

    return refuse


for _name in _UNSAFE:
    setattr(RegistryClient, _name, _unsafe(_name))


class _Sending:
    """One request on its way through sign-in, redirects and repetitions."""

    def __init__(
        self, client: RegistryClient, request: Request, url: str, token: CancelToken, attempts: Attempts
    ) -> None:
        self._client, self._request, self._url = client, request, url
        self._token, self._attempts = token, attempts
        self._auth = client.auth
        self._own = same_origin(url, client.origin)

    def answer(self) -> Response:
        scopes, token = self._request.scopes, self._token
        used = self._attempts.run(lambda: self._auth.authorization(scopes, token)) if self._own else None
        answer = self._sent(used)
        if answer.status != 401 or not self._own or not same_origin(answer.url, self._client.origin):
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
            error = SignInNeeded(self._client.host)
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
        answer = self._followed(used)
        if answer.status in self._request.allow or not _is_passing(answer.status):
            return answer
        raise self._error(answer, used)

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
                    self._client.host, answer.status, f"its storage {_netloc(answer.url)} refused"
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
        raise RegistryFailed(self._client.host, 0, "it sends us from one address to the next without end")

    def _exchanged(self, url: str, used: Authorization | None) -> HttpResponse:
        request = self._request
        headers = {name: value for name, value in request.headers.items() if name.lower() != "authorization"}
        if used is not None and same_origin(url, self._client.origin):
            headers["Authorization"] = used.header
        return self._client.exchange(
            request.method, url, headers, request.body, self._token, request.read_timeout, request.action
        )

    def _next(self, url: str, status: int, target: str) -> str:
        host = self._client.host
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
            body = _without_secrets(_beginning(answer), used)
            refusal = Refusal(answer.status, answer.headers, body)
        host, plain = self._client.host, self._client.options.plain_http
        wrong = wrong_scheme(refusal, host) if plain else None
        if plain and refusal.status == 400 and self._request.method == "HEAD":
            wrong = self._said_of_scheme()
        return wrong or error_of(refusal, host, self._request.action, used.username if used else "")

    def _said_of_scheme(self) -> WrongScheme | None:
        """Ask so that it can be answered in words: the answer to a HEAD has none."""
        client, request = self._client, self._request
        with client.exchange(
            "GET", f"{client.origin}/v2/", {}, None, self._token, request.read_timeout, request.action
        ) as answer:
            return wrong_scheme(Refusal(answer.status, answer.headers, _beginning(answer)), client.host)


def _is_passing(status: int) -> bool:
    return status in (408, 425, 429) or status >= 500


def _beginning(answer: HttpResponse) -> bytes:
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
        _beginning(answer)


def _challenges(answer: HttpResponse) -> list[str]:
    found: list[str] = answer.response.raw.headers.getlist("WWW-Authenticate")
    return found


def _without_secrets(body: bytes, used: Authorization | None) -> bytes:
    """A registry may repeat what it was sent."""
    secrets = [used.header.partition(" ")[2]] if used else []
    if used and used.credential:
        secrets.append(used.credential.secret)
    for secret in filter(None, secrets):
        body = body.replace(secret.encode(), MASK.encode())
    return body


def _netloc(url: str) -> str:
    return urlsplit(url).netloc


def _broke_off(error: KitOpsError) -> bool:
    return isinstance(error, RegistryUnreachable) and error.step == "network"


def _reason(error: RegistryError) -> str:
    reason = getattr(error, "reason", "")
    return reason if isinstance(reason, str) and reason else str(error)
