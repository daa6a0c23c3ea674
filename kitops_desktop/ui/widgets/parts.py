"""Labels and buttons, made in one line each. ``kind`` is what the style sheet knows them by."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QPushButton, QToolButton, QWidget

from kitops_desktop.ui.icons import icon

ICON = QSize(16, 16)
_ICON_ROLES = {"primary": "on_accent", "danger": "danger", "link": "accent"}


def label(text: str = "", kind: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Plain text. Kinds: ``title``, ``heading``, ``strong``, ``muted``, ``caption``, ``danger``, ``warning``,
    ``success``.
    """
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if kind:
        made.setProperty("kind", kind)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


def button(text: str, icon_name: str = "", kind: str = "") -> QPushButton:
    """A push button. Kinds: ``primary`` (one per view), ``danger``, ``quiet``, ``link``."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.setCursor(Qt.CursorShape.PointingHandCursor if kind == "link" else Qt.CursorShape.ArrowCursor)
    if kind:
        made.setProperty("kind", kind)
    if icon_name:
        made.setIcon(icon(icon_name, _ICON_ROLES.get(kind, "text")))
        made.setIconSize(ICON)
    return made


def icon_button(icon_name: str, name: str, shortcut: str = "", role: str = "text") -> QToolButton:
    """A button with a picture only; ``name`` is what screen readers say and the tool tip shows."""
    made = QToolButton()
    made.setIcon(icon(icon_name, role))
    made.setIconSize(QSize(18, 18))
    made.setAccessibleName(name)
    made.setToolTip(f"{name} ({shortcut})" if shortcut else name)
    if shortcut:
        made.setShortcut(shortcut)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def frame(kind: str, layout: QLayout | None = None) -> QFrame:
    """A surface of the style sheet: ``card``, ``toolbar``, ``info-panel``, ``warning-panel`` ..."""
    made = QFrame()
    made.setProperty("kind", kind)
    if layout is not None:
        made.setLayout(layout)
    return made


def line() -> QFrame:
    """A thin line between two parts."""
    return frame("line")


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet looks at, and apply it again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
