"""The way to one registry and to where it sends us: sessions, proxies, and what goes wrong in words."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from kitops_desktop import __version__
from kitops_desktop.errors import (
    CertificateUntrusted,
    KitOpsError,
    ProxyRefused,
    RegistryError,
    RegistryUnreachable,
    WrongScheme,
)
from kitops_desktop.progress import CancelToken, Wait
from kitops_desktop.registry import faults
from kitops_desktop.registry.answers import warning
from kitops_desktop.registry.connection import CertificateSeen, Watch, watched
from kitops_desktop.registry.exchange import Body
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.host_pace import HostPace
from kitops_desktop.registry.hosts import origin_for
from kitops_desktop.registry.locations import same_origin
from kitops_desktop.registry.log_redaction import redact_network_logs
from kitops_desktop.registry.proxies import proxy_for, shown_proxy
from kitops_desktop.registry.response import HttpResponse
from kitops_desktop.registry.retries import Patience
from kitops_desktop.registry.sending import SourceFailed, sendable
from kitops_desktop.registry.session import RegistrySession
from kitops_desktop.registry.throttle import Throttles
from kitops_desktop.registry.tls import Contexts, certificate_reason

log = logging.getLogger(__name__)
redact_network_logs()

USER_AGENT = f"kitops-desktop/{__version__}"
LOOK_SECONDS = 30.0
"""For an answer to a short question."""
_MAX_WARNINGS = 20
_PROXY_WANTS_PASSWORD = 407


@dataclass(frozen=True, slots=True)
class _Trip:
    """One request under way."""

    url: str
    proxy: str
    watch: Watch
    session: RegistrySession
    generation: int
    used_before: bool

    def end(self) -> None:
        self.watch.release()
        self.session.close()


class Network:
    """From any thread. One request at a time uses a session; those that are free are kept for the next.

    ``host`` is as in a reference, ``origin`` where its requests go. ``proven``: it has answered sensibly;
    ``pace``: how many requests it wants.
    """

    def __init__(self, host: str, options: HostOptions, patience: Patience, throttles: Throttles) -> None:
        self.host, self.options, self.patience = host, options, patience
        self._throttles = throttles
        self.origin = origin_for(host, options)
        self.proven = False
        self.pace = HostPace(host=host)
        self._lock = threading.Lock()
        self._free: list[RegistrySession] = []
        self._generation = 0
        self._warnings: OrderedDict[str, None] = OrderedDict()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the registry wants its users to know (``Warning: 299``), each once."""
        with self._lock:
            return tuple(self._warnings)

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
        """One request and the head of its answer, whatever its status; ``label`` is for errors while it is
        read. Raises ``RegistryError``, ``Cancelled``, and what reading the body raises.
        """
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"} | headers
        trip = self._begun(url, token)
        answered = False
        try:
            with token.waiting(Wait(self._label(url), time.time())), watched(trip.watch):
                response = trip.session.exchange(
                    method,
                    url,
                    headers,
                    sendable(body, token, self._throttles.up),
                    trip.proxy,
                    read_timeout,
                )
            answered = True
        except SourceFailed as failed:
            raise failed.error from None
        except faults.TRANSPORT_ERRORS as error:
            token.check()
            explained = self._explained(error, trip)
            if not (trip.used_before and method in ("GET", "HEAD") and _broke_off(explained)):
                raise explained from None
        finally:
            if not answered:
                trip.end()
        if not answered:  # it was ended while nobody used it, and most likely the others were too
            self._close_free()
            return self.exchange(method, url, headers, body, token, read_timeout, label)
        return self._answer(response, trip, label)

    def certificate(self, token: CancelToken, url: str = "", *, trusted: bool = False) -> CertificateSeen:
        """What the host of ``url`` (the registry when "") shows. Nothing is sent to it. With ``trusted`` it
        must be trusted, else any will do: to be looked at.
        """
        url = url or self.origin
        contexts = Contexts(self.host, self.origin, self.options, any_will_do=not trusted)
        session = RegistrySession(contexts, inspecting=True)
        trip = _Trip(url, proxy_for(url, self.options), Watch(token, self.patience), session, 0, False)
        try:
            with watched(trip.watch):
                session.exchange("GET", url, {}, None, trip.proxy, LOOK_SECONDS)
        except CertificateSeen as seen:
            return seen
        except faults.TRANSPORT_ERRORS as error:
            token.check()
            explained = self._explained(error, trip) if trusted else faults.error_of(error, self._way(trip))
            raise explained from None
        finally:
            trip.end()
        raise RegistryUnreachable(self._label(url), "tls", "it showed no certificate")

    def close(self) -> None:
        """Close all connections that are not in use, and the others once they are free."""
        with self._lock:
            self._generation += 1
        self._close_free()

    def _begun(self, url: str, token: CancelToken) -> _Trip:
        proxy, watch = proxy_for(url, self.options), Watch(token, self.patience)
        with self._lock:
            generation = self._generation
            free = self._free.pop() if self._free else None
        session = free or RegistrySession(Contexts(self.host, self.origin, self.options))
        return _Trip(url, proxy, watch, session, generation, free is not None)

    def _answer(self, response: requests.Response, trip: _Trip, label: str) -> HttpResponse:
        if response.status_code == _PROXY_WANTS_PASSWORD and trip.proxy:
            response.close()
            trip.end()
            reason = faults.PROXY_REASONS[_PROXY_WANTS_PASSWORD]
            raise ProxyRefused(self._label(trip.url), shown_proxy(trip.proxy), reason)
        if response.status_code < 500:
            self.proven = True
        self._note_warnings(response)
        return HttpResponse(
            response,
            trip.watch,
            self._label(trip.url),
            label,
            lambda error: _reason(faults.error_of(error, self._way(trip))),
            lambda: self._given_back(trip),
            self._throttles.down,
        )

    def _given_back(self, trip: _Trip) -> None:
        with self._lock:
            if trip.generation == self._generation:
                self._free.append(trip.session)
                return
        trip.session.close()

    def _close_free(self) -> None:
        with self._lock:
            free, self._free = self._free, []
        for session in free:
            session.close()

    def _explained(self, error: BaseException, trip: _Trip) -> KitOpsError:
        """The error with what a second look at the host can tell."""
        if found := faults.cause(error, KitOpsError):
            return found
        way, token = self._way(trip), trip.watch.token
        explained = faults.error_of(error, way)
        log.info("%s: %s (%s)", way.host, explained, type(error).__name__)
        if isinstance(explained, CertificateUntrusted):
            with suppress(RegistryError):
                seen = self.certificate(token, trip.url)
                problem, der = explained.problem, seen.certificate
                reason = certificate_reason(problem, explained.reason, der)
                return CertificateUntrusted(way.host, problem, reason, der)
        if way.scheme == "http" and way.own and not self.proven and _broke_off(explained):
            with suppress(RegistryError):
                self.certificate(token, "https" + trip.url.removeprefix("http"))
                return WrongScheme(way.host, "http")
        return explained

    def _label(self, url: str) -> str:
        """The host of an address as people know it."""
        return self.host if same_origin(url, self.origin) else urlsplit(url).netloc

    def _way(self, trip: _Trip) -> faults.Way:
        return faults.Way(
            self._label(trip.url),
            urlsplit(trip.url).scheme,
            shown_proxy(trip.proxy) if trip.proxy else "",
            self.options,
            trip.watch.connected,
            same_origin(trip.url, self.origin),
        )

    def _note_warnings(self, response: requests.Response) -> None:
        for value in response.raw.headers.getlist("Warning"):
            said = warning(value)
            with self._lock:
                if said and said not in self._warnings and len(self._warnings) < _MAX_WARNINGS:
                    self._warnings[said] = None
                    log.warning("%s says: %s", self.host, said)


def _broke_off(error: KitOpsError) -> bool:
    return isinstance(error, RegistryUnreachable) and error.step == "network"


def _reason(error: RegistryError) -> str:
    reason = getattr(error, "reason", "")
    return reason if isinstance(reason, str) and reason else str(error)
