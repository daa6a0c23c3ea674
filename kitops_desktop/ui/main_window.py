"""The window: rail, top bar, pages, notices, status. It is the ``Navigator`` of its pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.errors import SettingsError
from kitops_desktop.explanation import Explanation
from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.ui.actions import Action, to_qaction
from kitops_desktop.ui.browser.places import place_title
from kitops_desktop.ui.browser.registry_mark import label_text
from kitops_desktop.ui.drop_overlay import DropOverlay, dropped_folder
from kitops_desktop.ui.finder import Finder
from kitops_desktop.ui.history import History
from kitops_desktop.ui.job_signals import JobSignals
from kitops_desktop.ui.leaving import Leaving
from kitops_desktop.ui.library.places import compared, side
from kitops_desktop.ui.navigation import (
    LIBRARY,
    PROJECTS,
    REGISTRIES,
    SETTINGS,
    TRANSFERS,
    HasCommands,
    HasCount,
    HasDetail,
    HasEntries,
    Place,
    ShowsJobs,
)
from kitops_desktop.ui.opening import place_of_kitfile
from kitops_desktop.ui.pages import PAGES
from kitops_desktop.ui.rail import Rail
from kitops_desktop.ui.status_bar import StatusBar
from kitops_desktop.ui.status_watch import StatusWatch
from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.top_bar import TopBar
from kitops_desktop.ui.widgets.error_panel import error_sheet
from kitops_desktop.ui.widgets.notice_bar import NoticeBar
from kitops_desktop.ui.window_actions import place_actions, window_actions
from kitops_desktop.ui.window_state import WindowState
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)


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
        self._job_signals = JobSignals(workspace.jobs, self)
        self._build()
        self.actions_table: tuple[Action, ...] = window_actions(self, workspace)
        self._add_actions()
        self._finder = Finder(workspace, self, self.sheet_host)
        self._leaving = Leaving(workspace, self, self._page_area)
        self._watch = StatusWatch(workspace, self, self._status, self._rail)
        self._state = WindowState(workspace.folders.config)
        self._state.restore(self)
        self._connect()
        # numbers stand on the rail from the start
        self._show_count(REGISTRIES, len(workspace.settings.registries))
        QTimer.singleShot(0, self, lambda: self.page(PROJECTS))

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
        # the short form: with "localhost/" it would read as another repository
        self.go_to(Place(LIBRARY, reference.short if isinstance(reference, Reference) else reference))

    def open_remote(self, reference: str) -> None:
        self.go_to(Place(REGISTRIES, reference))

    def show_job(self, job_id: str) -> None:
        """Go to a job, if it is still there."""
        self.show_page(TRANSFERS)
        page = self.page(TRANSFERS)
        if isinstance(page, ShowsJobs):
            page.show_job(job_id)

    def open_project(self, folder: Path) -> None:
        self.go_to(Place(PROJECTS, str(folder.absolute())))

    def notify(
        self, text: str, action_text: str | None = None, callback: Callable[[], None] | None = None
    ) -> None:
        self._notices.show_notice(text, action_text, callback)

    def show_error(self, error: Explanation | BaseException) -> None:
        error_sheet(error, self._page_area).open_sheet()

    # Places ------------------------------------------------------------------------------------------------

    def go_to(self, place: Place) -> None:
        """Show a place, and remember the way."""
        if place.page in (LIBRARY, PROJECTS, REGISTRIES):
            self._end_first_run()
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
            if isinstance(made, HasEntries):
                made.entries_changed.connect(partial(self._rail.show_entries, name))
        return self._pages[name]

    def choose_folder(self) -> None:
        """Ask for a folder, and open it as a project: what a drop does, by keyboard."""
        dialog = QFileDialog(self, "Open a folder as a project", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.open_project(Path(path)))
        dialog.open()

    def choose_kitfile(self) -> None:
        """Ask for a Kitfile, which may have any name, and open it as a project with its folder."""
        dialog = QFileDialog(self, "Open a Kitfile", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.go_to(place_of_kitfile(Path(path))))
        dialog.open()

    def open_menu(self) -> None:
        self._top.open_menu()

    def open_palette(self) -> None:
        """The command palette: what can be done here first, then kits and projects as they are found."""
        self._finder.open_with((*self.page_actions(), *place_actions(self), *self.actions_table))

    def page_actions(self) -> tuple[Action, ...]:
        """What can be done on the page that is shown."""
        page = self._stack.currentWidget()
        return page.commands() if isinstance(page, HasCommands) else ()

    @property
    def shown_pages(self) -> tuple[QWidget, ...]:
        """The pages made so far."""
        return tuple(self._pages.values())

    # Qt's events -------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        folder = dropped_folder(event.mimeData())
        if folder is None or self._is_of_open_project(folder):
            event.ignore()
            return
        if not self._shows_project():  # its page has targets of its own for what is to be copied into it
            self._overlay.show_for(folder)
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        self._overlay.parent_left()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self._overlay.dropEvent(event)  # it came before the overlay had taken over

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        if not self._leaving.may_leave():
            event.ignore()
            return
        self._watch.stop()
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
        # what lies over a page: a stack tells assistive programs of its pages only
        self._page_area = QWidget()
        area = QVBoxLayout(self._page_area)
        area.setContentsMargins(0, 0, 0, 0)
        area.addWidget(self._stack)
        self._notices = NoticeBar()
        content = QVBoxLayout()
        content.setSpacing(0)
        for widget in (self._top, self._page_area, self._notices, self._status):
            content.addWidget(widget, 1 if widget is self._page_area else 0)
        centre = QWidget()
        across = QHBoxLayout(centre)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self._rail)
        across.addLayout(content, 1)
        self.setCentralWidget(centre)
        self.sheet_host = centre
        self._overlay = DropOverlay(centre)

    def _connect(self) -> None:
        self._overlay.dropped.connect(self.open_project)
        self._rail.chosen.connect(self.show_page)
        self._rail.opened.connect(lambda name, detail: self.go_to(Place(name, detail)))
        self._top.page_asked.connect(self.show_page)
        self._top.back_asked.connect(self.go_back)
        self._top.forward_asked.connect(self.go_forward)
        self._top.palette_asked.connect(self.open_palette)
        self._status.jobs_asked.connect(lambda: self.show_page(TRANSFERS))
        self._status.disk_asked.connect(lambda: self.show_page(SETTINGS))

    def _add_actions(self) -> None:
        menu = self._top.menu
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
        name = self._detail_text(place)
        self._rail.show_place(place.page, place.detail)
        self._top.show_way(place.page, kind.text, name, place.detail)
        self._top.show_ways(self._history.can_go_back, self._history.can_go_forward)
        self.setWindowTitle(f"{name or kind.text} - KitOps Desktop")

    def _end_first_run(self) -> None:
        """The user has begun: from now on the window opens with the library."""
        if self._workspace.settings.first_run_done:
            return
        try:
            self._workspace.change_settings(first_run_done=True)
        except SettingsError as error:
            log.info("the welcome will be shown again: %s", error)

    def _show_count(self, name: str, count: int) -> None:
        self._rail.show_count(name, f"{count:,}" if count else "")

    def _is_of_open_project(self, folder: Path) -> bool:
        """Whether it is part of the project that is shown, which takes its own files."""
        return self._shows_project() and Path(self.place.detail) in folder.parents

    def _shows_project(self) -> bool:
        return self.place.page == PROJECTS and bool(self.place.detail)

    def _detail_text(self, place: Place) -> str:
        if place.page != REGISTRIES:
            return _detail_text(place)
        label = label_text(self._workspace.host_label(place.detail.partition("/")[0]))
        return place_title(place.detail, label)


def _detail_text(place: Place) -> str:
    if place.page == LIBRARY and place.detail:
        pair = compared(place.detail)
        names = (place.detail,) if pair is None else (side(text)[0] for text in pair)
        return " and ".join(parse_reference(name).short for name in names)
    return Path(place.detail).name if place.detail else ""
