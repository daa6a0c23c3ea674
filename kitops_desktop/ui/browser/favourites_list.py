"""Favourites as a short list: Return opens one, Del takes it off."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.parts import ICON, label

_MOST_ROWS = 6
_MARGIN = 6


class FavouritesList(QFrame):
    """``opened`` and ``removed`` carry a reference. Hidden while there are none. ``text_of`` says how one is
    written here; ``framed``: it stands by itself.
    """

    opened = Signal(str)
    removed = Signal(str)

    def __init__(
        self,
        text_of: Callable[[str], str] = lambda reference: reference,
        parent: QWidget | None = None,
        *,
        framed: bool = False,
    ) -> None:
        super().__init__(parent)
        if framed:
            self.setProperty("kind", "card")
        self._text_of = text_of
        self.list = QListWidget()
        self.list.setAccessibleName("Favourites")
        self.list.setIconSize(ICON)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._on_opened)
        self.list.itemClicked.connect(self._on_opened)
        remove = QAction("Remove from favourites", self.list, shortcut=QKeySequence("Del"))
        remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        remove.triggered.connect(self._on_removed)
        self.list.addAction(remove)
        self._remove = remove
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*((14, 10, 8, 6) if framed else (0, 0, 0, 0)))
        layout.setSpacing(4)
        layout.addWidget(label("Favourites", "strong"))
        layout.addWidget(self.list)
        self.hide()

    def show_references(self, references: Sequence[str]) -> None:
        """Show these; what was chosen stays chosen while it is there."""
        before = self.list.currentItem()
        chosen = before.data(Qt.ItemDataRole.UserRole) if before is not None else ""
        self.list.clear()
        for reference in references:
            item = QListWidgetItem(icon("star-filled", "warning"), self._text_of(reference))
            item.setData(Qt.ItemDataRole.UserRole, reference)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{self._text_of(reference)}, favourite")
            item.setToolTip(reference)
            self.list.addItem(item)
            if reference == chosen:
                self.list.setCurrentItem(item)
        height = self.list.sizeHintForRow(0) if references else 0
        self.list.setFixedHeight(min(len(references), _MOST_ROWS) * height + _MARGIN)
        self.setVisible(bool(references))

    @Slot(QListWidgetItem)
    def _on_opened(self, item: QListWidgetItem) -> None:
        self.opened.emit(item.data(Qt.ItemDataRole.UserRole))

    @Slot()
    def _on_removed(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.removed.emit(item.data(Qt.ItemDataRole.UserRole))

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        if self.list.itemAt(place) is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self._remove)
        menu.popup(self.list.viewport().mapToGlobal(place))
