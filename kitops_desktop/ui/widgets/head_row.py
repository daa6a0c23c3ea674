"""The first row in the head of a page: what it is called, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QLayout

_NAMES = 380
"""Pixels that names want beside the buttons."""


class HeadRow(QBoxLayout):
    """Where there is no room for both, the buttons stand below the names, not beside them."""

    def __init__(self, names: QLayout, buttons: QLayout) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight)
        self._names, self._buttons = names, buttons
        self.setSpacing(8)
        self.addLayout(names, 1)
        self.addLayout(buttons)
        self.setAlignment(buttons, Qt.AlignmentFlag.AlignLeft)

    def has_room(self, width: int, *, less: int = 0) -> bool:
        """Whether names and buttons have room beside one another in so many pixels, with buttons that need
        so much ``less`` than those that are shown (or more, below 0).
        """
        self._buttons.invalidate()  # those that were hidden just now need none
        names = max(_NAMES, self._names.sizeHint().width() + self.spacing())
        return width >= self._buttons.sizeHint().width() - less + names

    def arrange(self, width: int) -> None:
        """There are so many pixels now, or the names are others."""
        directions = QBoxLayout.Direction
        self.setDirection(directions.LeftToRight if self.has_room(width) else directions.TopToBottom)
