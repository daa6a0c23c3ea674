"""Kits go to a real registry and come back the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from kitops_desktop import errors
from kitops_desktop.jobs.job import JobState
from kitops_desktop.jobs.kinds import restore
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.pack_push_job import PackPushWork
from kitops_desktop.jobs.parents import find_kit
from kitops_desktop.jobs.pull_job import PullWork, pull_kit
from kitops_desktop.jobs.push_job import Pushed, PushWork, push_kit
from kitops_desktop.jobs.unpack_job import UnpackWork, unpack_reference
from kitops_desktop.jobs.work import Work
from kitops_desktop.modelkit.unpack import OnExisting
from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.progress import Progress
from kitops_desktop.store.local_store import StoredKit
from kitops_desktop.workspace import Workspace
from support.computers import computer, write_project
from support.http_server import Rule
from support.kit_commands import cases
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer
from support.stored_kits import broken_rules, rows
from support.trees import tree
from support.waiting import until

Computers = Callable[..., Workspace]
SILENT = 600.0


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """Shared by the tests of this module, which each have repositories of their own."""
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        yield server


@pytest.fixture
def open_computer(registry: RegistryServer, tmp_path: Path) -> Iterator[Computers]:
    with ExitStack() as opened:

        def open_one(name: str, *hosts: str, storage: Path | None = None) -> Workspace:
            made: AbstractContextManager[Workspace] = computer(
                tmp_path / name, *(hosts or (registry.host,)), storage=storage
            )
            return opened.enter_context(made)

        yield open_one


@pytest.fixture
def mine(open_computer: Computers, tmp_path: Path) -> Workspace:
    """A computer with the kit ``churn:v1``."""
    opened = open_computer("mine")
    pack_folder(PackWork(write_project(tmp_path / "churn"), "churn:v1"), opened.tools)
    return opened


def push(workspace: Workspace, source: str, target: str = "", expected: str | None = None) -> Pushed:
    return push_kit(PushWork(source, target, expected), workspace.tools)


def done(workspace: Workspace, work: Work) -> dict[str, object]:
    """Run a job and give the details of its result."""
    job = workspace.jobs.submit(work)
    assert job.wait(60)
    assert job.error is None, job.error
    assert job.result is not None
    return dict(job.result.details)


def remote_name(kit: StoredKit) -> str:
    """A repository's name in a registry: without that of another, and one for kits without a name."""
    return kit.repository.removeprefix("localhost/").replace("_", "unnamed").replace(":", "-")


@pytest.mark.parametrize("case", cases())
def test_what_kit_packed_comes_back_the_same(
    case: str, golden: Path, registry: RegistryServer, open_computer: Computers
) -> None:
    """Manifests in the registry are the bytes that `kit` made; the store that pulls has the same entries."""
    mine = open_computer("mine", storage=golden / case / "storage")
    theirs = open_computer("theirs")
    prefix = f"{registry.host}/{case}/"
    wanted = set()
    for kit in mine.store.listing().kits:
        name = remote_name(kit)
        for version in kit.tags or (kit.descriptor.digest,):
            mark = ":" if kit.tags else "@"
            target = f"{prefix}{name}{mark}{version}"
            registry_part, _, repository = kit.repository.partition("/")
            push(mine, Reference(registry_part, repository, digest=kit.descriptor.digest).short, target)
            wanted.add((f"{prefix}{name}", version if kit.tags else "", kit.descriptor.digest))
            if case == "07-modelkit-reference" and "base" not in name:
                with pytest.raises(errors.ModelReferenceError):  # the kit itself is there all the same
                    pull_kit(PullWork(target), theirs.tools)
            else:
                pull_kit(PullWork(target), theirs.tools)
            stored = registry.blob_path(kit.descriptor.digest).read_bytes()
            assert stored == mine.store.blob_path(kit.descriptor.digest).read_bytes()
    assert rows(theirs.store) == wanted
    assert broken_rules(theirs.store.home) == []
    assert theirs.store.verify().damage == ()


