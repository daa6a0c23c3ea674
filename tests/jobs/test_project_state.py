"""How a folder stands to what it was packed as."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kitops_desktop.jobs import folder_changes
from kitops_desktop.jobs.folder_changes import NO_CHANGES, FolderChanges, StateSources
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.project_state import PackedAs, ProjectState, ProjectStates
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.reading_limits import ReadingLimits
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.settings import Folders
from kitops_desktop.workspace import Workspace, open_workspace

KITFILE = """manifestVersion: 1.0.0
package:
  name: churn
  authors: [MLTeam]
model:
  path: model.bin
  parameters:
    epochs: 40
    rate: 1e-3
datasets:
- name: train
  path: data
code:
- path: src
"""
LONG_AGO = 1_600_000_000


@pytest.fixture(autouse=True)
def nothing_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of this very second are trusted, so that no test has to wait."""
    monkeypatch.setattr("kitops_desktop.modelkit.memory.RACY_NS", 0)
    monkeypatch.setattr(folder_changes, "RACY_NS", 0)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    names = ("config", "state", "data", "cache", "logs")
    opened = open_workspace(folders=Folders(*(tmp_path / "app" / name for name in names)))
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "churn"
    for name in ("src", "data"):
        (folder / name).mkdir(parents=True)
    (folder / "Kitfile").write_text(KITFILE)
    (folder / "model.bin").write_bytes(b"weights" * 1000)
    (folder / "src" / "train.py").write_text("print('training')")
    (folder / "data" / "a.csv").write_text("a,b\n" * 100)
    (folder / "data" / "b.csv").write_text("a,b\n" * 200)
    return folder


@pytest.fixture
def state_of(workspace: Workspace) -> Callable[..., ProjectState]:
    """state_of(folder): as a program finds it that was just started."""
    states = ProjectStates(lambda: sources(workspace))

    def find(folder: Path) -> ProjectState:
        record = workspace.projects.find(folder)
        packed = PackedAs(record.last_reference, record.last_digest) if record else PackedAs()
        return states.of_folder(folder, packed, CancelToken())

    return find


def sources(workspace: Workspace) -> StateSources:
    return StateSources(workspace.store, workspace.memory, workspace.listings, workspace.same_files)


def stored_bytes(workspace: Workspace) -> int:
    return sum(
        path.stat().st_size
        for path in workspace.store.home.rglob("*")
        if "blobs" in path.parts and path.is_file()
    )


def pack(
    workspace: Workspace, folder: Path, name: str = "churn:v1", compression: Compression = Compression.NONE
) -> None:
    workspace.projects.add(folder)
    pack_folder(PackWork(folder, name, compression=compression), workspace.tools)


def test_a_folder_that_was_never_packed(folder: Path, state_of: Callable[..., ProjectState]) -> None:
    state = state_of(folder)
    assert (state.packed_as, state.changes, state.unknown, state.is_in_sync) == ("", None, "", False)
    assert state.new_bytes is not None
    assert state.new_bytes > 7000


@pytest.mark.parametrize("compression", [Compression.NONE, Compression.GZIP, Compression.ZSTD])
def test_a_folder_that_was_just_packed_is_in_sync(
    workspace: Workspace, folder: Path, state_of: Callable[..., ProjectState], compression: Compression
) -> None:
    pack(workspace, folder, compression=compression)
    assert state_of(folder) == ProjectState(packed_as="churn:v1", changes=NO_CHANGES, new_bytes=0)


def test_changes_are_counted_with_what_a_pack_would_add(
    workspace: Workspace, folder: Path, state_of: Callable[..., ProjectState]
) -> None:
    pack(workspace, folder)
    assert state_of(folder).is_in_sync
    (folder / "data" / "a.csv").write_text("a,b\n" * 300)
    (folder / "data" / "b.csv").unlink()
    (folder / "data" / "c.csv").write_text("1")
    (folder / "data" / "d.csv").write_text("1")
    state = state_of(folder)
    assert state.changes == FolderChanges(added=2, changed=1, removed=1)
    assert not state.kitfile_changed
    before = stored_bytes(workspace)
    pack_folder(PackWork(folder), workspace.tools)
    added = stored_bytes(workspace) - before
    assert state.new_bytes is not None
    assert state.new_bytes <= added < state.new_bytes + 4096, "manifest and config come on top"
    assert not state.at_most


