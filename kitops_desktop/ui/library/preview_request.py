"""A file whose preview is wanted, wherever it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kitops_desktop.classification.file_look import FileBytes
from kitops_desktop.formats.source import Bytes
from kitops_desktop.jobs.remote import Nearest
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.preview.counting import CountingFetcher
from kitops_desktop.preview.file_bytes import opened_file
from kitops_desktop.preview.files import KitFile
from kitops_desktop.preview.index_artifact import AttachedIndex
from kitops_desktop.preview.index_claim import IndexClaim, claim_on
from kitops_desktop.preview.layer_stream import agreed_up_to
from kitops_desktop.preview.memory_need import size_of_parts
from kitops_desktop.preview.reading_limits import OVER_NETWORK
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.library.kit_source import KitSource

_FROM_REGISTRY = "Read by range from the registry: not verified by the digest"
_THROUGH = "Read through from the registry: not verified by the digest"
_VERIFIED = "Read from the registry with all of its layer, which has its digest"
_FROM_STORE = "Read from the library, out of its layer"
_FROM_DISK = "Read from the folder"


@dataclass(slots=True)
class Passage:
    """How it is with a layer that may have to be read from its beginning: up to ``most`` bytes of it are, 0
    as long as they are not; one that ``is_near`` is read from this computer. The thread that reads writes it
    down; ``is_agreed`` somebody says.
    """

    is_agreed: bool = False
    is_near: bool = False
    most: int = 0
    is_verified: bool = False

    def agree(self, layer: KitLayer, size: int, without_ranges: bool) -> None:
        """A ``preview.layer_stream.Agree``: what is little is read without asking."""
        if not self.is_agreed:
            agreed_up_to(OVER_NETWORK.compressed)(layer, size, without_ranges)
        self.most = size


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """``size`` in bytes is None when it is known only once the file is open. ``open`` is called in a
    background thread and gives the bytes, of which ranges are read; ``bytes_read`` may be asked meanwhile.

    ``origin`` says how far the bytes can be relied on. ``refusal`` is why there is nothing to be seen, "" for
    most. ``whole_model`` are the bytes of all the files of a model of which this is one, 0 for a whole one.
    ``claim`` is what a file index says of it. ``open`` raises ``ReadingNotAgreed`` when much would be read
    that nobody agreed to in ``passage``.
    """

    name: str
    size: int | None
    open: Callable[[CancelToken], AbstractContextManager[Bytes]]
    bytes_read: Callable[[], int]
    origin: str
    refusal: str = ""
    whole_model: int = 0
    claim: IndexClaim | None = None
    passage: Passage = field(default_factory=Passage)

    @property
    def known_origin(self) -> str:
        """``origin``, by what is known now."""
        if self.passage.is_near:
            return _FROM_STORE
        if self.passage.is_verified:
            return _VERIFIED
        return _THROUGH if self.passage.most else self.origin


def of_kit_file(
    source: KitSource,
    entry: KitFile,
    siblings: Iterable[tuple[str, int]] = (),
    index: AttachedIndex | None = None,
) -> PreviewRequest:
    """A file that the listing of a kit has; ``siblings`` are names and sizes of the files in its folder, and
    ``index`` the file index by which it was listed."""
    counters: list[CountingFetcher] = []
    passage = Passage()
    layer, file = entry.layer, entry.file

    @contextmanager
    def opened(token: CancelToken) -> Iterator[Bytes]:
        fetcher = source.fetcher(token)
        passage.is_near = isinstance(fetcher, Nearest) and fetcher.is_near(layer.descriptor)
        counting = CountingFetcher(fetcher)
        counters.append(counting)
        passage.is_verified = False
        agree = passage.agree if source.is_remote and not passage.is_near else None
        with opened_file(counting, layer, file, agree=agree, token=token) as content:
            yield content
            passage.is_verified = content.finish()

    return PreviewRequest(
        file.path,
        entry.size,
        opened,
        lambda: counters[-1].bytes_read if counters else 0,
        _FROM_REGISTRY if source.is_remote else _FROM_STORE,
        f"It cannot be looked into: {file.unsafe}." if file.unsafe else "",
        size_of_parts(file.path.rpartition("/")[2], siblings),
        claim_on(entry, index),
        passage,
    )


def of_local_file(folder: Path, path: str) -> PreviewRequest:
    """A file on the disk; ``path`` is relative to ``folder``, with ``/``. The disk is asked in the background
    only, as it may be far away."""
    counted: list[_Counted] = []

    @contextmanager
    def opened(token: CancelToken) -> Iterator[Bytes]:
        descriptor = os.open(
            folder / path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
        try:
            counted.append(_Counted(FileBytes(descriptor), token))
            yield counted[-1]
        finally:
            os.close(descriptor)

    return PreviewRequest(path, None, opened, lambda: counted[-1].bytes_read if counted else 0, _FROM_DISK)


class _Counted:
    def __init__(self, content: Bytes, token: CancelToken) -> None:
        self._content, self._token = content, token
        self.size = content.size
        self.bytes_read = 0

    def read(self, start: int, length: int, /) -> bytes:
        self._token.check()
        block = self._content.read(start, length)
        self.bytes_read += len(block)
        return block
