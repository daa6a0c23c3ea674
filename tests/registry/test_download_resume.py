"""Downloads that another process goes on with, and bytes that arrived wrong: what is fetched again, and what
is left. Every test asks the request log.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from kitops_desktop.errors import DigestMismatch
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from kitops_desktop.registry.segments import SEGMENT_BYTES
from kitops_desktop.store.layout import Layout
from kitops_desktop.store.local_store import LocalStore
from support.http_server import Answer, Exchange, HttpServer, Question, Rule
from support.keeping_registry import KeepingRegistry
from support.mortal_transfers import Killer, begin, die, finish, transfer
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer, put_blob
from support.repositories import MIB, PATH, Contents, layer, noise, reaching

BLOBS = r"/blobs/sha256"
SMALL = 6 * MIB
LARGE = 40 * MIB
IN_MEMORY = 5 * SEGMENT_BYTES
"""What is fetched ahead of what is written; a process that is killed loses it."""
ON_THE_WAY = 5 * MIB
"""What the log counts as sent while it is still in buffers of sockets."""


class Fetching:
    """One blob to be fetched into a store, and what the log of ``server`` says of it."""

    def __init__(self, folder: Path, server: HttpServer, content: bytes) -> None:
        self.folder, self.server, self.content = folder, server, content
        self.blob = layer(content)
        folder.mkdir()
        self.store = LocalStore(folder / "store")

    def run(self, token: CancelToken | None = None) -> list[Progress]:
        return transfer("pull", self.folder, self.server, self.blob, PATH, 0, token or CancelToken())

    def kill(self, after: int) -> None:
        """A process fetches it, until so many bytes have come."""
        killer = self.server
        assert isinstance(killer, Killer)
        killer.after = after
        killer.victim = begin("pull", self.folder, killer, self.blob, PATH)
        die(killer.victim, killer)

    @property
    def partial(self) -> Path:
        found = list(Layout(self.store.home).partial.glob("*.partial"))
        assert len(found) <= 1
        return found[0] if found else Layout(self.store.home).partial / "nothing"

    def write_partial(self, content: bytes) -> None:
        """What an earlier process has left."""
        with self.store.ingest(self.blob) as ingest:
            ingest.write(content)

    def is_there(self) -> bool:
        assert not self.partial.exists()
        return self.store.blob_path(self.blob.digest).read_bytes() == self.content

    def is_nowhere(self) -> bool:
        return [path for path in self.store.home.rglob("*") if path.is_file()] == []

    @property
    def ranges(self) -> list[str]:
        return [one.headers.get("range", "") for one in self.server.asked("GET", BLOBS)]

    @property
    def sent(self) -> int:
        return sum(one.bytes for one in self.server.asked("GET", BLOBS))


Fetcher = Callable[..., Fetching]


@pytest.fixture(scope="module")
def keeping_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeepingRegistry]:
    with KeepingRegistry(tmp_path_factory.mktemp("keeping")) as server:
        yield server


@pytest.fixture(scope="module")
def real_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path_factory.mktemp("real")) as server:
        yield server


@pytest.fixture
def fetching(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Fetcher]:
    """fetching(size, server=None, *rules): a blob that no other test has, at a registry in memory when none
    is given.
    """
    seed = zlib.crc32(request.node.nodeid.encode())
    with ExitStack() as opened:

        def make(size: int, server: HttpServer | None = None, *rules: Rule) -> Fetching:
            content = noise(size, seed)
            server = opened.enter_context(server or OddRegistry(rules))
            if isinstance(server, OddRegistry):
                server.add_blob(content)
            return Fetching(tmp_path / "fetcher", server, content)

        yield make


# Killed processes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["one stream", "segments"])
def test_killed_in_the_midst(size: int, real_registry: RegistryServer, fetching: Fetcher) -> None:
    one = fetching(size, Killer(real_registry.port))
    with real_registry.session(PATH) as session:
        put_blob(session, real_registry.origin, PATH, one.blob.digest, one.content)
    one.kill(after=size * 3 // 4)
    kept = one.partial.stat().st_size
    assert kept >= size * 3 // 4 - IN_MEMORY - ON_THE_WAY
    before = len(one.server.exchanges)
    seen = finish(begin("pull", one.folder, one.server, one.blob, PATH))
    assert one.is_there()
    fetched = sum(exchange.bytes for exchange in one.server.exchanges[before:])
    assert fetched == size - kept, "what is there is not fetched again"
    assert one.sent <= size + IN_MEMORY + ON_THE_WAY
    assert seen[0].skipped == kept, "and costs nothing"
    assert seen[0].done == kept or not kept
    assert seen[-1].done == size


def test_killed_again_and_again(keeping_registry: KeepingRegistry, fetching: Fetcher) -> None:
    one = fetching(LARGE, Killer(keeping_registry.port))
    with reaching(keeping_registry) as repository:
        repository.receive(one.blob, Contents(one.content), advance=lambda _: None, token=CancelToken())
    kept = [0]
    for _ in range(2):
        one.kill(after=IN_MEMORY // 2 + 7 * MIB)
        kept.append(one.partial.stat().st_size)
    assert kept == sorted(kept)
    one.run()
    assert one.is_there()


# Bytes that are wrong ------------------------------------------------------------------------------------


PIECES = [f"bytes={start}-{start + 8 * MIB - 1}" for start in range(0, LARGE, 8 * MIB)]


@pytest.mark.parametrize(("size", "again"), [(SMALL, [""]), (LARGE, PIECES)], ids=["one stream", "segments"])
def test_a_byte_that_arrived_wrong_is_replaced_alone(size: int, again: list[str], fetching: Fetcher) -> None:
    one = fetching(size, None, Rule("GET", BLOBS, skip=1 if size == LARGE else 0, flip=MIB + 5))
    seen = one.run()
    assert one.is_there()
    assert one.sent == 2 * size, "all is read once more"
    assert one.ranges[-len(again) :] == again, "one piece after the other"
    assert min(after.done - before.done for before, after in pairwise(seen)) == -size
    assert seen[-1].done == size


def test_what_a_power_failure_left_is_put_right(fetching: Fetcher) -> None:
    """The file has its size, and holes where the bytes had not yet reached the disk."""
    one = fetching(SMALL)
    one.write_partial(one.content[:MIB] + bytes(MIB) + one.content[2 * MIB : 4 * MIB])
    inode = one.partial.stat().st_ino
    one.run()
    assert one.is_there()
    assert one.store.blob_path(one.blob.digest).stat().st_ino == inode, "it is the same file"
    assert one.ranges == [f"bytes={4 * MIB}-{SMALL - 1}", ""]


def test_a_finished_file_that_nobody_published(fetching: Fetcher) -> None:
    one = fetching(SMALL)
    one.write_partial(one.content)
    one.run()
    assert one.is_there()
    assert one.sent == 0


def test_bytes_that_stay_wrong_are_nowhere(fetching: Fetcher) -> None:
    one = fetching(SMALL, None, Rule("GET", BLOBS, times=None, flip=MIB))
    with pytest.raises(DigestMismatch):
        one.run()
    assert one.is_nowhere()
    assert one.sent == 2 * SMALL, "twice, and no more"


class Wholes(OddRegistry):
    """Knows no ranges."""

    def answer(self, question: Question) -> Answer:
        del question.headers["Range"]
        return super().answer(question)


def test_a_registry_without_ranges_gives_it_whole_once_more(fetching: Fetcher) -> None:
    one = fetching(LARGE, Wholes([Rule("GET", BLOBS, flip=MIB)]))
    one.run()
    assert one.is_there()
    assert one.sent <= 2 * LARGE + 3 * ON_THE_WAY, "twice, and what was on its way when it was given up"


class Cancelling(OddRegistry):
    """Cancels who asks for a blob the second time."""

    token: CancelToken | None = None

    def passed(self, exchange: Exchange, count: int) -> None:
        if self.token is not None and self.count("GET", BLOBS) == 2:
            self.token.cancel()


def test_cancelled_while_it_is_compared(fetching: Fetcher) -> None:
    server, token = Cancelling([Rule("GET", BLOBS, flip=MIB)]), CancelToken()
    one = fetching(SMALL, server)
    server.token = token
    with pytest.raises(Cancelled):
        one.run(token)
    assert not one.store.exists(one.blob)
    server.token = None
    one.run()
    assert one.is_there()


def test_cancelled_while_what_was_there_is_hashed(fetching: Fetcher) -> None:
    one = fetching(LARGE)
    one.write_partial(one.content)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        one.run(token)
    assert one.partial.stat().st_size == LARGE
    one.run()
    assert one.is_there()
