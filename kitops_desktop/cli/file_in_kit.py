"""The one file of a kit that a command is about."""

from __future__ import annotations

import argparse
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.hugging_face_files import NAMED, OR_ADDRESS
from kitops_desktop.cli.indexes import add_index_flag, index_of
from kitops_desktop.cli.kits import load_named
from kitops_desktop.cli.network_flags import add_network_flags
from kitops_desktop.cli.reading_cost import MOST_UNASKED, ReadingCost, ToldFetcher
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.parents import FoundKit, Place
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.contents import file_content
from kitops_desktop.preview.counting import CountingFetcher
from kitops_desktop.preview.file_bytes import OpenFile, opened_file
from kitops_desktop.preview.files import KitFile
from kitops_desktop.preview.finding import Reached, find_file, reached_file
from kitops_desktop.preview.index_artifact import AttachedIndex
from kitops_desktop.preview.indexed_file import matching_content
from kitops_desktop.preview.layer_stream import LayerStream
from kitops_desktop.progress import CancelToken


@dataclass(slots=True)
class FileInKit:
    """``is_from_registry``: its bytes come from there, and nothing can vouch for them before all of its layer
    was read (``is_verified``). ``index`` is the file index by which it was found, ``stream`` stands at its
    content.
    """

    found: FoundKit
    entry: KitFile
    is_from_registry: bool
    index: AttachedIndex | None
    fetcher: CountingFetcher
    cost: ReadingCost
    stream: LayerStream | None
    token: CancelToken
    is_verified: bool = False

    @property
    def is_indexed(self) -> bool:
        """Whether a file index says what its bytes are to be, and nothing better does."""
        return self.is_from_registry and self.entry.digest is not None

    @property
    def note(self) -> str:
        """How far the bytes can be relied on; final once they have been read."""
        digest = self.entry.layer.descriptor.digest
        if not self.is_from_registry:
            return f"Read from the local store, out of the layer {digest}."
        host = self.found.reference.registry
        if self.is_verified:
            return f"Read from {host} with all of its layer, which has its digest, {digest}."
        how = f"Read through from {host}" if self._is_read_through else f"Read by range from {host}"
        return f"{how}: not verified by the digest of its layer, {digest}."

    @property
    def place(self) -> dict[str, object]:
        """The same for programs."""
        source = "local store"
        if self.is_from_registry:
            source = f"registry, {'verified' if self.is_verified else 'not verified'} by its digest"
        return {"layer": self.entry.layer.descriptor.digest, "source": source}

    @property
    def whole(self) -> int:
        """The bytes of what is read, of the file or of its layer."""
        size = None if self._is_read_through else self.entry.size
        return self.entry.layer.descriptor.size if size is None else size

    @property
    def _is_read_through(self) -> bool:
        return self.cost.covers(self.entry.layer)

    def opened(self) -> AbstractContextManager[OpenFile]:
        layer, file, agree = self.entry.layer, self.entry.file, self.cost.agree_for(self.is_from_registry)
        return opened_file(self.fetcher, layer, file, stream=self.stream, agree=agree, token=self.token)

    def blocks(self) -> Generator[bytes, None, None]:
        """All of it; of an indexed one what ``matching_content`` gives."""
        layer, file, agree = self.entry.layer, self.entry.file, self.cost.agree_for(self.is_from_registry)
        if self.index is not None and self.is_indexed:
            digest = self.index.digest
            return matching_content(self.fetcher, self.entry, digest, agree=agree, token=self.token)
        return file_content(
            self.fetcher,
            layer,
            file,
            stream=self.stream,
            agree=agree,
            checked=self.verified,
            token=self.token,
        )

    def verified(self) -> None:
        self.is_verified = True


def add_file_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modelkit", metavar=NAMED, help=OR_ADDRESS)
    parser.add_argument(
        "path",
        nargs="?",
        default="",
        metavar="PATH",
        help="as `kitops-desktop files` lists it; may be in an address of Hugging Face already",
    )
    parser.add_argument(
        "-r",
        "--remote",
        action="store_true",
        help="of the kit in its registry, even if the local store has it",
    )
    parser.add_argument(
        "--stream",
        action="store_true",
        help="read a layer of a registry from its beginning to the file where there is no other way"
        f" (compressed, or no ranges) even if that is more than {kit_size(MOST_UNASKED)}",
    )
    add_index_flag(parser)
    add_network_flags(parser)


@contextmanager
def named_file(invocation: Invocation) -> Iterator[FileInKit]:
    """Raises what ``load_named`` and ``reached_file`` raise, and ``InvalidArgument`` for what is no file."""
    arguments = invocation.arguments
    if not arguments.path:
        raise InvalidArgument(f"no PATH is given; all there are: kitops-desktop files {arguments.modelkit}")
    place = Place.REMOTE if arguments.remote else Place.AUTO
    found = load_named(invocation, parse_reference(arguments.modelkit), place)
    index = index_of(invocation, found)
    cost = ReadingCost(invocation, is_agreed=arguments.stream)
    fetcher = ToldFetcher(found.fetcher, cost, invocation.console)
    with _reached(invocation, found, fetcher, index, cost) as reached:
        if reached is None:
            listing = f"kitops-desktop files {found.reference.short}"
            raise InvalidArgument(
                f"{found.reference.short} has no file {arguments.path!r}; all of them: {listing}"
            )
        file = reached.entry.file
        if file.is_dir:
            raise InvalidArgument(f"{arguments.path!r} is a folder")
        if file.unsafe:
            raise InvalidArgument(f"{arguments.path!r} cannot be read: {file.unsafe}")
        is_far = not invocation.workspace.tools.store.exists(reached.entry.layer.descriptor)
        if reached.stream is None:  # what was read to find it is not counted
            fetcher = ToldFetcher(found.fetcher, cost, invocation.console)
        yield FileInKit(found, reached.entry, is_far, index, fetcher, cost, reached.stream, invocation.token)
        invocation.console.end_progress()


@contextmanager
def _reached(
    invocation: Invocation,
    found: FoundKit,
    fetcher: CountingFetcher,
    index: AttachedIndex | None,
    cost: ReadingCost,
) -> Iterator[Reached | None]:
    path, cache, token = invocation.arguments.path, invocation.workspace.listings, invocation.token
    if found.place is not Place.REMOTE:
        entry = find_file(found.kit, fetcher, path, cache=cache, token=token)
        yield None if entry is None else Reached(entry)
        return
    names = None if index is None else index.index
    with reached_file(
        found.kit, fetcher, path, agree=cost.agree, cache=cache, index=names, token=token
    ) as reached:
        yield reached
