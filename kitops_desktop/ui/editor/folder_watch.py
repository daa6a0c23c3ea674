"""What others change in a folder, told in the GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from kitops_desktop.ui.crossing import crossing
from kitops_desktop.watching.folder_watch import Changed, FolderWatch, WatchState


class WatchSignals(QObject):
    """Tells in the GUI thread what others change in ``folder``; ends with its parent."""

    changed = Signal(object)  # Changed
    state_changed = Signal(object)  # WatchState

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._crossing = crossing()
        self._watch = watch = FolderWatch(folder, self._tell_change, self._tell_state)
        self.destroyed.connect(lambda: watch.close())

    @property
    def state(self) -> WatchState:
        return self._watch.state

    def written(self, *files: Path) -> None:
        """This program has just written these."""
        self._watch.written(*files)

    def try_again(self) -> None:
        """Look whether watching is possible now, where it was not."""
        if self.state.why:
            self._watch.try_again()

    def _tell_change(self, changed: Changed) -> None:
        self._crossing.call(self, self.changed.emit, changed)

    def _tell_state(self, state: WatchState) -> None:
        self._crossing.call(self, self.state_changed.emit, state)


def watch_text(state: WatchState) -> str:
    """What the user is told of it."""
    if state.watched:
        return "Watched for changes"
    return f"Looked at again when the window is focused: {state.why}" if state.why else ""
