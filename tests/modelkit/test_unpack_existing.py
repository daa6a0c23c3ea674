"""Unpacking over what is there already: named beforehand, replaced, or kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.errors import FileAccessError, FilesExist, UnpackFailed
from kitops_desktop.kitfile.kitfile import CodeEntry, Kitfile
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.unpack import Conflict, OnExisting, plan_unpack, unpack
from support.archives import archive, file
from support.blob_files import BlobFiles
from support.directory_storage import DirectoryStorage
from support.made_kits import MadeLayer, make_kit, tree
from support.small_kit import FILES, one_layer, small_kit

OTHER = b"other: 1\n"
SAME = FILES["Kitfile"] or b""


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


def occupy(target: Path, **more: str) -> None:
    (target / "src").mkdir(parents=True)
    for name, text in {"model.bin": "mine", "src/run.py": "mine", "other": "mine", **more}.items():
        (target / name).write_text(text)


def test_all_files_in_the_way_are_named_before_anything_is_written(
    kit: ModelKit, storage: DirectoryStorage, target: Path
) -> None:
    occupy(target, Kitfile="mine")
    before = tree(target)
    with pytest.raises(FilesExist) as caught:
        unpack(kit, storage, target)
    named = {path.relative_to(target).as_posix() for path in caught.value.paths}
    assert named == {"Kitfile", "model.bin", "src/run.py"}
    assert tree(target) == before


def test_the_plan_names_them_with_sizes(kit: ModelKit, storage: DirectoryStorage, target: Path) -> None:
    occupy(target)
    plan = plan_unpack(kit, storage, target)
    assert set(plan.conflicts) == {
        Conflict("model.bin", 4, 140_000, True),
        Conflict("src/run.py", 4, 3, True),
    }
    assert plan.files == 6
    assert plan.free > 0


def test_the_plan_names_another_kitfile_but_not_an_equal_one(
    kit: ModelKit, storage: DirectoryStorage, target: Path
) -> None:
    target.mkdir()
    (target / "Kitfile").write_bytes(OTHER)
    assert plan_unpack(kit, storage, target).conflicts == (Conflict("Kitfile", 9, len(SAME), True),)
    (target / "Kitfile").write_bytes(SAME)
    assert plan_unpack(kit, storage, target).conflicts == ()


@pytest.mark.parametrize(
    ("existing", "decisions", "mine"),
    [
        (OnExisting.OVERWRITE, {}, {"other"}),
        (OnExisting.SKIP, {}, {"other", "model.bin", "src/run.py"}),
        (OnExisting.OVERWRITE, {"model.bin": OnExisting.SKIP}, {"other", "model.bin"}),
        (OnExisting.SKIP, {"model.bin": OnExisting.OVERWRITE}, {"other", "src/run.py"}),
        (
            OnExisting.FAIL,
            {"model.bin": OnExisting.OVERWRITE, "src/run.py": OnExisting.SKIP},
            {"other", "src/run.py"},
        ),
    ],
)
def test_files_in_the_way_are_replaced_or_kept(
    existing: OnExisting,
    decisions: dict[str, OnExisting],
    mine: set[str],
    kit: ModelKit,
    storage: DirectoryStorage,
    target: Path,
) -> None:
    occupy(target)
    done = unpack(kit, storage, target, existing=existing, decisions=decisions)
    found = tree(target)
    assert {name for name, content in found.items() if content == b"mine"} == mine
    assert {name: found[name] for name in found.keys() - mine} == {
        name: FILES[name] for name in FILES.keys() - mine
    }
    assert set(done.skipped) == mine - {"other"}
    assert done.files == 6 - len(done.skipped)


@pytest.mark.parametrize("existing", list(OnExisting))
@pytest.mark.parametrize("name", ["model.bin", "src/run.py", "README.md", "Kitfile"])
def test_a_folder_where_a_file_belongs_stops_whatever_was_said(
    name: str, existing: OnExisting, kit: ModelKit, storage: DirectoryStorage, target: Path
) -> None:
    (target / name).mkdir(parents=True)
    before = tree(target)
    with pytest.raises(FileAccessError):
        unpack(kit, storage, target, existing=existing)
    assert tree(target) == before


@pytest.mark.parametrize("existing", list(OnExisting))
@pytest.mark.parametrize("name", ["src", "data"])
def test_a_file_where_a_folder_belongs_stops_whatever_was_said(
    name: str, existing: OnExisting, kit: ModelKit, storage: DirectoryStorage, target: Path
) -> None:
    target.mkdir()
    (target / name).write_text("mine")
    with pytest.raises(FileAccessError):
        unpack(kit, storage, target, existing=existing)
    assert tree(target) == {name: b"mine"}
    found = [one for one in plan_unpack(kit, storage, target).conflicts if one.path == name]
    assert [one.same_kind for one in found] == [False]


@pytest.mark.parametrize(
    ("text", "existing", "decision"),
    [
        (OTHER, OnExisting.FAIL, None),
        (OTHER, OnExisting.SKIP, None),
        (OTHER, OnExisting.OVERWRITE, OnExisting.FAIL),
        (b"x" * len(SAME), OnExisting.FAIL, None),
    ],
)
def test_another_kitfile_stops_as_with_kit(
    text: bytes,
    existing: OnExisting,
    decision: OnExisting | None,
    kit: ModelKit,
    storage: DirectoryStorage,
    target: Path,
) -> None:
    target.mkdir()
    (target / "Kitfile").write_bytes(text)
    decisions = {} if decision is None else {"Kitfile": decision}
    with pytest.raises(FilesExist) as caught:
        unpack(kit, storage, target, existing=existing, decisions=decisions)
    assert [path.name for path in caught.value.paths] == ["Kitfile"]
    assert tree(target) == {"Kitfile": text}


@pytest.mark.parametrize(
    ("text", "existing", "decision", "kept"),
    [
        (SAME, OnExisting.FAIL, None, True),
        (OTHER, OnExisting.OVERWRITE, None, False),
        (OTHER, OnExisting.SKIP, OnExisting.SKIP, True),
        (OTHER, OnExisting.FAIL, OnExisting.SKIP, True),
        (OTHER, OnExisting.FAIL, OnExisting.OVERWRITE, False),
    ],
)
def test_a_kitfile_that_is_equal_or_decided_about(
    text: bytes,
    existing: OnExisting,
    decision: OnExisting | None,
    kept: bool,
    kit: ModelKit,
    storage: DirectoryStorage,
    target: Path,
) -> None:
    target.mkdir()
    (target / "Kitfile").write_bytes(text)
    decisions = {} if decision is None else {"Kitfile": decision}
    said: list[str] = []
    unpack(kit, storage, target, existing=existing, decisions=decisions, announce=said.append)
    assert tree(target) == FILES | {"Kitfile": text if kept else SAME}
    assert any(line.startswith("Found existing Kitfile") for line in said) == (text == SAME)


def test_unpacking_again_over_oneself(kit: ModelKit, storage: DirectoryStorage, target: Path) -> None:
    unpack(kit, storage, target)
    with pytest.raises(FilesExist):
        unpack(kit, storage, target)
    unpack(kit, storage, target, existing=OnExisting.OVERWRITE)
    assert tree(target) == FILES


def test_a_replaced_file_is_another_one_than_that_which_others_hold(
    storage: DirectoryStorage, target: Path, tmp_path: Path
) -> None:
    """A hard link elsewhere to the file in the way keeps what it had."""
    target.mkdir()
    (target / "x").write_text("mine")
    (tmp_path / "elsewhere").hardlink_to(target / "x")
    unpack(one_layer(storage, file(b"x", b"new")), storage, target, existing=OnExisting.OVERWRITE)
    assert (target / "x").read_bytes() == b"new"
    assert (tmp_path / "elsewhere").read_text() == "mine"


def test_layers_over_one_another_need_leave_to_overwrite(storage: DirectoryStorage, target: Path) -> None:
    layers = [MadeLayer(archive(file(b"x", text))) for text in (b"first", b"second")]
    kit = make_kit(storage, Kitfile(code=(CodeEntry("x"), CodeEntry("./x"))), layers)
    with pytest.raises(UnpackFailed, match="already exists"):
        unpack(kit, storage, target)
    unpack(kit, storage, target, existing=OnExisting.OVERWRITE)
    assert (target / "x").read_bytes() == b"second"
