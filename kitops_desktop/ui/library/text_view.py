"""A read-only text with columns, and the row of buttons that go with it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from kitops_desktop.ui.library.buttons import click_button, copy_text
from kitops_desktop.ui.theme import fixed_font


class TextView(QWidget):
    """``bar`` is the row above the text; what stands left in it is up to who makes it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(name)
        self.text.setFont(fixed_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        self.text.document().setDocumentMargin(10)
        self.bar = QHBoxLayout()
        self.bar.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(self.bar)
        layout.addWidget(self.text, 1)

    def add_copy_button(self, text: str = "Copy") -> None:
        self.bar.addWidget(click_button(text, lambda: copy_text(self.text.toPlainText()), "copy"))
