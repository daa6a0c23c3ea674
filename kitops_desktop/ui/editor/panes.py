"""Contents, form and texts of a project side by side, with a button for each."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QToolButton, QVBoxLayout, QWidget

from kitops_desktop.ui.editor.pane_fit import Pane, PaneFit
from kitops_desktop.ui.widgets.parts import icon_button

_LEAST = {Pane.CONTENTS: 230, Pane.FORM: 310, Pane.TEXT: 240}
_SHARES = {Pane.CONTENTS: 38, Pane.FORM: 33, Pane.TEXT: 29}
_ICONS = {Pane.CONTENTS: "folder", Pane.FORM: "edit", Pane.TEXT: "code"}
_GAP = 14


class Panes(QWidget):
    """Shows as many panes as fit, those used last first. ``buttons`` say which, and change it."""

    def __init__(self, widgets: dict[Pane, QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fit = PaneFit(_LEAST, _GAP)
        self._widgets = widgets
        self._shown: frozenset[Pane] = frozenset()
        self._splitter = splitter(Qt.Orientation.Horizontal)
        for pane in Pane:
            self._splitter.addWidget(widgets[pane])
            widgets[pane].setMinimumWidth(_LEAST[pane])
            self._splitter.setStretchFactor(self._splitter.count() - 1, _SHARES[pane])
        self.buttons = {pane: self._make_button(pane) for pane in Pane}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.setMinimumWidth(max(_LEAST.values()))

    def reveal(self, pane: Pane) -> None:
        """Make sure that a pane is on view."""
        if pane not in self._shown:
            self._fit.ask_for(pane)
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        self._arrange(event.size().width())
        super().resizeEvent(event)

    def _make_button(self, pane: Pane) -> QToolButton:
        made = icon_button(_ICONS[pane], pane.value, role="muted")
        made.setCheckable(True)
        made.setToolTip(f"Show or hide: {pane.value}")
        made.clicked.connect(lambda checked, pane=pane: self._on_clicked(pane, checked))
        return made

    def _on_clicked(self, pane: Pane, checked: bool) -> None:
        (self._fit.ask_for if checked else self._fit.do_without)(pane)
        self._arrange()

    def _arrange(self, width: int = 0) -> None:
        shown = self._fit.shown(width or self.width())
        for pane, button in self.buttons.items():
            button.setChecked(pane in shown)
        if shown == self._shown:
            return
        self._shown = shown
        for pane, widget in self._widgets.items():
            widget.setVisible(pane in shown)
        whole = (width or self.width()) - _GAP * (len(shown) - 1)
        shares = sum(_SHARES[pane] for pane in shown)
        self._splitter.setSizes([whole * _SHARES[pane] // shares if pane in shown else 0 for pane in Pane])


def splitter(orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
    """A splitter whose handles are gaps; the first part gets most of new room."""
    made = QSplitter(orientation)
    made.setProperty("kind", "panes")
    made.setChildrenCollapsible(False)
    for number, part in enumerate(parts):
        made.addWidget(part)
        made.setStretchFactor(number, 1 if number else 2)
    return made
