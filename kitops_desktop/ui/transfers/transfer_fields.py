"""How many transfers run at a time, and how fast they may be: the same fields in Transfers and Settings."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSpinBox

from kitops_desktop.errors import KitOpsError
from kitops_desktop.settings import MAX_TRANSFER_SLOTS
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.workspace import Workspace

_KIB = 1 << 10
_MOST_KIB = 10 << 20
_STEP_KIB = 256
_WIDTH = 140


class TransferFields(QObject):
    """Three fields to be laid out by whoever wants them. Each choice is saved and holds at once."""

    def __init__(self, workspace: Workspace, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._navigator = workspace, navigator
        self.slots = QSpinBox(minimum=1, maximum=MAX_TRANSFER_SLOTS)
        self.upload, self.download = _limit(), _limit()
        for spin, name, tip in (
            (self.slots, "Transfers at a time", "So many transfers run side by side"),
            (self.upload, "Upload limit", "What is sent, all transfers together"),
            (self.download, "Download limit", "What is received, all transfers together"),
        ):
            spin.setAccessibleName(name)
            spin.setToolTip(tip)
        for spin in (self.slots, self.upload, self.download):
            spin.lineEdit().setTextMargins(8, 0, 0, 0)  # a style sheet's padding does not move its text
            spin.setKeyboardTracking(False)
        self.slots.valueChanged.connect(lambda value: self._save(transfer_slots=value))
        self.upload.valueChanged.connect(lambda value: self._save(upload_limit=value * _KIB))
        self.download.valueChanged.connect(lambda value: self._save(download_limit=value * _KIB))

    def show_settings(self) -> None:
        """Show what holds now: it may have been changed elsewhere."""
        settings = self._workspace.settings
        for spin, value in (
            (self.slots, settings.transfer_slots),
            (self.upload, -(-settings.upload_limit // _KIB)),
            (self.download, -(-settings.download_limit // _KIB)),
        ):
            spin.blockSignals(True)
            spin.setValue(value)
            spin.blockSignals(False)

    def _save(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of Settings
        try:
            self._workspace.change_settings(**changes)
        except KitOpsError as error:
            self._navigator.show_error(error)


def _limit() -> QSpinBox:
    """Kibibytes per second; 0 is no limit."""
    spin = QSpinBox(maximum=_MOST_KIB, singleStep=_STEP_KIB)
    spin.setSpecialValueText("No limit")
    spin.setSuffix(" KiB/s")
    spin.setGroupSeparatorShown(True)
    spin.setFixedWidth(_WIDTH)
    return spin
