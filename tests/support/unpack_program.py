"""Unpacking in a process of its own: ``python -m support.unpack_program STORAGE DIGEST SIZE TARGET [PAUSE]``.

With PAUSE, the digest of a layer, it prints "reading" in the middle of that layer and waits for a line.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.modelkit.unpack import unpack
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.manifest import MANIFEST_TYPE
from support.directory_storage import DirectoryStorage


class _Pausing(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            print("reading", flush=True)  # noqa: T201
            sys.stdin.readline()
        return super().read(1024 if size is None else min(size, 1024))


class _Storage(DirectoryStorage):
    def __init__(self, folder: Path, pause: str) -> None:
        self.folder = folder
        self._pause = pause

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> io.BytesIO:
        content = super().fetch(descriptor, start, length)
        whole = start == 0 and length is None
        return _Pausing(content.read()) if whole and descriptor.digest == self._pause else content


def command(storage: DirectoryStorage, kit: ModelKit, target: Path, pause: str = "") -> list[str]:
    """The command line that unpacks all but the Kitfile; to be run with ``environment()``."""
    digest, size = kit.descriptor.digest, str(kit.descriptor.size)
    given = [str(storage.folder), digest, size, str(target), pause]
    return [sys.executable, "-m", "support.unpack_program", *given]


def environment() -> dict[str, str]:
    tests = Path(__file__).parents[1]
    return {**os.environ, "PYTHONPATH": f"{tests}{os.pathsep}{tests.parent}"}


def start(storage: DirectoryStorage, kit: ModelKit, target: Path, pause: str) -> subprocess.Popen[str]:
    """A process that has begun with the layer ``pause`` and waits in the middle of it."""
    process = subprocess.Popen(
        command(storage, kit, target, pause),
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "reading\n"
    return process


def main() -> None:
    folder, digest, size, target, pause = sys.argv[1:]
    storage = _Storage(Path(folder), pause)
    kit = load_kit(storage, Descriptor(MANIFEST_TYPE, Digest(digest), int(size)))
    unpack(kit, storage, Path(target), filters=["model,code,datasets,docs"])


if __name__ == "__main__":
    main()
