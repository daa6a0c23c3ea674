"""A field whose text is seen only when somebody asks for it."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.widgets.secret_field import SecretField


def test_the_button_beside_it_shows_and_masks_it(qtbot: QtBot, theme: Theme) -> None:
    page, further = QWidget(), QToolButton()
    qtbot.addWidget(page)
    field = SecretField("token")
    page.setLayout(field.row(further))
    assert field.echoMode() is QLineEdit.EchoMode.Password
    eye = next(one for one in page.findChildren(QToolButton) if one.accessibleName() == "Show the token")
    eye.click()
    assert field.echoMode() is QLineEdit.EchoMode.Normal
    eye.click()
    assert field.echoMode() is QLineEdit.EchoMode.Password
    assert further.parent() is page
