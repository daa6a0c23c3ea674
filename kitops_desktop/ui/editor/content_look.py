"""Looks into the files of a project in the background: for secrets, and for what pickles would import."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kitops_desktop.classification.looking_over import LookedOver
from kitops_desktop.classification.looks import Looks
from kitops_desktop.jobs.background import Background
from kitops_desktop.modelkit.pack_plan import PackPlan
from kitops_desktop.progress import CancelToken, Progress
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.folder_scan import look_through

TICK = 400
"""Milliseconds between two words on how far it is; what is done sooner needs none."""


class ContentLook(QObject):
    """``result`` is the last complete one. What has not changed since an earlier one is not read again."""

    looked = Signal()
    progressed = Signal(int, int)  # files looked into, files to look into
    stopped = Signal()

    def __init__(self, looks: Looks, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.result = LookedOver()
        self.looks = looks
        self._reader = Reader(background, self)
        self._progress = Progress()
        self._tick = QTimer(self, interval=TICK)
        self._tick.timeout.connect(self._on_tick)

    @property
    def busy(self) -> bool:
        return self._reader.busy

    def look(self, plan: PackPlan | None) -> None:
        """Look into what would be packed; an earlier look that is still under way is not wanted any more."""
        if plan is None:
            self.cancel()
            return
        self._progress = Progress()

        def read(token: CancelToken) -> LookedOver:
            return look_through(plan, self.looks, token, self._report)

        self._reader.read(read, self._on_looked, self._on_failed)
        self._tick.start()

    @Slot()
    def cancel(self) -> None:
        """Stop; the last result stays."""
        self._reader.cancel()
        self._tick.stop()
        self.stopped.emit()

    def _report(self, progress: Progress) -> None:
        self._progress = progress  # from the worker thread: one reference is replaced by another

    @Slot()
    def _on_tick(self) -> None:
        if self._progress.total:
            self.progressed.emit(self._progress.done, self._progress.total)

    def _on_looked(self, result: LookedOver) -> None:
        self._tick.stop()
        self.result = result
        self.looked.emit()

    def _on_failed(self, error: Exception) -> None:
        self.cancel()
