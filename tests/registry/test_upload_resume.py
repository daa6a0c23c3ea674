"""Uploads that another process goes on with: after a kill, a pause, a dead network, a registry's restart.

Every test asks the request log what was sent again.
"""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import pytest

from kitops_desktop.errors import DigestMismatch, RegistryError, SourceChanged
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.records.uploads import UploadRecord
from kitops_desktop.registry.abilities import CHUNKING, STATUS, SURVIVES
from kitops_desktop.registry.host_habits import describe_host
from support.http_server import Answer, HttpServer, Question, Rule
from support.keeping_registry import KeepingRegistry
from support.logging_proxy import LoggingProxy
from support.mortal_transfers import CHUNK_BYTES, Files, Killer, begin, die, finish, memory, transfer
from support.odd_registry import OddRegistry
from support.odd_uploads import QuayLike
from support.registry_server import RegistryServer
from support.repositories import MIB, PATH, layer, noise, reaching
from support.sent_blobs import SESSION
from support.waiting import until

SIZE = 5 * CHUNK_BYTES + 1000
ON_ITS_WAY = 64 << 10
"""So much of a chunk that broke off the registry may not have taken yet when it is asked how far it is."""
_BEGUN = re.compile(r"(\d+)-\d+")
Make = Callable[..., LoggingProxy]
Odd = Callable[..., OddRegistry]


class Sending:
    """One blob to be sent, by this process and by others, and what the log of ``server`` says of it."""

    def __init__(self, folder: Path, server: HttpServer, seed: int) -> None:
        self.folder, self.server = folder, server
        self.content = noise(SIZE, seed=seed)
        self.blob = layer(self.content)
        folder.mkdir()
        (folder / "blob").write_bytes(self.content)

    def run(self, token: CancelToken | None = None) -> None:
        self.seen = transfer(
            "push", self.folder, self.server, self.blob, PATH, CHUNK_BYTES, token or CancelToken()
        )

    def fail(self, token: CancelToken | None = None) -> BaseException:
        try:
            self.run(token)
        except (RegistryError, Cancelled, DigestMismatch, SourceChanged) as error:
            return error
        raise AssertionError("it came to an end")

    def paused(self, pause: Callable[[CancelToken], None] | None = None) -> None:
        """Send it, and ask for a pause while the second chunk is on its way, which is slow. Its rest comes
        quickly, as a pause waits for it; ``pause`` is another way to stop, which waits for nothing.
        """
        token, ended = CancelToken(), list[BaseException]()
        slow = Rule("PATCH", SESSION, skip=1, rate_up=2 * CHUNK_BYTES)
        self.server.rules.append(slow)
        thread = threading.Thread(target=lambda: ended.append(self.fail(token)))
        thread.start()
        until(lambda: slow.met >= 2 and self.server.asked("PATCH")[-1].received, "the chunk to begin")
        if pause is None:
            token.ask_to_pause()
            slow.rate_up = None
        else:
            pause(token)
        thread.join(10)
        assert isinstance(ended[0], Cancelled)
        self.server.rules.remove(slow)

    def record(self) -> UploadRecord | None:
        with memory(self.folder) as known:
            return known.uploads.recall(self.server.origin, PATH, self.blob.digest)

    def ability(self, name: str) -> str | None:
        with memory(self.folder) as known:
            return known.abilities.get(self.server.host, name)

    def count(self, method: str) -> int:
        return self.server.count(method, r"/uploads/|/blobs/sha256")

    @property
    def starts(self) -> list[int]:
        headers = (one.headers.get("content-range", "") for one in self.server.asked("PATCH"))
        return [int(match[1]) for text in headers if (match := _BEGUN.fullmatch(text))]

    @property
    def again(self) -> int:
        """Bytes that came more than once."""
        return sum(one.received for one in self.server.asked("*", SESSION)) - SIZE


@pytest.fixture(scope="module")
def keeping_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeepingRegistry]:
    with KeepingRegistry(tmp_path_factory.mktemp("keeping")) as server:
        yield server


