"""Packing straight into a registry, with nothing written here: what comes of it, and what goes wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from kitops_desktop import errors
from kitops_desktop.jobs.folder_changes import StateSources
from kitops_desktop.jobs.job import JobState
from kitops_desktop.jobs.pack_job import PackWork, pack_folder, prepare_pack
from kitops_desktop.jobs.pack_push_job import PackedAndPushed, PackPushWork, pack_and_push
from kitops_desktop.jobs.project_state import PackedAs, ProjectState, ProjectStates
from kitops_desktop.jobs.pull_job import PullWork, pull_kit
from kitops_desktop.jobs.push_forecast import PushForecast, forecast
from kitops_desktop.jobs.remote import repository_of
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.memory import RememberedLayer
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import CancelToken, Progress
from kitops_desktop.registry.abilities import CHUNK, CHUNKING
from kitops_desktop.workspace import Workspace
from support.computers import computer, write_project
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer
from support.repositories import MIB, noise
from support.small_disk import small_disk
from support.stored_kits import rows
from support.waiting import until

Computers = Callable[..., Workspace]
LARGE = noise(20 * MIB)
SILENT = 600.0


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """Shared by the tests of this module, which each have repositories of their own."""
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        yield server


@pytest.fixture
def open_computer(registry: RegistryServer, tmp_path: Path) -> Iterator[Computers]:
    with ExitStack() as opened:

        def open_one(name: str, *hosts: str) -> Workspace:
            made: AbstractContextManager[Workspace] = computer(tmp_path / name, *(hosts or (registry.host,)))
            return opened.enter_context(made)

        yield open_one


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """With a model that is too large to be sent from memory."""
    return write_project(tmp_path / "churn", model=LARGE)


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are believed to be unchanged however new they are."""
    monkeypatch.setattr("kitops_desktop.modelkit.memory.RACY_NS", -(10**12))


def packed_digest(project: Path, opened: Workspace) -> str:
    """What packing into the store makes of it."""
    return pack_folder(PackWork(project, "churn:v1"), opened.tools).packed.manifest.digest


def stream(
    opened: Workspace,
    project: Path,
    target: str,
    expected: str | None = None,
    foretell: Callable[[PushForecast], None] | None = None,
) -> PackedAndPushed:
    work = PackPushWork(PackWork(project, target), "", expected, keep=False)
    return pack_and_push(work, opened.tools, foretell=foretell)


def blobs(opened: Workspace) -> list[Path]:
    """All files that are as large as a part of a layer, wherever the store may put them."""
    return [
        path for path in opened.store.home.rglob("*") if path.is_file() and path.stat().st_size > MIB // 2
    ]


def test_it_is_byte_for_byte_what_packing_makes(
    project: Path, registry: RegistryServer, open_computer: Computers
) -> None:
    digest = packed_digest(project, open_computer("other"))
    mine = open_computer("mine")
    mine.projects.add(project)
    seen: list[Progress] = []
    work = PackPushWork(PackWork(project, f"{registry.host}/same/churn:v1,latest"), keep=False)
    done = pack_and_push(work, mine.tools, report=seen.append)
    assert done.packed.manifest.digest == digest
    assert [push.target.tag for push in done.pushes] == ["v1", "latest"]
    assert (seen[-1].done, seen[-1].total) == (done.prepared.plan.size, done.prepared.plan.size)
    assert blobs(mine) == []
    assert rows(mine.store) == set()
    theirs = open_computer("theirs")
    for tag in ("v1", "latest"):
        pulled = pull_kit(PullWork(f"{registry.host}/same/churn:{tag}"), theirs.tools)
        assert pulled.found.kit.descriptor.digest == digest
    assert theirs.store.verify().damage == ()
    record = mine.projects.find(project)
    assert record is not None
    assert record.last_digest == digest


def test_a_kit_larger_than_the_disk_of_the_store(
    project: Path, registry: RegistryServer, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "small", 4 * MIB) as disk, computer(disk / "mine", registry.host) as mine:
        with pytest.raises(errors.DiskFull):
            pack_folder(PackWork(project, "churn:v1"), mine.tools)
        stream(mine, project, f"{registry.host}/small/churn:v1")
        assert blobs(mine) == []


