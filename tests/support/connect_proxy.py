"""A proxy as companies have one: tunnels by CONNECT, hands on plain http, may ask for a password, logs."""

from __future__ import annotations

import base64
import socket
import socketserver
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_READ = 1 << 16
_LONGEST_HEAD = 1 << 16
_SECONDS = 30.0


@dataclass(frozen=True)
class Passage:
    """What it was asked for, and what it said."""

    method: str
    target: str
    """``host:port``."""
    status: int


class ConnectProxy:
    """A running proxy; leaving its context ends it with all its connections.

    ``hosts`` are names that it alone knows (name -> port of the loopback), so whoever reaches them went
    through it. With a ``username`` it wants that and the ``password``.
    """

    def __init__(
        self, hosts: Mapping[str, int] | None = None, *, username: str = "", password: str = ""
    ) -> None:
        self.hosts = dict(hosts or {})
        self.passages: list[Passage] = []
        self.heads: list[str] = []
        secret = base64.b64encode(f"{username}:{password}".encode()).decode()
        self.wanted = f"Basic {secret}" if username else ""
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """As in HTTPS_PROXY, without a password."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def url_for(self, username: str, password: str) -> str:
        return self.url.replace("http://", f"http://{username}:{password}@")

    def address(self, host: str, port: int) -> tuple[str, int] | None:
        """Where a host really is; None for those that neither the proxy nor this computer knows."""
        if host in self.hosts:
            return "127.0.0.1", self.hosts[host]
        return ("127.0.0.1", port) if host in ("localhost", "127.0.0.1") else None

    def close(self) -> None:
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def __init__(self, owner: ConnectProxy) -> None:
        self.owner = owner
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._ending = False
        super().__init__(("127.0.0.1", 0), _Handler)

    def remember(self, connection: socket.socket) -> None:
        """It is ended with the server, at once when that has ended."""
        with self._guard:
            self._connections.add(connection)
            if self._ending:
                _shut(connection)

    def end_connections(self) -> None:
        with self._guard:
            self._ending = True
            for connection in self._connections:
                _shut(connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """The other side went away; what a test expects it sees by itself."""


class _Handler(socketserver.BaseRequestHandler):
    server: _Server
    request: socket.socket

    def handle(self) -> None:
        owner = self.server.owner
        self.server.remember(self.request)
        head, _, rest = self._head().partition(b"\r\n\r\n")
        if not head:
            return
        text = head.decode("latin-1")
        owner.heads.append(text)
        method, target, _ = text.split("\r\n", 1)[0].split(" ")
        host, port = _host_and_port(method, target)
        address = owner.address(host, port)
        status = self._status(text, address is not None)
        owner.passages.append(Passage(method, f"{host}:{port}", status))
        if status != 200 or address is None:
            extra = 'Proxy-Authenticate: Basic realm="a test"\r\n' if status == 407 else ""
            self.request.sendall(f"HTTP/1.1 {status} No\r\n{extra}Content-Length: 0\r\n\r\n".encode())
            return
        with socket.create_connection(address, timeout=_SECONDS) as upstream:
            upstream.settimeout(None)
            self.server.remember(upstream)
            if method == "CONNECT":
                self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                upstream.sendall(_without_proxy_headers(text) + b"\r\n\r\n" + rest)
            self._join(upstream)

    def _head(self) -> bytes:
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _LONGEST_HEAD:
            content = self.request.recv(_READ)
            if not content:
                return b""
            head += content
        return head

    def _status(self, head: str, is_known: bool) -> int:
        wanted = self.server.owner.wanted
        if wanted and _header(head, "proxy-authorization") != wanted:
            return 407
        return 200 if is_known else 502

    def _join(self, upstream: socket.socket) -> None:
        back = threading.Thread(target=_pump, args=(upstream, self.request))
        back.start()
        _pump(self.request, upstream)
        back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Hand on bytes until one side ends."""
    try:
        while content := source.recv(_READ):
            target.sendall(content)
    except OSError:
        pass
    finally:
        _shut(source)
        _shut(target)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # ended already


def _host_and_port(method: str, target: str) -> tuple[str, int]:
    if method == "CONNECT":
        host, _, port = target.rpartition(":")
        return host.strip("[]"), int(port)
    parts = urlsplit(target)
    return parts.hostname or "", parts.port or 80


def _header(head: str, name: str) -> str:
    for line in head.split("\r\n")[1:]:
        found, _, value = line.partition(":")
        if found.strip().lower() == name:
            return value.strip()
    return ""


def _without_proxy_headers(head: str) -> bytes:
    lines = [line for line in head.split("\r\n") if not line.lower().startswith("proxy-")]
    return "\r\n".join(lines).encode("latin-1")
