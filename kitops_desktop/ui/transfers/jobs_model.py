"""The jobs as a list model: those that have not ended in the order of their turn, then the newest first."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from kitops_desktop.jobs.job import Job
from kitops_desktop.ui.transfers.job_text import Group, line_text, spoken_text, state_text

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    JOB = Qt.ItemDataRole.UserRole
    LINE = Qt.ItemDataRole.UserRole + 1
    STATE = Qt.ItemDataRole.UserRole + 2


class JobsModel(QAbstractListModel):
    """``follow`` takes over which jobs there are, their order and states; ``tick`` redraws one that runs.

    ``note`` is what else there is to say of a job.
    """

    def __init__(
        self,
        jobs: Callable[[], tuple[Job, ...]],
        parent: QObject | None = None,
        note: Callable[[Job], str] = lambda job: "",
    ) -> None:
        super().__init__(parent)
        self._source, self._note = jobs, note
        self._jobs: list[Job] = list(jobs())
        self._ticked = -1
        self._lines: dict[str, str] = {}  # of jobs that change by themselves, since each was drawn anew

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._jobs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        job = self._jobs[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return job.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            accessible = role == Qt.ItemDataRole.AccessibleTextRole
            return spoken_text(job, self._note(job)) if accessible else job.title
        if role == Role.LINE:
            return self._line(job)
        if role == Role.STATE:
            return state_text(job)
        return job if role == Role.JOB else None

    def follow(self, changed: Job | None = None) -> None:
        """Take over what the queue has; ``changed`` is the job that is another one now."""
        wanted = list(self._source())
        kept = {job.id for job in wanted}
        for row in reversed(range(len(self._jobs))):
            if self._jobs[row].id not in kept:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._jobs[row]
                self.endRemoveRows()
        for row, job in enumerate(wanted):
            self._put(row, job)
        if changed is not None:
            self._lines.pop(changed.id, None)
        if changed in self._jobs:
            row = self._jobs.index(changed)
            self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What waits can be dragged, between others and not onto them."""
        flags = super().flags(index)
        if not index.isValid():
            return flags | Qt.ItemFlag.ItemIsDropEnabled
        can_move = self._jobs[index.row()].can_move
        return flags | Qt.ItemFlag.ItemIsDragEnabled if can_move else flags

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        return Qt.DropAction.MoveAction

    def _put(self, row: int, job: Job) -> None:
        if row < len(self._jobs) and self._jobs[row] is job:
            return
        if job in self._jobs:
            old = self._jobs.index(job)
            self.beginMoveRows(QModelIndex(), old, old, QModelIndex(), row)
            self._jobs.insert(row, self._jobs.pop(old))
            self.endMoveRows()
        else:
            self.beginInsertRows(QModelIndex(), row, row)
            self._jobs.insert(row, job)
            self.endInsertRows()

    def tick(self) -> Job | None:
        """Redraw the next of the jobs that change by themselves, and give it; None when none does.

        One after the other, since drawing all of them at once would hold up the window.
        """
        moving = [row for row, job in enumerate(self._jobs) if _moves(job)]
        if not moving:
            return None
        self._ticked = next((row for row in moving if row > self._ticked), moving[0])
        self._lines.pop(self._jobs[self._ticked].id, None)
        self.dataChanged.emit(self.index(self._ticked, 0), self.index(self._ticked, 0))
        return self._jobs[self._ticked]

    @property
    def moves(self) -> bool:
        """Whether any job changes by itself."""
        return any(map(_moves, self._jobs))

    def show_notes(self) -> None:
        """There is something else to say of some jobs."""
        self._lines.clear()
        if self._jobs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._jobs) - 1, 0))

    def _line(self, job: Job) -> str:
        known = self._lines.get(job.id)
        if known is not None:
            return known
        line = " · ".join(part for part in (line_text(job), self._note(job)) if part)
        if _moves(job):
            self._lines[job.id] = line
        return line

    def count(self, group: Group) -> int:
        return sum(group.holds(job.state) for job in self._jobs)


def _moves(job: Job) -> bool:
    return job.state.is_running or job.hindrance is not None


class JobsFilter(QSortFilterProxyModel):
    """The jobs of one group."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._group = Group.ALL

    def show_group(self, group: Group) -> None:
        self.beginFilterChange()
        self._group = group
        self.endFilterChange()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:  # noqa: N802 - Qt's name
        job = self.sourceModel().index(source_row, 0, source_parent).data(Role.JOB)
        return isinstance(job, Job) and self._group.holds(job.state)
