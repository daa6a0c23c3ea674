"""Who starts the program again is taken to the window that is open."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.settings import platform_folders
from kitops_desktop.ui.single_window import Opening, SingleWindow, bring_to_front

ROOT = Path(__file__).parents[2]


@pytest.fixture
def make_window(home: Path, qapp: QApplication) -> Iterator[Callable[[], SingleWindow]]:
    made: list[SingleWindow] = []

    def make() -> SingleWindow:
        made.append(SingleWindow(platform_folders().state))
        return made[-1]

    yield make
    for window in made:
        window.close()


@pytest.fixture
def first(make_window: Callable[[], SingleWindow]) -> SingleWindow:
    made = make_window()
    assert made.is_first
    return made


def start_again(*arguments: str, folder: Path = ROOT) -> subprocess.Popen[str]:
    """The program, started by the user once more."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    argv = [sys.executable, "-m", "kitops_desktop.__main__", *arguments]
    return subprocess.Popen(argv, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)


def ended(program: subprocess.Popen[str], qtbot: QtBot) -> int:
    qtbot.waitUntil(lambda: program.poll() is not None, timeout=30_000)
    with program:
        return program.returncode


def test_the_second_hands_over_and_ends(first: SingleWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "churn").mkdir()
    with qtbot.waitSignal(first.opened, timeout=30_000) as told:
        program = start_again("churn", folder=tmp_path)
    assert told.args == [Opening((str(tmp_path / "churn"),))]
    assert ended(program, qtbot) == 0


def test_a_reference_stays_as_it_is(first: SingleWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(first.opened, timeout=30_000) as told:
        program = start_again("ghcr.io/team/churn:v1")
    assert told.args == [Opening(("ghcr.io/team/churn:v1",))]
    assert ended(program, qtbot) == 0


def test_the_next_is_the_first_when_the_first_has_gone(
    first: SingleWindow, make_window: Callable[[], SingleWindow]
) -> None:
    assert not make_window().is_first
    first.close()
    assert make_window().is_first


def test_a_socket_that_a_killed_window_left_is_no_obstacle(
    home: Path, make_window: Callable[[], SingleWindow]
) -> None:
    state = platform_folders().state
    state.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(state / "window.socket"))
    (state / "window.lock").touch()
    assert make_window().is_first


def test_a_window_that_does_not_answer_is_not_waited_for_for_ever(
    first: SingleWindow, make_window: Callable[[], SingleWindow]
) -> None:
    assert not make_window().hand_over(["churn"], seconds=0.2)  # no event loop runs in the first


@pytest.mark.parametrize(
    "message",
    [
        b"\n",
        b"[]\n",
        b"[" * 5000 + b"\n",
        b'{"arguments": "churn"}\n',
        b'{"arguments": [1]}\n',
        b'{"arguments": ["a\\u0000b"]}\n',
        b'{"arguments": ["a"], "activation": 1}\n',
        b'{"arguments": ' + b"[" + b'"a",' * 20 + b'"a"]}\n',
        b"x" * (100 << 10),
    ],
)
def test_nonsense_is_hung_up_on(first: SingleWindow, qtbot: QtBot, message: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as caller, qtbot.assertNotEmitted(first.opened):
        caller.connect(str(platform_folders().state / "window.socket"))
        caller.setblocking(False)
        rest = memoryview(message)

        def hung_up() -> bool:
            nonlocal rest
            try:
                rest = rest[caller.send(rest) :] if rest else rest
                return caller.recv(100) == b""
            except BlockingIOError:
                return False
            except OSError:
                return True

        qtbot.waitUntil(hung_up)


def test_only_the_user_gets_in(first: SingleWindow) -> None:
    mode = (platform_folders().state / "window.socket").stat().st_mode
    assert mode & 0o077 == 0


def test_a_minimised_window_is_shown(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.showMinimized()
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    bring_to_front(window, "permission")
    assert not window.isMinimized()
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "permission"
