"""The flags that say what a tag in a registry may stand for when it is about to be moved."""

from __future__ import annotations

import argparse

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.oci.digest import is_digest


def add_target_flags(parser: argparse.ArgumentParser) -> None:
    agreed = parser.add_mutually_exclusive_group()
    agreed.add_argument(
        "--no-overwrite", action="store_true", help="fail when the tag is there and means another kit"
    )
    agreed.add_argument(
        "--if-target",
        metavar="DIGEST",
        help="move the tag only if it means this digest (or is this kit already)",
    )


def expected_target(arguments: argparse.Namespace) -> str | None:
    """What the tag was agreed to stand for, as ``PushWork`` has it. Raises ``InvalidArgument``."""
    if arguments.no_overwrite:
        return ""
    expected: str | None = arguments.if_target
    if expected is not None and not is_digest(expected):
        raise InvalidArgument(f"--if-target needs a digest (sha256:...), not {expected!r}")
    return expected