@pytest.fixture(scope="module")
def real_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """docker-registry 2.8: it forgets an upload of which a chunk broke off."""
    with RegistryServer(tmp_path_factory.mktemp("real")) as server:
        yield server


@pytest.fixture
def sending(
    tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[HttpServer | OddRegistry | Killer], Sending]]:
    """sending(server): a blob that no other test has, on its way to that server."""
    with ExitStack() as opened:

        def make(server: HttpServer) -> Sending:
            return Sending(
                tmp_path / "sender", opened.enter_context(server), zlib.crc32(request.node.nodeid.encode())
            )

        yield make


Sender = Callable[[HttpServer], Sending]


@pytest.fixture(params=["keeping", "forgetting"])
def either(request: pytest.FixtureRequest) -> KeepingRegistry | RegistryServer:
    name = {"keeping": "keeping_registry", "forgetting": "real_registry"}[request.param]
    found: KeepingRegistry | RegistryServer = request.getfixturevalue(name)
    return found


def stopped_after(count: int, one: Sending, most_chunk: int = CHUNK_BYTES) -> None:
    """Stopped so that it could go on, once so many bytes are on their way."""
    token, told = CancelToken(), list[int]()

    def advance(step: int) -> None:
        told.append(step)
        if sum(told) >= count:
            token.cancel(keep=True)

    with (
        memory(one.folder) as known,
        reaching(one.server, uploads=known.uploads, most_chunk=most_chunk) as repository,
        pytest.raises(Cancelled),
    ):
        repository.receive(one.blob, Files(one.folder), advance=advance, token=token)


# Killed processes ----------------------------------------------------------------------------------------


def killed(one: Sending, *, after: int | None = None, request: tuple[str, int] | None = None) -> None:
    """A process sends, until so many bytes have come or that request does."""
    killer = one.server
    assert isinstance(killer, Killer)
    killer.after, killer.request = after, request
    killer.victim = begin("push", one.folder, killer, one.blob, PATH)
    die(killer.victim, killer)


def test_killed_in_a_chunk_where_uploads_are_kept(keeping_registry: KeepingRegistry, sending: Sender) -> None:
    one = sending(Killer(keeping_registry.port))
    killed(one, after=2 * CHUNK_BYTES + 100_000)
    record = one.record()
    assert record is not None
    assert record.offset == 2 * CHUNK_BYTES
    seen = finish(begin("push", one.folder, one.server, one.blob, PATH))
    assert keeping_registry.blob_path(one.blob.digest).read_bytes() == one.content
    assert one.count("POST") == 1
    assert one.starts[3] >= 2 * CHUNK_BYTES + 1, "it goes on in the middle of the chunk"
    assert one.again <= CHUNK_BYTES
    assert one.ability(SURVIVES) == "yes"
    assert seen[0].done == seen[0].skipped == one.starts[3], "what is there costs nothing"
    assert seen[-1].done == SIZE
    assert one.record() is None


def test_killed_in_a_chunk_where_uploads_are_forgotten(
    real_registry: RegistryServer, sending: Sender
) -> None:
    one = sending(Killer(real_registry.port))
    killed(one, after=2 * CHUNK_BYTES + 100_000)
    before = sum(exchange.received for exchange in one.server.asked("PATCH"))
    one.run()
    assert real_registry.blob_path(one.blob.digest).read_bytes() == one.content
    assert one.count("POST") == 2, "it starts again, once"
    assert one.again == before
    assert one.starts[3:] == [number * CHUNK_BYTES for number in range(6)]
    assert one.ability(SURVIVES) == "no"
    with memory(one.folder) as known:
        said = "This registry drops interrupted uploads: the layer starts again."
        assert describe_host(known.abilities, one.server.host) == (said,)


