"""Whoever asks a registry can be told what is waited for at this moment, and of whom."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from kitops_desktop.errors import RateLimited, RegistryFailed
from kitops_desktop.progress import Cancelled, CancelToken, Wait
from kitops_desktop.registry.client import RegistryClient
from kitops_desktop.registry.exchange import Request
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.retries import Patience
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.repositories import Nobody
from support.waiting import until

PATIENCE = Patience(first_pause=1.0, longest_backoff=1.0)


@contextmanager
def client_of(server: OddRegistry) -> Iterator[RegistryClient]:
    client = RegistryClient(server.host, HostOptions(plain_http=True), Nobody(), patience=PATIENCE)
    yield client
    client.close()


@contextmanager
def asked(client: RegistryClient, token: CancelToken) -> Iterator[Callable[[], bool]]:
    """The registry is asked in a thread; what is given tells whether that has ended. It is cancelled in the
    end.
    """

    def ask() -> None:
        with suppress(Cancelled), client.send(Request("GET", "/v2/", "use it"), token) as answer:
            answer.content(1 << 10)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield lambda: not thread.is_alive()
    finally:
        token.cancel()
        thread.join()


def first_wait(token: CancelToken, *, pause: bool) -> Wait:
    """The first one that is a pause, or none."""

    def looked() -> Wait | None:
        return next((one for one in token.waits if (one.until is not None) is pause), None)

    return until(looked, "a wait")


def test_a_pause_of_ours_says_why_and_until_when() -> None:
    token = CancelToken()
    rule = Rule("GET", "/v2/$", status=503)
    with OddRegistry([rule]) as server, client_of(server) as client, asked(client, token) as is_over:
        wait = first_wait(token, pause=True)
        assert wait.host == server.host
        assert isinstance(wait.problem, RegistryFailed)
        assert wait.problem.status == 503
        assert wait.until is not None
        assert 0.5 <= wait.until - wait.since <= 1.0
        until(is_over, "the answer")
        assert token.waits == ()


@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_that_is_asked_for_ends_when_that_was_said(status: int) -> None:
    token = CancelToken()
    rule = Rule("GET", "/v2/$", status=status, headers={"Retry-After": "20"})
    with OddRegistry([rule]) as server, client_of(server) as client, asked(client, token):
        wait = first_wait(token, pause=True)
        assert isinstance(wait.problem, RateLimited)
        assert wait.until == pytest.approx(wait.problem.until)
        assert wait.until == pytest.approx(time.time() + 20, abs=10)


def test_others_that_must_wait_for_that_moment_say_so_too() -> None:
    first, second = CancelToken(), CancelToken()
    rule = Rule("GET", "/v2/$", status=429, headers={"Retry-After": "20"})
    with OddRegistry([rule]) as server, client_of(server) as client, asked(client, first):
        promised = first_wait(first, pause=True)
        with asked(client, second):
            held = first_wait(second, pause=True)
        assert server.count() == 1
        assert held.host == server.host
        assert held.until == pytest.approx(promised.until, abs=1)
        assert isinstance(held.problem, RateLimited)


@pytest.mark.parametrize("rule", [Rule("GET", "/v2/$", delay=60.0), Rule("GET", "/v2/$", stall=1)])
def test_an_answer_that_does_not_come_is_waited_for_since_it_was_asked_for(rule: Rule) -> None:
    token, before = CancelToken(), time.time()
    with OddRegistry([rule]) as server, client_of(server) as client:
        with asked(client, token):
            until(server.count, "the request")
            wait = first_wait(token, pause=False)
            assert wait.host == server.host
            assert before <= wait.since <= time.time()
            assert wait.problem is None
        assert token.waits == ()


def test_what_a_part_of_the_work_waits_for_is_known_of_the_whole() -> None:
    token, wait = CancelToken(), Wait("registry.example", 1.0)
    with token.child() as child, child.waiting(wait):
        assert token.waits == child.waits == (wait,)
    assert token.waits == ()
