"""Connections that can be cancelled at every moment, and that notice when bytes only trickle.

The thread that sends a request announces its ``Watch`` here (``watched``); the connection tells the watch
which socket it waits for, and cancelling shuts that socket down, which wakes whoever waits: for a connection,
for the handshake, to send or to read.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import os
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

import urllib3
import urllib3.connection

from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.retries import Patience

CONNECT_SECONDS = 15.0
"""For one address to accept the connection."""
HANDSHAKE_SECONDS = 20.0
"""For each step of what comes before the request: the proxy's answer, TLS."""
_LOOK_SECONDS = 0.2
_NAME_SECONDS = 20.0


class NoSuchName(OSError):
    """The host has no address."""


class NotConnected(OSError):
    """No address of the host took the connection. ``timed_out``: none said anything."""

    def __init__(self, reason: str, *, timed_out: bool) -> None:
        super().__init__(reason)
        self.reason, self.timed_out = reason, timed_out


class TooSlow(OSError):
    """Bytes come, but so few that the answer would not end."""


class Watch:
    """What one request waits for. ``release`` when its answer has been read."""

    def __init__(self, token: CancelToken, patience: Patience) -> None:
        self.token, self.patience = token, patience
        self.connected = False
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._take_back = token.on_cancel(self._shut)

    def hold(self, sock: socket.socket) -> None:
        """This is the socket to shut down. The watch keeps a copy of its descriptor: TLS takes the original
        over before there is anything else to be had.
        """
        line = socket.fromfd(sock.fileno(), sock.family, sock.type)
        with self._lock:
            before, self._line = self._line, line
        if before is not None:
            before.close()
        if self.token.cancelled:
            self._shut()

    def release(self) -> None:
        self._take_back()
        with self._lock:
            line, self._line = self._line, None
        if line is not None:
            line.close()

    def _shut(self) -> None:
        with self._lock, suppress(OSError):
            if self._line is not None:
                self._line.shutdown(socket.SHUT_RDWR)


