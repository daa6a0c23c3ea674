"""The services of a desktop, played by python-dbusmock on a bus of their own, one process for each.

with desktop_services() as services:
    services.play_template("notification_daemon", NOTIFICATIONS, capabilities="actions body")
    ...                                    # what is to be tested gets services.bus
    services.calls(NOTIFICATIONS, "Notify")
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, MatchRule, Message, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

from support.accessibility import SYSTEM_PYTHON
from support.application import end
from support.programs import missing
from support.secret_service import session_bus
from support.waiting import until

NOTIFICATIONS = DBusAddress(
    "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.freedesktop.Notifications"
)
LOGIND = DBusAddress("/org/freedesktop/login1", "org.freedesktop.login1", "org.freedesktop.login1.Manager")
SCREEN_SAVER = DBusAddress(
    "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "org.freedesktop.ScreenSaver"
)
_MOCK = "org.freedesktop.DBus.Mock"
_SECONDS = 20.0


class DesktopServices:
    """``bus`` is the address of the bus, which is the session's and the system's at once."""

    def __init__(self, bus: str, connection: DBusConnection, opened: ExitStack) -> None:
        self.bus = bus
        self._connection, self._opened = connection, opened

    def play_template(self, template: str, service: DBusAddress, **parameters: object) -> None:
        """Start a service as dbusmock knows it."""
        self._start(service, "--template", template, "--parameters", json.dumps(parameters))

    def play(self, service: DBusAddress, **methods: tuple[str, str, str]) -> None:
        """Start a service with methods: each by (signature of arguments, of results, Python code)."""
        name, path, interface = service.bus_name, service.object_path, service.interface
        assert isinstance(name, str)
        self._start(service, name, path, str(interface))
        for method, (given, back, code) in methods.items():
            self.ask(
                service.with_interface(_MOCK), "AddMethod", "sssss", interface, method, given, back, code
            )

    def ask(self, service: DBusAddress, method: str, signature: str = "", *arguments: object) -> Any:  # noqa: ANN401
        """Call a method of a service; gives the tuple of its results."""
        question = new_method_call(service, method, signature or None, arguments)
        return unwrap_msg(self._connection.send_and_get_reply(question, timeout=_SECONDS))

    def calls(self, service: DBusAddress, method: str) -> list[list[Any]]:
        """The arguments with which a method was called so far; variants as (signature, value)."""
        (found,) = self.ask(service.with_interface(_MOCK), "GetMethodCalls", "s", method)
        return [[value for _, value in arguments] for _, arguments in found]

    def send(self, service: DBusAddress, signal: str, signature: str, *arguments: object) -> None:
        """Have a service send a signal."""
        values = list(zip(signature, arguments, strict=True))
        self.ask(
            service.with_interface(_MOCK), "EmitSignal", "sssav", service.interface, signal, signature, values
        )

    def listen(self, interface: str) -> Listener:
        """Hears the signals of an interface from now on; to be closed."""
        return self._opened.enter_context(closing(Listener(self.bus, interface)))

    def _start(self, service: DBusAddress, *arguments: str) -> None:
        process = subprocess.Popen(
            [SYSTEM_PYTHON, "-m", "dbusmock", "--session", *arguments],
            env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": self.bus, "DBUS_SYSTEM_BUS_ADDRESS": self.bus},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._opened.callback(end, process)
        until(lambda: self._is_there(service.bus_name), f"{service.bus_name} to be there")

    def _is_there(self, name: str | None) -> bool:
        reply = self._connection.send_and_get_reply(message_bus.NameHasOwner(name), timeout=_SECONDS)
        return bool(reply.body[0])


class Listener:
    """Hears all signals of an interface."""

    def __init__(self, bus: str, interface: str) -> None:
        self._connection = open_dbus_connection(bus)
        self._rule = MatchRule(type="signal", interface=interface)
        self._heard: list[Message] = []
        unwrap_msg(self._connection.send_and_get_reply(message_bus.AddMatch(self._rule), timeout=_SECONDS))

    def heard(self) -> list[tuple[Any, ...]]:
        """The arguments of the signals so far."""
        with suppress(TimeoutError):
            while True:
                message = self._connection.receive(timeout=0)
                if self._rule.matches(message):
                    self._heard.append(message)
        return [message.body for message in self._heard]

    def close(self) -> None:
        self._connection.close()


@contextmanager
def desktop_services() -> Iterator[DesktopServices]:
    """An empty desktop; what is played on it ends with it."""
    require_dbusmock()
    with ExitStack() as opened:
        home = Path(tempfile.mkdtemp(prefix="services-"))  # not tmp_path: a socket's path has 107 bytes
        opened.callback(shutil.rmtree, home, ignore_errors=True)
        bus = opened.enter_context(session_bus(home))
        connection = opened.enter_context(closing(open_dbus_connection(bus)))
        yield DesktopServices(bus, connection, opened)


def require_dbusmock() -> None:
    """Skip (under ``CI=true``: fail) where the system's Python has no dbusmock."""
    outcome = subprocess.run([SYSTEM_PYTHON, "-c", "import dbusmock"], capture_output=True, check=False)
    if outcome.returncode != 0:
        missing("python3-dbusmock is not installed")
