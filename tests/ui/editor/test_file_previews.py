"""Files of a project are looked into from their tree."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.ui.library.preview_panel import PreviewPanel
from kitops_desktop.ui.widgets.sheet import Sheet


def test_a_key_looks_into_a_file_and_escape_goes_back(qtbot: QtBot, page: ProjectPage) -> None:
    pane = page.folder_side.tree_pane
    qtbot.waitUntil(lambda: not pane.scan.busy and pane.reveal("data/train.csv"))
    page.folder_side.setCurrentWidget(pane)
    pane.tree.setFocus()
    qtbot.keyClick(pane.tree, Qt.Key.Key_F3)
    sheet = next(
        one for one in page.sheet_host.findChildren(Sheet) if "data/train.csv" in one.accessibleName()
    )
    panel = sheet.findChild(PreviewPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.loaded is not None)
    assert panel.tabs.text.toPlainText() == "a,b\n"
    assert "Read from the folder" in panel.words
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert page.window().focusWidget() is pane.tree


def test_a_folder_only_opens(qtbot: QtBot, page: ProjectPage) -> None:
    pane = page.folder_side.tree_pane
    qtbot.waitUntil(lambda: not pane.scan.busy and pane.reveal("src"))
    preview = next(action for action in pane.actions() if action.text() == "Preview")
    preview.trigger()
    assert not [one for one in page.sheet_host.findChildren(Sheet) if one.isVisible()]
