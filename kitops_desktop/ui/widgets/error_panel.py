"""An error as people need it: what happened, why, what was kept, what now."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kitops_desktop.explanation import Explanation
from kitops_desktop.ui.error_text import as_explanation, diagnostics_text, explanation_text
from kitops_desktop.ui.widgets.parts import button, label
from kitops_desktop.ui.widgets.sheet import Sheet

_EDGE = 16
_LONG_WORD = re.compile(r"[^\s]{24}(?=[^\s]{8})")
_BREAK = "\N{ZERO WIDTH SPACE}"


class ErrorPanel(QFrame):
    """Shows one error; ``copied`` tells that its diagnostics are on the clipboard."""

    copied = Signal()

    def __init__(
        self, error: Explanation | BaseException, diagnostics: str = "", parent: QWidget | None = None
    ) -> None:
        """``diagnostics`` is the text to copy when the error itself is gone."""
        super().__init__(parent)
        self.setProperty("kind", "danger-panel")
        explanation = as_explanation(error)
        self._diagnostics = diagnostics or diagnostics_text(error)
        self.setAccessibleName(explanation.title)
        self.setAccessibleDescription(explanation_text(explanation))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_EDGE, 14, _EDGE, 12)
        layout.setSpacing(8)
        layout.addWidget(label(explanation.title, "danger-strong", wrap=True, selectable=True))
        for text in (explanation.reason, explanation.kept, explanation.next_step):
            if text:
                layout.addWidget(_sentence(text))
        self._buttons = [self._copy_button()]
        self._per_row = 0
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        layout.addLayout(self._grid)
        self._arrange()
        self.setMinimumWidth(1)  # not that of a row of buttons, which would never become narrower

    def add_button(self, text: str, icon_name: str = "") -> QPushButton:
        """One more thing to do about it."""
        made = button(text, icon_name)
        self._buttons.append(made)
        self._per_row = 0
        self._arrange()
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Beside each other stand as many buttons as there is room for."""
        per_row = next((most for most in range(len(self._buttons), 1, -1) if self._has_room(most)), 1)
        if per_row == self._per_row:
            return
        self._per_row = per_row
        for column in range(len(self._buttons) + 1):
            self._grid.setColumnStretch(column, 1 if column == per_row else 0)
        for number, one in enumerate(self._buttons):
            self._grid.removeWidget(one)
            self._grid.addWidget(one, number // per_row, number % per_row)

    def _has_room(self, per_row: int) -> bool:
        widths = [one.sizeHint().width() for one in self._buttons]
        columns = [max(widths[column::per_row]) for column in range(per_row)]
        return sum(columns) + self._grid.spacing() * (per_row - 1) <= self.width() - 2 * _EDGE

    def _copy_button(self) -> QPushButton:
        copy = button("Copy diagnostics", "copy")
        copy.setToolTip("Versions, platform and the technical error, without secrets")
        copy.clicked.connect(self._copy)
        return copy

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._diagnostics)
        self.copied.emit()


def _sentence(text: str) -> QLabel:
    """A label that also breaks digests and paths, which a narrow panel would cut off."""
    made = label(_LONG_WORD.sub(lambda piece: piece[0] + _BREAK, text), wrap=True, selectable=True)
    made.setAccessibleName(text)
    return made


def error_sheet(error: Explanation | BaseException, host: QWidget) -> Sheet:
    """The sheet for an error that has no better place. Open it with ``open_sheet``."""
    sheet = Sheet("Something went wrong", host)
    panel = ErrorPanel(error)
    sheet.body.addWidget(panel)
    sheet.body.addStretch(1)
    close = sheet.add_button("Close")
    close.clicked.connect(sheet.close_sheet)
    sheet.first = close
    return sheet
