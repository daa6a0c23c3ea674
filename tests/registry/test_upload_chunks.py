"""How large chunks are, what is learnt of a registry while it is uploaded to, and what is said about that."""

from __future__ import annotations

import pytest

from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.abilities import CHUNK, CHUNKING, PACE, RANGES, STATUS, SURVIVES
from kitops_desktop.registry.host_habits import HostHabits, describe_host
from kitops_desktop.registry.upload_chunks import CHUNK_BYTES, ChunkSizes
from support.http_server import Answer, Question, Rule
from support.odd_registry import OddRegistry
from support.repositories import MIB, Contents, Remembered, layer, noise, reaching
from support.sent_blobs import SESSION

CONTENT = noise(5 * MIB // 2)
KIB = 1 << 10


@pytest.mark.parametrize(
    ("rate", "size"),
    [
        (150_000_000, 160 * MIB),
        (90_000_000, 80 * MIB),
        (3_000_000, 80 * MIB),
        (2_000_000, 40 * MIB),
        (1_000_000, 16 * MIB),
        (100_000, 10 * MIB),
    ],
)
def test_a_chunk_takes_at_most_half_a_minute(rate: int, size: int) -> None:
    chunks = ChunkSizes()
    assert chunks.size == CHUNK_BYTES
    chunks.took(CHUNK_BYTES, CHUNK_BYTES / rate)
    assert chunks.size == size


def test_the_size_follows_the_line() -> None:
    chunks = ChunkSizes()
    sizes = []
    for seconds in (120, 5, 1, 0.5):
        chunks.took(chunks.size, seconds)
        sizes.append(chunks.size // MIB)
    assert sizes == [16, 80, 80, 160]


def test_what_a_registry_takes_comes_before_what_suits_the_line() -> None:
    chunks = ChunkSizes(4 * MIB)
    chunks.took(4 * MIB, 0.001)
    assert chunks.size == 4 * MIB
    chunks.at_least(5 * MIB)
    assert chunks.size == 5 * MIB


def test_a_rest_says_nothing() -> None:
    chunks = ChunkSizes()
    chunks.took(1000, 20.0)
    chunks.took(0, 0.0)
    assert chunks.size == CHUNK_BYTES


def test_refused_sizes_get_smaller_until_there_is_no_smaller_one() -> None:
    chunks = ChunkSizes(usual=160 * MIB)
    sizes = []
    while chunks.refused(chunks.size):
        sizes.append(chunks.size // MIB)
    assert sizes == [80, 40, 10, 4]


def test_what_is_lost_is_tried_in_smaller_pieces() -> None:
    chunks = ChunkSizes()
    sizes = []
    for _ in range(5):
        chunks.lost()
        sizes.append(chunks.size // MIB)
    assert sizes == [40, 16, 10, 10, 10]


def test_a_slow_line_is_remembered_until_it_is_fast() -> None:
    known = Remembered()
    habits = HostHabits(known, "example.org")
    habits.paced(160 * MIB)
    habits.paced(CHUNK_BYTES)
    assert known.values == {}
    habits.paced(10 * MIB)
    assert habits.chunks().size == 10 * MIB
    habits.paced(160 * MIB)
    assert habits.chunks().size == CHUNK_BYTES
    assert habits.chunks(MIB).size == MIB


def test_nonsense_that_is_remembered_does_no_harm() -> None:
    habits = HostHabits(Remembered({CHUNK: "many", PACE: "17"}), "example.org")
    assert habits.chunks().size == CHUNK_BYTES


@pytest.mark.parametrize(
    ("known", "host", "words"),
    [
        ({}, "example.org", []),
        ({}, "ghcr.io", ["one piece only"]),
        ({}, "1.dkr.ecr.eu-west-1.amazonaws.com", ["one piece only"]),
        ({}, "europe-docker.pkg.dev", ["one piece only"]),
        ({}, "notghcr.io", []),
        ({CHUNKING: "no"}, "example.org:5000", ["one piece only"]),
        ({SURVIVES: "no"}, "example.org", ["drops interrupted uploads: the layer starts again"]),
        ({SURVIVES: "border"}, "example.org", []),
        ({SURVIVES: "yes"}, "example.org", []),
        ({STATUS: "no"}, "example.org", ["does not say how far an upload is"]),
        ({RANGES: "no", SURVIVES: "no"}, "example.org", ["drops interrupted", "as a whole only"]),
    ],
)
def test_what_is_said_about_a_registry(known: dict[str, str], host: str, words: list[str]) -> None:
    said = describe_host(Remembered(known), host)
    assert len(said) == len(words)
    assert all(part in sentence for part, sentence in zip(words, said, strict=True))


def send(registry: OddRegistry, abilities: Remembered, content: bytes = CONTENT) -> None:
    with reaching(registry, abilities=abilities, most_chunk=MIB) as repository:
        repository.receive(layer(content), Contents(content), advance=lambda _: None, token=CancelToken())
    assert registry.blobs[layer(content).digest] == content


def test_a_registry_without_chunks_gets_a_whole_and_is_remembered() -> None:
    abilities = Remembered()
    with OddRegistry(monolithic=True) as registry:
        send(registry, abilities)
        assert [one.method for one in registry.asked()] == ["POST", "PATCH", "DELETE", "HEAD", "POST", "PUT"]
        assert abilities.values == {CHUNKING: "no"}
        send(registry, abilities, CONTENT[1:])
        assert registry.count("PATCH") == 1
        assert registry.uploads == {}


class RefusesLargeChunks(OddRegistry):
    """Calls every chunk of more than 512 KiB misplaced, as some large hosts do."""

    def answer(self, question: Question) -> Answer:
        if question.method == "PATCH" and int(question.headers["Content-Length"]) > 512 * KIB:
            return Answer(416)
        return super().answer(question)


def test_a_first_chunk_that_is_misplaced_twice_is_too_large() -> None:
    abilities = Remembered()
    with RefusesLargeChunks() as registry:
        send(registry, abilities)
        assert registry.count("PATCH") == 2
        assert abilities.values == {CHUNKING: "no"}


def test_what_is_left_of_a_broken_chunk_is_learnt() -> None:
    """Of a chunk that broke off the registry has nothing, but what came before is there."""
    abilities = Remembered()
    with OddRegistry([Rule("PATCH", SESSION, skip=1, cut_request=100_000)]) as registry:
        send(registry, abilities)
    assert abilities.values == {SURVIVES: "border"}


def test_what_is_known_to_survive_is_not_doubted_for_one_failure() -> None:
    abilities = Remembered({SURVIVES: "yes"})
    with OddRegistry([Rule("PATCH", SESSION, skip=1, cut_request=100_000)]) as registry:
        send(registry, abilities)
    assert abilities.values == {SURVIVES: "yes"}


def test_trouble_of_the_server_teaches_nothing() -> None:
    abilities = Remembered()
    with OddRegistry([Rule("PATCH", SESSION, skip=1, status=502)]) as registry:
        send(registry, abilities)
    assert abilities.values == {}
