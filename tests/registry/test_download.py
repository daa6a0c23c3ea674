"""Reading blobs of registries: what is asked for, and what becomes of answers that are wrong or break off."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from kitops_desktop.errors import (
    DigestMismatch,
    RegistryError,
    RegistryFailed,
    RegistryUnsupported,
    RemoteBlobNotFound,
    TransferInterrupted,
)
from kitops_desktop.oci.verify import VerifyingReader
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry.abilities import RANGES
from kitops_desktop.registry.repository import Repository
from kitops_desktop.registry.segments import SEGMENT_BYTES
from support.http_server import Answer, Question, Rule
from support.odd_registry import OddRegistry
from support.repositories import MIB, Remembered, layer, noise, reaching
from support.waiting import until

SMALL = noise(3 * MIB)
LARGE = noise(41 * MIB + 7)
BLOBS = r"/blobs/sha256"


@pytest.fixture
def odd() -> Iterator[OddRegistry]:
    with OddRegistry() as registry:
        yield registry


@pytest.fixture
def repository(odd: OddRegistry) -> Iterator[Repository]:
    with reaching(odd) as repository:
        yield repository


def read(repository: Repository, content: bytes, start: int = 0, length: int | None = None) -> bytes:
    with repository.fetch(layer(content), start, length) as reader:
        return b"".join(iter(lambda: reader.read(300_000), b""))


def ranges(odd: OddRegistry) -> list[str]:
    return [one.headers.get("range", "") for one in odd.asked("GET", BLOBS)]


def test_a_whole_blob_is_one_request(odd: OddRegistry, repository: Repository) -> None:
    odd.add_blob(SMALL)
    assert read(repository, SMALL) == SMALL
    assert ranges(odd) == [""]
    with repository.fetch(layer(SMALL)) as reader:
        assert reader.read() == SMALL
        assert reader.read() == reader.read(5) == b""


@pytest.mark.parametrize(
    ("start", "length", "asked"),
    [
        (0, 10, "bytes=0-9"),
        (5, 100_000, "bytes=5-100004"),
        (3 * MIB - 10, 100, f"bytes={3 * MIB - 10}-{3 * MIB - 1}"),
        (MIB, None, f"bytes={MIB}-{3 * MIB - 1}"),
    ],
)
def test_parts_are_closed_ranges(
    start: int, length: int | None, asked: str, odd: OddRegistry, repository: Repository
) -> None:
    odd.add_blob(SMALL)
    assert read(repository, SMALL, start, length) == SMALL[start:][:length]
    assert ranges(odd) == [asked]
    assert odd.asked("GET", BLOBS)[0].headers["accept-encoding"] == "identity"
    assert "if-range" not in odd.asked("GET", BLOBS)[0].headers


def test_nothing_is_asked_for_nothing(odd: OddRegistry, repository: Repository) -> None:
    assert read(repository, SMALL, 3 * MIB) == b""
    assert read(repository, SMALL, 5, 0) == b""
    assert read(repository, b"") == b""
    assert odd.exchanges == []


def test_many_small_ranges_use_one_connection(odd: OddRegistry, repository: Repository) -> None:
    odd.add_blob(SMALL)
    for start in range(0, 100_000, 1000):
        assert read(repository, SMALL, start, 500) == SMALL[start : start + 500]
    assert odd.count("GET") == 100
    assert odd.bytes_sent == 50_000


def test_a_missing_blob(repository: Repository) -> None:
    for content in (SMALL, LARGE):
        with pytest.raises(RemoteBlobNotFound) as raised:
            repository.fetch(layer(content))
        assert raised.value.repository == repository.name


def test_a_large_blob_comes_in_segments(odd: OddRegistry, repository: Repository) -> None:
    odd.add_blob(LARGE)
    assert read(repository, LARGE) == LARGE
    count = -(-len(LARGE) // SEGMENT_BYTES)
    assert len(ranges(odd)) == len(set(ranges(odd))) == count
    assert odd.bytes_sent == len(LARGE)
    assert not [one for one in threading.enumerate() if one.name == "part of a blob"]
    assert read(repository, LARGE, 7) == LARGE[7:]


def test_looking_at_the_beginning_of_a_large_blob_is_cheap(odd: OddRegistry, repository: Repository) -> None:
    odd.add_blob(LARGE)
    with repository.fetch(layer(LARGE)) as reader:
        assert reader.read(1000) == LARGE[:1000]
    assert odd.count("GET") == 1


def test_a_reader_that_is_left_early_stops_fetching(odd: OddRegistry, repository: Repository) -> None:
    odd.add_blob(LARGE)
    near = "|".join(str(number * SEGMENT_BYTES) for number in range(2))
    odd.rules.append(Rule("GET", BLOBS, times=None, stall=1000, range=f"bytes=(?!({near})-)"))
    with repository.fetch(layer(LARGE)) as reader:
        seen = 0
        while seen <= SEGMENT_BYTES:
            seen += len(reader.read(MIB))
    assert not [one for one in threading.enumerate() if one.name == "part of a blob"]


def test_readers_by_turns_in_one_thread_do_not_wait_for_each_other(
    odd: OddRegistry, repository: Repository
) -> None:
    """There is memory for eight segments ahead, and four readers want five each."""
    odd.add_blob(LARGE)
    readers = [repository.fetch(layer(LARGE)) for _ in range(4)]
    seen = [bytearray() for _ in readers]
    while len(seen[0]) < len(LARGE):
        for reader, content in zip(readers, seen, strict=True):
            content += reader.read(2 * MIB)
    for reader, content in zip(readers, seen, strict=True):
        while block := reader.read(2 * MIB):
            content += block
        assert content == LARGE
        reader.close()


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("skip", [0, 1])
def test_a_stream_that_breaks_goes_on_where_it_was(
    content: bytes, skip: int, odd: OddRegistry, repository: Repository
) -> None:
    odd.add_blob(content)
    odd.rules.append(Rule("GET", BLOBS, skip=skip, truncate=MIB + 5))
    assert read(repository, content) == content
    if not skip:
        assert ranges(odd)[1].startswith(f"bytes={MIB + 5}-")
    assert odd.bytes_sent == len(content)


def test_a_stream_that_always_breaks(odd: OddRegistry, repository: Repository) -> None:
    odd.add_blob(SMALL)
    odd.rules += [Rule("GET", BLOBS, truncate=1000), Rule("GET", BLOBS, times=None, truncate=0)]
    with pytest.raises(TransferInterrupted) as raised:
        read(repository, SMALL)
    assert raised.value.offset == 1000
    assert raised.value.digest == layer(SMALL).digest
    assert odd.count("GET") == 6


def test_a_stream_that_breaks_again_and_again_but_gets_on(odd: OddRegistry, repository: Repository) -> None:
    content = LARGE[: 31 * MIB]
    odd.add_blob(content)
    odd.rules.append(Rule("GET", BLOBS, times=2, truncate=9 * MIB))
    assert read(repository, content) == content
    assert odd.count("GET") == 3


def test_an_answer_of_less_than_announced_by_the_descriptor(odd: OddRegistry, repository: Repository) -> None:
    odd.blobs[layer(SMALL).digest] = SMALL[:-1]
    with pytest.raises(DigestMismatch):
        repository.fetch(layer(SMALL))
    assert not repository.exists(layer(SMALL))


@pytest.mark.parametrize(
    "header", ["bytes 0-98/3145728", "bytes 1-100/3145728", "bytes 0-99/7", "nonsense", None]
)
def test_a_range_that_is_not_the_one_asked_for(
    header: str | None, odd: OddRegistry, repository: Repository
) -> None:
    odd.add_blob(SMALL)
    odd.rules.append(Rule("GET", BLOBS, headers={"Content-Range": header}))
    with pytest.raises(RegistryFailed):
        read(repository, SMALL, 0, 100)


def test_a_range_of_unknown_size_will_do(odd: OddRegistry, repository: Repository) -> None:
    odd.add_blob(SMALL)
    odd.rules.append(Rule("GET", BLOBS, headers={"Content-Range": "bytes 0-99/*"}))
    assert read(repository, SMALL, 0, 100) == SMALL[:100]


def test_a_refused_range(odd: OddRegistry, repository: Repository) -> None:
    odd.add_blob(SMALL)
    odd.rules.append(Rule("GET", BLOBS, status=416))
    with pytest.raises(RegistryError):
        read(repository, SMALL, 0, 100)


class Wholes(OddRegistry):
    """Knows no ranges."""

    def answer(self, question: Question) -> Answer:
        del question.headers["Range"]
        return super().answer(question)


@pytest.fixture
def wholes() -> Iterator[Wholes]:
    with Wholes() as registry:
        registry.add_blob(SMALL)
        registry.add_blob(LARGE)
        yield registry


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_a_part_of_a_registry_without_ranges_is_refused_at_once(content: bytes, wholes: Wholes) -> None:
    abilities = Remembered()
    with reaching(wholes, abilities=abilities) as repository, pytest.raises(RegistryUnsupported):
        repository.fetch(layer(content), 0, len(content) - MIB)
    assert abilities.values == {RANGES: "no"}
    assert wholes.count("GET") == 1


def test_a_download_from_a_registry_without_ranges(wholes: Wholes) -> None:
    abilities = Remembered()
    with reaching(wholes, abilities=abilities) as repository:
        assert read(repository, LARGE) == LARGE
        assert wholes.count("GET") == 1
        assert read(repository, LARGE) == LARGE
        assert "range" not in wholes.asked("GET")[1].headers, "it is known by now"
        assert read(repository, SMALL, 1000) == SMALL[1000:], "what comes before is read and dropped"


def test_a_broken_download_from_a_registry_without_ranges(wholes: Wholes) -> None:
    wholes.rules.append(Rule("GET", BLOBS, times=3, truncate=MIB))
    with reaching(wholes) as repository:
        assert read(repository, SMALL) == SMALL


def test_a_changed_byte_is_noticed(odd: OddRegistry, repository: Repository) -> None:
    odd.add_blob(SMALL)
    odd.rules.append(Rule("GET", BLOBS, flip=MIB))
    with (
        VerifyingReader(repository.fetch(layer(SMALL)), layer(SMALL)) as reader,
        pytest.raises(DigestMismatch),
    ):
        reader.finish()


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_cancelling_wakes_a_reader(content: bytes, odd: OddRegistry) -> None:
    odd.add_blob(content)
    odd.rules.append(Rule("GET", BLOBS, skip=0 if content is SMALL else 1, times=None, stall=1000))
    token = CancelToken()
    raised: list[BaseException] = []

    def work(repository: Repository) -> None:
        try:
            read(repository, content)
        except Cancelled as error:
            raised.append(error)

    with reaching(odd, token=token) as repository:
        thread = threading.Thread(target=work, args=(repository,))
        thread.start()
        until(lambda: any(one.bytes == 1000 for one in odd.asked("GET")), "the answer to stall")
        token.cancel()
        thread.join(timeout=2)
        assert not thread.is_alive()
    assert raised
    assert not [one for one in threading.enumerate() if one.name == "part of a blob"]


def test_one_repository_in_several_threads(odd: OddRegistry, repository: Repository) -> None:
    odd.add_blob(SMALL)
    found: list[bytes] = []

    def work(number: int) -> None:
        for start in range(number, number + 50):
            found.append(read(repository, SMALL, start, 1))

    threads = [threading.Thread(target=work, args=(number * 1000,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 300


def test_redirects_to_a_storage_are_followed(odd: OddRegistry, repository: Repository) -> None:
    digest = odd.add_blob(SMALL)
    with OddRegistry() as storage:
        storage.add_blob(SMALL)
        location = f"{storage.origin}/v2/x/blobs/{digest}?X-Signature=abc"
        odd.rules.append(Rule("GET", BLOBS, times=None, status=307, headers={"Location": location}))
        assert read(repository, SMALL, 5, 10) == SMALL[5:15]
        assert storage.asked("GET")[0].headers["range"] == "bytes=5-14"
