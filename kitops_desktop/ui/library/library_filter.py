"""Sorting and filtering of the Library, in a proxy model."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from kitops_desktop.ui.library.library_model import Column, LibraryModel, Role
from kitops_desktop.ui.library.library_rows import KitRow, filter_terms, matches


class LibraryFilter(QSortFilterProxyModel):
    """Shows the kits that match every word typed, with their repositories."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._terms: tuple[str, ...] = ()
        self.setSortRole(Role.SORT)
        self.setRecursiveFilteringEnabled(True)
        self.sort(Column.NAME, Qt.SortOrder.AscendingOrder)

    @property
    def filtering(self) -> bool:
        return bool(self._terms)

    def set_text(self, text: str) -> None:
        terms = filter_terms(text)
        if terms != self._terms:
            self.beginFilterChange()
            self._terms = terms
            self.endFilterChange()

    def shown_kits(self) -> int:
        """How many kits pass the filter."""
        return sum(self.rowCount(self.index(row, 0)) for row in range(self.rowCount()))

    def filterAcceptsRow(  # noqa: N802
        self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex
    ) -> bool:
        model = self.sourceModel()
        assert isinstance(model, LibraryModel)
        row = model.row_at(model.index(source_row, 0, source_parent))
        # a repository is shown when one of its kits is, which recursive filtering sees to
        return isinstance(row, KitRow) and matches(row, self._terms)
