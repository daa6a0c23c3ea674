"""Verifying, removing, pruning and moving the store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop import errors
from kitops_desktop.jobs.kinds import KINDS, restore
from kitops_desktop.jobs.move_store_job import MoveStoreWork, move_store
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.prune_job import EmptyTrashWork, PruneWork
from kitops_desktop.jobs.remove_job import RemoveWork
from kitops_desktop.jobs.verify_job import VerifyWork
from kitops_desktop.jobs.work import Result, Work
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from kitops_desktop.settings import Folders
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.workspace import Workspace, open_workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A workspace whose settings say where the store is, with three kits; two share their model."""
    monkeypatch.delenv("KITOPS_HOME")
    names = ("config", "state", "data", "cache", "logs")
    opened = open_workspace(folders=Folders(*(tmp_path / "app" / name for name in names)))
    for name, weights in (("a", b"same"), ("b", b"same"), ("c", b"own")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "model.bin").write_bytes(weights * 5000)
        (folder / "Kitfile").write_text(
            f"manifestVersion: 1.0.0\npackage:\n  name: {name}\nmodel:\n  path: model.bin\n"
        )
        pack_folder(PackWork(folder, f"team/{name}:v1,latest"), opened.tools)
    yield opened
    opened.close()


def do(workspace: Workspace, work: Work) -> Result:
    job = workspace.jobs.submit(work)
    assert job.wait(60)
    if job.error is not None:
        raise job.error
    assert job.result is not None
    return job.result


def kits(store: LocalStore) -> dict[str, list[str]]:
    return {kit.repository: sorted(kit.tags) for kit in store.listing().kits}


ALL = {f"localhost/team/{name}": ["latest", "v1"] for name in "abc"}


def damage(store: LocalStore, name: str) -> str:
    kit = next(kit for kit in store.listing().kits if kit.repository.endswith(name))
    digest = kit.manifest.layers[0].digest
    path = store.blob_path(digest)
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[600] ^= 1
    path.write_bytes(bytes(content))
    return digest


def test_a_sound_store_is_verified(workspace: Workspace) -> None:
    result = do(workspace, VerifyWork())
    assert "all as they should be" in result.summary
    assert result.details["checked"] >= 8
    assert result.details["damage"] == []


def test_a_tampered_blob_is_named(workspace: Workspace) -> None:
    digest = damage(workspace.store, "/c")
    result = do(workspace, VerifyWork())
    (found,) = result.details["damage"]
    assert found["digest"] == digest
    assert any("team/c" in name for name in found["affects"])


def test_removing_can_be_undone(workspace: Workspace) -> None:
    result = do(workspace, RemoveWork(("team/c:v1",), force=True))
    assert result.details["freed"] > 0
    assert "localhost/team/c" not in kits(workspace.store)
    workspace.store.restore(result.details["id"])
    assert kits(workspace.store) == ALL


def test_removing_what_is_not_there_fails(workspace: Workspace) -> None:
    with pytest.raises(errors.ReferenceNotFound):
        do(workspace, RemoveWork(("team/z:v1",)))


def test_nothing_to_prune_and_the_trash_is_emptied(workspace: Workspace) -> None:
    assert do(workspace, PruneWork()).details["freed"] == 0
    do(workspace, RemoveWork(("team/c:v1",), force=True))
    assert do(workspace, EmptyTrashWork(days=1)).details["freed"] == 0
    assert do(workspace, EmptyTrashWork()).details["freed"] > 0
    assert workspace.store.trash() == ()


def test_upkeep_puts_back_what_another_program_dropped(workspace: Workspace) -> None:
    index = workspace.store.home / "storage" / "index.json"
    before = index.read_bytes()
    pack_folder(PackWork(workspace.folders.config.parents[1] / "a", "team/late:v1"), workspace.tools)
    index.write_bytes(before)
    workspace.look_after_store()
    assert json.loads(index.read_bytes()) != json.loads(before) or kits(workspace.store) == ALL | {
        "localhost/team/late": ["v1"]
    }
    assert kits(workspace.store) == ALL | {"localhost/team/late": ["v1"]}


@pytest.mark.parametrize(("days", "left"), [(7, 1), (0, 0)])
def test_upkeep_deletes_old_trash_only(workspace: Workspace, days: int, left: int) -> None:
    do(workspace, RemoveWork(("team/c:v1",), force=True))
    workspace.change_settings(trash_days=days)
    workspace.look_after_store()
    assert len(workspace.store.trash()) == left


def test_upkeep_of_a_store_that_cannot_be_reached_is_silent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    opened = open_workspace(home=str(tmp_path / "file" / "kits"))
    try:
        assert opened.look_after_store() == ()
    finally:
        opened.close()


