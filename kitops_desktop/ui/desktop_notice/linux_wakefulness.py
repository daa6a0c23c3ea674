"""Keeps the computer awake: by logind, or where that does not, by the session's own services.

The screen may go dark and be locked meanwhile, wherever the desktop tells the two apart; closing the lid does
what it always does.
"""

from __future__ import annotations

import logging

from jeepney import DBusAddress
from jeepney.fds import FileDescriptor

from kitops_desktop.ui.desktop_notice.dbus_thread import Bus, DBusThread

log = logging.getLogger(__name__)

_LOGIND = DBusAddress("/org/freedesktop/login1", "org.freedesktop.login1", "org.freedesktop.login1.Manager")
_OF_THE_SESSION = (
    DBusAddress(
        "/org/freedesktop/PowerManagement/Inhibit",
        "org.freedesktop.PowerManagement",
        "org.freedesktop.PowerManagement.Inhibit",
    ),
    DBusAddress("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "org.freedesktop.ScreenSaver"),
)
_WHO, _WHY = "KitOps Desktop", "Jobs are running"


class LinuxWakefulness:
    """``system`` and ``session`` are the names of the buses."""

    def __init__(self, system: str = "SYSTEM", session: str = "SESSION") -> None:
        self._awake = False
        self._system, self._session = DBusThread(system), DBusThread(session)
        # the next belongs to the thread of the system's bus, the last to that of the session's
        self._lock: FileDescriptor | None = None
        self._cookie: tuple[DBusAddress, int] | None = None

    def keep(self, awake: bool) -> None:
        if awake != self._awake:
            self._awake = awake
            self._system.post(self._hold if awake else self._release)

    def close(self) -> None:
        self.keep(False)
        self._system.close()
        self._session.close()

    def _hold(self, bus: Bus) -> None:
        try:
            (self._lock,) = bus.call(_LOGIND, "Inhibit", "ssss", ("sleep:idle", _WHO, _WHY, "block"))
        except Exception as error:
            log.info("logind does not keep the computer awake: %s", error)
            self._session.post(self._ask_session)

    def _release(self, bus: Bus) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()
        else:
            self._session.post(self._tell_session)

    def _ask_session(self, bus: Bus) -> None:
        for service in _OF_THE_SESSION:
            try:
                (cookie,) = bus.call(service, "Inhibit", "ss", (_WHO, _WHY), start=False)
            except Exception as error:
                log.info("%s does not keep the computer awake: %s", service.bus_name, error)
            else:
                self._cookie = (service, cookie)
                return

    def _tell_session(self, bus: Bus) -> None:
        held, self._cookie = self._cookie, None
        if held is not None:
            service, cookie = held
            bus.call(service, "UnInhibit", "u", (cookie,), start=False)
