"""Deleting at a registry: a tag alone, a version with all its tags, and what cannot be deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop import errors
from kitops_desktop.jobs.delete_remote_job import DeleteRemoteWork, delete_remote
from kitops_desktop.jobs.job import Job
from kitops_desktop.jobs.kinds import restore
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.workspace import Workspace
from support.computers import computer
from support.registry_server import RegistryServer, push_golden

CASE = "01-all-sections"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path / "registry") as server:
        yield server


@pytest.fixture
def mine(tmp_path: Path, registry: RegistryServer) -> Iterator[Workspace]:
    with computer(tmp_path / "mine", registry.host) as opened:
        yield opened


def tags(workspace: Workspace, name: str) -> tuple[str, ...]:
    try:
        return workspace.registries.repository(parse_reference(name), CancelToken()).tags()
    except errors.RemoteNotFound:
        return ()


def delete(workspace: Workspace, work: DeleteRemoteWork) -> Job:
    job = workspace.jobs.submit(work)
    assert job.wait(60)
    return job


def test_a_tag_goes_alone(mine: Workspace, registry: RegistryServer, golden: Path) -> None:
    name = f"{registry.host}/team/churn"
    digest = push_golden(registry, golden / CASE, "team/churn", ("v1", "v2"))
    mine.history.add(f"{name}:v1", "open")
    mine.observed_tags.put(name, "v1", digest)
    job = delete(mine, DeleteRemoteWork(f"{name}:v1"))
    assert job.result is not None
    details = dict(job.result.details)
    assert details.pop("undo") > 0
    assert details == {"reference": f"{name}:v1", "digest": digest, "what": "tag", "tags": ["v1"]}
    assert tags(mine, name) == ("v2",)
    assert mine.history.recent() == ()
    assert mine.observed_tags.get(name) == {}
    assert [event.what for event in mine.tag_history.of_tag(name, "v1")] == ["deleted", "seen"]


def test_a_version_goes_with_all_its_tags(mine: Workspace, registry: RegistryServer, golden: Path) -> None:
    name = f"{registry.host}/team/churn"
    digest = push_golden(registry, golden / CASE, "team/churn", ("v1", "v2"))
    other = push_golden(registry, golden / "09-empty", "team/churn", ("v3",))
    delete(mine, DeleteRemoteWork(f"{name}:v1", "version"))
    assert tags(mine, name) == ("v3",)
    with pytest.raises(errors.RemoteNotFound):
        delete_remote(DeleteRemoteWork(f"{name}@{digest}", "version"), mine.tools)
    assert delete_remote(DeleteRemoteWork(f"{name}@{other}", "version"), mine.tools).digest == other
    assert tags(mine, name) == ()


@pytest.mark.parametrize(
    ("work", "error"),
    [
        (DeleteRemoteWork("HOST/team/churn:none"), errors.RemoteNotFound),
        (DeleteRemoteWork("HOST/team/none:v1", "version"), errors.RemoteNotFound),
        (DeleteRemoteWork("HOST/team/churn@sha256:" + "0" * 64), errors.InvalidArgument),
        (DeleteRemoteWork("churn:v1"), errors.InvalidArgument),
        (DeleteRemoteWork("HOST/team/churn:a,b"), errors.InvalidArgument),
    ],
)
def test_what_is_not_there_is_said(
    work: DeleteRemoteWork,
    error: type[errors.KitOpsError],
    mine: Workspace,
    registry: RegistryServer,
    golden: Path,
) -> None:
    push_golden(registry, golden / CASE, "team/churn")
    job = delete(mine, DeleteRemoteWork(work.reference.replace("HOST", registry.host), work.what))
    assert type(job.error) is error
    assert tags(mine, f"{registry.host}/team/churn") == ("v1",)


@pytest.mark.parametrize("what", ["tag", "version"])
def test_where_deleting_is_off_nothing_changes(what: str, tmp_path: Path, golden: Path) -> None:
    with (
        RegistryServer(tmp_path / "r", delete=False) as strict,
        computer(tmp_path / "c", strict.host) as mine,
    ):
        digest = push_golden(strict, golden / CASE, "team/churn")
        reference = f"{strict.host}/team/churn:v1"
        work = DeleteRemoteWork.from_parameters({"reference": reference, "what": what})
        assert isinstance(delete(mine, work).error, errors.RegistryUnsupported)
        repository = mine.registries.repository(parse_reference(reference), CancelToken())
        assert repository.resolve("v1").digest == digest


def test_the_work_is_made_again_from_the_journal() -> None:
    work = DeleteRemoteWork("h.example/a:1", "version")
    assert restore(work.kind, json.loads(json.dumps(work.parameters()))) == work
    with pytest.raises(ValueError, match="everything"):
        restore(work.kind, {"reference": "h.example/a:1", "what": "everything"})
