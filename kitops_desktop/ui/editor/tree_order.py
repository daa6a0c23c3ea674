"""In which order the entries of a folder are shown: folders always first."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kitops_desktop.classification.folder_tree import FOLDER, FolderTree, Listing
from kitops_desktop.ui.editor.kind_text import kind_by_name

_NAME, _SIZE, _KIND = range(3)
_MANY = 10_000


@dataclass(frozen=True, slots=True)
class SortBy:
    """``column`` is that of the tree; by where it goes nothing is sorted."""

    column: int = _NAME
    descending: bool = False

    @property
    def is_given(self) -> bool:
        """Whether listings have this order already."""
        return not self.descending and self.column not in (_SIZE, _KIND)

    @property
    def by_size(self) -> bool:
        return self.column == _SIZE


def needs_time(numbers: Sequence[int]) -> bool:
    """Whether sorting is nothing for the GUI thread."""
    return len(numbers) > _MANY


def sorted_numbers(tree: FolderTree, listing: Listing, numbers: Sequence[int], by: SortBy) -> array[int]:
    """``numbers``, which are in the order of names, in another one."""
    key = _key(tree, listing, by)
    folders = [number for number in numbers if listing.letters[number] == FOLDER]
    others = [number for number in numbers if listing.letters[number] != FOLDER]
    for part in (folders, others):
        if key is None:
            part.reverse()
        else:
            part.sort(key=key, reverse=by.descending)
    return array("I", folders + others)


def _key(tree: FolderTree, listing: Listing, by: SortBy) -> Callable[[int], int | str] | None:
    if by.column == _SIZE:
        return lambda number: (
            tree.totals(listing.path_of(number)).size
            if listing.letters[number] == FOLDER
            else listing.sizes[number]
        )
    if by.column == _KIND:
        return lambda number: kind_by_name(listing.names[number]).casefold()
    return None
