"""The plan of a layer: which bytes its archive will have, known before any file is read.

Headers are computed and contents are named (file, offset, length), so the exact size is known beforehand and
any range of bytes can be produced at any time. Packing, hashing, sending and the size shown to the user read
one and the same plan.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.modelkit import tar_headers
from kitops_desktop.modelkit.entry_table import EntryTable
from kitops_desktop.modelkit.media_types import Packaging
from kitops_desktop.modelkit.source_files import FileIdentity, check_source, open_source, read_exactly

READ_BYTES = 1 << 20
"""At most so many bytes of a file are held at once."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file of a layer. ``name`` is its raw path in the archive, ``source`` where its content is."""

    name: bytes
    source: Path
    mode: int
    identity: FileIdentity


@dataclass(frozen=True, slots=True)
class PlannedDirectory:
    name: bytes
    mode: int


@dataclass(frozen=True, slots=True)
class HeaderBytes:
    """Bytes of the archive that come from no file: headers, padding, the end."""

    content: bytes


@dataclass(frozen=True, slots=True)
class FileExtent:
    """``length`` bytes of a file from offset ``start``, to be read by ``source_files.open_source``."""

    source: Path
    identity: FileIdentity
    start: int
    length: int
    follow_links: bool = False


Span = HeaderBytes | FileExtent


class LayerPlan:
    """The content of one layer below the folder ``root``. Never changes once made.

    As ``Packaging.RAW`` it is the content of its only file, as it is. ``follow_links`` says that sources may
    be links.
    """

    def __init__(
        self,
        root: Path,
        entries: EntryTable,
        *,
        packaging: Packaging = Packaging.TAR,
        follow_links: bool = False,
    ) -> None:
        self.root = root
        self.packaging = packaging
        self._entries = entries
        self._follow_links = follow_links
        self._raw = packaging is Packaging.RAW
        self._starts, self._content_end = self._lay_out()

    @classmethod
    def of(cls, root: Path, entries: Iterable[PlannedFile | PlannedDirectory]) -> LayerPlan:
        """A plan of given entries, in their order; the sources of files are ``root`` and their name."""
        table = EntryTable()
        for entry in entries:
            if isinstance(entry, PlannedFile):
                table.add_file(entry.name, entry.mode, entry.identity)
            else:
                table.add_folder(entry.name, entry.mode)
        return cls(root, table)

    @property
    def size(self) -> int:
        """The exact size in bytes of the uncompressed layer."""
        return self._content_end + (0 if self._raw else len(tar_headers.TRAILER))

    @property
    def file_count(self) -> int:
        return self._entries.file_count

    @property
    def files_size(self) -> int:
        """The bytes of all its files together."""
        return self._entries.files_size

    @property
    def newest_ns(self) -> int:
        """The latest time any of its files bears, in nanoseconds since 1970."""
        return self._entries.newest_ns

    def __len__(self) -> int:
        """The number of entries, folders included."""
        return len(self._entries)

    def entries(self) -> Iterator[PlannedFile | PlannedDirectory]:
        for row in range(len(self._entries)):
            name, mode = self._entries.name(row), self._entries.mode(row)
            if self._entries.is_folder(row):
                yield PlannedDirectory(name, mode)
            else:
                yield PlannedFile(name, self._source(row), mode, self._entries.identity(row))

    def files(self) -> Iterator[tuple[bytes, FileIdentity]]:
        """Raw name and identity of each file; quicker than ``entries``."""
        entries = self._entries
        for row in range(len(entries)):
            if not entries.is_folder(row):
                yield entries.name(row), entries.identity(row)

    def names(self) -> Iterator[str]:
        """The names of all entries as text; bytes that are no UTF-8 become surrogates (PEP 383)."""
        for row in range(len(self._entries)):
            yield os.fsdecode(self._entries.name(row))

    def fingerprint(self) -> str:
        """Equal only for layers of equal bytes: a hash of names, modes and the identities of all files."""
        return f"{self.packaging}:{self._entries.fingerprint()}"

    def check_unchanged(self) -> None:
        """Look at every file without reading it. Raises ``SourceChanged`` and ``SourceUnreadable``."""
        for row in range(len(self._entries)):
            if not self._entries.is_folder(row):
                check_source(self._source(row), self._entries.identity(row), follow_links=self._follow_links)

    def spans(self, start: int = 0, length: int | None = None) -> Iterator[Span]:
        """What ``length`` bytes from offset ``start`` (to the end when None) are made of, in order."""
        end = self.size if length is None else min(self.size, start + length)
        first = max(bisect_right(self._starts, start) - 1, 0)
        for row in range(first, len(self._entries)):
            if self._starts[row] >= end:
                return
            yield from self._entry_spans(row, start, end)
        if not self._raw and start < end:
            yield from _bytes_span(tar_headers.TRAILER, self._content_end, start, end)

    def read(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The same bytes themselves, in pieces of at most ``READ_BYTES``.

        Raises ``SourceChanged`` and ``SourceUnreadable``.
        """
        for span in self.spans(start, length):
            if isinstance(span, HeaderBytes):
                yield span.content
            else:
                yield from read_extent(span)

    def _entry_spans(self, row: int, start: int, end: int) -> Iterator[Span]:
        at = self._starts[row]
        size = self._entries.size(row)
        if not self._raw:
            block = self._header(row)
            yield from _bytes_span(block, at, start, end)
            at += len(block)
        first, last = max(start - at, 0), min(end - at, size)
        if first < last:
            identity = self._entries.identity(row)
            yield FileExtent(self._source(row), identity, first, last - first, self._follow_links)
        if size and not self._raw:
            yield from _bytes_span(bytes(tar_headers.padding(size)), at + size, start, end)

    def _header(self, row: int) -> bytes:
        entries = self._entries
        return tar_headers.header(
            entries.name(row), entries.mode(row), entries.size(row), is_dir=entries.is_folder(row)
        )

    def _source(self, row: int) -> Path:
        return self.root / os.fsdecode(self._entries.name(row))

    def _lay_out(self) -> tuple[array[int], int]:
        """Where each entry starts, and where the last one ends."""
        starts = array("q")
        at = 0
        for row in range(len(self._entries)):
            starts.append(at)
            size = self._entries.size(row)
            if self._raw:
                at += size
            else:
                at += (
                    tar_headers.header_size(self._entries.name(row), size) + size + tar_headers.padding(size)
                )
        return starts, at


def read_extent(extent: FileExtent) -> Iterator[bytes]:
    """The bytes of an extent in pieces; raises ``SourceChanged`` and ``SourceUnreadable``."""
    with open_source(extent.source, extent.identity, follow_links=extent.follow_links) as descriptor:
        if extent.start:
            os.lseek(descriptor, extent.start, os.SEEK_SET)
        left = extent.length
        while left:
            piece = read_exactly(extent.source, descriptor, min(left, READ_BYTES))
            left -= len(piece)
            yield piece


def _bytes_span(content: bytes, at: int, start: int, end: int) -> Iterator[HeaderBytes]:
    """The part of ``content``, which stands at offset ``at``, that lies between ``start`` and ``end``."""
    if at < start or at + len(content) > end:
        content = content[max(start - at, 0) : max(end - at, 0)]
    if content:
        yield HeaderBytes(content)
