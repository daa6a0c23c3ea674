"""``unpack``: write what is in a kit into a folder, all of it or what filters and globs choose."""

from __future__ import annotations

import argparse
from pathlib import Path

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.console import printable
from kitops_desktop.cli.network_flags import add_network_flags, concurrency, use_network
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.unpack_job import UnpackWork, unpack_reference
from kitops_desktop.modelkit.unpack import OnExisting
from kitops_desktop.oci.reference import Reference, parse_reference_with_tags

SUMMARY = "Produce the components from a ModelKit on the local filesystem"
DEPRECATED = ("kitfile", "model", "code", "datasets", "docs")
"""Flags that older scripts use in place of --filter; ignored when there is one."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modelkit", metavar="[registry/]repository[:tag|@digest]")
    parser.add_argument(
        "-d", "--dir", default="", metavar="DIR", help="target folder; created if it does not exist"
    )
    parser.add_argument("-o", "--overwrite", action="store_true", help="replace existing files")
    parser.add_argument("-i", "--ignore-existing", action="store_true", help="keep existing files")
    parser.add_argument(
        "-f",
        "--filter",
        action="append",
        default=[],
        metavar="TYPE[,TYPE][:NAME[,NAME]]",
        help="only these layers",
    )
    parser.add_argument(
        "--path", action="append", default=[], metavar="GLOB", help="only files whose path matches"
    )
    parser.add_argument(
        "--keep", action="store_true", help="pull the kit into the local store too, in the same pass"
    )
    for name in DEPRECATED:
        parser.add_argument(f"--{name}", action="store_true", help=f"deprecated: use --filter={name}")
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    arguments, console = invocation.arguments, invocation.console
    reference = _reference(arguments.modelkit)
    target = Path(arguments.dir).absolute()
    work = UnpackWork(
        reference.short,
        target,
        _filters(arguments),
        tuple(arguments.path),
        _on_existing(arguments),
        source="auto",
        keep=arguments.keep,
        parallel=concurrency(arguments),
    )
    use_network(invocation, reference.registry)
    console.info(f"Unpacking to {printable(str(target))}")
    done = unpack_reference(
        work,
        invocation.workspace.tools,
        token=invocation.token,
        report=console.progress,
        announce=lambda line: console.info(printable(line)),
    )
    console.end_progress()
    for warning in done.warnings:
        console.warn(printable(warning))
    if done.skipped:
        console.info(f"Kept {len(done.skipped):,} existing files")
    return 0


def _reference(text: str) -> Reference:
    reference, extra = parse_reference_with_tags(text)
    if extra:
        raise InvalidArgument("can not unpack multiple tags")
    return reference


def _filters(arguments: argparse.Namespace) -> tuple[str, ...]:
    if arguments.filter:
        return tuple(arguments.filter)
    return tuple(name for name in DEPRECATED if getattr(arguments, name))


def _on_existing(arguments: argparse.Namespace) -> OnExisting:
    """For files ``-i`` comes first, as with `kit`."""
    if arguments.ignore_existing:
        return OnExisting.SKIP
    return OnExisting.OVERWRITE if arguments.overwrite else OnExisting.FAIL
