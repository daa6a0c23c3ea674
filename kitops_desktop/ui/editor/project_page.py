"""One project: what would be packed, its Kitfile as a form, and its texts, side by side and all live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.parents import local_parents
from kitops_desktop.kitfile.ignore import literal_pattern
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.modelkit.pack_plan import PlannedLayer
from kitops_desktop.modelkit.parents import parent_paths
from kitops_desktop.ui.actions import Action, to_qaction
from kitops_desktop.ui.editor.changes_by_others import ChangesByOthers
from kitops_desktop.ui.editor.classifying import Classifying
from kitops_desktop.ui.editor.content_look import ContentLook
from kitops_desktop.ui.editor.contents_pane import ContentsPane
from kitops_desktop.ui.editor.copying_in import ask_copy_into
from kitops_desktop.ui.editor.doubts_panel import DoubtsPanel
from kitops_desktop.ui.editor.file_previews import FilePreviews
from kitops_desktop.ui.editor.folder_look import FolderLook
from kitops_desktop.ui.editor.folder_scan import Flagged, patterns_for
from kitops_desktop.ui.editor.folder_side import FolderSide
from kitops_desktop.ui.editor.form_pane import FormPane
from kitops_desktop.ui.editor.form_requests import FormRequests
from kitops_desktop.ui.editor.known_problems import KnownProblems
from kitops_desktop.ui.editor.outside_watch import OutsideWatch
from kitops_desktop.ui.editor.pane_fit import Pane
from kitops_desktop.ui.editor.panes import Panes, splitter
from kitops_desktop.ui.editor.problem_rows import texts_by_field
from kitops_desktop.ui.editor.problems_panel import ProblemsPanel
from kitops_desktop.ui.editor.project import Part, Project
from kitops_desktop.ui.editor.project_editor import ProjectEditor
from kitops_desktop.ui.editor.project_header import ProjectHeader
from kitops_desktop.ui.editor.project_places import ProjectPlaces
from kitops_desktop.ui.editor.reasons_sheet import ReasonsSheet
from kitops_desktop.ui.editor.text_file import ChangedOutside
from kitops_desktop.ui.editor.text_pane import TextPane
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.ui.units import count_text, size_text
from kitops_desktop.workspace import Workspace

_GROUP = "Project"


class ProjectPage(QWidget):
    """Ties the panes to the editor: panes show and ask, ``editor`` changes, ``look`` looks at the folder."""

    pack_wanted = Signal()
    state_changed = Signal()

    def __init__(
        self,
        project: Project,
        workspace: Workspace,
        navigator: Navigator,
        parent: QWidget | None = None,
        *,
        in_slices: bool = False,
    ) -> None:
        """With ``in_slices`` it is to be used when ``building`` has been gone through: all of it takes longer
        than a window should wait.
        """
        super().__init__(parent)
        self.setAccessibleName(f"Project {project.name}")
        self.project, self._workspace, self._navigator = project, workspace, navigator
        self.sheet_host: QWidget = self
        """What sheets slide over."""
        self.building = self._build()
        if not in_slices:
            for _ in self.building:
                continue

    def _build(self) -> Iterator[None]:
        project, workspace = self.project, self._workspace
        self.editor = ProjectEditor(project, workspace.background, self)
        self.look = FolderLook(project, self._parent_paths, workspace.background, self)
        self.content = ContentLook(workspace.tools.looks.of(project.folder), workspace.background, self)
        self._others = ChangesByOthers(project, workspace.background, self)
        self.watch = self._others.watch
        self._layers: dict[str, PlannedLayer] = {}
        self.header = ProjectHeader(project)
        yield
        self.contents, self.doubts = ContentsPane(), DoubtsPanel()
        self._known = KnownProblems(self.editor, self.look, self.content, self.doubts.model)
        self.folder_side = FolderSide(
            self.editor, self.contents, self.doubts, self._parent_paths, workspace.background
        )
        self.classifying = Classifying(
            self.editor,
            self.folder_side.assigning,
            workspace.settings.author,
            self.content.looks,
            workspace.background,
            self,
        )
        yield
        self.form_pane = FormPane()
        self.form = self.form_pane.form
        self.form.use_folder(project.folder, workspace.background)
        yield
        self.text_pane = TextPane(project.folder, workspace.background)
        self.problems = ProblemsPanel()
        self._outside_watch = OutsideWatch(self.editor, workspace.background, self)
        self.outside = self._outside_watch.notice
        yield
        yield from self._lay_out()
        self._connect()
        self._actions = self._make_actions()
        for action in self._actions:
            self.addAction(to_qaction(action, self))
        yield
        for part in Part:
            self.text_pane.show_text(part, project.text(part))
        yield
        self._on_document()
        yield
        self.classifying.begin()
        self._on_state()
        self.look.look()

    @property
    def workspace(self) -> Workspace:
        return self._workspace

    @property
    def navigator(self) -> Navigator:
        return self._navigator

    @property
    def allowed_secrets(self) -> tuple[str, ...]:
        return self.doubts.model.allowed

    def add_notice(self, notice: QWidget) -> None:
        """Something to be said below the header."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, notice)

    def palette_actions(self) -> tuple[Action, ...]:
        """What can be done here, for the command palette; undo and redo say of what."""
        stack = self.editor.undo_stack
        of = {"Undo": stack.undoText(), "Redo": stack.redoText()}
        return tuple(
            replace(action, text=f"{action.text} {of.get(action.text, '')}".strip())
            for action in (*self._actions, *self.folder_side.tree_pane.actions_table, self._previews.action)
        )

    def save(self) -> bool:
        """Write both files. Says what is in the way, and gives False, when it could not be done."""
        self.editor.read_now()
        try:
            self.write()
        except ChangedOutside:
            self.check_outside()
            return False
        except KitOpsError as error:
            self._navigator.show_error(error)
            return False
        return True

    def write(self) -> None:
        """Save. Raises ``ChangedOutside`` and ``FileAccessError``."""
        self.project.save(on_written=self.watch.written)
        self.editor.undo_stack.setClean()
        self.editor.end_run()
        self._on_state()

    def check_outside(self) -> None:
        """Ask what counts when another program wrote a file that is open here."""
        self._outside_watch.check()

    def ignore(self, patterns: Iterable[str], what: str) -> None:
        """Add patterns to .kitignore, as one step that can be undone."""
        text = self.project.with_patterns(patterns)
        self.editor.replace_text(Part.IGNORE, text, f"ignoring of {what}")

    def ignore_flagged(self, flagged: tuple[Flagged, ...]) -> None:
        what = flagged[0].path if len(flagged) == 1 else count_text(len(flagged), "path")
        self.ignore(patterns_for(flagged), what)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowActivate and self.isVisible():
            self._others.look()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._others.look()

    # -- building

    def _lay_out(self) -> Iterator[None]:
        right = splitter(Qt.Orientation.Vertical, self.text_pane, self.problems)
        right.setSizes([440, 160])
        yield
        self.panes = Panes({Pane.CONTENTS: self.folder_side, Pane.FORM: self.form_pane, Pane.TEXT: right})
        self._places = ProjectPlaces(self.panes, self.folder_side, self.form_pane, self.text_pane)
        self.header.add_toggles(self.panes.buttons.values())
        yield
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 18, 24, 14)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.outside)
        yield
        layout.addWidget(self.panes, 1)
        yield

    def _connect(self) -> None:
        editor, header, form = self.editor, self.header, self.form
        editor.text_changed.connect(self._on_text)
        editor.document_changed.connect(self._on_document)
        editor.state_changed.connect(self._on_state)
        editor.refused.connect(self._navigator.show_error)
        self.look.began.connect(self._on_look)
        self.look.scanned.connect(self._on_scanned)
        self.look.stopped.connect(self._on_look)
        self.look.stopped.connect(self.content.cancel)
        self.content.looked.connect(self._show_doubts)
        self.content.stopped.connect(self._show_doubts)
        self.content.progressed.connect(self.doubts.show_progress)
        others = self._others
        others.edited_files.connect(self.check_outside)
        others.anything.connect(self.folder_side.folder_changed)
        others.anything.connect(lambda _: self.text_pane.ignore_pane.folder_changed())
        others.contents.connect(self.look.folder_changed)
        self.watch.state_changed.connect(header.show_watch)
        header.show_watch(self.watch.state)
        header.undo_wanted.connect(editor.undo)
        header.redo_wanted.connect(editor.redo)
        header.save_wanted.connect(self._save)
        header.problems_wanted.connect(self._next_problem)
        header.pack_wanted.connect(self.pack_wanted)
        self._form_requests = FormRequests(form, editor, self.look, self)
        self._form_requests.noticed.connect(self._navigator.notify)
        self._form_requests.refused.connect(self._navigator.show_error)
        form.paths_dropped.connect(lambda section, paths: self.folder_side.assigning.move(paths, section))
        form.files_dropped.connect(lambda section, files: self.folder_side.drop_files(files, section))
        self.form_pane.reasons_wanted.connect(self._show_reasons)
        self.classifying.ended.connect(self._on_state)
        self.text_pane.typed.connect(editor.type_text)
        self.text_pane.patterns_wanted.connect(self.ignore)
        tree_pane = self.folder_side.tree_pane
        tree_pane.look_wanted.connect(self.look.look)
        tree_pane.field_wanted.connect(self._places.focus_path_of)
        self._previews = FilePreviews(
            tree_pane, self.project.folder, self._workspace, lambda: self.sheet_host
        )
        self.folder_side.noticed.connect(self._navigator.notify)
        self.folder_side.refused.connect(self._navigator.show_error)
        self.folder_side.files_from_elsewhere.connect(partial(ask_copy_into, self))
        self.contents.look_wanted.connect(self.look.look)
        self.contents.stop_wanted.connect(self.look.cancel)
        self.contents.field_wanted.connect(self._places.focus_path_of)
        self.contents.ignore_wanted.connect(lambda path: self.ignore((literal_pattern(path),), path))
        self.doubts.ignore_wanted.connect(self.ignore_flagged)
        self.doubts.stop_wanted.connect(self.content.cancel)
        self.doubts.model.allowed_changed.connect(self._show_problems)
        self.problems.place_wanted.connect(self._places.go_to)
        self.problems.fix_wanted.connect(self._known.mend)
        outside = self._outside_watch
        outside.settled.connect(self._on_state)
        outside.failed.connect(self._navigator.show_error)
        outside.told.connect(self._navigator.notify)
        outside.conflict.connect(self.text_pane.go_to)
        self.outside.difference_wanted.connect(lambda: outside.show_difference(self.sheet_host))

    def _make_actions(self) -> tuple[Action, ...]:
        stack, known = self.editor.undo_stack, self._known
        return (
            Action("Save", self._save, "Ctrl+S", "save", _GROUP),
            Action("Undo", self.editor.undo, "Ctrl+Z", "undo", _GROUP, stack.canUndo),
            Action("Redo", self.editor.redo, "Ctrl+Shift+Z", "redo", _GROUP, stack.canRedo),
            Action("Pack…", self.pack_wanted.emit, "Ctrl+Return", "pack", _GROUP),
            Action("Look through the folder again", self._look_again, "F5", "retry", _GROUP),
            Action("Next problem", self._next_problem, "F8", "warning", _GROUP, lambda: bool(known.rows)),
        )

    def _parent_paths(self, kitfile: Kitfile) -> tuple[str, ...]:
        return parent_paths(local_parents(kitfile, self._workspace.store))

    # -- what changed

    @Slot(object)
    def _on_text(self, part: Part) -> None:
        editor = self.text_pane.editors[part]
        is_edit = self.editor.undo_stack.count() > 0  # a first proposal is shown from its beginning
        self.text_pane.show_text(part, self.project.text(part), follow=is_edit and not editor.hasFocus())
        if part is Part.IGNORE:
            self._show_problems()
            self.look.look_soon()

    @Slot()
    def _on_document(self) -> None:
        self._show_problems()
        if self.project.document.is_editable:
            self.look.look_soon()
        else:
            self.contents.show_outdated()

    @Slot()
    def _on_state(self) -> None:
        self.header.show_state(self.editor.undo_stack)
        self.form_pane.show_new(self.project.is_new and bool(self.project.reasons or self.project.guesses))
        self.form_pane.show_looking(self.classifying.busy)
        for part in Part:
            self.text_pane.show_modified(part, self.project.is_modified(part))
        self.state_changed.emit()

    @Slot()
    def _on_look(self) -> None:
        self.contents.show_busy(self.look.busy)

    @Slot()
    def _on_scanned(self) -> None:
        scan = self.look.scan
        self._layers = {} if scan.plan is None else {layer.field: layer for layer in scan.plan.layers}
        self.contents.show_busy(False)
        self.contents.show_scan(scan)
        self.content.look(scan.plan)
        self._show_doubts()

    @Slot()
    def _show_doubts(self) -> None:
        self.doubts.show_scan(self.look.scan, self.content.result)
        self._show_problems()

    def _show_form(self) -> None:
        document = self.project.document
        kitfile = document.read_so_far if document.is_editable else document.kitfile
        self.form.show_kitfile(kitfile, self._layer_note, texts_by_field(self._known.rows))
        self.form_pane.show_state(document)

    def _layer_note(self, field: str) -> str:
        """What an entry of the Kitfile takes."""
        layer = self._layers.get(field)
        if layer is None:
            return ""
        return f"{count_text(layer.plan.file_count, 'file')}, {size_text(layer.plan.files_size)}"

    def _show_problems(self) -> None:
        """Show what is wrong, in the list, at the lines and in the form."""
        rows = self._known.gather()
        self.problems.show_rows(rows)
        self.text_pane.show_problems(rows)
        self.header.show_problems(self._known.count)
        self._show_form()

    # -- what the user asked for

    @Slot()
    def _save(self) -> None:
        self.save()

    @Slot()
    def _look_again(self) -> None:
        self.folder_side.tree_pane.list_again()
        self.look.look()

    @Slot()
    def _next_problem(self) -> None:
        row = self.problems.step()
        if row is not None:
            self._places.go_to(row)

    @Slot()
    def _show_reasons(self) -> None:
        project = self.project
        edited = project.text(Part.KITFILE) != project.proposal
        sheet = ReasonsSheet(project.reasons, project.guesses, self.sheet_host, edited=edited)
        sheet.changed.connect(self.classifying.change)
        sheet.proposal_wanted.connect(self.classifying.use_proposal)
        sheet.open_sheet()
