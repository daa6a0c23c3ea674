"""What is wrong with a registry is to be read in its row, also in a small window."""

from __future__ import annotations

import time

import pytest
from pytestqt.qtbot import QtBot

from kitops_desktop.errors import RateLimited
from kitops_desktop.ui.browser.registries_list import RegistriesList
from kitops_desktop.ui.browser.registries_model import Column
from kitops_desktop.ui.browser.registry_rows import Answers, RegistryRow, state_pills
from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.widgets.badge import badge_size

_BEFORE = 8  # pixels of a cell before its first pill


@pytest.mark.parametrize("width", [640, 1000])
def test_until_when_it_wants_a_pause_has_room(qtbot: QtBot, theme: Theme, width: int) -> None:
    shown = RegistriesList()
    qtbot.addWidget(shown)
    shown.resize(width, 500)
    shown.show()
    until = time.time() + 1800
    row = RegistryRow("one.example", answers=Answers.YES, problem=RateLimited("one.example", until))
    shown.show_rows((row,))
    text, tone = state_pills(row)[0]
    assert text.startswith("Wants a pause until ")
    assert tone == "warning"
    room = shown.table.header().sectionSize(Column.STATE) - _BEFORE
    assert badge_size(text, shown.table.font()).width() < room
