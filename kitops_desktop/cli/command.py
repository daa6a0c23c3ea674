"""What every command module offers, and what it gets to work with."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from kitops_desktop.cli.console import Console
from kitops_desktop.progress import CancelToken

if TYPE_CHECKING:
    from kitops_desktop.workspace import Workspace


@dataclass
class Invocation:
    """One run of a command: its arguments, where to speak, how to stop, and the workspace, opened when first
    used.
    """

    arguments: argparse.Namespace
    console: Console
    token: CancelToken
    config: str | None = None

    @cached_property
    def workspace(self) -> Workspace:
        from kitops_desktop.workspace import open_workspace

        opened = open_workspace(home=self.config)
        for notice in opened.notices:
            self.console.warn(notice)
        return opened

    def close(self) -> None:
        if "workspace" in self.__dict__:
            self.workspace.close()


class CommandModule(Protocol):
    """A module of ``cli.commands``: a parser for its arguments and a function that runs it."""

    SUMMARY: str

    def configure(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, invocation: Invocation) -> int: ...


def count(number: int, noun: str) -> str:
    """``1 file``, ``3 files``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
