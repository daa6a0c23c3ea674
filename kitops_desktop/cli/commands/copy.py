"""``copy``: promote a kit from one repository or registry to another, without a store in between."""

from __future__ import annotations

import argparse
import json

from kitops_desktop.cli.command import Invocation, count
from kitops_desktop.cli.network_flags import add_network_flags, concurrency, use_network
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.target_flags import add_target_flags, expected_target
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.copy_job import CopiedKit, CopyWork, copy_kit, copy_references
from kitops_desktop.oci.reference import Reference

SUMMARY = "Copy a ModelKit from one registry or repository to another"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="registry/repository[:tag|@digest]")
    parser.add_argument(
        "target",
        metavar="DESTINATION",
        help="registry/repository[:tag]; the tag of the source if left out",
    )
    parser.add_argument(
        "--recursive", action="store_true", help="signatures and what else refers to the kit, too"
    )
    add_target_flags(parser)
    parser.add_argument(
        "--verify", action="store_true", help="read everything back from the target before the tag is put"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    """0 when all is there; 1 also when the kit is, but not all that refers to it and was asked for."""
    arguments, console = invocation.arguments, invocation.console
    source, target = copy_references(arguments.source, arguments.target)
    work = CopyWork(
        str(source),
        str(target),
        expected_target(arguments),
        arguments.recursive,
        arguments.verify,
        concurrency(arguments),
    )
    _check_sign_in(arguments, source, target)
    use_network(invocation, source.registry, target.registry)
    as_json = arguments.format == "json"
    if not as_json:
        console.info(f"Copying {source} to {target}")
    copied = copy_kit(work, invocation.workspace.tools, token=invocation.token, report=console.progress)
    console.end_progress()
    if as_json:
        console.result(json.dumps(copied.details(), indent=2, ensure_ascii=False))
    else:
        _say(invocation, copied)
    if copied.missing:
        _complain(invocation, copied)
        return 1
    return 0


def _say(invocation: Invocation, copied: CopiedKit) -> None:
    console, counts = invocation.console, copied.copied
    if copied.replaced:
        console.info(f"{copied.target} was {copied.replaced} before")
    sent = f"{count(counts.blobs_sent, 'blob')} sent ({kit_size(counts.bytes_sent)})"
    console.debug(f"{sent}, {counts.mounted:,} mounted, {counts.blobs_skipped:,} there already")
    for one in copied.referrers:
        console.info(f"Copied {one.referrer.artifact_type or 'referrer'} {one.referrer.descriptor.digest}")
    if copied.parent:
        console.warn(
            f"The kit builds on {copied.parent}, which is not copied: it is got from there when unpacking"
        )
    console.info(f"Copied {copied.manifest.digest}")


def _complain(invocation: Invocation, copied: CopiedKit) -> None:
    for one in copied.missing:
        what = f"{one.artifact_type or 'What refers to'} {one.digest}"
        invocation.console.error(f"{what} was not copied: {one.error}")
    lacks = copied.result().summary.partition(", ")[2]
    invocation.console.error(f"The kit was copied, {lacks}")


def _check_sign_in(arguments: argparse.Namespace, source: Reference, target: Reference) -> None:
    """One password is for one registry."""
    given = bool(arguments.username) or arguments.password_stdin
    if given and source.registry != target.registry:
        raise InvalidArgument(
            "a password can be given for one registry only; sign in to both before: kitops-desktop login"
        )
