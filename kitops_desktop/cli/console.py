"""What commands say: results on standard output, warnings, errors and progress on standard error."""

from __future__ import annotations

import sys
import threading
import time
from typing import TextIO

from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.progress import Progress

LEVELS = ("trace", "debug", "info", "warn", "error")
REDRAW_SECONDS = 0.1


class Console:
    """Writes lines as `kit` does. ``level`` hides what is less important; progress needs a terminal."""

    def __init__(
        self,
        level: str = "info",
        progress: str = "plain",
        out: TextIO | None = None,
        err: TextIO | None = None,
    ) -> None:
        self._level = LEVELS.index(level)
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._lock = threading.Lock()
        self._shows_progress = progress != "none" and self._err.isatty()
        self._line_width = 0
        self._last_drawn = 0.0
        self._started = time.monotonic()

    def result(self, text: str, end: str = "\n") -> None:
        """What the command was asked for; printed at every log level that `kit` prints results at."""
        with self._lock:
            self._clear_line()
            self._out.write(printable(text) + end)
            self._out.flush()

    def raw(self, content: bytes) -> None:
        """A piece of a file as it is, for a pipe; made harmless where somebody looks at it."""
        with self._lock:
            self._clear_line()
            binary = getattr(self._out, "buffer", None)
            if binary is None or self._out.isatty():
                self._out.write(printable(content.decode("utf-8", "surrogateescape")))
            else:
                self._out.flush()
                binary.write(content)
            self._out.flush()

    def info(self, text: str) -> None:
        if self._level <= LEVELS.index("info"):
            self.result(text)

    def note(self, text: str) -> None:
        """What is good to know meanwhile, but no result."""
        if self._level <= LEVELS.index("info"):
            self._say(text)

    def debug(self, text: str) -> None:
        if self._level <= LEVELS.index("debug"):
            self._say(f"[DEBUG] {text}")

    def warn(self, text: str) -> None:
        if self._level <= LEVELS.index("warn"):
            self._say(f"[WARN ] {text}")

    def error(self, text: str) -> None:
        self._say(f"[ERROR] {text}")

    def plain_error(self, text: str) -> None:
        self._say(text)

    def progress(self, progress: Progress) -> None:
        """A ``Report`` that redraws one line on a terminal, at most ten times a second, and nothing
        elsewhere.
        """
        now = time.monotonic()
        if not self._shows_progress or now - self._last_drawn < REDRAW_SECONDS:
            return
        with self._lock:
            self._last_drawn = now
            line = progress_line(progress, now - self._started)
            self._err.write("\r" + line.ljust(self._line_width))
            self._err.flush()
            self._line_width = len(line)

    def end_progress(self) -> None:
        with self._lock:
            self._clear_line()

    def _say(self, text: str) -> None:
        with self._lock:
            self._clear_line()
            self._err.write(printable(text) + "\n")
            self._err.flush()

    def _clear_line(self) -> None:
        if self._line_width:
            self._err.write("\r" + " " * self._line_width + "\r")
            self._err.flush()
            self._line_width = 0


def progress_line(progress: Progress, seconds: float) -> str:
    """One line: bytes, share, rate, time left, and what is being worked on."""
    parts = [kit_size(progress.done)]
    rate = progress.done / seconds if seconds > 0 else 0.0
    if progress.total:
        parts[0] += f" of {kit_size(progress.total)}"
        parts.append(f"{min(progress.done / progress.total, 1):.0%}")
    if rate:
        parts.append(f"{kit_size(int(rate))}/s")
    if rate and progress.total and progress.done < progress.total:
        parts.append(f"{(progress.total - progress.done) / rate:.0f} s left")
    detail = printable(progress.detail)
    return "  ".join([*parts, detail[-40:]]).rstrip()


def printable(text: str) -> str:
    """``text`` with bytes that are no UTF-8 and terminal control characters replaced: names come from
    anywhere.
    """
    clean = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c in "\n\t" or (c.isprintable() or c == "\u00a0") else "\ufffd" for c in clean)
