"""What other programs change in the folder of a project, sorted by who wants to know."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.ignore import IGNORE_FILE
from kitops_desktop.ui.editor.folder_watch import WatchSignals
from kitops_desktop.ui.editor.project import Project
from kitops_desktop.watching.folder_watch import Changed


class ChangesByOthers(QObject):
    """Tells nothing more once ``background`` is closed: whoever is told would only ask for the next thing."""

    edited_files = Signal()
    """The files that are open here may not be as they were read."""
    anything = Signal(object)  # Changed
    contents = Signal()
    """Something else than these, which may be packed."""

    def __init__(self, project: Project, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._edited = {project.kitfile_path.name, IGNORE_FILE}
        self._background = background
        self.watch = WatchSignals(project.folder, self)
        self.watch.written(project.kitfile_path, project.folder / IGNORE_FILE)
        self.watch.changed.connect(self._on_changed)

    def look(self) -> None:
        """See what others did meanwhile, as far as it would not have been told anyway."""
        self.edited_files.emit()
        if self.watch.state.why:
            self.watch.try_again()
            self.contents.emit()
            self.anything.emit(Changed(everything=True))

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if self._background.closed:
            return
        if changed.everything or changed.paths & self._edited:
            self.edited_files.emit()
        self.anything.emit(changed)
        if changed.everything or changed.paths - self._edited:
            self.contents.emit()
