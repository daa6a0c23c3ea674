"""Authors as chips: typed, pasted, edited, moved and removed, by keys and by mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.editor.chips_field import MOST_CHIPS, ChipsField
from kitops_desktop.ui.theme import Theme

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def chips(theme: Theme, qtbot: QtBot) -> ChipsField:
    made = ChipsField("Package authors", "author", "a name")
    qtbot.addWidget(made)
    made.resize(400, 60)
    made.show_values(("a", "b", "c"))
    made.show()
    with qtbot.waitActive(made):
        made.activateWindow()
    return made


def chip(chips: ChipsField, text: str) -> QPushButton:
    (found,) = [
        one
        for one in chips.findChildren(QPushButton)
        if one.accessibleName() == f"author {text}" and one.isVisible()
    ]
    return found


def shown(chips: ChipsField) -> list[str]:
    """The chips from left to right."""
    visible = [one for one in chips.findChildren(QPushButton) if one.isVisible()]
    return [one.text() for one in sorted(visible, key=lambda one: (one.y(), one.x()))]


def test_typing_adds_at_once_and_a_comma_or_enter_ends_it(chips: ChipsField, qtbot: QtBot) -> None:
    chips.edit.setFocus()
    qtbot.keyClicks(chips.edit, "De")
    assert chips.values == ("a", "b", "c", "De")
    qtbot.keyClicks(chips.edit, ";e")
    assert chips.values == ("a", "b", "c", "De", "e")
    qtbot.keyClick(chips.edit, Qt.Key.Key_Return)
    assert chips.edit.text() == ""
    qtbot.waitUntil(lambda: shown(chips) == ["a", "b", "c", "De", "e"])
    assert chips.values == ("a", "b", "c", "De", "e")


def test_a_pasted_list_becomes_chips(chips: ChipsField, qtbot: QtBot) -> None:
    QApplication.clipboard().setText("d, e ;f,, ")
    chips.edit.setFocus()
    chips.edit.paste()
    assert chips.values == ("a", "b", "c", "d", "e", "f")


def test_what_is_shown_again_leaves_what_is_typed(chips: ChipsField, qtbot: QtBot) -> None:
    chips.edit.setFocus()
    qtbot.keyClicks(chips.edit, "d ")
    chips.show_values(("a", "b", "c", "d"))
    assert chips.edit.text() == "d "
    chips.show_values(("x",))
    assert chips.edit.text() == ""
    assert chips.values == ("x",)


def test_the_focus_that_leaves_makes_a_chip(chips: ChipsField, qtbot: QtBot) -> None:
    chips.edit.setFocus()
    qtbot.keyClicks(chips.edit, "d")
    chip(chips, "a").setFocus()
    assert chips.edit.text() == ""
    assert chip(chips, "d").isVisible()


def test_chips_are_edited_in_place(chips: ChipsField, qtbot: QtBot) -> None:
    chip(chips, "b").setFocus()
    qtbot.keyClick(chip(chips, "b"), Qt.Key.Key_Return)
    assert chips.edit.hasFocus()
    assert chips.edit.text() == "b"
    qtbot.keyClicks(chips.edit, "beta")
    assert chips.values == ("a", "beta", "c")
    qtbot.keyClick(chips.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(chips) == ["a", "beta", "c"])
    qtbot.keyClick(chips.edit, Qt.Key.Key_Backspace)
    assert chips.edit.text() == "c", "Backspace takes the last one back"


def test_chips_are_moved_and_removed_by_keys(chips: ChipsField, qtbot: QtBot) -> None:
    chip(chips, "c").setFocus()
    qtbot.keyClick(chip(chips, "c"), Qt.Key.Key_Left, ALT)
    assert chips.values == ("a", "c", "b")
    assert chip(chips, "c").hasFocus()
    qtbot.keyClick(chip(chips, "c"), Qt.Key.Key_Left)
    assert chip(chips, "a").hasFocus()
    qtbot.keyClick(chip(chips, "a"), Qt.Key.Key_Left, ALT)
    assert chips.values == ("a", "c", "b")
    qtbot.keyClick(chip(chips, "a"), Qt.Key.Key_Delete)
    assert chips.values == ("c", "b")
    assert chip(chips, "c").hasFocus()


def test_the_mouse_edits_removes_and_moves(chips: ChipsField, qtbot: QtBot) -> None:
    a = chip(chips, "a")
    qtbot.mouseClick(a, Qt.MouseButton.LeftButton, pos=QPoint(6, a.height() // 2))
    assert chips.edit.text() == "a"
    chips.commit()
    a = chip(chips, "a")
    qtbot.mouseClick(a, Qt.MouseButton.LeftButton, pos=QPoint(a.width() - 8, a.height() // 2))
    assert chips.values == ("b", "c")
    qtbot.mouseClick(chip(chips, "c"), Qt.MouseButton.MiddleButton)
    assert chips.values == ("b",)


def test_a_drop_from_elsewhere_is_nothing(chips: ChipsField) -> None:
    mime = QMimeData()
    mime.setText("x")
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(1, 1), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(chips, event)
    assert chips.values == ("a", "b", "c")


def test_many_and_long_names_wrap(chips: ChipsField, qtbot: QtBot) -> None:
    chips.show_values(tuple(f"Department & name {number}" for number in range(12)))
    chips.adjustSize()
    chips.resize(300, chips.heightForWidth(300))
    qtbot.waitUntil(lambda: len({one.y() for one in chips.findChildren(QPushButton) if one.isVisible()}) > 3)
    assert all(one.geometry().right() <= 300 for one in chips.findChildren(QPushButton) if one.isVisible())


def test_hundreds_are_named_by_their_number(chips: ChipsField, qtbot: QtBot) -> None:
    many = tuple(f"a{number}" for number in range(500))
    chips.show_values(many)
    assert len([one for one in chips.findChildren(QPushButton) if not one.isHidden()]) == MOST_CHIPS
    assert [one.text() for one in chips.findChildren(QLabel)] == ["and 440 more in the text"]
    chips.edit.setFocus()
    qtbot.keyClicks(chips.edit, "last")
    assert chips.values == (*many, "last")
