"""Scroll areas as assistive programs see them.

Qt's own accessible of a ``QScrollArea`` reads past the end of its list of children when it is asked for one
that has just gone, as its scroll bars do whenever another page is shown: a screen reader that looks at that
moment ends the program (seen with Qt 6.11). Qt's plain accessible of a widget checks, and shows the same.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget


def install() -> None:
    """Call once, after the application was made."""
    QAccessible.installFactory(_accessible)


def _accessible(kind: str, thing: QObject) -> QAccessibleInterface | None:
    if kind == "QScrollArea" and isinstance(thing, QWidget):
        return QAccessibleWidget(thing, QAccessible.Role.Pane)
    return None
