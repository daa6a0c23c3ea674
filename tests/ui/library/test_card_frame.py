"""The card of one entry of a Kitfile, by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QTableWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.library.card_frame import CardFrame
from kitops_desktop.ui.library.overview import Card


def test_tab_goes_through_its_parameters_and_on(qtbot: QtBot) -> None:
    page = QWidget()
    before, after = QLineEdit(), QLineEdit()
    card = CardFrame(Card("Model", "model", "churn", parameters=(("layers", "40"), ("rate", "0.1"))))
    column = QVBoxLayout(page)
    for widget in (before, card, after):
        column.addWidget(widget)
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitActive(page):
        page.activateWindow()
    before.setFocus()
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    table = card.findChild(QTableWidget)
    assert QApplication.focusWidget() is table
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is after
