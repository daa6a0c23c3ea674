"""Looks through the folder of a project whenever something changed that matters for what is packed."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kitops_desktop.errors import IgnoreFileError
from kitops_desktop.explanation import explain
from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.modelkit.layers import layer_entries, remote_paths
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.folder_scan import FolderScan, ParentPaths, scan_folder
from kitops_desktop.ui.editor.project import Part, Project

PAUSE = 250
"""Milliseconds without a change before the folder is looked through."""
LONGEST_PAUSE = 30_000
_SHARE = 4
"""After a look nothing is looked at for so many times as long: others may change the folder all the time."""


class FolderLook(QObject):
    """``scan`` is the last complete one, ``outdated`` while it is of another text or was cancelled."""

    began = Signal()
    scanned = Signal()
    stopped = Signal()

    def __init__(
        self,
        project: Project,
        parent_paths: ParentPaths,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.scan = FolderScan()
        self.outdated = True
        self._project, self._parent_paths = project, parent_paths
        self._reader = Reader(background, self)
        self._asked: object = None
        self._began = self._took = 0.0
        self._again = self._given_up = False
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self.look)

    @property
    def busy(self) -> bool:
        return self._reader.busy or self._pause.isActive()

    def look_soon(self) -> None:
        """Look after a pause, unless nothing that matters has changed since the last look."""
        if self._question() != self._asked:
            self.outdated = True
            self._pause.start(PAUSE)

    def folder_changed(self) -> None:
        """Other programs changed the folder: look again, though not while changes come faster than looks.

        After ``cancel`` only the user begins again.
        """
        if self._given_up or self._pause.isActive():
            return
        if self._reader.busy:
            self._again = True
        else:
            self._pause.start(self._patience())

    @Slot()
    def look(self) -> None:
        """Look now, for what could be read of the text. While nothing can there is nothing to look for."""
        self._pause.stop()
        document = self._project.document
        self._asked = None  # what changed while nothing can be looked for is looked for later
        try:
            rules = self._project.ignore_rules()
        except IgnoreFileError:
            return
        if not document.is_editable:
            return
        self._asked = self._question()
        self._again = self._given_up = False
        self._began = time.monotonic()
        folder, kitfile, parent_paths = self._project.folder, document.read_so_far, self._parent_paths

        def scan(token: CancelToken) -> FolderScan:
            return scan_folder(folder, kitfile, rules, parent_paths, token)

        self._reader.read(scan, self._on_scanned, self._on_failed)
        self.began.emit()

    def cancel(self) -> None:
        """Stop looking; the last scan stays."""
        self._pause.stop()
        self._reader.cancel()
        self._asked = None
        self._again, self._given_up = False, True
        self.stopped.emit()

    def _question(self) -> object:
        """All of the texts that decides what is packed."""
        kitfile = self._project.document.read_so_far
        return (
            layer_entries(kitfile),
            remote_paths(kitfile),
            _parent(kitfile),
            self._project.text(Part.IGNORE),
        )

    def _on_scanned(self, scan: FolderScan) -> None:
        self.scan = scan
        self._took = time.monotonic() - self._began
        self.outdated = self._question() != self._asked
        if self._again and not self._pause.isActive():
            self._again = False
            self._pause.start(self._patience())
        self.scanned.emit()

    def _patience(self) -> int:
        return min(max(PAUSE, round(_SHARE * 1000 * self._took)), LONGEST_PAUSE)

    def _on_failed(self, error: Exception) -> None:
        self._on_scanned(FolderScan(problem=explain(error)))


def _parent(kitfile: Kitfile) -> str:
    return "" if kitfile.model is None else kitfile.model.path
