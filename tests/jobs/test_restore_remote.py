"""Putting back what was deleted at a registry, until its garbage is collected."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop import errors
from kitops_desktop.jobs.delete_remote_job import DeleteRemoteWork, delete_remote
from kitops_desktop.jobs.kinds import restore
from kitops_desktop.jobs.restore_remote_job import RestoreRemoteWork, restore_remote
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.database import Database
from kitops_desktop.records.deleted_versions import DeletedVersions, KeptManifest
from kitops_desktop.records.records_file import open_records
from kitops_desktop.registry.repository import Repository
from kitops_desktop.workspace import Workspace
from support.clock import Clock
from support.computers import computer
from support.programs import require_program
from support.registry_server import RegistryServer, push_golden

CASE = "01-all-sections"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """Shared by the tests of this module, which each have a repository of their own."""
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        yield server


@pytest.fixture
def path(request: pytest.FixtureRequest) -> str:
    return f"team/{request.node.name.replace('_', '-')}"


@pytest.fixture
def mine(tmp_path: Path, registry: RegistryServer) -> Iterator[Workspace]:
    with computer(tmp_path / "mine", registry.host) as opened:
        yield opened


@pytest.fixture
def name(registry: RegistryServer, path: str) -> str:
    return f"{registry.host}/{path}"


def repository(workspace: Workspace, name: str) -> Repository:
    return workspace.registries.repository(parse_reference(name), CancelToken())


def tags(workspace: Workspace, name: str) -> tuple[str, ...]:
    try:
        return repository(workspace, name).tags()
    except errors.RemoteNotFound:
        return ()


def test_a_tag_that_was_deleted_stands_for_the_same_again(
    mine: Workspace, name: str, registry: RegistryServer, golden: Path, path: str
) -> None:
    digest = push_golden(registry, golden / CASE, path, ("v1", "v2"))
    deleted = delete_remote(DeleteRemoteWork(f"{name}:v1"), mine.tools)
    assert tags(mine, name) == ("v2",)
    work = RestoreRemoteWork(deleted.undo, f"{name}:v1")
    assert restore(work.kind, json.loads(json.dumps(work.parameters()))) == work
    job = mine.jobs.submit(work)
    assert job.wait(60)
    assert job.result is not None
    assert job.result.summary == f"Put {name}:v1 back"
    assert repository(mine, name).resolve("v1").digest == digest
    assert mine.deleted_versions.recent() == ()
    events = mine.tag_history.of_tag(name, "v1")
    assert {event.what for event in events} >= {"deleted", "restore"}


def test_a_version_comes_back_with_all_its_tags(
    mine: Workspace, name: str, registry: RegistryServer, golden: Path, path: str
) -> None:
    digest = push_golden(registry, golden / CASE, path, ("v1", "v2", "v3"))
    mine.observed_tags.put(name, "v3", digest)
    mine.observed_tags.put(name, "gone", digest)
    work = DeleteRemoteWork(f"{name}@{digest}", "version", ("v2", "v1"))
    deleted = delete_remote(work, mine.tools)
    assert set(deleted.tags) == {"v1", "v2", "v3"}
    assert tags(mine, name) == ()
    (kept,) = mine.deleted_versions.recent(name)
    assert kept.whole
    restored = restore_remote(RestoreRemoteWork(kept.id, kept.text), mine.tools)
    assert set(restored.tags) == {"v1", "v2", "v3"}
    assert tags(mine, name) == ("v1", "v2", "v3")
    assert repository(mine, name).resolve("v3").digest == digest


def test_a_version_without_tags_comes_back_under_its_digest(
    mine: Workspace, name: str, registry: RegistryServer, golden: Path, path: str
) -> None:
    digest = push_golden(registry, golden / CASE, path, ("v1",))
    delete_remote(DeleteRemoteWork(f"{name}:v1"), mine.tools)
    deleted = delete_remote(DeleteRemoteWork(f"{name}@{digest}", "version"), mine.tools)
    restored = restore_remote(RestoreRemoteWork(deleted.undo, name), mine.tools)
    assert restored.tags == ()
    assert repository(mine, name).resolve(digest).digest == digest


def test_a_tag_that_means_something_else_by_now_is_left_alone(
    mine: Workspace, name: str, registry: RegistryServer, golden: Path, path: str
) -> None:
    digest = push_golden(registry, golden / CASE, path, ("v1",))
    deleted = delete_remote(DeleteRemoteWork(f"{name}:v1", "version"), mine.tools)
    other = push_golden(registry, golden / "09-empty", path, ("v1",))
    restored = restore_remote(RestoreRemoteWork(deleted.undo, f"{name}:v1"), mine.tools)
    assert restored.taken == ("v1",)
    assert "v1 means something else" in restored.result().summary
    assert repository(mine, name).resolve("v1").digest == other
    assert repository(mine, name).resolve(digest).digest == digest


def test_where_deleting_fails_nothing_is_kept(tmp_path: Path, golden: Path) -> None:
    with (
        RegistryServer(tmp_path / "r", delete=False) as strict,
        computer(tmp_path / "c", strict.host) as mine,
    ):
        push_golden(strict, golden / CASE, "team/churn")
        with pytest.raises(errors.RegistryUnsupported):
            delete_remote(DeleteRemoteWork(f"{strict.host}/team/churn:v1"), mine.tools)
        assert mine.deleted_versions.recent() == ()


def test_after_the_garbage_was_collected_only_what_the_store_has_comes_back(
    tmp_path: Path, golden: Path
) -> None:
    """It is collected by the registry's own command, while that does not run."""
    folder = tmp_path / "registry"
    with RegistryServer(folder) as server:
        port = server.port
        digest = push_golden(server, golden / CASE, "team/churn", ("v1",))
        with computer(tmp_path / "mine", server.host) as mine:
            work = DeleteRemoteWork(f"{server.host}/team/churn:v1", "version")
            undo = delete_remote(work, mine.tools).undo
    collect = [require_program("docker-registry"), "garbage-collect", str(folder / "config.yml")]
    subprocess.run(collect, check=True, capture_output=True, timeout=60)
    with RegistryServer(folder, port=port) as server, computer(tmp_path / "mine", server.host) as mine:
        assert server.blobs() == set()
        job = mine.jobs.submit(RestoreRemoteWork(undo, "it"))
        assert job.wait(60)
        assert isinstance(job.error, errors.VersionCollected)
        assert mine.deleted_versions.find(undo) is not None  # for when this computer has it
        with pytest.raises(errors.InvalidArgument):
            restore_remote(RestoreRemoteWork(undo + 1, "it"), mine.tools)
        storage = mine.store.home / "storage"
        shutil.copytree(golden / CASE / "storage", storage, dirs_exist_ok=True)
        restored = restore_remote(RestoreRemoteWork(undo, "it"), mine.tools)
        assert restored.sent > 1
        assert repository(mine, f"{server.host}/team/churn").resolve("v1").digest == digest


