"""What downloading a repository leaves in a folder, and what it never does there."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kitops_desktop.errors import DiskFull, DownloadElsewhere, FileAccessError, HfAccessNeeded, HfContentWrong
from kitops_desktop.importers.hugging_face.download_plan import plan_download
from kitops_desktop.importers.hugging_face.values import HfFile
from kitops_desktop.modelkit.conflicts import ExistingRules, OnExisting
from kitops_desktop.modelkit.entry_names import DOWNLOAD_PREFIX
from kitops_desktop.progress import CancelToken, Progress
from support.http_server import Rule
from support.hub_downloads import EMPTY, FILES, Downloading, downloading
from support.repositories import MIB, noise


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Downloading]:
    with downloading(tmp_path) as made:
        yield made


def test_the_folder_has_what_the_repository_has(here: Downloading) -> None:
    told: list[Progress] = []
    done = here.download(report=told.append)
    assert here.content() == FILES
    assert here.hidden() == []
    assert (done.files, done.size) == (len(FILES), sum(map(len, FILES.values())))
    assert done.present == done.skipped == done.beside == done.left_out == ()
    assert (told[-1].done, told[-1].total, told[-1].skipped) == (done.size, done.size, 0)
    usual = here.target / "usual"
    os.close(os.open(usual, os.O_CREAT, 0o644))
    modes = {stat.S_IMODE((here.target / path).stat().st_mode) for path in FILES}
    assert modes == {stat.S_IMODE(usual.stat().st_mode)}


def test_only_what_is_wanted_comes(here: Downloading) -> None:
    wanted = [file for file in here.files() if file.path.endswith(".json")]
    here.download(files=wanted)
    assert set(here.content()) == {"config.json", "tokenizer/added tokens.json"}


def test_thousands_of_small_files_are_told_apart_quickly(tmp_path: Path) -> None:
    """Of 5,000 files all but 125 are there: only these are asked for, and all are right."""
    files = {f"part{number % 25}/{number}.json": b"%d" % number for number in range(5000)}
    with downloading(tmp_path, files, lfs=()) as here:
        for number, (path, content) in enumerate(files.items()):
            if number % 40:
                (here.target / path).parent.mkdir(parents=True, exist_ok=True)
                (here.target / path).write_bytes(content)
        done = here.download()
        assert (done.files, len(done.present)) == (125, 4875)
        assert here.hub.count("GET", "/resolve/") == 125
        assert here.content() == files


@pytest.mark.parametrize("path", ["model.safetensors", "config.json"])
def test_another_content_is_never_kept(here: Downloading, path: str) -> None:
    """Of files in LFS and of others."""
    in_lfs = path == "model.safetensors"
    server = here.hub.storage if in_lfs else here.hub
    server.rules.append(
        Rule("GET", "/xet-bridge/" if in_lfs else "/resolve-cache/.*config", times=None, flip=5)
    )
    first = next(file for file in here.files() if file.path == "README.md")
    here.download(files=[first])
    with pytest.raises(HfContentWrong) as caught:
        here.download(files=[first, *(file for file in here.files() if file.path == path)])
    file = here.file(path)
    assert caught.value.path == path
    assert caught.value.expected == (f"sha256:{file.sha256}" if in_lfs else f"git:{file.oid}")
    assert caught.value.actual != caught.value.expected
    assert here.content() == {"README.md": FILES["README.md"]}
    assert here.kept() == 0
    server.rules.clear()
    here.download()
    assert here.content() == FILES


def test_what_is_finished_is_there_when_another_fails(here: Downloading) -> None:
    here.hub.storage.rules.append(
        Rule("GET", here.model.find("main").files["model.safetensors"].sha256, flip=9)
    )  # type: ignore[union-attr]
    with pytest.raises(HfContentWrong):
        here.download(parallel=1)
    assert here.content() == {path: FILES[path] for path in FILES.keys() - {"model.safetensors", EMPTY}}


def test_names_that_may_not_be_used_are_left_out_and_named(tmp_path: Path) -> None:
    hostile = (
        *("../up.txt", "/absolute.txt", "folder/../../up.txt", "C:\\up.txt", "./c.txt", "d//e.txt", "a\nb"),
        *(f"{DOWNLOAD_PREFIX}0123456789abcdef/notes", f"{DOWNLOAD_PREFIX.upper()}0/x", "x" * 300, "up\ud800"),
    )
    files = {**dict.fromkeys(hostile[:-1], b"hostile"), **FILES}
    with downloading(tmp_path, files) as here:
        unsafe = HfFile(hostile[-1], 1, "0" * 40)
        before = set(tmp_path.iterdir())
        done = here.download(files=[*here.files(), unsafe])
        assert set(done.left_out) == set(hostile)
        assert here.content() == FILES
        assert set(tmp_path.iterdir()) - before == {here.target}
        assert here.hidden() == []
        # what a list says of being safe is not believed
        trusted = [replace(file, unsafe="") for file in [*here.files(), unsafe] if file.path in hostile]
        assert set(here.download(files=trusted).left_out) == set(hostile)
        assert here.content() == FILES


def test_a_file_whose_content_nothing_vouches_for_is_left_out(here: Downloading) -> None:
    files = [replace(file, oid="", sha256="") for file in here.files()]
    assert set(here.download(files=files).left_out) == set(FILES)
    assert here.content() == {}


def test_names_that_fall_together() -> None:
    """The first has it; on a file system that ignores case more of them do."""
    paths = ("README.md", "Readme.md", "Data", "data/a.csv", "a", "a/b", "c/d", "c", "README.md")

    def left_out(ignores_case: bool) -> set[str]:
        files = [HfFile(path, 1, "0" * 40) for path in paths]
        plan = plan_download(files, None, ExistingRules(), {}, ignores_case=ignores_case, token=CancelToken())
        assert all(file.unsafe for file in plan.left_out)
        return {file.path for file in plan.left_out}

    assert left_out(False) == {"README.md", "a/b", "c"}
    assert left_out(True) == {"README.md", "Readme.md", "data/a.csv", "a/b", "c"}


def test_no_link_leads_out_of_the_folder(here: Downloading, tmp_path: Path) -> None:
    """A link to a file is replaced as such; one on the way stops it before anything is fetched."""
    outside = tmp_path / "outside"
    (outside / "quantized").mkdir(parents=True)
    (outside / "mine").write_bytes(b"mine")
    here.target.mkdir()
    (here.target / "config.json").symlink_to(outside / "mine")
    here.download(
        files=[file for file in here.files() if "/" not in file.path], existing=OnExisting.OVERWRITE
    )
    assert (outside / "mine").read_bytes() == b"mine"
    assert (here.target / "config.json").read_bytes() == FILES["config.json"]
    (here.target / "onnx").symlink_to(outside)
    here.forget()
    with pytest.raises(FileAccessError):
        here.download(existing=OnExisting.OVERWRITE)
    assert here.fetched() == 0
    assert list((outside / "quantized").iterdir()) == []


@pytest.mark.parametrize("existing", OnExisting)
def test_a_folder_where_a_file_belongs_and_the_reverse(here: Downloading, existing: OnExisting) -> None:
    (here.target / "config.json").mkdir(parents=True)
    with pytest.raises(FileAccessError):
        here.download(existing=existing)
    (here.target / "config.json").rmdir()
    (here.target / "onnx").write_bytes(b"")
    with pytest.raises(FileAccessError):
        here.download(existing=existing)
    assert here.fetched() == 0
    assert here.content() == {"onnx": b""}


def test_only_one_at_a_time_downloads_a_repository_into_a_folder(here: Downloading) -> None:
    refused: list[str] = []

    def again(progress: Progress) -> None:
        if progress.done and not refused:
            refused.append("asked")
            with pytest.raises(DownloadElsewhere) as caught:
                here.download(parallel=1)
            refused.append(str(caught.value.target))

    here.download(report=again, parallel=1)
    assert refused == ["asked", str(here.target)]
    assert here.content() == FILES


def test_a_target_that_was_made_goes_again_when_nothing_came(tmp_path: Path) -> None:
    with downloading(tmp_path, gated="manual") as here:
        with pytest.raises(HfAccessNeeded):
            here.download()
        assert not here.target.exists()


def test_a_disk_that_is_too_small(small_disk: Callable[..., Path]) -> None:
    """Said before anything is fetched, with how much is needed."""
    disk = small_disk(2 * MIB)
    with downloading(disk, {"model.bin": noise(3 * MIB), "a.txt": b"a"}, lfs=["model.bin"]) as here:
        with pytest.raises(DiskFull) as caught:
            here.download()
        assert caught.value.needed == 3 * MIB + 1
        assert here.fetched() == 0
        assert not here.target.exists()


def test_a_disk_that_fills_up_in_the_midst(small_disk: Callable[..., Path]) -> None:
    """It is said how much is missing; what has come is not fetched again."""
    disk, content = small_disk(4 * MIB), noise(3 * MIB)
    with downloading(disk, {"model.bin": content}, lfs=["model.bin"]) as here:
        ballast = disk / "ballast"

        def fill(progress: Progress) -> None:
            if progress.done and not ballast.exists():
                ballast.write_bytes(bytes(2 * MIB))

        with pytest.raises(DiskFull) as caught:
            here.download(report=fill)
        kept = here.kept()
        assert kept > MIB // 2
        assert caught.value.needed == len(content) - kept
        ballast.unlink()
        before = here.fetched()
        here.download()
        assert here.fetched() - before == len(content) - kept
        assert here.content() == {"model.bin": content}
