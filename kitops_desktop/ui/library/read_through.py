"""What stands in a preview whose layer has to be read from its beginning: the cost, then how far it is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from kitops_desktop.errors import ReadingNotAgreed
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.units import size_text
from kitops_desktop.ui.widgets.parts import label

_STEPS = 1000
_RUNNING = "The layer is read from its beginning, up to what is looked at."


def cost_text(error: ReadingNotAgreed) -> str:
    """Why that is so, and what there is without it."""
    why = (
        "This registry gives layers as a whole only"
        if error.without_ranges
        else "The layer of this file is compressed"
    )
    return (
        f"{why}, so up to {size_text(error.size)} have to be read from the registry to look into the file."
        " Its name and size need none of that, and once the kit is pulled it is looked into from here."
    )


class ReadThrough(QWidget):
    """``agreed``: the layer is to be read; ``stopped``: no more of it."""

    agreed = Signal()
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = label("", wrap=True)
        self._agree = click_button("", self.agreed.emit, "eye")
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName("Reading the layer")
        self._bar.setRange(0, _STEPS)
        self._stop = click_button("Stop", self.stopped.emit, "stop")
        self._ask_text = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 14, 4, 0)
        layout.setSpacing(10)
        layout.addWidget(self._text)
        layout.addWidget(self._bar)
        row = QHBoxLayout()
        row.addWidget(self._agree)
        row.addWidget(self._stop)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(1)
        self.show_question()

    def ask(self, error: ReadingNotAgreed) -> None:
        """Say what it costs, and offer it."""
        self._ask_text = cost_text(error)
        self._agree.setText(f"Read it through (up to {size_text(error.size)})")
        self.show_question()

    def show_question(self) -> None:
        """The same as before it was agreed to."""
        self._text.setText(self._ask_text)
        self._show_running(False)

    def show_running(self) -> None:
        """It was agreed to."""
        self._text.setText(_RUNNING)
        self._bar.setValue(0)
        self._show_running(True)

    def show_progress(self, read: int, most: int) -> None:
        """``read`` of at most ``most`` bytes are here."""
        self._bar.setValue(min(_STEPS * read // most, _STEPS) if most else 0)

    def _show_running(self, running: bool) -> None:
        had_focus = self._agree.hasFocus() or self._stop.hasFocus()
        self._agree.setVisible(not running)
        self._bar.setVisible(running)
        self._stop.setVisible(running)
        if had_focus:  # whoever works by keyboard goes on at the button that took its place
            (self._stop if running else self._agree).setFocus()
