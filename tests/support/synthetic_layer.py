"""Layers of any size that are nowhere: their bytes are made when they are read."""

from __future__ import annotations

import hashlib
import io
import threading
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from kitops_desktop.errors import BlobNotFound
from kitops_desktop.kitfile.config_json import to_config_json
from kitops_desktop.kitfile.kitfile import CodeEntry, Kitfile
from kitops_desktop.modelkit.media_types import CONFIG_TYPE
from kitops_desktop.modelkit.tar_headers import TRAILER, header, padding
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.manifest import Manifest, manifest_bytes
from support.made_kits import CODE_TAR


class SyntheticLayer:
    """A tar archive of files with these names and sizes, filled with zeros, or with ``filling`` again and
    again. Has ``len`` and slices, as bytes.

    Its digest is made up: hashing a gigabyte takes longer than all the rest of a test.
    """

    def __init__(
        self, files: Iterable[tuple[str, int]], media_type: str = CODE_TAR, filling: bytes = b""
    ) -> None:
        self._filling = filling
        self._starts: list[int] = []
        self._headers: list[bytes] = []
        end = 0
        for name, size in files:
            made = header(name.encode(), 0o644, size)
            self._starts.append(end)
            self._headers.append(made)
            end += len(made) + size + padding(size)
        self._end, self._size = end, end + len(TRAILER)
        made_up = hashlib.sha256(b"".join(self._headers)).hexdigest()
        self.descriptor = Descriptor(media_type, Digest(f"sha256:{made_up}"), self._size)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        content = self.filled(start, max(min(stop, self._end) - start, 0))
        content.extend(bytes(max(stop - start, 0) - len(content)))
        for index in range(max(bisect_right(self._starts, start) - 1, 0), len(self._starts)):
            at = self._starts[index]
            if at >= stop:
                break
            made = self._headers[index]
            first, last = max(at, start), min(at + len(made), stop)
            if first < last:
                content[first - start : last - start] = made[first - at : last - at]
        return bytes(content)

    def filled(self, start: int, length: int) -> bytearray:
        """What stands there, if it is inside a file."""
        if not self._filling:
            return bytearray(length)
        shift = start % len(self._filling)
        times = (shift + length) // len(self._filling) + 1
        return bytearray((self._filling * times)[shift : shift + length])


class Described(Protocol):
    """What a kit is made of."""

    @property
    def descriptor(self) -> Descriptor: ...


def kit_of_layers(layers: Sequence[Described]) -> tuple[bytes, bytes]:
    """Manifest and config of a kit that has these as code layers."""
    config = to_config_json(Kitfile(code=tuple(CodeEntry(f"c{index}") for index, _ in enumerate(layers))))
    described = Descriptor(CONFIG_TYPE, digest_of(config), len(config))
    return manifest_bytes(Manifest(described, tuple(layer.descriptor for layer in layers))), config


class CountingStorage:
    """A storage of blobs in memory that writes down each fetch: digest, start and length."""

    def __init__(self, blobs: Mapping[str, bytes | SyntheticLayer]) -> None:
        self.blobs = dict(blobs)
        self.fetches: list[tuple[str, int, int]] = []
        self._lock = threading.Lock()

    @property
    def bytes_read(self) -> int:
        return sum(length for _, _, length in self.fetches)

    def exists(self, descriptor: Descriptor) -> bool:
        return descriptor.digest in self.blobs

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> io.BytesIO:
        blob = self.blobs.get(descriptor.digest)
        if blob is None:
            raise BlobNotFound(descriptor.digest)
        end = len(blob) if length is None else start + length
        assert 0 <= start < end <= len(blob), "registries refuse ranges that are empty or go beyond the end"
        with self._lock:
            self.fetches.append((descriptor.digest, start, end - start))
        return io.BytesIO(blob[start:end])
