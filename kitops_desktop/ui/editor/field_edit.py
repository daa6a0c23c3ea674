"""One line of text of the form."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLineEdit

from kitops_desktop.ui.editor.code_editor import is_undo_key


class FieldEdit(QLineEdit):
    """Leaves the keys for undo and redo to the project, which knows more than this one line."""

    def event(self, event: QEvent) -> bool:
        if is_undo_key(event):
            event.ignore()
            return False
        return super().event(event)

    def show_text(self, text: str) -> None:
        """Show another text; the cursor stays where it was as far as it can."""
        if self.text() != text:
            position = self.cursorPosition()
            self.setText(text)
            self.setCursorPosition(min(position, len(text)) if self.hasFocus() else 0)
