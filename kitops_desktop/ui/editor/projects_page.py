"""Projects: the list of folders, and those that are open, each on a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from kitops_desktop.errors import FileAccessError, KitOpsError
from kitops_desktop.jobs.job import Job
from kitops_desktop.records.drafts import Draft
from kitops_desktop.ui.actions import Action, add_keys
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.close_sheet import CloseSheet
from kitops_desktop.ui.closing import project_question
from kitops_desktop.ui.desktop_files import open_in_desktop
from kitops_desktop.ui.editor.new_kitfile import NewKitfile, kitfile_of, make_folder, stored_references
from kitops_desktop.ui.editor.new_kitfile_sheet import NewKitfileSheet
from kitops_desktop.ui.editor.packing import Packing
from kitops_desktop.ui.editor.project import Part, Project
from kitops_desktop.ui.editor.project_draft import ProjectDraft
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.editor.project_rows import ProjectRow, read_rows
from kitops_desktop.ui.editor.project_standing import ProjectStanding
from kitops_desktop.ui.editor.project_states import StatesReader
from kitops_desktop.ui.editor.projects_list import ProjectsList
from kitops_desktop.ui.editor.text_file import ChangedOutside
from kitops_desktop.ui.navigation import PROJECTS, WELCOME, Navigator
from kitops_desktop.ui.rail import MOST_ENTRIES, RailEntry
from kitops_desktop.ui.slices import Slices
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace

_KINDS_THAT_TELL = ("pack", "pack-push", "sample", "pull", "copy", "remove", "prune")
"""Jobs after which projects may stand otherwise."""


class ProjectsPage(QWidget):
    """``show_detail`` takes a folder, a Kitfile of any name, or "" for the list. Projects that were opened
    stay open.
    """

    count_changed = Signal(int)  # projects on the list
    entries_changed = Signal(object)  # a RailEntry for each of the latest

    def __init__(self, workspace: Workspace, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Projects")
        self._workspace, self._navigator = workspace, navigator
        self._reader = Reader(workspace.background, self)
        self._opener = Reader(workspace.background, self, latest_only=False)
        self._pages: dict[Path, ProjectPage] = {}
        self._drafts: dict[Path, ProjectDraft] = {}
        self._states = StatesReader(workspace, self)
        self._standings: dict[Path, ProjectStanding] = {}
        self._rows: tuple[ProjectRow, ...] = ()
        self._store_changed = False
        self._opening: set[Path] = set()
        self._building = Slices(self)
        self._new_kitfiles: dict[Path, NewKitfile] = {}
        self._shown: Path | None = None
        self.list = ProjectsList()
        self._waiting = label("", "muted")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._failed: QWidget | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._waiting)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.list.opened.connect(lambda row: navigator.open_project(row.folder))
        self.list.forgotten.connect(self._forget)
        self.list.shown_in_files.connect(self._show_in_files)
        self.list.folder_wanted.connect(self._choose_folder)
        self.list.kitfile_wanted.connect(self.ask_new_kitfile)
        self.list.sample_wanted.connect(lambda: navigator.show_page(WELCOME))
        navigator.job_signals.changed.connect(self._on_job)
        self._states.found.connect(self._show_rows)
        self._read_list()

    def show_detail(self, detail: str) -> None:
        """Show the project in that folder, opening it if need be, or the list."""
        self._drop_failure()
        for sheet in self.findChildren(Sheet, options=Qt.FindChildOption.FindDirectChildrenOnly):
            sheet.close_sheet()
        self._shown = Path(detail) if detail else None
        if self._shown is None:
            self._stack.setCurrentWidget(self.list)
            self._read_list()
            self.list.focus_table()
        elif self._shown in self._pages:
            self._stack.setCurrentWidget(self._pages[self._shown])
        else:
            self._open(self._shown)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowActivate and self._shown is None and self.isVisible():
            self._read_list()
        return super().event(event)

    @property
    def current(self) -> ProjectPage | None:
        """The project that is shown."""
        return None if self._shown is None else self._pages.get(self._shown)

    def unsaved(self) -> tuple[str, ...]:
        """The names of the projects with edits that are on no disk."""
        return tuple(page.project.name for page in self._pages.values() if page.project.modified)

    def save_all(self) -> None:
        """Save every project. Raises ``FileAccessError``, also where another program changed a file."""
        failures = [error for page in self._pages.values() if (error := self._failure_to_save(page))]
        if failures:
            raise failures[0]

    def discard_all(self) -> None:
        """Keep no drafts: the window closes without saving."""
        for draft in self._drafts.values():
            draft.discard()

    def commands(self) -> tuple[Action, ...]:
        """What can be done now, for the command palette."""
        page = self.current
        if page is not None:
            return (*page.palette_actions(), self._close_action(page))
        return tuple(action for action in self.list.row_actions() if action.available())

    def _failure_to_save(self, page: ProjectPage) -> KitOpsError | None:
        """Save a project; the error when that is not possible."""
        try:
            if page.project.modified:
                page.write()
        except ChangedOutside:
            self._navigator.open_project(page.project.place)
            reason = "another program changed it; decide in the project which of the two counts"
            return FileAccessError(page.project.kitfile_path, "save", reason)
        except KitOpsError as error:
            return error
        return None

    # -- a new Kitfile

    @Slot()
    def ask_new_kitfile(self) -> None:
        """Open the sheet, for the project that is shown or for a folder that is chosen there."""
        workspace = self._workspace
        folder = None if self.current is None else self.current.project.folder
        sheet = NewKitfileSheet(
            folder,
            workspace.settings.author,
            lambda text: kitfile_of(text, workspace.store),
            workspace.background,
            self,
            workspace.origins.find,
        )
        sheet.wanted.connect(self._make_new_kitfile)
        known = Reader(workspace.background, sheet)
        known.read(lambda _: stored_references(workspace.store), sheet.set_kits, lambda _: None)
        sheet.open_sheet()

    @Slot(object)
    def _make_new_kitfile(self, new: NewKitfile) -> None:
        """Make the folder where it is missing, open it, and put the text into the editor."""

        def made(_: None) -> None:
            page = self._pages.get(new.folder)
            if page is None:
                self._new_kitfiles[new.folder] = new
            else:
                page.editor.replace_text(Part.KITFILE, new.text, new.label)
            self._navigator.open_project(new.folder)

        self._opener.read(lambda _: make_folder(new.folder), made, self._navigator.show_error)

    # -- closing

    def _close_action(self, page: ProjectPage) -> Action:
        return Action("Close project", lambda: self._close(page), "Ctrl+W", "close", "Project")

    def _close(self, page: ProjectPage) -> None:
        """Close a project; it stays on the list. Unsaved edits are asked about."""
        if page.project.modified:
            self._ask_to_close(page, lambda: self._end(page))
        else:
            self._end(page)

    def _ask_to_close(self, page: ProjectPage, then: Callable[[], None]) -> None:
        sheet = CloseSheet(project_question(page.project.name), self)

        def save() -> None:
            sheet.close_sheet()
            if page.save():
                then()
            else:
                self._navigator.open_project(page.project.place)

        def discard() -> None:
            sheet.close_sheet()
            then()

        sheet.save_wanted.connect(save)
        sheet.leave_wanted.connect(discard)
        sheet.open_sheet()

    def _end(self, page: ProjectPage) -> None:
        """Close without asking."""
        folder = page.project.place
        self._drafts.pop(folder).end()
        del self._pages[folder], self._standings[folder]
        if folder == self._shown:
            self._navigator.show_page(PROJECTS)
        self._stack.removeWidget(page)
        page.deleteLater()

    # -- opening

    def _open(self, folder: Path) -> None:
        self._waiting.setText(f"Reading {folder.name}…")
        self._stack.setCurrentWidget(self._waiting)
        if folder in self._opening:
            return
        self._opening.add(folder)
        author, workspace = self._workspace.settings.author, self._workspace

        def read() -> tuple[Project, tuple[Draft, ...]]:
            kitfile = folder if folder.is_file() else None
            if kitfile is None and not folder.is_dir():
                raise FileAccessError(folder, "open", "there is no such folder")
            place = folder.parent if kitfile else folder
            repository = workspace.origins.find(place)
            project = Project(place, author=author, kitfile=kitfile, repository=repository)
            workspace.projects.add(place)
            return project, workspace.drafts.find(folder)

        self._opener.read(
            lambda _: read(),
            lambda found: self._on_opened(folder, *found),
            partial(self._on_failed, folder),
        )

    def _on_opened(self, folder: Path, project: Project, drafts: tuple[Draft, ...]) -> None:
        """Make its page, between turns of the window."""
        page = ProjectPage(project, self._workspace, self._navigator, in_slices=True)

        def build() -> Iterator[None]:
            yield from page.building
            self._stack.addWidget(page)
            yield
            self._keep(folder, page, drafts)
            yield

        self._building.begin(str(folder), build(), lambda: self._on_built(folder, page), at_once=False)

    def _keep(self, folder: Path, page: ProjectPage, drafts: tuple[Draft, ...]) -> None:
        page.sheet_host = self
        add_keys(page, (self._close_action(page),))
        self._drafts[folder] = ProjectDraft(page, self._workspace.drafts, drafts)
        new = self._new_kitfiles.pop(folder, None)
        if new is not None:
            page.editor.replace_text(Part.KITFILE, new.text, new.label)
        Packing(page, self._workspace, self._navigator)
        self._standings[folder] = ProjectStanding(page, self._states, self._workspace)
        page.state_changed.connect(self._show_rows)

    def _on_built(self, folder: Path, page: ProjectPage) -> None:
        self._opening.discard(folder)
        self._pages[folder] = page
        if folder == self._shown:
            self._stack.setCurrentWidget(page)
            page.form.setFocus(Qt.FocusReason.OtherFocusReason)
        self._read_list()

    def _on_failed(self, folder: Path, error: Exception) -> None:
        self._opening.discard(folder)
        if folder != self._shown:
            self._navigator.show_error(error)
            return
        self._failed = QWidget()
        column = QVBoxLayout(self._failed)
        column.setContentsMargins(24, 18, 24, 14)
        panel = ErrorPanel(error)
        panel.add_button("Try again", "retry").clicked.connect(lambda: self.show_detail(str(folder)))
        panel.add_button("All projects", "projects").clicked.connect(
            lambda: self._navigator.show_page(PROJECTS)
        )
        column.addWidget(panel)
        column.addStretch(1)
        self._stack.addWidget(self._failed)
        self._stack.setCurrentWidget(self._failed)

    def _drop_failure(self) -> None:
        if self._failed is not None:
            self._stack.removeWidget(self._failed)
            self._failed.deleteLater()
            self._failed = None

    # -- the list

    def _read_list(self) -> None:
        projects = self._workspace.projects
        self._reader.read(lambda _: read_rows(projects.list()), self._on_rows, self._navigator.show_error)

    def _on_rows(self, rows: tuple[ProjectRow, ...]) -> None:
        self._rows = rows
        self._show_rows()
        self.count_changed.emit(len(rows))
        on_view = self._shown is None and self.isVisible()
        anew = on_view or self._store_changed
        self._store_changed = False
        looked_at = rows if on_view else rows[:MOST_ENTRIES]
        self._states.want(
            (row.folder, row.packed)
            for row in looked_at
            if row.is_there
            and row.folder not in self._pages
            and (anew or row.folder not in self._states.states)
        )

    @Slot()
    def _show_rows(self) -> None:
        modified = {folder for folder, page in self._pages.items() if page.project.modified}
        states = self._states.states
        rows = tuple(
            replace(row, is_modified=row.folder in modified, standing=states.get(row.folder))
            for row in self._rows
        )
        self.list.show_rows(rows)
        self.entries_changed.emit(
            [RailEntry(str(row.folder), row.name, row.states, row.tone) for row in rows[:MOST_ENTRIES]]
        )

    @Slot(object)
    def _forget(self, row: ProjectRow) -> None:
        """Take a project off the list; unsaved edits are asked about."""
        page = self._pages.get(row.folder)
        if page is not None and page.project.modified:
            self._ask_to_close(page, lambda: self._forget_closed(page, row))
        elif page is not None:
            self._forget_closed(page, row)
        else:
            self._off_the_list(row)

    def _forget_closed(self, page: ProjectPage, row: ProjectRow) -> None:
        self._end(page)
        self._off_the_list(row)

    def _off_the_list(self, row: ProjectRow) -> None:
        projects = self._workspace.projects
        projects.forget(row.folder)
        self._read_list()
        self._navigator.notify(
            f"{row.name} is off the list; the folder is as it was.", "Undo", partial(self._remember, row)
        )

    def _remember(self, row: ProjectRow) -> None:
        projects = self._workspace.projects
        projects.add(row.folder, row.name)
        projects.update(row.folder, reference=row.last_reference, digest=row.last_digest)
        self._read_list()

    @Slot(object)
    def _show_in_files(self, row: ProjectRow) -> None:
        try:
            open_in_desktop(row.folder)
        except KitOpsError as error:
            self._navigator.show_error(error)

    @Slot()
    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, "Open a folder as a project", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self._navigator.open_project(Path(path)))
        dialog.open()

    @Slot(object)
    def _on_job(self, job: Job) -> None:
        if job.kind in _KINDS_THAT_TELL and job.state.is_finished:
            self._store_changed = True
            self._read_list()
            for standing in self._standings.values():
                standing.ask()
