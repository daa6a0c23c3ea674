"""``pull``: fetch a kit from a registry into the local store."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.console import printable
from kitops_desktop.cli.network_flags import add_network_flags, concurrency, use_network
from kitops_desktop.jobs.pull_job import PullWork, pull_kit
from kitops_desktop.jobs.remote import remote_reference

SUMMARY = "Retrieve a ModelKit from a registry into the local store"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modelkit", metavar="registry/repository[:tag|@digest]")
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    arguments, console = invocation.arguments, invocation.console
    reference = remote_reference(arguments.modelkit, "pulling")
    work = PullWork(str(reference), concurrency(arguments))
    use_network(invocation, reference.registry)
    console.info(f"Pulling {reference}")
    pulled = pull_kit(
        work,
        invocation.workspace.tools,
        token=invocation.token,
        report=console.progress,
        announce=lambda line: console.info(printable(line)),
    )
    console.end_progress()
    console.info(f"Pulled {pulled.found.kit.descriptor.digest}")
    return 0
