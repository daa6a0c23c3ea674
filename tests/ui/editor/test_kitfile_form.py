"""The form of a project: every field, moves between sections, drops, thousands of entries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.kitfile.fields import KITFILE, Kind, Struct
from kitops_desktop.kitfile.kitfile import CodeEntry, Dataset, Kitfile, ModelPart, Prompt
from kitops_desktop.ui.editor.card_menu import MoveMenu
from kitops_desktop.ui.editor.dragged import entry_mime, paths_mime
from kitops_desktop.ui.editor.entry_card import EntryCard, takes_the_rest
from kitops_desktop.ui.editor.field_names import FieldPath
from kitops_desktop.ui.editor.form_fields import SECTIONS
from kitops_desktop.ui.editor.form_section import MOST_CARDS, SectionWidget
from kitops_desktop.ui.editor.kitfile_form import KitfileForm, problems_by_entry, split_path
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.theme import Theme
from support.recording_navigator import RecordingNavigator

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def text_of(page: ProjectPage) -> str:
    return page.project.text(Part.KITFILE)


def only(found: list[Any]) -> Any:  # noqa: ANN401 - the widget that was looked for
    """The one widget; asserts, so that it can be waited for."""
    assert len(found) == 1
    return found[0]


def field(page: QWidget, name: str) -> QLineEdit:
    every = [one for one in page.findChildren(QLineEdit) if one.accessibleName() == name]
    return only([one for one in every if one.isVisible()])


def section(page: ProjectPage, path: FieldPath) -> SectionWidget:
    return only([one for one in page.findChildren(SectionWidget) if one.section.path == path])


def card(page: QWidget, path: FieldPath) -> EntryCard:
    return only([one for one in page.findChildren(EntryCard) if one.path == path and one.isVisible()])


def drop(target: QWidget, mime: QMimeData, at: QPoint) -> bool:
    """Drag something over a widget and drop it there; whether it was taken."""
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(at, Qt.DropAction.MoveAction, mime, left, none)
    entered.ignore()
    QApplication.sendEvent(target, entered)
    taken = entered.isAccepted()
    if taken:
        QApplication.sendEvent(target, QDropEvent(QPointF(at), Qt.DropAction.MoveAction, mime, left, none))
    return taken


def test_the_form_has_every_field_of_a_kitfile() -> None:
    shown = {section.path: {one.key for one in section.fields} for section in SECTIONS}
    has_parameters = {section.path for section in SECTIONS if section.has_parameters}

    def check(struct: Struct, path: tuple[str, ...]) -> None:
        for one in struct:
            if one.kind in (Kind.TEXT, Kind.TEXTS):
                assert one.key in shown[path]
            elif one.kind is Kind.FREE:
                assert path in has_parameters
            else:
                assert one.struct is not None
                check(one.struct, (*path, one.key))

    check(KITFILE, ())


def test_fields_of_newer_kitfiles_are_edited(page: ProjectPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(field(page, "Dataset 1 remote path"), "s3://bucket/train.csv")
    assert "    remotePath: s3://bucket/train.csv\n" in text_of(page), "no quotes are left over from s3:"
    qtbot.waitUntil(lambda: field(page, "Kitfile manifest version").text() == "1.0.0")
    version = field(page, "Kitfile manifest version")
    version.selectAll()
    qtbot.keyClicks(version, "2")
    qtbot.waitUntil(
        lambda: "manifestVersion: 2\n" in text_of(page) or 'manifestVersion: "2"\n' in text_of(page)
    )


def test_a_licence_that_is_not_on_the_list_is_noted_and_kept(page: ProjectPage, qtbot: QtBot) -> None:
    licence = field(page, "Model licence")
    qtbot.keyClicks(licence, "llama3")
    note = "Not on the SPDX list; it is kept as it is."
    qtbot.waitUntil(lambda: any(one.text() == note and one.isVisible() for one in page.findChildren(QLabel)))
    assert licence.accessibleDescription() == note
    assert not licence.property("invalid")
    assert "license: llama3" in text_of(page)


def test_a_path_that_is_not_there_is_marked(page: ProjectPage, qtbot: QtBot) -> None:
    path = field(page, "Dataset 1 path")
    path.setFocus()
    path.selectAll()
    qtbot.keyClicks(path, "nope.csv")
    qtbot.waitUntil(lambda: bool(path.property("invalid")))
    assert path.accessibleDescription()
    assert path.hasFocus()
    path.selectAll()
    qtbot.keyClicks(path, "data/train.csv")
    qtbot.waitUntil(lambda: not path.property("invalid"))


def test_focus_and_cursor_survive_what_is_typed_in_the_text(page: ProjectPage, qtbot: QtBot) -> None:
    name = field(page, "Package name")
    name.setFocus()
    name.setCursorPosition(2)
    page.editor.type_text(Part.KITFILE, text_of(page).replace("epochs: 40", "epochs: 41"))
    qtbot.waitUntil(lambda: page.project.is_read)
    page.editor.type_text(Part.KITFILE, text_of(page).replace("name: churn", "name: churned"))
    qtbot.waitUntil(lambda: name.text() == "churned", timeout=200)
    assert name.hasFocus()
    assert name.cursorPosition() == 2


@pytest.mark.parametrize("way", ["keys", "menu", "drag"])
def test_an_entry_goes_to_another_section(
    page: ProjectPage, navigator: RecordingNavigator, qtbot: QtBot, way: str
) -> None:
    before = text_of(page)
    entry: FieldPath = ("datasets", 0)
    if way == "keys":
        qtbot.keyClick(field(page, "Dataset 1 path"), Qt.Key.Key_C, CTRL | SHIFT)
    elif way == "menu":
        qtbot.mouseClick(_named(page, "Move dataset 1"), Qt.MouseButton.LeftButton)
        (menu,) = page.findChildren(MoveMenu)
        (action,) = [one for one in menu.actions() if one.text().startswith("Move to Code")]
        assert action.text().endswith("Ctrl+Shift+C")
        action.trigger()
        menu.close()
    else:
        target = section(page, ("code",))
        last = QPoint(20, target.height() - 4)
        assert drop(target, entry_mime(page.project.folder, entry), last)
    kitfile = page.project.document.kitfile
    assert [one.path for one in kitfile.code] == ["src", "data/train.csv"]
    assert not kitfile.datasets
    assert page.editor.undo_stack.undoText() == "move train.csv to Code"
    assert "Code has no name" in navigator.notices[-1]
    qtbot.waitUntil(lambda: page.focusWidget() is field(page, "Code entry 2 path"))
    page.editor.undo_stack.undo()
    qtbot.waitUntil(lambda: field(page, "Dataset 1 path").text() == "data/train.csv")
    assert text_of(page) == before


def test_a_drop_goes_where_the_line_is(page: ProjectPage, qtbot: QtBot) -> None:
    target = section(page, ("code",))
    first = card(page, ("code", 0))
    assert drop(target, entry_mime(page.project.folder, ("datasets", 0)), first.pos() + QPoint(20, 4))
    assert [one.path for one in page.project.document.kitfile.code] == ["data/train.csv", "src"]
    qtbot.waitUntil(lambda: target.count == 2)
    qtbot.waitUntil(lambda: card(page, ("code", 1)).y() > 0)
    below = card(page, ("code", 1)).geometry().bottomLeft()
    assert drop(target, entry_mime(page.project.folder, ("code", 0)), below)
    assert [one.path for one in page.project.document.kitfile.code] == ["src", "data/train.csv"]
    assert page.editor.undo_stack.undoText() == "reorder Code"


def test_a_drag_that_rests_at_the_edge_scrolls(page: ProjectPage, qtbot: QtBot) -> None:
    target, bar = section(page, ("model",)), page.form.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    mime, left = entry_mime(page.project.folder, ("code", 0)), Qt.MouseButton.LeftButton
    at = target.mapFrom(page.form.viewport(), QPoint(20, page.form.viewport().height() - 5))
    none, move = Qt.KeyboardModifier.NoModifier, Qt.DropAction.MoveAction
    QApplication.sendEvent(target, QDragEnterEvent(at, move, mime, left, none))
    QApplication.sendEvent(target, QDragMoveEvent(at, move, mime, left, none))
    qtbot.waitUntil(lambda: bar.value() > 30)
    down = bar.value()
    at = target.mapFrom(page.form.viewport(), QPoint(20, 5))
    QApplication.sendEvent(target, QDragMoveEvent(at, move, mime, left, none))
    qtbot.waitUntil(lambda: bar.value() < down - 20)
    QApplication.sendEvent(target, QDragLeaveEvent())


def test_what_is_dragged_in_another_project_is_not_taken(page: ProjectPage, tmp_path: Path) -> None:
    target = section(page, ("code",))
    assert not drop(target, entry_mime(tmp_path, ("datasets", 0)), QPoint(5, 5))
    text = QMimeData()
    text.setText("src")
    assert not drop(target, text, QPoint(5, 5))
    assert not section(page, ("package",)).acceptDrops()


def test_paths_of_the_tree_and_files_of_the_folder_become_entries(page: ProjectPage, qtbot: QtBot) -> None:
    folder = page.project.folder
    (folder / "README.md").write_text("hi")
    (folder / "NOTES.md").write_text("hi")
    target = section(page, ("docs",))
    assert drop(target, paths_mime(folder, ["README.md"]), QPoint(5, 5))
    qtbot.waitUntil(lambda: [one.path for one in page.project.document.kitfile.docs] == ["README.md"])
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(folder / "NOTES.md"))])
    assert drop(target, files, QPoint(5, 5))
    qtbot.waitUntil(lambda: len(page.project.document.kitfile.docs) == 2)


def test_an_entry_that_takes_the_rest_says_so(page: ProjectPage, qtbot: QtBot) -> None:
    path = field(page, "Code entry 1 path")
    path.selectAll()
    qtbot.keyClicks(path, ".")
    qtbot.waitUntil(
        lambda: any(one.text().startswith("everything else, ") for one in page.findChildren(QLabel))
    )


def test_files_over_a_field_are_for_its_section(page: ProjectPage, qtbot: QtBot) -> None:
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(page.project.folder / "data/test.csv"))])
    path = field(page, "Dataset 1 path")
    assert drop(path, files, path.rect().center())
    qtbot.waitUntil(lambda: len(page.project.document.kitfile.datasets) == 2)
    assert path.text() == "data/train.csv"


def test_a_suggestion_that_was_pointed_at_and_left_is_taken(page: ProjectPage, qtbot: QtBot) -> None:
    framework = field(page, "Model framework")
    framework.setFocus()
    qtbot.keyClicks(framework, "pyt")
    popup = framework.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    assert framework.text() == "pytorch"
    popup.hide()
    field(page, "Model format").setFocus()
    qtbot.waitUntil(lambda: "framework: pytorch" in text_of(page))


@pytest.mark.parametrize(
    ("place", "entry", "rest"),
    [
        (("code",), CodeEntry("."), True),
        (("code",), CodeEntry("./x/.."), True),
        (("code",), CodeEntry(""), True),
        (("code",), CodeEntry("src"), False),
        (("datasets",), Dataset(remote_path="s3://x"), False),
        (("prompts",), Prompt(), False),
        (("model", "parts"), ModelPart(), True),
        ((), Kitfile(), False),
    ],
)
def test_which_entries_take_the_rest(place: tuple[str, ...], entry: object, rest: bool) -> None:
    assert takes_the_rest(place, entry) is rest


def _named(page: QWidget, name: str) -> QWidget:
    every = [one for one in page.findChildren(QWidget) if one.accessibleName() == name]
    return only([one for one in every if one.isVisible()])


def test_places_of_fields() -> None:
    assert split_path(("model", "parts", 2, "path")) == (("model", "parts"), 2, "path")
    assert split_path(("model", "path")) == (("model",), 0, "path")
    assert split_path(("manifestVersion",)) == ((), 0, "manifestVersion")
    texts = {
        "model.path": "a",
        "model.parts[1].path": "b",
        "datasets[0].license": "c",
        "manifestVersion": "d",
        "code[3]": "e",
    }
    assert problems_by_entry(texts) == {
        "model": {"path": "a"},
        "model.parts[1]": {"path": "b"},
        "datasets[0]": {"license": "c"},
        "": {"manifestVersion": "d"},
        "code[3]": {"": "e"},
    }


@pytest.fixture
def big_form(theme: Theme, qtbot: QtBot) -> KitfileForm:
    """5,000 datasets, on view; its cards are not made yet."""
    form = KitfileForm()
    qtbot.addWidget(form)
    form.resize(460, 700)
    form.show()
    with qtbot.waitActive(form):
        form.activateWindow()
    form.show_kitfile(_big_kitfile(), lambda name: "", {})
    return form


def _big_kitfile(count: int = 5000) -> Kitfile:
    datasets = tuple(Dataset(path=f"data/{number}.csv") for number in range(count))
    return Kitfile(datasets=datasets)


def test_cards_are_made_in_slices(big_form: KitfileForm, qtbot: QtBot) -> None:
    assert not big_form.is_filled
    assert len(big_form.findChildren(EntryCard)) < MOST_CARDS
    qtbot.waitUntil(lambda: big_form.is_filled)
    assert len(big_form.findChildren(EntryCard)) == MOST_CARDS + 2  # package and version


def test_the_last_of_thousands_is_shown_without_all_before_it(big_form: KitfileForm, qtbot: QtBot) -> None:
    assert big_form.focus_last(("datasets",))
    qtbot.waitUntil(lambda: field(big_form, "Dataset 5000 path").hasFocus())
    assert len([one for one in big_form.findChildren(EntryCard) if one.isVisible()]) <= MOST_CARDS + 2
    earlier = next(one for one in big_form.findChildren(QPushButton) if "earlier of 4,960" in one.text())
    earlier.click()
    qtbot.waitUntil(
        lambda: big_form.is_filled and field(big_form, "Dataset 4921 path").text() == "data/4920.csv"
    )
    big_form.show_kitfile(_big_kitfile(10), lambda name: "", {})
    qtbot.waitUntil(lambda: field(big_form, "Dataset 10 path").text() == "data/9.csv")


def test_tab_goes_through_the_cards_in_their_order(
    open_page: Callable[[Path], ProjectPage], folder: Path, qtbot: QtBot
) -> None:
    kitfile = folder / "Kitfile"
    kitfile.write_text(kitfile.read_text().replace("  - path: src\n", "  - path: src\n  - path: notes.log\n"))
    page = open_page(folder)
    qtbot.waitUntil(lambda: field(page, "Kitfile manifest version").isVisible())
    names = ["Package name", "Model path", "Dataset 1 path", "Code entry 1 path", "Code entry 2 path"]
    field(page, names[0]).setFocus()
    seen = []
    for _ in range(90):
        focus = QApplication.focusWidget()
        seen.append("" if focus is None else focus.accessibleName())
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    places = [seen.index(name) for name in names]
    assert places == sorted(places)
    assert seen.index("author MLTeam") + 1 == seen.index("Package authors")