def test_a_large_file_that_stayed_is_not_read_again(
    workspace: Workspace,
    folder: Path,
    state_of: Callable[..., ProjectState],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(folder_changes, "MOST_COMPARED", 0)
    pack(workspace, folder)
    assert state_of(folder).is_in_sync
    (folder / "data" / "c.csv").write_text("1")
    assert state_of(folder).changes == FolderChanges(added=1), "a.csv and b.csv are known by their identity"
    os.utime(folder / "data" / "a.csv", (LONG_AGO, LONG_AGO))
    state = state_of(folder)
    assert state.changes == FolderChanges(added=1, touched=1)
    assert state.at_most


def test_touched_files_are_compared_as_far_as_that_is_cheap(
    workspace: Workspace, folder: Path, state_of: Callable[..., ProjectState]
) -> None:
    pack(workspace, folder, compression=Compression.ZSTD)
    for name in ("a.csv", "b.csv"):
        os.utime(folder / "data" / name, (LONG_AGO, LONG_AGO))
    state = state_of(folder)
    assert state.is_in_sync
    assert state.new_bytes == 0, "the layer comes out as it is"
    (folder / "data" / "a.csv").write_text("b,a\n" * 100)
    assert state_of(folder).changes == FolderChanges(changed=1)


def test_modes_and_folders_count(
    workspace: Workspace, folder: Path, state_of: Callable[..., ProjectState]
) -> None:
    pack(workspace, folder)
    (folder / "src" / "train.py").chmod(0o755)
    assert state_of(folder).changes == FolderChanges(changed=1)
    (folder / "src" / "train.py").chmod(0o644)
    (folder / "src" / "empty").mkdir()
    state = state_of(folder)
    assert state.changes == FolderChanges(folders=True)
    assert not state.is_in_sync


def test_a_kitfile_alone_can_have_changed(
    workspace: Workspace, folder: Path, state_of: Callable[..., ProjectState]
) -> None:
    pack(workspace, folder)
    (folder / "Kitfile").write_text("# a comment\n" + KITFILE)
    assert state_of(folder).is_in_sync
    (folder / "Kitfile").write_text(KITFILE.replace("epochs: 40", "epochs: 41"))
    state = state_of(folder)
    assert state.kitfile_changed
    assert (state.changes, state.new_bytes, state.is_in_sync) == (NO_CHANGES, 0, False)


def test_going_back_is_being_in_sync_with_the_earlier_version(
    workspace: Workspace, folder: Path, state_of: Callable[..., ProjectState]
) -> None:
    pack(workspace, folder, "churn:v1")
    model = folder / "model.bin"
    model.rename(folder / "kept")
    model.write_bytes(b"other")
    pack(workspace, folder, "churn:v2")
    assert state_of(folder).packed_as == "churn:v2"
    model.unlink()
    (folder / "kept").rename(model)
    again = state_of(folder)
    assert again.packed_as == "churn:v2"
    assert again.changes == FolderChanges(changed=1), "moving it about gave it another identity"
    pack_folder(PackWork(folder), workspace.tools)  # what is read once is known from then on
    state = state_of(folder)
    assert (state.packed_as, state.is_in_sync) == ("churn:v1", True)


def test_a_kit_is_called_by_a_name_that_still_stands_for_it(
    workspace: Workspace, folder: Path, state_of: Callable[..., ProjectState]
) -> None:
    pack(workspace, folder, "churn:v1,stable")
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    (other / "model.bin").write_bytes(b"other")
    pack(workspace, other, "churn:v1")
    assert state_of(folder).packed_as == "churn:stable"


def test_a_kit_that_is_gone_says_so(
    workspace: Workspace, folder: Path, state_of: Callable[..., ProjectState]
) -> None:
    pack(workspace, folder)
    workspace.store.remove([parse_reference("churn:v1")])
    state = state_of(folder)
    assert state.unknown == "churn:v1 is not on this computer"
    assert state.changes is None
    assert state.new_bytes == total(folder)


def total(folder: Path) -> int:
    """The bytes of three layers: headers, contents in whole blocks, and their ends."""
    model, source, data = 512 + 7168 + 1024, 512 * 2 + 512 + 1024, 512 * 3 + 512 + 1024 + 1024
    assert folder.is_dir()
    return model + source + data


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda folder: shutil.rmtree(folder), ProjectState(is_gone=True, packed_as="churn:v1")),
        (lambda folder: (folder / "Kitfile").unlink(), ProjectState(is_new=True, packed_as="churn:v1")),
        (
            lambda folder: (folder / "Kitfile").write_text(KITFILE + "docs:\n- path: src\n- paht: a\n"),
            ProjectState(problems=1, packed_as="churn:v1"),
        ),
    ],
    ids=["gone", "no Kitfile", "two errors"],
)
def test_what_cannot_be_packed(
    workspace: Workspace,
    folder: Path,
    state_of: Callable[..., ProjectState],
    spoil: Callable[[Path], None],
    expected: ProjectState,
) -> None:
    pack(workspace, folder)
    spoil(folder)
    assert state_of(folder) == expected


def test_other_trouble_is_named(
    workspace: Workspace, folder: Path, state_of: Callable[..., ProjectState]
) -> None:
    pack(workspace, folder)
    (folder / "model.bin").unlink()
    assert state_of(folder).trouble == "A path of the Kitfile is not in the folder"
    (folder / "model.bin").write_text("1")
    (folder / ".kitignore").write_text("[\n")
    assert state_of(folder).trouble


def test_too_many_files_are_not_compared(
    workspace: Workspace,
    folder: Path,
    state_of: Callable[..., ProjectState],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pack(workspace, folder)
    (folder / "data" / "c.csv").write_text("1")
    monkeypatch.setattr(folder_changes, "MOST_FILES", 1)
    state = state_of(folder)
    assert state.changes is None
    assert "too many files" in state.unknown
    assert state.at_most


def test_large_compressed_layers_are_not_read(
    workspace: Workspace,
    folder: Path,
    state_of: Callable[..., ProjectState],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pack(workspace, folder, compression=Compression.GZIP)
    assert state_of(folder).is_in_sync, "known by its layers"
    (folder / "data" / "c.csv").write_text("1")
    monkeypatch.setattr(folder_changes, "_LIMITS", ReadingLimits(compressed=1))
    assert state_of(folder).unknown == "its layers are compressed, and large"


def test_finding_out_can_be_stopped(workspace: Workspace, folder: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        ProjectStates(lambda: sources(workspace)).of_folder(folder, PackedAs(), token)
