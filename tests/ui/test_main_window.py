"""The window: places, ways, drops, notices, and leaving."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QListView, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.errors import DiskFull
from kitops_desktop.jobs.job import JobState
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.ui.command_palette import CommandPalette
from kitops_desktop.ui.drop_overlay import ENTER_MILLISECONDS, DropOverlay
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_draft import ProjectDraft
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.editor.projects_page import ProjectsPage
from kitops_desktop.ui.editor.sections import TARGETS
from kitops_desktop.ui.exception_hook import ExceptionHook
from kitops_desktop.ui.main_window import MainWindow
from kitops_desktop.ui.navigation import Place
from kitops_desktop.ui.pages import PAGES
from kitops_desktop.ui.rail import Rail, RailButton
from kitops_desktop.ui.status_bar import StatusBar
from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.top_bar import TopBar
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.ui.widgets.notice_bar import NoticeBar
from kitops_desktop.ui.widgets.search_field import SearchField
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace
from support.works import FunctionWork, HeldWork, TransferWork


@pytest.fixture
def window(chosen_workspace: Workspace, theme: Theme, qtbot: QtBot) -> Iterator[MainWindow]:
    window = MainWindow(chosen_workspace, theme)
    qtbot.addWidget(window)
    window.show_page("transfers")
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    yield window
    window.job_signals.stop()
    chosen_workspace.close()


def rail(window: MainWindow, name: str) -> RailButton:
    return window.findChild(Rail).place(name)


def press(widget: object, text: str) -> None:
    found = [made for made in widget.findChildren(QPushButton) if made.text() == text]  # type: ignore[attr-defined]
    found[0].click()


def test_every_place_has_its_key(window: MainWindow, qtbot: QtBot) -> None:
    on_rail = [kind.name for kind in PAGES.values() if kind.on_rail]
    for number, name in enumerate(on_rail, 1):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0.value + number), Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda name=name: window.place == Place(name))
        assert rail(window, name).isChecked()
        assert [rail(window, other).isChecked() for other in on_rail].count(True) == 1


def test_no_page_opens_a_window_of_its_own(window: MainWindow, qapp: QApplication) -> None:
    opened: list[str] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                opened.append(repr(watched))
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    for name in PAGES:
        window.show_page(name)
    qapp.removeEventFilter(watch)
    assert opened == []


def test_the_arrow_keys_go_along_the_rail(window: MainWindow, qtbot: QtBot) -> None:
    rail(window, "transfers").setFocus()
    qtbot.keyClick(rail(window, "transfers"), Qt.Key.Key_Down)
    assert window.place == Place("settings")
    qtbot.keyClick(rail(window, "settings"), Qt.Key.Key_Up)
    assert window.place == Place("transfers")
    qtbot.keyClick(rail(window, "transfers"), Qt.Key.Key_Up)
    assert window.place == Place("registries")


def test_the_first_run_ends_with_the_first_project_or_look_at_the_library(
    window: MainWindow, chosen_workspace: Workspace
) -> None:
    assert not chosen_workspace.settings.first_run_done
    window.show_page("settings")
    assert not chosen_workspace.settings.first_run_done
    window.show_page("library")
    assert chosen_workspace.settings.first_run_done
    assert '"first_run_done": true' in chosen_workspace.settings_file.path.read_text()


def test_the_menu_opens_by_key_and_waits_for_nobody(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F10)
    menu = window.findChild(TopBar).menu
    qtbot.waitUntil(menu.isVisible)
    assert "About KitOps Desktop" in [action.text() for action in menu.actions()]
    menu.close()


def test_back_and_forward(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("settings")
    window.show_page("welcome")
    qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.place == Place("settings"))
    window.go_back()
    assert window.place == Place("transfers")
    window.go_forward()
    assert window.place == Place("settings")


def test_the_way_to_a_kit_is_shown(window: MainWindow) -> None:
    window.open_kit("churn:v1")
    top = window.findChild(TopBar)
    shown = [label.text() for label in top.findChildren(QLabel) if label.isVisibleTo(window)]
    assert "churn:v1" in shown
    assert window.windowTitle() == "churn:v1 - KitOps Desktop"
    press(top, "Library")
    assert window.place == Place("library")


def drag(window: MainWindow, *paths: Path) -> tuple[QMimeData, QDragEnterEvent]:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(100, 100), Qt.DropAction.CopyAction, data, button, keys)
    QApplication.sendEvent(window, event)
    return data, event


def drop(over: QWidget, data: QMimeData) -> None:
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(over, QDropEvent(QPointF(100, 100), Qt.DropAction.CopyAction, data, button, keys))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "churn"
    folder.mkdir()
    (folder / "Kitfile").write_text("manifestVersion: 1.0.0\n")
    return folder


@pytest.mark.parametrize("over", [MainWindow, DropOverlay], ids=["at the edge", "inside"])
@pytest.mark.parametrize("dropped", ["", "Kitfile"])
def test_a_folder_or_its_kitfile_is_dropped(
    window: MainWindow, folder: Path, dropped: str, over: type[QWidget]
) -> None:
    data, event = drag(window, folder / dropped if dropped else folder)
    overlay = window.findChild(DropOverlay)
    assert event.isAccepted()
    assert overlay.isVisible()
    assert overlay.accessibleName() == "Drop churn to open it as a project"
    drop(window if over is MainWindow else overlay, data)
    assert overlay.isHidden()
    assert window.place == Place("projects", str(folder))


def test_a_drag_that_leaves_leaves_no_trace(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    overlay = window.findChild(DropOverlay)
    _, event = drag(window, folder)
    QApplication.sendEvent(window, QDragLeaveEvent())
    qtbot.waitUntil(overlay.isHidden)
    drag(window, folder)
    QApplication.sendEvent(window, QDragLeaveEvent())  # what Qt sends when the overlay takes over
    QApplication.sendEvent(overlay, event)
    qtbot.wait(2 * ENTER_MILLISECONDS)
    assert overlay.isVisible()
    QApplication.sendEvent(overlay, QDragLeaveEvent())
    assert overlay.isHidden()


def test_other_things_are_not_taken(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    for paths in ([tmp_path / "notes.txt"], [tmp_path, tmp_path / "notes.txt"], [tmp_path / "gone"]):
        _, event = drag(window, *paths)
        assert not event.isAccepted()
        assert window.findChild(DropOverlay).isHidden()


def test_a_folder_is_chosen_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    dialog = qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None) or window.findChild(
        QFileDialog
    )
    assert dialog.fileMode() is QFileDialog.FileMode.Directory
    dialog.close()


def test_the_palette_opens_by_key_and_runs_a_command(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.findChild(CommandPalette)
    qtbot.waitUntil(palette.isVisible)
    qtbot.keyClicks(QApplication.focusWidget(), "welcome")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.place == Place("welcome")


def test_the_palette_opens_a_pasted_reference_in_its_registry(window: MainWindow, qtbot: QtBot) -> None:
    window.open_palette()
    palette = window.findChild(CommandPalette)
    field = palette.findChild(QLineEdit)
    qtbot.keyClicks(field, "127.0.0.1:9/team/churn:v3")
    found = palette.findChild(QListView).model()
    assert found.index(0, 0).data() == "Open 127.0.0.1:9/team/churn:v3"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.place == Place("registries", "127.0.0.1:9/team/churn:v3")


def test_the_palette_finds_projects(
    window: MainWindow, chosen_workspace: Workspace, tmp_path: Path, qtbot: QtBot
) -> None:
    chosen_workspace.projects.add(tmp_path, "fraud-model")
    window.open_palette()
    model = window.findChild(CommandPalette).findChild(QListView).model()
    qtbot.waitUntil(lambda: "fraud-model" in [model.index(row, 0).data() for row in range(model.rowCount())])


def test_running_jobs_are_counted(window: MainWindow, chosen_workspace: Workspace, qtbot: QtBot) -> None:
    job = chosen_workspace.jobs.submit(HeldWork())
    status = window.findChild(StatusBar)
    qtbot.waitUntil(lambda: status.jobs_text == "1 job" and rail(window, "transfers").count == "1")
    chosen_workspace.jobs.cancel(job)
    qtbot.waitUntil(lambda: status.jobs_text == "Nothing is running")
    assert rail(window, "transfers").count == ""


def test_the_free_space_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    status = window.findChild(StatusBar)
    qtbot.waitUntil(
        lambda: any(
            made.text().endswith(" free") for made in status.findChildren(QPushButton) if made.isVisible()
        )
    )


def test_what_came_of_a_job_is_told_elsewhere(
    window: MainWindow, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    window.show_page("settings")
    notices = window.findChild(NoticeBar)
    chosen_workspace.jobs.submit(FunctionWork(lambda _: Result("Packed churn:v1"), "Pack churn:v1"))
    qtbot.waitUntil(lambda: notices.text == "Packed churn:v1")
    press(notices, "Show")
    assert window.place == Place("transfers")


def test_it_closes_at_once_when_nothing_runs(window: MainWindow) -> None:
    assert window.close()


def test_closing_with_running_jobs_asks(
    window: MainWindow, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    job = chosen_workspace.jobs.submit(HeldWork("Pack churn:v1"))
    qtbot.waitUntil(lambda: job.state is JobState.RUNNING)
    assert not window.close()
    assert not window.close()
    (sheet,) = window.findChildren(Sheet)
    assert sheet.accessibleName() == "1 job still running"
    press(sheet, "Keep running")
    assert window.isVisible()
    assert job.state is JobState.RUNNING
    QApplication.processEvents()
    assert not window.close()
    press(next(sheet for sheet in window.findChildren(Sheet) if sheet.isVisible()), "Stop and quit")
    qtbot.waitUntil(lambda: not window.isVisible())


def test_what_would_be_lost_is_finished_before_it_closes(
    window: MainWindow, chosen_workspace: Workspace, qtbot: QtBot
) -> None:
    begun, sent = threading.Event(), threading.Event()

    def upload(context: WorkContext) -> Result:
        with context.token.finishing():
            begun.set()
            context.token.on_cancel(sent.set)
            sent.wait()
        context.token.check_pause()
        return Result("never")

    job = chosen_workspace.jobs.submit(TransferWork(upload, "Push churn:v1"))
    assert begun.wait(30)
    assert not window.close()
    press(next(sheet for sheet in window.findChildren(Sheet) if sheet.isVisible()), "Stop and quit")

    def names() -> list[str]:
        return [sheet.accessibleName() for sheet in window.findChildren(Sheet) if sheet.isVisible()]

    qtbot.waitUntil(lambda: "Finishing what would be lost" in names())
    assert window.isVisible()
    assert not job.token.cancelled
    sent.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert job.state is JobState.INTERRUPTED


def test_a_key_leads_to_the_filter_of_the_page(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("library")
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    field = window.focusWidget()
    assert isinstance(field, SearchField)
    assert field.isVisible()


def test_an_unexpected_error_is_shown_once(window: MainWindow) -> None:
    import sys

    hook = ExceptionHook(window.show_error)
    try:
        error = DiskFull(Path("/data"), None, 0)
        sys.excepthook(type(error), error, None)
    finally:
        hook.remove()
    (panel,) = window.findChildren(ErrorPanel)
    assert panel.isVisible()


def test_an_error_of_every_repaint_is_shown_once(window: MainWindow) -> None:
    import sys

    hook = ExceptionHook(window.show_error)
    try:
        for _ in range(3):
            try:
                raise ValueError("cannot be painted")
            except ValueError as error:
                sys.excepthook(type(error), error, error.__traceback__)
        assert len(window.findChildren(ErrorPanel)) == 1
        try:
            raise ValueError("something else")
        except ValueError as error:
            sys.excepthook(type(error), error, error.__traceback__)
        assert len(window.findChildren(ErrorPanel)) == 2
    finally:
        hook.remove()


def test_its_size_is_kept(chosen_workspace: Workspace, theme: Theme, qtbot: QtBot) -> None:
    for size in ((820, 600), None):
        window = MainWindow(chosen_workspace, theme)
        qtbot.addWidget(window)
        if size:
            window.resize(*size)
        window.show()
        shown = window.width(), window.height()
        assert window.close()
    assert shown == (820, 600)


def test_everything_that_takes_the_keyboard_has_a_name(window: MainWindow) -> None:
    for name in ("settings", "welcome", "transfers"):
        window.show_page(name)
        QApplication.processEvents()
        for made in window.findChildren(QPushButton):
            assert not made.isVisible() or made.text() or made.accessibleName()


@pytest.fixture
def edited(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> Callable[[str], ProjectPage]:
    """edited(name): a project of that name with an unsaved edit, open in the window."""

    def make(name: str) -> ProjectPage:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "Kitfile").write_text("manifestVersion: 1.0.0\n")
        window.open_project(folder)
        projects = window.page("projects")
        assert isinstance(projects, ProjectsPage)
        qtbot.waitUntil(lambda: projects.current is not None)
        assert projects.current is not None
        projects.current.editor.type_text(Part.IGNORE, "*.tmp\n")
        return projects.current

    return make


def open_sheet(window: MainWindow) -> Sheet:
    (sheet,) = (one for one in window.findChildren(Sheet) if one.isVisible())
    return sheet


def test_unsaved_projects_are_asked_about_once_and_saved(
    window: MainWindow, edited: Callable[[str], ProjectPage], qtbot: QtBot
) -> None:
    pages = [edited("churn"), edited("iris")]
    assert not window.close()
    sheet = open_sheet(window)
    assert sheet.accessibleName() == "Save the changes in 2 projects?"
    press(sheet, "Cancel")
    assert window.isVisible()
    assert not window.close()
    press(open_sheet(window), "Save")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert [(page.project.folder / ".kitignore").read_text() for page in pages] == ["*.tmp\n"] * 2


def test_unsaved_edits_that_are_discarded_are_no_draft(
    window: MainWindow, chosen_workspace: Workspace, edited: Callable[[str], ProjectPage], qtbot: QtBot
) -> None:
    page = edited("churn")
    folder = page.project.folder
    page.findChild(ProjectDraft).flush()
    assert chosen_workspace.drafts.find(folder)
    assert not window.close()
    press(open_sheet(window), "Discard")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert not (folder / ".kitignore").exists()
    assert chosen_workspace.drafts.find(folder) == ()


def test_the_window_stays_when_something_cannot_be_saved(
    window: MainWindow, edited: Callable[[str], ProjectPage], qtbot: QtBot
) -> None:
    first, second = edited("churn"), edited("iris")
    (first.project.folder / ".kitignore").write_text("theirs\n")
    assert not window.close()
    press(open_sheet(window), "Save")
    assert window.isVisible()
    assert "another program changed it" in " ".join(
        one.text() for one in open_sheet(window).findChildren(QLabel)
    )
    assert window.place == Place("projects", str(first.project.folder)), "there it is decided"
    assert (first.project.folder / ".kitignore").read_text() == "theirs\n"
    assert (second.project.folder / ".kitignore").read_text() == "*.tmp\n", "the others are saved"


def test_a_kitfile_is_chosen_by_keyboard(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    for name in ("Kitfile", "Kitfile.prod"):
        (tmp_path / name).write_text("manifestVersion: 1.0.0\n")
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_O, both)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    dialog = window.findChild(QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFile
    dialog.fileSelected.emit(str(tmp_path / "Kitfile.prod"))
    assert window.place == Place("projects", str(tmp_path / "Kitfile.prod"))
    dialog.close()


def test_keys_that_move_a_file_are_none_of_the_window(
    window: MainWindow, edited: Callable[[str], ProjectPage], qtbot: QtBot
) -> None:
    """A key of two actions does neither."""
    page = edited("churn")
    (page.project.folder / "test.csv").write_text("a,b\n")
    pane, undo = page.folder_side.tree_pane, page.editor.undo_stack
    pane.list_again()
    qtbot.waitUntil(lambda: pane.reveal("test.csv"))
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    moved = []
    for target in TARGETS:
        pane.tree.setFocus()
        before = undo.index()
        qtbot.keyClick(pane.tree, Qt.Key(ord(target.letter)), both)
        moved.append(target.title if undo.index() == before + 1 else f"not {target.title}")
        undo.setIndex(before)
    assert moved == [target.title for target in TARGETS]


def test_a_new_kitfile_is_begun_from_anywhere(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("settings")
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert window.place == Place("projects")
    sheet = open_sheet(window)
    assert sheet.accessibleName() == "New Kitfile"
    sheet.close_sheet()
