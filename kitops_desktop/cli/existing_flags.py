"""The flags that say what happens to files that are where others go."""

from __future__ import annotations

import argparse

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.modelkit.conflicts import ExistingRules, OnExisting

_DECISIONS = {
    "overwrite": OnExisting.OVERWRITE,
    "skip": OnExisting.SKIP,
    "keep-both": OnExisting.BOTH,
}


def add_existing_flags(parser: argparse._ActionsContainer) -> None:
    """To a parser, or to a group of one."""
    parser.add_argument("-o", "--overwrite", action="store_true", help="replace existing files")
    parser.add_argument("-i", "--ignore-existing", action="store_true", help="keep existing files")
    parser.add_argument(
        "--keep-both",
        action="store_true",
        help="keep existing files, and put others beside them: name (2)",
    )
    parser.add_argument(
        "--decide",
        action="append",
        default=[],
        metavar="PATH=overwrite|skip|keep-both",
        help="what happens to this one existing file",
    )


def has_existing_flags(arguments: argparse.Namespace) -> bool:
    """Whether any of them was given."""
    return bool(arguments.overwrite or arguments.ignore_existing or arguments.keep_both or arguments.decide)


def existing_rules(arguments: argparse.Namespace) -> ExistingRules:
    """What they say. For all files ``-i`` comes first, as with `kit`. Raises ``InvalidArgument``."""
    return ExistingRules(_existing(arguments), dict(map(_decision, arguments.decide)))


def _existing(arguments: argparse.Namespace) -> OnExisting:
    if arguments.ignore_existing:
        return OnExisting.SKIP
    if arguments.keep_both:
        return OnExisting.BOTH
    return OnExisting.OVERWRITE if arguments.overwrite else OnExisting.FAIL


def _decision(text: str) -> tuple[str, OnExisting]:
    path, equals, word = text.rpartition("=")
    if not equals or not path or word not in _DECISIONS:
        raise InvalidArgument(f"--decide takes PATH={'|'.join(_DECISIONS)}, not {text}")
    return path, _DECISIONS[word]
