"""What a failed, cancelled or killed unpacking leaves, and how the next one finds it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.errors import (
    ArchiveDamaged,
    FileAccessError,
    InvalidArgument,
    UnpackFailed,
)
from kitops_desktop.kitfile.kitfile import CodeEntry, Kitfile
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.staging import PREFIX
from kitops_desktop.modelkit.target_folder import Folder
from kitops_desktop.modelkit.unpack import OnExisting, plan_unpack, unpack
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from support import unpack_program
from support.archives import file, folder
from support.blob_files import BlobFiles
from support.directory_storage import DirectoryStorage
from support.made_kits import MadeLayer, make_kit, tree
from support.small_kit import FILES, one_layer, small_kit


@pytest.fixture(params=[BlobFiles, DirectoryStorage], ids=["files", "streams"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> DirectoryStorage:
    made: DirectoryStorage = request.param(tmp_path / "storage")
    return made


@pytest.fixture
def kit(storage: DirectoryStorage) -> ModelKit:
    return small_kit(storage)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target"


def staging_folders(target: Path) -> list[Path]:
    return list(target.glob(f"{PREFIX}*"))


def test_a_wrong_filter_leaves_nothing(kit: ModelKit, storage: DirectoryStorage, target: Path) -> None:
    with pytest.raises(InvalidArgument):
        unpack(kit, storage, target, filters=["dataset"])
    assert not target.exists()


def failing_move(name_that_fails: str) -> Callable[[Folder, str, Folder, str], None]:
    move = Folder.move

    def failing(self: Folder, name: str, to: Folder, new_name: str) -> None:
        if new_name == name_that_fails:
            raise OSError(5, "Input/output error", new_name)
        move(self, name, to, new_name)

    return failing


def test_a_layer_that_cannot_be_placed_puts_back_what_it_replaced(
    storage: DirectoryStorage, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.mkdir()
    (target / "a").write_text("mine")
    (target / "kept").mkdir()
    kit = one_layer(
        storage, file(b"a", b"new"), folder(b"d", 0o500), file(b"d/b"), file(b"kept/c"), file(b"z")
    )
    monkeypatch.setattr(Folder, "move", failing_move("z"))
    with pytest.raises(UnpackFailed) as caught:
        unpack(kit, storage, target, filters=["code"], existing=OnExisting.OVERWRITE)
    assert isinstance(caught.value.cause, FileAccessError)
    assert tree(target) == {"a": b"mine", "kept": None}


def test_a_target_made_for_nothing_goes_again(storage: DirectoryStorage, tmp_path: Path) -> None:
    kit = make_kit(storage, Kitfile(code=(CodeEntry("x"),)), [MadeLayer(b"no archive at all")])
    with pytest.raises(UnpackFailed) as caught:
        unpack(kit, storage, tmp_path / "made" / "for" / "it", filters=["code"])
    assert isinstance(caught.value.cause, ArchiveDamaged)
    assert not (tmp_path / "made").exists()


def test_a_target_that_is_a_file(kit: ModelKit, storage: DirectoryStorage, target: Path) -> None:
    target.write_text("mine")
    with pytest.raises(FileAccessError):
        unpack(kit, storage, target)
    with pytest.raises(FileAccessError):
        plan_unpack(kit, storage, target)
    assert target.read_text() == "mine"


def test_a_target_that_may_not_be_written(
    tmp_path: Path, target: Path, run_unprivileged: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    storage = DirectoryStorage(tmp_path / "storage")
    target.mkdir(mode=0o500)
    command = unpack_program.command(storage, small_kit(storage), target)
    done = run_unprivileged(command, env=unpack_program.environment())
    assert "FileAccessError" in done.stderr
    assert list(target.iterdir()) == []


def test_cancelling_keeps_whole_layers_only(kit: ModelKit, storage: DirectoryStorage, target: Path) -> None:
    token = CancelToken()

    def cancel(line: str) -> None:
        if line == "Unpacking code to src":
            token.cancel()

    with pytest.raises(Cancelled):
        unpack(kit, storage, target, token=token, announce=cancel)
    assert set(tree(target)) == {"Kitfile", "model.bin"}


def test_cancelling_in_the_middle_of_a_file(kit: ModelKit, storage: DirectoryStorage, target: Path) -> None:
    token = CancelToken()

    def cancel(progress: Progress) -> None:
        if progress.done:
            token.cancel()

    with pytest.raises(Cancelled):
        unpack(kit, storage, target, filters=["model"], token=token, report=cancel)
    assert not target.exists()


def test_a_killed_one_leaves_whole_layers_and_a_folder_the_next_one_removes(
    tmp_path: Path, target: Path
) -> None:
    storage = DirectoryStorage(tmp_path / "storage")
    kit = small_kit(storage)
    process = unpack_program.start(storage, kit, target, kit.layers[1].descriptor.digest)
    with process:
        assert len(staging_folders(target)) == 1
        process.kill()
    left = staging_folders(target)
    assert len(left) == 1
    named = {name for name in tree(target) if not name.startswith(PREFIX)}
    assert named == {"model.bin"}
    assert plan_unpack(kit, storage, target).files == 6
    unpack(kit, storage, target, existing=OnExisting.OVERWRITE)
    assert tree(target) == FILES


def test_the_folder_of_a_living_one_is_left_alone(tmp_path: Path, target: Path) -> None:
    storage = DirectoryStorage(tmp_path / "storage")
    kit = small_kit(storage)
    process = unpack_program.start(storage, kit, target, kit.layers[0].descriptor.digest)
    with process:
        theirs = staging_folders(target)
        unpack(one_layer(storage, file(b"mine", b"mine")), storage, target, filters=["code"])
        assert staging_folders(target) == theirs
        process.communicate("\n" * 1000)
    assert process.returncode == 0
    assert tree(target) == {name: FILES[name] for name in FILES if name != "Kitfile"} | {"mine": b"mine"}


def test_a_stranger_of_that_name_is_no_folder_of_ours(
    kit: ModelKit, storage: DirectoryStorage, target: Path, tmp_path: Path
) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "file").write_text("theirs")
    target.mkdir()
    (target / f"{PREFIX}link").symlink_to(tmp_path / "theirs")
    (target / f"{PREFIX}file").write_text("mine")
    unpack(kit, storage, target)
    assert (tmp_path / "theirs" / "file").read_text() == "theirs"
    assert os.path.lexists(target / f"{PREFIX}link")
    assert (target / f"{PREFIX}file").read_text() == "mine"


@pytest.mark.parametrize("name", [PREFIX, PREFIX + "x", PREFIX + "x/1"])
def test_a_layer_cannot_reach_into_the_hidden_folder(
    name: str, storage: DirectoryStorage, target: Path
) -> None:
    kit = one_layer(storage, file(name.encode(), b"evil"))
    with pytest.raises(UnpackFailed):
        unpack(kit, storage, target, filters=["code"])
    assert not target.exists()


def test_many_files_take_few_descriptors(storage: DirectoryStorage, target: Path) -> None:
    kit = one_layer(storage, folder(b"d"), *(file(b"d/%d" % number, b"") for number in range(3000)))
    before = len(list(Path("/proc/self/fd").iterdir()))
    unpack(kit, storage, target, filters=["code"])
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert len(tree(target)) == 3001