def test_killed_between_chunks(either: KeepingRegistry | RegistryServer, sending: Sender) -> None:
    one = sending(Killer(either.port))
    killed(one, request=("PATCH", 3))
    one.run()
    assert either.blob_path(one.blob.digest).read_bytes() == one.content
    assert one.count("POST") == 1
    assert one.starts == [number * CHUNK_BYTES for number in (0, 1, 2, 2, 3, 4, 5)]
    assert one.again == 0


def test_killed_right_after_it_began(either: KeepingRegistry | RegistryServer, sending: Sender) -> None:
    one = sending(Killer(either.port))
    killed(one, request=("PATCH", 1))
    one.run()
    assert one.count("POST") == 1
    assert one.again == 0


def test_killed_again_and_again(keeping_registry: KeepingRegistry, sending: Sender) -> None:
    one = sending(Killer(keeping_registry.port))
    for _ in range(3):
        killed(one, after=CHUNK_BYTES + 7777)
    one.run()
    assert keeping_registry.blob_path(one.blob.digest).read_bytes() == one.content
    assert one.count("POST") == 1
    assert one.again <= 3 * CHUNK_BYTES


def test_killed_while_it_is_closed(either: KeepingRegistry | RegistryServer, sending: Sender) -> None:
    one = sending(Killer(either.port))
    killed(one, request=("PUT", 1))
    one.run()
    assert either.blob_path(one.blob.digest).read_bytes() == one.content
    assert one.again == 0


def test_both_sides_die(tmp_path: Path, sending: Sender) -> None:
    with KeepingRegistry(tmp_path / "registry") as registry:
        one = sending(Killer(registry.port))
        killed(one, after=3 * CHUNK_BYTES + 1000)
        registry.restart()
        one.run()
        assert registry.blob_path(one.blob.digest).read_bytes() == one.content
        assert one.count("POST") == 1
        assert one.again <= CHUNK_BYTES


# Pause, quit, cancel -------------------------------------------------------------------------------------


def test_a_pause_finishes_the_chunk(either: KeepingRegistry | RegistryServer, sending: Sender) -> None:
    one = sending(LoggingProxy(either.port))
    one.paused()
    assert one.count("PATCH") == 2
    assert one.server.asked("PATCH")[-1].status == 202
    assert one.count("DELETE") == 0
    record = one.record()
    assert record is not None
    assert (record.offset, record.chunk) == (2 * CHUNK_BYTES, 0)
    one.run()
    assert either.blob_path(one.blob.digest).read_bytes() == one.content
    assert one.count("POST") == 1
    assert one.again == 0


def test_a_pause_does_not_wait_where_nothing_would_be_lost(
    keeping_registry: KeepingRegistry, sending: Sender
) -> None:
    one = sending(LoggingProxy(keeping_registry.port))
    with memory(one.folder) as known:
        known.abilities.put(one.server.host, SURVIVES, "yes")
    one.paused(pause=CancelToken.ask_to_pause)
    assert one.server.asked("PATCH")[-1].received < CHUNK_BYTES
    assert one.count("DELETE") == 0
    one.run()
    assert keeping_registry.blob_path(one.blob.digest).read_bytes() == one.content
    assert one.count("POST") == 1
    assert one.again <= ON_ITS_WAY


def test_who_does_not_want_to_wait_pauses_at_once(keeping_registry: KeepingRegistry, sending: Sender) -> None:
    one = sending(LoggingProxy(keeping_registry.port))
    one.paused(pause=lambda token: token.cancel(keep=True))
    assert one.server.asked("PATCH")[-1].received < CHUNK_BYTES
    assert one.count("DELETE") == 0
    one.run()
    assert one.again <= ON_ITS_WAY


def test_cancelling_ends_the_upload(either: KeepingRegistry | RegistryServer, sending: Sender) -> None:
    one = sending(LoggingProxy(either.port))
    one.paused(pause=CancelToken.cancel)
    assert one.count("DELETE") == 1
    assert one.record() is None