def test_a_kit_is_sent_once(mine: Workspace, registry: RegistryServer) -> None:
    target = f"{registry.host}/once/churn:v1"
    seen: list[Progress] = []
    first = push_kit(PushWork("churn:v1", target), mine.tools, report=seen.append)
    assert first.copied.blobs_sent == 3  # two layers and the config
    assert seen[-1].done == seen[-1].total
    assert push(mine, "churn:v1", target).copied.bytes_sent == 0
    assert push(mine, "churn:v1", f"{registry.host}/once/churn:v2").copied.bytes_sent == 0
    puts = [one.path for one in registry.exchanges if one.method == "PUT" and "/once/" in one.path]
    assert sum("/blobs/uploads/" in path for path in puts) == 3
    assert puts[-1].endswith("/once/churn/manifests/v2")


def test_the_job_tells_what_it_did(mine: Workspace, registry: RegistryServer) -> None:
    target = f"{registry.host}/told/churn:v1"
    digest = mine.store.resolve(parse_reference("churn:v1")).digest
    details = done(mine, PushWork("churn:v1", target))
    assert details["digest"] == digest
    assert details["reference"] == target
    assert details["replaced"] == ""
    assert mine.history.recent()[0].reference == target
    assert mine.observed_tags.get(f"{registry.host}/told/churn")["v1"][0] == digest


def test_what_was_pulled_is_not_pulled_again(
    mine: Workspace, registry: RegistryServer, open_computer: Computers
) -> None:
    target = f"{registry.host}/again/churn:v1"
    push(mine, "churn:v1", target)
    theirs = open_computer("theirs")
    first = done(theirs, PullWork(target))
    assert first["blobs_received"] == 3
    assert done(theirs, PullWork(target))["bytes_received"] == 0
    assert first["digest"] == theirs.store.resolve(parse_reference(target)).digest


def test_the_pulled_tag_moves_and_the_kit_before_it_stays(
    mine: Workspace, registry: RegistryServer, open_computer: Computers, tmp_path: Path
) -> None:
    target = f"{registry.host}/moves/churn:latest"
    theirs = open_computer("theirs")
    first = push(mine, "churn:v1", target).manifest.digest
    pull_kit(PullWork(target), theirs.tools)
    (tmp_path / "churn" / "model.bin").write_bytes(b"better")
    pack_folder(PackWork(tmp_path / "churn", "churn:v2"), mine.tools)
    second = push(mine, "churn:v2", target)
    assert second.replaced == first
    pull_kit(PullWork(target), theirs.tools)
    name = f"{registry.host}/moves/churn"
    assert rows(theirs.store) == {(name, "latest", second.manifest.digest), (name, "", first)}


def test_a_tag_is_moved_only_as_agreed(mine: Workspace, registry: RegistryServer, tmp_path: Path) -> None:
    target = f"{registry.host}/agreed/churn:v1"
    first = push(mine, "churn:v1", target, expected="").manifest.digest
    push(mine, "churn:v1", target, expected="")  # it is this kit already: nothing is overwritten
    (tmp_path / "churn" / "model.bin").write_bytes(b"better")
    pack_folder(PackWork(tmp_path / "churn", "churn:v2"), mine.tools)
    for expected in ("", "sha256:" + "0" * 64):
        with pytest.raises(errors.TagMoved) as caught:
            push(mine, "churn:v2", target, expected=expected)
        assert caught.value.actual == first
    assert registry.count("PUT", "/agreed/churn/blobs") == 3  # nothing was sent for the two that failed
    second = push(mine, "churn:v2", target, expected=first)
    assert second.replaced == first


