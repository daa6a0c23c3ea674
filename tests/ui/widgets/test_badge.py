"""Pills in the cells of a list: what matters most is there however narrow the cell is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem

from kitops_desktop.ui.colours import colours_of
from kitops_desktop.ui.widgets.badge import BadgeDelegate, badge_size, fitting

PILLS = Qt.ItemDataRole.UserRole + 1
TEXT = "Wants a pause until 12:30"


@pytest.mark.parametrize(("width", "drawn"), [(400, True), (110, True), (50, True), (12, False)])
def test_the_first_pill_is_shortened_rather_than_left_out(
    qapp: QApplication, width: int, drawn: bool
) -> None:
    model = QStandardItemModel(1, 1)
    item = QStandardItem(TEXT)
    item.setData(((TEXT, "warning"), ("http", "neutral")), PILLS)
    model.setItem(0, 0, item)
    image = QImage(width, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("#000000"))
    option = QStyleOptionViewItem()
    option.rect, option.palette, option.font = QRect(0, 0, width, 30), qapp.palette(), qapp.font()
    painter = QPainter(image)
    BadgeDelegate(PILLS).paint(painter, option, model.index(0, 0))
    painter.end()
    ground = QColor(colours_of(qapp.palette()).warning_soft)
    found = any(image.pixelColor(x, y) == ground for x in range(width) for y in range(30))
    assert found == drawn


def test_what_fits_is_left_as_it_is(qapp: QApplication) -> None:
    font = QFont(qapp.font())
    enough = badge_size(TEXT, font).width()
    assert fitting(TEXT, font, enough) == TEXT
    assert fitting(TEXT, font, enough - 20).endswith("…")
    assert fitting(TEXT, font, 0) == ""
