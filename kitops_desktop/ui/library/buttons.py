"""Buttons of the Library that are made together with what they do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from kitops_desktop.ui.widgets.parts import button


def click_button(
    text: str, clicked: Callable[[], None], icon_name: str = "", kind: str = "", tip: str = ""
) -> QPushButton:
    """A push button that calls ``clicked``; ``kind`` is a word of the style sheet."""
    made = button(text, icon_name, kind)
    if tip:
        made.setToolTip(tip)
    made.clicked.connect(lambda: clicked())
    return made


def copy_text(text: str) -> None:
    """Put ``text`` on the clipboard."""
    QGuiApplication.clipboard().setText(text)
