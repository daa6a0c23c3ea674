"""What went wrong on the way: from the exceptions of requests, urllib3, ssl and the system to our errors.

Their texts hold addresses with queries, and are no sentences: none of them is handed on.
"""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import requests
import urllib3.exceptions

from kitops_desktop.errors import (
    CertificateUntrusted,
    ClientCertificateNeeded,
    ProxyRefused,
    RegistryError,
    RegistryFailed,
    RegistryUnreachable,
    WrongScheme,
)
from kitops_desktop.registry.connection import NoSuchName, NotConnected, TooSlow
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.tls import certificate_problem, client_certificate_reason, is_no_tls

TRANSPORT_ERRORS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
)
"""Whatever may come out of a request, or of reading an answer."""
_E = TypeVar("_E", bound=BaseException)
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
PROXY_REASONS = {
    407: "it wants a user name and password, or refuses ours",
    403: "it does not allow connections to that host",
}
_TLS_ALERT = b"\x15\x03"


@dataclass(frozen=True, slots=True)
class Way:
    """How a request travelled. ``host`` is whom it was for, ``proxy`` its address as it may be shown or "".
    ``connected``: the connection stood, with TLS, when it happened. ``own``: it was for the registry itself.
    """

    host: str
    scheme: str
    proxy: str
    options: HostOptions
    connected: bool
    own: bool = True


def error_of(error: BaseException, way: Way) -> RegistryError:
    """The registry error for something in ``TRANSPORT_ERRORS``; of a certificate without the certificate."""
    return (
        _of_proxy(error, way)
        or _of_tls(error, way)
        or _of_connecting(error, way)
        or _of_answer(error, way)
        or RegistryUnreachable(way.host, "network", _broken(way))
    )


def cause(error: BaseException, kind: type[_E]) -> _E | None:
    """The first of this kind among an exception and what it is wrapped around."""
    return next((found for found in _causes(error) if isinstance(found, kind)), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        around = (getattr(current, "reason", None), *current.args, current.__cause__, current.__context__)
        waiting.extend(item for item in around if isinstance(item, BaseException))


def _of_proxy(error: BaseException, way: Way) -> RegistryError | None:
    if not way.proxy:
        return None
    unusable = (
        requests.exceptions.InvalidSchema,
        requests.exceptions.InvalidProxyURL,
        urllib3.exceptions.LocationValueError,
    )
    if any(cause(error, kind) for kind in unusable):
        return ProxyRefused(way.host, way.proxy, "its address cannot be used (http://host:port is expected)")
    for found in _causes(error):
        if isinstance(found, OSError) and (refused := _TUNNEL.search(str(found))):
            status = int(refused.group(1))
            return ProxyRefused(way.host, way.proxy, PROXY_REASONS.get(status, f"it answered {status}"))
    if cause(error, urllib3.exceptions.ProxyError):
        failure = cause(error, NotConnected)
        reason = failure.reason if failure else "it cannot be reached"
        if cause(error, NoSuchName):
            reason = "the proxy's name is not known"
        return ProxyRefused(way.host, way.proxy, reason)
    return None


def _of_tls(error: BaseException, way: Way) -> RegistryError | None:
    unverified = cause(error, ssl.SSLCertVerificationError)
    if unverified is not None:
        return CertificateUntrusted(way.host, *certificate_problem(unverified))
    failure = cause(error, ssl.SSLError)
    if failure is None:
        pinned = way.own and way.options.pinned and cause(error, urllib3.exceptions.SSLError)
        return (
            CertificateUntrusted(way.host, "changed", "it is another than the agreed one") if pinned else None
        )
    if isinstance(failure, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return RegistryUnreachable(way.host, "network" if way.connected else "tls", _broken(way))
    if is_no_tls(failure) and not way.connected:
        return WrongScheme(way.host, "https")
    reason = client_certificate_reason(failure, way.options) if way.own else ""
    if reason:
        return ClientCertificateNeeded(way.host, reason)
    if way.connected:
        return RegistryUnreachable(way.host, "network", _broken(way))
    return RegistryUnreachable(way.host, "tls", "no encrypted connection could be agreed on")


def _of_connecting(error: BaseException, way: Way) -> RegistryError | None:
    if unnamed := cause(error, NoSuchName):
        return RegistryUnreachable(way.host, "name", str(unnamed))
    if refused := cause(error, NotConnected):
        return RegistryUnreachable(way.host, "timeout" if refused.timed_out else "connect", refused.reason)
    if slow := cause(error, TooSlow):
        return RegistryUnreachable(way.host, "timeout", f"it sends {slow}")
    timeouts = (TimeoutError, urllib3.exceptions.TimeoutError, requests.Timeout)
    if any(cause(error, kind) for kind in timeouts):
        what = "it did not answer in time" if way.connected else "no connection in time"
        return RegistryUnreachable(way.host, "timeout", what)
    return None


def _of_answer(error: BaseException, way: Way) -> RegistryError | None:
    if cause(error, http.client.RemoteDisconnected):
        return None
    if bad := cause(error, http.client.BadStatusLine):
        if way.scheme == "http" and str(bad).encode("latin-1", "replace").startswith(_TLS_ALERT):
            return WrongScheme(way.host, "http")
        return RegistryFailed(way.host, 0, "what it answers is not HTTP")
    if cause(error, http.client.IncompleteRead) or cause(error, urllib3.exceptions.IncompleteRead):
        return None
    wrong = (
        http.client.HTTPException,
        urllib3.exceptions.InvalidHeader,
        urllib3.exceptions.LocationValueError,
        requests.exceptions.InvalidURL,
    )
    if any(cause(error, kind) for kind in wrong):
        return RegistryFailed(way.host, 0, "its answer cannot be understood")
    return None


def _broken(way: Way) -> str:
    if way.connected:
        return "the connection broke off"
    return "it broke off the encrypted connection" if way.scheme == "https" else "it broke off the connection"
