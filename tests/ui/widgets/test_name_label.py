"""The name of a repository in little room."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.widgets.name_label import NameLabel

NAME = "registry.example/acme/vision/defects"


@pytest.fixture
def label(qtbot: QtBot, theme: Theme) -> NameLabel:
    made = NameLabel(NAME, "title")
    qtbot.addWidget(made)
    made.show()
    return made


def width(label: NameLabel, text: str) -> int:
    return label.fontMetrics().horizontalAdvance(text)


@pytest.mark.parametrize("shown", [NAME, "registry.example/…/vision/defects", "registry.example/…/defects"])
def test_what_lies_between_the_registry_and_the_end_goes_first(label: NameLabel, shown: str) -> None:
    assert label.elided(width(label, shown)) == shown


def test_in_even_less_room_both_ends_are_left(label: NameLabel) -> None:
    room = width(label, "registry.example/…")
    shown = label.elided(room)
    assert width(label, shown) <= room
    assert shown.startswith("regi")
    assert shown.endswith("cts")


def test_a_name_of_one_part_and_none_at_all(label: NameLabel) -> None:
    label.setText("churn-of-all-customers")
    shown = label.elided(width(label, "churn-of-all"))
    assert (shown[:3], shown[-3:]) == ("chu", "ers")
    label.setText("")
    assert label.elided(10) == ""


def test_all_of_it_is_said_where_not_all_is_seen(label: NameLabel) -> None:
    label.resize(width(label, NAME) + 10, 30)
    assert label.toolTip() == ""
    label.resize(100, 30)
    assert label.toolTip() == NAME
    assert label.text() == NAME
