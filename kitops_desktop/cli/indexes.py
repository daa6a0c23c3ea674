"""What the commands say of file indexes, and how they find one."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.console import Console
from kitops_desktop.jobs.file_indexes import Attaching, find_index
from kitops_desktop.jobs.parents import FoundKit, Place
from kitops_desktop.jobs.remote import repository_of
from kitops_desktop.preview.index_artifact import AttachedIndex

INDEX_HELP = "attach a file index, from which others see the files without reading layers"


def add_index_flag(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-index", action="store_true", help="read the layers even if a file index is attached to the kit"
    )


def index_of(invocation: Invocation, found: FoundKit) -> AttachedIndex | None:
    """The file index of a kit in a registry, unless it is not wanted."""
    if found.place is not Place.REMOTE or invocation.arguments.no_index:
        return None
    repository = repository_of(invocation.workspace.tools, found.reference, invocation.token)
    return find_index(invocation.workspace.tools, repository, found.kit)


def index_text(index: AttachedIndex) -> str:
    """Which one it is, and that it may be anybody's."""
    claim = f", {index.claim}" if index.claim else ""
    others = f"; {index.others} more attached" if index.others else ""
    return f"the file index {index.digest}{claim}{others}"


def say_attached(console: Console, attached: Attaching | None) -> int:
    """The exit code: 1 when an index was wanted and is not there."""
    if attached is None:
        return 0
    if attached.problem:
        console.warn(f"The kit is there, but no file index could be attached: {attached.problem}")
        return 1
    console.info(f"Attached file index {attached.digest}")
    return 0
