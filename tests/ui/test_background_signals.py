"""Reads in worker threads, results in the GUI thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.background import Background
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background(threads=2)
    yield made
    made.close()


@pytest.fixture
def reader(qapp: QApplication, background: Background) -> Reader:
    return Reader(background)


def fail(error: Exception) -> None:
    raise AssertionError(f"unexpected: {error!r}")


def test_the_result_arrives_in_the_gui_thread(reader: Reader, qtbot: QtBot) -> None:
    seen: list[tuple[int, threading.Thread]] = []
    reader.read(lambda token: 5 << 30, lambda size: seen.append((size, threading.current_thread())), fail)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(5 << 30, threading.main_thread())]
    assert not reader.busy


def test_an_error_arrives_too(reader: Reader, qtbot: QtBot) -> None:
    errors: list[Exception] = []

    def broken(token: CancelToken) -> None:
        raise OSError("gone")

    reader.read(broken, lambda _: None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], OSError)


def test_a_new_read_makes_the_earlier_unwanted(reader: Reader, qtbot: QtBot) -> None:
    begun, seen = threading.Event(), []

    def slow(token: CancelToken) -> str:
        begun.set()
        token.wait(30)
        return "slow"

    reader.read(slow, seen.append, fail)
    assert begun.wait(30)
    reader.read(lambda token: "quick", seen.append, fail)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["quick"]


def test_all_are_wanted_when_asked_for(qapp: QApplication, background: Background, qtbot: QtBot) -> None:
    reader, seen = Reader(background, latest_only=False), set()
    for number in range(5):
        reader.read(lambda token, number=number: number, seen.add, fail)
    qtbot.waitUntil(lambda: len(seen) == 5)


def test_nothing_arrives_after_its_parent_has_gone(background: Background, qtbot: QtBot) -> None:
    parent, seen, begun = QObject(), [], threading.Event()

    def wait(token: CancelToken) -> str:
        begun.set()
        token.wait(30)
        return "late"

    task = Reader(background, parent).read(wait, seen.append, fail)
    assert begun.wait(30)
    parent.deleteLater()
    del parent
    qtbot.waitUntil(lambda: task.cancelled and task.done)
    qtbot.wait(1)
    assert seen == []