def test_what_is_paused_can_be_ended(keeping_registry: KeepingRegistry, sending: Sender) -> None:
    one = sending(LoggingProxy(keeping_registry.port))
    one.paused()
    with memory(one.folder) as known, reaching(one.server, PATH, uploads=known.uploads) as repository:
        with known.uploads.claim(one.server.origin, PATH, one.blob.digest):
            repository.end_uploads()
        assert one.count("DELETE") == 0, "somebody is at it"
        repository.end_uploads()
        assert known.uploads.of(one.server.origin, PATH) == ()
    assert one.count("DELETE") == 1
    assert one.server.asked("DELETE")[0].status == 204


# Networks and registries that fail -----------------------------------------------------------------------


def test_after_a_network_that_stayed_away(keeping_registry: KeepingRegistry, sending: Sender) -> None:
    gone = Rule("*", SESSION, skip=3, times=None, cut_request=0)
    one = sending(LoggingProxy(keeping_registry.port, [gone]))
    assert isinstance(one.fail(), RegistryError)
    assert one.count("DELETE") == 0
    one.server.rules.clear()
    one.run()
    assert keeping_registry.blob_path(one.blob.digest).read_bytes() == one.content
    assert one.count("POST") == 1
    assert one.again == 0


def test_a_registry_in_trouble_does_not_lose_the_upload(
    keeping_registry: KeepingRegistry, sending: Sender
) -> None:
    one = sending(LoggingProxy(keeping_registry.port))
    one.paused()
    one.server.rules.append(Rule("GET", SESSION, times=None, status=503))
    assert isinstance(one.fail(), RegistryError)
    assert one.record() is not None
    one.server.rules.clear()
    one.run()
    assert one.count("POST") == 1
    assert one.again == 0


def test_what_fails_right_after_it_was_gone_on_with_begins_anew(
    keeping_registry: KeepingRegistry, sending: Sender
) -> None:
    one = sending(LoggingProxy(keeping_registry.port))
    one.paused()
    where = one.record()
    assert where is not None
    session = re.escape(where.location.partition("?")[0].rpartition("/")[2])
    one.server.rules.append(Rule("PATCH", session, times=None, status=500))
    one.run()
    assert keeping_registry.blob_path(one.blob.digest).read_bytes() == one.content
    assert one.count("POST") == 2
    assert one.count("DELETE") == 1


def test_a_forgotten_upload_of_a_blob_that_is_there(
    keeping_registry: KeepingRegistry, sending: Sender
) -> None:
    one = sending(LoggingProxy(keeping_registry.port))
    one.paused()
    with reaching(one.server) as repository:
        repository.receive(one.blob, Files(one.folder), advance=lambda _: None, token=CancelToken())
    sent = one.count("POST")
    one.server.rules.append(
        Rule("GET", SESSION, status=404, body=b'{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}')
    )
    one.run()
    assert one.count("POST") == sent
    assert one.record() is None


def test_one_byte_too_many_is_not_believed_later_either(sending: Sender) -> None:
    """Quay keeps what came of the chunk, and says one more than that."""
    one = sending(QuayLike())
    one.paused()
    one.run()
    assert isinstance(one.server, OddRegistry)
    assert one.server.blobs[one.blob.digest] == one.content
    assert one.again == 0


class Mute(OddRegistry):
    """Cannot be asked how far an upload is."""

    status = 405

    def answer(self, question: Question) -> Answer:
        if question.method == "GET" and "/uploads/" in question.path:
            return Answer(self.status, {"Content-Type": "text/html"}, b"<html>what?</html>")
        return super().answer(question)


@pytest.mark.parametrize("status", [400, 404, 405, 501])
def test_a_registry_that_cannot_be_asked_is_believed_to_have_what_it_took(
    status: int, sending: Sender
) -> None:
    one = sending(Mute())
    assert isinstance(one.server, Mute)
    one.server.status = status
    one.paused()
    one.run()
    assert one.server.blobs[one.blob.digest] == one.content
    assert one.count("POST") == 1
    assert one.again == 0
    assert one.ability(STATUS) == (None if status == 404 else "no")