@pytest.mark.usefixtures("trusting")
def test_what_is_there_is_neither_read_nor_sent(
    project: Path, registry: RegistryServer, open_computer: Computers
) -> None:
    mine, target = open_computer("mine"), f"{registry.host}/there/churn"
    told: list[PushForecast] = []
    first = stream(mine, project, f"{target}:v1", foretell=told.append)
    assert told == [PushForecast(2, 0, 0, 2, first.prepared.plan.size)]
    assert first.pushes[0].copied.blobs_sent == 2
    again = stream(mine, project, f"{target}:v2", foretell=told.append)
    assert len(told) == 1  # the very kit is there: nothing is to be told
    assert again.pushes[0].copied.blobs_skipped == 2
    (project / "src" / "train.py").write_text("print('training more')\n")
    stream(mine, project, f"{target}:v3", foretell=told.append)
    assert (told[1].layers, told[1].present, told[1].unknown) == (2, 1, 1)
    assert registry.count("PATCH", "/there/churn/") == 1  # the model, once
    assert all(layer.reused for layer in again.packed.layers)


@pytest.mark.usefixtures("trusting")
def test_a_project_is_in_sync_with_what_went_straight_to_a_registry(
    project: Path, registry: RegistryServer, open_computer: Computers
) -> None:
    opened = open_computer("here")
    opened.projects.add(project)
    target = f"{registry.host}/stream/sync:v1"
    stream(opened, project, target)
    sources = StateSources(
        opened.store, opened.memory, opened.listings, opened.same_files, opened.manifest_cache
    )
    record = opened.projects.find(project)
    assert record is not None
    packed = PackedAs(record.last_reference, record.last_digest)

    def state() -> ProjectState:
        return ProjectStates(lambda: sources).of_folder(project, packed, CancelToken())

    assert (state().packed_as, state().is_in_sync) == (target, True)
    (project / "model.bin").write_bytes(b"other")
    assert state().changes is None
    assert state().unknown == "the files that were packed are not on this computer"


@pytest.mark.usefixtures("trusting")
def test_what_another_repository_has_is_mounted(
    project: Path, registry: RegistryServer, open_computer: Computers
) -> None:
    mine = open_computer("mine")
    stream(mine, project, f"{registry.host}/first/churn:v1")
    pull_kit(PullWork(f"{registry.host}/first/churn:v1"), mine.tools)
    second = stream(mine, project, f"{registry.host}/second/churn:v1")
    assert second.pushes[0].copied.mounted == 2
    assert registry.count("PATCH", "/second/churn/") == 0


@pytest.mark.usefixtures("trusting")
def test_a_wrong_memory_does_no_harm(
    project: Path, registry: RegistryServer, open_computer: Computers
) -> None:
    digest = packed_digest(project, open_computer("other"))
    mine = open_computer("mine")
    for layer in prepare_pack(PackWork(project), mine.store).plan.layers:
        wrong = RememberedLayer("sha256:" + "0" * 64, layer.plan.size, "sha256:" + "0" * 64)
        mine.tools.memory.remember(layer.plan.fingerprint(), Compression.NONE, wrong)
    assert stream(mine, project, f"{registry.host}/wrong/churn:v1").packed.manifest.digest == digest


def test_a_changed_file_stops_it_with_its_name(
    project: Path, registry: RegistryServer, open_computer: Computers
) -> None:
    mine, model = open_computer("mine"), project / "model.bin"

    def change(progress: Progress) -> None:
        if progress.detail == "model.bin" and model.stat().st_size == len(LARGE):
            model.write_bytes(b"other weights")

    work = PackPushWork(PackWork(project, f"{registry.host}/changed/churn:v1"), keep=False)
    with pytest.raises(errors.SourceChanged) as caught:
        pack_and_push(work, mine.tools, report=change)
    assert caught.value.path == model
    assert registry.count("PUT", "/changed/churn/manifests/") == 0
    assert registry.count("DELETE", "/changed/churn/blobs/uploads/") >= 1


