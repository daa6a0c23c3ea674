"""``pack``: make a ModelKit of a folder, in the local store or straight in a registry."""

from __future__ import annotations

import argparse
import os
import stat
import sys
from pathlib import Path

from kitops_desktop.classification.content_flags import pickle_flag
from kitops_desktop.cli.command import Invocation, count
from kitops_desktop.cli.console import Console, printable
from kitops_desktop.cli.indexes import INDEX_HELP, say_attached
from kitops_desktop.cli.network_flags import add_network_flags, concurrency, use_network
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.target_flags import add_target_flags, expected_target
from kitops_desktop.errors import InvalidArgument, ReferenceNotFound
from kitops_desktop.jobs.pack_job import (
    MAX_KITFILE_BYTES,
    PackOutcome,
    PackWork,
    PreparedPack,
    pack_folder,
)
from kitops_desktop.jobs.pack_push_job import PackPushWork, pack_and_push
from kitops_desktop.jobs.remote import remote_reference
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.oci.digest import EMPTY_TAR_DIGEST, Digest, hex_of
from kitops_desktop.oci.reference import parse_reference_with_tags
from kitops_desktop.store.local_store import LocalStore

SUMMARY = "Pack a ModelKit"
STDIN = "-"
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
    store = invocation.workspace.store
    before, listed = _blobs(store), _listed(store, work.reference)
    outcome = pack_folder(work, invocation.workspace.tools, token=invocation.token, report=console.progress)
    console.end_progress()
    _warn(console, outcome.prepared)
    for line in _saved(outcome, before, listed):
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
    _warn(console, done.prepared)
    first = done.pushes[0]
    if first.replaced:
        console.debug(f"{target} was {first.replaced} before")
    console.debug(
        f"{count(first.copied.blobs_sent, 'layer')} sent ({kit_size(first.copied.bytes_sent)}),"
        f" {first.copied.mounted:,} mounted, {first.copied.blobs_skipped:,} there already"
    )
    console.info(f"Pushed {first.manifest.digest}")
    return say_attached(console, first.attached)


def _warn(console: Console, prepared: PreparedPack) -> None:
    for warning in prepared.plan.warnings:
        console.warn(printable(warning))
    for secret in prepared.secrets:
        console.warn(f"packed a secret: {printable(secret.path)} ({secret.flag.reason})")
    for pickle in filter(None, map(pickle_flag, prepared.looked.looks)):
        console.warn(f"packed a pickle: {printable(pickle.path)} ({pickle.reason})")
    for left_out in prepared.plan.left_out:
        console.debug(
            f"left out {printable(left_out.path)}: {left_out.why} {printable(left_out.detail)}".rstrip()
        )


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
        text=_text_from_stdin() if from_stdin else None,
        compression=Compression(arguments.compression),
        allowed_secrets=() if arguments.refuse_secrets else None,
        follow_links=arguments.follow_links,
        rehash=arguments.rehash,
    )


def _text_from_stdin() -> str:
    """The Kitfile from a pipe or file; a terminal or device is refused, as with `kit`."""
    try:
        is_device = stat.S_ISCHR(os.fstat(sys.stdin.fileno()).st_mode)
    except (OSError, ValueError):
        is_device = False
    if is_device:
        raise InvalidArgument("no Kitfile on standard input: it must be a pipe or a file")
    return sys.stdin.read(MAX_KITFILE_BYTES)


def _blobs(store: LocalStore) -> set[str]:
    """The names of all sha256 blobs that are in the store already."""
    folder = store.blob_path(EMPTY_TAR_DIGEST).parent
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _listed(store: LocalStore, name: str) -> Digest | None:
    """The manifest that has the tag now."""
    try:
        return store.resolve(parse_reference_with_tags(name)[0]).digest if name else None
    except ReferenceNotFound:
        return None


def _saved(outcome: PackOutcome, before: set[str], listed: Digest | None) -> list[str]:
    """What `kit pack` says of each blob, in its words."""
    packed, known, lines = outcome.packed, set(before), []
    for layer in packed.layers:
        name = hex_of(layer.descriptor.digest)
        lines.append(
            f"{'Already saved' if name in known else 'Saved'} {layer.kind} layer: {layer.descriptor.digest}"
        )
        known.add(name)
    config = packed.config.digest
    there = hex_of(config) in before
    lines.append(
        f"Configuration already exists in storage: {config}" if there else f"Saved configuration: {config}"
    )
    manifest = packed.manifest.digest
    again = "Manifest already exists in storage" if manifest == listed else "Saved manifest to storage"
    return [*lines, f"{again}: {manifest}", f"Model saved: {manifest}"]
