"""The line under the page: what runs, and how much room there is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.parts import button

_IDLE = "Nothing is running"


class StatusBar(QFrame):
    """Shows what it is told; ``jobs_asked`` and ``disk_asked`` say which part was clicked."""

    jobs_asked = Signal()
    disk_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "statusbar")
        self.setAccessibleName("Status")
        self._jobs = button(_IDLE, "transfers", "status")
        self._jobs.setIcon(icon("transfers", "muted"))
        self._jobs.setToolTip("Show transfers")
        self._jobs.clicked.connect(self.jobs_asked)
        self._disk = button("", "disk", "status")
        self._disk.setIcon(icon("disk", "muted"))
        self._disk.clicked.connect(self.disk_asked)
        self._disk.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 10, 3)
        row.addWidget(self._jobs)
        row.addStretch(1)
        row.addWidget(self._disk)

    def show_jobs(self, text: str) -> None:
        """What runs, in a line; "" when nothing does."""
        self._jobs.setText(text or _IDLE)

    def show_disk(self, text: str, store: str) -> None:
        """Free room where the store is; "" when that is not known."""
        self._disk.setText(text)
        self._disk.setToolTip(f"Free space where the ModelKits are kept: {store}")
        self._disk.setVisible(bool(text))

    @property
    def jobs_text(self) -> str:
        return self._jobs.text()
