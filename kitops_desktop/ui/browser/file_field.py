"""A file: typed, or chosen with the desktop's dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from kitops_desktop.ui.widgets.parts import button

_PEM = "Certificates and keys (*.pem *.crt *.cer *.key);;All files (*)"


class FileField(QWidget):
    """``edited`` gives the text with every change."""

    edited = Signal(str)

    def __init__(self, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.field = QLineEdit()
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(placeholder)
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(lambda _: self.edited.emit(self.path))
        choose = button("Choose…", "folder-open")
        choose.setAccessibleName(f"Choose: {name}")
        choose.clicked.connect(self.choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(choose)
        self.setFocusProxy(self.field)

    @property
    def path(self) -> str:
        return self.field.text().strip()

    def set_path(self, path: str) -> None:
        self.field.setText(path)

    def choose(self) -> None:
        """Ask for the file with the desktop's dialog."""
        dialog = QFileDialog(self, f"Choose: {self._name}", self.path, _PEM)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.set_path)
        dialog.open()
