"""A real keyring for a test: gnome-keyring, in a D-Bus session and folders of its own, unlocked or locked.

    with secret_service() as keyring:               # also a fixture of that name (tests/conftest.py)
        ...                                         # this process reaches it, and what it starts
    with Desktop() as desktop, secret_service(desktop.environment):
        desktop.start_kitops()                      # windows reach it

Its files are encrypted, and gone with it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from support.application import end
from support.programs import require_program
from support.waiting import until

_BUS = "DBUS_SESSION_BUS_ADDRESS"
_BUS_SECONDS = 20.0
_KEYRING_PASSWORD = b"of the keyring itself"
_NOT_ACTIVATED = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@dataclass
class SecretService:
    """A running keyring. ``home`` has its folders; ``bus`` is the address of its session."""

    home: Path
    bus: str
    _environment: Mapping[str, str] = field(repr=False)

    def lock(self) -> None:
        """Lock it, as when a screen is left: whoever asks now makes the system ask for the password."""
        import secretstorage

        with self._connection() as connection:
            secretstorage.get_default_collection(connection).lock()

    def items(self) -> dict[str, tuple[str, str]]:
        """What it has: (account, secret) by the name of the service."""
        import secretstorage

        with self._connection() as connection:
            collection = secretstorage.get_default_collection(connection)
            found = {}
            for item in collection.get_all_items():
                attributes = item.get_attributes()
                found[attributes["service"]] = (attributes["username"], item.get_secret().decode())
            return found

    def put(self, service: str, account: str, secret: str) -> None:
        """Store an entry as somebody else would."""
        import secretstorage

        attributes = {"service": service, "username": account, "application": "Python keyring library"}
        with self._connection() as connection:
            collection = secretstorage.get_default_collection(connection)
            collection.create_item(service, attributes, secret.encode(), replace=True)

    def delete(self, service: str) -> None:
        """Delete the entries of a service behind everybody's back."""
        import secretstorage

        with self._connection() as connection:
            collection = secretstorage.get_default_collection(connection)
            for item in list(collection.search_items({"service": service})):
                item.delete()

    @contextmanager
    def _connection(self) -> Iterator[object]:
        from jeepney.io.blocking import open_dbus_connection

        with closing(open_dbus_connection(self.bus)) as connection:
            yield connection


@contextmanager
def secret_service(
    environment: MutableMapping[str, str] | None = None, *, begun: bool = True
) -> Iterator[SecretService]:
    """Start a keyring, and end it. Without ``begun`` nobody has chosen a password for it yet.

    With ``environment`` it joins the session of that D-Bus address (a desktop's). Without, it starts a D-Bus
    session of its own, whose address stands in this process's environment meanwhile.
    """
    daemon = require_program("gnome-keyring-daemon")
    with ExitStack() as opened:
        # not pytest's tmp_path: the paths of sockets may have 107 bytes
        home = Path(tempfile.mkdtemp(prefix="keyring-"))
        opened.callback(shutil.rmtree, home, ignore_errors=True)
        bus = environment[_BUS] if environment is not None else opened.enter_context(session_bus(home))
        if environment is None:
            opened.enter_context(_variable(os.environ, _BUS, bus))
        own = _own_environment(home, bus)
        _start(daemon, own, opened.callback, begun)
        service = SecretService(home, bus, own)
        until(lambda: _answers(service) if begun else _is_there(service), "the keyring to answer")
        yield service


@contextmanager
def session_bus(home: Path, *, activates: bool = False) -> Iterator[str]:
    """The address of a D-Bus session of its own; nothing in it is started by asking for it, unless
    ``activates``, with which services start as they are installed, without a display.
    """
    program = require_program("dbus-daemon")
    configuration = home / "bus.conf"
    configuration.write_text(_NOT_ACTIVATED.format(folder=home))
    which = "--session" if activates else f"--config-file={configuration}"
    reading, writing = os.pipe()
    command = [program, which, "--nofork", "--nopidfile", f"--print-address={writing}"]
    with os.fdopen(reading, encoding="utf-8") as announcements:
        try:
            process = subprocess.Popen(
                command,
                env=_own_environment(home, ""),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[writing],
            )
        finally:
            os.close(writing)
        address = announcements.readline().strip()
    try:
        assert address, "dbus-daemon did not start"
        yield address
    finally:
        end(process)


def _own_environment(home: Path, bus: str) -> dict[str, str]:
    foreign = {_BUS, "DISPLAY", "WAYLAND_DISPLAY", "GNOME_KEYRING_CONTROL", "SSH_AUTH_SOCK"}
    own = {name: value for name, value in os.environ.items() if name not in foreign}
    runtime = home / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    own |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)}
    own |= {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    return own | ({_BUS: bus} if bus else {})


def _start(daemon: str, environment: Mapping[str, str], at_end: Callable[..., object], begun: bool) -> None:
    process = subprocess.Popen(
        [daemon, *(["--unlock"] if begun else []), "--foreground", "--components=secrets"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    at_end(end, process)
    assert process.stdin is not None
    with process.stdin as password:
        if begun:
            password.write(_KEYRING_PASSWORD)


def _is_there(service: SecretService) -> bool:
    with service._connection() as connection:
        return _is_owned(connection)


def _answers(service: SecretService) -> bool:
    import secretstorage

    with service._connection() as connection:
        # Asked for the owner a bus starts nothing. Asked for the service, that of a desktop starts another
        # one, which waits for a password that nobody enters.
        if not _is_owned(connection) or not secretstorage.check_service_availability(connection):
            return False
        try:
            return not secretstorage.get_default_collection(connection).is_locked()
        except secretstorage.exceptions.SecretStorageException:
            return False


def _is_owned(connection: object) -> bool:
    from jeepney import DBusAddress, new_method_call

    bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    question = new_method_call(bus, "NameHasOwner", "s", ("org.freedesktop.secrets",))
    reply = connection.send_and_get_reply(question, timeout=_BUS_SECONDS)  # type: ignore[attr-defined]
    return bool(reply.body[0])


@contextmanager
def _variable(environment: MutableMapping[str, str], name: str, value: str) -> Iterator[None]:
    before = environment.get(name)
    environment[name] = value
    try:
        yield
    finally:
        if before is None:
            environment.pop(name, None)
        else:
            environment[name] = before
