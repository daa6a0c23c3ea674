"""What we compare with: packing and unpacking done plainly, one layer after another.

The packing stand-in does what `kit` does: write a tar of the layer to a temporary file and hash it on the
way, in one
thread, with buffers of 32 KiB (Go's ``io.Copy``), then rename the file into the store, then the next layer;
it remembers
nothing of unchanged files. The unpacking stand-in is what one would type: ``sha256sum``, then GNU tar.
"""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path

BUFFER = 32 * 1024


class HashingFile:
    """A file that hashes what is written to it."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("wb")
        self.hash = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self.hash.update(content)
        return self.file.write(content)

    def close(self) -> None:
        self.file.close()


def pack(folder: Path, layer_paths: Sequence[str], store: Path) -> list[Path]:
    """Pack each layer path of ``folder`` into ``store``; returns the blobs in order."""
    store.mkdir(parents=True)
    return [_pack_layer(folder, layer_path, store) for layer_path in layer_paths]


def _pack_layer(folder: Path, layer_path: str, store: Path) -> Path:
    partial = store / "partial"
    out = HashingFile(partial)
    with tarfile.open(fileobj=out, mode="w|", copybufsize=BUFFER, bufsize=BUFFER) as archive:  # type: ignore[call-overload]
        archive.add(folder / layer_path, arcname=layer_path, filter=_plain)
    out.close()
    return partial.rename(store / out.hash.hexdigest())


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid, entry.gid, entry.mtime, entry.uname, entry.gname = 1000, 0, 0, "", ""
    return entry


def unpack(blobs: Sequence[Path], target: Path) -> None:
    """Check and extract the blobs, one after another, with the system's tools."""
    target.mkdir(parents=True)
    for blob in blobs:
        subprocess.run(["sha256sum", blob], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["tar", "-xf", blob, "-C", target], check=True)