def test_a_registry_that_cannot_be_asked_and_a_chunk_that_broke_off(sending: Sender) -> None:
    one = sending(Mute())
    one.paused(pause=lambda token: token.cancel(keep=True))
    one.run()
    assert isinstance(one.server, Mute)
    assert one.server.blobs[one.blob.digest] == one.content
    assert one.count("POST") == 2, "nobody knows what came of it"


def test_a_registry_that_cannot_be_asked_and_has_forgotten(sending: Sender) -> None:
    one = sending(Mute())
    one.paused()
    assert isinstance(one.server, Mute)
    one.server.uploads.clear()
    one.run()
    assert one.server.blobs[one.blob.digest] == one.content
    assert one.count("POST") == 2


def test_places_at_other_hosts_are_not_remembered(sending: Sender) -> None:
    with OddRegistry() as storage:
        storage.uploads["0f"] = bytearray()
        there = f"{storage.origin}/v2/{PATH}/blobs/uploads/0f?signature=secret"
        one = sending(OddRegistry([Rule("POST", "/uploads/", headers={"Location": there})]))
        stopped_after(CHUNK_BYTES + 1, one)
        assert storage.count("PATCH") == 2
        assert one.record() is None
        assert b"secret" not in (one.folder / "journal.sqlite").read_bytes()


# Sources -------------------------------------------------------------------------------------------------


class Plan(Files):
    """A source of files, which may change."""

    def __init__(self, folder: Path, identity: str = "as planned") -> None:
        super().__init__(folder)
        self.is_as = identity
        self.opened: list[int] = []

    def identity(self, descriptor: Descriptor) -> str:
        if self.is_as == "changed":
            raise SourceChanged(self._path, "was written to")
        return self.is_as

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BinaryIO:
        self.opened.append(start)
        return super().fetch(descriptor, start, length)


def send_plan(one: Sending, plan: Plan, *, named: bool, cut: bool = False) -> Digest | BaseException:
    if cut:
        one.server.rules.append(Rule("*", SESSION, skip=3, times=None, cut_request=0))
    with (
        memory(one.folder) as known,
        reaching(one.server, uploads=known.uploads, most_chunk=CHUNK_BYTES) as repository,
    ):
        try:
            if named:
                repository.receive(one.blob, plan, advance=lambda _: None, token=CancelToken())
                return one.blob.digest
            return repository.receive_unnamed(SIZE, plan, advance=lambda _: None, token=CancelToken())
        except (RegistryError, SourceChanged) as error:
            return error
        finally:
            one.server.rules.clear()


@pytest.mark.parametrize("named", [True, False], ids=["named", "unnamed"])
def test_a_plan_goes_on_as_long_as_its_files_are_the_same(
    named: bool, keeping_registry: KeepingRegistry, sending: Sender
) -> None:
    one = sending(LoggingProxy(keeping_registry.port))
    assert isinstance(send_plan(one, Plan(one.folder), named=named, cut=True), RegistryError)
    plan = Plan(one.folder)
    assert send_plan(one, plan, named=named) == one.blob.digest
    assert keeping_registry.blob_path(one.blob.digest).read_bytes() == one.content
    assert one.count("POST") == 1
    assert one.again == 0
    assert plan.opened == [3 * CHUNK_BYTES] if named else [0], "for its digest it is read again"


def test_a_plan_of_other_files_begins_anew(keeping_registry: KeepingRegistry, sending: Sender) -> None:
    one = sending(LoggingProxy(keeping_registry.port))
    send_plan(one, Plan(one.folder), named=True, cut=True)
    assert send_plan(one, Plan(one.folder, "otherwise"), named=True) == one.blob.digest
    assert one.count("POST") == 2
    assert one.count("DELETE") == 1


def test_a_file_that_changes_stops_the_upload_with_its_name(
    keeping_registry: KeepingRegistry, sending: Sender
) -> None:
    one = sending(LoggingProxy(keeping_registry.port))
    plan = Plan(one.folder)

    class Changing(Plan):
        def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BinaryIO:
            plan.is_as = self.is_as = "changed"
            return super().fetch(descriptor, start, length)

    failed = send_plan(one, Changing(one.folder), named=True)
    assert isinstance(failed, SourceChanged)
    assert failed.path == one.folder / "blob"
    assert one.count("PATCH") == 1
    assert one.count("DELETE") == 1
    assert one.record() is None


