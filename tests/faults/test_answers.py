"""Registries that say no, not now, or who are you: in the midst of a transfer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from kitops_desktop.errors import AccessDenied, KitOpsError, SignInNeeded, TransferInterrupted
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry import session
from kitops_desktop.registry.abilities import CHUNK
from kitops_desktop.registry.repository import Repository
from support.http_server import Rule
from support.logging_proxy import LoggingProxy
from support.planted import OTHER_PASSWORD, PASSWORD, USERNAME
from support.registry_clients import RIGHT, WRONG, client
from support.registry_server import RegistryServer
from support.repositories import MIB, PATH, Contents, Remembered, layer, noise, reaching
from support.sent_blobs import CHUNK_BYTES, SESSION, Sent, send
from support.token_server import TokenServer

Registries = Callable[..., LoggingProxy]
SIZE = 4 * CHUNK_BYTES
HTML = b"<html><body>no</body></html>"


# Not now -------------------------------------------------------------------------------------------------


def gap(proxy: LoggingProxy, method: str, number: int) -> float:
    """Seconds between a request and the next of the same method."""
    asked = proxy.asked(method, SESSION)
    return asked[number + 1].at - asked[number].at


def in_two_seconds() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=2.5), usegmt=True)


@pytest.mark.parametrize(
    ("status", "after", "least"),
    [(429, lambda: "1", 0.9), (503, lambda: "1", 0.9), (429, in_two_seconds, 1.0), (429, lambda: None, 0.0)],
    ids=["429 with seconds", "503 with seconds", "429 with a date", "429"],
)
def test_not_so_fast(status: int, after: Callable[[], str | None], least: float, keeping: Registries) -> None:
    value = after()
    headers = {} if value is None else {"Retry-After": value}
    content = noise(SIZE, seed=status + int(least * 10) + 1)
    proxy = keeping(Rule("PATCH", SESSION, skip=1, status=status, headers=headers, body=HTML))
    sent = send(proxy, content)
    assert sent.error is None
    assert sent.again == CHUNK_BYTES, "the chunk that was refused"
    assert gap(proxy, "PATCH", 1) >= least
    assert sent.count("POST") == 1


def test_not_for_hours(keeping: Registries) -> None:
    """A wait that long is the user's to decide: the upload ends, and says until when."""
    content = noise(SIZE, seed=3600)
    proxy = keeping(Rule("PATCH", SESSION, skip=1, times=None, status=429, headers={"Retry-After": "86400"}))
    token = CancelToken()
    began = time.monotonic()
    timer = threading.Timer(2, token.cancel)
    timer.start()
    sent = send(proxy, content, token=token)
    timer.cancel()
    assert isinstance(sent.error, KitOpsError | Cancelled)
    assert time.monotonic() - began < 10
    assert sent.count("PATCH") <= 3, "it is not asked again and again"


# Who are you? --------------------------------------------------------------------------------------------


@contextmanager
def guarded(folder: Path, tokens: TokenServer) -> Iterator[LoggingProxy]:
    """A real registry that believes tokens only."""
    with RegistryServer(folder / "data", token=tokens) as server, LoggingProxy(server.port) as proxy:
        yield proxy


def send_signed_in(proxy: LoggingProxy, content: bytes, *, right: bool = True) -> Sent:
    sent = Sent(proxy, content, len(proxy.exchanges))
    with client(proxy.host, who=RIGHT if right else WRONG) as transport:
        repository = Repository(transport, PATH, abilities=Remembered({CHUNK: str(CHUNK_BYTES)}))
        try:
            repository.receive(
                layer(content), Contents(content), advance=sent.steps.append, token=CancelToken()
            )
        except KitOpsError as error:
            sent.error = error
    return sent


def uploads_begun(proxy: LoggingProxy) -> int:
    return sum(one.status == 202 for one in proxy.asked("POST"))


def test_tokens_that_end_between_chunks(tmp_path: Path) -> None:
    with TokenServer(lifetime=1, announced=1) as tokens, guarded(tmp_path, tokens) as proxy:
        proxy.rules.append(Rule("PATCH", SESSION, times=None, rate_up=CHUNK_BYTES))
        sent = send_signed_in(proxy, noise(SIZE))
        assert sent.error is None
        assert uploads_begun(proxy) == 1
        assert sent.again == 0
        assert tokens.issued >= 3
        assert tokens.refused == 0


