"""Is there a registry, and can we talk to it? Step by step, so that the one that fails can be named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from kitops_desktop.credentials.credential import CredentialSource
from kitops_desktop.errors import (
    AccessDenied,
    CertificateUntrusted,
    ClientCertificateNeeded,
    CredentialError,
    FileAccessError,
    ForeignRealm,
    InvalidArgument,
    KitOpsError,
    PasswordInTheClear,
    ProxyRefused,
    RegistryError,
    RegistryFailed,
    RegistryUnreachable,
    SignInNeeded,
    WrongScheme,
)
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.answers import NO_REGISTRY, error_of
from kitops_desktop.registry.exchange import Request
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.refusals import refusal
from kitops_desktop.registry.retries import Patience

if TYPE_CHECKING:
    from kitops_desktop.registry.client import RegistryClient

StepName = Literal["name", "tcp", "tls", "auth", "v2", "catalog"]
STEPS: tuple[StepName, ...] = ("name", "tcp", "tls", "auth", "v2", "catalog")
_OF_TLS = (CertificateUntrusted, ClientCertificateNeeded, WrongScheme, FileAccessError)
_OF_AUTH = (SignInNeeded, ForeignRealm, PasswordInTheClear, AccessDenied, CredentialError)
_CATALOG = "registry:catalog:*"
_NO_LISTING = frozenset({400, 403, 404, 405, 429, 500, 501})
_ONCE = Patience(tries=2, first_tries=1)


@dataclass(frozen=True, slots=True)
class Step:
    """``detail`` is for people, without a full stop. ``error`` is there when ``state`` is "failed"."""

    name: StepName
    state: Literal["ok", "failed", "skipped"]
    detail: str = ""
    error: KitOpsError | None = None


class _Stop(Exception):
    """A step failed; ``step`` says how."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.name)
        self.step = step


def test_connection(
    host: str,
    options: HostOptions,
    credentials: CredentialSource,
    token: CancelToken | None = None,  # noqa: PT028 - tests nothing of ours
) -> Iterator[Step]:
    """Each of ``STEPS`` as soon as it is known; after one that failed the others are "skipped". Raises only
    ``Cancelled``. That a registry does not list its repositories is no failure.
    """
    from kitops_desktop.registry.client import RegistryClient

    done = 0
    try:
        try:
            client = RegistryClient(host, options, credentials, patience=_ONCE)
        except InvalidArgument as error:
            raise _Stop(_failed("name", error)) from error
        for step in _Test(client, token or CancelToken()).steps():
            done += 1
            yield step
    except _Stop as stop:
        yield stop.step
        done += 1
    for name in STEPS[done:]:
        yield Step(name, "skipped")


