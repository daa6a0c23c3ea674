"""Widgets in rows, as words in a paragraph; a last one that expands takes what is left of its row."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

LEAST_LAST = 70
"""Pixels that the last widget wants at least; with less it begins a new row."""


class FlowLayout(QLayout):
    def __init__(self, parent: QWidget | None = None, spacing: int = 4) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        self._items.append(item)

    def insert_widget(self, place: int, widget: QWidget) -> None:
        """Put a widget before the item ``place``."""
        self.addWidget(widget)
        self._items.insert(place, self._items.pop())
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's name
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        return self._lay_out(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's name
        super().setGeometry(rect)
        self._lay_out(rect, place=True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        margins = self.contentsMargins()
        heights = [item.sizeHint().height() for item in self._items]
        return QSize(
            LEAST_LAST + margins.left() + margins.right(),
            max(heights, default=0) + margins.top() + margins.bottom(),
        )

    def _lay_out(self, rect: QRect, place: bool) -> int:
        """Place the items, or only find the height that they need."""
        margins: QMargins = self.contentsMargins()
        inner = rect.marginsRemoved(margins)
        x, y, row = inner.x(), inner.y(), 0
        for item in (one for one in self._items if not one.isEmpty()):
            grows = item is self._items[-1] and bool(item.expandingDirections() & Qt.Orientation.Horizontal)
            size = item.sizeHint()
            width = LEAST_LAST if grows else min(size.width(), inner.width())
            if x > inner.x() and x + width > inner.x() + inner.width():
                x, y, row = inner.x(), y + row + self.spacing(), 0
            if place:
                left = inner.x() + inner.width() - x
                item.setGeometry(QRect(x, y, left if grows else width, size.height()))
            x += width + self.spacing()
            row = max(row, size.height())
        return y + row - rect.y() + margins.bottom()
