"""Uploads to registries that fail in every way known: what is asked, what is sent again, what is left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kitops_desktop.errors import (
    AccessDenied,
    DigestMismatch,
    KitOpsError,
    RegistryError,
    RegistryRefused,
    RegistryUnsupported,
    SignInNeeded,
    SourceUnreadable,
    TransferInterrupted,
)
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry.abilities import CHUNK
from kitops_desktop.registry.upload_chunks import CHUNK_BYTES
from support.http_server import Answer, Question, Rule
from support.logging_proxy import LoggingProxy
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer
from support.repositories import MIB, Contents, Remembered, layer, noise, reaching
from support.token_server import ALL, TokenServer
from support.waiting import until

CONTENT = noise(5 * MIB // 2)
SESSION = r"/uploads/[0-9a-f]+"
HTML = b"<html><body>Bad gateway</body></html>"


@dataclass
class Sent:
    """How an upload went."""

    registry: OddRegistry
    steps: list[int] = field(default_factory=list)
    error: BaseException | None = None

    @property
    def methods(self) -> list[str]:
        return [one.method for one in self.registry.asked()]

    @property
    def received(self) -> int:
        """Bytes of all bodies."""
        return sum(one.received for one in self.registry.asked())

    @property
    def ranges(self) -> list[str]:
        return [one.headers.get("content-range", "") for one in self.registry.asked("PATCH")]

    def arrived(self, content: bytes = CONTENT) -> bool:
        return self.registry.blobs.get(layer(content).digest) == content and sum(self.steps) == len(content)


def send(
    registry: OddRegistry,
    content: bytes = CONTENT,
    *,
    source: Fetcher | None = None,
    chunk: int = MIB,
    token: CancelToken | None = None,
    abilities: Remembered | None = None,
    path: str = "team/churn",
) -> Sent:
    """Send a blob in chunks of 1 MiB; errors are kept to be looked at."""
    sent = Sent(registry)
    abilities = abilities or Remembered({CHUNK: str(chunk)})
    with reaching(registry, path, abilities=abilities) as repository:
        try:
            repository.receive(
                layer(content),
                source or Contents(content),
                advance=sent.steps.append,
                token=token or CancelToken(),
            )
        except (KitOpsError, Cancelled) as error:
            sent.error = error
    return sent


@pytest.fixture
def odd() -> Iterator[Callable[..., OddRegistry]]:
    registries = []

    def make(*rules: Rule, registry: type[OddRegistry] = OddRegistry) -> OddRegistry:
        registries.append(registry(rules))
        return registries[-1]

    yield make
    for registry in registries:
        registry.close()


def test_a_small_blob_is_one_put(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(), chunk=CHUNK_BYTES)
    assert sent.arrived()
    assert sent.methods == ["POST", "PUT"]
    assert sent.registry.asked("PUT")[0].headers["content-length"] == str(len(CONTENT))


def test_an_empty_blob(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(), b"")
    assert sent.arrived(b"")
    assert sent.methods == ["POST", "PUT"]


def test_a_large_blob_goes_in_chunks(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd())
    assert sent.arrived()
    assert sent.methods == ["POST", "PATCH", "PATCH", "PATCH", "PUT"]
    assert sent.ranges == ["0-1048575", "1048576-2097151", "2097152-2621439"]
    patches = sent.registry.asked("PATCH")
    assert [one.headers["content-length"] for one in patches] == ["1048576", "1048576", "524288"]
    assert not any("transfer-encoding" in one.headers for one in patches)
    assert sent.registry.asked("PUT")[0].headers["content-length"] == "0"


def test_a_real_registry_gets_chunks_and_wholes(tmp_path: Path) -> None:
    with RegistryServer(tmp_path / "registry") as server:
        for chunk in (MIB, CHUNK_BYTES):
            content = noise(5 * MIB // 2, seed=chunk)
            with reaching(server, abilities=Remembered({CHUNK: str(chunk)})) as repository:
                repository.receive(
                    layer(content), Contents(content), advance=lambda _: None, token=CancelToken()
                )
                assert repository.exists(layer(content))
            assert server.blob_path(layer(content).digest).read_bytes() == content
        assert server.count("PATCH") == 3


def test_a_real_registry_that_forgot_the_upload_gets_it_again(tmp_path: Path) -> None:
    """Distribution 2.8 drops an upload whose chunk broke off: all is sent again, once."""
    with (
        RegistryServer(tmp_path / "registry") as server,
        LoggingProxy(server.port, [Rule("PATCH", skip=1, truncate=0, lose_answer=True)]) as proxy,
        reaching(proxy, abilities=Remembered({CHUNK: str(MIB)})) as repository,
    ):
        steps: list[int] = []
        repository.receive(layer(CONTENT), Contents(CONTENT), advance=steps.append, token=CancelToken())
        assert server.blob_path(layer(CONTENT).digest).read_bytes() == CONTENT
        assert sum(steps) == len(CONTENT)
        assert proxy.count("POST") == 2


def test_a_lost_answer_to_a_chunk_sends_nothing_twice(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("PATCH", SESSION, skip=1, lose_answer=True)))
    assert sent.arrived()
    assert sent.methods == ["POST", "PATCH", "PATCH", "GET", "PATCH", "PUT"]
    assert sent.received == len(CONTENT)


@pytest.mark.parametrize("skip", [0, 1, 2])
def test_a_connection_that_breaks_in_a_chunk(skip: int, odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("PATCH", SESSION, skip=skip, cut_request=100_000)))
    assert sent.arrived()
    assert sent.registry.count("POST") == 1
    assert sent.registry.count("GET", SESSION) == 1
    assert len(sent.ranges) == 4
    assert sent.ranges[skip] == sent.ranges[skip + 1]
    assert min(sent.steps) < 0, "what was lost is shown as lost"


class KeepsHalves(OddRegistry):
    """Keeps what arrived of a chunk that broke off, as distribution 3 does."""

    broken = 0

    def answer(self, question: Question) -> Answer:
        if question.method == "PATCH" and self.count("PATCH") == 2 and not self.broken:
            self.broken = 300_000
            session = question.path.rpartition("/")[2]
            self.uploads[session] += question.body.read(self.broken)
            return Answer(502, {"Content-Type": "text/html"}, HTML)
        return super().answer(question)


def test_goes_on_at_the_byte_where_the_registry_stands(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(registry=KeepsHalves))
    assert sent.arrived()
    assert sent.ranges[2] == f"{MIB + 300_000}-{2 * MIB + 300_000 - 1}"


def test_a_lost_answer_to_the_last_put_is_seen_by_asking(odd: Callable[..., OddRegistry]) -> None:
    for chunk in (MIB, CHUNK_BYTES):
        sent = send(odd(Rule("PUT", SESSION, lose_answer=True)), chunk=chunk)
        assert sent.arrived()
        assert sent.methods[-1] == "HEAD"
        assert sent.received == len(CONTENT)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_trouble_of_the_server_in_a_chunk(status: int, odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("PATCH", SESSION, skip=1, status=status, body=HTML)))
    assert sent.arrived()
    assert sent.registry.count("POST") == 1


def test_waits_for_as_long_as_the_registry_wants(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("PATCH", SESSION, status=429, headers={"Retry-After": "0"})))
    assert sent.arrived()
    assert sent.registry.count("PATCH") == 4


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "BLOB_UPLOAD_UNKNOWN"), (400, "BLOB_UPLOAD_UNKNOWN"), (404, "BLOB_UPLOAD_INVALID")],
)
def test_a_forgotten_upload_begins_again(status: int, code: str, odd: Callable[..., OddRegistry]) -> None:
    body = b'{"errors":[{"code":"%s","message":"gone"}]}' % code.encode()
    sent = send(odd(Rule("PATCH", SESSION, skip=1, status=status, body=body)))
    assert sent.arrived()
    assert sent.methods == ["POST", "PATCH", "PATCH", "HEAD", "POST", "PATCH", "PATCH", "PATCH", "PUT"]
    assert min(sent.steps) == -2 * MIB


def test_begins_again_three_times_and_no_more(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("PATCH", SESSION, times=None, status=404)))
    assert isinstance(sent.error, TransferInterrupted)
    assert sent.registry.count("POST") == 4
    assert sent.registry.blobs == {}


def test_an_upload_that_somebody_else_finished_is_done(odd: Callable[..., OddRegistry]) -> None:
    registry = odd(Rule("PATCH", SESSION, skip=1, status=404))
    registry.add_blob(CONTENT)
    sent = send(registry)
    assert sent.arrived()
    assert sent.methods == ["POST", "PATCH", "PATCH", "HEAD"]


def test_a_wrong_place_is_put_right_by_asking(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("PATCH", SESSION, skip=1, status=416)))
    assert sent.arrived()
    assert sent.methods == ["POST", "PATCH", "PATCH", "GET", "PATCH", "PATCH", "PUT"]


def test_a_registry_that_never_says_the_right_place(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("PATCH", SESSION, skip=1, times=None, status=416)))
    assert isinstance(sent.error, TransferInterrupted)
    assert sent.registry.count("POST") == 4
    assert sent.registry.uploads == {}, "each is ended"


class SaysOneMore(OddRegistry):
    """Says one byte too many when it is asked, and no Location, as Quay does."""

    def answer(self, question: Question) -> Answer:
        answer = super().answer(question)
        if question.method == "GET" and "/uploads/" in question.path:
            end = len(self.uploads[question.path.rpartition("/")[2]])
            answer.headers = {"Range": f"bytes=0-{end}"}
        return answer


def test_one_byte_too_many_is_not_believed(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("PATCH", SESSION, skip=1, cut_request=100), registry=SaysOneMore))
    assert sent.arrived()
    assert sent.ranges[1] == sent.ranges[2]


class KeepsOneByte(OddRegistry):
    """Really has one byte more than it acknowledged."""

    kept = False

    def answer(self, question: Question) -> Answer:
        if question.method == "PATCH" and self.count("PATCH") == 2 and not self.kept:
            self.kept = True
            self.uploads[question.path.rpartition("/")[2]] += question.body.read(1)
            return Answer(500)
        return super().answer(question)


def test_one_byte_more_is_believed_in_the_end(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(registry=KeepsOneByte))
    assert sent.arrived()
    assert [text.partition("-")[0] for text in sent.ranges[1:4]] == [str(MIB), str(MIB), str(MIB + 1)]


@pytest.mark.parametrize("said", ["0-1048575", "bytes=0-1048575", "nonsense", None, "0-99999999", "0-0"])
def test_odd_ranges_in_the_answer_to_a_chunk(said: str | None, odd: Callable[..., OddRegistry]) -> None:
    """Amazon's stays where it was, others say nothing: what was sent counts."""
    sent = send(odd(Rule("PATCH", SESSION, times=None, headers={"Range": said})))
    assert sent.arrived()
    assert len(sent.ranges) == 3
    assert sent.received == len(CONTENT)


