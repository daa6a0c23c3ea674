"""Names and buttons in the head of a page, beside one another where there is room."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.widgets.head_row import HeadRow


def part(width: int) -> tuple[QHBoxLayout, QLabel]:
    layout, content = QHBoxLayout(), QLabel()
    content.setFixedSize(width, 20)
    layout.addWidget(content)
    return layout, content


@pytest.mark.parametrize(
    ("names", "width", "beside"), [(100, 800, True), (100, 600, False), (600, 800, False), (600, 1000, True)]
)
def test_buttons_give_way_to_names(qtbot: QtBot, names: int, width: int, beside: bool) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    (left, name), (right, button) = part(names), part(300)
    row = HeadRow(left, right)
    page.setLayout(row)
    page.resize(width, 200)
    row.arrange(width)
    page.show()
    qtbot.waitUntil(lambda: page.isVisible() and button.geometry().isValid())
    assert (button.y() == name.y()) is beside
    assert (button.y() > name.y()) is not beside
