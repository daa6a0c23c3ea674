"""The tree of files under the pointer: a double click opens what it was meant for, whatever comes then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.background import Background
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.media_types import LayerKind, layer_media_type
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.files import KitFile
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.library.file_tree_model import FileColumn, FileTreeModel
from kitops_desktop.ui.library.file_view import FileView
from kitops_desktop.ui.library.files_tab import FilesTab
from kitops_desktop.ui.library.kit_source import StoredKitSource

LAYER = KitLayer(
    0, Descriptor(layer_media_type(LayerKind.CODE), digest_of(b"src"), 1), None, LayerKind.CODE, path="."
)


def add(view: FileView, *paths: str) -> None:
    """Files of the listing; a path that ends with a slash is a folder."""
    files = (LayerFile(path.rstrip("/"), 10, 0o644, path.endswith("/")) for path in paths)
    model_of(view).add([KitFile(LAYER, file) for file in files])


def model_of(view: FileView) -> FileTreeModel:
    model = view.model()
    assert isinstance(model, FileTreeModel)
    return model


def row(view: FileView, name: str) -> QModelIndex:
    rows = (view.model().index(number, 0) for number in range(view.model().rowCount()))
    return next(index for index in rows if index.data() == name)


def place(view: FileView, name: str) -> QPoint:
    """Where its name is written."""
    return view.visualRect(row(view, name)).center()


def press_again(view: FileView, there: QPoint) -> None:
    """The second half of a double click."""
    position, left = QPointF(there), Qt.MouseButton.LeftButton
    for kind, held in (
        (QEvent.Type.MouseButtonDblClick, left),
        (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton),
    ):
        whole = view.viewport().mapToGlobal(position)
        event = QMouseEvent(kind, position, whole, left, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(view.viewport(), event)


@pytest.fixture
def view(qtbot: QtBot) -> FileView:
    made = FileView(FileTreeModel())
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    return made


def test_a_double_click_opens_a_folder_and_closes_it(view: FileView, qtbot: QtBot) -> None:
    add(view, "src/a.py", "src/b.py")
    there = place(view, "src")
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=there)
    press_again(view, there)
    assert view.isExpanded(row(view, "src"))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=there)
    press_again(view, there)
    assert not view.isExpanded(row(view, "src"))


def test_what_was_sorted_between_the_clicks_opens_where_it_is_now(view: FileView, qtbot: QtBot) -> None:
    add(view, "zoo/a.py", "alpha/b.py")
    there = place(view, "zoo")
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=there)
    model_of(view).sort(FileColumn.NAME)
    assert view.indexAt(there) == row(view, "alpha")
    press_again(view, there)
    assert view.isExpanded(row(view, "zoo"))
    assert not view.isExpanded(row(view, "alpha"))


def test_when_all_was_listed_anew_between_the_clicks_the_folder_opens(view: FileView, qtbot: QtBot) -> None:
    add(view, "src/a.py")
    there = place(view, "src")
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=there)
    model_of(view).clear()
    add(view, "src/a.py")
    press_again(view, there)
    assert view.isExpanded(row(view, "src"))


def test_a_folder_opens_before_its_files_have_come(view: FileView, qtbot: QtBot) -> None:
    add(view, "src/")
    there = place(view, "src")
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=there)
    press_again(view, there)
    add(view, "src/a.py")
    file = view.model().index(0, 0, row(view, "src"))
    assert file.data() == "a.py"
    qtbot.waitUntil(lambda: view.visualRect(file).isValid())


def test_nothing_comes_or_moves_while_a_click_may_become_two(
    qtbot: QtBot, golden_store: Callable[..., Path]
) -> None:
    home = golden_store("01-all-sections")
    source = StoredKitSource(lambda: LocalStore(home), parse_reference("reg.example.com/team/all:v1"))
    background = Background()
    tab = FilesTab(background, None, "Unpack ticked…")
    qtbot.addWidget(tab)
    tab.show()
    meanwhile: list[bool] = []
    for moved in (tab.model.rowsInserted, tab.model.layoutChanged):
        moved.connect(lambda *_: meanwhile.append(tab.tree.is_being_clicked))
    tab.show_kit(source.load(), source)
    qtbot.mouseClick(tab.tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    qtbot.waitUntil(lambda: not tab.listing)
    assert meanwhile
    assert not any(meanwhile)
    background.close()


def test_beside_a_preview_the_names_of_a_model_in_parts_are_whole(view: FileView) -> None:
    """Their end is what tells them apart, and what they are."""
    view.resize(590, 400)
    add(view, "model/", "model/model-00001-of-00003.safetensors")
    view.expand(row(view, "model"))
    name = view.model().index(0, FileColumn.NAME, row(view, "model"))
    tick_and_icon = 2 * 24
    text = view.fontMetrics().horizontalAdvance(name.data())
    assert view.visualRect(name).width() >= text + tick_and_icon
