"""Python looks through all objects while nobody uses the window, and only then."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.idle_collection import IdleCollection

MANY = 30


@pytest.fixture
def collection(qapp: object) -> Iterator[IdleCollection]:
    parent = QObject()
    before = gc.get_threshold()
    made = IdleCollection(parent, look_every=1)
    yield made
    made.stop()
    assert gc.get_threshold() == before


def test_all_objects_are_collected_once_the_pointer_rests(qtbot: QtBot, collection: IdleCollection) -> None:
    gc.collect()
    for _ in range(MANY):
        gc.collect(1)
    assert gc.get_count()[2] >= MANY
    assert gc.get_threshold()[2] > 1_000_000
    qtbot.waitUntil(lambda: gc.get_count()[2] < MANY)
    assert collection.idle
