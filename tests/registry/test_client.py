"""One registry over the network: what is sent, what comes back, and what is tried again."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from kitops_desktop.errors import (
    AccessDenied,
    ContentTooLarge,
    InvalidArgument,
    RateLimited,
    RegistryFailed,
    RegistryRefused,
    RegistryUnreachable,
    RegistryUnsupported,
    SourceUnreadable,
    TransferInterrupted,
)
from kitops_desktop.registry.client import RegistryClient
from kitops_desktop.registry.exchange import Request
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.registries import Registries
from kitops_desktop.registry.retries import Patience
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.planted import ACCESS_TOKEN
from support.registry_clients import PLAIN, RIGHT, Wallet, client, get
from support.registry_server import RegistryServer

MIB = 1 << 20


def test_a_real_registry_answers(tmp_path: Path) -> None:
    with RegistryServer(tmp_path) as server, client(server.host) as asked:
        assert get(asked) == (200, b"{}")
        assert get(asked, f"{server.origin}/v2/_catalog") == (200, b'{"repositories":[]}\n')
        with pytest.raises(RegistryRefused) as refused:
            get(asked, "/v2/team/churn/tags/list")
        assert (refused.value.status, refused.value.code) == (404, "NAME_UNKNOWN")
        assert get(asked, "/v2/team/churn/tags/list", allow=frozenset({404}))[0] == 404


def test_what_oras_asks_itself_goes_our_way(tmp_path: Path) -> None:
    with OddRegistry() as server, client(server.host) as asked:
        server.add_manifest("team/churn", "v1", b"{}")
        server.add_manifest("team/churn", "v2", b"{ }")
        assert asked.get_tags(f"{server.host}/team/churn") == ["v1", "v2"]
        assert server.asked("GET", "tags")[0].headers["user-agent"].startswith("kitops-desktop/")


@pytest.mark.parametrize(
    "name",
    [
        *("push", "pull", "login", "logout", "put_upload", "chunked_upload", "upload_blob", "download_blob"),
        *("delete_tag", "delete_tags", "get_manifest", "upload_manifest", "get_blob", "_get_location"),
    ],
)
def test_what_is_unsafe_in_oras_raises(name: str) -> None:
    with client("registry.example.com") as asked, pytest.raises(NotImplementedError):
        getattr(asked, name)("anything")


def test_cookies_environment_and_compression_stay_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".netrc").write_text("machine localhost login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(home / ".netrc"))
    rule = Rule(path="/v2/$", times=None, headers={"Set-Cookie": "sid=1; Path=/"})
    with OddRegistry([rule]) as server, client(server.host) as asked:
        get(asked)
        get(asked)
        for exchange in server.exchanges:
            assert "cookie" not in exchange.headers
            assert "authorization" not in exchange.headers
            assert exchange.headers["accept-encoding"] == "identity"


def test_connections_are_used_again(tmp_path: Path) -> None:
    passwords = {RIGHT.username: RIGHT.secret}
    with RegistryServer(tmp_path, passwords=passwords) as server, client(server.host, who=RIGHT) as asked:
        for _ in range(5):
            get(asked)
        assert len(asked._network._free) == 1


# errors by status


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"errors":[{"code":"NAME_INVALID","message":"bad name"}]}', RegistryRefused),
        (403, b"", AccessDenied),
        (404, b"<html>not here</html>", RegistryRefused),
        (405, b"", RegistryUnsupported),
        (400, b'{"errors":[{"code":"UNSUPPORTED"}]}', RegistryUnsupported),
        (413, b"<html>nginx</html>", RegistryRefused),
        (501, b"", RegistryUnsupported),
        (507, b"", RegistryFailed),
        (418, b'{"errors":"teapot"}', RegistryRefused),
    ],
)
def test_each_status_has_its_error(status: int, body: bytes, kind: type[Exception]) -> None:
    with OddRegistry([Rule(status=status, body=body, times=None)]) as server, client(server.host) as asked:
        with pytest.raises(kind) as raised:
            get(asked)
        assert "<" not in str(raised.value)


def test_what_a_registry_writes_is_shown_in_short() -> None:
    message = "no\\n\\u001b[31m\\u202ered " + "x" * 5000
    body = f'{{"errors":[{{"code":"DENIED","message":"{message}"}}]}}'.encode()
    rule = Rule(status=400, body=body)
    with (
        OddRegistry([rule]) as server,
        client(server.host) as asked,
        pytest.raises(RegistryRefused) as raised,
    ):
        get(asked)
    assert raised.value.code == "DENIED"
    assert raised.value.message.startswith("no [31m red xxx")
    assert len(raised.value.message) <= 300
    assert raised.value.message.isprintable()


def test_a_secret_that_is_repeated_to_us_is_not_shown() -> None:
    echo = Rule(
        path="/v2/x",
        status=400,
        times=None,
        body=f'{{"errors":[{{"code":"X","message":"you said {RIGHT.secret}!"}}]}}'.encode(),
    )
    with OddRegistry([echo], challenge='Basic realm="x"') as server, client(server.host, who=RIGHT) as asked:
        get(asked)
        with pytest.raises(RegistryRefused) as raised:
            get(asked, "/v2/x")
    assert RIGHT.secret not in str(raised.value)
    assert "you said" in str(raised.value)


def test_endless_errors_are_read_to_a_limit() -> None:
    with OddRegistry([Rule(status=400, body=b"x" * (4 * MIB))]) as server, client(server.host) as asked:
        with pytest.raises(RegistryRefused):
            get(asked)
        assert get(asked)[0] == 200


def test_a_body_beyond_the_limit_is_refused() -> None:
    with OddRegistry() as server, client(server.host) as asked:
        digest = server.add_blob(bytes(2 * MIB))
        request = Request("GET", f"/v2/a/blobs/{digest}", "read a blob")
        with asked.send(request) as answer, pytest.raises(ContentTooLarge):
            answer.content(MIB)
        with asked.send(request) as answer:
            assert len(answer.content(2 * MIB)) == 2 * MIB


def test_warnings_are_collected_once() -> None:
    rule = Rule(times=None, headers={"Warning": '299 - "closing\\" on 1 May"'})
    with OddRegistry([rule]) as server, client(server.host) as asked:
        get(asked)
        get(asked)
        assert asked.warnings == ('closing" on 1 May',)


# repetitions


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 429])
def test_passing_trouble_is_ridden_out(status: int) -> None:
    html = b"<html>Bad gateway</html>"
    with OddRegistry([Rule(skip=1, status=status, body=html, times=3)]) as server:
        with client(server.host) as asked:
            get(asked)
            assert get(asked)[0] == 200
        assert server.count() == 5


def test_trouble_without_end_is_an_error_without_html() -> None:
    rule = Rule(skip=1, status=502, body=b"<html>Bad gateway</html>", times=None)
    with OddRegistry([rule]) as server, client(server.host) as asked:
        get(asked)
        with pytest.raises(RegistryFailed) as raised:
            get(asked)
        assert server.count() == 9
    assert (raised.value.status, raised.value.reason) == (502, "bad gateway")


def test_what_must_not_be_repeated_is_sent_once() -> None:
    with OddRegistry([Rule("POST", status=500, times=None)]) as server, client(server.host) as asked:
        with pytest.raises(RegistryFailed):
            asked.send(Request("POST", "/v2/a/blobs/uploads/", "push to a", repeat=False))
        assert server.count("POST") == 1


def test_the_pause_a_registry_asks_for_is_made() -> None:
    rule = Rule(status=429, headers={"Retry-After": "1"})
    with OddRegistry([rule]) as server, client(server.host) as asked:
        begun = time.monotonic()
        assert get(asked)[0] == 200
        assert 0.9 < time.monotonic() - begun < 10


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("after", ["3600", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_pause_too_long_is_told_with_its_end(status: int, after: str) -> None:
    rule = Rule(status=status, headers={"Retry-After": after}, times=None)
    with OddRegistry([rule]) as server, client(server.host) as asked:
        with pytest.raises(RateLimited) as raised:
            get(asked)
        assert server.count() == 1
    assert raised.value.until is not None
    assert raised.value.until > time.time() + 3000


def test_a_lost_answer_is_asked_for_again() -> None:
    with OddRegistry([Rule(lose_answer=True, times=2)]) as server, client(server.host) as asked:
        assert get(asked)[0] == 200
        assert server.count() == 3


def test_an_idle_connection_that_was_ended_is_no_error(tmp_path: Path) -> None:
    patience = Patience(tries=1, first_tries=1)
    with RegistryServer(tmp_path) as server:
        port = server.port
        with client(server.host, patience=patience) as asked:
            get(asked)
            server.close()
            with RegistryServer(tmp_path, port=port):
                assert get(asked)[0] == 200


@pytest.mark.parametrize(("host", "step"), [("localhost:1", "connect"), ("no-such-host.invalid", "name")])
def test_a_registry_that_is_away_is_told_soon(host: str, step: str) -> None:
    with client(host) as asked, pytest.raises(RegistryUnreachable) as raised:
        get(asked)
    assert raised.value.step == step


def test_what_is_no_http_is_told() -> None:
    with OddRegistry([Rule(delay=1.0, times=None)]) as server, client(server.host) as asked:
        request = Request("GET", "/v2/", "look at it", read_timeout=0.1)
        with pytest.raises(RegistryUnreachable) as raised:
            asked.send(request)
    assert raised.value.step == "timeout"


@pytest.mark.parametrize(
    "host", ["", "a/b", "user@host", "host:0", "host:port", "a b", "[::1", "a?b", "a\x1bb"]
)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(InvalidArgument):
        RegistryClient(host, HostOptions(), Wallet())


# redirects


def redirected(target: str, status: int = 307, path: str = "/v2/a") -> Rule:
    return Rule(path=path, status=status, headers={"Location": target}, times=None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_storage_loses_the_authorization(status: int) -> None:
    with OddRegistry() as storage, OddRegistry(challenge='Basic realm="x"') as server:
        digest = storage.add_blob(b"0123456789")
        target = f"{storage.origin}/v2/store/blobs/{digest}?X-Amz-Signature=a%2fb&flag="
        server.rules.append(redirected(target, status))
        with client(server.host, who=RIGHT) as asked:
            get(asked)
            headers = {"Range": "bytes=2-4", "Authorization": f"Bearer {ACCESS_TOKEN}"}
            with asked.send(Request("GET", "/v2/a/blobs/x", "read", headers=headers)) as answer:
                assert (answer.status, answer.content(100)) == (206, b"234")
                assert answer.url == target
        assert storage.authorizations() == []
        assert storage.exchanges[0].path.lower().endswith("?x-amz-signature=a%2fb&flag=")
        assert all(ACCESS_TOKEN not in value for value in server.authorizations())


def test_a_redirect_within_the_registry_keeps_it() -> None:
    with OddRegistry([redirected("../b")], challenge='Basic realm="x"') as server:
        server.rules.append(Rule(path="/b$", status=200, body=b"here"))
        with client(server.host, who=RIGHT) as asked:
            get(asked)
            assert get(asked, "/v2/a/x") == (200, b"here")
        assert "authorization" in server.asked("GET", "/v2/b$")[0].headers


@pytest.mark.parametrize(
    "target", ["/v2/a/again", "", "ftp://x/y", "http://me:pw@localhost/", "http://[::1", "http://x:99999/"]
)
def test_redirects_that_lead_nowhere(target: str) -> None:
    with OddRegistry([redirected(target)]) as server, client(server.host) as asked:
        with pytest.raises(RegistryFailed):
            get(asked, "/v2/a")
        assert server.count() <= 6


def test_what_is_stored_is_not_sent_elsewhere() -> None:
    with OddRegistry() as other, OddRegistry() as server, client(server.host) as asked:
        for status in (302, 307):
            server.rules = [redirected(f"{other.origin}/v2/a", status)]
            with pytest.raises(RegistryFailed):
                asked.send(Request("PUT", "/v2/a", "push", body=b"x"))
        assert other.exchanges == []
        server.rules = [redirected("/v2/b"), Rule(path="/v2/b", status=201)]
        with asked.send(Request("PUT", "/v2/a", "push", body=b"xyz")) as answer:
            assert answer.status == 201
        assert server.asked("PUT", "/v2/b")[0].received == 3


def test_a_storage_that_refuses_is_asked_for_anew() -> None:
    with OddRegistry([Rule(status=403)]) as storage, OddRegistry() as server:
        digest = storage.add_blob(b"content")
        server.rules.append(redirected(f"{storage.origin}/v2/s/blobs/{digest}"))
        with client(server.host) as asked:
            assert get(asked, "/v2/a/blobs/x") == (200, b"content")
            storage.rules.append(Rule(status=403, times=None))
            with pytest.raises(RegistryFailed, match="storage"):
                get(asked, "/v2/a/blobs/x")
        assert server.count("GET", "/v2/a") == 4


def test_a_redirect_that_is_allowed_is_given_back() -> None:
    with OddRegistry([redirected("https://elsewhere.invalid/")]) as server, client(server.host) as asked:
        assert get(asked, "/v2/a", allow=frozenset({307}))[0] == 307


# bodies


class Source:
    """A body that is read as it is sent."""

    def __init__(self, content: bytes, failure: Exception | None = None) -> None:
        self.content, self.failure, self.sent = content, failure, 0

    def __len__(self) -> int:
        return len(self.content)

    def read(self, size: int = -1) -> bytes:
        if self.failure is not None and self.sent:
            raise self.failure
        block = self.content[self.sent : self.sent + MIB]
        self.sent += len(block)
        return block


def put(asked: RegistryClient, body: bytes | Source) -> int:
    with asked.send(Request("PUT", "/v2/a/manifests/v1", "push", body=body)) as answer:
        return answer.status


def test_a_body_is_streamed() -> None:
    content = bytes(range(256)) * (3 * MIB // 256) + b"end"
    with OddRegistry() as server, client(server.host) as asked:
        assert put(asked, Source(content)) == 201
        assert server.blobs[server.tags["a:v1"]] == content
        assert put(asked, b"") == 201
        assert server.asked("PUT")[1].headers["content-length"] == "0"


def test_a_streamed_body_is_sent_once() -> None:
    with OddRegistry([Rule("PUT", status=500, times=None)]) as server, client(server.host) as asked:
        with pytest.raises(RegistryFailed):
            put(asked, Source(b"x"))
        assert server.count("PUT") == 1


@pytest.mark.parametrize("failure", [OSError(5, "I/O error"), SourceUnreadable(Path("x"), "no")])
def test_a_source_that_fails_is_no_fault_of_the_network(failure: Exception) -> None:
    with OddRegistry() as server, client(server.host) as asked:
        with pytest.raises(type(failure)) as raised:
            put(asked, Source(bytes(2 * MIB), failure))
        assert raised.value is failure


def test_a_truncated_answer_is_interrupted() -> None:
    with OddRegistry() as server, client(server.host) as asked:
        digest = server.add_blob(bytes(3 * MIB))
        server.rules.append(Rule(path="blobs", truncate=2 * MIB))
        with asked.send(Request("GET", f"/v2/a/blobs/{digest}", "read a blob")) as answer:
            received: list[bytes] = []
            with pytest.raises(TransferInterrupted) as raised:
                received.extend(iter(lambda: answer.read(MIB), b""))
        assert raised.value.offset == 2 * MIB
        assert get(asked)[0] == 200


def test_an_answer_is_read_into_a_buffer() -> None:
    with OddRegistry() as server, client(server.host) as asked:
        digest = server.add_blob(b"0123456789")
        buffer = memoryview(bytearray(8))
        with asked.send(Request("GET", f"/v2/a/blobs/{digest}", "read a blob")) as answer:
            assert answer.readinto(buffer) == 8
            assert answer.readinto(buffer) == 2
            assert answer.readinto(buffer) == 0
        assert bytes(buffer) == b"89234567"


def test_an_answer_that_is_left_unread_spoils_nothing() -> None:
    with OddRegistry() as server, client(server.host) as asked:
        digest = server.add_blob(bytes(8 * MIB))
        with asked.send(Request("GET", f"/v2/a/blobs/{digest}", "read a blob")) as answer:
            answer.read(10)
        assert get(asked) == (200, b"{}")


def test_a_trickle_is_a_fault() -> None:
    """So few bytes that the answer would take days, with no pause long enough for a time limit."""
    patience = Patience(first_pause=0.01, least_rate=100_000, slow_seconds=0.4)
    with trickling() as host, client(host, patience=patience) as asked:
        answer = asked.send(Request("GET", "/v2/", "look at it"))
        with answer, pytest.raises(TransferInterrupted, match="fewer than 100000 bytes a second"):
            answer.content(2 * MIB)


@contextmanager
def trickling() -> Iterator[str]:
    """A host whose answer comes in single bytes."""
    done = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(MIB)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while not done.wait(0.01):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve)
        server.start()
        try:
            yield f"localhost:{listener.getsockname()[1]}"
        finally:
            done.set()
            server.join()


# logs and registries


def test_queries_are_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with OddRegistry([Rule(times=2, lose_answer=True)]) as server, client(server.host, who=RIGHT) as asked:
        get(asked, f"/v2/?X-Amz-Signature={ACCESS_TOKEN}")
    assert "GET /v2/" in caplog.text
    assert ACCESS_TOKEN not in caplog.text


def test_one_client_for_each_host(tmp_path: Path) -> None:
    registries = Registries(lambda host: PLAIN, Wallet())
    first = registries.client("Localhost:5000")
    assert registries.client("localhost:5000") is first
    registries.forget("localhost:5000")
    assert registries.client("localhost:5000") is not first
    assert registries.client("docker.io").origin == "http://registry-1.docker.io"
    assert registries.client("docker.io").host == "docker.io"
    with pytest.raises(InvalidArgument):
        registries.client("no host")
    registries.close()
