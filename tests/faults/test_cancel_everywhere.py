"""Every kind of job, cancelled at every step: while any of its requests waits for its answer, and wherever
it looks whether to stop.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kitops_desktop.jobs.copy_into_job import CopyIntoWork
from kitops_desktop.jobs.copy_job import CopyWork
from kitops_desktop.jobs.delete_remote_job import DeleteRemoteWork
from kitops_desktop.jobs.hugging_face_job import HuggingFaceWork
from kitops_desktop.jobs.index_job import IndexWork
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.kinds import KINDS
from kitops_desktop.jobs.move_store_job import MoveStoreWork
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.pack_push_job import PackPushWork
from kitops_desktop.jobs.prune_job import EmptyTrashWork, PruneWork
from kitops_desktop.jobs.pull_job import PullWork
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.jobs.remove_job import RemoveWork
from kitops_desktop.jobs.restore_remote_job import RestoreRemoteWork
from kitops_desktop.jobs.sample_job import SampleWork
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.jobs.verify_job import VerifyWork
from kitops_desktop.jobs.work import Work
from kitops_desktop.modelkit.entry_names import DOWNLOAD_PREFIX
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.abilities import CHUNK
from kitops_desktop.workspace import Workspace, open_workspace
from support.computers import PLAIN, computer, write_project
from support.http_server import HttpServer, Rule
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.odd_registry import OddRegistry
from support.sent_blobs import SESSION
from support.stored_kits import add_kit, broken_rules
from support.trees import tree
from support.waiting import until

SILENT = 600.0
MODEL = bytes(range(256)) * 1000
CHUNK_BYTES = 100_000
FEW = 6
"""So many of the places where work looks whether to stop are tried, spread evenly."""
QUICK, SLOWEST = 1.0, 5.0
"""Seconds until a job has ended: most, and the slowest of a machine that has much to do."""

Arrange = Callable[["Scene"], Work]


@dataclass
class Scene:
    """A computer on which a job is cancelled, and the registry, or the Hub, it speaks to."""

    workspace: Workspace
    registry: OddRegistry
    other: OddRegistry
    hub: HubServer
    folder: Path
    name: str

    @property
    def host(self) -> str:
        return self.registry.host

    @property
    def target(self) -> Path:
        return self.folder / f"out-{self.name}"

    def server(self, arrange: Arrange) -> HttpServer:
        """Whom the job asks."""
        return self.hub if arrange is hugging_face else self.registry

    def kit(self) -> str:
        """A kit in the local store."""
        project = self.folder / f"project-{self.name}"
        if not project.exists():
            write_project(project, model=MODEL)
        pack_folder(PackWork(project, f"churn:{self.name}"), self.workspace.tools)
        return f"churn:{self.name}"

    def remote_kit(self, registry: OddRegistry | None = None) -> str:
        """A kit in the registry (or another one) that is not in the local store."""
        registry = registry or self.registry
        with computer(self.folder / f"else-{self.name}") as other:
            project = write_project(self.folder / f"elsewhere-{self.name}", model=MODEL)
            pack_folder(PackWork(project, "churn:v1"), other.tools)
            digest = other.store.resolve(parse_reference("churn:v1")).digest
            registry.add_stored(other.store.home / "storage" / "blobs", digest, f"from/{self.name}")
        return f"{registry.host}/from/{self.name}:v1"


def push(scene: Scene) -> Work:
    return PushWork(scene.kit(), f"{scene.host}/to/{scene.name}:v1", parallel=1)


def pull(scene: Scene) -> Work:
    return PullWork(scene.remote_kit(), parallel=1)


def unpack_remote(scene: Scene) -> Work:
    return UnpackWork(scene.remote_kit(), scene.target, source="remote")


def unpack_and_keep(scene: Scene) -> Work:
    return UnpackWork(scene.remote_kit(), scene.target, source="remote", keep=True, parallel=1)


def pack_and_push(scene: Scene) -> Work:
    project = write_project(scene.folder / f"packed-{scene.name}", model=MODEL)
    return PackPushWork(PackWork(project, f"{scene.host}/to/{scene.name}:v1"), parallel=1)


def copy(scene: Scene) -> Work:
    return CopyWork(scene.remote_kit(scene.other), f"{scene.host}/to/{scene.name}:v1", parallel=1)


def delete_remote(scene: Scene) -> Work:
    return DeleteRemoteWork(scene.remote_kit())


def index(scene: Scene) -> Work:
    return IndexWork(scene.remote_kit())


def restore_remote(scene: Scene) -> Work:
    """What was deleted a moment ago is put back."""
    kit = scene.remote_kit()
    job = scene.workspace.jobs.submit(DeleteRemoteWork(kit))
    assert job.wait(60)
    assert job.state is JobState.DONE, job.explanation
    (deleted,) = scene.workspace.deleted_versions.recent()
    return RestoreRemoteWork(deleted.id, kit)


def hugging_face(scene: Scene) -> Work:
    return HuggingFaceWork("hf://team/churn", scene.target)


def pack(scene: Scene) -> Work:
    return PackWork(write_project(scene.folder / f"packed-{scene.name}", model=MODEL), "packed:v1")


def unpack(scene: Scene) -> Work:
    return UnpackWork(scene.kit(), scene.target)


def verify(scene: Scene) -> Work:
    scene.kit()
    return VerifyWork()


def repair(scene: Scene) -> Work:
    scene.kit()
    return VerifyWork(repair=True)


def remove(scene: Scene) -> Work:
    return RemoveWork((scene.kit(),), force=True)


def prune(scene: Scene) -> Work:
    scene.kit()
    return PruneWork()


def empty_trash(scene: Scene) -> Work:
    scene.workspace.store.remove([parse_reference(scene.kit())])
    return EmptyTrashWork()


def move_store(scene: Scene) -> Work:
    for number in range(3):
        add_kit(scene.workspace.store, f"localhost/moved{number}", ["v1"], MODEL + bytes([number]))
    return MoveStoreWork(scene.folder / f"moved-{scene.name}")


def sample(scene: Scene) -> Work:
    return SampleWork(scene.target)


def copy_into(scene: Scene) -> Work:
    scene.target.mkdir()
    source = write_project(scene.folder / f"source-{scene.name}", model=MODEL)
    return CopyIntoWork(scene.target, (source,))


REMOTE = (
    *(push, pull, unpack_remote, unpack_and_keep, pack_and_push, copy),
    *(delete_remote, restore_remote, index, hugging_face),
)
LOCAL = (pack, unpack, verify, repair, remove, prune, empty_trash, move_store, sample, copy_into)


@dataclass
class Times:
    """Seconds from cancelling to the end of each job."""

    seconds: list[float] = field(default_factory=list)

    def check(self) -> None:
        assert sorted(self.seconds)[len(self.seconds) // 2] < QUICK, self.seconds
        assert max(self.seconds) < SLOWEST, self.seconds


def test_no_kind_is_left_out(tmp_path: Path) -> None:
    with scenes(tmp_path) as scene:
        found = {arrange(scene(arrange.__name__)).kind for arrange in (*REMOTE, *LOCAL)}
    assert found == set(KINDS)


@pytest.mark.parametrize("arrange", REMOTE)
def test_while_a_request_waits(arrange: Arrange, tmp_path: Path) -> None:
    """Once for each request that the job makes: that one is never answered."""
    times = Times()
    with scenes(tmp_path) as scene:
        for number in range(_requests(arrange, scene("whole"))):
            here = scene(str(number))
            work, server = arrange(here), here.server(arrange)
            silence = Rule(skip=number, times=None, delay=SILENT)
            server.rules[:] = [Rule("DELETE", SESSION, times=None), silence]
            begun, before = len(server.exchanges), set(threading.enumerate())
            job = here.workspace.jobs.submit(work)
            until(lambda: silence.met > number, f"request {number}", explain=lambda: str(job.explanation))  # noqa: B023
            times.seconds.append(_cancelled(here.workspace, job))
            silent = server.exchanges[begun:][number]
            server.rules.clear()
            _check_uploads(here.registry, unknown=silent.method == "POST")
            _check(here, before)
    times.check()


@pytest.mark.parametrize("arrange", [push, pack_and_push, copy])
def test_while_a_body_is_sent(arrange: Arrange, tmp_path: Path) -> None:
    """Once for each body of an upload: the registry stops reading it."""
    times = Times()
    with scenes(tmp_path) as scene:
        for number in range(_requests(arrange, scene("whole"), "(PATCH|PUT) .*/blobs/uploads/.")):
            here = scene(str(number))
            work = arrange(here)
            stall = Rule("*", SESSION, skip=number, times=None, stall_request=1)
            here.registry.rules[:] = [Rule("DELETE", SESSION, times=None), stall]
            before = set(threading.enumerate())
            job = here.workspace.jobs.submit(work)
            until(lambda: stall.met > number, f"body {number}", explain=lambda: str(job.explanation))  # noqa: B023
            times.seconds.append(_cancelled(here.workspace, job))
            here.registry.rules.clear()
            _check_uploads(here.registry, unknown=False)
            _check(here, before)
    times.check()


@pytest.mark.parametrize("arrange", [*LOCAL, *REMOTE])
def test_wherever_it_looks(arrange: Arrange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = Times()
    looks = _Looks(monkeypatch)
    with scenes(tmp_path) as scene:
        whole = scene("whole")
        work = arrange(whole)
        looks.begin(None)
        job = whole.workspace.jobs.submit(work)
        assert job.wait(60)
        assert job.state is JobState.DONE, job.explanation
        places = range(0, looks.seen, max(1, looks.seen // FEW))
        for number in places:
            here = scene(str(number))
            work = arrange(here)
            before = set(threading.enumerate())
            submitted, at = threading.Event(), list[float]()

            def cancel() -> None:
                submitted.wait()  # noqa: B023
                at.append(time.monotonic())  # noqa: B023
                here.workspace.jobs.cancel(job)  # noqa: B023

            looks.begin(number, cancel)
            job = here.workspace.jobs.submit(work)
            submitted.set()
            assert job.wait(60)
            if not at:  # how often threads look differs a little
                assert job.state is JobState.DONE, job.explanation
                continue
            assert job.state in (JobState.CANCELLED, JobState.DONE), job.explanation
            times.seconds.append(time.monotonic() - at[0])
            _check_uploads(here.registry, unknown=False)
            _check(here, before)
    if times.seconds:
        times.check()


class _Looks:
    """Counts how often work looks whether to stop, and does something at one look."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen = 0
        self._number: int | None = None
        self._then: Callable[[], None] = lambda: None
        self._guard = threading.Lock()
        check = CancelToken.check

        def counted(token: CancelToken) -> None:
            if self._is_it():
                self._then()
            check(token)

        monkeypatch.setattr(CancelToken, "check", counted)

    def begin(self, number: int | None, then: Callable[[], None] = lambda: None) -> None:
        """Do it at the look ``number``; None: only count."""
        with self._guard:
            self.seen, self._number, self._then = 0, number, then

    def _is_it(self) -> bool:
        with self._guard:
            self.seen += 1
            return self.seen - 1 == self._number


