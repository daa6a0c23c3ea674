"""A field for a reference, completed from references that are known."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QToolButton, QWidget

from kitops_desktop.ui.icons import icon

_ROWS = 9
_NAME = "Known references"


class ReferenceField(QLineEdit):
    """What is typed narrows the ``candidates``; the arrow down lists them, as does the mark at the end."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._known = QStringListModel(self)
        self._completer = QCompleter(self._known, self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setMaxVisibleItems(_ROWS)
        popup = self._completer.popup()
        assert popup is not None
        popup.setAccessibleName(_NAME)
        self._popup = popup
        self.setCompleter(self._completer)
        self._mark = QAction(icon("chevron-down", "muted"), _NAME, self)
        self._mark.setToolTip("References that are known (arrow down)")
        self._mark.triggered.connect(self.show_known)
        self._mark.setVisible(False)
        self.addAction(self._mark, QLineEdit.ActionPosition.TrailingPosition)
        for inner in self.findChildren(QToolButton):
            inner.setAccessibleName(_NAME)

    @property
    def candidates(self) -> list[str]:
        return self._known.stringList()

    def set_candidates(self, references: Iterable[str]) -> None:
        """References to complete with, the likeliest first."""
        found = list(references)
        if found != self._known.stringList():
            self._known.setStringList(found)
        self._mark.setVisible(bool(found))

    def show_known(self) -> None:
        """Open the list: those that have what is typed in them, or all while nothing is being narrowed."""
        self.setFocus()
        whole = self.text() in self.candidates
        self._completer.setCompletionPrefix("" if whole else self.text())
        self._completer.complete()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Down and not self._popup.isVisible():
            self.show_known()
        else:
            super().keyPressEvent(event)
            self._hide_needless()

    def _hide_needless(self) -> None:
        """A list of nothing but what is in the field already only hides what is beneath it."""
        only = self._completer.completionCount() == 1
        if only and self._completer.currentCompletion().casefold() == self.text().casefold():
            self._popup.hide()