def test_a_kit_goes_by_digest_and_comes_by_digest(
    mine: Workspace, registry: RegistryServer, open_computer: Computers
) -> None:
    digest = mine.store.resolve(parse_reference("churn:v1")).digest
    target = f"{registry.host}/digests/churn@{digest}"
    push(mine, f"churn@{digest}", target)
    theirs = open_computer("theirs")
    pull_kit(PullWork(target), theirs.tools)
    assert rows(theirs.store) == {(f"{registry.host}/digests/churn", "", digest)}
    with pytest.raises(errors.InvalidArgument):
        push(mine, "churn:v1", f"{registry.host}/digests/churn@sha256:{'0' * 64}")


@pytest.mark.parametrize(
    ("work", "error"),
    [
        (PushWork("churn:v1"), errors.InvalidArgument),
        (PushWork("churn:v1", "team/churn:v1"), errors.InvalidArgument),
        (PushWork("churn:v9", "HOST/no/churn:v9"), errors.ReferenceNotFound),
        (PullWork("churn:v1"), errors.InvalidArgument),
        (PullWork("HOST/no/churn:v1"), errors.RemoteNotFound),
        (PullWork("HOST/No:v1"), errors.InvalidReference),
    ],
)
def test_what_cannot_be_is_said(
    work: PushWork | PullWork,
    error: type[errors.KitOpsError],
    mine: Workspace,
    registry: RegistryServer,
) -> None:
    given = {
        key: value.replace("HOST", registry.host) if isinstance(value, str) else value
        for key, value in work.parameters().items()
    }
    job = mine.jobs.submit(type(work).from_parameters(given))
    assert job.wait(60)
    assert type(job.error) is error
    assert job.explanation is not None


def test_parents_come_along(
    mine: Workspace, registry: RegistryServer, open_computer: Computers, tmp_path: Path
) -> None:
    base = f"{registry.host}/parents/base:v1"
    push(mine, "churn:v1", base)
    child = tmp_path / "child"
    (child / "notes").mkdir(parents=True)
    (child / "notes" / "a.md").write_text("notes")
    (child / "Kitfile").write_text(f"manifestVersion: 1.0.0\nmodel:\n  path: {base}\ndocs:\n- path: notes\n")
    other = open_computer("other")  # has no parent: packing looks for it in its registry
    target = f"{registry.host}/parents/child:v1"
    pushed = done(other, PackPushWork(PackWork(child, target)))
    theirs = open_computer("theirs")
    assert done(theirs, PullWork(target))["parents"] == [base]
    assert {(name, tag) for name, tag, _ in rows(theirs.store)} == {
        (f"{registry.host}/parents/child", "v1"),
        (f"{registry.host}/parents/base", "v1"),
    }
    assert theirs.store.resolve(parse_reference(target)).digest == pushed["digest"]
    unpack_reference(UnpackWork(target, tmp_path / "out"), theirs.tools)
    assert {"model.bin", "notes/a.md", "Kitfile"} <= set(tree(tmp_path / "out"))
    unpack_reference(UnpackWork(target, tmp_path / "far", source="remote"), open_computer("nobody").tools)
    assert tree(tmp_path / "far") == tree(tmp_path / "out")


def test_pack_and_push_is_one_job(registry: RegistryServer, open_computer: Computers, tmp_path: Path) -> None:
    mine = open_computer("mine")
    target = f"{registry.host}/one/churn"
    work = PackPushWork(PackWork(write_project(tmp_path / "churn"), f"{target}:v1,latest"))
    details = done(mine, work)
    assert details["tags"] == ["v1", "latest"]
    theirs = open_computer("theirs")
    for tag in ("v1", "latest"):
        assert done(theirs, PullWork(f"{target}:{tag}"))["digest"] == details["digest"]
    local = mine.jobs.submit(PackPushWork(PackWork(tmp_path / "churn", "churn:v1")))
    assert local.wait(60)
    assert isinstance(local.error, errors.InvalidArgument)
    assert all(name != "localhost/churn" for name, _, _ in rows(mine.store))  # nothing was packed for it


