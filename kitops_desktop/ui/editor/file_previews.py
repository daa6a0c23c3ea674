"""A file of the project's folder, looked into from its tree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.editor.tree_pane import TreePane
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.library.preview_look import PreviewLook
from kitops_desktop.ui.library.preview_panel import PreviewPanel
from kitops_desktop.ui.library.preview_request import of_local_file
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace

_WIDTH = 640
_KEY = "F3"
_GROUP = "Folder of the project"


class FilePreviews(QObject):
    """Adds *Preview* to the menu of the tree; the sheet lies over what ``host`` gives then.

    ``action`` is it for the command palette.
    """

    def __init__(
        self, pane: TreePane, folder: Path, workspace: Workspace, host: Callable[[], QWidget]
    ) -> None:
        super().__init__(pane)
        self._pane, self._folder = pane, folder
        self._workspace, self._host = workspace, host
        action = QAction(icon("eye"), "Preview", pane)
        action.setShortcut(QKeySequence(_KEY))
        action.triggered.connect(self._show)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        pane.addAction(action)
        self.action = Action("Preview the file", self._show, _KEY, "eye", _GROUP, self._has_file)

    def _has_file(self) -> bool:
        return self._pane.model.is_file(self._pane.tree.currentIndex())

    def _show(self) -> None:
        index = self._pane.tree.currentIndex()
        if not self._pane.model.is_file(index):
            return
        path = self._pane.model.path(index)
        sheet = Sheet(f"Preview of {name_text(path)}", self._host(), width=_WIDTH)
        panel = PreviewPanel(self._workspace.background, PreviewLook(self._workspace))
        sheet.body.addWidget(panel, 1)
        close = sheet.add_button("Close")
        close.clicked.connect(sheet.close_sheet)
        sheet.first = close
        panel.show_request(of_local_file(self._folder, path))
        sheet.open_sheet()
