"""What does not happen on Linux, or not on a machine of its own, by fakes of the system's calls: a file that
another program holds when it is to get its name (Windows), and a VPN that comes or goes in a transfer.
"""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop.jobs import queue as queues
from kitops_desktop.jobs.job import JobState
from kitops_desktop.jobs.lookout import LookoutTimes
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.pull_job import PullWork
from kitops_desktop.jobs.push_job import PushWork, push_kit
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.registry.abilities import CHUNK
from kitops_desktop.workspace import Workspace
from support.computers import computer, write_project
from support.http_server import Rule
from support.logging_proxy import LoggingProxy
from support.registry_clients import QUICK
from support.repositories import noise
from support.sent_blobs import CHUNK_BYTES, SESSION
from support.waiting import until

Registries = Callable[..., LoggingProxy]
MODEL = noise(3 * CHUNK_BYTES + 5000, seed=61)


@pytest.fixture
def proxy(keeping: Registries) -> LoggingProxy:
    return keeping()


@pytest.fixture
def mine(proxy: LoggingProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A computer with the kit ``kit:v1``."""
    monkeypatch.setattr(queues, "LookoutTimes", lambda: LookoutTimes(0.05, 0.1))
    with computer(tmp_path / "mine", proxy.host) as mine:
        pack_folder(PackWork(write_project(tmp_path / "project", model=MODEL), "kit:v1"), mine.tools)
        mine.abilities.put(proxy.host, CHUNK, str(CHUNK_BYTES))
        yield mine


@pytest.fixture
def reference(proxy: LoggingProxy, tmp_path: Path) -> str:
    return f"{proxy.host}/elsewhere/{tmp_path.name.lower().replace('_', '-')}:v1"


class Held:
    """Another program has a file open, as Windows says it, until ``let_go``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.met = 0
        self._held = True
        self._replace, self._path_replace = os.replace, Path.replace
        monkeypatch.setattr(os, "replace", self._os)
        monkeypatch.setattr(Path, "replace", lambda path, target: self._path(path, Path(target)))

    def let_go(self) -> None:
        self._held = False

    def _os(self, source: Any, target: Any, **where: Any) -> None:  # noqa: ANN401 - as the system's
        self._check(Path(os.fsdecode(target)))
        self._replace(source, target, **where)

    def _path(self, source: Path, target: Path) -> Path:
        self._check(target)
        return self._path_replace(source, target)

    def _check(self, target: Path) -> None:
        if self._held and (target.name == "model.bin" or target.parent.name == "sha256"):
            self.met += 1
            raise PermissionError(errno.EACCES, "The file is used by another process", str(target))


def test_a_blob_that_cannot_get_its_name_is_not_fetched_again(
    proxy: LoggingProxy, mine: Workspace, reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push_kit(PushWork("kit:v1", reference), mine.tools)
    with computer(tmp_path / "theirs", proxy.host) as theirs:
        held = Held(monkeypatch)
        job = theirs.jobs.submit(PullWork(reference, parallel=1))
        assert job.wait(30)
        assert (job.state, held.met > 0) == (JobState.FAILED, True)
        assert job.explanation is not None
        assert theirs.store.listing().kits == ()
        held.let_go()
        proxy.exchanges.clear()
        again = theirs.jobs.retry(job)
        assert again.wait(30)
        assert again.state is JobState.DONE, again.explanation
        assert theirs.store.verify().damage == ()
        assert sum(one.bytes for one in proxy.asked("GET", "/blobs/")) < CHUNK_BYTES, "what had come was kept"


def test_a_file_that_cannot_get_its_name_leaves_nothing_half_done(
    proxy: LoggingProxy, mine: Workspace, reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push_kit(PushWork("kit:v1", reference), mine.tools)
    target = tmp_path / "target"
    held = Held(monkeypatch)
    job = mine.jobs.submit(UnpackWork(reference, target, source="remote"))
    assert job.wait(30)
    assert (job.state, held.met > 0) == (JobState.FAILED, True)
    assert not (target / "model.bin").exists()
    assert [path.name for path in target.iterdir() if path.name.startswith(".")] == []
    held.let_go()
    again = mine.jobs.retry(job)
    assert again.wait(30)
    assert again.state is JobState.DONE, again.explanation
    assert (target / "model.bin").read_bytes() == MODEL


def test_a_vpn_that_goes_in_a_push(
    proxy: LoggingProxy, mine: Workspace, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks, and the name means nothing until the VPN is back: then it goes on."""
    gone, resolve = threading.Event(), socket.getaddrinfo

    def unknown(*question: Any, **more: Any) -> Any:  # noqa: ANN401 - as the system's
        if gone.is_set():
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(*question, **more)

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    mine.registries.patience = QUICK
    proxy.rules.append(
        Rule("PATCH", SESSION, skip=1, times=None, rate_up=4 * CHUNK_BYTES, cut_request=CHUNK_BYTES // 2)
    )
    job = mine.jobs.submit(PushWork("kit:v1", reference, parallel=1))
    until(lambda: proxy.count("PATCH") >= 2, "the second chunk")
    gone.set()
    until(lambda: job.hindrance is not None, "it to wait", explain=lambda: f"{job.state} {job.explanation}")
    assert job.state is JobState.WAITING
    assert job.hindrance is not None
    assert job.hindrance.what == "the network"
    proxy.rules.clear()
    gone.clear()
    assert job.wait(30)
    assert job.state is JobState.DONE, job.explanation
    first = next(one for one in proxy.asked("PATCH"))
    begun = [one for one in proxy.asked("PATCH") if one.headers["content-range"].startswith("0-")]
    assert begun == [first], "it went on where it was"
