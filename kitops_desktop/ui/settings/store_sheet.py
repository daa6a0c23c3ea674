"""Asks where the ModelKits are to be kept, and whether they come along."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QRadioButton, QWidget

from kitops_desktop.ui.settings.folder_field import FolderField
from kitops_desktop.ui.widgets.parts import button, label
from kitops_desktop.ui.widgets.sheet import Sheet


class StoreSheet(Sheet):
    """``move_asked`` and ``switch_asked`` give the folder."""

    move_asked = Signal(object)  # Path
    switch_asked = Signal(object)  # Path

    def __init__(self, home: Path, default: Path, host: QWidget) -> None:
        super().__init__("Where ModelKits are kept", host)
        self._home = home
        self._folder = FolderField("Folder of the store", "Choose where ModelKits are kept", str(home))
        self._folder.edited.connect(lambda _: self._check())
        self._move = QRadioButton("&Move the ModelKits there")
        self._switch = QRadioButton("&Use that folder, and leave the ModelKits where they are")
        self._move.setChecked(True)
        self._move.toggled.connect(lambda _: self._check())
        self._reason = label(kind="muted", wrap=True)
        own = button("Use kit's own folder", kind="link")
        own.setToolTip(str(default))
        own.clicked.connect(lambda: self._folder.set_path(str(default)))
        row = QHBoxLayout()
        row.addWidget(own)
        row.addStretch(1)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.addRow("&Folder", self._folder)
        self.body.addLayout(form)
        self.body.addLayout(row)
        self.body.addWidget(self._move)
        self.body.addWidget(self._switch)
        self.body.addWidget(self._reason)
        self.body.addStretch(1)
        cancel = self.add_button("Cancel")
        cancel.clicked.connect(self.close_sheet)
        self._go = self.add_button("Move", "primary")
        self._go.clicked.connect(self._ask)
        self.first = self._folder.field
        self._check()

    def _check(self) -> None:
        text = self._folder.path
        same = not text or Path(text).absolute() == self._home.absolute()
        self._go.setText("Move" if self._move.isChecked() else "Use that folder")
        self._go.setEnabled(not same and Path(text).is_absolute())
        self._reason.setText(
            "Every ModelKit is copied and verified first; the old folder is cleared when all are there. It "
            "runs in Transfers, and can be cancelled until then."
            if self._move.isChecked()
            else "ModelKits of the folder used so far are not shown until you come back to it."
        )

    def _ask(self) -> None:
        signal = self.move_asked if self._move.isChecked() else self.switch_asked
        signal.emit(Path(self._folder.path))
        self.close_sheet()
