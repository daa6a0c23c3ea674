"""The computer stays awake, by whichever service there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jeepney import DBusAddress

from kitops_desktop.ui.desktop_notice.linux_wakefulness import LinuxWakefulness
from support.desktop_services import LOGIND, SCREEN_SAVER, DesktopServices
from support.waiting import until

POWER = DBusAddress(
    "/org/freedesktop/PowerManagement/Inhibit",
    "org.freedesktop.PowerManagement",
    "org.freedesktop.PowerManagement.Inhibit",
)
OF_THE_SESSION = {"Inhibit": ("ss", "u", "ret = 42"), "UnInhibit": ("u", "", "")}


@pytest.fixture
def wakefulness(services: DesktopServices) -> Iterator[LinuxWakefulness]:
    made = LinuxWakefulness(services.bus, services.bus)
    yield made
    made.close()


def held(services: DesktopServices) -> list[tuple[object, ...]]:
    return [tuple(one[:4]) for one in services.ask(LOGIND, "ListInhibitors")[0]]


def test_logind_keeps_it_awake_until_nothing_runs(
    services: DesktopServices, wakefulness: LinuxWakefulness
) -> None:
    services.play_template("logind", LOGIND)
    for _ in range(2):
        wakefulness.keep(True)
        wakefulness.keep(True)
        until(lambda: held(services), "the computer to be kept awake")
        assert held(services) == [("sleep:idle", "KitOps Desktop", "Jobs are running", "block")]
        wakefulness.keep(False)
        until(lambda: not held(services), "the computer to be let go")


def test_it_sleeps_again_when_the_program_ends(services: DesktopServices) -> None:
    services.play_template("logind", LOGIND)
    wakefulness = LinuxWakefulness(services.bus, services.bus)
    wakefulness.keep(True)
    until(lambda: held(services), "the computer to be kept awake")
    wakefulness.close()
    until(lambda: not held(services), "the computer to be let go")


@pytest.mark.parametrize("service", [POWER, SCREEN_SAVER])
def test_without_logind_the_session_keeps_it_awake(
    service: DBusAddress, services: DesktopServices, wakefulness: LinuxWakefulness
) -> None:
    services.play(service, **OF_THE_SESSION)
    wakefulness.keep(True)
    until(lambda: services.calls(service, "Inhibit"), "the session to be asked")
    wakefulness.keep(False)
    until(lambda: services.calls(service, "UnInhibit"), "the session to be told")
    assert services.calls(service, "Inhibit") == [["KitOps Desktop", "Jobs are running"]]
    assert services.calls(service, "UnInhibit") == [[42]]


def test_a_logind_that_refuses_is_no_logind(services: DesktopServices, wakefulness: LinuxWakefulness) -> None:
    refusal = "raise dbus.exceptions.DBusException('no', name='org.freedesktop.DBus.Error.AccessDenied')"
    services.play(LOGIND, Inhibit=("ssss", "h", refusal))
    services.play(SCREEN_SAVER, **OF_THE_SESSION)
    wakefulness.keep(True)
    until(lambda: services.calls(SCREEN_SAVER, "Inhibit"), "the session to be asked")
