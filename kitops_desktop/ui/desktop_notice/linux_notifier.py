"""Notifications by the Desktop Notifications Specification, version 1.2."""

from __future__ import annotations

from collections import OrderedDict
from html import escape
from typing import Any

from jeepney import DBusAddress, MatchRule

from kitops_desktop.resource import resource
from kitops_desktop.settings import APP_NAME
from kitops_desktop.ui.desktop_notice.dbus_thread import Bus, DBusThread
from kitops_desktop.ui.desktop_notice.desktop import Shown
from kitops_desktop.ui.desktop_notice.notice import Notice

_NAME = _INTERFACE = "org.freedesktop.Notifications"
_SERVICE = DBusAddress("/org/freedesktop/Notifications", _NAME, _INTERFACE)
_ITS_SIGNALS = MatchRule(
    type="signal", sender=_NAME, interface=_INTERFACE, path="/org/freedesktop/Notifications"
)
_BY_CLICK, _BY_BUTTON = "default", "show"
_AS_THE_DESKTOP_LIKES = -1
_MOST = 100


class LinuxNotifier:
    """``shown`` is called when the user follows a notification. ``bus`` is the name of the bus."""

    def __init__(self, shown: Shown, bus: str = "SESSION") -> None:
        self._shown = shown
        self._thread = DBusThread(bus, self._on_signal)
        # the following belong to the thread
        self._jobs: OrderedDict[int, str] = OrderedDict()
        self._tokens: dict[int, str] = {}
        self._abilities: frozenset[str] | None = None

    def tell(self, notice: Notice) -> None:
        self._thread.post(lambda bus: self._notify(bus, notice))

    def close(self) -> None:
        self._thread.close()

    def _notify(self, bus: Bus, notice: Notice) -> None:
        bus.listen(_ITS_SIGNALS)
        if self._abilities is None:
            self._abilities = frozenset(bus.call(_SERVICE, "GetCapabilities")[0])
        # a service that knows no actions may show them as a dialog
        actions = [_BY_CLICK, "Show", _BY_BUTTON, "Show"] if "actions" in self._abilities else []
        text = escape(notice.text, quote=False) if "body-markup" in self._abilities else notice.text
        picture = resource("icons/kitops-desktop.svg").absolute().as_uri()
        hints = {
            "category": ("s", notice.category),
            "desktop-entry": ("s", APP_NAME),
            "image-path": ("s", picture),
        }
        arguments = (
            "KitOps Desktop",
            0,
            picture,
            notice.title,
            text,
            actions,
            hints,
            _AS_THE_DESKTOP_LIKES,
        )
        (number,) = bus.call(_SERVICE, "Notify", "susssasa{sv}i", arguments)
        self._jobs[number] = notice.job_id
        if len(self._jobs) > _MOST:
            self._jobs.popitem(last=False)

    def _on_signal(self, name: str, arguments: tuple[Any, ...]) -> None:
        if len(arguments) != 2 or arguments[0] not in self._jobs:
            return  # another program's
        number, word = arguments
        if name == "ActivationToken":
            self._tokens[number] = str(word)
        elif name == "ActionInvoked":
            self._shown(self._jobs[number], self._tokens.pop(number, ""))
        elif name == "NotificationClosed":
            self._tokens.pop(number, None)
            del self._jobs[number]
