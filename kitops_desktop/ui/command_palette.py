"""Ctrl+K: type a few letters, press Return."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.ui.colours import colours_of
from kitops_desktop.ui.command_search import Entry, search
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.parts import label, line

Index = QModelIndex | QPersistentModelIndex

_WIDTH = 600
_ROW = 38
_NOTHING = "Nothing is called like that."


class Role(IntEnum):
    ENTRY = Qt.ItemDataRole.UserRole
    HINT = Qt.ItemDataRole.UserRole + 1


class EntryModel(QAbstractListModel):
    """The entries that were found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: Sequence[Entry] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.DecorationRole:
            return icon(entry.icon, "muted") if entry.icon else None
        if role == Qt.ItemDataRole.AccessibleDescriptionRole or role == Role.HINT:
            return entry.hint
        return entry if role == Role.ENTRY else None


class _HintDelegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = QStyleOptionViewItem(option)
        hint = str(index.data(Role.HINT) or "")
        shown = option.fontMetrics.elidedText(hint, Qt.TextElideMode.ElideMiddle, _WIDTH // 2)
        taken = option.fontMetrics.horizontalAdvance(shown) + 24
        self.initStyleOption(cell, index)
        room = cell.rect.width() - taken - 48
        cell.text = option.fontMetrics.elidedText(cell.text, Qt.TextElideMode.ElideMiddle, room)
        style = cell.widget.style() if cell.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        painter.save()
        painter.setPen(colours_of(option.palette).colour("muted"))
        place = QRect(cell.rect).adjusted(0, 0, -12, 0)
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(place, flags, shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        return QSize(_WIDTH // 2, _ROW)


class CommandPalette(QWidget):
    """Lies over its host, at the top. ``closed`` comes after it has gone; a chosen entry runs after that.

    ``typed`` carries what is looked for, for those who look further and answer with ``show_further``.
    """

    closed = Signal()
    typed = Signal(str)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._all: list[Entry] = []
        self._further: Sequence[Entry] = ()
        self.otherwise: Callable[[str], Sequence[Entry]] = lambda _: ()
        """What else a text may mean that is the name of nothing here."""
        self.why_nothing: Callable[[str], str] = lambda _: ""
        """What there is to say of a text for which nothing is found."""
        self._focus_before: QWidget | None = None
        self.setAccessibleName("Find or do")
        self._field = QLineEdit()
        self._field.setProperty("kind", "seek")
        self._field.setPlaceholderText("A command, a ModelKit, a project, or what was seen in a registry")
        self._field.setAccessibleName("Find or do")
        self._field.textChanged.connect(self._on_typed)
        self._field.installEventFilter(self)
        self._model = EntryModel(self)
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(_HintDelegate(self._list))
        self._list.setIconSize(QSize(16, 16))
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName("Found")
        self._list.clicked.connect(lambda _: self._run_current())
        self._nothing = label(_NOTHING, "muted", wrap=True)
        self._nothing.setContentsMargins(14, 10, 14, 14)
        self._panel = QFrame(self)
        self._panel.setProperty("kind", "palette")
        layout = QVBoxLayout(self._panel)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.setSpacing(4)
        for widget in (self._field, line(), self._list, self._nothing):
            layout.addWidget(widget)
        host.installEventFilter(self)
        self.hide()

    def open_palette(self, entries: Sequence[Entry]) -> None:
        """Show it, empty, over these entries."""
        self._focus_before = self._host.window().focusWidget()
        self._all = list(entries)
        self._further = ()
        self._field.clear()
        self._search("")
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def add_entries(self, entries: Sequence[Entry]) -> None:
        """More of them, which took a moment to find."""
        self._all += entries
        if self.isVisible():
            self._search(self._field.text())

    def show_further(self, text: str, entries: Sequence[Entry]) -> None:
        """What else was found of a text, below the rest; ignored when another text is there by now."""
        if self.isVisible() and text == self._field.text():
            self._further = entries
            row = self._list.currentIndex().row()
            self._search(text)
            self._list.setCurrentIndex(self._model.index(max(row, 0), 0))

    def close_palette(self) -> None:
        if self.isHidden():
            return
        self.hide()
        before = self._focus_before
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        # the type first: at the end of the program events still come when the attributes have gone
        if event.type() is QEvent.Type.Resize and watched is self._host:
            self.setGeometry(self._host.rect())
            self._fit()
        elif event.type() is QEvent.Type.KeyPress and watched is self._field and isinstance(event, QKeyEvent):
            return self._take_key(event)
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if not self._panel.geometry().contains(event.position().toPoint()):
            self.close_palette()

    def _take_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if key == Qt.Key.Key_Escape:
            self.close_palette()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run_current()
        elif key in steps:
            self._step(steps[Qt.Key(key)])
        elif key not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):  # the field is all there is to go to
            return False
        return True

    def _on_typed(self, text: str) -> None:
        self._further = ()
        self._search(text)
        self.typed.emit(text)

    def _search(self, text: str) -> None:
        found = search(self._all, text) or self.otherwise(text)
        known = {entry.text for entry in found}
        found = [*found, *(entry for entry in self._further if entry.text not in known)]
        self._model.show(found)
        self._nothing.setText("" if found else self.why_nothing(text) or _NOTHING)
        self._nothing.setVisible(not found)
        self._list.setVisible(bool(found))
        if found:
            self._list.setCurrentIndex(self._model.index(0, 0))
        self._fit()

    def _step(self, step: int) -> None:
        rows = self._model.rowCount()
        if rows:
            row = min(max(self._list.currentIndex().row() + step, 0), rows - 1)
            self._list.setCurrentIndex(self._model.index(row, 0))

    def _run_current(self) -> None:
        entry = self._list.currentIndex().data(Role.ENTRY)
        self.close_palette()
        if isinstance(entry, Entry):
            entry.run()

    def _fit(self) -> None:
        width = min(_WIDTH, self.width() - 40)
        rows = min(9, self._model.rowCount())
        self._list.setFixedHeight(rows * _ROW + 4)
        self._panel.resize(width, self._panel.sizeHint().height())
        self._panel.move((self.width() - width) // 2, 60)