class TakesHalf(OddRegistry):
    """Takes less than it was sent, and says so."""

    def answer(self, question: Question) -> Answer:
        answer = super().answer(question)
        if question.method == "PATCH" and self.count("PATCH") == 1:
            session = question.path.rpartition("/")[2]
            del self.uploads[session][MIB // 2 :]
            answer.headers["Range"] = f"0-{MIB // 2 - 1}"
        return answer


def test_a_chunk_that_is_taken_in_part(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(registry=TakesHalf))
    assert sent.arrived()
    assert sent.ranges[1].startswith(f"{MIB // 2}-")


def test_a_place_beyond_what_was_sent_is_another_upload(odd: Callable[..., OddRegistry]) -> None:
    sent = send(
        odd(
            Rule("PATCH", SESSION, skip=1, cut_request=100),
            Rule("GET", SESSION, headers={"Range": "0-99999999"}),
        )
    )
    assert sent.arrived()
    assert sent.registry.count("POST") == 2
    assert sent.registry.uploads == {}


def test_a_chunk_answered_201(odd: Callable[..., OddRegistry]) -> None:
    class Created(OddRegistry):
        def answer(self, question: Question) -> Answer:
            answer = super().answer(question)
            if question.method == "PATCH":
                answer.status = 201
            return answer

    assert send(odd(registry=Created)).arrived()


def test_a_missing_location_keeps_the_old_one(odd: Callable[..., OddRegistry]) -> None:
    assert send(odd(Rule("PATCH", SESSION, times=None, headers={"Location": None}))).arrived()


def test_no_location_at_all(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("POST", "/uploads/", headers={"Location": None})))
    assert isinstance(sent.error, RegistryError)


