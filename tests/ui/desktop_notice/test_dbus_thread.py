"""Where there is no bus, or one that hangs or ends: nobody waits, nothing fails."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from jeepney.bus_messages import message_bus

from kitops_desktop.ui.desktop_notice.dbus_thread import Bus, DBusThread
from kitops_desktop.ui.desktop_notice.notice import Notice
from kitops_desktop.ui.desktop_notice.of_system import desktop_of_system
from support.secret_service import session_bus

AT_ONCE = 1.0  # seconds, and far more than that takes
NOTICE = Notice("job-1", "Push churn:v1: done", "", "transfer.complete")


def ids(bus: Bus) -> str:
    return str(bus.call(message_bus, "GetId")[0])


def ran(thread: DBusThread) -> bool:
    """Whether it goes on with its tasks."""
    done = threading.Event()
    thread.post(lambda bus: done.set())
    return done.wait(20)


def use_all(close_within: float) -> None:
    """Ask everything of this computer's desktop."""
    began = time.monotonic()
    desktop = desktop_of_system(lambda job, token: None)
    desktop.notifier.tell(NOTICE)
    desktop.task_bar.show(0.5)
    desktop.wakefulness.keep(True)
    assert time.monotonic() - began < AT_ONCE
    desktop.close()
    assert time.monotonic() - began < close_within


def test_without_any_bus_nothing_happens() -> None:
    use_all(close_within=10)
    assert not [one for one in threading.enumerate() if one.name.startswith("D-Bus")]


def test_a_bus_that_does_not_answer_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "bus"))
        silent.listen()
        for name in ("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"):
            monkeypatch.setenv(name, f"unix:path={tmp_path / 'bus'}")
        use_all(close_within=10)


def test_after_the_bus_was_lost_it_is_found_again(tmp_path: Path) -> None:
    seen: list[str] = []
    with closing(DBusThread(f"unix:path={tmp_path / 'bus'}")) as thread:
        for _ in range(2):
            with session_bus(tmp_path) as address:
                place = address.removeprefix("unix:path=").partition(",")[0]
                (tmp_path / "bus").symlink_to(place)
                thread.post(lambda bus: seen.append(ids(bus)))
                assert ran(thread)
            (tmp_path / "bus").unlink()
            thread.post(lambda bus: seen.append(ids(bus)))  # fails, and that is all
            assert ran(thread)
    assert len(set(seen)) == 2


def test_a_closed_thread_takes_nothing_more() -> None:
    thread = DBusThread("SESSION")
    assert ran(thread)
    thread.close()
    thread.close()
    thread.post(lambda bus: pytest.fail("it runs"))
