"""The two scripts: commands without Qt, a window for everything else, one sentence without a display."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.waiting import until

NO_DISPLAY = {"QT_QPA_PLATFORM": "", "DISPLAY": "", "WAYLAND_DISPLAY": ""}


def run(*arguments: str, code: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program, or ``code`` with these arguments."""
    start = ["-c", code] if code else ["-m", "kitops_desktop"]
    return subprocess.run(
        [sys.executable, "-P", *start, *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_command_goes_to_the_command_line_without_qt() -> None:
    code = (
        "import sys; from kitops_desktop.__main__ import main; sys.exit(main() or 'PySide6' in sys.modules)"
    )
    done = run("version", code=code)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Version" in done.stdout


@pytest.mark.parametrize("arguments", [(), ("churn:v1",), ("/tmp",)])
def test_without_a_display_one_sentence_says_so(arguments: tuple[str, ...]) -> None:
    done = run(*arguments, **NO_DISPLAY)
    assert done.returncode == 1
    assert done.stderr == (
        "There is no display to open the window on: neither DISPLAY nor WAYLAND_DISPLAY is set. "
        "The commands of kitops-desktop work without one.\n"
    )
    assert done.stdout == ""


def test_a_display_that_does_not_answer_is_named() -> None:
    done = run(**{**NO_DISPLAY, "DISPLAY": ":9999"})
    assert done.returncode == 1
    assert done.stderr.startswith("The display :9999 does not answer, so the window cannot open.")
    assert "\n" not in done.stderr.rstrip("\n")


def test_the_script_for_desktops_opens_the_window_whatever_the_argument() -> None:
    code = "import sys; from kitops_desktop.__main__ import main_window; sys.exit(main_window())"
    assert run("version", code=code, **NO_DISPLAY).returncode == 1


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_window_ends_in_order_when_it_is_told_to(home: Path, ending: signal.Signals) -> None:
    window = subprocess.Popen(
        [sys.executable, "-P", "-m", "kitops_desktop", str(home)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with window:
        settings = home / "config" / "kitops-desktop" / "settings.json"
        until(settings.is_file, "the first run to be over, since a folder was opened")
        window.send_signal(ending)
        assert window.wait(30) == 0
        assert window.stdout is not None
        assert "Traceback" not in window.stdout.read()