def test_a_blob_that_was_damaged_meanwhile_is_found_out_in_the_end(
    either: KeepingRegistry | RegistryServer, sending: Sender
) -> None:
    """What was sent before is not read again, so the registry is the first to notice."""
    one = sending(LoggingProxy(either.port))
    one.paused()
    (one.folder / "blob").write_bytes(one.content[:-1] + b"?")
    assert isinstance(one.fail(), DigestMismatch)
    assert one.count("POST") == 1, "it is not sent again"
    assert one.record() is None
    assert one.blob.digest not in either.blobs()


def test_damage_at_the_registry_is_sent_once_more(keeping_registry: KeepingRegistry, sending: Sender) -> None:
    one = sending(LoggingProxy(keeping_registry.port))
    one.paused()
    record = one.record()
    assert record is not None
    session = record.location.partition("?")[0].rpartition("/")[2]
    path = keeping_registry.folder / "uploads" / session
    path.write_bytes(b"?" + path.read_bytes()[1:])
    one.run()
    assert keeping_registry.blob_path(one.blob.digest).read_bytes() == one.content
    assert one.count("POST") == 2


def test_a_copy_between_registries_goes_on_in_both(
    keeping_registry: KeepingRegistry, sending: Sender
) -> None:
    """The target says where it stands, and the source is asked for what comes after that."""
    one = sending(LoggingProxy(keeping_registry.port))
    with OddRegistry() as far, memory(one.folder) as known, reaching(far) as source:
        far.add_blob(one.content)
        with reaching(one.server, uploads=known.uploads, most_chunk=CHUNK_BYTES) as target:
            cut = Rule("*", SESSION, skip=3, times=None, cut_request=0)
            one.server.rules.append(cut)
            with pytest.raises(RegistryError):
                target.receive(one.blob, source, advance=lambda _: None, token=CancelToken())
            one.server.rules.clear()
            before = far.count("GET")
            target.receive(one.blob, source, advance=lambda _: None, token=CancelToken())
        assert [asked.headers["range"] for asked in far.asked("GET")[before:]] == [
            f"bytes={3 * CHUNK_BYTES}-{SIZE - 1}"
        ]
    assert one.again == 0


# One at a time -------------------------------------------------------------------------------------------


def test_an_upload_of_another_process_is_left_to_it(
    keeping_registry: KeepingRegistry, sending: Sender
) -> None:
    one = sending(LoggingProxy(keeping_registry.port))
    one.paused()
    with memory(one.folder) as known, known.uploads.claim(one.server.origin, PATH, one.blob.digest) as ours:
        assert ours
        one.run()
    assert one.count("POST") == 2
    assert one.record() is not None, "that one goes on"


def test_what_goes_in_one_request_goes_on_too(keeping_registry: KeepingRegistry, sending: Sender) -> None:
    one = sending(LoggingProxy(keeping_registry.port))
    stopped_after(1000, one, most_chunk=0)
    until(lambda: one.count("PUT") == 1, "the registry to see the request")
    assert one.count("DELETE") == 0
    one.run()
    assert keeping_registry.blob_path(one.blob.digest).read_bytes() == one.content
    assert one.count("POST") == 1
    assert one.again <= MIB


def test_a_registry_that_takes_wholes_gets_it_anew(sending: Sender) -> None:
    one = sending(OddRegistry(monolithic=True))
    with memory(one.folder) as known:
        known.abilities.put(one.server.host, CHUNKING, "no")
    stopped_after(1000, one, most_chunk=0)
    one.run()
    assert isinstance(one.server, OddRegistry)
    assert one.server.blobs[one.blob.digest] == one.content
    assert one.server.uploads == {}
    assert one.count("PATCH") == 0
