"""Uploads that break on the way: to a registry that keeps what it got, and to one that forgets it.

Every test asks the registry's log what was sent again.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest

from kitops_desktop.errors import DigestMismatch, RegistryError, TransferInterrupted
from kitops_desktop.registry.abilities import CHUNK
from support.http_server import Answer, HttpServer, Question, Rule
from support.logging_proxy import LoggingProxy
from support.odd_registry import OddRegistry
from support.odd_uploads import AmazonLike, GithubLike, KeepsWhatCame, QuayLike
from support.repositories import MIB, Contents, Remembered, layer, noise
from support.sent_blobs import CHUNK_BYTES, KIB, SESSION, send

Registries = Callable[..., LoggingProxy]
Odd = Callable[..., OddRegistry]
Arrived = Callable[[HttpServer, str], bytes]
SIZE = 4 * CHUNK_BYTES + 1000
CUT = 100_000
HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


@pytest.fixture
def content(request: pytest.FixtureRequest) -> bytes:
    """Bytes that no other test has."""
    return noise(SIZE, seed=zlib.crc32(request.node.nodeid.encode()))


# A connection that breaks --------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [0, 2, 4], ids=["first", "middle", "last"])
def test_broken_in_a_chunk_where_uploads_are_kept(
    chunk: int, keeping: Registries, arrived: Arrived, content: bytes
) -> None:
    cut = CUT if chunk < 4 else 500
    sent = send(keeping(Rule("PATCH", SESSION, skip=chunk, cut_request=cut, handed_on=True)), content)
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    assert sent.again == 0, "it goes on at the byte"
    assert sent.starts[chunk : chunk + 2] == [chunk * CHUNK_BYTES, chunk * CHUNK_BYTES + cut]
    assert sent.count("POST") == 1


@pytest.mark.parametrize("chunk", [0, 2, 4], ids=["first", "middle", "last"])
def test_broken_in_a_chunk_where_uploads_are_forgotten(
    chunk: int, forgetting: Registries, arrived: Arrived, content: bytes
) -> None:
    cut = CUT if chunk < 4 else 500
    sent = send(forgetting(Rule("PATCH", SESSION, skip=chunk, cut_request=cut, handed_on=True)), content)
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    assert sent.count("POST") == 2, "it starts again, once"
    assert sent.again == chunk * CHUNK_BYTES + cut
    assert sent.lost >= chunk * CHUNK_BYTES, "and the progress shows it"
    assert sent.reported == SIZE


def test_broken_again_and_again_where_uploads_are_kept(
    keeping: Registries, arrived: Arrived, content: bytes
) -> None:
    """Each time it gets a little further: so it is never given up."""
    cut = SIZE // 15
    sent = send(keeping(Rule("PATCH", SESSION, times=12, cut_request=cut, handed_on=True)), content)
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    assert sent.again == 0
    assert sent.count("POST") == 1


def test_broken_for_ever_where_uploads_are_forgotten(forgetting: Registries, content: bytes) -> None:
    rule = Rule("PATCH", SESSION, skip=1, times=None, cut_request=CUT, handed_on=True)
    sent = send(forgetting(rule), content)
    assert isinstance(sent.error, TransferInterrupted)
    assert sent.count("POST") <= 4


# Answers that are lost -----------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [0, 2, 4], ids=["first", "middle", "last"])
def test_the_answer_to_a_chunk_is_lost(
    chunk: int, keeping: Registries, arrived: Arrived, content: bytes
) -> None:
    sent = send(keeping(Rule("PATCH", SESSION, skip=chunk, lose_answer=True)), content)
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    assert sent.again == 0


@pytest.mark.parametrize("size", [CHUNK_BYTES, 100 * MIB], ids=["chunks", "whole"])
def test_the_answer_to_the_last_put_is_lost(
    size: int, either: Registries, arrived: Arrived, content: bytes
) -> None:
    sent = send(either(Rule("PUT", SESSION, lose_answer=True)), content, chunk=size)
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    assert sent.again == 0
    assert sent.methods[-1] == "HEAD"


def test_the_answer_to_the_post_is_lost(either: Registries, arrived: Arrived, content: bytes) -> None:
    sent = send(either(Rule("POST", "/blobs/uploads/", lose_answer=True)), content)
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    assert sent.again == 0
    assert sent.count("POST") == 2


# Registries that lose track ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "BLOB_UPLOAD_UNKNOWN"), (400, "BLOB_UPLOAD_UNKNOWN"), (404, "BLOB_UPLOAD_INVALID")],
)
def test_a_forgotten_upload(
    status: int, code: str, either: Registries, arrived: Arrived, content: bytes
) -> None:
    body = b'{"errors":[{"code":"%s"}]}' % code.encode()
    sent = send(either(Rule("PATCH", SESSION, skip=2, status=status, body=body)), content)
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    # asked first whether it is there, then from the beginning
    assert sent.methods[4:6] == ["HEAD", "POST"]
    assert sent.again == 3 * CHUNK_BYTES


def test_forgotten_for_ever(either: Registries, content: bytes) -> None:
    sent = send(either(Rule("PATCH", SESSION, skip=1, times=None, status=404)), content)
    assert isinstance(sent.error, TransferInterrupted)
    assert sent.count("POST") == 4, "three restarts"


def test_the_registry_is_restarted_meanwhile(
    keeping: Registries,
    arrived: Arrived,
    content: bytes,
    keeping_registry: object,
) -> None:
    class Restarting(Contents):
        """Its registry dies when it is asked for what comes after 600 KiB, and comes back."""

        def fetch(self, *asked: object) -> object:  # type: ignore[override]
            reader = super().fetch(*asked)  # type: ignore[arg-type]
            read = reader.read

            def noticing(size: int = -1) -> bytes:
                if reader.tell() >= 600 * KIB and not self.opened.count(-1):
                    self.opened.append(-1)
                    keeping_registry.restart()  # type: ignore[attr-defined]
                return read(min(size, 64 * KIB))

            reader.read = noticing  # type: ignore[method-assign]
            return reader

    sent = send(keeping(), content, source=Restarting(content))
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    assert sent.again <= CHUNK_BYTES
    assert sent.count("POST") == 1


def test_a_wrong_place_is_put_right(either: Registries, arrived: Arrived, content: bytes) -> None:
    sent = send(either(Rule("PATCH", SESSION, skip=2, status=416)), content)
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    assert sent.again == CHUNK_BYTES, "the chunk that was refused"
    assert sent.count("POST") == 1


def test_a_wrong_place_three_times(keeping: Registries, arrived: Arrived, content: bytes) -> None:
    sent = send(keeping(Rule("PATCH", SESSION, skip=2, times=3, status=416)), content)
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    assert (sent.count("DELETE"), sent.count("POST")) == (1, 2)


def test_a_wrong_place_for_ever(keeping: Registries, keeping_registry: object, content: bytes) -> None:
    before = set(keeping_registry.uploads())  # type: ignore[attr-defined]
    sent = send(keeping(Rule("PATCH", SESSION, skip=2, times=None, status=416)), content)
    assert isinstance(sent.error, TransferInterrupted)
    assert sent.count("POST") == 4
    assert set(keeping_registry.uploads()) == before, "each is ended"  # type: ignore[attr-defined]


# Odd ranges ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [0, 1, 77_777])
def test_quay_says_one_too_many(cut: int, odd: Odd, content: bytes) -> None:
    rule = Rule("PATCH", SESSION, skip=2, cut_request=cut, handed_on=True)
    sent = send(odd(rule, registry=QuayLike), content)
    assert sent.error is None
    assert _stored(sent.server, content)
    assert sent.count("POST") == 1
    assert sent.again <= CHUNK_BYTES


def test_quay_in_a_quiet_hour(odd: Odd, content: bytes) -> None:
    sent = send(odd(registry=QuayLike), content)
    assert sent.error is None
    assert sent.again == 0


def test_amazon_gets_it_in_one_piece(odd: Odd, content: bytes) -> None:
    """The empty PUT is refused whatever we do: it is found out, and the blob goes in one piece."""
    sent = send(odd(registry=AmazonLike), content, chunk=100 * MIB)
    assert sent.error is None
    assert _stored(sent.server, content)
    assert sent.methods == ["POST", "PUT"]


def test_a_range_that_stays_is_not_believed(odd: Odd, content: bytes) -> None:
    class ClosedByAnEmptyPut(AmazonLike):
        answer = KeepsWhatCame.answer  # type: ignore[assignment]

    sent = send(odd(registry=ClosedByAnEmptyPut), content)
    assert sent.error is None
    assert _stored(sent.server, content)
    assert sent.again == 0


def test_github_takes_small_chunks_only(odd: Odd) -> None:
    content = noise(9 * MIB)
    sent = send(odd(registry=GithubLike), content, chunk=4 * MIB)
    assert sent.error is None
    assert _stored(sent.server, content)
    assert sent.again == 0


def test_small_chunks_only_is_found_out_and_remembered(odd: Odd) -> None:
    """Of a host nobody knows: the answer to a chunk that is too large is that it is in the wrong place."""
    content, other = noise(9 * MIB, seed=1), noise(9 * MIB, seed=2)
    abilities = Remembered({CHUNK: str(5 * MIB)})
    registry = odd(registry=GithubLike)
    assert send(registry, content, abilities=abilities).error is None
    assert _stored(registry, content)
    sent = send(registry, other, abilities=abilities)
    assert sent.error is None
    assert _stored(registry, other)
    assert sent.again == 0


@pytest.mark.parametrize(
    "said",
    ["0-1000", "bytes=0-262143", "bytes 0-262143", "0--1", "0-0", "0-262144", "0-99999999", "nonsense", None],
)
def test_no_range_makes_an_endless_loop(said: str | None, keeping: Registries, content: bytes) -> None:
    """Whatever is said after a chunk, be it true or not: in the end it is there or given up."""
    sent = send(keeping(Rule("PATCH", SESSION, times=None, headers={"Range": said})), content)
    if sent.error is None:
        assert sent.reported == SIZE
    else:
        assert isinstance(sent.error, TransferInterrupted)
    assert sent.count("PATCH") < 60


@pytest.mark.parametrize("said", ["0-0", "0--1", "0-99999999", "nonsense", None])
def test_no_range_of_a_status_makes_an_endless_loop(
    said: str | None, keeping: Registries, arrived: Arrived, content: bytes
) -> None:
    sent = send(
        keeping(
            Rule("GET", SESSION, times=1, headers={"Range": said}),
            Rule("PATCH", SESSION, skip=2, cut_request=CUT, handed_on=True),
        ),
        content,
    )
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    assert sent.again <= 3 * CHUNK_BYTES + CUT, "from the beginning at worst"


def test_a_chunk_answered_201(keeping: Registries, arrived: Arrived, content: bytes) -> None:
    class Created(LoggingProxy):
        def answer(self, question: Question) -> Answer:
            answer = super().answer(question)
            if question.method == "PATCH":
                answer.status = 201
            return answer

    with Created(keeping().upstream) as proxy:
        sent = send(proxy, content)
        assert sent.error is None
        assert arrived(proxy, layer(content).digest) == content
        assert sent.again == 0


# Where it goes on ----------------------------------------------------------------------------------------


def test_no_new_location(keeping: Registries, arrived: Arrived, content: bytes) -> None:
    sent = send(keeping(Rule("PATCH", SESSION, times=None, headers={"Location": None})), content)
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    assert sent.again == 0


def test_a_location_of_another_host_gets_no_token(odd: Odd, content: bytes) -> None:
    """An upload that is sent to a storage elsewhere: over plain http, as registry and storage both are."""
    storage = odd()
    storage.uploads["0f"] = bytearray()
    there = f"{storage.origin}/v2/team/churn/blobs/uploads/0f"
    registry = odd(Rule("POST", "/uploads/", headers={"Location": there}))
    sent = send(registry, content, chunk=100 * MIB)
    assert storage.asked("PUT"), sent.error
    assert storage.authorizations() == []


# What stays wrong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [lambda content: content[:-1] + b"?", lambda content: b"?" + content[1:], lambda content: content[:-10]],
    ids=["last byte", "first byte", "shrunk"],
)
def test_a_source_that_changed(
    change: Callable[[bytes], bytes], either: Registries, arrived: Arrived, content: bytes
) -> None:
    sent = send(either(), content, source=Contents(content, gives=change))
    assert isinstance(sent.error, DigestMismatch)
    assert sent.count("POST") == 1, "it is not tried again"
    assert sent.count("DELETE") == 1
    with pytest.raises(FileNotFoundError):
        arrived(sent.server, layer(content).digest)


def test_a_byte_that_changes_on_the_way(keeping: Registries, arrived: Arrived, content: bytes) -> None:
    class Changing(LoggingProxy):
        """Changes what it hands on, once."""

        changed = False

        def answer(self, question: Question) -> Answer:
            if question.method == "PATCH" and not self.changed:
                self.changed = True
                read = question.body.read
                question.body.read = lambda size=-1: b"?" + content[1:] if (content := read(size)) else b""  # type: ignore[method-assign]
            return super().answer(question)

    with Changing(keeping().upstream) as proxy:
        sent = send(proxy, content)
        assert sent.error is None
        assert arrived(proxy, layer(content).digest) == content
        assert sent.count("POST") == 2
        assert sent.again == SIZE, "once more, and no more than that"


# What the server says ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_trouble_of_the_server(
    method: str, status: int, keeping: Registries, arrived: Arrived, content: bytes
) -> None:
    rule = Rule(method, "/uploads/", skip=2 if method == "PATCH" else 0, status=status, body=HTML)
    sent = send(keeping(rule), content)
    assert sent.error is None
    assert arrived(sent.server, layer(content).digest) == content
    assert sent.again == (CHUNK_BYTES if method == "PATCH" else 0)


def test_trouble_without_end(keeping: Registries, content: bytes) -> None:
    sent = send(keeping(Rule("PATCH", SESSION, skip=1, times=None, status=502, body=HTML)), content)
    assert isinstance(sent.error, RegistryError)
    assert "html" not in str(sent.error)
    assert 3 <= sent.count("PATCH") <= 12


def test_too_much_at_once(keeping: Registries, arrived: Arrived) -> None:
    """A proxy takes no more than 4 MiB at once: found by halving, and remembered."""
    content, abilities = noise(12 * MIB, seed=413), Remembered()

    class Narrow(LoggingProxy):
        def answer(self, question: Question) -> Answer:
            if question.body.length > 4 * MIB:
                return Answer(413, {"Content-Type": "text/html"}, HTML)
            return super().answer(question)

    with Narrow(keeping().upstream) as proxy:
        sent = send(proxy, content, abilities=abilities)
        assert sent.error is None
        assert arrived(proxy, layer(content).digest) == content
        assert {len(content) - start for start in sent.starts[-3:]} == {12 * MIB, 8 * MIB, 4 * MIB}
        again = send(proxy, noise(12 * MIB, seed=414), abilities=abilities)
        assert again.error is None
        assert again.again == 0, "the next time it is known"


def _stored(server: HttpServer, content: bytes) -> bool:
    assert isinstance(server, OddRegistry)
    return server.blobs.get(layer(content).digest) == content
