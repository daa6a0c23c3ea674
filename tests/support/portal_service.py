"""The desktop's portal for settings, reduced to the colour scheme; a word on stdin changes it.

Runs under the system's /usr/bin/python3, as atspi_agent.py does. The interface is version 2 of
org.freedesktop.portal.Settings as the XDG desktop portal documents it.
"""

from __future__ import annotations

import sys
from typing import Any

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.Settings"
APPEARANCE, KEY = "org.freedesktop.appearance", "color-scheme"
SCHEMES = {"default": 0, "dark": 1, "light": 2}
DESCRIPTION = f"""
<node><interface name="{INTERFACE}">
  <method name="Read"><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="v" direction="out"/></method>
  <method name="ReadOne"><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="v" direction="out"/></method>
  <method name="ReadAll"><arg type="as" direction="in"/><arg type="a{{sa{{sv}}}}" direction="out"/></method>
  <signal name="SettingChanged"><arg type="s"/><arg type="s"/><arg type="v"/></signal>
  <property name="version" type="u" access="read"/>
</interface></node>
"""


class Portal:
    def __init__(self) -> None:
        self._scheme = 0
        self._bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        interface = Gio.DBusNodeInfo.new_for_xml(DESCRIPTION).interfaces[0]
        self._bus.register_object(PATH, interface, self._answer, lambda *_: GLib.Variant("u", 2), None)
        Gio.bus_own_name_on_connection(self._bus, NAME, Gio.BusNameOwnerFlags.NONE, self._owned, None)

    def _owned(self, *_: object) -> None:
        say("ready")

    def _answer(self, *call: Any) -> None:  # noqa: ANN401 - connection, sender, path, interface, method, ...
        method, arguments, invocation = call[4:]
        value = GLib.Variant("u", self._scheme)
        if method == "ReadAll":
            reply = GLib.Variant("(a{sa{sv}})", ({APPEARANCE: {KEY: value}},))
        elif arguments.unpack() != (APPEARANCE, KEY):
            invocation.return_dbus_error(
                "org.freedesktop.portal.Error.NotFound", "Requested setting not found"
            )
            return
        else:  # Read wraps what it answers once more than ReadOne
            reply = GLib.Variant("(v)", (GLib.Variant("v", value) if method == "Read" else value,))
        invocation.return_value(reply)

    def change(self, scheme: int) -> None:
        self._scheme = scheme
        changed = GLib.Variant("(ssv)", (APPEARANCE, KEY, GLib.Variant("u", scheme)))
        self._bus.emit_signal(None, PATH, INTERFACE, "SettingChanged", changed)


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main() -> None:
    portal, loop = Portal(), GLib.MainLoop()

    def heard(*_: object) -> bool:
        line = sys.stdin.readline().strip()
        if not line:
            loop.quit()
            return False
        portal.change(SCHEMES[line])
        say(line)
        return True

    GLib.io_add_watch(
        sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, heard
    )
    loop.run()


if __name__ == "__main__":
    main()