@contextmanager
def scenes(folder: Path) -> Iterator[Callable[[str], Scene]]:
    """scene(name): a computer with a store of its own; all speak to one registry, which is emptied."""
    model = HubRepository(
        "team/churn", files={"README.md": b"# Churn", "model.bin": MODEL}, lfs={"model.bin"}
    )
    with OddRegistry() as registry, OddRegistry() as other, HubServer(model) as hub, ExitStack() as opened:

        def scene(name: str) -> Scene:
            opened.close()
            registry.rules.clear()
            for known in (registry.blobs, registry.tags, registry.media_types, registry.uploads):
                known.clear()  # type: ignore[attr-defined]
            here = folder / name
            (here / "home").mkdir(parents=True)
            opened.enter_context(_home(here / "home", hub.origin))
            workspace = open_workspace()
            opened.callback(workspace.close)
            for host in (registry.host, other.host):
                workspace.save_registry(host, PLAIN)
            workspace.abilities.put(registry.host, CHUNK, str(CHUNK_BYTES))
            return Scene(workspace, registry, other, hub, here, name)

        yield scene


@contextmanager
def _home(folder: Path, hub: str) -> Iterator[None]:
    """Another home folder, in which the settings say where the store is, so that it can be moved."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KITOPS_HOME")
        patch.setenv("HOME", str(folder))
        patch.setenv("HF_ENDPOINT", hub)
        for name in ("CONFIG", "DATA", "STATE", "CACHE"):
            patch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
        yield


def _requests(arrange: Arrange, scene: Scene, pattern: str = "") -> int:
    """How many requests the job makes when nothing goes wrong."""
    work, server = arrange(scene), scene.server(arrange)
    before = len(server.exchanges)
    job = scene.workspace.jobs.submit(work)
    assert job.wait(60)
    assert job.state is JobState.DONE, job.explanation
    made = [f"{one.method} {one.path}" for one in server.exchanges[before:]]
    return sum(bool(re.match(pattern, line)) for line in made)


def _cancelled(workspace: Workspace, job: Job) -> float:
    """Cancel a job; gives how many seconds it took to end. It says at once that it is being cancelled."""
    begun = time.monotonic()
    workspace.jobs.cancel(job)
    assert time.monotonic() - begun < SLOWEST
    assert job.state in (JobState.CANCELLING, JobState.CANCELLED, JobState.DONE)
    assert job.wait(SLOWEST), "it does not end"
    assert job.state in (JobState.CANCELLED, JobState.DONE), job.explanation
    return time.monotonic() - begun


def _check_uploads(registry: OddRegistry, *, unknown: bool) -> None:
    """Every upload was ended at the registry, but one whose address it never told us."""
    until(
        lambda: len(registry.uploads) <= unknown,
        "the upload to be ended",
        explain=lambda: str(registry.uploads),
    )


def _check(scene: Scene, before: set[threading.Thread]) -> None:
    """No thread and no file is left, and what is in the store is right."""
    scene.workspace.close()

    def left() -> list[str]:
        new = set(threading.enumerate()) - before
        return [thread.name for thread in new if "process_request_thread" not in thread.name]

    until(lambda: not left(), "its threads to end", explain=lambda: str(left()))
    workspace = open_workspace()
    try:
        store = workspace.store
        if (store.home / "storage" / "index.json").exists():
            assert broken_rules(store.home) == []
        assert store.verify().damage == ()
    finally:
        workspace.close()
    if scene.target.exists():
        left_there = [path for path in tree(scene.target) if ".kitops-desktop" in path]
        # what a download goes on with stays
        assert [path for path in left_there if not path.startswith(DOWNLOAD_PREFIX)] == []
