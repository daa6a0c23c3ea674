"""``kitops-desktop``: a command goes to the command line, anything else opens the window."""

from __future__ import annotations

import sys


def main() -> int:
    """The script ``kitops-desktop``. Gives the exit code. Qt is imported only for the window."""
    from kitops_desktop.cli import main as command_line

    arguments = sys.argv[1:]
    if command_line.is_command(arguments):
        return command_line.main(arguments)
    return _window(arguments)


def main_window() -> int:
    """The script ``kitops-desktop-window``: always the window."""
    return _window(sys.argv[1:])


def _window(arguments: list[str]) -> int:
    from kitops_desktop.ui.application import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
