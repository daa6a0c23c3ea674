"""Packing, unpacking, pushing and pulling against the plain way, side by side, and what is done in one pass
against our own two. Prints ratios and peak memory.

    python tests/benchmarks/run.py [--runs 5] [--folder DIR] [--small] [--model MIB] [--only push,pull]

Needs about 14 GiB of free space (``--small``: 2 GiB), curl, and for what goes to a registry docker-registry.
The two sides take turns, so that a machine whose speed drifts drifts for both; each run is a process of its
own; the figure is the median over the pairs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from measure import Run, in_child, median_seconds, peak_mib, ratio
from stored_kit import StoredKit, stored_kit
from workload import Size, make_folder

WORK = Path(__file__).with_name("work.py")
SETTLE_SECONDS = 3
"""Files are trusted as unchanged only when they are older than two seconds."""
TARGETS = {
    "pack": 2.0,
    "pack, unchanged folder": 20.0,
    "unpack": 0.8,
    "push": 0.95,
    "pull": 0.9,
    "pull, connections limited": 3.0,
    "unpack from registry": 0.8,
    "pull and unpack in one pass": 1.3,
    "the same, and kept": 1.0,
    "pack and push in one pass": 1.3,
}
MEMORY_TARGET_MIB = 150
OPENING_TARGETS = {"first": ("scandir", 5.0), "all": ("walk", 3.0)}
"""Opening a folder in the window takes at most so many times what the plain way takes."""
LONGEST_GAP = 0.05
REPOSITORY = "bench"
LIMIT = 40_000_000
"""Bytes per second that a limited host gives to one connection."""


@dataclass(frozen=True, slots=True)
class Place:
    """``root`` is where all happens, ``folder`` what is packed."""

    root: Path
    folder: Path
    runs: int

    @property
    def state(self) -> Path:
        """Our store, settings and records."""
        return self.root / "ours"

    def kit(self) -> StoredKit:
        return stored_kit(self.state / "kitops" / "storage", "v1")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--folder", type=Path, help="where to work (a new folder in the system's temporary one)"
    )
    parser.add_argument("--small", action="store_true", help="a tenth of the size, to see that it works")
    parser.add_argument("--model", type=int, help="MiB of the model (2048), for the memory of large ones")
    parser.add_argument("--only", type=_names, default=list(MEASURES), help=f"some of {','.join(MEASURES)}")
    given = parser.parse_args()
    size = Size(model=256, datasets=32, files=2_000) if given.small else Size()
    size = replace(size, model=given.model or size.model)
    with tempfile.TemporaryDirectory(prefix="kitops-benchmark-", dir=given.folder) as name:
        measure(Path(name), size, given.runs, given.only)


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - MEASURES.keys():
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return names


def measure(root: Path, size: Size, runs: int, names: list[str]) -> None:
    place = Place(root, root / "project", runs)
    print(f"{os.cpu_count()} processors")
    if "open-folder" in names:
        measure_opening(place)
    if set(names) == {"open-folder"}:
        return
    print(f"{size.model} MiB model, {size.count} x {size.datasets} MiB datasets, {size.files} files")
    make_folder(place.folder, size)
    subprocess.run(["sync"], check=False)
    time.sleep(SETTLE_SECONDS)
    if "pack" not in names:
        in_child(WORK, ["pack_ours", str(place.folder), str(place.state)])
    for name in MEASURES:
        if name in names and name != "open-folder":
            MEASURES[name](place)


def measure_pack(place: Place) -> None:
    """The stand-in, ours, and ours once more with nothing changed."""
    plain_store = place.root / "plain"

    def trio() -> tuple[Run, ...]:
        remove(place.state)
        plain = in_child(WORK, ["pack_plain", str(place.folder), str(plain_store)])
        remove(plain_store)
        ours = in_child(WORK, ["pack_ours", str(place.folder), str(place.state)])
        return plain, ours, in_child(WORK, ["pack_ours", str(place.folder), str(place.state)])

    plain, ours, again = in_turns(place.runs, trio)
    show("pack", plain, ours)
    show("pack, unchanged folder", plain, again)


def measure_unpack(place: Place) -> None:
    """``sha256sum`` and GNU tar on the layers of our store, and ours."""
    kit = place.kit()
    plain_target, our_target = place.root / "out-plain", place.root / "out-ours"

    def pair() -> tuple[Run, ...]:
        remove(our_target)
        plain = in_child(WORK, ["unpack_plain", str(plain_target), *map(str, kit.layers)])
        remove(plain_target)
        return plain, in_child(WORK, ["unpack_ours", str(place.state), str(our_target)])

    show("unpack", *in_turns(place.runs, pair))
    remove(our_target)


def measure_push(place: Place) -> None:
    """curl that PUTs the same blobs, and ours; each into a registry that is new and empty."""
    kit = place.kit()

    def pair() -> tuple[Run, ...]:
        with registry(place) as host:
            plain = in_child(WORK, ["push_plain", host, REPOSITORY, str(kit.manifest)])
        with registry(place) as host:
            return plain, in_child(WORK, ["push_ours", str(place.state), host, REPOSITORY])

    show("push", *in_turns(place.runs, pair))


def measure_pull(place: Place) -> None:
    """curl that GETs the same blobs, then ``sha256sum``, and ours into an empty store."""
    with filled_registry(place) as host:
        compare_pulls(place, host, "pull")


def measure_limited_pull(place: Place) -> None:
    """The same from a host that gives to each connection only so much."""
    from registries import limited

    with filled_registry(place) as host, limited(host, LIMIT) as slow:
        compare_pulls(place, slow, "pull, connections limited")


def compare_pulls(place: Place, host: str, name: str) -> None:
    plain_target, our_state = place.root / "pulled-plain", place.root / "pulled-ours"
    names = [blob.name for blob in place.kit().blobs]

    def pair() -> tuple[Run, ...]:
        remove(our_state)
        plain = in_child(WORK, ["pull_plain", host, REPOSITORY, str(plain_target), *names])
        remove(plain_target)
        return plain, in_child(WORK, ["pull_ours", str(our_state), host, REPOSITORY])

    show(name, *in_turns(place.runs, pair))
    remove(our_state)


def measure_unpack_remote(place: Place) -> None:
    """curl, then ``sha256sum``, then GNU tar, and ours, which keeps no blobs."""
    kit = place.kit()
    blobs, plain_target = place.root / "pulled-plain", place.root / "out-plain"
    our_state, our_target = place.root / "pulled-ours", place.root / "out-ours"
    with filled_registry(place) as host:

        def pair() -> tuple[Run, ...]:
            remove(our_target)
            names = [layer.name for layer in kit.layers]
            where = [host, REPOSITORY, str(blobs), str(plain_target)]
            plain = in_child(WORK, ["unpack_remote_plain", *where, *names])
            remove(blobs)
            remove(plain_target)
            ours = ["unpack_remote_ours", str(our_state), host, REPOSITORY, str(our_target)]
            return plain, in_child(WORK, ours)

        show("unpack from registry", *in_turns(place.runs, pair))
    remove(our_target)


def measure_one_pass_unpack(place: Place) -> None:
    """Our pull, then our unpack, against unpacking while layers arrive; without and with a copy kept."""
    state, target = place.root / "pulled-ours", place.root / "out-ours"
    with filled_registry(place) as host:

        def trio() -> tuple[Run, ...]:
            runs = []
            for what in ("pull_then_unpack_ours", "unpack_remote_ours", "unpack_and_keep_ours"):
                remove(state)
                remove(target)
                runs.append(in_child(WORK, [what, str(state), host, REPOSITORY, str(target)]))
            return tuple(runs)

        two, one, kept = in_turns(place.runs, trio)
    show("pull and unpack in one pass", two, one)
    show("the same, and kept", two, kept)
    remove(state)
    remove(target)


def measure_one_pass_push(place: Place) -> None:
    """Our pack, then our push, against sending layers while they are read; nothing is remembered of either,
    and each registry is new and empty."""
    state = place.root / "packed-ours"

    def pair() -> tuple[Run, ...]:
        runs = []
        for what in ("pack_then_push_ours", "pack_and_push_ours"):
            remove(state)
            with registry(place) as host:
                runs.append(in_child(WORK, [what, str(place.folder), str(state), host, REPOSITORY]))
        return tuple(runs)

    show("pack and push in one pass", *in_turns(place.runs, pair))
    remove(state)


def measure_opening(place: Place) -> None:
    """A folder of 100,000 files in the tree of a project, beside ``os.scandir`` and ``os.walk`` with
    ``stat``, in one process.
    """
    from open_folder import make as make_many  # brings Qt, whose memory would count as every child's

    folder = place.root / "many"
    make_many(folder)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, WORK.with_name("open_folder.py"), folder, str(place.runs)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # the platform without a screen says what it cannot do
        text=True,
        check=True,
        env=environment,
        cwd=WORK.parents[2],
    )
    runs = json.loads(done.stdout.splitlines()[-1])
    for ours, (plain, target) in OPENING_TARGETS.items():
        reached = statistics.median(run[ours] / run[plain] for run in runs)
        seconds = [statistics.median(run[name] for run in runs) * 1000 for name in (plain, ours)]
        print(
            f"open folder, {ours} rows: {reached:6.2f} x os.{plain} (at most {target}, "
            f"{'met' if reached <= target else 'MISSED'}); {seconds[0]:.1f} ms against {seconds[1]:.1f} ms"
        )
    painted = statistics.median(run["painted"] for run in runs) * 1000
    gap = max(run["gap"] for run in runs)
    met = "met" if gap <= LONGEST_GAP else "MISSED"
    print(f"open folder: painted after {painted:.0f} ms; longest gap {gap * 1000:.0f} ms ({met})", flush=True)
    remove(folder)


@contextmanager
def registry(place: Place) -> Iterator[str]:
    """The host of a registry that is new and empty; it is gone afterwards."""
    from registries import RegistryServer

    folder = place.root / "registry"
    remove(folder)
    with RegistryServer(folder) as server:
        yield server.host
    remove(folder)


@contextmanager
def filled_registry(place: Place) -> Iterator[str]:
    """One that has the kit."""
    with registry(place) as host:
        in_child(WORK, ["push_plain", host, REPOSITORY, str(place.kit().manifest)])
        yield host


def in_turns(runs: int, turn: Callable[[], tuple[Run, ...]]) -> list[list[Run]]:
    """The runs of each side; the first turn warms up and is not counted."""
    turns = [turn() for _ in range(runs + 1)][1:]
    return [list(side) for side in zip(*turns, strict=True)]


def remove(folder: Path) -> None:
    """Delete what the run before wrote, right before the next: so each finds as much memory and disk just
    freed,
    which on a virtual machine matters more than anything that is measured here.
    """
    shutil.rmtree(folder, ignore_errors=True)


def show(name: str, plain: list[Run], ours: list[Run]) -> None:
    reached, target = ratio(plain, ours), TARGETS[name]
    met = "met" if reached >= target else "MISSED"
    memory = peak_mib(ours)
    print(
        f"{name:28} {reached:6.2f} x the plain way (target {target}, {met}); "
        f"{median_seconds(plain):.2f} s against {median_seconds(ours):.2f} s; "
        f"peak memory {memory:.0f} MiB ({'met' if memory <= MEMORY_TARGET_MIB else 'MISSED'})",
        flush=True,
    )


MEASURES: dict[str, Callable[[Place], None]] = {
    "pack": measure_pack,
    "unpack": measure_unpack,
    "push": measure_push,
    "pull": measure_pull,
    "pull-limited": measure_limited_pull,
    "unpack-remote": measure_unpack_remote,
    "one-pass-unpack": measure_one_pass_unpack,
    "one-pass-push": measure_one_pass_push,
    "open-folder": measure_opening,
}

if __name__ == "__main__":
    main()
