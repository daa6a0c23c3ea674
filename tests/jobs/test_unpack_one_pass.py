"""Unpacking straight from a registry: files are written while their layer arrives, and no blob ever is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from kitops_desktop import errors
from kitops_desktop.jobs.job import JobState
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.pull_job import PullWork, pull_kit
from kitops_desktop.jobs.unpack_job import UnpackWork, unpack_reference
from kitops_desktop.modelkit import layer_order
from kitops_desktop.modelkit.staging import PREFIX
from kitops_desktop.registry.segments import SEGMENT_BYTES
from kitops_desktop.workspace import Workspace
from support.computers import computer, write_project
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.repositories import MIB, noise
from support.small_disk import small_disk
from support.stored_kits import rows
from support.trees import tree
from support.waiting import until

Computers = Callable[..., Workspace]
LARGE = noise(20 * MIB)
VERY_LARGE = noise(50 * MIB)  # comes in several segments at once
STALL = 12 * MIB


@pytest.fixture
def open_computer(tmp_path: Path) -> Iterator[Computers]:
    with ExitStack() as opened:

        def open_one(name: str, *hosts: str) -> Workspace:
            made: AbstractContextManager[Workspace] = computer(tmp_path / name, *hosts)
            return opened.enter_context(made)

        yield open_one


class Served:
    """A kit with a large model in a registry that does what it is told."""

    def __init__(self, odd: OddRegistry, store: Path, digest: str) -> None:
        self.odd, self.digest = odd, digest
        odd.add_stored(store, digest, "team/churn")
        manifest = json.loads(odd.blobs[digest])
        self.model, self.code, self.docs = (layer["digest"] for layer in manifest["layers"])
        self.reference = f"{odd.host}/team/churn:v1"

    def asked(self, digest: str) -> list[str]:
        """The ranges of a blob that were asked for."""
        return [one.headers.get("range", "") for one in self.odd.asked("GET", digest)]

    def given(self, digest: str) -> int:
        """How many bytes of a blob went over the line."""
        return sum(one.bytes for one in self.odd.asked("GET", digest))


@pytest.fixture
def serve(open_computer: Computers, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    with ExitStack() as servers:

        def make(model: bytes = LARGE) -> Served:
            packer = open_computer("packer")
            project = write_project(tmp_path / "churn", model=model)
            (project / "src" / "use.py").write_text("print('using')\n")
            (project / "README.md").write_text("# Churn\n")
            with (project / "Kitfile").open("a") as kitfile:
                kitfile.write("docs:\n  - path: README.md\n")
            packed = pack_folder(PackWork(project, "churn:v1"), packer.tools)
            odd = servers.enter_context(OddRegistry())
            return Served(odd, packer.store.home / "storage" / "blobs", packed.packed.manifest.digest)

        yield make


def staged(target: Path) -> int:
    """The bytes of all files that have no names yet."""
    try:
        return sum(path.stat().st_size for path in target.glob(f"{PREFIX}*/*") if path.is_file())
    except FileNotFoundError:
        return 0


def large_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size > MIB // 2]


def test_what_is_small_is_in_place_while_what_is_large_arrives(
    serve: Callable[..., Served], open_computer: Computers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, target = serve(), tmp_path / "out"
    monkeypatch.setattr(layer_order, "WORTH_IT", len(LARGE))
    mine = open_computer("mine", served.odd.host)
    served.odd.rules.append(Rule("GET", served.model, times=None, stall=STALL))
    job = mine.jobs.submit(UnpackWork(served.reference, target, source="remote"))
    until(lambda: staged(target) > 8 * MIB, "bytes of the model")
    assert (target / "README.md").read_text() == "# Churn\n"
    assert (target / "src" / "use.py").is_file()
    assert not (target / "model.bin").exists()
    mine.jobs.cancel(job)
    assert job.wait(30)


@pytest.mark.parametrize("model", [LARGE, VERY_LARGE], ids=["stream", "segments"])
def test_files_are_written_while_the_layer_arrives(
    model: bytes, serve: Callable[..., Served], open_computer: Computers, tmp_path: Path
) -> None:
    served, target = serve(model), tmp_path / "out"
    mine = open_computer("mine", served.odd.host)
    if model is LARGE:
        rule = Rule("GET", served.model, times=None, stall=STALL)
    else:  # segments are asked for in any order: those behind the first stall
        first = "|".join(str(number * SEGMENT_BYTES) for number in range(5))
        rule = Rule("GET", served.model, times=None, stall=MIB, range=f"bytes=(?!({first})-)")
    served.odd.rules.append(rule)
    job = mine.jobs.submit(UnpackWork(served.reference, target, source="remote"))
    until(lambda: staged(target) > 8 * MIB, "bytes of a file whose layer has not all come")
    assert sorted(set(tree(target)) - {name for name in tree(target) if name.startswith(PREFIX)}) == [
        "Kitfile"
    ]
    assert large_files(mine.store.home) == []  # no blob, and none in part
    mine.jobs.cancel(job)
    assert job.wait(2)
    assert job.state is JobState.CANCELLED
    assert set(tree(target)) == {"Kitfile"}  # nothing is left of the layer that did not end
    assert rows(mine.store) == set()


@pytest.mark.parametrize("model", [LARGE, VERY_LARGE], ids=["stream", "segments"])
def test_a_broken_layer_is_gone_on_with(
    model: bytes, serve: Callable[..., Served], open_computer: Computers, tmp_path: Path
) -> None:
    served, target = serve(model), tmp_path / "out"
    mine = open_computer("mine", served.odd.host)
    served.odd.rules.append(Rule("GET", served.model, truncate=3 * MIB))
    unpack_reference(UnpackWork(served.reference, target, source="remote"), mine.tools)
    assert (target / "model.bin").read_bytes() == model
    assert served.given(served.model) < len(model) + MIB  # nothing came twice
    assert large_files(mine.store.home) == []


def test_only_the_layers_that_are_wanted_come(
    serve: Callable[..., Served], open_computer: Computers, tmp_path: Path
) -> None:
    served, target = serve(), tmp_path / "out"
    mine = open_computer("mine", served.odd.host)
    unpack_reference(UnpackWork(served.reference, target, ("code",), source="remote"), mine.tools)
    assert set(tree(target)) == {"src", "src/train.py", "src/use.py"}
    assert served.asked(served.model) == []
    unpack_reference(
        UnpackWork(served.reference, tmp_path / "globs", globs=("**/*.py",), source="remote"), mine.tools
    )
    assert served.given(served.model) < MIB  # its list of files, to see that none is wanted


def test_files_in_the_way_are_known_before_the_layer_comes(
    serve: Callable[..., Served], open_computer: Computers, tmp_path: Path
) -> None:
    served, target = serve(), tmp_path / "out"
    mine = open_computer("mine", served.odd.host)
    (target / "src").mkdir(parents=True)
    (target / "src" / "train.py").write_text("mine")
    with pytest.raises(errors.FilesExist):
        unpack_reference(UnpackWork(served.reference, target, source="remote"), mine.tools)
    assert served.given(served.model) < MIB
    assert set(tree(target)) == {"src", "src/train.py"}


def test_a_store_on_a_full_disk_does_not_matter(
    serve: Callable[..., Served], open_computer: Computers, tmp_path: Path
) -> None:
    served = serve()
    with small_disk(tmp_path / "small", 4 * MIB) as disk, computer(disk / "mine", served.odd.host) as mine:
        with pytest.raises(errors.DiskFull):
            pull_kit(PullWork(served.reference), mine.tools)
        _fill(disk)
        unpack_reference(UnpackWork(served.reference, tmp_path / "out", source="remote"), mine.tools)
        (disk / "filler").unlink()
    assert (tmp_path / "out" / "model.bin").read_bytes() == LARGE


def test_what_is_kept_is_downloaded_once(
    serve: Callable[..., Served], open_computer: Computers, tmp_path: Path
) -> None:
    served, target = serve(), tmp_path / "out"
    mine = open_computer("mine", served.odd.host)
    unpack_reference(UnpackWork(served.reference, target, source="remote", keep=True), mine.tools)
    assert (target / "model.bin").read_bytes() == LARGE
    assert rows(mine.store) == {(f"{served.odd.host}/team/churn", "v1", served.digest)}
    assert mine.store.verify().damage == ()
    assert served.given(served.model) < len(LARGE) + MIB


def _fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file:
        while True:
            try:
                file.write(b"\\0" * 4096)
            except OSError:
                return


def test_another_attempt_leaves_what_is_in_place(
    serve: Callable[..., Served], open_computer: Computers, tmp_path: Path
) -> None:
    served, target = serve(), tmp_path / "out"
    mine = open_computer("mine", served.odd.host)
    work = UnpackWork(served.reference, target, source="remote")
    served.odd.rules.append(Rule("GET", served.docs, times=None, status=404))
    with pytest.raises(errors.UnpackFailed):
        unpack_reference(work, mine.tools)
    served.odd.rules.clear()
    given = served.given(served.model)
    job = mine.jobs.submit(work)
    assert job.wait(60)
    assert job.error is None
    assert job.result is not None
    assert job.result.summary.endswith("; 2 layers were in place already")
    assert served.given(served.model) < given + MIB
    with pytest.raises(errors.FilesExist):  # that one is done; this would be another
        unpack_reference(work, mine.tools)


def test_an_attempt_after_a_change_finds_it_in_the_way(
    serve: Callable[..., Served], open_computer: Computers, tmp_path: Path
) -> None:
    served, target = serve(), tmp_path / "out"
    mine = open_computer("mine", served.odd.host)
    work = UnpackWork(served.reference, target, source="remote")
    served.odd.rules.append(Rule("GET", served.docs, times=None, status=404))
    with pytest.raises(errors.UnpackFailed):
        unpack_reference(work, mine.tools)
    served.odd.rules.clear()
    (target / "model.bin").write_bytes(b"mine")
    with pytest.raises(errors.FilesExist):
        unpack_reference(work, mine.tools)
    with pytest.raises(errors.FilesExist):  # whatever is unpacked besides
        unpack_reference(UnpackWork(served.reference, target, ("model",), source="remote"), mine.tools)
    assert (target / "model.bin").read_bytes() == b"mine"


def test_an_attempt_that_ended_while_files_got_their_names(
    serve: Callable[..., Served], open_computer: Computers, tmp_path: Path
) -> None:
    served, target = serve(), tmp_path / "out"
    mine = open_computer("mine", served.odd.host)
    work = UnpackWork(served.reference, target, source="remote")
    served.odd.rules.append(Rule("GET", served.docs, times=None, status=404))
    with pytest.raises(errors.UnpackFailed):
        unpack_reference(work, mine.tools)
    served.odd.rules.clear()
    (target / "src" / "use.py").unlink()  # as if it had not got as far as that
    assert unpack_reference(work, mine.tools).layers_before == ("model.bin",)
    assert (target / "src" / "use.py").read_text() == "print('using')\n"
