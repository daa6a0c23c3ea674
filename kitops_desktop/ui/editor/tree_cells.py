"""What the rows of a folder's tree say: names, sizes, what was found in files, and where they would go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon

from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.folder_tree import FILE, FOLDER, LINK, FolderTree, Listing
from kitops_desktop.kitfile.secrets import FlagKind, flag
from kitops_desktop.modelkit.destination import Destination, Destinations
from kitops_desktop.modelkit.tree_filter import entry_destination
from kitops_desktop.ui.editor.destination_text import destination_icon, destination_text, short_text
from kitops_desktop.ui.editor.kind_text import kind_picture, kind_text, trouble_text
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.units import count_text, exact_size_text, size_text

_REMEMBERED = 20_000


class Column(IntEnum):
    NAME = 0
    SIZE = 1
    KIND = 2
    GOES_TO = 3


PATH_ROLE = Qt.ItemDataRole.UserRole


class TreeCells:
    """Answers for entries of the listings of ``tree``, by the looks and destinations it was given."""

    def __init__(self, tree: FolderTree) -> None:
        self._tree = tree
        self._destinations: Destinations | None = None
        self._known_destinations: dict[str, Destination] = {}
        self._looks: dict[str, FileLook] = {}

    def begin(self, tree: FolderTree) -> None:
        """Another listing of the folder: nothing was looked into yet."""
        self._tree, self._looks = tree, {}

    def take_destinations(self, destinations: Destinations) -> None:
        self._destinations = destinations
        self._known_destinations = {}

    def take_look(self, look: FileLook) -> None:
        if len(self._looks) >= _REMEMBERED:
            self._looks.clear()
        self._looks[look.path] = look

    def forget_looks(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._looks.pop(path, None)

    def was_looked_at(self, path: str) -> bool:
        return path in self._looks

    def destination(self, listing: Listing, number: int) -> Destination | None:
        """Where an entry goes, None while that is not known."""
        if self._destinations is None:
            return None
        path = listing.path_of(number)
        known = self._known_destinations.get(path)
        if known is None:
            if len(self._known_destinations) >= _REMEMBERED:
                self._known_destinations.clear()
            known = entry_destination(self._destinations, listing, number)
            self._known_destinations[path] = known
        return known

    def data(self, listing: Listing, number: int, column: int, role: int) -> object:
        """What Qt is told of a cell."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(listing, number, column)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(listing, number, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == Column.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            destination = self.destination(listing, number)
            if column != Column.NAME or (destination is not None and not destination.is_packed):
                return QGuiApplication.palette().placeholderText()
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(self._about(listing, number))
        if role == Qt.ItemDataRole.AccessibleTextRole and column == Column.NAME:
            return ", ".join(self._about(listing, number))
        if role == PATH_ROLE:
            return listing.path_of(number)
        return None

    def _text(self, listing: Listing, number: int, column: int) -> str:
        if column == Column.NAME:
            return self._name(listing, number)
        if column == Column.SIZE:
            size = self._size(listing, number)
            return "" if size is None else size_text(size)
        if column == Column.KIND:
            return self._kind(listing, number)
        destination = self.destination(listing, number)
        return "" if destination is None else short_text(listing.path_of(number), destination)

    def _name(self, listing: Listing, number: int) -> str:
        name = name_text(listing.names[number])
        target = listing.targets.get(number)
        return name if target is None else f"{name} → {name_text(target)}"

    def _size(self, listing: Listing, number: int) -> int | None:
        """Bytes; of a folder, what is known of it so far."""
        if listing.letters[number] == FOLDER:
            path = listing.path_of(number)
            return self._tree.totals(path).size if self._is_listed(path) else None
        size = listing.sizes[number]
        return size if size >= 0 else None

    def _is_listed(self, path: str) -> bool:
        """Whether it is known what is in a folder."""
        inside = self._tree.listings.get(path)
        return inside is not None and not inside.error

    def _kind(self, listing: Listing, number: int) -> str:
        match listing.letters[number]:
            case code if code == FILE:
                return kind_text(listing.names[number], self._looks.get(listing.path_of(number)))
            case code if code == FOLDER:
                return "Folder"
            case code if code == LINK:
                return "Link"
        return "Special file"

    def _trouble(self, listing: Listing, number: int) -> str:
        """What is wrong with an entry, "" for nothing."""
        if number in listing.troubles:
            return listing.troubles[number]
        path = listing.path_of(number)
        inside = self._tree.listings.get(path)
        if inside is not None and inside.error:
            return inside.error
        look = self._looks.get(path)
        return (trouble_text(look) if look is not None else "") or self._named_secret(listing, number)

    def _named_secret(self, listing: Listing, number: int) -> str:
        """Why the name of an entry says that it holds secrets, "" when it does not."""
        if listing.letters[number] not in (FOLDER, FILE):
            return ""
        found = flag(listing.path_of(number), is_dir=listing.letters[number] == FOLDER)
        return found.reason if found is not None and found.kind is FlagKind.SECRET else ""

    def _is_secret(self, listing: Listing, number: int) -> bool:
        look = self._looks.get(listing.path_of(number))
        return bool((look is not None and look.secrets) or self._named_secret(listing, number))

    def _about(self, listing: Listing, number: int) -> Iterator[str]:
        """All that is known of an entry, one thing after another."""
        path = listing.path_of(number)
        yield self._name(listing, number)
        size = self._size(listing, number)
        if listing.letters[number] == FOLDER:
            totals = self._tree.totals(path)
            yield f"folder with {count_text(totals.files, 'file')}" if self._is_listed(path) else "folder"
        elif self._kind(listing, number):
            yield self._kind(listing, number)
        if size is not None:
            yield exact_size_text(size)
        destination = self.destination(listing, number)
        if destination is not None:
            yield destination_text(path, destination)
        trouble = self._trouble(listing, number)
        if trouble:
            yield name_text(trouble)

    def _picture(self, listing: Listing, number: int, column: int) -> object:
        if column == Column.NAME:
            letter = listing.letters[number]
            destination = self.destination(listing, number)
            packed = destination is None or destination.is_packed
            if self._is_secret(listing, number):
                return _picture("key", "danger" if packed else "muted")
            if letter in (FOLDER, FILE) and self._trouble(listing, number):
                return _picture("warning", "warning" if packed else "muted")
            if letter == FILE:
                look = self._looks.get(listing.path_of(number))
                return _picture(kind_picture(listing.names[number], look), "muted")
            return _picture({FOLDER: "folder", LINK: "link"}.get(letter, "file"), "muted")
        if column == Column.GOES_TO:
            destination = self.destination(listing, number)
            name = "" if destination is None else destination_icon(destination)
            packed = destination is not None and destination.is_packed
            return _picture(name, "accent" if packed else "muted") if name else None
        return None


@cache
def _picture(name: str, role: str) -> QIcon:
    """Rows are drawn often; an icon has the colours of the moment in which it is drawn."""
    return icon(name, role)
