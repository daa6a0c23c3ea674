"""What a folder holds, as far as it was listed: one compact record per folder, none per file.

``FolderTree`` belongs to one thread. A ``Listing`` that was handed over is not changed any more, but for the
sizes of a folder whose names were told first.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

FILE, FOLDER, LINK, SPECIAL = b"fdls"
UNKNOWN_SIZE = -1
_PIECE = 1 << 14
"""So many names are sorted without other threads having a turn."""


@dataclass(slots=True, eq=False)
class Listing:
    """The content of one folder; entries have numbers, in the order in which the system gave them.

    ``path`` is relative to the folder at the top, with ``/``; the top has ``""``. Names that are not UTF-8
    have the form of ``surrogateescape``. ``letters`` has FILE, FOLDER, LINK or SPECIAL for each entry,
    ``sizes`` bytes for files, UNKNOWN_SIZE where they are not known, ``order`` the numbers by name, folders
    first. ``targets`` says where links point to, ``troubles`` what is wrong with single entries. ``error``
    says why the folder could not be listed.
    """

    path: str
    names: list[str] = field(default_factory=list)
    letters: bytearray = field(default_factory=bytearray)
    sizes: array[int] = field(default_factory=lambda: array("q"))
    order: array[int] = field(default_factory=lambda: array("I"))
    targets: dict[int, str] = field(default_factory=dict)
    troubles: dict[int, str] = field(default_factory=dict)
    error: str = ""

    def __len__(self) -> int:
        return len(self.names)

    def path_of(self, number: int) -> str:
        return f"{self.path}/{self.names[number]}" if self.path else self.names[number]

    def folders(self) -> Iterable[str]:
        """The paths of the folders in it."""
        return (self.path_of(number) for number, letter in enumerate(self.letters) if letter == FOLDER)


@dataclass(slots=True)
class Totals:
    """What is below a folder, as far as it was listed; ``size`` in bytes."""

    files: int = 0
    size: int = 0


class FolderTree:
    """All listings of a folder by path, and what they come to."""

    def __init__(self) -> None:
        self.listings: dict[str, Listing] = {}
        self._totals: dict[str, Totals] = {}
        self._own: dict[str, Totals] = {}

    @property
    def files(self) -> int:
        """Everything that was listed but folders."""
        return self.totals("").files

    @property
    def size(self) -> int:
        return self.totals("").size

    def totals(self, path: str) -> Totals:
        return self._totals.get(path) or Totals()

    def take(self, listing: Listing) -> None:
        """Put in a listing, or count the sizes that came in since; what is no longer there goes."""
        if listing.error and not self._has(listing.path):
            return  # it went while it was looked at, as the folder around it knows
        before = self.listings.get(listing.path)
        self.listings[listing.path] = listing
        own = Totals(
            len(listing) - listing.letters.count(FOLDER),
            sum(listing.sizes) - UNKNOWN_SIZE * listing.sizes.count(UNKNOWN_SIZE),
        )
        self._count(listing.path, own)
        if before is not None and before is not listing:
            for gone in set(before.folders()).difference(listing.folders()):
                self.drop(gone)

    def drop(self, path: str) -> None:
        """Forget a folder and all below it."""
        for below in [one for one in self.listings if is_below(one, path)]:
            self._count(below, Totals())
            del self.listings[below], self._own[below]
            self._totals.pop(below, None)

    def _has(self, path: str) -> bool:
        parent, _, name = path.rpartition("/")
        around = self.listings.get(parent)
        return not path or around is None or name in around.names

    def _count(self, path: str, own: Totals) -> None:
        before = self._own.get(path) or Totals()
        self._own[path] = own
        files, size = own.files - before.files, own.size - before.size
        for above in with_folders_above(path):
            total = self._totals.setdefault(above, Totals())
            total.files += files
            total.size += size


def with_folders_above(path: str) -> Iterable[str]:
    """The path itself, then each folder around it up to the top, ``""``."""
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield ""


def is_below(path: str, folder: str) -> bool:
    """Whether ``path`` is ``folder`` or somewhere in it."""
    return not folder or path == folder or path.startswith(f"{folder}/")


def name_order(names: Sequence[str], letters: Sequence[int]) -> array[int]:
    """Numbers by name, regardless of case, folders first.

    Sorting does not let other threads have a turn; so many names are sorted in pieces, which are quickly
    merged as each is a run in itself.
    """
    keys = [
        f"{'0' if letter == FOLDER else '1'}{name.casefold()}\0{name}"
        for name, letter in zip(names, letters, strict=True)
    ]
    numbers: list[int] = []
    for start in range(0, len(keys), _PIECE):
        piece = list(range(start, min(start + _PIECE, len(keys))))
        piece.sort(key=keys.__getitem__)
        numbers += piece
    if len(keys) > _PIECE:
        numbers.sort(key=keys.__getitem__)
    return array("I", numbers)
