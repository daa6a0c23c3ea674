"""What a file index says of one file, and whether what was read of the file is that."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.formats.source import Bytes
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.preview.file_index import TensorSummary
from kitops_desktop.preview.files import KitFile
from kitops_desktop.preview.index_artifact import AttachedIndex

MOST_WITNESSED = 8 << 20
"""Bytes of a file that is held against an index when all of it happens to be read: previews read no more."""
_SHOWN = len("sha256:") + 12
_ANYBODY = "which anybody who may push could have attached"


@dataclass(frozen=True, slots=True)
class IndexClaim:
    """``index`` is the digest of the file index, ``digest`` what it says of the file's bytes."""

    index: Digest
    digest: Digest
    tensors: TensorSummary | None = None

    def matches(self, digest: Digest | None) -> bool | None:
        """Whether bytes of that digest are what the index says; None where nobody read all of them."""
        return None if digest is None else digest == self.digest

    @property
    def matches_text(self) -> str:
        """What may be said of a file whose bytes have the digest: never that they are verified."""
        return f"It matches the index of {self.index[:_SHOWN]}, {_ANYBODY}."

    @property
    def differs_text(self) -> str:
        """What is to be said when they have another one."""
        return f"It does not match the index of {self.index[:_SHOWN]}, {_ANYBODY}: one of the two is wrong."

    @property
    def tensors_text(self) -> str:
        """What there is in the file if the index is right; "" when it does not say."""
        if self.tensors is None:
            return ""
        count, parameters = self.tensors.count, self.tensors.parameters
        dtypes = ", ".join(f"{name} {number:,}" for name, number in self.tensors.dtypes)
        return (
            f"From the index of {self.index[:_SHOWN]}, {_ANYBODY}:"
            f" {count:,} {'tensor' if count == 1 else 'tensors'}, {parameters:,} parameters"
            f"{f' ({dtypes})' if dtypes else ''}."
        )


def claim_on(entry: KitFile, index: AttachedIndex | None) -> IndexClaim | None:
    """What ``index`` says of a file that was listed by it; None when it says nothing of that."""
    if index is None or entry.digest is None:
        return None
    return IndexClaim(index.digest, entry.digest, entry.tensors)


class Witness:
    """Passes on the bytes of a file, and knows in the end which digest they have, if all were read."""

    def __init__(self, source: Bytes) -> None:
        self._source = source
        self._kept = bytearray(self.size if self.size <= MOST_WITNESSED else 0)
        self._seen: list[tuple[int, int]] = []

    @property
    def size(self) -> int:
        return self._source.size

    def read(self, start: int, length: int, /) -> bytes:
        block = self._source.read(start, length)
        end = start + len(block)
        if block and end <= len(self._kept):
            self._kept[start:end] = block
            first = self._seen.pop()[0] if self._seen and self._seen[-1][1] == start else start
            self._seen.append((first, end))
        return block

    @property
    def digest(self) -> Digest | None:
        """None when not all of the file was read, and for one that is large or empty."""
        known = 0
        for start, end in sorted(self._seen):
            if start > known:
                return None
            known = max(known, end)
        return digest_of(bytes(self._kept)) if known and known == self.size else None