def test_unpacking_reads_only_what_is_wanted(
    mine: Workspace, registry: RegistryServer, open_computer: Computers, tmp_path: Path
) -> None:
    target = f"{registry.host}/wanted/churn:v1"
    push(mine, "churn:v1", target)
    theirs = open_computer("theirs")
    with pytest.raises(errors.ReferenceNotFound):
        unpack_reference(UnpackWork(target, tmp_path / "out"), theirs.tools)
    before = registry.count("GET", "/wanted/churn/blobs/")
    unpack_reference(UnpackWork(target, tmp_path / "out", ("code",), source="auto"), theirs.tools)
    assert set(tree(tmp_path / "out")) == {"src", "src/train.py"}
    assert registry.count("GET", "/wanted/churn/blobs/") == before + 2  # the config and the code
    assert rows(theirs.store) == set()
    unpack_reference(UnpackWork(target, tmp_path / "all", source="remote", keep=True), theirs.tools)
    assert (tmp_path / "all" / "model.bin").read_bytes() == b"weights" * 1000
    assert [tag for _, tag, _ in rows(theirs.store)] == ["v1"]


def test_what_a_neighbour_has_is_not_sent(
    mine: Workspace, registry: RegistryServer, open_computer: Computers
) -> None:
    first, second = (f"{registry.host}/{name}/churn:v1" for name in ("here", "there"))
    push(mine, "churn:v1", first)
    theirs = open_computer("theirs")
    pull_kit(PullWork(first), theirs.tools)
    pushed = push(theirs, first, second)
    assert pushed.copied.mounted == 2
    assert pushed.copied.blobs_sent == 1  # the config
    assert registry.count("PUT", "/there/churn/blobs/uploads/") == 1
    mine.store.tag(parse_reference("churn:v1"), parse_reference(f"{registry.host}/nowhere/churn:v1"))
    third = push(mine, "churn:v1", f"{registry.host}/third/churn:v1")  # it was never pushed to nowhere
    assert third.copied.mounted == 0
    assert third.copied.blobs_sent == 3


def test_a_manifest_is_fetched_once(
    mine: Workspace, registry: RegistryServer, open_computer: Computers
) -> None:
    target = f"{registry.host}/fetched/churn:v1"
    push(mine, "churn:v1", target)
    theirs = open_computer("theirs")
    for _ in range(2):
        find_kit(theirs.tools, parse_reference(target))
    assert registry.count("GET", "/fetched/churn/") == 2  # the manifest and the config
    pull_kit(PullWork(target), theirs.tools)
    assert registry.count("GET", "/fetched/churn/") == 4  # and the two layers


def test_a_layer_is_unpacked_as_soon_as_it_is_pulled(
    mine: Workspace, open_computer: Computers, tmp_path: Path
) -> None:
    digest = mine.store.resolve(parse_reference("churn:v1")).digest
    model, code = json.loads(mine.store.blob_path(digest).read_bytes())["layers"]
    with OddRegistry([Rule("GET", f"/blobs/{code['digest']}", times=None, stall=100)]) as odd:
        odd.add_stored(mine.store.home / "storage" / "blobs", digest, "team/churn")
        theirs = open_computer("theirs", odd.host)
        out = tmp_path / "out"
        work = UnpackWork(f"{odd.host}/team/churn:v1", out, source="remote", keep=True)
        job = theirs.jobs.submit(work)
        until(lambda: (out / "model.bin").exists(), "the model, though the code does not come")
        assert not job.state.is_finished
        theirs.jobs.cancel(job)
        assert job.wait(5)
        assert job.state is JobState.CANCELLED
        assert theirs.store.blob_path(model["digest"]).exists()  # kept for the next attempt
        assert rows(theirs.store) == set()
        assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []
        odd.rules.clear()
        again = UnpackWork(work.reference, out, source="remote", keep=True, existing=OnExisting.OVERWRITE)
        assert done(theirs, again)["digest"] == digest
        assert rows(theirs.store) == {(f"{odd.host}/team/churn", "v1", digest)}
        assert set(tree(out)) == {"Kitfile", "model.bin", "src", "src/train.py"}


