"""``kitops-desktop COMMAND``: find the command, run it, and turn whatever happens into lines and an exit
code.

Exit codes are `kit`'s: 0 when all went well, 1 for any error, usage errors too; 130 after Ctrl-C, as shells
expect.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import FrameType
from typing import cast

from kitops_desktop.cli.arguments import (
    PROGRAM,
    CommandParser,
    UsageError,
    add_global_flags,
    join_boolean_values,
)
from kitops_desktop.cli.command import CommandModule, Invocation
from kitops_desktop.cli.console import LEVELS, Console
from kitops_desktop.cli.error_text import error_lines
from kitops_desktop.cli.network_flags import BOOLEAN_FLAGS as NETWORK_FLAGS
from kitops_desktop.errors import AddressOfHuggingFace, InvalidArgument, InvalidReference
from kitops_desktop.explanation import explain
from kitops_desktop.explanation.registries import of_reading
from kitops_desktop.progress import Cancelled, CancelToken

COMMANDS = {
    "init": "init",
    "import": "import_",
    "pack": "pack",
    "unpack": "unpack",
    "push": "push",
    "pull": "pull",
    "copy": "copy",
    "list": "list",
    "inspect": "inspect",
    "info": "info",
    "diff": "diff",
    "tag": "tag",
    "remove": "remove",
    "files": "files",
    "index": "index",
    "preview": "preview",
    "cat": "cat",
    "login": "login",
    "logout": "logout",
    "verify": "verify",
    "transfers": "transfers",
    "prune": "prune",
    "cache": "cache",
    "version": "version",
}
"""Command names and the modules of ``cli.commands`` behind them."""

_TRANSFERRING = frozenset({"import", "pack", "unpack", "push", "pull", "copy", "index", "transfers"})
"""The others only look at registries: nothing of what they fetch is kept."""

INTERRUPTED = 130
_STDERR = 2
_FINISHING = b"\nFinishing what the registry would forget; press Ctrl-C once more to stop at once.\n"
BOOLEAN_FLAGS = ("--show-update-notifications", *NETWORK_FLAGS)


def is_command(arguments: Sequence[str]) -> bool:
    """Whether the arguments mean the command line and not the window."""
    return bool(arguments) and (
        arguments[0] in COMMANDS or arguments[0].startswith("-") or arguments[0] == "help"
    )


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. Never lets an exception out."""
    try:
        parsed = _parse(join_boolean_values(list(arguments), BOOLEAN_FLAGS))
    except UsageError as error:
        sys.stderr.write(f"Error: {error.message}\n{error.usage}")
        return 1
    except SystemExit as ended:  # argparse ends so after --help and --version
        return ended.code if isinstance(ended.code, int) else 0
    except KeyboardInterrupt:  # while the command was being loaded
        return INTERRUPTED
    console = Console(_level(parsed), getattr(parsed, "progress", "plain"))
    return _run(parsed, console)


def _parse(arguments: list[str]) -> argparse.Namespace:
    """Only the module of the command that was named is imported: starting stays quick."""
    parser = CommandParser(
        prog=PROGRAM, description="ModelKits on the command line. Without a command, a window."
    )
    add_global_flags(parser)
    subparsers = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=CommandParser
    )
    named = next((argument for argument in arguments if argument in COMMANDS), None)
    if arguments[:1] == ["help"]:
        arguments = [*arguments[1:], "--help"]
    for name in COMMANDS:
        _add_command(subparsers, name, whole=name == named or named is None)
    return parser.parse_args(arguments)


def _add_command(subparsers: argparse._SubParsersAction[CommandParser], name: str, *, whole: bool) -> None:
    if not whole:
        subparsers.add_parser(name)
        return
    module = _module(name)
    parser = subparsers.add_parser(name, help=module.SUMMARY, description=module.SUMMARY)
    module.configure(parser)
    add_global_flags(parser)


def _module(name: str) -> CommandModule:
    return cast(CommandModule, importlib.import_module(f"kitops_desktop.cli.commands.{COMMANDS[name]}"))


def _level(parsed: argparse.Namespace) -> str:
    verbosity = getattr(parsed, "verbose", 0) or 0
    if verbosity:
        return "debug" if verbosity == 1 else "trace"
    level: str = getattr(parsed, "log_level", "info")
    return level if level in LEVELS else "info"


def _run(parsed: argparse.Namespace, console: Console) -> int:
    token = CancelToken()
    invocation = Invocation(parsed, console, token, getattr(parsed, "config", None))
    try:
        with _interrupts(token):
            return _module(parsed.command).run(invocation)
    except (Cancelled, KeyboardInterrupt):
        console.end_progress()
        console.plain_error("Stopped. What was finished is kept; run the same command again to go on.")
        return INTERRUPTED
    except BrokenPipeError:
        _close_stdout()
        return 1
    except Exception as error:  # the last line of defence: a sentence, never a traceback
        console.end_progress()
        _report(error, console, parsed.command in _TRANSFERRING)
        return 1
    finally:
        invocation.close()


def _report(error: Exception, console: Console, is_transferring: bool) -> None:
    error = _meant(error) if isinstance(error, InvalidReference) else error
    prefix = "Invalid arguments" if isinstance(error, (InvalidArgument, InvalidReference)) else ""
    explanation = explain(error) if is_transferring else of_reading(explain(error))
    console.error(error_lines(explanation, prefix))
    console.debug(repr(error))


def _meant(error: InvalidReference) -> Exception:
    """What is no reference may be an address of Hugging Face: that is said then, for all commands here."""
    from kitops_desktop.importers.hugging_face.address import address_not_reference

    try:
        address = address_not_reference(error.text)
    except InvalidArgument as about_none:
        return about_none
    return error if address is None else AddressOfHuggingFace(error.text, str(replace(address, path="")))


@contextmanager
def _interrupts(token: CancelToken) -> Iterator[None]:
    """Ctrl-C asks the work to stop so that it can go on: what a registry would forget otherwise is sent
    first. Once more stops that too, and then ends the process at once.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if token.cancelled:
            raise KeyboardInterrupt
        if token.pause_wanted:
            token.cancel(keep=True)
            return
        token.ask_to_pause()
        if not token.cancelled:
            with suppress(OSError):  # not through the console, which what was interrupted may be writing to
                os.write(_STDERR, _FINISHING)

    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _close_stdout() -> None:
    """Keep Python from complaining at exit that nobody reads the output any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
