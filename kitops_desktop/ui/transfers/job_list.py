"""The list of jobs: those that wait are put in order by dragging or with Alt and the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from kitops_desktop.jobs.job import Job
from kitops_desktop.ui.transfers.jobs_model import Role

Index = QModelIndex | QPersistentModelIndex


class JobList(QListView):
    """``moved`` says which job is to stand before which other; None: behind all."""

    moved = Signal(object, object)  # Job, Job | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Jobs")
        self.setAccessibleDescription(
            "Alt and the arrow keys move a job that waits, Space pauses and resumes"
        )
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)

    @property
    def job(self) -> Job | None:
        """The chosen job."""
        return _job(self.currentIndex())

    def move_up(self) -> None:
        """Let the chosen job take the place of the one above."""
        above = self._neighbour(-1)
        if above is not None:
            self.moved.emit(self.job, above)

    def move_down(self) -> None:
        below = self._neighbour(1)
        if below is None:
            return
        row = self.currentIndex().row()
        self.moved.emit(self.job, self._movable(row + 2))

    def move_first(self) -> None:
        """Let the chosen job be the next of those that wait."""
        first = next(filter(None, map(self._movable, range(self.model().rowCount()))), None)
        if first is not None and self.job is not None and self.job.can_move:
            self.moved.emit(self.job, first)

    def dataChanged(  # noqa: N802 - Qt's name
        self, first: Index, last: Index, roles: Sequence[int] = ()
    ) -> None:
        """Redraw these rows alone. Qt's list would lay out and draw all of them again, in case one had become
        higher.
        """
        QAbstractItemView.dataChanged(self, first, last, roles)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if alt and event.key() == Qt.Key.Key_Up:
            self.move_up()
        elif alt and event.key() == Qt.Key.Key_Down:
            self.move_down()
        else:
            super().keyPressEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        super().dragMoveEvent(event)
        if event.source() is not self:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        if event.source() is self:
            self.drop_at(event.position().toPoint())
        # the queue moves it, and the model follows: the view is to take nothing away
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        self.setState(QAbstractItemView.State.NoState)
        self.viewport().update()

    def drop_at(self, place: QPoint) -> None:
        """Put the chosen job where it was let go: before the row there, or behind it in its lower half."""
        job, index = self.job, self.indexAt(place)
        if job is None or not job.can_move:
            return
        row = index.row() if index.isValid() else self.model().rowCount()
        if index.isValid() and place.y() > self.visualRect(index).center().y():
            row += 1
        before = next(filter(None, map(self._movable, range(row, self.model().rowCount()))), None)
        if before is not job:
            self.moved.emit(job, before)

    def _neighbour(self, step: int) -> Job | None:
        job = self.job
        return None if job is None or not job.can_move else self._movable(self.currentIndex().row() + step)

    def _movable(self, row: int) -> Job | None:
        job = _job(self.model().index(row, 0))
        return job if job is not None and job.can_move else None


def _job(index: Index) -> Job | None:
    job = index.data(Role.JOB)
    return job if isinstance(job, Job) else None
