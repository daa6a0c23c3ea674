"""A folder: typed, or chosen with the desktop's dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from kitops_desktop.ui.widgets.parts import button


class FolderField(QWidget):
    """``edited`` gives the text once it was entered or chosen."""

    edited = Signal(str)

    def __init__(
        self, name: str, question: str, path: str = "", placeholder: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._question = question
        self.field = QLineEdit(path)
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(placeholder)
        self.field.setClearButtonEnabled(True)
        self.field.editingFinished.connect(lambda: self.edited.emit(self.path))
        choose = button("Choose…", "folder-open")
        choose.setAccessibleName(question)
        choose.clicked.connect(self._choose)
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
        self.edited.emit(path)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._question, self.path)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.set_path)
        dialog.open()
