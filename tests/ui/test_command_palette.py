"""Ctrl+K by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.command_palette import CommandPalette, EntryModel
from kitops_desktop.ui.command_search import Entry
from kitops_desktop.ui.theme import Theme


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def palette(theme: Theme, qtbot: QtBot, done: list[str]) -> CommandPalette:
    host = QWidget()
    QVBoxLayout(host).addWidget(QPushButton("Before"))
    qtbot.addWidget(host)
    host.resize(900, 600)
    host.show()
    with qtbot.waitActive(host):
        host.activateWindow()
    host.findChild(QPushButton).setFocus()
    made = CommandPalette(host)
    names = ("Open a folder…", "Dark appearance", "Quit")
    made.open_palette(
        [Entry(name, lambda name=name: done.append(name), "folder", "Ctrl+O") for name in names]
    )
    return made


def field(palette: CommandPalette) -> QLineEdit:
    return palette.findChild(QLineEdit)


def shown(palette: CommandPalette) -> list[str]:
    model = palette.findChild(QListView).model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_typing_narrows_and_return_does_it(palette: CommandPalette, qtbot: QtBot, done: list[str]) -> None:
    assert QApplication.focusWidget() is field(palette)
    qtbot.keyClicks(field(palette), "dark")
    assert shown(palette) == ["Dark appearance"]
    qtbot.keyClick(field(palette), Qt.Key.Key_Return)
    assert (done, palette.isHidden()) == (["Dark appearance"], True)


def test_arrow_keys_choose(palette: CommandPalette, qtbot: QtBot, done: list[str]) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(field(palette), key)
    assert done == ["Dark appearance"]


def test_escape_does_nothing_and_gives_the_focus_back(
    palette: CommandPalette, qtbot: QtBot, done: list[str]
) -> None:
    with qtbot.waitSignal(palette.closed):
        qtbot.keyClick(field(palette), Qt.Key.Key_Escape)
    assert isinstance(QApplication.focusWidget(), QPushButton)
    assert done == []


def test_return_on_nothing_does_nothing(palette: CommandPalette, qtbot: QtBot, done: list[str]) -> None:
    qtbot.keyClicks(field(palette), "no such thing")
    assert shown(palette) == []
    qtbot.keyClick(field(palette), Qt.Key.Key_Return)
    assert done == []


def test_what_is_found_later_is_searched_too(palette: CommandPalette, qtbot: QtBot) -> None:
    qtbot.keyClicks(field(palette), "churn")
    palette.add_entries([Entry("churn:v1", lambda: None), Entry("iris:v1", lambda: None)])
    assert shown(palette) == ["churn:v1"]


def test_the_model_keeps_its_contract(qtbot: QtBot) -> None:
    model = EntryModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([Entry("One", lambda: None), Entry("Two", lambda: None)])
    model.show([])
    assert tester.model() is model