class Relative(OddRegistry):
    """Gives locations that are relative, with a state that must come back to the letter."""

    def answer(self, question: Question) -> Answer:
        if "_state" in question.url:
            assert "_state=a%2Fb==&empty=" in question.url
        answer = super().answer(question)
        if "Location" in answer.headers and "/uploads/" in answer.headers["Location"]:
            name = answer.headers["Location"].partition("?")[0].rpartition("/")[2]
            answer.headers["Location"] = f"{name}?_state=a%2Fb==&empty="
        return answer


def test_locations_are_kept_to_the_letter(odd: Callable[..., OddRegistry]) -> None:
    assert send(odd(registry=Relative)).arrived()


@pytest.mark.parametrize(
    "location", ["ftp://localhost/x", "http://user:word@localhost/x", "http://[/", "http://h:99999/"]
)
def test_locations_that_cannot_be_used(location: str, odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("POST", "/uploads/", headers={"Location": location})))
    assert isinstance(sent.error, RegistryError)
    assert "word" not in str(sent.error)


def test_smaller_chunks_for_a_proxy_that_takes_no_large_ones(odd: Callable[..., OddRegistry]) -> None:
    content = noise(25 * MIB)
    abilities = Remembered()
    registry = odd(
        Rule("PUT", SESSION, status=413, early=True, body=HTML),
    )
    sent = send(registry, content, abilities=abilities)
    assert sent.arrived(content)
    assert abilities.values == {CHUNK: str(10 * MIB)}
    assert [one.headers["content-length"] for one in registry.asked("PATCH")] == [
        str(10 * MIB),
        str(10 * MIB),
        str(5 * MIB),
    ]


