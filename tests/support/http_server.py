"""A small http server for tests: keeps connections, logs what it was asked, follows rules that break things.

What it serves is up to those who build on it (``support.odd_registry``, ``support.logging_proxy``,
``support.token_server``).
"""

from __future__ import annotations

import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import parse_qs, urlsplit

_READ = 1 << 16
_BETWEEN_LOOKS = 0.02  # seconds


@dataclass
class Exchange:
    """One request and what became of it; ``bytes`` is how much of a body was sent, in bytes so far."""

    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str] = field(repr=False)
    """Of the request; names in small letters."""
    status: int = 0
    bytes: int = 0
    received: int = 0
    """Bytes of the request's body."""
    at: float = field(default_factory=time.monotonic)
    """When it came, in seconds."""


@dataclass(frozen=True)
class Question:
    """A request to be answered. ``body`` is read by whoever answers, no further than its length."""

    method: str
    url: str
    headers: Message
    body: LimitedBody

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.url).query, keep_blank_values=True)


@dataclass
class Answer:
    """``length`` is that of the body when it is not bytes; a body that has ``close`` is closed.

    Of a HEAD the body is left out in sending.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] = b""
    length: int | None = None


@dataclass
class Rule:
    """What goes wrong, and when: for requests of ``method`` ("*": any) whose path has the pattern ``path``,
    and whose Range, or Content-Range, has the pattern ``range`` where one is given.

    The first ``skip`` such requests go well, the next ``times`` do not (None: all); what an earlier rule
    took is not counted. With ``status`` it is the
    answer itself (``headers``, ``body``); without, the right answer is changed. All offsets are in bytes of
    the answer's body.
    """

    method: str = "*"
    path: str = ""
    skip: int = 0
    times: int | None = 1
    status: int | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    """Added to the right answer, or replaced; None takes one away."""
    body: bytes | None = None
    delay: float = 0.0
    """Seconds before the answer begins."""
    truncate: int | None = None
    """The connection ends after so many bytes, though more were announced."""
    stall: int | None = None
    """After so many bytes nothing comes any more, and the connection stays."""
    flip: int | None = None
    """Offset of a byte that arrives changed."""
    ignore_range: bool = False
    cut_request: int | None = None
    """The connection is reset after so many bytes of the request's body; nobody is asked, unless it is
    ``handed_on``: then whoever answers gets those bytes, and that the connection broke.
    """
    handed_on: bool = False
    stall_request: int | None = None
    """After so many bytes of the request's body no more is read, and the connection stays."""
    rate_up: int | None = None
    """The request's body is read with so many bytes per second."""
    rate_down: int | None = None
    """The answer's body is sent with so many bytes per second."""
    reset: bool = False
    """What ``truncate`` ends, ends as a crash does: with a reset."""
    held: threading.Event | None = None
    """The request's body is not read, and it is not answered, before that is set."""
    lose_answer: bool = False
    """The request is carried out, and the connection ends without an answer."""
    early: bool = False
    """Answered without reading the request's body."""
    range: str = ""
    met: int = 0
    """How many requests it was asked about."""

    def applies(self, method: str, path: str, range: str = "") -> bool:
        """Whether it is this request's turn; to be asked once for each."""
        if self.method not in ("*", method) or not re.search(self.path, path):
            return False
        if not re.search(self.range, range):
            return False
        self.met += 1
        return self.met > self.skip and (self.times is None or self.met <= self.skip + self.times)


class CutOff(ConnectionResetError):
    """A rule had the request's body break off."""


