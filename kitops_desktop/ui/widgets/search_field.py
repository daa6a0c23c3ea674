"""A field to filter by, with a magnifying glass, a way to clear it, and a pause while somebody types."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from kitops_desktop.ui.icons import icon

_PAUSE = 150  # milliseconds


class SearchField(QLineEdit):
    """``searched`` gives the text once typing paused; Esc clears it, Down hands over to ``list_widget``."""

    searched = Signal(str)

    def __init__(self, placeholder: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(220)
        self.setProperty("kind", "search")
        self.list_widget: QWidget | None = None
        glass = QAction(icon("search", "muted"), name, self)
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        for inner in self.findChildren(QToolButton):
            inner.setAccessibleName("Clear" if inner.defaultAction() is not glass else name)
            if inner.defaultAction() is glass:
                inner.setEnabled(False)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(lambda: self.searched.emit(self.text()))
        self.textChanged.connect(lambda _: self._pause.start())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down and self.list_widget is not None:
            self.list_widget.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)