_here = threading.local()


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Connections that this thread opens or uses meanwhile belong to ``watch``."""
    before = getattr(_here, "watch", None)
    _here.watch = watch
    try:
        yield
    finally:
        _here.watch = before


def _current() -> Watch:
    watch: Watch | None = getattr(_here, "watch", None)
    return Watch(CancelToken(), Patience()) if watch is None else watch


class _MeteredResponse(http.client.HTTPResponse):
    def __init__(self, sock: Any, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - http.client's own
        super().__init__(cast(Any, _MeteredSocket(sock, _current().patience)), *arguments, **options)


class _MeteredSocket:
    """All that http.client takes of a socket to read from it."""

    def __init__(self, sock: Any, patience: Patience) -> None:  # noqa: ANN401 - also urllib3's TLS in TLS
        self._sock, self._patience = sock, patience

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Meter(self._sock.makefile(mode, buffering=0), self._patience))


class _Meter(io.RawIOBase):
    """Adds up what comes while it is waited for; time between reads is the reader's own."""

    def __init__(self, raw: io.RawIOBase, patience: Patience) -> None:
        self._raw, self._patience = raw, patience
        self._seconds = 0.0
        self._bytes = 0
        self._begun = False

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - the buffer protocol
        start = time.monotonic()
        count = self._raw.readinto(buffer)
        if self._begun:  # before the first byte a registry may think, as long as the timeout allows
            self._add(count or 0, time.monotonic() - start)
        self._begun = True
        return count

    def _add(self, count: int, seconds: float) -> None:
        self._seconds += seconds
        self._bytes += count
        if self._seconds < self._patience.slow_seconds:
            return
        if count and self._bytes < self._patience.least_rate * self._seconds:
            raise TooSlow(f"fewer than {self._patience.least_rate} bytes a second")
        self._seconds, self._bytes = 0.0, 0

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Watched:
    """What both kinds of connection do otherwise than urllib3's."""

    response_class: Any = _MeteredResponse
    sock: Any
    _dns_host: str
    port: int

    def _new_conn(self) -> socket.socket:
        sock = open_socket(self._dns_host, self.port, _current())
        sock.settimeout(HANDSHAKE_SECONDS)
        return sock

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        _current().connected = True

    def request(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - urllib3's own
        if self.sock is not None:
            _current().hold(self.sock)
            _current().connected = True
        super().request(*arguments, **options)  # type: ignore[misc]


class _Http(_Watched, urllib3.connection.HTTPConnection):
    pass


class _Https(_Watched, urllib3.connection.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.is_verified = True  # or the user said that it need not be: urllib3 would warn at every request


class CertificateSeen(Exception):
    """Thrown by an inspecting connection instead of sending anything: what the other side showed, in DER."""

    def __init__(self, certificate: bytes, protocol: str) -> None:
        super().__init__("the certificate was looked at")
        self.certificate, self.protocol = certificate, protocol


class _Inspecting(_Https):
    def connect(self) -> None:
        super().connect()
        raise CertificateSeen(self.sock.getpeercert(True) or b"", self.sock.version() or "")


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


class _InspectingPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Inspecting


POOLS = {"http": _HttpPool, "https": _HttpsPool}
INSPECTING_POOLS = {"http": _HttpPool, "https": _InspectingPool}


def open_socket(host: str, port: int, watch: Watch) -> socket.socket:
    """A connection to the first address that takes one. Raises ``NoSuchName``, ``NotConnected``,
    ``Cancelled``.
    """
    failure = NotConnected("it has no address that can be used", timed_out=False)
    for family, kind, protocol, _, address in addresses(host, port, watch.token):
        sock = socket.socket(family, kind, protocol)
        try:
            _connect(sock, address, watch)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            watch.hold(sock)
        except NotConnected as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failure


def addresses(host: str, port: int, token: CancelToken) -> list[Any]:
    """What ``getaddrinfo`` says; asked in another thread, since the system cannot be told to stop asking."""
    name = host.strip("[]")
    try:
        if _needs_no_network(name):
            return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        return _Lookup(name, port).answer(token)
    except (OSError, UnicodeError) as error:
        if isinstance(error, NoSuchName):
            raise
        raise NoSuchName("the name is not known") from error


class _Lookup:
    def __init__(self, name: str, port: int) -> None:
        self._name, self._port = name, port
        self._done = threading.Event()
        self._found: list[Any] = []
        self._error: Exception | None = None

    def answer(self, token: CancelToken) -> list[Any]:
        threading.Thread(target=self._ask, name="name lookup", daemon=True).start()
        deadline = time.monotonic() + _NAME_SECONDS
        while not self._done.wait(_LOOK_SECONDS):
            token.check()
            if time.monotonic() > deadline:
                raise NoSuchName("the name service does not answer")
        if self._error is not None:
            raise self._error
        return self._found

    def _ask(self) -> None:
        try:
            self._found = socket.getaddrinfo(self._name, self._port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            self._error = error
        finally:
            self._done.set()


def _connect(sock: socket.socket, address: Any, watch: Watch) -> None:  # noqa: ANN401 - as getaddrinfo gives it
    sock.setblocking(False)
    try:
        sock.connect(address)
    except BlockingIOError:
        _await_connection(sock, watch)
    except OSError as error:
        raise NotConnected((error.strerror or str(error)).lower(), timed_out=False) from error
    sock.setblocking(True)


def _await_connection(sock: socket.socket, watch: Watch) -> None:
    deadline = time.monotonic() + CONNECT_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_WRITE)
        while not selector.select(_LOOK_SECONDS):
            watch.token.check()
            if time.monotonic() > deadline:
                raise NotConnected("no answer to the attempt to connect", timed_out=True)
    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise NotConnected(os.strerror(code).lower(), timed_out=False)


def _needs_no_network(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
