"""Whether the desktop is light or dark, followed live.

Qt knows it on macOS, Windows and some Linux desktops. On others only the desktop portal does: in
org.freedesktop.portal.Settings, ``org.freedesktop.appearance color-scheme`` is 1 for dark, 2 for light and 0
for no preference.
"""

from __future__ import annotations

import sys
from typing import Any

from PySide6.QtCore import SLOT, QObject, Qt, Signal, Slot
from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage, QDBusVariant
from PySide6.QtGui import QGuiApplication

from kitops_desktop.ui.colours import Scheme

_SERVICE = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_INTERFACE = "org.freedesktop.portal.Settings"
_NAMESPACE, _KEY = "org.freedesktop.appearance", "color-scheme"
_PORTAL_TIMEOUT = 250  # milliseconds; it is asked before the window shows, so that it does not flicker
_PORTAL_SCHEMES: dict[int, Scheme] = {1: "dark", 2: "light"}


class SystemScheme(QObject):
    """``scheme`` is the desktop's; ``changed`` tells when it is another one."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._from_portal: Scheme | None = None
        if sys.platform.startswith("linux"):
            self._listen_to_portal()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_qt_scheme)

    @property
    def scheme(self) -> Scheme:
        """The portal's word, then Qt's; light when neither knows."""
        if self._from_portal is not None:
            return self._from_portal
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return "dark" if dark else "light"

    def _listen_to_portal(self) -> None:
        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return
        # PySide's annotation asks for bytes, its code for str
        slot: Any = SLOT("_on_setting(QString,QString,QDBusVariant)")
        bus.connect(_SERVICE, _PATH, _INTERFACE, "SettingChanged", self, slot)
        question = QDBusMessage.createMethodCall(_SERVICE, _PATH, _INTERFACE, "Read")
        question.setArguments([_NAMESPACE, _KEY])
        answer = bus.call(question, QDBus.CallMode.Block, _PORTAL_TIMEOUT)
        if answer.type() is QDBusMessage.MessageType.ReplyMessage and answer.arguments():
            self._take(answer.arguments()[0])

    @Slot(str, str, QDBusVariant)
    def _on_setting(self, namespace: str, key: str, value: QDBusVariant) -> None:
        if (namespace, key) == (_NAMESPACE, _KEY):
            self._take(value)
            self.changed.emit()

    @Slot()
    def _on_qt_scheme(self) -> None:
        if self._from_portal is None:
            self.changed.emit()

    def _take(self, value: object) -> None:
        while isinstance(value, QDBusVariant):  # Read wraps its answer twice
            value = value.variant()
        self._from_portal = _PORTAL_SCHEMES.get(value) if isinstance(value, int) else None
