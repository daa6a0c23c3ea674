"""HDF5 by its superblock, and whether Keras wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.source import Bytes
from kitops_desktop.formats.values import Kind, Recognised, facts

FORMAT = "HDF5"
MAGIC = b"\x89HDF\r\n\x1a\n"
_PLACES = (0, 512, 1024, 2048, 4096)
_LOOKED_AT = 64 << 10
_KERAS = (b"keras_version", b"model_config", b"model_weights")


@dataclass(frozen=True, slots=True)
class Hdf5File:
    """``version`` is the superblock's; ``data_size`` in bytes as the file claims it."""

    version: int
    data_size: int
    is_keras: bool

    def recognised(self) -> Recognised:
        return Recognised(
            Kind.MODEL if self.is_keras else Kind.DATASET,
            "Keras HDF5" if self.is_keras else FORMAT,
            "Keras" if self.is_keras else "",
            facts(("superblock version", self.version), ("bytes", self.data_size)),
        )


def read_hdf5(source: Bytes) -> Hdf5File:
    """Raises ``FormatError``."""
    beginning = source.read(0, _LOOKED_AT)
    start = next((place for place in _PLACES if beginning.startswith(MAGIC, place)), None)
    if start is None:
        _fail("it does not begin as one")
    block = beginning[start : start + 64]
    if len(block) < 48:
        _fail("it ends too early")
    version = block[8]
    if version > 3:
        _fail(f"version {version} is not known")
    widths, places = (block[13], 24 if version == 0 else 28) if version < 2 else (block[9], 12)
    if widths not in (2, 4, 8):
        _fail("its addresses have a size that cannot be")
    # Base address, then one more address, then the end of the file, in all versions.
    at = places + 2 * widths
    end = int.from_bytes(block[at : at + widths], "little")
    if end > source.size:
        _fail("it ends before it should")
    return Hdf5File(version, end, any(mark in beginning for mark in _KERAS))


def _fail(reason: str) -> NoReturn:
    raise FormatError(FORMAT, reason)
