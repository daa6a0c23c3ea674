"""From worker threads into the GUI thread."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.crossing import crossing


def elsewhere(call: object) -> None:
    thread = threading.Thread(target=call)  # type: ignore[arg-type]
    thread.start()
    thread.join()


def test_it_is_called_in_the_gui_thread_in_order(qtbot: QtBot) -> None:
    owner, seen, to_gui = QObject(), [], crossing()

    def note(number: int, *, of: int) -> None:
        seen.append((number, of, threading.current_thread()))

    elsewhere(lambda: [to_gui.call(owner, note, number, of=3) for number in range(3)])
    assert seen == []
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == [(number, 3, threading.main_thread()) for number in range(3)]


def test_nobody_is_told_who_has_ended_meanwhile(qtbot: QtBot, qapp: QApplication) -> None:
    parent, seen, to_gui = QObject(), [], crossing()
    child, other = QObject(parent), QObject()
    elsewhere(lambda: to_gui.call(child, seen.append, "late"))
    parent.deleteLater()
    del parent
    qapp.sendPostedEvents(None, 52)  # QEvent.Type.DeferredDelete
    elsewhere(lambda: to_gui.call(other, seen.append, "in time"))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["in time"]
