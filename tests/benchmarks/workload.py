"""The files that are packed: a model, datasets, and a dataset of many small files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
BLOCK = 16 * MIB


@dataclass(frozen=True, slots=True)
class Size:
    """``model`` and each of ``datasets`` files are in MiB; ``files`` small ones have 2 KiB each."""

    model: int = 2048
    datasets: int = 256
    count: int = 3
    files: int = 10_000


LAYERS = ("model.bin", "data0.bin", "data1.bin", "data2.bin", "many")
KITFILE = """manifestVersion: 1.0.0
model:
  path: model.bin
datasets:
  - path: data0.bin
  - path: data1.bin
  - path: data2.bin
  - path: many
"""


def make_folder(folder: Path, size: Size) -> None:
    """Write the files; random bytes, as weights are to a compressor."""
    folder.mkdir(parents=True)
    (folder / "Kitfile").write_text(KITFILE)
    _write(folder / "model.bin", size.model)
    for number in range(size.count):
        _write(folder / f"data{number}.bin", size.datasets)
    for number in range(size.files):
        parent = folder / "many" / f"{number // 500:03}"
        parent.mkdir(parents=True, exist_ok=True)
        (parent / f"{number:05}.json").write_bytes(os.urandom(2048))


def _write(path: Path, mebibytes: int) -> None:
    block = os.urandom(BLOCK)
    with path.open("wb") as file:
        for number in range(mebibytes * MIB // BLOCK):
            file.write(number.to_bytes(8, "big") + block[8:])