class TestRecords:
    @pytest.fixture
    def database(self, tmp_path: Path) -> Iterator[Database]:
        opened = open_records(tmp_path / "records.sqlite")
        yield opened
        opened.close()

    def test_the_latest_come_first_and_the_oldest_are_forgotten(self, database: Database) -> None:
        kept = DeletedVersions(database, 150, Clock())
        manifest = KeptManifest("text/plain", bytes(range(60)))
        ids = [kept.add(f"h/{n}", f"sha256:{n}", ("a", "b"), manifest, whole=n % 2 == 0) for n in range(4)]
        assert [one.id for one in kept.recent()] == [ids[3], ids[2]]
        assert [one.text for one in kept.recent("h/3")] == ["h/3:a"]
        found = kept.find(ids[3])
        assert found is not None
        assert found[1] == manifest
        assert kept.find(ids[0]) is None
        kept.forget(ids[3])
        assert [one.id for one in kept.recent()] == [ids[2]]
        assert kept.add("h/5", "sha256:5", (), manifest, whole=True) > ids[3]

    def test_what_is_deleted_once_more_is_kept_once(self, database: Database) -> None:
        kept, manifest = DeletedVersions(database, clock=Clock()), KeptManifest("text/plain", b"{}")
        first = kept.add("h/a", "sha256:1", ("v1",), manifest, whole=False)
        other = kept.add("h/a", "sha256:1", ("v1",), manifest, whole=True)
        again = kept.add("h/a", "sha256:1", ("v1",), manifest, whole=False)
        assert again > first
        assert [one.id for one in kept.recent()] == [again, other]
