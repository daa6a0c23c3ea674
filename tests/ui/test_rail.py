"""The rail, and the things below its places."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.main_window import MainWindow
from kitops_desktop.ui.navigation import Place
from kitops_desktop.ui.rail import MOST_ENTRIES, WIDTH, EntryButton, Rail, RailEntry
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace


@pytest.fixture
def rail(qtbot: QtBot, theme: Theme) -> Rail:
    made = Rail()
    qtbot.addWidget(made)
    made.add_place("library", "Library", "library")
    made.add_place("projects", "Projects", "projects")
    made.add_place("settings", "Settings", "settings", at_foot=True)
    made.resize(WIDTH, 700)
    made.show()
    with qtbot.waitActive(made):
        made.activateWindow()
    return made


def entries(count: int) -> list[RailEntry]:
    return [RailEntry(f"/ml/{number}", f"churn {number}", "in sync", "success") for number in range(count)]


def visible(rail: Rail) -> list[EntryButton]:
    return [made for made in rail.entries("projects").buttons if made.isVisible()]


def test_nothing_stands_below_a_place_without_entries(rail: Rail) -> None:
    assert not rail.entries("projects").isVisible()
    rail.show_entries("projects", entries(2))
    assert rail.entries("projects").isVisible()
    rail.show_entries("projects", [])
    assert not rail.entries("projects").isVisible()


def test_an_entry_is_named_with_its_state_and_opens(rail: Rail, qtbot: QtBot) -> None:
    rail.show_entries("projects", entries(2))
    first, second = visible(rail)
    assert first.accessibleName() == "Project churn 0, in sync"
    assert "/ml/0" in first.toolTip()
    with qtbot.waitSignal(rail.opened) as opened:
        first.click()
    assert opened.args == ["projects", "/ml/0"]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    with qtbot.waitSignal(rail.opened) as opened:
        qtbot.keyClick(second, Qt.Key.Key_Space)
    assert opened.args == ["projects", "/ml/1"]


def test_the_one_that_is_open_is_marked(rail: Rail) -> None:
    rail.show_entries("projects", entries(2))
    rail.show_place("projects", "/ml/1")
    assert [made.isChecked() for made in visible(rail)] == [False, True]
    assert rail.place("projects").isChecked()
    rail.show_entries("projects", entries(2)[::-1])
    assert [made.isChecked() for made in visible(rail)] == [True, False]
    visible(rail)[1].click()
    assert [made.isChecked() for made in visible(rail)] == [True, False], "until the window has gone there"
    rail.show_place("library", "/ml/1")
    assert not any(made.isChecked() for made in visible(rail))


def test_those_without_room_are_left_out(rail: Rail) -> None:
    rail.show_entries("projects", entries(20))
    assert len(visible(rail)) == MOST_ENTRIES
    rail.resize(WIDTH, 300)
    assert 0 < len(visible(rail)) < MOST_ENTRIES
    rail.resize(WIDTH, 200)
    assert visible(rail) == []
    rail.resize(WIDTH, 700)
    assert len(visible(rail)) == MOST_ENTRIES


def test_the_latest_projects_stand_on_the_rail_of_the_window(
    chosen_workspace: Workspace, theme: Theme, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "churn").mkdir()
    (tmp_path / "churn" / "Kitfile").write_text("model: [")
    chosen_workspace.projects.add(tmp_path / "churn")
    window = MainWindow(chosen_workspace, theme)
    qtbot.addWidget(window)
    window.show()
    rail = window.findChild(Rail)
    says = "Project churn, Kitfile invalid"
    qtbot.waitUntil(lambda: [made.accessibleName() for made in visible(rail)] == [says])
    visible(rail)[0].click()
    assert window.place == Place("projects", str(tmp_path / "churn"))
    assert visible(rail)[0].isChecked()
    window.job_signals.stop()
    chosen_workspace.close()
