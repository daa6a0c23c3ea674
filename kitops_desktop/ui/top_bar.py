"""The line above the page: back and forward, the way here, the command palette, and the menu."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import button, icon_button


class TopBar(QFrame):
    """Shows what it is told; signals say what the user asked for."""

    back_asked = Signal()
    forward_asked = Signal()
    page_asked = Signal(str)
    palette_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "toolbar")
        self.setAccessibleName("Navigation")
        self._page = ""
        self._back = icon_button("back", "Back", "Alt+Left")
        self._forward = icon_button("forward", "Forward", "Alt+Right")
        self._back.clicked.connect(self.back_asked)
        self._forward.clicked.connect(self.forward_asked)
        self._crumb = button("", kind="crumb")
        self._crumb.clicked.connect(lambda: self.page_asked.emit(self._page))
        self._separator = QLabel("/")
        self._separator.setProperty("kind", "muted")
        self._detail = ElidedLabel(kind="strong")
        self.menu = QMenu(self)
        self.menu.setAccessibleName("Menu")
        self._menu = self._menu_button()
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(4)
        for widget in (self._back, self._forward, self._crumb, self._separator):
            row.addWidget(widget)
        row.addWidget(self._detail, 1)
        row.addSpacing(12)
        row.addWidget(self._palette_button())
        row.addSpacing(4)
        row.addWidget(self._menu)

    def show_way(self, page: str, page_text: str, detail: str, tool_tip: str = "") -> None:
        """Show where the user is; the page's own name is a button only when there is something under it."""
        self._page = page
        self._crumb.setText(page_text)
        self._crumb.setAccessibleName(f"Back to {page_text}")
        self._crumb.setVisible(bool(detail))
        self._separator.setVisible(bool(detail))
        self._detail.setText(detail)
        if tool_tip:
            self._detail.setToolTip(tool_tip)

    def show_ways(self, back: bool, forward: bool) -> None:
        self._back.setEnabled(back)
        self._forward.setEnabled(forward)

    def open_menu(self) -> None:
        """Open the menu under its button, without waiting for what is chosen."""
        corner = self._menu.mapToGlobal(QPoint(self._menu.width(), self._menu.height() + 4))
        self.menu.popup(corner - QPoint(self.menu.sizeHint().width(), 0))

    def _palette_button(self) -> QWidget:
        made = button("Find or do…", "search", "seek")
        made.setAccessibleName("Find or do")
        made.setAccessibleDescription("Commands, ModelKits and projects by name")
        made.setIcon(icon("search", "muted"))
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        made.setFixedWidth(220)
        made.setToolTip("Commands, ModelKits and projects by name (Ctrl+K)")
        keys = QLabel("Ctrl+K", made)
        keys.setProperty("kind", "caption")
        inner = QHBoxLayout(made)
        inner.setContentsMargins(0, 0, 10, 0)
        inner.addWidget(keys, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        keys.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        made.setShortcut(QKeySequence("Ctrl+K"))
        made.clicked.connect(self.palette_asked)
        return made

    def _menu_button(self) -> QToolButton:
        made = icon_button("menu", "Menu", "F10")
        made.clicked.connect(self.open_menu)
        return made
