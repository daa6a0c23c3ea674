"""Parsing of arguments with the manners of `kit`: usage errors end with 1, options are never abbreviated."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

PROGRAM = "kitops-desktop"


class UsageError(Exception):
    """The arguments make no sense. ``message`` is the reason, ``usage`` the usage text of the command."""

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message)
        self.message, self.usage = message, usage


class CommandParser(argparse.ArgumentParser):
    """An ArgumentParser that raises ``UsageError`` instead of ending the process with 2."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("allow_abbrev", False)
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, self.format_usage())


def add_global_flags(parser: argparse.ArgumentParser) -> None:
    """Flags that may stand before or after the command's name, as with `kit`."""
    group = parser.add_argument_group("global flags")
    group.add_argument("--config", metavar="DIR", default=argparse.SUPPRESS, help="where the store is kept")
    group.add_argument(
        "--log-level",
        choices=("trace", "debug", "info", "warn", "error"),
        default=argparse.SUPPRESS,
        help="how much to say (info)",
    )
    group.add_argument(
        "--progress",
        metavar="none|plain|fancy",
        default=argparse.SUPPRESS,
        help="progress on a terminal (plain)",
    )
    group.add_argument(
        "-v", "--verbose", action="count", default=argparse.SUPPRESS, help="say more (-v debug, -vv trace)"
    )


def parse_boolean(text: str) -> bool:
    """A boolean flag's value as Go's ``strconv.ParseBool`` reads it."""
    if text in ("1", "t", "T", "TRUE", "true", "True"):
        return True
    if text in ("0", "f", "F", "FALSE", "false", "False"):
        return False
    raise argparse.ArgumentTypeError(f'invalid boolean value "{text}"')


def join_boolean_values(arguments: list[str], flags: tuple[str, ...]) -> list[str]:
    """Make a bare boolean flag explicit (``--flag`` is ``--flag=true``), so that a value is only taken after
    ``=``.
    """
    return [f"{argument}=true" if argument in flags else argument for argument in arguments]


def is_interactive() -> bool:
    """Whether there is somebody to answer a question: never ask without a terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
