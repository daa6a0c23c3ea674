"""A program on a test's desktop, known by what it shows."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

from support.accessibility import Appearance, appearance
from support.element import Element, Name
from support.waiting import DEADLINE, until

if TYPE_CHECKING:
    from support.desktop import Desktop

ANY_NAME = re.compile("")
_FOLDERS_OF_THE_TEST = (
    *("HOME", "KITOPS_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"),
)


class Application:
    """A program on a desktop; leaving its context ends it."""

    def __init__(self, desktop: Desktop, command: Sequence[str], variables: dict[str, str]) -> None:
        self.desktop = desktop
        self.scale = float(variables.get("QT_SCALE_FACTOR", "1"))  # Qt reports places in units of its own
        self._output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop()
        folders = {name: os.environ[name] for name in _FOLDERS_OF_THE_TEST if name in os.environ}
        self.process = subprocess.Popen(
            command,
            env={**desktop.environment, **folders, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", **variables},
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        try:
            until(self._shows_a_window, f"a window of {command}", explain=self.output)
        except BaseException:
            self.stop()
            raise

    def _shows_a_window(self) -> bool:
        assert self.process.poll() is None, f"it ended with {self.process.returncode}\n{self.output()}"
        return bool(self.windows())

    def windows(self) -> list[Appearance]:
        """Its windows that are showing: main windows, dialogs, alerts and pop-ups."""
        return [appearance(window) for window in self.desktop.agent.ask("windows", pid=self.process.pid)]

    def output(self) -> str:
        """What it has written to standard output and standard error so far."""
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), size, 0).decode(errors="replace")

    def all(self, role: str, name: Name = ANY_NAME, hidden: bool = False) -> list[Appearance]:
        """Every element of a role and name that is showing now; with `hidden`, also what is scrolled away."""
        return self.desktop.agent.find(self.process.pid, role, name, hidden=hidden)

    def find(
        self,
        role: str,
        name: Name = ANY_NAME,
        *,
        within: Element | None = None,
        state: str = "showing",
        nth: int = 0,
        hidden: bool = False,
        timeout: float = DEADLINE,
    ) -> Element:
        """Wait for the `nth` element of a role ("*": any) and name (exact, or a pattern) that has a state."""
        number = within.appearance.number if within else 0

        def look() -> Element | None:
            assert self.process.poll() is None, f"it ended with {self.process.returncode}\n{self.output()}"
            enough = 0 if hidden else nth + 1
            agent, pid = self.desktop.agent, self.process.pid
            found = agent.find(pid, role, name, within=number, hidden=hidden, state=state, enough=enough)
            held = [one for one in found if hidden or state in one.states]
            return Element(self, held[nth]) if len(held) > nth else None

        return until(look, f"[{role}] {name!r} {{{state}}}", timeout, self.explain)

    def gone(self, role: str, name: Name = ANY_NAME, timeout: float = DEADLINE) -> None:
        """Wait until no element of a role and name is showing."""
        until(lambda: not self.all(role, name), f"no [{role}] {name!r} any more", timeout, self.explain)

    def focused(self) -> Element | None:
        """The element that has the keyboard."""
        holder = self.desktop.agent.ask("focused", pid=self.process.pid)
        return Element(self, appearance(holder)) if holder else None

    def tab_to(self, role: str, name: Name, key: str = "Tab", most: int = 80) -> Element:
        """Go by keyboard to the element of a role and name: press `key` until it has the focus."""
        passed: list[str] = []
        holder = self.focused()

        def moved() -> bool:
            nonlocal holder
            holder = self.focused()
            return str(holder) != passed[-1]

        for _ in range(most):
            if holder is not None and holder.appearance.role == role and holder.appearance.is_called(name):
                return holder
            passed.append(str(holder))
            self.desktop.keys(key)
            until(moved, f"{key} to move the focus", explain=self.explain)
        raise AssertionError("\n".join([f"{key} does not lead to [{role}] {name!r}, but to:", *passed]))

    def dump(self, hidden: bool = False) -> str:
        """Everything it shows, as an indented tree of roles and names."""
        things = self.desktop.agent.ask("dump", pid=self.process.pid, hidden=hidden)
        return "\n".join("  " * thing["depth"] + str(appearance(thing)) for thing in things)

    def unnamed(self) -> list[Appearance]:
        """What takes the keyboard but has neither name nor label, and so cannot be told from others."""
        return [
            one
            for one in self.all("*")
            if "focusable" in one.states and not one.name.strip() and not any(one.labels)
        ]

    def place(self, x: int, y: int, width: int, height: int) -> None:
        """Move and size its main window, in pixels of the screen."""
        run = self.desktop.run
        search = ("search", "--all", "--onlyvisible", "--pid", self.process.pid, "--name", ".")
        window = run("xdotool", *search).split()[0]
        run("xdotool", "windowsize", "--sync", window, width, height)
        run("xdotool", "windowmove", window, x, y)

    def explain(self) -> str:
        return f"It shows:\n{self.dump()}\nIt wrote:\n{self.output()}"

    def wait(self, timeout: float = DEADLINE) -> int:
        """Wait until it has ended by itself, and give its exit code."""
        return self.process.wait(timeout)

    def stop(self) -> None:
        end(self.process)
        if not self._output.closed:
            self._output.close()

    def __enter__(self) -> Application:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and kill it when it does not."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
