"""What we stored, as the store wants it remembered: by it, entries that other programs dropped are put
back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kitops_desktop.oci.descriptor import Descriptor


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A manifest we listed in ``repository``, the tags we pointed at it, and the digests it consists of."""

    repository: str
    descriptor: Descriptor
    tags: tuple[str, ...]
    blobs: tuple[str, ...]


class StoredMemory(Protocol):
    """Remembers by store home and repository. In a repository a tag belongs to one manifest."""

    def record(
        self,
        home: Path,
        repository: str,
        descriptor: Descriptor,
        tags: Sequence[str],
        blobs: Sequence[str],
    ) -> None:
        """Remember a manifest; ``tags`` come on top of those it has and leave other manifests."""
        ...

    def forget(self, home: Path, repository: str, descriptor: Descriptor, tags: Sequence[str] | None) -> None:
        """Forget tags of a manifest, or the whole manifest (None)."""
        ...

    def removed(self, home: Path, repository: str, descriptor: Descriptor, tags: Sequence[str]) -> None:
        """Somebody took these tags away from a manifest; what is to be forgotten is told by ``forget``."""
        ...

    def stored(self, home: Path) -> tuple[StoredRecord, ...]: ...


class NoMemory:
    """Remembers nothing: nothing is ever put back."""

    def record(
        self,
        home: Path,
        repository: str,
        descriptor: Descriptor,
        tags: Sequence[str],
        blobs: Sequence[str],
    ) -> None: ...

    def forget(
        self, home: Path, repository: str, descriptor: Descriptor, tags: Sequence[str] | None
    ) -> None: ...

    def removed(self, home: Path, repository: str, descriptor: Descriptor, tags: Sequence[str]) -> None: ...

    def stored(self, home: Path) -> tuple[StoredRecord, ...]:
        return ()
