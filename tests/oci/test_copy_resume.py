"""Several blobs at a time that stop together: by a pause, or since one of them failed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.errors import AccessDenied
from kitops_desktop.oci.copy import copy_graph
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.store.local_store import LocalStore
from support.http_server import Answer, Question, Rule
from support.keeping_registry import KeepingRegistry
from support.logging_proxy import LoggingProxy
from support.mortal_transfers import CHUNK_BYTES, memory
from support.repositories import noise, reaching
from support.sent_blobs import SESSION
from support.stored_kits import write_kit
from support.waiting import until

SIZE = 4 * CHUNK_BYTES


class Together(LoggingProxy):
    """Takes the first chunk of no layer before there is one of each of the three."""

    def __init__(self, port: int) -> None:
        self.all = threading.Barrier(3)
        super().__init__(port)

    def answer(self, question: Question) -> Answer:
        if question.method == "PATCH" and question.headers["Content-Range"].startswith("0-"):
            self.all.wait(20)
        return super().answer(question)


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Together]:
    """In front of a registry that keeps uploads."""
    with KeepingRegistry(tmp_path / "registry") as registry, Together(registry.port) as proxy:
        yield proxy


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


@pytest.fixture
def kit(store: LocalStore) -> Descriptor:
    """One of three layers of four chunks each."""
    return write_kit(store, *(noise(SIZE, seed=seed) for seed in range(3)))


def push(
    folder: Path, store: LocalStore, proxy: Together, kit: Descriptor, token: CancelToken | None = None
) -> None:
    with (
        memory(folder) as known,
        reaching(proxy, uploads=known.uploads, most_chunk=CHUNK_BYTES) as repository,
    ):
        copy_graph(store, repository, kit, parallel=3, token=token)
        assert repository.exists(kit)


def sent(proxy: Together) -> int:
    """Bytes of all layers."""
    return sum(one.received for one in proxy.asked("PATCH", SESSION))


def test_a_pause_finishes_a_chunk_of_each(
    tmp_path: Path, store: LocalStore, proxy: Together, kit: Descriptor
) -> None:
    token, errors = CancelToken(), list[BaseException]()
    slow = Rule("PATCH", SESSION, times=None, rate_up=2 * CHUNK_BYTES)
    proxy.rules.append(slow)

    def work() -> None:
        try:
            push(tmp_path, store, proxy, kit, token)
        except Cancelled as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    until(
        lambda: sum(one.received > 0 for one in proxy.asked("PATCH")) >= 3, "three chunks to be on their way"
    )
    token.ask_to_pause()
    thread.join(20)
    assert errors
    assert {one.status for one in proxy.asked("PATCH")} == {202}, "none was broken off"
    assert proxy.count("DELETE") == 0
    proxy.rules.clear()
    push(tmp_path, store, proxy, kit)
    assert sent(proxy) == 3 * SIZE, "nothing was sent twice"
    assert proxy.count("PATCH") == 12


def test_what_one_failure_stopped_goes_on(
    tmp_path: Path, store: LocalStore, proxy: Together, kit: Descriptor
) -> None:
    proxy.rules += [
        Rule("PATCH", SESSION, skip=3, status=403),
        Rule("PATCH", SESSION, skip=3, times=None, rate_up=CHUNK_BYTES),
    ]
    with pytest.raises(AccessDenied):
        push(tmp_path, store, proxy, kit)
    assert proxy.count("DELETE") <= 1, "only that of the one that was refused"
    begun = proxy.count("POST", "/uploads/")
    proxy.rules.clear()
    proxy.all = threading.Barrier(1)
    push(tmp_path, store, proxy, kit)
    assert proxy.count("POST", "/uploads/") - begun == 2, "the refused one, and the config"