def test_a_tag_is_moved_only_as_agreed(
    project: Path, registry: RegistryServer, open_computer: Computers
) -> None:
    mine, target = open_computer("mine"), f"{registry.host}/agreed/churn:v1"
    first = stream(mine, project, target, expected="")
    sent = registry.count("PATCH", "/agreed/churn/")
    same = stream(open_computer("other"), project, target, expected="")  # is there, and is this very kit
    assert same.packed == first.packed
    (project / "model.bin").write_bytes(LARGE[::-1])
    for expected in ("", "sha256:" + "0" * 64):
        with pytest.raises(errors.TagMoved):
            stream(mine, project, target, expected=expected)
    with pytest.raises(errors.TagMoved):  # it is gone
        stream(mine, project, f"{registry.host}/agreed/churn:v2", expected="sha256:" + "0" * 64)
    assert registry.count("PATCH", "/agreed/churn/") == sent  # nothing was sent to find that out
    moved = stream(mine, project, target, expected=first.packed.manifest.digest)
    assert moved.pushes[0].replaced == first.packed.manifest.digest


def test_compressed_layers_are_packed_first(
    project: Path, registry: RegistryServer, open_computer: Computers
) -> None:
    mine = open_computer("mine")
    pack = PackWork(project, f"{registry.host}/zstd/churn:v1", compression=Compression.ZSTD)
    work = PackPushWork(pack, keep=False)
    assert not work.in_one_pass
    done = pack_and_push(work, mine.tools)
    assert done.stored is not None
    assert rows(mine.store) == {(f"{registry.host}/zstd/churn", "v1", done.packed.manifest.digest)}


def test_kept_when_that_is_wanted(project: Path, registry: RegistryServer, open_computer: Computers) -> None:
    mine = open_computer("mine")
    job = mine.jobs.submit(PackPushWork(PackWork(project, f"{registry.host}/kept/churn:v1")))
    assert job.wait(60)
    assert job.error is None
    assert [tag for _, tag, _ in rows(mine.store)] == ["v1"]


def test_a_registry_that_wants_the_digest_first_gets_it(project: Path, open_computer: Computers) -> None:
    with OddRegistry(monolithic=True) as odd:
        mine = open_computer("mine", odd.host)
        mine.abilities.put(odd.host, CHUNKING, "no")
        done = stream(mine, project, f"{odd.host}/team/churn:v1")
        assert odd.tags == {"team/churn:v1": done.packed.manifest.digest}
        assert odd.count("PATCH") == 0
        assert blobs(mine) == []


def test_a_broken_connection_is_gone_on_with(project: Path, open_computer: Computers) -> None:
    with OddRegistry([Rule("PATCH", "/uploads/", skip=2, cut_request=MIB)]) as odd:
        mine = open_computer("mine", odd.host)
        mine.abilities.put(odd.host, CHUNK, str(4 * MIB))
        done = stream(mine, project, f"{odd.host}/team/churn:v1")
        model = done.packed.layers[0].descriptor
        assert len(odd.blobs[model.digest]) == model.size
        sent = sum(one.received for one in odd.asked("PATCH"))
        assert sent < model.size + 2 * MIB  # what had arrived was not sent again


def test_a_paused_layer_that_nobody_read_before_goes_on(project: Path, open_computer: Computers) -> None:
    let_go = threading.Event()
    with OddRegistry([Rule("PATCH", "/uploads/", skip=1, held=let_go)]) as odd:
        mine = open_computer("mine", odd.host)
        mine.abilities.put(odd.host, CHUNK, str(4 * MIB))
        job = mine.jobs.submit(PackPushWork(PackWork(project, f"{odd.host}/team/churn:v1"), keep=False))
        until(lambda: odd.count("PATCH") >= 2, "the second chunk")
        mine.jobs.pause(job)
        let_go.set()
        until(lambda: job.state is JobState.PAUSED, "the pause")
        odd.rules.clear()
        mine.jobs.resume(job)
        assert job.wait(60)
        assert job.error is None
        assert sum(one.received for one in odd.asked("PATCH")) == len(LARGE) + 1536  # each byte once
        assert odd.count("POST", "/uploads/") == odd.count("PUT", "/uploads/")


