"""Cancelling wakes a request within a second, whatever it waits for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import pytest

from kitops_desktop.errors import RegistryFailed
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry import connection
from kitops_desktop.registry.exchange import Request
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.retries import Patience
from support.certificates import self_signed, server_context
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.planted import ACCESS_TOKEN
from support.registry_clients import PLAIN, RIGHT, client, get
from support.waiting import until

MIB = 1 << 20
ANY = HostOptions(tls_verify=False)


class Zeros:
    """A body without end in sight."""

    def __init__(self) -> None:
        self.sent = 0

    def __len__(self) -> int:
        return 1 << 40

    def read(self, size: int = -1) -> bytes:
        self.sent += MIB
        return bytes(MIB)


def cancelled_in_time(work: Callable[[CancelToken], object], waiting: threading.Event) -> None:
    """Start ``work``, cancel it once it waits, and see that it ends by that within a second."""
    token = CancelToken()
    outcome: list[BaseException | None] = []

    def run() -> None:
        try:
            work(token)
            outcome.append(None)
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert waiting.wait(10)
    thread.join(0.2)  # let it come to rest where it waits
    assert thread.is_alive()
    begun = time.monotonic()
    token.cancel()
    thread.join(10)
    assert time.monotonic() - begun < 1
    assert isinstance(outcome[0], Cancelled), outcome


@contextmanager
def silent_host() -> Iterator[tuple[str, threading.Event]]:
    """A host that takes connections, and what is sent until its buffers are full, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as connections:
        taken = threading.Event()

        def take() -> None:
            with suppress(OSError):
                while True:
                    connections.enter_context(listener.accept()[0])
                    taken.set()

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield f"localhost:{listener.getsockname()[1]}", taken
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize("options", [PLAIN, ANY], ids=["before the answer", "in the handshake"])
def test_while_a_host_says_nothing(options: HostOptions) -> None:
    with silent_host() as (host, taken), client(host, options) as asked:
        cancelled_in_time(lambda token: get(asked, token=token), taken)


def test_while_a_host_does_not_read() -> None:
    with silent_host() as (host, taken), client(host) as asked:
        request = Request("PUT", "/v2/a", "push", body=Zeros())
        cancelled_in_time(lambda token: asked.send(request, token), taken)


def test_while_a_connection_is_not_taken() -> None:
    with full_host() as host, client(host) as asked:
        begun = threading.Event()

        def work(token: CancelToken) -> None:
            begun.set()
            get(asked, token=token)

        cancelled_in_time(work, begun)


@contextmanager
def full_host() -> Iterator[str]:
    """A host whose queue of connections is full, so that further ones get no answer."""
    with socket.socket() as listener, ExitStack() as others:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            other = others.enter_context(socket.socket())
            other.setblocking(False)
            with suppress(BlockingIOError):
                other.connect(listener.getsockname())
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def test_while_a_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name service of the system cannot be made slow for a test: only its function is replaced."""
    asked_for, answered = threading.Event(), threading.Event()

    def slow(*arguments: object, **options: object) -> NoReturn:
        asked_for.set()
        answered.wait(10)
        raise socket.gaierror("no such name")

    monkeypatch.setattr(connection.socket, "getaddrinfo", slow)
    try:
        with client("registry.example.com") as asked:
            cancelled_in_time(lambda token: get(asked, token=token), asked_for)
    finally:
        answered.set()


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_while_an_answer_stalls(tmp_path: Path, secure: bool) -> None:
    context = server_context(self_signed(), tmp_path) if secure else None
    with OddRegistry(context=context) as server, client(server.host, ANY if secure else PLAIN) as asked:
        digest = server.add_blob(bytes(8 * MIB))
        server.rules.append(Rule(path="blobs", stall=3 * MIB))
        begun = threading.Event()

        def read(token: CancelToken) -> None:
            request = Request("GET", f"/v2/a/blobs/{digest}", "read a blob")
            with asked.send(request, token) as answer:
                answer.read(MIB)
                begun.set()
                answer.content(16 * MIB)

        cancelled_in_time(read, begun)


def test_on_a_connection_that_was_used_before() -> None:
    with OddRegistry() as server, client(server.host) as asked:
        get(asked)
        digest = server.add_blob(bytes(8 * MIB))
        server.rules.append(Rule(path="blobs", stall=3 * MIB))
        begun = threading.Event()

        def read(token: CancelToken) -> None:
            request = Request("GET", f"/v2/a/blobs/{digest}", "read a blob")
            with asked.send(request, token) as answer:
                begun.set()
                answer.content(16 * MIB)

        cancelled_in_time(read, begun)


def test_while_a_pause_is_made() -> None:
    paused = threading.Event()
    patience = Patience(first_pause=60, longest_backoff=60)
    with (
        OddRegistry([Rule(status=500, times=None)]) as server,
        client(server.host, patience=patience) as asked,
    ):

        def work(token: CancelToken) -> None:
            paused.set()
            get(asked, token=token)

        cancelled_in_time(work, paused)


def test_while_another_thread_gets_the_token() -> None:
    """One asks for the token, the other waits for it; both stop."""
    realm = Rule(
        path="/token", delay=5, status=200, body=b'{"token":"%s"}' % ACCESS_TOKEN.encode(), times=None
    )
    with OddRegistry([realm]) as server, client(server.host, who=RIGHT) as asked:
        server.challenge = f'Bearer realm="{server.origin}/token"'
        first, second = CancelToken(), CancelToken()
        threads = [
            threading.Thread(target=lambda token=token: _ignoring(lambda: get(asked, token=token)))
            for token in (first, second)
        ]
        for thread in threads:
            thread.start()
        until(lambda: server.count("GET", "/token"), "the request for a token")
        begun = time.monotonic()
        second.cancel()
        first.cancel()
        for thread in threads:
            thread.join(10)
        assert time.monotonic() - begun < 1
        assert server.count("GET", "/token") == 1


def _ignoring(work: Callable[[], object]) -> None:
    with suppress(Cancelled):
        work()


def test_a_token_that_is_cancelled_already_sends_nothing() -> None:
    token = CancelToken()
    token.cancel()
    with OddRegistry() as server, client(server.host) as asked:
        with pytest.raises(Cancelled):
            get(asked, token=token)
        assert server.exchanges == []


def test_afterwards_all_is_as_before() -> None:
    with OddRegistry([Rule(stall=0, path="blobs")]) as server, client(server.host) as asked:
        digest = server.add_blob(bytes(MIB))
        token = CancelToken()
        answer = asked.send(Request("GET", f"/v2/a/blobs/{digest}", "read a blob"), token)
        token.cancel()
        with pytest.raises(Cancelled):
            answer.read(10)
        answer.close()
        assert get(asked) == (200, b"{}")
        server.rules.append(Rule(status=507))
        with pytest.raises(RegistryFailed):
            get(asked)