def test_the_store_moves_with_all_its_kits(workspace: Workspace, tmp_path: Path) -> None:
    old, target = workspace.store, tmp_path / "elsewhere" / "kits"
    result = do(workspace, MoveStoreWork(target))
    assert (result.details["kits"], result.details["left"]) == (3, [])
    assert workspace.store.home == target
    assert kits(workspace.store) == ALL
    assert not workspace.store.verify().damage
    assert kits(old) == {}
    assert workspace.settings.store_home == str(target)
    again = open_workspace(folders=workspace.folders)
    try:
        assert again.store.home == target
        assert kits(again.store) == ALL
    finally:
        again.close()


def test_a_move_goes_on_with_a_blob_that_was_half_copied(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    layer = workspace.store.listing().kits[0].manifest.layers[0]
    with workspace.store.fetch(layer, 0, layer.size // 2) as source, LocalStore(target).ingest(layer) as half:
        half.write(source.read())
    assert do(workspace, MoveStoreWork(target)).details["left"] == []
    assert kits(workspace.store) == ALL
    assert not workspace.store.verify().damage


def test_a_store_that_has_kits_gets_the_others_as_well(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    other = open_workspace(home=str(target), folders=workspace.folders)
    try:
        pack_folder(PackWork(tmp_path / "a", "team/other:v1"), other.tools)
        pack_folder(PackWork(tmp_path / "a", "team/a:v1"), other.tools)
    finally:
        other.close()
    do(workspace, MoveStoreWork(target))
    assert kits(workspace.store) == ALL | {"localhost/team/other": ["v1"]}


def test_a_name_that_means_another_kit_there_stops_the_move(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    other = open_workspace(home=str(target), folders=workspace.folders)
    try:
        pack_folder(PackWork(tmp_path / "c", "team/a:v1"), other.tools)
    finally:
        other.close()
    old = workspace.store
    with pytest.raises(errors.InvalidArgument, match="team/a:v1"):
        do(workspace, MoveStoreWork(target))
    assert workspace.store is old
    assert kits(old) == ALL
    assert workspace.settings.store_home == ""


def test_a_damaged_kit_stays_and_the_others_move(workspace: Workspace, tmp_path: Path) -> None:
    old = workspace.store
    damage(old, "/c")
    result = do(workspace, MoveStoreWork(tmp_path / "elsewhere"))
    assert result.details["kits"] == 2
    ((name, reason),) = result.details["left"]
    assert "team/c@sha256:" in name
    assert "digest" in reason
    assert "localhost/team/c" not in kits(workspace.store)
    assert kits(old) == {"localhost/team/c": ["latest", "v1"]}


def test_stopping_leaves_the_old_store_in_use(workspace: Workspace, tmp_path: Path) -> None:
    token, old = CancelToken(), workspace.store

    def stop(progress: Progress) -> None:
        if progress.done:
            token.cancel()

    with pytest.raises(Cancelled):
        move_store(tmp_path / "elsewhere", workspace.tools, token=token, report=stop)
    assert workspace.store is old
    assert kits(old) == ALL
    assert not old.verify().damage
    move_store(tmp_path / "elsewhere", workspace.tools)
    assert kits(workspace.store) == ALL


def test_the_place_that_kitops_home_gives_is_not_changed(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITOPS_HOME", str(workspace.store.home))
    fixed = open_workspace(folders=workspace.folders)
    try:
        with pytest.raises(errors.InvalidArgument, match="KITOPS_HOME"):
            move_store(tmp_path / "elsewhere", fixed.tools)
    finally:
        fixed.close()


@pytest.mark.parametrize("where", [".", "inside", ".."])
def test_a_store_does_not_move_into_itself(workspace: Workspace, where: str) -> None:
    with pytest.raises(errors.InvalidArgument):
        move_store(workspace.store.home / where, workspace.tools)
    assert kits(workspace.store) == ALL


@pytest.mark.parametrize(
    "work",
    [
        VerifyWork(repair=True),
        RemoveWork(("a:1", "b:2"), force=True),
        PruneWork(),
        EmptyTrashWork(3),
        MoveStoreWork(Path("/elsewhere")),
    ],
    ids=lambda work: work.kind,
)
def test_works_are_made_again_from_their_parameters(work: Work) -> None:
    assert restore(work.kind, json.loads(json.dumps(work.parameters()))) == work
    assert work.title


def test_a_kind_of_a_newer_version_is_not_known() -> None:
    assert restore("teleport", {}) is None
    assert "pack" in KINDS
    assert parse_reference("a:1").tag == "1"
