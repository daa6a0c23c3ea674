"""A desktop of its own for a test: X server, window manager, D-Bus session with AT-SPI, and programs in it.

Applications are known by what they show: elements found by accessible role and name, the real mouse and
keyboard (xdotool), pictures of the screen (ImageMagick's import). Nothing here knows the code of a program.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from support.accessibility import Agent
from support.application import Application, end
from support.programs import missing, require_program
from support.waiting import until

PROGRAMS = ("Xvfb", "openbox", "xprop", "xdotool", "dbus-daemon", "import", "/usr/bin/python3")
SIZE = (1400, 900)
# Of the test's own process, not of a desktop: where windows would open, and how they would be drawn.
_FOREIGN = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "QT_QPA_PLATFORMTHEME", "XDG_CURRENT_DESKTOP"}
_FOREIGN |= {"XAUTHORITY", "AT_SPI_BUS_ADDRESS", "NO_AT_BRIDGE", "DBUS_SESSION_BUS_ADDRESS"}


class Desktop:
    """A running desktop; close() ends all that was started in it. `size` is that of the screen, in pixels."""

    def __init__(self, size: tuple[int, int] = SIZE) -> None:
        for name in PROGRAMS:
            require_program(name)
        require_atspi()
        self._applications: list[Application] = []
        self._open = ExitStack()
        try:
            self._start(size)
        except BaseException:
            self._open.close()
            raise

    def _start(self, size: tuple[int, int]) -> None:
        # not pytest's tmp_path: the paths of sockets may have 107 bytes
        self.home = Path(tempfile.mkdtemp(prefix="desktop-"))
        self._open.callback(shutil.rmtree, self.home, ignore_errors=True)
        runtime = self.home / "run"
        runtime.mkdir(mode=0o700)
        inherited = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        self.environment = {**inherited, "HOME": str(self.home), "XDG_RUNTIME_DIR": str(runtime)}
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
            self.environment[f"XDG_{kind}_HOME"] = str(self.home / kind.lower())
        screen = f"{size[0]}x{size[1]}x24"
        display = self._announced(
            ["Xvfb", "-displayfd", "{fd}", "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
        )
        self.environment["DISPLAY"] = f":{display}"
        bus = self._announced(["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address={fd}"])
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus
        self._launch(["openbox", "--sm-disable"])
        until(self._window_manager_runs, "the window manager")
        self.agent = Agent(self.environment)
        self._open.callback(self.agent.close)

    def _window_manager_runs(self) -> bool:
        return "window id" in self.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")

    def _launch(self, command: Sequence[str], pass_fds: Sequence[int] = ()) -> None:
        process = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=pass_fds,
        )
        self._open.callback(end, process)

    def _announced(self, command: Sequence[str]) -> str:
        """Start a server that writes where it listens to the file descriptor {fd}, and give that line."""
        reading, writing = os.pipe()
        with os.fdopen(reading, encoding="utf-8") as announcements:
            try:
                self._launch([word.format(fd=writing) for word in command], pass_fds=[writing])
            finally:
                os.close(writing)
            line = announcements.readline().strip()
        assert line, f"{command[0]} did not start"
        return line

    def run(self, *command: str | int | float, stdin: str = "") -> str:
        """Run a program on this desktop and give what it printed."""
        words = [str(word) for word in command]
        outcome = subprocess.run(
            words,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert outcome.returncode == 0 or words[0] == "xprop", f"{words}: {outcome.stderr}"
        return outcome.stdout

    def start(self, *command: str | os.PathLike[str], **variables: str) -> Application:
        """Start a program, with `variables` added to its environment, and wait until it shows a window."""
        application = Application(self, [os.fspath(word) for word in command], variables)
        self._applications.append(application)
        return application

    def start_kitops(self, *arguments: str | os.PathLike[str], **variables: str) -> Application:
        """Start KitOps Desktop, with the folders of the running test."""
        return self.start(sys.executable, "-P", "-m", "kitops_desktop", *arguments, **variables)

    def stop_applications(self) -> None:
        """End every program that start() started."""
        while self._applications:
            self._applications.pop().stop()

    def keys(self, *keys: str) -> None:
        """Press real keys, named as xdotool does: "ctrl+s", "Return", "Tab"."""
        self.run("xdotool", "key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        """Type on the real keyboard, which is an American one: other letters are for Element.set_text()."""
        assert text.isascii(), f"xdotool loses letters of {text!r}"
        # not as an argument: it may be a password
        self.run("xdotool", "type", "--clearmodifiers", "--delay", 8, "--file", "-", stdin=text)

    def screenshot(self, path: Path) -> Path:
        """Write a PNG picture of the whole screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.run("import", "-window", "root", str(path))
        return path

    def close(self) -> None:
        self.stop_applications()
        self._open.close()

    def __enter__(self) -> Desktop:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def require_atspi() -> None:
    """Skip (under ``CI=true``: fail) where the system's Python cannot read AT-SPI."""
    check = "import gi; gi.require_version('Atspi', '2.0')"
    outcome = subprocess.run(["/usr/bin/python3", "-c", check], capture_output=True, check=False)
    if outcome.returncode != 0:
        missing("python3-gi or gir1.2-atspi-2.0 is not installed")
