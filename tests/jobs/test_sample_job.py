"""The sample kit is copied whole, and never over anything."""

from __future__ import annotations

import filecmp
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.errors import DiskFull, FileAccessError
from kitops_desktop.jobs.sample_job import SampleWork, copy_sample
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from kitops_desktop.resource import resource

SOURCE = resource("sample-kit")


def tree(folder: Path) -> list[str]:
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if "__pycache__" not in path.parts
    )


def assert_is_sample(folder: Path) -> None:
    assert tree(folder) == tree(SOURCE)
    files = [name for name in tree(SOURCE) if (SOURCE / name).is_file()]
    assert filecmp.cmpfiles(SOURCE, folder, files, shallow=False)[1:] == ([], [])


def test_a_new_folder_becomes_the_sample(tmp_path: Path) -> None:
    seen: list[Progress] = []
    target = tmp_path / "deep" / "sample"
    assert copy_sample(target, report=seen.append) == target
    assert_is_sample(target)
    assert [path.name for path in target.parent.iterdir()] == ["sample"]
    assert seen[-1].done == seen[-1].total


def test_an_empty_folder_becomes_the_sample(tmp_path: Path) -> None:
    target = tmp_path / "empty"
    target.mkdir()
    assert copy_sample(target) == target
    assert_is_sample(target)


def test_beside_other_files_it_gets_folders_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    places = [copy_sample(tmp_path) for _ in range(3)]
    assert [place.name for place in places] == ["sample-kit", "sample-kit-2", "sample-kit-3"]
    for place in places:
        assert_is_sample(place)
    assert (tmp_path / "thesis.tex").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 4


def test_a_file_in_the_way_stays(tmp_path: Path) -> None:
    target = tmp_path / "sample"
    target.write_text("mine")
    with pytest.raises(FileAccessError):
        copy_sample(target)
    assert target.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [target]


def test_stopping_leaves_nothing(tmp_path: Path) -> None:
    token = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.done:
            token.cancel()

    with pytest.raises(Cancelled):
        copy_sample(tmp_path / "sample", token=token, report=stop)
    assert list(tmp_path.iterdir()) == []


def test_without_room_nothing_is_begun(small_disk: Callable[..., Path]) -> None:
    disk = small_disk(16 << 10)
    with pytest.raises(DiskFull) as caught:
        copy_sample(disk / "sample")
    assert caught.value.needed is not None
    assert caught.value.needed > caught.value.free
    assert list(disk.iterdir()) == []


def test_the_work_is_made_again_from_its_parameters(tmp_path: Path) -> None:
    work = SampleWork(tmp_path / "a")
    assert SampleWork.from_parameters(work.parameters()) == work
