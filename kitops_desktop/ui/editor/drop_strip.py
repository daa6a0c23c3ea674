"""Targets below the tree: what is dropped on one, or selected when one is pressed, goes there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from kitops_desktop.ui.editor.dragged import dragged_files, dragged_paths
from kitops_desktop.ui.editor.sections import TARGETS, Target
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.parts import label, restyle

_COLUMNS = 4


class DropStrip(QWidget):
    """A button for each target."""

    chosen = Signal(object)  # FieldPath of the section
    paths_dropped = Signal(object, object)  # tuple[str, ...] of the project, FieldPath
    files_dropped = Signal(object, object)  # tuple[Path, ...] of anywhere, FieldPath

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Where to move files")
        layout = QGridLayout(self)
        layout.setContentsMargins(8, 2, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(label("Move to", "caption"), 0, 0, 1, _COLUMNS)
        for number, target in enumerate(TARGETS):
            made = _TargetButton(target, folder)
            made.clicked.connect(lambda _=False, target=target: self.chosen.emit(target.section))
            made.paths_dropped.connect(self.paths_dropped)
            made.files_dropped.connect(self.files_dropped)
            layout.addWidget(made, 1 + number // _COLUMNS, number % _COLUMNS)


class _TargetButton(QToolButton):
    paths_dropped = Signal(object, object)
    files_dropped = Signal(object, object)

    def __init__(self, target: Target, folder: Path) -> None:
        super().__init__()
        self._folder, self._section = folder, target.section
        self.setProperty("kind", "target")
        self.setText(target.short or target.title)
        self.setIcon(icon(target.icon, "accent"))
        self.setIconSize(QSize(15, 15))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAccessibleName(target.deed)
        self.setToolTip(f"{target.deed} ({target.shortcut})")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        mime = event.mimeData()
        if dragged_paths(mime, self._folder) or dragged_files(mime):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            restyle(self, dropping=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        restyle(self, dropping=False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        restyle(self, dropping=False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        paths = dragged_paths(event.mimeData(), self._folder)
        if paths:
            self.paths_dropped.emit(paths, self._section)
        else:
            self.files_dropped.emit(dragged_files(event.mimeData()), self._section)
