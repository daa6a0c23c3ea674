"""A field for a reference, completed from references that are known."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

_ROWS = 9


class ReferenceField(QLineEdit):
    """What is typed narrows the list of ``candidates``; the arrow down shows it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._known = QStringListModel(self)
        completer = QCompleter(self._known, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(_ROWS)
        popup = completer.popup()
        assert popup is not None
        popup.setAccessibleName("Known references")
        self._popup = popup
        self.setCompleter(completer)
        self.setToolTip("Arrow down shows references that were used before")

    @property
    def candidates(self) -> list[str]:
        return self._known.stringList()

    def set_candidates(self, references: Iterable[str]) -> None:
        """References to complete with, the likeliest first."""
        found = list(references)
        if found != self._known.stringList():
            self._known.setStringList(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        completer = self.completer()
        if event.key() == Qt.Key.Key_Down and completer is not None and not self._popup.isVisible():
            whole = self.text() in self.candidates  # nothing is being narrowed: show all of them
            completer.setCompletionPrefix("" if whole else self.text())
            completer.complete()
            return
        super().keyPressEvent(event)