class _Test:
    def __init__(self, client: RegistryClient, token: CancelToken) -> None:
        from kitops_desktop.registry.proxies import proxy_for, shown_proxy

        self._client, self._token = client, token
        self._host, self._options = client.host, client.options
        self._proxy = proxy_for(client.origin, client.options)
        self._shown_proxy = shown_proxy(self._proxy) if self._proxy else ""

    def steps(self) -> Iterator[Step]:
        try:
            yield from self._reaching()
            yield self._tls()
            yield self._auth()
            yield self._v2()
            yield self._catalog()
        finally:
            self._client.close()

    def _reaching(self) -> Iterator[Step]:
        """Find the host and connect to it, or to the proxy that does both for us."""
        from kitops_desktop.registry.connection import NoSuchName, NotConnected, addresses

        hostname, port = _place(self._proxy or self._client.origin)
        try:
            found = addresses(hostname, port, self._token)
        except NoSuchName as error:
            raise _Stop(_failed("name", self._unreachable("name", str(error)))) from error
        shown = ", ".join(dict.fromkeys(str(address[4][0]) for address in found))
        via = f"through the proxy {self._shown_proxy}"
        yield Step("name", "skipped", via) if self._proxy else Step("name", "ok", shown)
        try:
            self._connect(hostname, port)
        except NotConnected as error:
            step = "timeout" if error.timed_out else "connect"
            raise _Stop(_failed("tcp", self._unreachable(step, error.reason))) from error
        yield Step("tcp", "ok", via if self._proxy else f"port {port} answers")

    def _connect(self, hostname: str, port: int) -> None:
        from kitops_desktop.registry.connection import Watch, open_socket

        watch = Watch(self._token, Patience())
        try:
            open_socket(hostname, port, watch).close()
        finally:
            watch.release()

    def _unreachable(self, step: str, reason: str) -> RegistryUnreachable:
        if self._proxy:
            return ProxyRefused(self._host, self._shown_proxy, reason)
        return RegistryUnreachable(self._host, step, reason)

    def _tls(self) -> Step:
        """The handshake, and a first question: its answer shows whether a client certificate is wanted."""
        detail = ""
        try:
            if not self._options.plain_http:
                detail = self._described(*self._handshake())
            self._client.first_answer(self._token)
        except (*_OF_TLS, ProxyRefused) as error:
            raise _Stop(_failed("tls", error)) from error
        except RegistryUnreachable as error:
            if error.step == "tls" or not detail:
                raise _Stop(_failed("tls", error)) from error
        except RegistryError:
            pass  # of a later step
        return (
            Step("tls", "ok", detail) if detail else Step("tls", "skipped", "plain http, without encryption")
        )

    def _handshake(self) -> tuple[bytes, str]:
        seen = self._client.certificate(self._token, trusted=True)
        return seen.certificate, seen.protocol

    def _described(self, certificate: bytes, protocol: str) -> str:
        from kitops_desktop.registry.tls import certificate_facts

        how = "any certificate is believed" if not self._options.tls_verify else ""
        how = "the certificate you trusted" if self._options.pinned and not how else how
        with suppress(ValueError):
            until = certificate_facts(certificate).not_after
            how = how or f"certificate valid until {until:%Y-%m-%d}"
        return f"{protocol}, {how or 'certificate trusted'}"

    def _auth(self) -> Step:
        auth = self._client.auth
        try:
            self._ask(Request("GET", "/v2/", "use it", allow=_ALL, repeat=False, longest_pause=0.0))
        except _OF_AUTH as error:
            raise _Stop(_failed("auth", error)) from error
        except RegistryError:
            pass  # of the next step
        if not auth.was_challenged:
            return Step("auth", "ok", "it asks nobody who they are")
        return Step("auth", "ok", f"signed in as {auth.username}" if auth.username else "without a sign-in")

    def _v2(self) -> Step:
        try:
            request = Request("GET", "/v2/", "use it", allow=_ALL, longest_pause=0.0)
            with self._client.send(request, self._token) as answer:
                status, kind = answer.status, answer.headers.get("Content-Type", "")
                version = answer.headers.get("Docker-Distribution-Api-Version", "")
                if status >= 500:  # a registry, or what stands before it, in trouble
                    raise error_of(refusal(answer), self._host, "use it")
            if status not in (200, 401, 403) or not (version or "json" in kind.lower()):
                raise RegistryFailed(self._host, 0, NO_REGISTRY)
        except KitOpsError as error:
            raise _Stop(_failed("v2", error)) from error
        return Step("v2", "ok", "it is a registry")

    def _catalog(self) -> Step:
        request = Request(
            "GET", "/v2/_catalog?n=1", "list its repositories", scopes=(_CATALOG,), allow=_NO_LISTING
        )
        with suppress(RegistryError), self._client.send(request, self._token) as answer:
            if answer.status == 200:
                return Step("catalog", "ok", "it lists its repositories")
        return Step("catalog", "skipped", self._instead_of_catalog())

    def _instead_of_catalog(self) -> str:
        from kitops_desktop.registry.vendor_listing.vendors import vendor_of

        with suppress(RegistryError):
            if vendor_of(self._client) is not None:
                return "not by the registry itself; its vendor's list is used"
        return "it does not list its repositories; open them by their names"

    def _ask(self, request: Request) -> None:
        with self._client.send(request, self._token):
            pass


_ALL = frozenset(range(400, 600)) - {401, 429}


def _failed(name: StepName, error: KitOpsError) -> Step:
    return Step(name, "failed", str(error), error)


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
