"""The left side of a project: its folder file by file, what would be packed layer by layer, and what of it is
doubtful.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QTabWidget, QWidget

from kitops_desktop.errors import IgnoreFileError
from kitops_desktop.jobs.background import Background
from kitops_desktop.modelkit.destination import Destinations
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor import form_edits
from kitops_desktop.ui.editor.assign import NamedStep
from kitops_desktop.ui.editor.assigning import Assigning
from kitops_desktop.ui.editor.contents_pane import ContentsPane
from kitops_desktop.ui.editor.doubts_panel import DoubtsPanel
from kitops_desktop.ui.editor.folder_scan import ParentPaths
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_editor import ProjectEditor
from kitops_desktop.ui.editor.sections import IGNORE, FieldPath
from kitops_desktop.ui.editor.tree_pane import TreePane
from kitops_desktop.ui.icons import icon
from kitops_desktop.watching.folder_watch import Changed

_DOUBTS = "To check"


class FolderSide(QTabWidget):
    """Three tabs. Moves files of the tree itself; ``files_from_elsewhere`` were dropped from outside."""

    files_from_elsewhere = Signal(object, object)  # tuple[Path, ...], FieldPath of a section or None
    noticed = Signal(str)
    refused = Signal(object)  # Exception

    def __init__(
        self,
        editor: ProjectEditor,
        contents: ContentsPane,
        doubts: DoubtsPanel,
        parent_paths: ParentPaths,
        background: Background,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor, self._parent_paths = editor, parent_paths
        self.folder = editor.project.folder
        self.tree_pane = TreePane(self.folder, background)
        self._reader = Reader(background, self)
        self.assigning = Assigning(editor, background, self)
        self.setDocumentMode(True)
        self.addTab(self.tree_pane, "Folder")
        self.addTab(contents, "Layers")
        self._doubts_tab = self.addTab(doubts, _DOUBTS)
        self.tabBar().setAccessibleName("Folder, layers and what to check")
        self.tabBar().setUsesScrollButtons(False)
        doubts.counted.connect(self._show_doubts)
        editor.document_changed.connect(self.show_destinations)
        editor.text_changed.connect(self._on_text)
        self.assigning.done.connect(self._on_done)
        self.assigning.refused.connect(self.refused)
        self.tree_pane.paths_chosen.connect(self.move_paths)
        self.tree_pane.files_dropped.connect(self.drop_files)
        self.show_destinations()

    def folder_changed(self, changed: Changed) -> None:
        """Other programs changed something in the folder."""
        if changed.everything:
            self.tree_pane.list_again()
        else:
            self.tree_pane.paths_changed(changed.paths)

    @Slot(object, object)
    def move_paths(self, paths: tuple[str, ...], section: FieldPath) -> None:
        """Move paths of the folder to a section or to .kitignore, as one step to undo."""
        self.assigning.move(paths, section)

    @Slot(object, object)
    def drop_files(self, files: tuple[Path, ...], section: FieldPath | None) -> None:
        """Files from the file manager: those of this folder are moved, others asked about. With None they
        belong into the folder, to no section.
        """
        inside = {file: form_edits.path_in_folder(self.folder, file) for file in files}
        paths = tuple(path for path in inside.values() if path not in ("", "."))
        outside = tuple(file for file, path in inside.items() if not path)
        if paths and section is not None:
            self.move_paths(paths, section)
        if outside and section == IGNORE:
            self.noticed.emit("Only files of the project can be ignored.")
        elif outside:
            self.files_from_elsewhere.emit(outside, section)

    @Slot(int)
    def _show_doubts(self, count: int) -> None:
        self.setTabText(self._doubts_tab, f"{_DOUBTS} {count:,}" if count else _DOUBTS)
        self.setTabIcon(self._doubts_tab, icon("warning", "warning") if count else QIcon())

    @Slot()
    def show_destinations(self) -> None:
        """Say anew where everything goes; while a text cannot be read, what was said stays."""
        document = self._editor.document
        if not document.is_editable:
            return
        kitfile, ignored = document.read_so_far, self._editor.project.ignore_rules
        parent_paths = self._parent_paths

        def work(_: CancelToken) -> Destinations | None:
            try:
                return Destinations.of_kitfile(kitfile, ignored(), parent_paths(kitfile))
            except IgnoreFileError:
                return None

        self._reader.read(work, self._take, self.refused.emit)

    def _take(self, destinations: Destinations | None) -> None:
        if destinations is not None:
            self.tree_pane.show_destinations(destinations)

    @Slot(object)
    def _on_text(self, part: Part) -> None:
        if part is Part.IGNORE:
            self.show_destinations()

    @Slot(object)
    def _on_done(self, step: NamedStep) -> None:
        if step.notice:
            self.noticed.emit(step.notice)
