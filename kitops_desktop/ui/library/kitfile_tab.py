"""The Kitfile of a kit as `kit info` prints it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from kitops_desktop.errors import FileAccessError
from kitops_desktop.ui.colours import colours_of
from kitops_desktop.ui.editor.yaml_highlighter import YamlHighlighter
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.library.text_view import TextView
from kitops_desktop.ui.widgets.parts import label


class KitfileTab(TextView):
    """``failed`` carries the error when saving went wrong, ``saved`` the path when it went well."""

    failed = Signal(object)
    saved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Kitfile", parent)
        self._highlighter = YamlHighlighter(self.text.document(), dark=self._is_dark())
        self.bar.addWidget(label("The Kitfile this ModelKit was packed with", "muted"), 1)
        self.add_copy_button()
        self.bar.addWidget(click_button("Save as…", self._ask_where, "save"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_highlighter"):
            self._highlighter.show(dark=self._is_dark())

    def save(self, path: Path) -> None:
        """Write the text to ``path``; the file dialog has asked about a file that exists."""
        try:
            path.write_text(self.whole, encoding="utf-8", newline="\n")
        except OSError as error:
            self.failed.emit(FileAccessError(path, "write the Kitfile", error.strerror or str(error)))
            return
        self.saved.emit(path)

    def _is_dark(self) -> bool:
        return colours_of(self.palette()).scheme == "dark"

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, "Save Kitfile as")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile("Kitfile")
        dialog.fileSelected.connect(lambda chosen: self.save(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
