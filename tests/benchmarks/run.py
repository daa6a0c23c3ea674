"""Packing and unpacking against the plain way, side by side in one run. Prints ratios and peak memory.

    python tests/benchmarks/run.py [--runs 5] [--folder DIR] [--small]

Needs about 12 GiB of free space (``--small``: 1 GiB). The two sides take turns, so that a machine whose speed
drifts
drifts for both; each run is a process of its own; the figure is the median over the pairs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from measure import Run, in_child, median_seconds, peak_mib, ratio
from workload import Size, make_folder

WORK = Path(__file__).with_name("work.py")
SETTLE_SECONDS = 3
"""Files are trusted as unchanged only when they are older than two seconds."""
TARGETS = {"pack": 2.0, "pack, unchanged folder": 20.0, "unpack": 0.8}
MEMORY_TARGET_MIB = 150


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--folder", type=Path, help="where to work (a new folder in the system's temporary one)"
    )
    parser.add_argument("--small", action="store_true", help="a tenth of the size, to see that it works")
    given = parser.parse_args()
    size = Size(model=256, datasets=32, files=2_000) if given.small else Size()
    with tempfile.TemporaryDirectory(prefix="kitops-benchmark-", dir=given.folder) as name:
        measure(Path(name), size, given.runs)


def measure(root: Path, size: Size, runs: int) -> None:
    folder = root / "project"
    print(f"{os.cpu_count()} processors")
    print(f"{size.model} MiB model, {size.count} x {size.datasets} MiB datasets, {size.files} files")
    make_folder(folder, size)
    subprocess.run(["sync"], check=False)
    time.sleep(SETTLE_SECONDS)
    plain, ours, again = [], [], []
    for number in range(runs + 1):  # the first pair warms up and is not counted
        pair = pack_pair(root, folder)
        if number:
            plain.append(pair[0])
            ours.append(pair[1])
            again.append(pair[2])
    show("pack", plain, ours)
    show("pack, unchanged folder", plain, again)
    plain, ours = [], []
    for number in range(runs + 1):
        both = unpack_pair(root)
        if number:
            plain.append(both[0])
            ours.append(both[1])
    show("unpack", plain, ours)


def pack_pair(root: Path, folder: Path) -> tuple[Run, Run, Run]:
    """The stand-in, ours, and ours once more with nothing changed."""
    plain_store, our_state = root / "plain", root / "ours"
    remove(our_state)
    plain = in_child(WORK, ["pack_plain", str(folder), str(plain_store)])
    remove(plain_store)
    ours = in_child(WORK, ["pack_ours", str(folder), str(our_state)])
    again = in_child(WORK, ["pack_ours", str(folder), str(our_state)])
    return plain, ours, again


def unpack_pair(root: Path) -> tuple[Run, Run]:
    """``sha256sum`` and GNU tar on the layers of our store, and ours."""
    storage = root / "ours" / "kitops" / "storage"
    tags = json.loads(next(storage.glob("*-tags.json")).read_bytes())
    blobs = storage / "blobs" / "sha256"
    manifest = json.loads((blobs / tags["v1"]["digest"].removeprefix("sha256:")).read_bytes())
    names = [layer["digest"].removeprefix("sha256:") for layer in manifest["layers"]]
    plain_target, our_target = root / "out-plain", root / "out-ours"
    remove(our_target)
    plain = in_child(WORK, ["unpack_plain", str(blobs), str(plain_target), *names])
    remove(plain_target)
    ours = in_child(WORK, ["unpack_ours", str(root / "ours"), str(our_target)])
    return plain, ours


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
        f"{name:24} {reached:6.2f} x the plain way (target {target}, {met}); "
        f"{median_seconds(plain):.2f} s against {median_seconds(ours):.2f} s; "
        f"peak memory {memory:.0f} MiB ({'met' if memory <= MEMORY_TARGET_MIB else 'MISSED'})",
        flush=True,
    )


if __name__ == "__main__":
    main()
