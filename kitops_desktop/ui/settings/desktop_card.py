"""What the desktop is told of jobs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from kitops_desktop.settings import Settings
from kitops_desktop.ui.widgets.card import Card

_FIELDS = {
    "notify": (
        "&Notify me when a long job has ended",
        "A notification of the desktop, while no window of this program has the focus",
    ),
    "keep_awake": (
        "Keep the computer a&wake while jobs run",
        "The screen may go dark all the same; closing the lid does what it always does",
    ),
}


class DesktopCard(Card):
    """``chosen`` tells a field of ``Settings`` and its new value."""

    chosen = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Notifications and sleep", parent=parent)
        self._boxes: dict[str, QCheckBox] = {}
        for name, (text, description) in _FIELDS.items():
            box = QCheckBox(text)
            box.setToolTip(description)
            box.setAccessibleDescription(description)
            box.clicked.connect(lambda checked, name=name: self.chosen.emit(name, checked))
            self._boxes[name] = box
            self.body.addWidget(box)

    def show_settings(self, settings: Settings) -> None:
        for name, box in self._boxes.items():
            box.setChecked(getattr(settings, name))
