"""The desktop around the window, as far as jobs concern it. None of its parts ever waits or fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kitops_desktop.ui.desktop_notice.notice import Notice

Shown = Callable[[str, str], None]
"""Called from any thread with the id of the job the user wants to see, and with what the desktop gives along
so that a window may come to the front ("" for nothing).
"""


class Notifier(Protocol):
    def tell(self, notice: Notice) -> None:
        """Show a notification of the desktop."""
        ...

    def close(self) -> None: ...


class TaskBar(Protocol):
    def show(self, part: float | None) -> None:
        """Show how far the jobs are, from 0 to 1; None for nothing."""
        ...

    def close(self) -> None: ...


class Wakefulness(Protocol):
    def keep(self, awake: bool) -> None:
        """Keep the computer awake from now on, or let it sleep again."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Desktop:
    notifier: Notifier
    task_bar: TaskBar
    wakefulness: Wakefulness

    def close(self) -> None:
        """Let go of everything. Takes two seconds at most, when nobody answers."""
        self.task_bar.show(None)
        for part in (self.task_bar, self.wakefulness, self.notifier):
            part.close()


class NoTaskBar:
    """Of a desktop that shows no progress there."""

    def show(self, part: float | None) -> None:
        return

    def close(self) -> None:
        return
