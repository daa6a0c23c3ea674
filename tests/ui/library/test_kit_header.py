"""The head of a kit's page gives way to what is below it where a page is low, and to nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.library.kit_actions import KitActions
from kitops_desktop.ui.library.kit_header import KitHeader
from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.widgets.name_label import NameLabel

QUIET = ("Edit as a project…", "Copy to…", "Pull")
NARROW, WIDE = 644, 1200


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def header(qtbot: QtBot, theme: Theme, done: list[str]) -> KitHeader:
    def action(text: str) -> Action:
        return Action(text, lambda: done.append(text))

    actions = KitActions(action("Unpack…"), tuple(map(action, QUIET)), (action("Copy digest"),))
    made = KitHeader(actions)
    qtbot.addWidget(made)
    made.show()
    made.set_ready(True)
    return made


def shown(header: KitHeader) -> list[QPushButton]:
    """The buttons for what can be done."""
    texts = (*QUIET, "More", "Unpack…")
    return [one for one in header.findChildren(QPushButton) if one.isVisible() and one.text() in texts]


def in_menu(header: KitHeader) -> list[str]:
    menu = header.findChild(QMenu)
    return [action.text() for action in menu.actions() if action.isVisible()]


def test_in_a_low_and_narrow_page_buttons_go_into_the_menu(
    qtbot: QtBot, header: KitHeader, done: list[str]
) -> None:
    header.set_low(True)
    header.resize(NARROW, 90)
    qtbot.waitUntil(lambda: [one.text() for one in shown(header)] == ["More", "Unpack…"])
    tags = header.findChild(QComboBox)
    qtbot.waitUntil(lambda: all(one.geometry().top() < tags.geometry().bottom() for one in shown(header)))
    assert in_menu(header) == [*QUIET, "Copy digest"]
    menu = header.findChild(QMenu)
    menu.actions()[2].trigger()
    assert done == ["Pull"]


@pytest.mark.parametrize(("low", "width"), [(True, WIDE), (False, NARROW), (False, WIDE)])
def test_elsewhere_they_stay_where_they_are(qtbot: QtBot, header: KitHeader, low: bool, width: int) -> None:
    header.set_low(low)
    header.resize(width, 90)
    qtbot.waitUntil(lambda: header.width() == width)
    assert [one.text() for one in shown(header)] == [*QUIET, "More", "Unpack…"]
    assert in_menu(header) == ["Copy digest"]


def test_they_stay_where_a_long_name_needs_a_row_of_its_own(qtbot: QtBot, header: KitHeader) -> None:
    header.set_low(True)
    header.findChild(NameLabel).setText("registry.example.com/team/" + "a-long-name-" * 5)

    def is_narrow() -> bool:
        header.resize(NARROW, 90)  # beside one another there is no room for that at first
        return header.width() == NARROW

    qtbot.waitUntil(is_narrow)
    assert len(shown(header)) == 5


def test_they_come_back_with_the_room(qtbot: QtBot, header: KitHeader) -> None:
    header.set_low(True)
    for width, count in ((NARROW, 2), (WIDE, 5), (NARROW, 2)):
        header.resize(width, 90)
        qtbot.waitUntil(lambda count=count: len(shown(header)) == count)
    header.set_low(False)
    assert len(shown(header)) == 5