def test_files_in_the_way_stop_the_pull_too(
    mine: Workspace, registry: RegistryServer, open_computer: Computers, tmp_path: Path
) -> None:
    target = f"{registry.host}/way/churn:v1"
    push(mine, "churn:v1", target)
    theirs = open_computer("theirs")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "model.bin").write_text("mine")
    for keep in (False, True):
        job = theirs.jobs.submit(UnpackWork(target, tmp_path / "out", source="remote", keep=keep))
        assert job.wait(60)
        assert isinstance(job.error, errors.FilesExist)
    assert (tmp_path / "out" / "model.bin").read_text() == "mine"


def test_what_arrives_damaged_is_not_kept(mine: Workspace, open_computer: Computers, tmp_path: Path) -> None:
    digest = mine.store.resolve(parse_reference("churn:v1")).digest
    layer = json.loads(mine.store.blob_path(digest).read_bytes())["layers"][0]["digest"]
    rule = Rule("GET", f"/blobs/{layer}", times=None, flip=700)
    with OddRegistry([rule]) as odd:
        odd.add_stored(mine.store.home / "storage" / "blobs", digest, "team/churn")
        theirs = open_computer("theirs", odd.host)
        target = f"{odd.host}/team/churn:v1"
        with pytest.raises(errors.DigestMismatch):
            pull_kit(PullWork(target), theirs.tools)
        assert rows(theirs.store) == set()
        assert not theirs.store.blob_path(layer).exists()
        for keep in (False, True):
            with pytest.raises(errors.UnpackFailed) as caught:
                unpack_reference(UnpackWork(target, tmp_path / "o", source="remote", keep=keep), theirs.tools)
            assert isinstance(caught.value.cause, errors.DigestMismatch)
            assert not (tmp_path / "o" / "model.bin").exists()


@pytest.mark.parametrize("kind", ["push", "pull", "unpack"])
def test_a_silent_registry_does_not_hold_a_cancelled_job(
    kind: str, mine: Workspace, open_computer: Computers, tmp_path: Path
) -> None:
    digest = mine.store.resolve(parse_reference("churn:v1")).digest
    method = "POST" if kind == "push" else "GET"
    silence = Rule(method, "/blobs/", times=None, delay=SILENT)
    with OddRegistry([silence]) as odd:
        target = f"{odd.host}/team/churn:v1"
        work: Work = PushWork("churn:v1", target)
        if kind != "push":
            odd.add_stored(mine.store.home / "storage" / "blobs", digest, "team/churn")
            work = PullWork(target) if kind == "pull" else UnpackWork(target, tmp_path / "o", source="remote")
        theirs = mine if kind == "push" else open_computer("theirs", odd.host)
        if kind == "push":
            theirs.save_registry(odd.host, theirs.host_options(odd.host).__class__(plain_http=True))
        job = theirs.jobs.submit(work)
        until(lambda: silence.met, "the request that is not answered")
        theirs.jobs.cancel(job)
        assert job.wait(5)
        assert job.state is JobState.CANCELLED
        assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    "work",
    [
        PushWork("a:1", "h.example/a:1", "", 3),
        PushWork("a:1"),
        PullWork("h.example/a:1", 2),
        PackPushWork(PackWork(Path("/a"), "h.example/a:1"), "h.example/b:1", "sha256:" + "0" * 64),
        UnpackWork("h.example/a:1", Path("/a"), source="remote", keep=True, parallel=2),
    ],
)
def test_the_works_are_made_again_from_the_journal(work: Work) -> None:
    assert restore(work.kind, json.loads(json.dumps(work.parameters()))) == work