def test_a_proxy_that_takes_nothing(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("P(UT|ATCH)", SESSION), Rule("*", SESSION, times=None, status=413)), noise(5 * MIB))
    assert isinstance(sent.error, RegistryRefused)
    assert sent.error.status == 413


def test_a_token_that_ends_in_the_middle(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("PATCH", SESSION, skip=1, status=401, early=True)))
    assert sent.arrived()
    assert sent.registry.count("POST") == 1


def test_unauthorised_for_ever(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("PATCH", SESSION, times=None, status=401)))
    assert isinstance(sent.error, SignInNeeded)
    assert sent.registry.count("PATCH") == 2


def test_no_right_to_push(odd: Callable[..., OddRegistry]) -> None:
    sent = send(odd(Rule("POST", "/uploads/", times=None, status=403)))
    assert isinstance(sent.error, AccessDenied)
    assert sent.methods == ["POST"]


def test_a_registry_that_takes_nothing(tmp_path: Path) -> None:
    with (
        RegistryServer(tmp_path / "registry", read_only=True) as server,
        reaching(server) as repository,
        pytest.raises(RegistryUnsupported),
    ):
        repository.receive(layer(CONTENT), Contents(CONTENT), advance=lambda _: None, token=CancelToken())


@pytest.mark.parametrize("chunk", [MIB, CHUNK_BYTES])
@pytest.mark.parametrize(
    "change",
    [
        lambda content: content[:-1] + b"?",
        lambda content: b"?" + content[1:],
        lambda content: content[: 2 * MIB],
        lambda content: b"",
    ],
)
def test_a_source_that_changed_never_becomes_a_blob(
    chunk: int, change: Callable[[bytes], bytes], odd: Callable[..., OddRegistry]
) -> None:
    sent = send(odd(), source=Contents(CONTENT, gives=change), chunk=chunk)
    assert isinstance(sent.error, DigestMismatch)
    assert sent.registry.blobs == {}
    assert sent.registry.count("POST") == 1
    until(lambda: sent.registry.uploads == {}, "the upload to be ended")