class LimitedBody:
    """The body of a request: ``length`` bytes of a connection, or as far as a rule lets it come."""

    def __init__(
        self, stream: BinaryIO, length: int, exchange: Exchange, rule: Rule, owner: HttpServer
    ) -> None:
        self._stream, self._exchange, self._rule, self._owner = stream, exchange, rule, owner
        self.length = self.left = length

    def read(self, size: int = -1) -> bytes:
        """Raises ``CutOff``."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_READ), b""))
        wanted = self._allowed(min(size, self.left))
        content = self._stream.read(wanted)
        self.left -= len(content)
        self._exchange.received += len(content)
        self._owner.passed(self._exchange, len(content))
        rate = self._rule.rate_up  # which may be lifted at any moment
        if rate is not None:
            self._owner.closing.wait(len(content) / rate)
        return content

    def _allowed(self, wanted: int) -> int:
        """How much of that comes next; nothing only at the end."""
        rule, received, rate = self._rule, self._exchange.received, self._rule.rate_up
        if rate is not None:
            wanted = min(wanted, _piece(rate))
        cut = rule.cut_request if rule.handed_on else None
        ends = [end for end in (cut, rule.stall_request) if end is not None]
        allowed = min(wanted, *(end - received for end in ends)) if ends else wanted
        if wanted and not allowed:
            if rule.stall_request is not None:
                self._owner.closing.wait()
            raise CutOff
        return allowed

    def __len__(self) -> int:
        return self.length

    def drain(self) -> None:
        while self.left and self.read(_READ):
            pass


class HttpServer:
    """A running server; leaving its context ends it with all its connections.

    With ``context`` it speaks TLS; ``port`` 0 is any free one. ``rules`` may be changed while it runs; the
    first that applies counts.
    """

    listens_at = "127.0.0.1"
    """An address of this computer; for those who build on it, where the port is taken at this one."""

    def __init__(
        self, rules: Iterable[Rule] = (), context: ssl.SSLContext | None = None, port: int = 0
    ) -> None:
        self.rules: list[Rule] = list(rules)
        self.exchanges: list[Exchange] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._scheme = "https" if context else "http"
        self._server = _Server(self, context, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def answer(self, question: Question) -> Answer:
        """To be written by those who build on it; called in many threads."""
        raise NotImplementedError

    def passed(self, exchange: Exchange, count: int) -> None:
        """So many bytes of a request's body came, or of an answer's are about to go; for those who count."""

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self._scheme}://{self.host}"

    def asked(self, method: str = "*", pattern: str = "") -> list[Exchange]:
        """The exchanges of a method whose path has a pattern."""
        with self._lock:
            return [
                one for one in self.exchanges if method in ("*", one.method) and re.search(pattern, one.path)
            ]

    def count(self, method: str = "*", pattern: str = "") -> int:
        return len(self.asked(method, pattern))

    @property
    def bytes_sent(self) -> int:
        """Bytes of all bodies."""
        with self._lock:
            return sum(one.bytes for one in self.exchanges)

    def authorizations(self) -> list[str]:
        """Every Authorization that came, in whatever request."""
        return [one.headers["authorization"] for one in self.asked() if "authorization" in one.headers]

    def log(self, exchange: Exchange) -> None:
        with self._lock:
            self.exchanges.append(exchange)

    def rule_for(self, method: str, path: str, range: str = "") -> Rule | None:
        with self._lock:
            return next((rule for rule in self.rules if rule.applies(method, path, range)), None)

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()
        assert not self._server.faults, f"the test's server is wrong: {self._server.faults}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, owner: HttpServer, context: ssl.SSLContext | None, port: int) -> None:
        self.owner, self._context = owner, context
        self.faults: list[BaseException] = []
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__((owner.listens_at, port), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's types
        with self._guard:
            self._connections.add(request)
        if self.owner.closing.is_set():
            return
        if self._context is None:
            super().finish_request(request, client_address)
            return
        # the handshake is made here, in the connection's own thread
        secured = self._context.wrap_socket(request.dup(), server_side=True, do_handshake_on_connect=False)
        with secured:
            with self._guard:
                self._connections.add(secured)
            if _shakes_hands(secured, request):
                super().finish_request(secured, client_address)

    def end_connections(self) -> None:
        with self._guard:
            for connection in self._connections:
                # ended already, by the other side
                _quietly(lambda connection=connection: connection.shutdown(socket.SHUT_RDWR))

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        error = sys.exception()
        if error is not None and not isinstance(error, OSError | ValueError):
            self.faults.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms for the client to confirm its headers
    server: _Server

    def serve(self) -> None:
        exchange = Exchange(
            self.command, self.path, {name.lower(): value for name, value in self.headers.items()}
        )
        owner = self.server.owner
        owner.log(exchange)
        bytes_meant: str = self.headers.get("Range") or self.headers.get("Content-Range") or ""
        rule = owner.rule_for(self.command, self.path, bytes_meant) or Rule()
        length = int(self.headers.get("Content-Length") or 0)
        body = LimitedBody(self.rfile, length, exchange, rule, owner)  # type: ignore[arg-type]
        if rule.cut_request is not None and not rule.handed_on:
            body.read(rule.cut_request)
            self._reset()
            return
        while rule.held is not None and not rule.held.wait(_BETWEEN_LOOKS) and not owner.closing.is_set():
            continue
        try:
            answer = self._answer(rule, Question(self.command, self.path, self.headers, body))
        except CutOff:
            self._reset()
            return
        if rule.early:
            self.close_connection = True
        else:
            body.drain()
        try:
            if rule.delay:
                owner.closing.wait(rule.delay)
            if rule.lose_answer:
                self.close_connection = True
                return
            self._send(exchange, answer, rule)
        finally:
            close = getattr(answer.body, "close", None)
            if close is not None:
                close()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve  # noqa: N815 - BaseHTTPRequestHandler's names

    def _answer(self, rule: Rule, question: Question) -> Answer:
        if rule.status is not None:
            kept = {name: value for name, value in rule.headers.items() if value is not None}
            return Answer(rule.status, kept, rule.body or b"")
        if rule.ignore_range:
            del question.headers["Range"]
        answer = self.server.owner.answer(question)
        for name, value in rule.headers.items():
            answer.headers.pop(name, None)
            if value is not None:
                answer.headers[name] = value
        if rule.body is not None:
            answer.body, answer.length = rule.body, None
        return answer

    def _send(self, exchange: Exchange, answer: Answer, rule: Rule) -> None:
        exchange.status = answer.status
        length = len(answer.body) if isinstance(answer.body, bytes) else answer.length
        headers = dict(answer.headers)
        if answer.status >= 200 and answer.status != 204 and not _has(headers, "Content-Length"):
            headers["Content-Length"] = str(length)
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        if rule.early:
            self.send_header("Connection", "close")
        self.end_headers()
        rate = rule.rate_down
        for part in _parts(answer.body, _READ if rate is None else _piece(rate)):
            if self.command == "HEAD":
                continue
            rate = rule.rate_down  # which may be lifted at any moment
            if rate is not None:
                self.server.owner.closing.wait(len(part) / rate)
            content = _with_flip(part, exchange.bytes, rule.flip)
            room = min((end for end in (rule.truncate, rule.stall) if end is not None), default=None)
            if room is not None and exchange.bytes + len(content) >= room:
                content = content[: room - exchange.bytes]
                exchange.bytes += len(content)
                self.wfile.write(content)
                if rule.stall is not None:
                    self.server.owner.closing.wait()
                self.close_connection = True
                if rule.reset:
                    self._reset()
                return
            self.server.owner.passed(exchange, len(content))
            exchange.bytes += len(content)
            self.wfile.write(content)

    def _reset(self) -> None:
        """End the connection as a crash does."""
        self.close_connection = True
        linger = b"\1\0\0\0\0\0\0\0"  # on, for no seconds
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        _quietly(self.connection.close)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: ANN401
        """What was asked is in ``exchanges``."""


def _shakes_hands(secured: ssl.SSLSocket, request: socket.socket) -> bool:
    try:
        secured.do_handshake()
    except ssl.SSLError:
        # What the client has sent already is read, or the connection's reset would overtake the alert.
        request.shutdown(socket.SHUT_WR)
        while request.recv(_READ):
            pass
        return False
    return True


def _parts(body: bytes | Iterable[bytes], size: int) -> Iterator[bytes]:
    for block in (body,) if isinstance(body, bytes) else body:
        for start in range(0, len(block), size):
            yield block[start : start + size]


def _piece(rate: int) -> int:
    """So many bytes at a time make a rate look even."""
    return max(1, min(_READ, rate // 20))


def _with_flip(content: bytes, start: int, offset: int | None) -> bytes:
    if offset is None or not start <= offset < start + len(content):
        return content
    changed = bytearray(content)
    changed[offset - start] ^= 1
    return bytes(changed)


def _has(headers: Mapping[str, str], name: str) -> bool:
    return any(one.lower() == name.lower() for one in headers)


def _quietly(action: Any) -> None:  # noqa: ANN401
    try:
        action()
    except OSError:
        return
