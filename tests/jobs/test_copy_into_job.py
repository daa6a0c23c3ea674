"""Files from elsewhere are copied into a project whole, and over nothing that nobody agreed to replace."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.errors import DiskFull, FileAccessError, InvalidArgument
from kitops_desktop.jobs.copy_into_job import CopyIntoWork, SameName, copy_into, names_in_the_way
from kitops_desktop.jobs.job import JobState
from kitops_desktop.jobs.kinds import restore
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from kitops_desktop.workspace import open_workspace


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", Kitfile="mine")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write(tmp_path / "elsewhere" / "data", train_csv="a,b", deep__test_csv="c")


def test_files_and_folders_arrive_whole(project: Path, data: Path) -> None:
    seen: list[Progress] = []
    notes = write(data.parent, notes_md="n") / "notes.md"
    os.utime(notes, (1_000_000, 1_000_000))
    done = copy_into(project, (data, notes), report=seen.append)
    assert (done.names, done.files, done.skipped) == (("data", "notes.md"), 3, 0)
    assert tree(project) == {
        "Kitfile": "mine",
        "data/deep/test.csv": "c",
        "data/train.csv": "a,b",
        "notes.md": "n",
    }
    assert (project / "notes.md").stat().st_mtime == 1_000_000
    assert seen[-1].done == seen[-1].total == done.size == 5


def test_what_is_there_is_skipped_kept_beside_or_replaced(project: Path, data: Path) -> None:
    write(project, data__train_csv="mine", data__mine_csv="mine")
    assert names_in_the_way(project, (data,)) == ("data",)
    done = copy_into(project, (data,), SameName.SKIP)
    assert (done.names, done.files, done.skipped) == (("data",), 1, 1)
    assert tree(project / "data") == {"deep/test.csv": "c", "mine.csv": "mine", "train.csv": "mine"}
    assert copy_into(project, (data,), SameName.KEEP_BOTH).names == ("data (2)",)
    assert tree(project / "data (2)") == tree(data)
    assert copy_into(project, (data,), SameName.REPLACE).files == 2
    assert tree(project / "data") == {"deep/test.csv": "c", "mine.csv": "mine", "train.csv": "a,b"}
    assert sorted(path.name for path in project.iterdir()) == ["Kitfile", "data", "data (2)"]


def test_a_file_of_the_same_name(project: Path, tmp_path: Path) -> None:
    kitfile = write(tmp_path / "elsewhere", Kitfile="theirs") / "Kitfile"
    assert copy_into(project, (kitfile,)).names == ("",)
    assert copy_into(project, (kitfile,), SameName.KEEP_BOTH).names == ("Kitfile (2)",)
    assert (project / "Kitfile").read_text() == "mine"
    copy_into(project, (kitfile,), SameName.REPLACE)
    assert (project / "Kitfile").read_text() == "theirs"


def test_a_folder_is_not_put_in_the_place_of_a_file(project: Path, data: Path) -> None:
    write(project, data="a file")
    with pytest.raises(FileAccessError, match="copy over"):
        copy_into(project, (data,), SameName.REPLACE)
    assert tree(project) == {"Kitfile": "mine", "data": "a file"}


def test_no_link_is_written_through(project: Path, data: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", train_csv="not the project's")
    (project / "data").symlink_to(outside)
    with pytest.raises(FileAccessError, match="a link"):
        copy_into(project, (data,), SameName.REPLACE)
    assert tree(outside) == {"train.csv": "not the project's"}


def test_links_are_followed_to_files_only(project: Path, data: Path) -> None:
    (data / "linked.csv").symlink_to(data / "train.csv")
    (data / "circle").symlink_to(data)
    (data / "broken").symlink_to("nowhere")
    done = copy_into(project, (data,))
    assert (done.files, done.left_out) == (3, 2)
    assert not (project / "data/linked.csv").is_symlink()
    assert (project / "data/linked.csv").read_text() == "a,b"


def test_stopping_leaves_nothing(project: Path, data: Path) -> None:
    token = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.done:
            token.cancel()

    with pytest.raises(Cancelled):
        copy_into(project, (data,), token=token, report=stop)
    assert [path.name for path in project.iterdir()] == ["Kitfile"]


def test_without_room_nothing_is_begun(small_disk: Callable[..., Path], tmp_path: Path) -> None:
    disk = small_disk(16 << 10)
    big = tmp_path / "big"
    big.write_bytes(bytes(64 << 10))
    with pytest.raises(DiskFull):
        copy_into(disk, (big,))
    assert not (disk / "big").exists()


def test_a_folder_is_not_copied_into_itself(project: Path, data: Path) -> None:
    for source in (project, project.parent):
        with pytest.raises(InvalidArgument):
            copy_into(project, (source,))
    with pytest.raises(InvalidArgument, match="two of the files"):
        copy_into(project, (data, write(project.parent / "other" / "data")))


def test_what_cannot_be_read_is_said(project: Path, tmp_path: Path) -> None:
    with pytest.raises(FileAccessError):
        copy_into(project, (tmp_path / "gone",))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(FileAccessError, match="neither"):
        copy_into(project, (pipe,))


def test_as_a_job(home: Path, project: Path, data: Path) -> None:
    odd = data.parent / os.fsdecode(b"od\xffd")
    odd.write_text("x")
    work = CopyIntoWork(project, (data, odd), SameName.KEEP_BOTH)
    assert restore(work.kind, work.parameters()) == work
    workspace = open_workspace()
    job = workspace.jobs.submit(work)
    assert job.wait(30)
    workspace.close()
    assert job.state is JobState.DONE, job.explanation
    assert job.result is not None
    assert job.result.details["names"] == ["data", odd.name]
    assert job.result.summary == "Copied 3 files into project"
