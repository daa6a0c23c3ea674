"""The folder that files go to: typed, or chosen with the desktop's dialog. It need not exist."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.library.chosen_folder import nearest_folder


class TargetField(QWidget):
    """``changed`` comes with every letter."""

    changed = Signal()

    def __init__(self, caption: str, target: str, parent: QWidget | None = None) -> None:
        """``caption`` has its mnemonic."""
        super().__init__(parent)
        self._title = caption.replace("&", "")
        self._field = QLineEdit(target)
        self._field.textChanged.connect(self.changed)
        name = QLabel(caption)
        name.setBuddy(self._field)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._field, 1)
        row.addWidget(click_button("Choose…", self._ask, "folder-open"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(name)
        layout.addLayout(row)

    @property
    def text(self) -> str:
        return self._field.text().strip()

    def _ask(self) -> None:
        dialog = QFileDialog(self, self._title, str(nearest_folder(self.text)))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._field.setText)
        dialog.open()
