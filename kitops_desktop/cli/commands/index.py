"""``index``: attach a file index to a kit in a registry, or write one to a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from kitops_desktop.cli.command import Invocation, count
from kitops_desktop.cli.indexes import say_attached
from kitops_desktop.cli.kits import load_named
from kitops_desktop.cli.network_flags import add_network_flags, use_network
from kitops_desktop.errors import FileAccessError, InvalidArgument
from kitops_desktop.jobs.index_job import IndexWork, index_kit
from kitops_desktop.jobs.parents import Place
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.file_index import index_to_json
from kitops_desktop.preview.index_making import make_index

SUMMARY = "Attach a file index to a ModelKit in a registry"
STDOUT = "-"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modelkit", metavar="[registry/]repository[:tag|@digest]")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write it as JSON instead (- for standard output)"
    )
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    """All layers are read; those that the local store has, from there."""
    arguments, console = invocation.arguments, invocation.console
    reference = parse_reference(arguments.modelkit)
    if arguments.output is not None:
        return _write(invocation)
    if reference.is_local:
        raise InvalidArgument(
            f"{reference.short} names no registry to attach a file index in: push it with --index,"
            " or write the index with --output FILE"
        )
    use_network(invocation, reference.registry)
    done = index_kit(
        IndexWork(str(reference)),
        invocation.workspace.tools,
        token=invocation.token,
        report=console.progress,
    )
    console.end_progress()
    console.debug(f"{count(done.attached.files, 'entry')} in the file index of {done.kit}")
    return say_attached(console, done.attached)


def _write(invocation: Invocation) -> int:
    arguments, console = invocation.arguments, invocation.console
    found = load_named(invocation, parse_reference(arguments.modelkit), Place.AUTO)
    index = make_index(found.kit, found.fetcher, token=invocation.token, report=console.progress)
    console.end_progress()
    content = index_to_json(index, found.kit) + b"\n"
    if arguments.output == STDOUT:
        console.raw(content)
        return 0
    path = Path(arguments.output)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise FileAccessError(path, "write the file index", error.strerror or str(error)) from error
    console.info(f"Wrote {path}")
    return 0
