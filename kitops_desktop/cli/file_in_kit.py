"""The one file of a kit that a command is about."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.indexes import add_index_flag, index_of
from kitops_desktop.cli.kits import load_named
from kitops_desktop.cli.network_flags import add_network_flags
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.parents import FoundKit, Place
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.files import KitFile
from kitops_desktop.preview.finding import find_file
from kitops_desktop.preview.index_artifact import AttachedIndex
from kitops_desktop.preview.reading_limits import ON_DISK, OVER_NETWORK


@dataclass(frozen=True, slots=True)
class FileInKit:
    """``is_from_registry``: its bytes come by range from there, and nothing can vouch for them. ``index`` is
    the file index by which it was found.
    """

    found: FoundKit
    entry: KitFile
    is_from_registry: bool
    index: AttachedIndex | None = None

    @property
    def is_indexed(self) -> bool:
        """Whether a file index says what its bytes are to be, and nothing better does."""
        return self.is_from_registry and self.entry.digest is not None

    @property
    def note(self) -> str:
        """How far the bytes can be relied on."""
        digest = self.entry.layer.descriptor.digest
        if self.is_from_registry:
            host = self.found.reference.registry
            return f"Read by range from {host}: not verified by the digest of its layer, {digest}."
        return f"Read from the local store, out of the layer {digest}."


def add_file_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modelkit", metavar="[registry/]repository[:tag|@digest]")
    parser.add_argument("path", metavar="PATH", help="as `kitops-desktop files` lists it")
    parser.add_argument(
        "-r",
        "--remote",
        action="store_true",
        help="of the kit in its registry, even if the local store has it",
    )
    add_index_flag(parser)
    add_network_flags(parser)


def named_file(invocation: Invocation) -> FileInKit:
    """Raises what ``load_named`` and ``find_file`` raise, and ``InvalidArgument`` for what is no file."""
    arguments = invocation.arguments
    place = Place.REMOTE if arguments.remote else Place.AUTO
    found = load_named(invocation, parse_reference(arguments.modelkit), place)
    index = index_of(invocation, found)
    entry = find_file(
        found.kit,
        found.fetcher,
        arguments.path,
        cache=invocation.workspace.listings,
        index=None if index is None else index.index,
        limits=OVER_NETWORK.lifted if found.place is Place.REMOTE else ON_DISK,
        token=invocation.token,
    )
    if entry is None:
        raise InvalidArgument(f"{found.reference.short} has no file {arguments.path!r}")
    if entry.file.is_dir:
        raise InvalidArgument(f"{arguments.path!r} is a folder")
    if entry.file.unsafe:
        raise InvalidArgument(f"{arguments.path!r} cannot be read: {entry.file.unsafe}")
    store = invocation.workspace.tools.store
    return FileInKit(found, entry, not store.exists(entry.layer.descriptor), index)
