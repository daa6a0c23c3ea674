"""One line of text of the form."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from kitops_desktop.ui.editor.suggestions import FieldCompleter, Suggest
from kitops_desktop.ui.editor.undo_keys import is_undo_key


class FieldEdit(QLineEdit):
    """Leaves the keys for undo and redo to the project, which knows more than this one line.

    What ``suggest`` proposes is shown while one types, and by Down; Enter takes it.
    """

    entered = Signal()
    """It has the focus."""
    chosen = Signal(str)
    """A suggestion was taken."""

    def __init__(self, suggest: Suggest | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggest = suggest
        self._completer: FieldCompleter | None = None
        self._told = ""
        """What others know to stand here: a suggestion that is only pointed at stands here too."""
        self.textEdited.connect(self._tell)
        self.editingFinished.connect(self._on_finished)

    def event(self, event: QEvent) -> bool:
        if is_undo_key(event):
            event.ignore()
            return False
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusInEvent(event)
        if self._suggest is not None and self._completer is None:  # most fields never need one
            self._completer = FieldCompleter(self, self._suggest)
            self._completer.activated.connect(self._on_activated)
            self.setCompleter(self._completer)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.entered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() == Qt.Key.Key_Down and plain and self._completer is not None:
            self._completer.open()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if event.mimeData().hasUrls():  # files are for the section, not for the line
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def show_text(self, text: str) -> None:
        """Show another text; the cursor stays where it was as far as it can."""
        self._tell(text)
        if self.text() != text:
            position = self.cursorPosition()
            self.setText(text)
            self.setCursorPosition(min(position, len(text)) if self.hasFocus() else 0)

    def suggest_again(self) -> None:
        """There is more to propose than when the last key was struck."""
        if self._completer is not None and self.hasFocus():
            self._completer.open()

    @Slot(str)
    def _tell(self, text: str) -> None:
        self._told = text

    @Slot()
    def _on_finished(self) -> None:
        if self.text() != self._told:
            self._on_activated(self.text())

    def _on_activated(self, text: str) -> None:
        self._tell(text)
        self.chosen.emit(text)
