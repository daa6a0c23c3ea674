"""What an author has on Hugging Face as a Qt model: filtered, sorted, and longer with every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum

from PySide6.QtCore import QModelIndex, Qt

from kitops_desktop.importers.hugging_face.address import HfAddress, HfKind
from kitops_desktop.importers.hugging_face.authors import HfListed
from kitops_desktop.ui.hugging_face.hf_facts import KIND_ICONS, KIND_NAMES
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.units import age_text, time_text
from kitops_desktop.ui.widgets.row_model import AnyIndex, RowModel


class AuthorColumn(IntEnum):
    NAME = 0
    KIND = 1
    PURPOSE = 2
    DOWNLOADS = 3
    LIKES = 4
    CHANGED = 5


_KEYS: dict[AuthorColumn, Callable[[HfListed], str | float]] = {
    AuthorColumn.NAME: lambda one: one.address.name.casefold(),
    AuthorColumn.KIND: lambda one: one.address.kind,
    AuthorColumn.PURPOSE: lambda one: one.pipeline.casefold(),
    AuthorColumn.DOWNLOADS: lambda one: -1 if one.downloads is None else one.downloads,
    AuthorColumn.LIKES: lambda one: -1 if one.likes is None else one.likes,
    AuthorColumn.CHANGED: lambda one: one.modified or 0.0,
}


class AuthorModel(RowModel[HfListed]):
    """``rows`` are those that are shown, ``all_rows`` all that have arrived, in that order."""

    HEADINGS = ("Repository", "Kind", "Purpose", "Downloads", "Likes", "Changed")
    NUMBERS = frozenset({AuthorColumn.DOWNLOADS, AuthorColumn.LIKES})

    def __init__(self) -> None:
        super().__init__()
        self.all_rows: list[HfListed] = []
        self._searched: list[str] = []
        """What is searched of each of them."""
        self._words: tuple[str, ...] = ()
        self._kind: HfKind | None = None
        self._column, self._order = -1, Qt.SortOrder.AscendingOrder

    @property
    def is_filtered(self) -> bool:
        return bool(self._words) or self._kind is not None

    def clear(self) -> None:
        self.all_rows, self._searched = [], []
        self.show_rows(())

    def add(self, rows: Iterable[HfListed]) -> None:
        """More have arrived; as long as nobody sorts they come last, and what is shown stays in its place."""
        first = len(self.all_rows)
        self.all_rows += rows
        self._searched += map(_searched, self.all_rows[first:])
        if self._column >= 0:
            self._show()
            return
        shown = self._matching(first)
        if not shown:
            return
        self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(shown) - 1)
        self.rows = (*self.rows, *shown)
        self.endInsertRows()

    def set_filter(self, text: str, kind: HfKind | None) -> None:
        """Show those whose name or purpose has all words of ``text``; None for all kinds."""
        self._words, self._kind = tuple(text.casefold().split()), kind
        self._show()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; -1 for the order in which they arrived."""
        self._column, self._order = column, order
        before, held = self.rows, self.persistentIndexList()
        self.layoutAboutToBeChanged.emit()
        self.rows = tuple(self._sorted())
        places = {id(one): place for place, one in enumerate(self.rows)}
        moved = [self.index(places[id(before[index.row()])], index.column()) for index in held]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def find(self, address: HfAddress | None) -> QModelIndex:
        """Not valid for what is not shown."""
        found = (place for place, one in enumerate(self.rows) if one.address == address)
        place = next(found, -1)
        return self.index(place, 0) if place >= 0 else QModelIndex()

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one = self.row_at(index)
        if one is None:
            return None
        column = AuthorColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(one, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return _spoken(one, column)
            case Qt.ItemDataRole.ToolTipRole:
                return _tip(one, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.alignment(column)
            case Qt.ItemDataRole.DecorationRole if column is AuthorColumn.NAME:
                return icon(KIND_ICONS[one.address.kind], "muted")
        return None

    def _show(self) -> None:
        self.show_rows(self._sorted())

    def _sorted(self) -> list[HfListed]:
        shown = self._matching()
        if self._column >= 0:
            is_descending = self._order is Qt.SortOrder.DescendingOrder
            shown.sort(key=_KEYS[AuthorColumn(self._column)], reverse=is_descending)
        return shown

    def _matching(self, first: int = 0) -> list[HfListed]:
        """Those from ``first`` on that the filters let through."""
        rows = self.all_rows[first:]
        for word in self._words[:1]:
            rows = [one for one, text in zip(rows, self._searched[first:], strict=True) if word in text]
        for word in self._words[1:]:
            rows = [one for one in rows if word in _searched(one)]
        return rows if self._kind is None else [one for one in rows if one.address.kind is self._kind]


def _name(one: HfListed) -> str:
    """Without whose it is, which stands above the table."""
    return one.address.name.partition("/")[2]


def _searched(one: HfListed) -> str:
    return f"{_name(one)} {one.pipeline}".casefold()


def _text(one: HfListed, column: AuthorColumn) -> str:
    match column:
        case AuthorColumn.NAME:
            return _name(one)
        case AuthorColumn.KIND:
            return _kind(one)
        case AuthorColumn.PURPOSE:
            return _purpose(one)
        case AuthorColumn.DOWNLOADS:
            return "" if one.downloads is None else f"{one.downloads:,}"
        case AuthorColumn.LIKES:
            return "" if one.likes is None else f"{one.likes:,}"
    return "" if one.modified is None else age_text(one.modified)


def _kind(one: HfListed) -> str:
    """With what keeps somebody from it."""
    hidden = "private" if one.is_private else "gated" if one.gated else ""
    return ", ".join(filter(None, (KIND_NAMES[one.address.kind], hidden)))


def _purpose(one: HfListed) -> str:
    """What models are for, as people write it."""
    return one.pipeline.replace("-", " ")


def _spoken(one: HfListed, column: AuthorColumn) -> str:
    text = _text(one, column)
    if column is AuthorColumn.NAME:
        return f"{text}, {_kind(one)}"
    return text or "not known"


def _tip(one: HfListed, column: AuthorColumn) -> str:
    if column is AuthorColumn.NAME:
        what = _purpose(one)
        return f"{one.address}\n{what}" if what else str(one.address)
    if column is AuthorColumn.DOWNLOADS:
        return "In the last 30 days"
    if column is AuthorColumn.CHANGED and one.modified is not None:
        return time_text(one.modified)
    return _text(one, column)