def test_a_source_that_cannot_be_read(odd: Callable[..., OddRegistry]) -> None:
    class Unreadable(Contents):
        def fetch(self, *_: object) -> object:  # type: ignore[override]
            raise OSError(5, "input/output error")

    sent = send(odd(), source=Unreadable(CONTENT))
    assert isinstance(sent.error, SourceUnreadable)
    until(lambda: sent.registry.uploads == {}, "the upload to be ended")


def test_damage_on_the_way_is_sent_once_more(odd: Callable[..., OddRegistry]) -> None:
    body = b'{"errors":[{"code":"DIGEST_INVALID","message":"did not match"}]}'
    sent = send(odd(Rule("PUT", SESSION, status=400, body=body)))
    assert sent.arrived()
    assert sent.registry.count("POST") == 2
    sent = send(odd(Rule("PUT", SESSION, status=400, body=body, times=None)))
    assert isinstance(sent.error, RegistryRefused)
    assert sent.error.code == "DIGEST_INVALID"
    assert sent.registry.count("POST") == 2


def test_ends_after_many_failures_without_progress(odd: Callable[..., OddRegistry]) -> None:
    registry = odd(Rule("PATCH", SESSION, skip=1, times=None, status=429, headers={"Retry-After": "0"}))
    sent = send(registry)
    assert isinstance(sent.error, TransferInterrupted)
    assert sent.error.offset == MIB
    assert registry.count("PATCH") == 10
    assert registry.uploads == {}


def test_cancelling_ends_the_upload_at_the_registry(odd: Callable[..., OddRegistry]) -> None:
    token = CancelToken()
    registry = odd(Rule("PATCH", SESSION, skip=1, delay=30))
    done: list[Sent] = []
    thread = threading.Thread(target=lambda: done.append(send(registry, token=token)))
    thread.start()
    until(lambda: registry.count("PATCH") == 2, "the second chunk")
    token.cancel()
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert isinstance(done[0].error, Cancelled)
    assert registry.count("DELETE", SESSION) == 1
    assert registry.blobs == {}


def test_a_least_chunk_is_respected(odd: Callable[..., OddRegistry]) -> None:
    registry = odd(Rule("POST", "/uploads/", headers={"OCI-Chunk-Min-Length": str(2 * MIB)}))
    sent = send(registry)
    assert sent.arrived()
    assert sent.ranges == [f"0-{2 * MIB - 1}", f"{2 * MIB}-{len(CONTENT) - 1}"]


def test_a_mount_that_works_sends_nothing(tmp_path: Path) -> None:
    with RegistryServer(tmp_path / "registry") as server, reaching(server, "a/one") as one:
        one.receive(layer(CONTENT), Contents(CONTENT), advance=lambda _: None, token=CancelToken())
        with reaching(server, "b/two") as two:
            assert two.mount(layer(CONTENT), "a/one")
            assert two.exists(layer(CONTENT))
            assert not two.mount(layer(b"not there"), "a/one")


def test_rights_are_asked_for_as_strict_registries_want(tmp_path: Path) -> None:
    """To push is one right, to mount are two of two repositories, to look before pushing is that to push."""
    with (
        TokenServer(allowed={"": ALL}) as tokens,
        RegistryServer(tmp_path / "registry", token=tokens) as server,
        reaching(server, "a/one") as one,
        reaching(server, "b/two") as two,
    ):
        assert not one.holds(layer(CONTENT))
        one.push_bytes(layer(CONTENT), CONTENT)
        assert [request.scopes for request in tokens.requests] == [("repository:a/one:pull,push",)]
        assert two.mount(layer(CONTENT), "a/one")
        assert set(tokens.requests[-1].scopes) == {"repository:b/two:pull,push", "repository:a/one:pull"}


@pytest.mark.parametrize("status", [401, 403, 404, 405, 202])
def test_a_mount_that_does_not(status: int, odd: Callable[..., OddRegistry]) -> None:
    registry = odd() if status == 202 else odd(Rule("POST", "/uploads/", status=status))
    with reaching(registry) as repository:
        assert not repository.mount(layer(CONTENT), "other/place")
    assert registry.uploads == {}, "an upload that was begun instead is ended"
