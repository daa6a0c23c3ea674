"""What a page shows when there is nothing yet: why, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kitops_desktop.ui.colours import colours_of
from kitops_desktop.ui.icons import pixmap
from kitops_desktop.ui.widgets.parts import button, label

_PICTURE = 44
_TEXT = 420


class EmptyState(QWidget):
    """A picture, a sentence, a hint, and buttons."""

    def __init__(self, icon_name: str, title: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = label(title, "heading")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = label(text, "muted", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._text.setMaximumWidth(_TEXT)
        if not text:  # setVisible(True) would open a window, as it has no parent yet
            self._text.hide()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self._buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(2)
        layout.addWidget(self._picture)
        layout.addSpacing(4)
        layout.addWidget(self._title)
        middle = QHBoxLayout()  # with an alignment instead, a text of two lines gets the room for one
        middle.addStretch(1)
        middle.addWidget(self._text, _TEXT)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addSpacing(8)
        layout.addLayout(self._buttons)
        layout.addStretch(3)
        self._draw()

    def add_button(self, text: str, icon_name: str = "", kind: str = "") -> QPushButton:
        """A button under the text; connect its ``clicked``."""
        made = button(text, icon_name, kind)
        self._buttons.insertWidget(self._buttons.count() - 1, made)
        return made

    def set_texts(self, title: str, text: str = "") -> None:
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return super().sizeHint().expandedTo(QSize(460, 240))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        colour = colours_of(self.palette()).muted
        self._picture.setPixmap(pixmap(self._icon_name, _PICTURE, colour, self.devicePixelRatioF()))
