"""``push``: send a kit of the local store to a registry."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.indexes import INDEX_HELP, say_attached
from kitops_desktop.cli.network_flags import add_network_flags, concurrency, use_network
from kitops_desktop.cli.target_flags import add_target_flags, expected_target
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.push_job import PushWork, push_kit
from kitops_desktop.jobs.remote import remote_reference
from kitops_desktop.oci.reference import parse_reference_with_tags

SUMMARY = "Upload a ModelKit to a registry"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a kit of the local store, by tag or digest")
    parser.add_argument(
        "target", nargs="?", default="", metavar="DESTINATION", help="the same name if left out"
    )
    parser.add_argument("--index", action="store_true", help=INDEX_HELP)
    add_target_flags(parser)
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    arguments, console = invocation.arguments, invocation.console
    source, extra = parse_reference_with_tags(arguments.source)
    if extra:
        raise InvalidArgument("reference cannot include multiple tags")
    target = remote_reference(arguments.target or arguments.source, "pushing")
    expected = expected_target(arguments)
    work = PushWork(source.short, str(target), expected, concurrency(arguments), arguments.index)
    use_network(invocation, target.registry)
    console.info(f"Pushing {source}" if source == target else f"Pushing {source} to {target}")
    pushed = push_kit(work, invocation.workspace.tools, token=invocation.token, report=console.progress)
    console.end_progress()
    if pushed.replaced:
        console.debug(f"{target} was {pushed.replaced} before")
    console.info(f"Pushed {pushed.manifest.digest}")
    return say_attached(console, pushed.attached)
