"""Uploading what nobody has read yet: it is hashed while it is sent, and named at the end."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from kitops_desktop.errors import DigestMismatch
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry import host_habits
from kitops_desktop.registry.abilities import CHUNK
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.repositories import MIB, Remembered, layer, noise, reaching

CONTENT = noise(5 * MIB // 2)


@pytest.fixture
def registry() -> Iterator[OddRegistry]:
    with OddRegistry() as server:
        yield server


class Unread:
    """A source of bytes whose digest nobody knows. With ``changes`` it gives others when opened again."""

    def __init__(self, content: bytes, changes: bytes | None = None) -> None:
        self._content, self._changes = content, changes
        self.opened: list[int] = []

    def exists(self, descriptor: Descriptor) -> bool:
        return not descriptor.digest

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> io.BytesIO:
        content = self._content if self._changes is None or not self.opened else self._changes
        self.opened.append(start)
        return io.BytesIO(content[start : None if length is None else start + length])


def send(registry: OddRegistry, source: Unread, chunk: int = MIB, size: int = len(CONTENT)) -> Digest:
    abilities = Remembered({CHUNK: str(chunk)})
    with reaching(registry, "team/churn", abilities=abilities) as repository:
        return repository.receive_unnamed(size, source, advance=lambda _: None, token=CancelToken())


def test_it_goes_in_chunks_and_gets_its_name_last(registry: OddRegistry) -> None:
    assert send(registry, Unread(CONTENT)) == layer(CONTENT).digest
    assert registry.blobs == {layer(CONTENT).digest: CONTENT}
    assert [one.method for one in registry.asked()] == ["POST", "PATCH", "PATCH", "PATCH", "PUT"]
    assert sum(one.received for one in registry.asked()) == len(CONTENT)


def test_a_small_one_is_one_chunk_not_read_twice(registry: OddRegistry) -> None:
    send(registry, Unread(CONTENT), chunk=10 * MIB)
    assert [one.method for one in registry.asked()] == ["POST", "PATCH", "PUT"]


def test_one_of_no_bytes(registry: OddRegistry) -> None:
    assert send(registry, Unread(b""), size=0) == layer(b"").digest
    assert registry.blobs == {layer(b"").digest: b""}


def test_the_registry_that_takes_wholes_gets_the_digest_first(
    registry: OddRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_habits, "_IN_ONE_PIECE", ("localhost", "127.0.0.1"))
    assert send(registry, Unread(CONTENT)) == layer(CONTENT).digest
    assert [one.method for one in registry.asked()] == ["POST", "PUT"]
    assert registry.blobs == {layer(CONTENT).digest: CONTENT}
    with pytest.raises(DigestMismatch):  # what is sent is what was read before
        send(registry, Unread(CONTENT, CONTENT[::-1]))


def test_a_lost_session_begins_again() -> None:
    with OddRegistry([Rule("PATCH", "/uploads/", skip=1, status=404)]) as odd:
        assert send(odd, Unread(CONTENT)) == layer(CONTENT).digest
        assert odd.blobs == {layer(CONTENT).digest: CONTENT}


def test_a_source_that_is_shorter_than_planned_becomes_nothing(registry: OddRegistry) -> None:
    with pytest.raises(DigestMismatch):
        send(registry, Unread(CONTENT), size=len(CONTENT) + 1)
    assert registry.blobs == {}
