"""``pack``: make a ModelKit of a folder, in the local store or straight in a registry."""

from __future__ import annotations

import argparse
from pathlib import Path

from kitops_desktop.cli.command import Invocation, count
from kitops_desktop.cli.console import printable
from kitops_desktop.cli.given_kitfile import STDIN, kitfile_from_stdin
from kitops_desktop.cli.indexes import INDEX_HELP, say_attached
from kitops_desktop.cli.network_flags import add_network_flags, concurrency, use_network
from kitops_desktop.cli.packed_text import saved_lines, stored_before, warn_of_packed
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.target_flags import add_target_flags, expected_target
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.pack_push_job import PackPushWork, pack_and_push
from kitops_desktop.jobs.remote import remote_reference
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.oci.reference import parse_reference_with_tags

SUMMARY = "Pack a ModelKit"
COMPRESSIONS = tuple(compression.value for compression in Compression)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIRECTORY")
    parser.add_argument(
        "-f", "--file", metavar="PATH", help="the Kitfile, relative to DIRECTORY; - reads standard input"
    )
    parser.add_argument(
        "-t", "--tag", default="", metavar="REFERENCE[,TAG...]", help="name and tags of the kit"
    )
    parser.add_argument(
        "--compression", default="none", metavar="|".join(COMPRESSIONS), help="of the layers (none)"
    )
    parser.add_argument("--follow-links", action="store_true", help="pack links as what they point to")
    parser.add_argument(
        "--rehash", action="store_true", help="read every file, also those that look unchanged"
    )
    parser.add_argument("--refuse-secrets", action="store_true", help="stop when a secret would be packed")
    parser.add_argument(
        "--push",
        action="store_true",
        help="send layers to the registry of REFERENCE while they are packed; nothing is stored here",
    )
    parser.add_argument("--keep", action="store_true", help="with --push: store the kit here too")
    parser.add_argument("--index", action="store_true", help=f"with --push: {INDEX_HELP}")
    add_target_flags(parser)
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    arguments, console = invocation.arguments, invocation.console
    work = _work(arguments)
    if arguments.push:
        return _push(invocation, work)
    if arguments.keep or arguments.index or arguments.no_overwrite or arguments.if_target:
        raise InvalidArgument("--keep, --index, --no-overwrite and --if-target are for --push")
    before = stored_before(invocation.workspace.store, work.reference)
    outcome = pack_folder(work, invocation.workspace.tools, token=invocation.token, report=console.progress)
    console.end_progress()
    warn_of_packed(console, outcome.prepared)
    for line in saved_lines(outcome, before):
        console.info(line)
    return 0


def _push(invocation: Invocation, pack: PackWork) -> int:
    arguments, console = invocation.arguments, invocation.console
    if not pack.reference:
        raise InvalidArgument("--push needs the name of the kit in a registry: --tag REFERENCE")
    target = remote_reference(pack.reference.partition(",")[0], "pushing")
    work = PackPushWork(
        pack,
        "",
        expected_target(arguments),
        concurrency(arguments),
        keep=arguments.keep,
        index=arguments.index,
    )
    use_network(invocation, target.registry)
    console.info(f"Packing {printable(str(pack.folder))} and pushing it to {target}")
    if not work.in_one_pass and not work.keep:
        console.note("Compressed layers are packed into the local store first, and pushed from there.")
    done = pack_and_push(
        work,
        invocation.workspace.tools,
        token=invocation.token,
        report=console.progress,
        foretell=lambda forecast: console.note(f"{forecast.sentence(kit_size)}."),
    )
    console.end_progress()
    warn_of_packed(console, done.prepared)
    first = done.pushes[0]
    if first.replaced:
        console.debug(f"{target} was {first.replaced} before")
    console.debug(
        f"{count(first.copied.blobs_sent, 'layer')} sent ({kit_size(first.copied.bytes_sent)}),"
        f" {first.copied.mounted:,} mounted, {first.copied.blobs_skipped:,} there already"
    )
    console.info(f"Pushed {first.manifest.digest}")
    return say_attached(console, first.attached)


def _work(arguments: argparse.Namespace) -> PackWork:
    if arguments.compression not in COMPRESSIONS:
        known = ", ".join(f"'{name}'" for name in COMPRESSIONS[:-1])
        raise InvalidArgument(f"invalid compression type: must be one of {known}, or '{COMPRESSIONS[-1]}'")
    if arguments.tag and parse_reference_with_tags(arguments.tag)[0].digest:
        raise InvalidArgument("a kit is packed under tags; its digest is the result of packing")
    folder = Path(arguments.directory).absolute()
    if not folder.is_dir():
        raise InvalidArgument(f"{arguments.directory} is not a folder")
    from_stdin = arguments.file == STDIN
    return PackWork(
        folder,
        arguments.tag,
        kitfile=folder / arguments.file if arguments.file and not from_stdin else None,
        text=kitfile_from_stdin() if from_stdin else None,
        compression=Compression(arguments.compression),
        allowed_secrets=() if arguments.refuse_secrets else None,
        follow_links=arguments.follow_links,
        rehash=arguments.rehash,
    )
