"""What an earlier attempt has put in place, so that the next one goes on after it.

A layer is placed as a whole or not at all, so an attempt that was broken off goes back to the beginning of
the layer it was at, and no further.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kitops_desktop.modelkit.extract import Staged
from kitops_desktop.modelkit.target_folder import TargetTree
from kitops_desktop.oci.digest import Digest


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file as it was put in place: ``size`` in bytes, ``mtime_ns`` in nanoseconds since 1970."""

    path: str
    size: int
    mtime_ns: int
    inode: int


class PlacedBefore(Protocol):
    """The files of the layers that earlier attempts of one and the same unpacking have put in place, or were
    about to. Those that were fetched ``by_range`` are told apart: their layer was not verified.
    """

    def recall(self, layer: Digest, *, by_range: bool = False) -> tuple[PlacedFile, ...] | None: ...
    def note(self, layer: Digest, files: Sequence[PlacedFile], *, by_range: bool = False) -> None: ...
    def forget(self) -> None:
        """All of it is in place: what comes next is another unpacking."""
        ...


class NothingBefore:
    """Remembers nothing."""

    def recall(self, layer: Digest, *, by_range: bool = False) -> tuple[PlacedFile, ...] | None:
        return None

    def note(self, layer: Digest, files: Sequence[PlacedFile], *, by_range: bool = False) -> None:
        pass

    def forget(self) -> None:
        pass


def to_be_placed(staged: Sequence[Staged]) -> tuple[PlacedFile, ...]:
    """What the files of a layer will be; known before they get their names, and noted then."""
    return tuple(
        PlacedFile(one.file.path, one.size, one.mtime_ns, one.inode) for one in staged if one.staged_name
    )


def still_there(files: Sequence[PlacedFile], tree: TargetTree) -> tuple[str, ...]:
    """The paths of those files that are what was put there."""
    return tuple(file.path for file in files if _found(file.path, tree) == file)


def _found(path: str, tree: TargetTree) -> PlacedFile | None:
    parent, _, name = path.rpartition("/")
    try:
        status = tree.folder(parent).status(name)
    except OSError:
        return None
    if status is None:
        return None
    return PlacedFile(path, status.st_size, status.st_mtime_ns, status.st_ino)
