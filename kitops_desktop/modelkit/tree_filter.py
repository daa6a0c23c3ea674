"""Which entries of a folder are shown when only some are wanted: by name, and by whether they are packed."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kitops_desktop.classification.folder_tree import FOLDER, LINK, SPECIAL, Listing, with_folders_above
from kitops_desktop.modelkit.destination import Destination, Destinations
from kitops_desktop.progress import CancelToken

_CHECK_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """``text`` is part of a name, or with a ``/`` of a path, regardless of case."""

    text: str = ""
    only_left_out: bool = False

    def __bool__(self) -> bool:
        return bool(self.text) or self.only_left_out


@dataclass(frozen=True, slots=True)
class Found:
    """The numbers of the entries to show, in the order of their listing, by folder; a folder is shown when
    something in it is. ``above`` are the folders that are there only for what is in them; ``count`` are all
    others.
    """

    rows: Mapping[str, array[int]]
    above: frozenset[str]
    count: int

    def moved(self, before: Listing, after: Listing) -> Found:
        """The same entries by their numbers in a newer listing of their folder."""
        names = {before.names[number] for number in self.rows.get(before.path, ())}
        numbers = array("I", (number for number in after.order if after.names[number] in names))
        return replace(self, rows={**self.rows, after.path: numbers})


def entry_destination(destinations: Destinations, listing: Listing, number: int) -> Destination:
    """Where an entry of a listing would go."""
    letter = listing.letters[number]
    return destinations.of(
        listing.path_of(number),
        is_dir=letter == FOLDER,
        is_link=letter == LINK,
        is_special=letter == SPECIAL,
    )


def find_entries(
    listings: Mapping[str, Listing], wanted: Wanted, destinations: Destinations | None, token: CancelToken
) -> Found:
    """Look through all listings. Raises ``Cancelled``."""
    search = _Search(wanted, destinations, token)
    for listing in listings.values():
        search.look_through(listing)
    matching = search.matching
    above = {folder for path in matching for folder in with_folders_above(path)}
    above.discard("")
    names: dict[str, set[str]] = {}
    for path in above:
        parent, _, name = path.rpartition("/")
        names.setdefault(parent, set()).add(name)
    rows = {}
    for path in (names.keys() | matching.keys()) & listings.keys():
        token.check()
        rows[path] = _in_order(listings[path], set(matching.get(path, ())), names.get(path, set()))
    matched = {listings[path].path_of(n) for path, numbers in matching.items() for n in numbers}
    return Found(rows, frozenset(above - matched), search.count)


class _Search:
    def __init__(self, wanted: Wanted, destinations: Destinations | None, token: CancelToken) -> None:
        self.matching: dict[str, list[int]] = {}
        self.count = 0
        self._text = wanted.text.casefold()
        self._by_path = "/" in self._text
        self._destinations = destinations if wanted.only_left_out else None
        self._token = token
        self._seen = 0

    def look_through(self, listing: Listing) -> None:
        found = []
        self._token.check()
        for number, name in enumerate(listing.names):
            self._seen += 1
            if self._seen % _CHECK_EVERY == 0:
                self._token.check()
            if self._text:
                text = listing.path_of(number) if self._by_path else name
                if self._text not in text.casefold():
                    continue
            if self._destinations is None or not self._is_packed(listing, number):
                found.append(number)
        if found:
            self.matching[listing.path] = found
            self.count += len(found)

    def _is_packed(self, listing: Listing, number: int) -> bool:
        assert self._destinations is not None
        return entry_destination(self._destinations, listing, number).is_packed


def _in_order(listing: Listing, numbers: set[int], folders: set[str]) -> array[int]:
    """Those that match, and the folders of these names."""
    names, letters = listing.names, listing.letters
    return array(
        "I",
        (
            number
            for number in listing.order
            if number in numbers or (letters[number] == FOLDER and names[number] in folders)
        ),
    )
