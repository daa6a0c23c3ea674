"""Progress on the program's place in the dock or task bar: Unity's LauncherEntry, which Plasma, Dash to Dock
and others know too.
"""

from __future__ import annotations

from jeepney import DBusAddress, new_signal

from kitops_desktop.settings import APP_NAME
from kitops_desktop.ui.desktop_notice.dbus_thread import DBusThread

_ENTRY = f"application://{APP_NAME}.desktop"
_EMITTER = DBusAddress("/com/canonical/unity/launcherentry/1", interface="com.canonical.Unity.LauncherEntry")


class LinuxTaskBar:
    """Tells whoever listens; ``bus`` is the name of the bus."""

    def __init__(self, bus: str = "SESSION") -> None:
        self._thread = DBusThread(bus)
        self._shown: float | None = None

    def show(self, part: float | None) -> None:
        rounded = None if part is None else round(part, 2)
        if rounded == self._shown:
            return
        self._shown = rounded
        state = {"progress": ("d", rounded or 0.0), "progress-visible": ("b", rounded is not None)}
        signal = new_signal(_EMITTER, "Update", "sa{sv}", (_ENTRY, state))
        self._thread.post(lambda bus: bus.emit(signal))

    def close(self) -> None:
        self._thread.close()