@pytest.mark.parametrize("early", [True, False], ids=["while it is sent", "after it was sent"])
def test_a_token_that_is_refused_in_a_chunk(early: bool, tmp_path: Path) -> None:
    with TokenServer() as tokens, guarded(tmp_path, tokens) as proxy:
        challenge = {
            "WWW-Authenticate": f'Bearer realm="{tokens.realm}",service="{tokens.service}",'
            f'scope="repository:{PATH}:pull,push"'
        }
        proxy.rules.append(Rule("PATCH", SESSION, skip=1, status=401, early=early, headers=challenge))
        sent = send_signed_in(proxy, noise(SIZE))
        assert sent.error is None
        assert uploads_begun(proxy) == 1
        assert sent.again <= CHUNK_BYTES
        assert sum(one.username != "" for one in tokens.requests) == 2, "asked for once more"


def test_refused_for_ever(tmp_path: Path) -> None:
    with TokenServer() as tokens, guarded(tmp_path, tokens) as proxy:
        proxy.rules.append(Rule("PATCH", SESSION, skip=1, times=None, status=401))
        sent = send_signed_in(proxy, noise(SIZE))
        assert isinstance(sent.error, SignInNeeded)
        assert sum(one.username != "" for one in tokens.requests) <= 4
        assert sent.count("PATCH") <= 3


def test_a_wrong_password_is_tried_once(tmp_path: Path) -> None:
    with TokenServer() as tokens, guarded(tmp_path, tokens) as proxy:
        sent = send_signed_in(proxy, noise(SIZE), right=False)
        assert isinstance(sent.error, SignInNeeded)
        assert tokens.refused == 1
        assert [one for one in proxy.exchanges if one.received] == [], "nothing of the blob was sent"
        for secret in (PASSWORD, OTHER_PASSWORD, USERNAME + ":"):
            assert secret not in str(sent.error)


@pytest.mark.parametrize("status", [500, 503])
def test_a_token_server_in_trouble(status: int, tmp_path: Path) -> None:
    rules = [Rule("*", "/token", times=2, status=status, body=HTML)]
    with TokenServer(rules=rules) as tokens, guarded(tmp_path, tokens) as proxy:
        sent = send_signed_in(proxy, noise(SIZE))
        assert sent.error is None
        assert sent.again == 0
        assert tokens.refused == 0


# No ------------------------------------------------------------------------------------------------------


def test_no_right_to_push(tmp_path: Path) -> None:
    with (
        TokenServer(allowed={USERNAME: frozenset({"pull"})}) as tokens,
        guarded(tmp_path, tokens) as proxy,
    ):
        sent = send_signed_in(proxy, noise(SIZE))
        assert isinstance(sent.error, AccessDenied)
        assert sum(one.received for one in proxy.exchanges) == 0
        assert sent.count("POST") <= 2


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_mount_that_is_refused_is_an_upload(status: int, keeping: Registries) -> None:
    content = noise(SIZE, seed=status)
    sent = send(keeping(), content, path="lender/kit")
    assert sent.error is None
    proxy = keeping(Rule("POST", "mount=", status=status))
    with reaching(proxy, "lender/kit") as lender, reaching(proxy, "taker/kit") as taker:
        assert not taker.mount(layer(content), lender.path)
        taker.receive(layer(content), lender, advance=lambda _: None, token=CancelToken())
        assert taker.exists(layer(content))
    assert sum(one.received for one in proxy.asked("*", SESSION)) == SIZE


def test_a_mount_that_became_an_upload_is_ended(keeping: Registries, keeping_registry: object) -> None:
    before = set(keeping_registry.uploads())  # type: ignore[attr-defined]
    with reaching(keeping(), "taker/kit") as taker:
        assert not taker.mount(layer(b"nobody has it"), "lender/kit")
    assert set(keeping_registry.uploads()) == before  # type: ignore[attr-defined]


# Nothing at all ------------------------------------------------------------------------------------------


def test_a_registry_that_stops_reading(keeping: Registries, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has taken is kept, and the rest goes over another connection."""
    monkeypatch.setattr(session, "SEND_SECONDS", 1.0)
    content = noise(40 * MIB, seed=4)
    proxy = keeping(Rule("PATCH", SESSION, stall_request=MIB))
    sent = send(proxy, content, chunk=20 * MIB)
    assert sent.error is None
    assert sent.count("POST") == 1
    assert sent.again <= 20 * MIB


def test_a_registry_that_reads_slowly_is_no_fault(keeping: Registries) -> None:
    content = noise(SIZE, seed=5)
    proxy = keeping(Rule("PATCH", SESSION, rate_up=400_000))
    sent = send(proxy, content)
    assert sent.error is None
    assert sent.again == 0
    assert sent.count("PATCH") == 4


def test_a_registry_that_goes_away(forgetting: Registries) -> None:
    proxy = forgetting(Rule("*", "", skip=2, times=None, cut_request=0))
    sent = send(proxy, noise(SIZE, seed=6))
    assert isinstance(sent.error, TransferInterrupted | KitOpsError)
    assert len(proxy.exchanges) < 60
