"""The files of a kit on its page, chosen to be looked into."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.library.files_tab import FilesTab
from kitops_desktop.ui.library.preview_panel import PreviewPanel


def choose_file(files: FilesTab, path: str) -> None:
    """Make it the current one."""
    node = next(node for node in files.model.tree.nodes if node.path == path)
    files.tree.setCurrentIndex(files.model.index_of(node))


def list_anyway(qtbot: QtBot, files: FilesTab, path: str) -> None:
    """List what costs much to list, ``path`` among it."""
    files.remote.list_wanted.emit()
    qtbot.waitUntil(lambda: any(node.path == path for node in files.model.tree.nodes))
    qtbot.waitUntil(lambda: not files.listing)


def through_button(qtbot: QtBot, preview: PreviewPanel) -> QAbstractButton:
    """What is to be pressed before a layer is read from its beginning, once it is offered."""

    def offered() -> list[QAbstractButton]:
        buttons = preview.findChildren(QAbstractButton)
        return [one for one in buttons if "Read it through" in one.text() and one.isVisible()]

    qtbot.waitUntil(lambda: bool(offered()))
    return offered()[0]
