"""Cycles are looked for in the GUI thread alone, and among all objects only while nobody uses the window."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.cycle_collection import CycleCollection

MANY = 30


@pytest.fixture
def collection(qapp: object) -> Iterator[CycleCollection]:
    parent = QObject()
    was = gc.isenabled()
    gc.enable()
    made = CycleCollection(parent, look_every=1, young_every=1)
    yield made
    made.stop()
    assert gc.isenabled()
    if not was:
        gc.disable()


def test_all_objects_are_collected_once_the_pointer_rests(qtbot: QtBot, collection: CycleCollection) -> None:
    gc.collect()
    for _ in range(MANY):
        gc.collect(1)
    assert gc.get_count()[2] >= MANY
    assert not gc.isenabled()
    qtbot.waitUntil(lambda: gc.get_count()[2] < MANY)
    assert collection.idle


def test_what_goes_in_circles_ends_in_the_gui_thread(qtbot: QtBot, collection: CycleCollection) -> None:
    ended: list[threading.Thread] = []

    def note() -> None:
        ended.append(threading.current_thread())

    made = QObject()
    made.destroyed.connect(note, Qt.ConnectionType.DirectConnection)
    made.itself = made  # type: ignore[attr-defined]
    del made
    new: list[list[int]] = []
    worker = threading.Thread(target=lambda: new.extend([] for _ in range(10_000)))
    worker.start()
    worker.join()
    assert ended == []
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == [threading.main_thread()]
