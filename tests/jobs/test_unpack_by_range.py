"""Single files out of large layers of a registry: only they come, told apart from what was verified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kitops_desktop import errors
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.pull_job import PullWork, pull_kit
from kitops_desktop.jobs.push_job import PushWork, push_kit
from kitops_desktop.jobs.unpack_job import UnpackWork, unpack_reference
from kitops_desktop.modelkit.conflicts import OnExisting
from kitops_desktop.modelkit.staging import PREFIX
from kitops_desktop.workspace import Workspace
from support.computers import computer
from support.http_server import Rule
from support.logging_proxy import LoggingProxy
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer
from support.repositories import MIB, noise
from support.synthetic_layer import SyntheticLayer, kit_of_layers
from support.trees import tree

FILES = {f"part-{number}.bin": noise(3 * MIB + number) for number in range(6)}
SMALL = {"notes/a.txt": b"a", "notes/b.txt": b"bb"}
Open = Callable[..., Workspace]


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def odd(opened: ExitStack, tmp_path: Path) -> OddRegistry:
    """A registry with a kit of one layer of 18 MiB, and one that is small."""
    folder = tmp_path / "project"
    for name, content in (FILES | SMALL).items():
        path = folder / ("data" if name in FILES else "") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "Kitfile").write_text(
        "manifestVersion: 1.0.0\npackage:\n  name: churn\ndatasets:\n  - name: d\n    path: data\n"
        "docs:\n  - path: notes\n"
    )
    packer = opened.enter_context(computer(tmp_path / "packer"))
    packed = pack_folder(PackWork(folder, "churn:v1"), packer.tools)
    made = opened.enter_context(OddRegistry())
    made.add_stored(packer.store.home / "storage" / "blobs", packed.packed.manifest.digest, "team/churn")
    return made


@pytest.fixture
def mine(opened: ExitStack, odd: OddRegistry, tmp_path: Path) -> Workspace:
    return opened.enter_context(computer(tmp_path / "mine", odd.host))


def work(odd: OddRegistry, target: Path, *globs: str, **more: object) -> UnpackWork:
    return UnpackWork(f"{odd.host}/team/churn:v1", target, globs=globs, source="remote", **more)  # type: ignore[arg-type]


def given(odd: OddRegistry) -> int:
    """How many bytes of blobs went over the line."""
    return sum(one.bytes for one in odd.asked("GET", "/blobs/"))


def test_only_what_is_wanted_comes_and_is_told_apart(
    odd: OddRegistry, mine: Workspace, tmp_path: Path
) -> None:
    job = mine.jobs.submit(work(odd, tmp_path / "out", "data/part-3.bin", "notes/*.txt"))
    assert job.wait(60)
    assert job.error is None
    assert (tmp_path / "out/data/part-3.bin").read_bytes() == FILES["part-3.bin"]
    assert (tmp_path / "out/notes/b.txt").read_bytes() == b"bb"
    assert given(odd) < 4 * MIB
    assert job.result is not None
    assert ", 1 of them by range, not covered by a layer's digest" in job.result.summary
    assert job.result.details["paths_by_range"] == ["data/part-3.bin"]
    assert job.result.details["layers_verified"] == 1


def test_a_real_registry_behind_a_log(opened: ExitStack, odd: OddRegistry, tmp_path: Path) -> None:
    server = opened.enter_context(RegistryServer(tmp_path / "registry"))
    packer = opened.enter_context(computer(tmp_path / "pusher", server.host))
    pack_folder(PackWork(tmp_path / "project", "churn:v1"), packer.tools)
    push_kit(PushWork("churn:v1", f"{server.host}/team/churn:v1"), packer.tools)
    log = opened.enter_context(LoggingProxy(server.port))
    mine = opened.enter_context(computer(tmp_path / "other", log.host))
    wanted = UnpackWork(
        f"{log.host}/team/churn:v1", tmp_path / "out", globs=("data/part-3.bin",), source="remote"
    )
    assert unpack_reference(wanted, mine.tools).by_range == ("data/part-3.bin",)
    assert (tmp_path / "out/data/part-3.bin").read_bytes() == FILES["part-3.bin"]
    assert sum(one.bytes for one in log.asked("GET", "/blobs/")) < 4 * MIB


def test_whole_layers_are_verified_when_wanted(odd: OddRegistry, mine: Workspace, tmp_path: Path) -> None:
    wanted = work(odd, tmp_path / "out", "data/part-3.bin", whole_layers=True)
    done = unpack_reference(wanted, mine.tools)
    assert (done.verified, done.by_range) == (("data",), ())
    assert given(odd) > sum(map(len, FILES.values()))


def test_most_of_a_layer_is_had_as_a_whole(odd: OddRegistry, mine: Workspace, tmp_path: Path) -> None:
    done = unpack_reference(work(odd, tmp_path / "out", "data/part-[0-3].bin"), mine.tools)
    assert (done.verified, done.by_range) == (("data",), ())
    assert set(tree(tmp_path / "out" / "data")) == {f"part-{number}.bin" for number in range(4)}


def test_what_is_on_this_computer_is_verified(odd: OddRegistry, mine: Workspace, tmp_path: Path) -> None:
    pull_kit(PullWork(f"{odd.host}/team/churn:v1"), mine.tools)
    done = unpack_reference(work(odd, tmp_path / "out", "data/part-3.bin"), mine.tools)
    assert (done.verified, done.by_range) == (("data",), ())


@pytest.mark.parametrize("skip", [0, 3])
def test_without_ranges_all_of_the_layer_comes_and_that_is_said(
    skip: int, odd: OddRegistry, mine: Workspace, tmp_path: Path
) -> None:
    said: list[str] = []
    odd.rules.append(Rule("GET", "/blobs/", skip=skip, times=None, ignore_range=True))
    done = unpack_reference(work(odd, tmp_path / "out", "data/part-3.bin"), mine.tools, announce=said.append)
    assert (tmp_path / "out/data/part-3.bin").read_bytes() == FILES["part-3.bin"]
    assert (done.by_range, "data" in done.whole, "data" in done.verified) == ((), True, True)
    assert any("gives no parts" in line for line in said)


def test_nothing_half_is_left(odd: OddRegistry, mine: Workspace, tmp_path: Path) -> None:
    unpack_reference(work(odd, tmp_path / "first", "data/part-3.bin"), mine.tools)  # the list is known now
    odd.rules.append(Rule("GET", "/blobs/", skip=1, times=None, status=404))
    with pytest.raises(errors.KitOpsError):
        unpack_reference(work(odd, tmp_path / "out", "data/part-1.bin", "data/part-4.bin"), mine.tools)
    assert not (tmp_path / "out").exists() or set(tree(tmp_path / "out")) == set()


def test_an_attempt_after_one_that_was_broken_off(odd: OddRegistry, mine: Workspace, tmp_path: Path) -> None:
    wanted = work(odd, tmp_path / "out", "data/part-3.bin", "notes/*.txt")
    notes = next(digest for digest, blob in odd.blobs.items() if b"notes/a.txt" in blob and len(blob) < MIB)
    odd.rules.append(Rule("GET", notes, skip=1, times=None, status=404))
    with pytest.raises(errors.UnpackFailed):
        unpack_reference(wanted, mine.tools)
    odd.rules.clear()
    before = given(odd)
    done = unpack_reference(wanted, mine.tools)
    assert done.layers_before == ("data",)
    assert done.by_range == ("data/part-3.bin",)  # which no digest covers, now as before
    assert done.verified == ("notes",)
    assert given(odd) - before < MIB


def test_the_rules_for_files_in_the_way_hold(odd: OddRegistry, mine: Workspace, tmp_path: Path) -> None:
    there = tmp_path / "out" / "data" / "part-3.bin"
    there.parent.mkdir(parents=True)
    there.write_text("mine")
    with pytest.raises(errors.FilesExist):
        unpack_reference(work(odd, tmp_path / "out", "data/part-3.bin"), mine.tools)
    skipping = work(odd, tmp_path / "out", "data/part-3.bin", existing=OnExisting.SKIP)
    before = given(odd)
    assert unpack_reference(skipping, mine.tools).skipped == ("data/part-3.bin",)
    assert given(odd) - before < MIB
    both = work(odd, tmp_path / "out", "data/part-3.bin", existing=OnExisting.BOTH)
    done = unpack_reference(both, mine.tools)
    assert done.beside == done.by_range == ("data/part-3 (2).bin",)
    assert there.read_text() == "mine"
    assert (there.parent / "part-3 (2).bin").read_bytes() == FILES["part-3.bin"]


def test_a_layer_whose_files_all_stay_is_not_fetched(
    odd: OddRegistry, mine: Workspace, tmp_path: Path
) -> None:
    """Also when all of it is wanted; what is missing of the others comes."""
    unpack_reference(work(odd, tmp_path / "out"), mine.tools)
    changed, gone = tmp_path / "out/data/part-1.bin", tmp_path / "out/notes/b.txt"
    changed.write_text("mine")
    gone.unlink()
    said: list[str] = []
    before = given(odd)
    done = unpack_reference(
        work(odd, tmp_path / "out", existing=OnExisting.SKIP), mine.tools, announce=said.append
    )
    assert given(odd) - before < MIB
    assert (done.files, changed.read_text(), gone.read_bytes()) == (1, "mine", b"bb")
    assert sorted(done.skipped) == sorted([*(f"data/{name}" for name in FILES), "notes/a.txt"])
    assert "Left alone, as all its files are there: data" in said
    deciding = work(odd, tmp_path / "out", decisions={f"data/{name}": OnExisting.SKIP for name in FILES})
    with pytest.raises(errors.FilesExist):
        unpack_reference(deciding, mine.tools)


def test_the_word_for_files_that_stayed(odd: OddRegistry, mine: Workspace, tmp_path: Path) -> None:
    unpack_reference(work(odd, tmp_path / "out"), mine.tools)
    job = mine.jobs.submit(work(odd, tmp_path / "out", existing=OnExisting.SKIP))
    assert job.wait(60)
    assert job.result is not None
    assert job.result.summary.endswith("; 8 files that were there were kept")


def test_a_list_that_lies_leads_nowhere(odd: OddRegistry, mine: Workspace, tmp_path: Path) -> None:
    """What is remembered of a layer says that a file is outside the target: nothing is written."""
    unpack_reference(work(odd, tmp_path / "first", "data/part-3.bin"), mine.tools)
    layer = max(odd.blobs, key=lambda digest: len(odd.blobs[digest]))
    known = mine.listings.get(layer)
    assert known is not None
    mine.listings.put(layer, known.replace(b"data/part-5.bin", b"../part-55.bin"))
    mine.jobs.submit(work(odd, tmp_path / "out", "data/part-3.bin", "../*")).wait(60)
    assert not list(tmp_path.rglob("part-55.bin"))
    assert not list(tmp_path.rglob(f"{PREFIX}*"))


def test_twenty_megabytes_out_of_a_gigabyte(opened: ExitStack, tmp_path: Path) -> None:
    size = 20_000_000
    layer = SyntheticLayer(
        [(f"c0/{number:03}.bin", size if number == 150 else 3_400_000) for number in range(300)]
    )
    manifest, config = kit_of_layers([layer])
    odd = opened.enter_context(OddRegistry())
    odd.add_blob(config)
    odd.add_manifest("team/churn", "v1", manifest)
    odd.blobs[layer.descriptor.digest] = layer  # type: ignore[assignment]
    assert len(layer) > 1_000_000_000
    mine = opened.enter_context(computer(tmp_path / "mine", odd.host))
    unpack_reference(work(odd, tmp_path / "out", "c0/150.bin"), mine.tools)
    assert (tmp_path / "out" / "c0" / "150.bin").read_bytes() == bytes(size)
    assert given(odd) <= size + 1_000_000  # the list of the layer is in it
