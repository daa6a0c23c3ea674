"""What a desktop says about light and dark: Qt's theme for GNOME asks for it and follows it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from support.accessibility import SYSTEM_PYTHON

SERVICE = Path(__file__).with_name("portal_service.py")
# Of an application that is to follow the portal: without a desktop's name Qt takes no notice of it.
FOLLOWING = {"XDG_CURRENT_DESKTOP": "GNOME", "QT_QPA_PLATFORMTHEME": "gnome"}


class Portal:
    """The settings portal on a desktop's D-Bus session, until close()."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, str(SERVICE)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._hear("ready")

    def prefer(self, scheme: Literal["dark", "light", "default"]) -> None:
        """Change what the desktop prefers; what follows it is told, and changes in its own time."""
        assert self._process.stdin is not None
        self._process.stdin.write(scheme + "\n")
        self._process.stdin.flush()
        self._hear(scheme)

    def _hear(self, word: str) -> None:
        assert self._process.stdout is not None
        heard = self._process.stdout.readline().strip()
        assert heard == word, f"the portal said {heard!r}, not {word!r}"

    def close(self) -> None:
        with self._process:  # closes its stdin, at which it ends
            pass

    def __enter__(self) -> Portal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
