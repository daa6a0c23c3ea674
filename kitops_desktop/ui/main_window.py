"""The window: rail, top bar, pages, notices, status. It is the ``Navigator`` of its pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.errors import KitOpsError
from kitops_desktop.explanation import Explanation
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.ui.actions import Action, to_qaction
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.closing import CloseQuestion, close_question
from kitops_desktop.ui.command_palette import CommandPalette
from kitops_desktop.ui.command_search import Entry
from kitops_desktop.ui.drop_overlay import DropOverlay, dropped_folder
from kitops_desktop.ui.history import History
from kitops_desktop.ui.job_signals import JobSignals
from kitops_desktop.ui.jobs_summary import summarise
from kitops_desktop.ui.library.places import compared
from kitops_desktop.ui.navigation import (
    LIBRARY,
    PROJECTS,
    SETTINGS,
    TRANSFERS,
    HasCommands,
    HasCount,
    HasDetail,
    HoldsChanges,
    Place,
)
from kitops_desktop.ui.pages import PAGES
from kitops_desktop.ui.rail import Rail
from kitops_desktop.ui.status_bar import StatusBar
from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.top_bar import TopBar
from kitops_desktop.ui.units import size_text
from kitops_desktop.ui.widgets.error_panel import error_sheet
from kitops_desktop.ui.widgets.notice_bar import NoticeBar
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.ui.window_actions import window_actions
from kitops_desktop.ui.window_reads import found_entries, free_space
from kitops_desktop.ui.window_state import WindowState
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)

_SUMMARY_MILLISECONDS = 500
_DISK_MILLISECONDS = 30_000
_QUIET_KINDS = ("remove",)
"""The page that starts these says what came of them, with a way to undo it."""


class MainWindow(QMainWindow):
    """Pages are made when they are first shown, and live as long as the window."""

    def __init__(self, workspace: Workspace, theme: Theme) -> None:
        super().__init__()
        self.setWindowTitle("KitOps Desktop")
        self.setMinimumSize(820, 520)
        self.setAcceptDrops(True)
        self._workspace, self._theme = workspace, theme
        self._history = History()
        self._pages: dict[str, QWidget] = {}
        self._leaving = False
        self._job_signals = JobSignals(workspace.jobs, self)
        self._build()
        self.actions_table: tuple[Action, ...] = window_actions(self, workspace)
        self._add_actions()
        self._palette_reader = Reader(workspace.background, self)
        self._disk_reader = Reader(workspace.background, self)
        self._state = WindowState(workspace.folders.config)
        self._state.restore(self)
        self._connect()
        self._show_summary()
        self._read_disk()

    # What pages ask for ------------------------------------------------------------------------------------

    @property
    def job_signals(self) -> JobSignals:
        return self._job_signals

    @property
    def theme(self) -> Theme:
        return self._theme

    def show_page(self, name: str) -> None:
        self.go_to(Place(name))

    def open_kit(self, reference: Reference | str) -> None:
        self.go_to(Place(LIBRARY, str(reference)))

    def open_project(self, folder: Path) -> None:
        self.go_to(Place(PROJECTS, str(folder.absolute())))

    def notify(
        self, text: str, action_text: str | None = None, callback: Callable[[], None] | None = None
    ) -> None:
        self._notices.show_notice(text, action_text, callback)

    def show_error(self, error: Explanation | BaseException) -> None:
        error_sheet(error, self._stack).open_sheet()

    # Places ------------------------------------------------------------------------------------------------

    def go_to(self, place: Place) -> None:
        """Show a place, and remember the way."""
        self._history.visit(place)
        self._show(place)

    def go_back(self) -> None:
        place = self._history.back()
        if place is not None:
            self._show(place)

    def go_forward(self) -> None:
        place = self._history.forward()
        if place is not None:
            self._show(place)

    @property
    def place(self) -> Place:
        """Where the user is."""
        return self._history.current or Place(LIBRARY)

    def page(self, name: str) -> QWidget:
        """The page of that name, made now if need be. Raises ``KeyError`` for a name that is none."""
        if name not in self._pages:
            made = PAGES[name].make(self._workspace, self)
            self._pages[name] = made
            self._stack.addWidget(made)
            if isinstance(made, HasCount):
                made.count_changed.connect(partial(self._show_count, name))
        return self._pages[name]

    def choose_folder(self) -> None:
        """Ask for a folder, and open it as a project: what a drop does, by keyboard."""
        dialog = QFileDialog(self, "Open a folder as a project")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.open_project(Path(path)))
        dialog.open()

    def open_palette(self) -> None:
        """The command palette: what can be done here first, then kits and projects as they are found."""
        page = self._stack.currentWidget()
        here = page.commands() if isinstance(page, HasCommands) else ()
        table = [action for action in (*here, *self.actions_table) if action.available()]
        self._palette.open_palette(
            [Entry(action.text, action.run, action.icon, action.shortcut) for action in table]
        )
        find = partial(
            found_entries, self._workspace.store, self._workspace.projects, self.open_kit, self.open_project
        )
        self._palette_reader.read(find, self._palette.add_entries, self._log_read_error)

    # Qt's events -------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        folder = dropped_folder(event.mimeData())
        if folder is None or self._is_of_open_project(folder):
            event.ignore()
            return
        self._overlay.show_for(folder)
        event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        self._overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self._overlay.hide()
        folder = dropped_folder(event.mimeData())
        if folder is not None:
            event.acceptProposedAction()
            self.open_project(folder)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        question = None if self._leaving else close_question(self._unsaved(), self._workspace.jobs.jobs())
        if question is not None:
            event.ignore()
            self._ask_before_closing(question)
            return
        self._leaving = True
        self._state.save(self)
        self._job_signals.stop()
        event.accept()

    # Inside ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._rail, self._top, self._status = Rail(), TopBar(), StatusBar()
        for kind in PAGES.values():
            if kind.on_rail:
                self._rail.add_place(kind.name, kind.text, kind.icon, at_foot=kind.name == SETTINGS)
        self._stack = QStackedWidget()
        self._notices = NoticeBar()
        content = QVBoxLayout()
        content.setSpacing(0)
        for widget in (self._top, self._stack, self._notices, self._status):
            content.addWidget(widget, 1 if widget is self._stack else 0)
        centre = QWidget()
        across = QHBoxLayout(centre)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self._rail)
        across.addLayout(content, 1)
        self.setCentralWidget(centre)
        self.sheet_host = centre
        self._palette = CommandPalette(centre)
        self._overlay = DropOverlay(centre)

    def _connect(self) -> None:
        self._rail.chosen.connect(self.show_page)
        self._top.page_asked.connect(self.show_page)
        self._top.back_asked.connect(self.go_back)
        self._top.forward_asked.connect(self.go_forward)
        self._top.palette_asked.connect(self.open_palette)
        self._status.jobs_asked.connect(lambda: self.show_page(TRANSFERS))
        self._status.disk_asked.connect(lambda: self.show_page(SETTINGS))
        self._job_signals.changed.connect(self._on_job_changed)
        self._summary_timer = QTimer(self, interval=_SUMMARY_MILLISECONDS)
        self._summary_timer.timeout.connect(self._show_summary)
        disk_timer = QTimer(self, interval=_DISK_MILLISECONDS)
        disk_timer.timeout.connect(self._read_disk)
        disk_timer.start()

    def _add_actions(self) -> None:
        menu = self._top.menu_button.menu()
        group = ""
        for action in self.actions_table:
            made = to_qaction(action, self)
            self.addAction(made)
            if group and action.group != group:
                menu.addSeparator()
            group = action.group
            menu.addAction(made)

    def _show(self, place: Place) -> None:
        page = self.page(place.page)
        self._stack.setCurrentWidget(page)
        if isinstance(page, HasDetail):
            page.show_detail(place.detail)
        kind = PAGES[place.page]
        name = _detail_text(place)
        self._rail.show_place(place.page)
        self._top.show_way(place.page, kind.text, name, place.detail)
        self._top.show_ways(self._history.can_go_back, self._history.can_go_forward)
        self.setWindowTitle(f"{name or kind.text} - KitOps Desktop")

    def _show_count(self, name: str, count: int) -> None:
        self._rail.show_count(name, f"{count:,}" if count else "")

    @Slot(object)
    def _on_job_changed(self, job: Job) -> None:
        self._show_summary()
        if job.state.is_finished:
            self._read_disk()
            self._tell(job)

    def _tell(self, job: Job) -> None:
        """Say what came of a job, unless the user sees it anyway."""
        if job.kind in _QUIET_KINDS or self.place.page == TRANSFERS or job not in self._workspace.jobs.jobs():
            return
        show = partial(self.show_page, TRANSFERS)
        if job.state is JobState.FAILED and job.explanation is not None:
            self.notify(f"{job.title}: {job.explanation.title}", "Show", show)
        elif job.state is JobState.DONE and job.result is not None:
            self.notify(job.result.summary, "Show", show)

    @Slot()
    def _show_summary(self) -> None:
        summary = summarise(self._workspace.jobs.jobs())
        self._status.show_jobs(summary.text)
        self._rail.show_count(TRANSFERS, str(summary.active) if summary.active else "", active=True)
        if summary.active and not self._summary_timer.isActive():
            self._summary_timer.start()
        elif not summary.active:
            self._summary_timer.stop()

    @Slot()
    def _read_disk(self) -> None:
        home = self._workspace.store.home
        self._disk_reader.read(lambda _: free_space(home), self._show_disk, self._log_read_error)

    def _show_disk(self, free: int | None) -> None:
        text = "" if free is None else f"{size_text(free)} free"
        self._status.show_disk(text, str(self._workspace.store.home))

    def _log_read_error(self, error: Exception) -> None:
        """What these reads show is by the way; the pages tell about a store that cannot be read."""
        log.info("not shown: %s", error)

    def _is_of_open_project(self, folder: Path) -> bool:
        """Whether it is part of the project that is shown, which takes its own files."""
        place = self.place
        return place.page == PROJECTS and bool(place.detail) and Path(place.detail) in folder.parents

    def _unsaved(self) -> tuple[str, ...]:
        pages = [page for page in self._pages.values() if isinstance(page, HoldsChanges)]
        return tuple(name for page in pages for name in page.unsaved())

    def _ask_before_closing(self, question: CloseQuestion) -> None:
        sheet = Sheet(question.title, self._stack, width=440)
        sheet.body.addWidget(label(question.text, wrap=True))
        for name in question.names:
            sheet.body.addWidget(label(f"• {name}", wrap=True))
        sheet.body.addStretch(1)
        leave = sheet.add_button(question.leave, "danger")
        leave.clicked.connect(self._leave)
        stay = sheet.add_button(question.stay, "" if question.save else "primary")
        stay.clicked.connect(sheet.close_sheet)
        sheet.first = stay
        if question.save:
            save = sheet.add_button(question.save, "primary")
            save.clicked.connect(self._save_and_leave)
            sheet.first = save
        sheet.open_sheet()

    def _leave(self) -> None:
        self._leaving = True
        self.close()

    def _save_and_leave(self) -> None:
        try:
            for page in self._pages.values():
                if isinstance(page, HoldsChanges):
                    page.save_all()
        except (KitOpsError, OSError) as error:
            self.show_error(error)
            return
        self._leave()


def _detail_text(place: Place) -> str:
    if place.page == LIBRARY and place.detail:
        pair = compared(place.detail)
        names = pair if pair is not None else (place.detail,)
        return " and ".join(parse_reference(name).short for name in names)
    return Path(place.detail).name if place.detail else ""
