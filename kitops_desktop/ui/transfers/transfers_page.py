"""The place where jobs are: a list, and the chosen one beside it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.job import Job
from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.browser.registry_care import RegistryCare
from kitops_desktop.ui.desktop_files import open_in_desktop
from kitops_desktop.ui.library.buttons import copy_text
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.ui.registry_remedy import RegistryRemedy
from kitops_desktop.ui.transfers.all_jobs import AllJobs
from kitops_desktop.ui.transfers.host_notes import HostNotes
from kitops_desktop.ui.transfers.job_delegate import JobDelegate
from kitops_desktop.ui.transfers.job_list import JobList
from kitops_desktop.ui.transfers.job_offers import offers_of
from kitops_desktop.ui.transfers.job_panel import JobPanel
from kitops_desktop.ui.transfers.job_text import Group
from kitops_desktop.ui.transfers.jobs_model import JobsFilter, JobsModel, Role
from kitops_desktop.ui.transfers.transfer_fields import TransferFields
from kitops_desktop.ui.widgets.empty_state import EmptyState
from kitops_desktop.ui.widgets.page_header import PageHeader
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.workspace import Workspace

_TICK_MILLISECONDS = 40
"""Between the redrawing of one job and the next; all have their turn several times a second."""
_WIDE = 760
_PANEL, _NARROW_PANEL = 360, 270
_GROUPS = {Group.ALL: "All", Group.ACTIVE: "Active", Group.FAILED: "Not finished", Group.DONE: "Done"}
_EMPTY = {
    Group.ALL: (
        "No jobs yet",
        "Packing, pushing, pulling, unpacking and everything else that takes time is shown here.",
    ),
    Group.ACTIVE: ("Nothing is running", ""),
    Group.FAILED: (
        "Nothing failed",
        "Jobs that failed, were cancelled or interrupted can be tried again here.",
    ),
    Group.DONE: ("Nothing is done yet", ""),
}


class TransfersPage(QWidget):
    """Del cancels what runs and clears what has ended, Space pauses and resumes, Ctrl+R tries again, Alt with
    the arrow keys or dragging puts in order; the context menu has it all.
    """

    def __init__(self, workspace: Workspace, navigator: Navigator) -> None:
        super().__init__()
        self._workspace, self._navigator = workspace, navigator
        self._queue = workspace.jobs
        self._notes = HostNotes(workspace, self)
        self._model = JobsModel(self._queue.listed, self, self._notes.of)
        self._filter = JobsFilter(self)
        self._filter.setSourceModel(self._model)
        self._care = RegistryCare(workspace, navigator, self)
        self._build()
        self._connect()
        self._timer = QTimer(self, interval=_TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)
        self._panel_is_due = False
        self._show_counts()
        self._select_first()
        self._panel.show_job(self.job)

    def commands(self) -> tuple[Action, ...]:
        return self._all.commands()

    @property
    def job(self) -> Job | None:
        """The chosen job."""
        return self._list.job

    def show_job(self, job_id: str) -> None:
        """Choose a job, if it is still there."""
        found = next((job for job in self._queue.jobs() if job.id == job_id), None)
        if found is None:
            return
        if not self._group.holds(found.state):
            self._tabs.setCurrentIndex(0)
        self._select(found)
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _group(self) -> Group:
        return Group(self._tabs.tabData(self._tabs.currentIndex()))  # Qt keeps it as plain text

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._fields.show_settings()
        self._tick()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        width = _PANEL if self.width() >= _WIDE else _NARROW_PANEL
        if width != self._panel.maximumWidth():
            self._panel.setFixedWidth(width)
            self._panel.show_job(self.job)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        self._timer.stop()

    def _build(self) -> None:
        header = PageHeader("Transfers")
        self._all = AllJobs(self._queue, self)
        header.add(self._all)
        self._tabs = QTabBar()
        self._tabs.setAccessibleName("Show")
        self._tabs.setExpanding(False)
        for group, text in _GROUPS.items():
            self._tabs.setTabData(self._tabs.addTab(text), group)
        self._list = JobList()
        self._list.setModel(self._filter)
        self._list.setItemDelegate(JobDelegate(self._list))
        self._fields = TransferFields(self._workspace, self._navigator, self)
        self._empty = EmptyState("transfers", *_EMPTY[Group.ALL])
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(4, 6, 4, 6)
        inside.addWidget(self._list)
        self._stack = QStackedWidget()
        self._stack.addWidget(card)
        self._stack.addWidget(self._empty)
        self._panel = JobPanel(self._notes.of)
        self._panel.setFixedWidth(_PANEL)
        across = QHBoxLayout()
        across.setSpacing(16)
        across.addWidget(self._stack, 1)
        across.addWidget(self._panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 18, 24, 18)
        layout.setSpacing(12)
        layout.addWidget(header)
        layout.addWidget(self._tabs)
        layout.addLayout(across, 1)
        layout.addLayout(self._traffic())

    def _traffic(self) -> QHBoxLayout:
        """How much at a time, how fast."""
        row = QHBoxLayout()
        row.setSpacing(8)
        for text, field in (
            ("At a &time", self._fields.slots),
            ("&Upload", self._fields.upload),
            ("Do&wnload", self._fields.download),
        ):
            name = label(text, "muted")
            name.setBuddy(field)
            row.addWidget(name)
            row.addWidget(field)
            row.addSpacing(8)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        self._navigator.job_signals.changed.connect(self._on_job_changed)
        self._notes.changed.connect(self._show_notes)
        self._tabs.currentChanged.connect(self._on_group_changed)
        self._list.moved.connect(self._queue.move)
        self._list.selectionModel().currentChanged.connect(lambda *_: self._panel.show_job(self.job))
        self._list.customContextMenuRequested.connect(self._show_menu)
        self._list.doubleClicked.connect(lambda _: self._open_result())
        self._panel.cancel_asked.connect(self._queue.cancel)
        self._panel.pause_asked.connect(self._queue.pause)
        self._panel.resume_asked.connect(self._queue.resume)
        self._panel.try_asked.connect(self._queue.try_now)
        self._panel.retry_asked.connect(self._retry)
        self._panel.clear_asked.connect(self._queue.forget)
        self._panel.kit_asked.connect(self._navigator.open_kit)
        self._panel.remote_asked.connect(self._navigator.open_remote)
        self._panel.project_asked.connect(self._navigator.open_project)
        self._panel.sign_in_asked.connect(self._care.sign_in)
        self._panel.folder_asked.connect(self._open_path)
        self._panel.log_asked.connect(self._open_path)
        self._panel.said.connect(self._navigator.notify)
        for key, slot in (
            ("Del", self._cancel_or_clear),
            ("Ctrl+R", self._retry_chosen),
            ("Space", self._pause_or_resume),
            ("Return", self._open_result),
        ):
            action = QAction(self._list, shortcut=QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(slot)
            self._list.addAction(action)

    @Slot(object)
    def _on_job_changed(self, job: Job) -> None:
        self._model.follow(job)
        self._show_counts()
        before = self.job
        if before is None:
            self._select_first()  # which shows it
        if (before is not None and self.job is job) or self._panel.job is not self.job:
            self._panel.show_job(self.job)
        self._tick()

    @Slot()
    def _tick(self) -> None:
        """Show how far the jobs are: a row at a time, and the panel after the row of its job."""
        if self._panel_is_due:
            self._panel.tick()
            self._panel_is_due = False
        else:
            ticked = self._model.tick()
            self._panel_is_due = ticked is not None and ticked is self._panel.job
        if self.isVisible():
            self._notes.look(self._queue.order())
        if not self._model.moves:
            self._timer.stop()
        elif self.isVisible() and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _show_notes(self) -> None:
        self._model.show_notes()
        self._panel.tick()

    @Slot(int)
    def _on_group_changed(self, tab: int) -> None:
        self._filter.show_group(self._group)
        self._show_counts()
        self._select_first()
        self._panel.show_job(self.job)

    def _show_counts(self) -> None:
        for tab, (group, text) in enumerate(_GROUPS.items()):
            count = self._model.count(group)
            counted = f"{text}  {count}" if count else text
            if counted != self._tabs.tabText(tab):  # it would be laid out anew for the same, too
                self._tabs.setTabText(tab, counted)
        self._all.follow()
        nothing = self._filter.rowCount() == 0
        self._stack.setCurrentIndex(1 if nothing else 0)
        self._empty.set_texts(*_EMPTY[self._group])

    def _select_first(self) -> None:
        if self._filter.rowCount():
            self._list.setCurrentIndex(self._filter.index(0, 0))

    def _select(self, job: Job) -> None:
        model = self._filter
        (found, *_) = (
            *model.match(model.index(0, 0), Role.JOB, job, 1, Qt.MatchFlag.MatchExactly),
            QModelIndex(),
        )
        self._list.setCurrentIndex(found)

    def _show_menu(self, position: QPoint) -> None:
        job = self.job
        if job is None:
            return
        offers = offers_of(job)
        remedy = offers.remedy or RegistryRemedy("", "", "")
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entries = (
            (offers.resume, bool(offers.resume), partial(self._queue.resume, job)),
            (offers.try_now, bool(offers.try_now), partial(self._queue.try_now, job)),
            (offers.pause, bool(offers.pause), partial(self._queue.pause, job)),
            ("Next of those that wait", offers.move, self._list.move_first),
            ("Move up", offers.move, self._list.move_up),
            ("Move down", offers.move, self._list.move_down),
            ("Cancel", offers.cancel, partial(self._queue.cancel, job)),
            ("Try again", offers.retry, self._retry_chosen),
            (remedy.text, remedy.host != "", partial(self._mend, remedy)),
            ("Open in registry", bool(offers.remote), partial(self._navigator.open_remote, offers.remote)),
            (
                "Open in library" if offers.remote else "Open kit",
                bool(offers.reference),
                partial(self._navigator.open_kit, offers.reference),
            ),
            (offers.project_text, offers.project is not None, partial(self._open_project, offers.project)),
            ("Open folder", offers.folder is not None, partial(self._open_path, offers.folder)),
            ("Copy path", offers.folder is not None, partial(copy_text, str(offers.folder))),
            ("Open its page", bool(offers.source), partial(self._navigator.open_remote, offers.source)),
            ("Copy as command", bool(offers.command), partial(copy_text, offers.command)),
            ("Open log", offers.log is not None, partial(self._open_path, offers.log)),
            ("Clear", offers.clear, partial(self._queue.forget, job)),
        )
        for text, offered, act in entries:
            if offered:
                menu.addAction(text).triggered.connect(lambda _=False, act=act: act())
        menu.popup(self._list.viewport().mapToGlobal(position))

    def _cancel_or_clear(self) -> None:
        job = self.job
        if job is not None:
            (self._queue.forget if job.state.is_finished else self._queue.cancel)(job)

    def _pause_or_resume(self) -> None:
        job = self.job
        if job is not None:
            (self._queue.resume if job.can_resume else self._queue.pause)(job)

    def _retry_chosen(self) -> None:
        if self.job is not None and self.job.can_resume:
            self._queue.resume(self.job)
        elif self.job is not None and self.job.can_retry:
            self._retry(self.job)

    def _retry(self, job: Job) -> None:
        again = self._queue.retry(job)
        self._model.follow(again)
        if not self._group.holds(again.state):
            self._tabs.setCurrentIndex(0)
        self._select(again)

    def _open_result(self) -> None:
        job = self.job
        offers = None if job is None else offers_of(job)
        if offers is None or job is None:
            return
        if offers.remote and job.kind in ("push", "pack-push", "copy"):
            self._navigator.open_remote(offers.remote)
        elif offers.reference and job.kind in ("pack", "pull"):
            self._navigator.open_kit(offers.reference)
        elif offers.source and offers.project is not None:
            self._navigator.open_project(offers.project)
        elif offers.folder is not None:
            self._open_path(offers.folder)

    def _mend(self, remedy: RegistryRemedy) -> None:
        (self._care.sign_in if remedy.is_sign_in else self._navigator.open_remote)(remedy.host)

    def _open_project(self, folder: Path | None) -> None:
        if folder is not None:
            self._navigator.open_project(folder)

    def _open_path(self, path: Path | None) -> None:
        if path is None:
            return
        try:
            open_in_desktop(path)
        except KitOpsError as error:
            self._navigator.show_error(error)
