"""Pulls that break on the way from a real registry: what is asked for again, and what is kept of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kitops_desktop.errors import (
    ContentTooLarge,
    DigestMismatch,
    InvalidManifest,
    KitOpsError,
    RegistryError,
    TransferInterrupted,
)
from kitops_desktop.oci.copy import copy_graph
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import hex_of
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.client import RegistryClient
from kitops_desktop.registry.endpoint import Endpoint
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.repository import Repository
from kitops_desktop.registry.retries import Patience
from kitops_desktop.store.local_store import LocalStore
from support.http_server import Answer, HttpServer, Question, Rule
from support.logging_proxy import LoggingProxy
from support.odd_registry import OddRegistry
from support.repositories import MIB, Nobody, layer, noise
from support.stored_kits import write_kit

Registries = Callable[..., LoggingProxy]
SIZE = 3 * MIB
LARGE = 33 * MIB
"""From 32 MiB on, parts of a blob come side by side."""
IMPATIENT = Patience(tries=4, first_tries=2, first_pause=0.01, longest_backoff=0.02, slow_seconds=0.5)


@dataclass
class Kit:
    """A kit of one layer, as it is in a registry."""

    manifest: Descriptor
    content: bytes

    @property
    def path(self) -> str:
        """Of its layer in the log."""
        return f"/blobs/{layer(self.content).digest}"


@dataclass
class Pulled:
    """How a pull went."""

    server: HttpServer
    store: LocalStore
    kit: Kit
    error: KitOpsError | None = None

    @property
    def asked(self) -> list[str]:
        """The ranges in which the layer was asked for; "" for all of it."""
        return [one.headers.get("range", "") for one in self.server.asked("GET", self.kit.path)]

    @property
    def again(self) -> int:
        """Bytes of the layer that came more than once."""
        return sum(one.bytes for one in self.server.asked("GET", self.kit.path)) - len(self.kit.content)

    @property
    def right(self) -> bool:
        path = self.store.blob_path(layer(self.kit.content).digest)
        return self.error is None and path.read_bytes() == self.kit.content

    @property
    def nothing_left(self) -> bool:
        """Neither under the final name nor half-written."""
        partial = self.store.home / "kitops-desktop" / "partial"
        there = self.store.blob_path(layer(self.kit.content).digest).exists()
        return not there and not (partial.exists() and list(partial.iterdir()))


@contextmanager
def repository(server: HttpServer) -> Iterator[Repository]:
    client = RegistryClient(server.host, HostOptions(plain_http=True), Nobody(), patience=IMPATIENT)
    try:
        yield Repository(client, "down/load")
    finally:
        client.close()


def kit_at(server: HttpServer, folder: Path, size: int = SIZE, seed: int = 1) -> Kit:
    """Push a kit; the log begins after that."""
    store = LocalStore(folder / "from")
    content = noise(size, seed)
    manifest = write_kit(store, content)
    with repository(server) as target:
        copy_graph(store, target, manifest)
    server.exchanges.clear()
    return Kit(manifest, content)


def pull(server: HttpServer, kit: Kit, folder: Path, *rules: Rule) -> Pulled:
    server.rules[:] = rules
    pulled = Pulled(server, LocalStore(folder / "to"), kit)
    with repository(server) as source:
        try:
            copy_graph(source, pulled.store, kit.manifest)
        except KitOpsError as error:
            pulled.error = error
    return pulled


# Answers that break off or come too slowly ---------------------------------------------------------------


@pytest.mark.parametrize("size", [SIZE, LARGE], ids=["stream", "segments"])
def test_an_answer_that_ends_early(size: int, forgetting: Registries, tmp_path: Path) -> None:
    proxy = forgetting()
    kit = kit_at(proxy, tmp_path, size, seed=size)
    pulled = pull(proxy, kit, tmp_path, Rule("GET", kit.path, truncate=MIB))
    assert pulled.right
    assert pulled.again == 0
    assert any(asked.startswith(f"bytes={MIB}-") for asked in pulled.asked)


def test_an_answer_that_ends_with_a_crash(forgetting: Registries, tmp_path: Path) -> None:
    """What the system had received and not handed over yet is lost with it."""
    proxy = forgetting()
    kit = kit_at(proxy, tmp_path, seed=2)
    pulled = pull(proxy, kit, tmp_path, Rule("GET", kit.path, truncate=MIB, reset=True))
    assert pulled.right
    assert 0 <= pulled.again <= MIB


def test_answers_that_end_early_again_and_again(forgetting: Registries, tmp_path: Path) -> None:
    proxy = forgetting()
    kit = kit_at(proxy, tmp_path, seed=3)
    pulled = pull(proxy, kit, tmp_path, Rule("GET", kit.path, times=4, truncate=MIB // 2))
    assert pulled.right
    assert pulled.again == 0
    assert len(pulled.asked) == 5


def test_answers_that_never_bring_anything(forgetting: Registries, tmp_path: Path) -> None:
    proxy = forgetting()
    kit = kit_at(proxy, tmp_path, seed=4)
    pulled = pull(
        proxy,
        kit,
        tmp_path,
        Rule("GET", kit.path, truncate=MIB),
        Rule("GET", kit.path, times=None, truncate=0),
    )
    assert isinstance(pulled.error, TransferInterrupted)
    assert len(pulled.asked) < 10
    # and the next time it goes on where it was
    proxy.exchanges.clear()
    pulled = pull(proxy, kit, tmp_path)
    assert pulled.right
    assert pulled.asked == [f"bytes={MIB}-{SIZE - 1}"]


def test_bytes_that_only_trickle(forgetting: Registries, tmp_path: Path) -> None:
    """A byte now and then is no progress, whatever a timeout of single reads thinks."""
    proxy = forgetting()
    kit = kit_at(proxy, tmp_path, seed=5)
    begun = time.monotonic()
    pulled = pull(proxy, kit, tmp_path, Rule("GET", kit.path, rate_down=20))
    assert pulled.right
    assert time.monotonic() - begun < 20
    assert len(pulled.asked) == 2
    assert pulled.again < 1000


def test_silence_in_an_answer(
    forgetting: Registries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Endpoint.send.__kwdefaults__, "read_timeout", 1.0)
    proxy = forgetting()
    kit = kit_at(proxy, tmp_path, seed=6)
    pulled = pull(proxy, kit, tmp_path, Rule("GET", kit.path, stall=MIB))
    assert pulled.right
    assert pulled.again == 0
    assert pulled.asked[1] == f"bytes={MIB}-{SIZE - 1}"


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_trouble_of_the_server(status: int, forgetting: Registries, tmp_path: Path) -> None:
    proxy = forgetting()
    kit = kit_at(proxy, tmp_path, seed=status)
    rules = (
        Rule("GET", "/manifests/", status=status, headers={"Retry-After": "0"}),
        Rule("GET", kit.path, status=status, headers={"Retry-After": "0"}),
    )
    pulled = pull(proxy, kit, tmp_path, *rules)
    assert pulled.right
    assert pulled.again == 0


# Ranges --------------------------------------------------------------------------------------------------


def test_a_registry_that_ignores_ranges(forgetting: Registries, tmp_path: Path) -> None:
    """It can only be gone on with from the beginning; what comes before is dropped."""
    proxy = forgetting()
    kit = kit_at(proxy, tmp_path, seed=7)
    rules = Rule("GET", kit.path, truncate=MIB), Rule("GET", kit.path, times=None, ignore_range=True)
    pulled = pull(proxy, kit, tmp_path, *rules)
    assert pulled.right
    assert pulled.again == MIB


@pytest.mark.parametrize(
    "header", [f"bytes 0-{SIZE - MIB - 1}/{SIZE}", f"bytes {MIB}-{SIZE - 1}/{SIZE + 1}", "nonsense", None]
)
def test_a_wrong_content_range(header: str | None, forgetting: Registries, tmp_path: Path) -> None:
    """Bytes from somewhere else never get into the blob."""
    proxy = forgetting()
    kit = kit_at(proxy, tmp_path, seed=8)
    rules = (
        Rule("GET", kit.path, truncate=MIB),
        Rule("GET", kit.path, times=None, headers={"Content-Range": header}),
    )
    pulled = pull(proxy, kit, tmp_path, *rules)
    assert isinstance(pulled.error, RegistryError)
    assert not pulled.store.blob_path(layer(kit.content).digest).exists()
    assert pull(proxy, kit, tmp_path).right, "later it goes on"


def test_only_closed_ranges_are_asked_for(forgetting: Registries, tmp_path: Path) -> None:
    """Some registries answer 416 to ``bytes=a-``, and to an end beyond the size."""

    class Strict(LoggingProxy):
        def answer(self, question: Question) -> Answer:
            asked = question.headers.get("Range", "")
            end = asked.rpartition("-")[2]
            if asked and not (end.isdecimal() and int(end) < LARGE):
                return Answer(416)
            return super().answer(question)

    with Strict(forgetting().upstream) as proxy:
        kit = kit_at(proxy, tmp_path, LARGE, seed=9)
        pulled = pull(proxy, kit, tmp_path, Rule("GET", kit.path, truncate=MIB))
        assert pulled.right
        assert proxy.count("GET", kit.path) > 3


# Bytes that are wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [SIZE, LARGE], ids=["stream", "segments"])
def test_a_byte_that_changes_once(size: int, forgetting: Registries, tmp_path: Path) -> None:
    """It is read once more and compared, and only then is it right."""
    proxy = forgetting()
    kit = kit_at(proxy, tmp_path, size, seed=size + 1)
    pulled = pull(proxy, kit, tmp_path, Rule("GET", kit.path, flip=MIB + 7))
    assert pulled.right
    assert 0 < pulled.again <= size


def test_a_byte_that_is_always_wrong(forgetting: Registries, tmp_path: Path) -> None:
    class Damaged(LoggingProxy):
        """What it has of one byte is another than it should be, in whatever range it is asked for."""

        damaged = -1

        def answer(self, question: Question) -> Answer:
            answer = super().answer(question)
            if question.method != "GET" or "/blobs/sha256" not in question.path:
                return answer
            content = bytearray(b"".join((answer.body,) if isinstance(answer.body, bytes) else answer.body))
            getattr(answer.body, "close", lambda: None)()
            start = int(answer.headers.get("Content-Range", "bytes 0-").split()[1].partition("-")[0])
            if start <= self.damaged < start + len(content):
                content[self.damaged - start] ^= 1
            answer.body = bytes(content)
            return answer

    with Damaged(forgetting().upstream) as proxy:
        kit = kit_at(proxy, tmp_path, seed=10)
        proxy.damaged = MIB + 7
        pulled = pull(proxy, kit, tmp_path)
        assert isinstance(pulled.error, DigestMismatch)
        assert pulled.nothing_left
        assert pulled.again <= SIZE, "read once more, not again and again"


def test_what_was_kept_of_an_earlier_pull_is_damaged(forgetting: Registries, tmp_path: Path) -> None:
    proxy = forgetting()
    kit = kit_at(proxy, tmp_path, seed=11)
    partial = tmp_path / "to" / "kitops-desktop" / "partial"
    partial.mkdir(parents=True)
    kept = bytearray(kit.content[: 2 * MIB])
    kept[1234] ^= 1
    (partial / f"sha256-{hex_of(layer(kit.content).digest)}.partial").write_bytes(kept)
    pulled = pull(proxy, kit, tmp_path)
    assert pulled.right
    assert pulled.again <= MIB, "what was missing, and then all of it once"


# Manifests -----------------------------------------------------------------------------------------------


def test_a_manifest_that_is_not_what_its_digest_says(forgetting: Registries, tmp_path: Path) -> None:
    proxy = forgetting()
    kit = kit_at(proxy, tmp_path, seed=12)
    pulled = pull(proxy, kit, tmp_path, Rule("GET", "/manifests/", times=None, flip=20))
    assert isinstance(pulled.error, DigestMismatch | RegistryError)
    assert pulled.nothing_left
    assert pulled.asked == []
    assert proxy.count("GET", "/manifests/") == 2, "once more, in case it was damaged on the way"


def test_a_manifest_of_20_mib(tmp_path: Path) -> None:
    with OddRegistry() as odd, repository(odd) as source:
        content = b'{"schemaVersion":2,"config":{"x":"' + b" " * 20 * MIB + b'"}}'
        odd.add_manifest("down/load", "v1", content)
        with pytest.raises(ContentTooLarge):
            source.manifest("v1")
        assert odd.bytes_sent < 20 * MIB + 1


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"layers":7}', b"\xff\xfe"])
def test_a_manifest_that_is_none(content: bytes, tmp_path: Path) -> None:
    with OddRegistry() as odd, repository(odd) as source:
        odd.add_manifest("down/load", "v1", content)
        store = LocalStore(tmp_path / "to")
        with pytest.raises((InvalidManifest, RegistryError)):
            copy_graph(source, store, source.resolve("v1"), token=CancelToken())
        assert odd.count("GET", "/blobs/") == 0
