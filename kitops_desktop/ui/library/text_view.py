"""A read-only text with columns, and the row of buttons that go with it. Anybody may have written it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from kitops_desktop.ui.library.buttons import click_button, copy_text
from kitops_desktop.ui.theme import fixed_font
from kitops_desktop.ui.widgets.parts import label

MOST_SHOWN = 256 << 10
"""Characters that are laid out: of what is longer the window would be kept busy for seconds."""


class TextView(QWidget):
    """``bar`` is the row above the text; what stands left in it is up to who makes it. ``whole`` is the text,
    of which only the beginning is shown when it is very long.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(name)
        self.text.setFont(fixed_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        self.text.document().setDocumentMargin(10)
        self.whole = ""
        self._cut = label("", "warning", wrap=True)
        self._cut.hide()
        self.bar = QHBoxLayout()
        self.bar.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(self.bar)
        layout.addWidget(self._cut)
        layout.addWidget(self.text, 1)

    def show_text(self, text: str) -> None:
        self.whole = text
        is_cut = len(text) > MOST_SHOWN
        if is_cut:
            rest = f"{MOST_SHOWN:,} of {len(text):,} characters"
            self._cut.setText(f"The first {rest} are shown. Copying and saving take all of them.")
        self._cut.setVisible(is_cut)
        self.text.setPlainText(text[:MOST_SHOWN])

    def add_copy_button(self, text: str = "Copy") -> None:
        self.bar.addWidget(click_button(text, lambda: copy_text(self.whole), "copy"))
