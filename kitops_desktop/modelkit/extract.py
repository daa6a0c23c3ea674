"""Writing the files of one layer into the staging folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kitops_desktop.errors import ArchiveDamaged, ArchiveTooLarge, DiskFull, UnsafeEntry
from kitops_desktop.modelkit.conflicts import Action
from kitops_desktop.modelkit.entry_names import clean_name, folded, why_unsafe
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.layer_content import LayerContent, verified_content
from kitops_desktop.modelkit.media_types import Compression, Packaging
from kitops_desktop.modelkit.pieces import Pieces, spans_of
from kitops_desktop.modelkit.ranged_content import RangedContent
from kitops_desktop.modelkit.staging import Staging
from kitops_desktop.modelkit.tar_listing import LayerFile, known_format, layer_file, raw_file
from kitops_desktop.modelkit.tar_reader import read_entries
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import CancelToken, Tally

PERMISSIONS = 0o777
"""Bits that are restored; set-user-ID, set-group-ID and the sticky bit of a stranger are not."""
WRITTEN = (Action.CREATE, Action.REPLACE, Action.BESIDE)
"""What is done with files whose content is needed."""
_CHECK_FREE_FROM = 64 << 20
_TELL_EVERY = 128 << 10


@dataclass(frozen=True, slots=True)
class Staged:
    """An entry ready to be placed. ``staged_name`` is its file in the staging folder, "" for folders and for
    files that are left alone; ``size`` is that of the file written, ``mtime_ns`` its time of change and
    ``inode`` what tells it from others."""

    file: LayerFile
    staged_name: str
    size: int
    mtime_ns: int = 0
    inode: int = 0


Decide = Callable[[LayerFile], Action | None]
"""What is to be done with an entry; None when it is not wanted."""


def extract_layer(
    layer: KitLayer,
    fetcher: Fetcher,
    staging: Staging,
    decide: Decide,
    *,
    token: CancelToken,
    tally: Tally,
) -> list[Staged]:
    """Write the wanted files of a layer; all of the layer is read and its digest checked.

    ``tally`` counts bytes of the blob. Raises ``UnsafeEntry``, ``ArchiveDamaged``, ``ArchiveTooLarge``,
    ``DigestMismatch``, ``BlobNotFound``, ``InvalidManifest``, ``DiskFull``, ``Cancelled``, ``OSError``.
    """
    with verified_content(fetcher, layer, token) as content:
        meter = _Meter(content, tally, token)
        staged = list(_Extraction(layer, content, staging, decide, meter).entries())
    meter.finish(layer.descriptor.size)
    return staged


def extract_pieces(
    pieces: Pieces,
    fetcher: Fetcher,
    staging: Staging,
    decide: Decide,
    is_written: Callable[[LayerFile], bool],
    *,
    token: CancelToken,
    tally: Tally,
) -> list[Staged]:
    """As ``extract_layer``, but that only the bytes of the wanted files are read, and no digest is checked.

    ``is_written`` says, as ``decide`` will, which files are going to be. Raises the same but
    ``DigestMismatch``, and ``RangesUnsupported``.
    """
    layer = pieces.layer
    spans = spans_of(file for file in pieces.entries if not file.is_dir and is_written(file))
    with RangedContent(fetcher, layer.descriptor, spans) as content:
        meter = _Meter(content, tally, token, " (by range)")
        staged = list(_Extraction(layer, content, staging, decide, meter).listed(pieces.entries))
        meter.finish(pieces.size)
    return staged


class _Meter:
    """Tells the tally how far the blob has been read; ``how`` is added to what is being worked on."""

    def __init__(self, content: LayerContent, tally: Tally, token: CancelToken, how: str = "") -> None:
        self._content = content
        self._tally = tally
        self._token = token
        self._how = how
        self._told = 0

    def advance(self, detail: str | None = None) -> None:
        self._token.check()
        position = self._content.blob_position
        if position - self._told >= _TELL_EVERY:
            self._tally.add(position - self._told, None if detail is None else detail + self._how)
            self._told = position

    def finish(self, size: int) -> None:
        self._tally.add(size - self._told)
        self._told = size


class _Extraction:
    def __init__(
        self, layer: KitLayer, content: LayerContent, staging: Staging, decide: Decide, meter: _Meter
    ) -> None:
        self._layer = layer
        self._content = content
        self._staging = staging
        self._decide = decide
        self._meter = meter
        self._unwanted_folders: dict[str, LayerFile] = {}

    def entries(self) -> Iterator[Staged]:
        if known_format(self._layer).packaging is Packaging.RAW:
            file = raw_file(self._layer)
            check_safe(file)
            yield from self._handle(file, file.size or None)
            self._check_end(file)
            return
        names = _Names(self._staging.ignores_case())
        for entry in read_entries(self._content):
            listed = layer_file(entry, self._layer)
            if listed is None:
                continue
            check_safe(listed)
            names.add(listed)
            yield from self._handle(listed, entry.size)

    def listed(self, files: Iterable[LayerFile]) -> Iterator[Staged]:
        """As ``entries``, where these are said to be the entries of the layer."""
        names = _Names(self._staging.ignores_case())
        for file in files:
            check_listed(file)
            names.add(file)
            self._content.skip(file.offset - self._content.position)
            yield from self._handle(file, file.size)

    def _handle(self, file: LayerFile, size: int | None) -> Iterator[Staged]:
        self._meter.advance(file.path)
        action = self._decide(file)
        if action is None:
            if file.is_dir:
                self._unwanted_folders[file.path] = file
            return
        yield from self._folders_above(file)
        if file.is_dir or action not in WRITTEN:
            yield Staged(file, "", 0)
        else:
            yield self._write(file, size)

    def _folders_above(self, file: LayerFile) -> Iterator[Staged]:
        """The folders a wanted file lies in, which were not asked for themselves: they keep their modes."""
        if not self._unwanted_folders:
            return
        names = file.path.split("/")
        for depth in range(1, len(names)):
            folder = self._unwanted_folders.pop("/".join(names[:depth]), None)
            if folder is not None:
                yield Staged(folder, "", 0)

    def _check_end(self, file: LayerFile) -> None:
        """A layer of one file that says its size may not have more."""
        if file.size and self._content.position == file.size and self._content.read(1):
            raise ArchiveTooLarge(f"{file.path} has more than the {file.size:,} bytes it should have")

    def _write(self, file: LayerFile, size: int | None) -> Staged:
        if size is not None and size >= _CHECK_FREE_FROM:
            self._check_free(size)
        name, descriptor = self._staging.create(file.mode & PERMISSIONS)
        try:
            written = self._content.copy(descriptor, size, self._meter.advance)
            status = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        return Staged(file, name, written, status.st_mtime_ns, status.st_ino)

    def _check_free(self, size: int) -> None:
        """An archive may promise a file of any size; there is no use in beginning what cannot end."""
        is_plain = known_format(self._layer).compression is Compression.NONE
        if is_plain and size > self._layer.descriptor.size:
            raise ArchiveDamaged("it ends in the middle of a file")
        path = self._staging.folder.path
        free = shutil.disk_usage(path).free
        if size > free:
            raise DiskFull(path.parent, size, free)


def check_safe(file: LayerFile) -> None:
    if file.unsafe:
        raise UnsafeEntry(file.path, file.unsafe)


def check_listed(file: LayerFile) -> None:
    """Of a file that comes from a list, which may have been kept or changed anywhere: what the list says of
    its being safe counts for nothing. Raises ``UnsafeEntry``.
    """
    check_safe(file)
    reason = why_unsafe(file.path, is_dir=file.is_dir)
    if reason or clean_name(file.path) != file.path:
        raise UnsafeEntry(file.path, reason or "its name is not clean")


class _Names:
    """The names of an archive; none may come twice or be a file and a folder at once."""

    def __init__(self, ignore_case: bool) -> None:
        self._ignore_case = ignore_case
        self._is_dir: dict[str, bool] = {"": True}
        self._spelling: dict[str, str] = {}

    def add(self, file: LayerFile) -> None:
        key = folded(file.path) if self._ignore_case else file.path
        before = self._is_dir.get(key)
        if before is not None:
            self._check_again(file, key, before)
        self._is_dir[key] = file.is_dir
        if self._ignore_case:
            self._spelling[key] = file.path
        self._add_folders_above(file, key)

    def _check_again(self, file: LayerFile, key: str, was_dir: bool) -> None:
        spelling = self._spelling.get(key, file.path)
        if spelling != file.path:
            raise UnsafeEntry(file.path, f"here it is the same name as {spelling}")
        if was_dir != file.is_dir:
            raise UnsafeEntry(file.path, "it is both a file and a folder")
        if not file.is_dir:
            raise UnsafeEntry(file.path, "it comes twice")

    def _add_folders_above(self, file: LayerFile, key: str) -> None:
        while True:
            key = key.rpartition("/")[0]
            before = self._is_dir.get(key)
            if before:
                return
            if before is False:
                raise UnsafeEntry(file.path, "a folder on its way is a file")
            self._is_dir[key] = True
