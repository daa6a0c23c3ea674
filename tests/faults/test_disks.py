"""Disks that are full at the start, in the midst and where the program writes down what it does; folders that
vanish.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.lookout import LookoutTimes
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.pull_job import PullWork
from kitops_desktop.jobs.push_job import PushWork, push_kit
from kitops_desktop.jobs.queue import JobQueue
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.settings import Folders
from kitops_desktop.workspace import Workspace, open_workspace
from support.computers import PLAIN, computer, write_project
from support.http_server import Rule
from support.logging_proxy import LoggingProxy
from support.repositories import MIB, noise
from support.waiting import until

Registries = Callable[..., LoggingProxy]
MODEL_BYTES = 4 * MIB


@pytest.fixture
def proxy(forgetting: Registries) -> LoggingProxy:
    return forgetting()


@pytest.fixture
def reference(proxy: LoggingProxy, tmp_path: Path) -> str:
    """A kit in the registry, with a layer of 4 MiB."""
    with computer(tmp_path / "mine", proxy.host) as mine:
        project = write_project(tmp_path / "project", model=noise(MODEL_BYTES, seed=28))
        pack_folder(PackWork(project, "kit:v1"), mine.tools)
        target = f"{proxy.host}/{tmp_path.name.lower().replace('_', '-')}/kit:v1"
        push_kit(PushWork("kit:v1", target), mine.tools)
    proxy.exchanges.clear()
    return target


class Machine:
    """A workspace with its own folders, and a queue that looks often whether there is room again."""

    def __init__(self, home: Path, own: Path, proxy: LoggingProxy) -> None:
        names = ("config", "state", "data", "cache", "logs")
        self.workspace: Workspace = open_workspace(home=str(home), folders=Folders(*(own / n for n in names)))
        self.workspace.save_registry(proxy.host, PLAIN)
        self.queue = JobQueue(self.workspace.journal, self.workspace.tools, lookout=LookoutTimes(0.05, 0.1))

    def close(self) -> None:
        self.queue.close()
        self.workspace.close()


@pytest.fixture
def machine(proxy: LoggingProxy) -> Iterator[Callable[[Path, Path], Machine]]:
    machines: list[Machine] = []

    def make(home: Path, own: Path) -> Machine:
        machines.append(Machine(home, own, proxy))
        return machines[-1]

    yield make
    for one in machines:
        one.close()


def waits_for_room(job: Job) -> None:
    until(
        lambda: job.hindrance is not None or job.state.is_finished,
        "the job to notice that the disk is full",
        explain=lambda: f"{job.state} {job.explanation}",
    )
    assert job.state is JobState.WAITING, job.explanation
    assert job.hindrance is not None
    assert job.hindrance.what == "room on the disk"
    assert job.explanation is not None


def fetched(proxy: LoggingProxy) -> int:
    """Bytes of blobs."""
    return sum(one.bytes for one in proxy.asked("GET", "/blobs/"))


def kept_on(disk: Path) -> int:
    """Bytes of blobs that have come in part."""
    folder = disk / "kitops" / "kitops-desktop" / "partial"
    try:
        return sum(path.stat().st_size for path in folder.iterdir())
    except FileNotFoundError:  # there is none yet, or one has got its name just now
        return 0


def test_full_at_the_start(
    proxy: LoggingProxy,
    reference: str,
    machine: Callable[[Path, Path], Machine],
    small_disk: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """Nothing is fetched until there is room, and then all of it once."""
    disk = small_disk(6 * MIB)
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(3 * MIB))
    here = machine(disk / "kitops", tmp_path / "own")
    job = here.queue.submit(PullWork(reference))
    waits_for_room(job)
    assert fetched(proxy) < MIB
    ballast.unlink()
    assert job.wait(30)
    assert job.state is JobState.DONE, job.explanation
    assert fetched(proxy) < MODEL_BYTES + MIB
    assert here.workspace.store.verify().damage == ()


def test_full_in_the_midst(
    proxy: LoggingProxy,
    reference: str,
    machine: Callable[[Path, Path], Machine],
    small_disk: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """What has come by then is kept, and not fetched again."""
    disk = small_disk(6 * MIB)
    ballast = disk / "ballast"
    here = machine(disk / "kitops", tmp_path / "own")
    slow = Rule("GET", "/blobs/", times=None, rate_down=MIB)
    proxy.rules.append(slow)
    job = here.queue.submit(PullWork(reference))
    until(lambda: kept_on(disk) > MIB // 2, "a part of the layer")
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1 << 14)):
                pass
        except OSError:
            pass
    slow.rate_down = None
    waits_for_room(job)
    kept = kept_on(disk)
    proxy.rules.clear()
    proxy.exchanges.clear()
    ballast.unlink()
    assert job.wait(30)
    assert job.state is JobState.DONE, job.explanation
    assert kept > MIB // 2
    assert fetched(proxy) <= MODEL_BYTES - kept + MIB // 4
    assert here.workspace.store.verify().damage == ()


def test_full_where_the_journal_is(
    proxy: LoggingProxy,
    reference: str,
    machine: Callable[[Path, Path], Machine],
    small_disk: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """What cannot be written down hurts no transfer."""
    disk = small_disk(MIB)
    here = machine(tmp_path / "kitops", disk / "own")
    here.workspace.abilities.get("x", "y")  # the records are there
    with (disk / "ballast").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(512)):
                pass
        except OSError:
            pass
    job = here.queue.submit(PullWork(reference))
    assert job.wait(30)
    assert job.state is JobState.DONE, job.explanation
    assert here.workspace.store.verify().damage == ()


def test_a_target_folder_that_vanishes(
    proxy: LoggingProxy, reference: str, machine: Callable[[Path, Path], Machine], tmp_path: Path
) -> None:
    """The job says so; in the store nothing is wrong, and to another place it works."""
    here = machine(tmp_path / "kitops", tmp_path / "own")
    target = tmp_path / "target"
    slow = Rule("GET", "/blobs/", times=None, rate_down=MIB)
    proxy.rules.append(slow)
    job = here.queue.submit(UnpackWork(reference, target, source="remote"))
    until(lambda: fetched(proxy) > MIB and target.exists(), "a part of the layer")
    shutil.rmtree(target)
    slow.rate_down = None
    assert job.wait(30)
    assert job.state is JobState.FAILED
    assert job.explanation is not None
    assert not (target / "model.bin").exists()
    proxy.rules.clear()
    again = here.queue.submit(UnpackWork(reference, tmp_path / "other", source="remote"))
    assert again.wait(30)
    assert again.state is JobState.DONE, again.explanation
    assert (tmp_path / "other" / "model.bin").stat().st_size == MODEL_BYTES


def test_a_store_that_vanishes(
    proxy: LoggingProxy, reference: str, machine: Callable[[Path, Path], Machine], tmp_path: Path
) -> None:
    """A drive that is pulled out under a pull: an error, and when it is there again it works."""
    here = machine(tmp_path / "kitops", tmp_path / "own")
    slow = Rule("GET", "/blobs/", times=None, rate_down=MIB)
    proxy.rules.append(slow)
    job = here.queue.submit(PullWork(reference))
    until(lambda: fetched(proxy) > MIB, "a part of the layer")
    (tmp_path / "kitops").rename(tmp_path / "gone")
    slow.rate_down = None
    assert job.wait(30)
    assert job.state in (JobState.FAILED, JobState.DONE), job.explanation
    proxy.rules.clear()
    again = here.queue.submit(PullWork(reference))
    assert again.wait(30)
    assert again.state is JobState.DONE, again.explanation
    store = here.workspace.store
    assert store.verify().damage == ()
    store.resolve(parse_reference(reference))