def test_a_paused_layer_is_begun_anew_when_a_file_changed(project: Path, open_computer: Computers) -> None:
    let_go = threading.Event()
    with OddRegistry([Rule("PATCH", "/uploads/", skip=1, held=let_go)]) as odd:
        mine = open_computer("mine", odd.host)
        mine.abilities.put(odd.host, CHUNK, str(4 * MIB))
        work = PackPushWork(PackWork(project, f"{odd.host}/team/churn:v1"), keep=False)
        job = mine.jobs.submit(work)
        until(lambda: odd.count("PATCH") >= 2, "the second chunk")
        mine.jobs.pause(job)
        let_go.set()
        until(lambda: job.state is JobState.PAUSED, "the pause")
        odd.rules.clear()
        (project / "model.bin").write_bytes(LARGE[::-1])
        mine.jobs.resume(job)
        assert job.wait(60)
        assert job.error is None
        assert odd.tags["team/churn:v1"] == packed_digest(project, open_computer("other"))


def test_cancelled_while_nothing_moves(project: Path, open_computer: Computers) -> None:
    silence = Rule("PATCH", "/uploads/", times=None, delay=SILENT)
    with OddRegistry([silence]) as odd:
        mine = open_computer("mine", odd.host)
        job = mine.jobs.submit(PackPushWork(PackWork(project, f"{odd.host}/team/churn:v1"), keep=False))
        until(lambda: silence.met, "the request that is not answered")
        mine.jobs.cancel(job)
        assert job.wait(2)
        assert job.state is JobState.CANCELLED
        assert odd.tags == {}


@pytest.mark.usefixtures("trusting")
def test_nothing_is_read_for_the_forecast(
    project: Path, registry: RegistryServer, open_computer: Computers
) -> None:
    mine, target = open_computer("mine"), f"{registry.host}/forecast/churn:v1"
    plan = prepare_pack(PackWork(project), mine.store).plan
    repository = repository_of(mine.tools, parse_reference(target), CancelToken())
    (project / "model.bin").rename(project / "away")
    unread = forecast(plan, mine.tools.memory, repository, CancelToken())
    assert unread == PushForecast(2, 0, 0, 2, plan.size)
    (project / "away").rename(project / "model.bin")


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (PushForecast(5, 3, 1100), "3 of 5 layers are already there, 1100 B to send"),
        (PushForecast(5, 5, 0), "All 5 layers are already there, next to nothing to send"),
        (PushForecast(1, 1, 0), "The layer is already there, next to nothing to send"),
        (PushForecast(2, 0, 7), "0 of 2 layers are already there, 7 B to send"),
        (PushForecast(0, 0, 0), "It has no layers; only its Kitfile is sent"),
        (
            PushForecast(2, 0, 0, 2, 9),
            "2 layers, up to 9 B to send: what of it is already there is not yet known",
        ),
        (
            PushForecast(5, 1, 7, 2, 9),
            "1 of 5 layers is already there, 7 B to send, and up to 9 B more: which of the other 2 are"
            " there is not yet known",
        ),
        (
            PushForecast(2, 1, 0, 1, 9),
            "1 of 2 layers is already there, up to 9 B to send: whether the other is there is not yet known",
        ),
    ],
)
def test_the_forecast_in_words(known: PushForecast, said: str) -> None:
    assert known.sentence(lambda size: f"{size} B") == said


def test_the_work_is_made_again_from_the_journal() -> None:
    work = PackPushWork(PackWork(Path("/a"), "h.example/a:1"), "h.example/b:1", "", 3, keep=False)
    assert PackPushWork.from_parameters(json.loads(json.dumps(work.parameters()))) == work
    older = {key: value for key, value in work.parameters().items() if key != "keep"}
    assert PackPushWork.from_parameters(older).keep
